"""What is done to the daemon while it is soaked, one fault after the other, by chance."""

from __future__ import annotations

import errno
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Event

from tests.broker.brokers import Mosquitto
from tests.broker.daemons import Daemon
from tests.faults.preload.interposer import Call, Interposer
from tests.faults.wiretap import Way, Wiretap

_DAY = 86400.0
_DISK = 256 << 20
_KEEPALIVE_PASSED_S = 100.0
_NOTICED_WITHIN_S = 90.0


def mount_disk(folder: Path) -> bool:
    """Puts a small file system of its own on a folder, where that is permitted."""
    folder.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={_DISK}", "none", str(folder)],
        capture_output=True,
        check=False,
    )
    return done.returncode == 0


def unmount_disk(folder: Path) -> None:
    """Takes it away, also from under open files."""
    subprocess.run(["umount", "--lazy", str(folder)], check=False)


class Faults:
    """Everything that can be done, and what was.

    Args:
        daemon: running.
        broker: running.
        wire: between the two.
        disk: the library that the daemon was started with, or None.
        own_disk: whether the daemon's folder is a file system of its own.
        chance: decides.
    """

    def __init__(
        self,
        daemon: Daemon,
        broker: Mosquitto,
        wire: Wiretap,
        *,
        disk: Interposer | None,
        own_disk: bool,
        chance: random.Random,
    ) -> None:
        self.done: Counter[str] = Counter()
        self.deaths = 0
        self._daemon = daemon
        self._broker = broker
        self._wire = wire
        self._disk = disk
        self._own_disk = own_disk
        self._chance = chance
        self._ending = Event()

    def start_daemon(self) -> None:
        """Starts it, under the library where there is one."""
        self._daemon.start(**(self._disk.environment if self._disk else {}))

    def run(self, seconds: float, say: Callable[[str], None]) -> None:
        """One fault after the other for so long, with pauses in which all can recover."""
        until = time.monotonic() + seconds
        faults = self._possible()
        while (left := until - time.monotonic()) > 0:
            fault = self._chance.choice(faults)
            say(fault.__name__.strip("_").replace("_", " "))
            self.done[fault.__name__.strip("_")] += 1
            fault(min(left, 1e9))
            self._look_after_daemon(say)
            time.sleep(self._chance.uniform(1.0, 12.0))

    def heal(self) -> None:
        """Undoes whatever may be left."""
        if self._disk is not None:
            self._disk.heal()
            self._disk.step_clock(0)
        (self._daemon.folder / "filler").unlink(missing_ok=True)

    def _possible(self) -> list[Callable[[float], None]]:
        faults = [
            self._kill_daemon,
            self._kill_daemon,
            self._kill_daemon_again_and_again,
            self._stop_daemon,
            self._freeze_daemon,
            self._kill_broker,
            self._restart_broker,
            self._restart_broker_without_session,
            self._freeze_broker,
            self._cut_connection,
            self._cut_connection_again_and_again,
            self._hold_what_comes,
            self._delete_database,
        ]
        if self._disk is not None:
            faults += [self._fail_disk, self._fail_single_calls, self._step_clock, self._step_clock]
        if self._own_disk:
            faults += [self._fill_disk]
        return faults

    def _look_after_daemon(self, say: Callable[[str], None]) -> None:
        """As a service manager would; that it ended by itself is counted."""
        process = self._daemon.process
        if process is not None and process.poll() is not None:
            self.deaths += 1
            say(f"the daemon had ended by itself with {process.returncode}")
            self.start_daemon()

    def _kill_daemon(self, _left: float) -> None:
        self._daemon.kill()
        time.sleep(self._chance.choice((0.0, 0.0, 3.0)))
        self.start_daemon()

    def _kill_daemon_again_and_again(self, left: float) -> None:
        """Also while it starts."""
        for _ in range(self._chance.randrange(2, 6)):
            self._kill_daemon(left)
            time.sleep(self._chance.uniform(0.05, 1.5))

    def _stop_daemon(self, _left: float) -> None:
        with suppress(subprocess.TimeoutExpired):
            self._daemon.stop()
        self.start_daemon()

    def _freeze_daemon(self, _left: float) -> None:
        self._daemon.send(signal.SIGSTOP)
        time.sleep(self._chance.uniform(1, 10))
        self._daemon.send(signal.SIGCONT)

    def _kill_broker(self, _left: float) -> None:
        self._broker.kill()
        time.sleep(self._chance.uniform(0, 5))
        self._broker.start()

    def _restart_broker(self, _left: float) -> None:
        self._broker.stop()
        time.sleep(self._chance.uniform(0, 20))
        self._broker.start()

    def _restart_broker_without_session(self, _left: float) -> None:
        self._broker.stop()
        self._broker.forget()
        self._broker.start()

    def _freeze_broker(self, left: float) -> None:
        self._broker.freeze()
        time.sleep(min(left, self._chance.choice((2.0, 10.0, _KEEPALIVE_PASSED_S))))
        self._broker.thaw()

    def _cut_connection(self, _left: float) -> None:
        self._wire.cut(reset=self._chance.random() < 0.5)

    def _cut_connection_again_and_again(self, left: float) -> None:
        for _ in range(self._chance.randrange(3, 20)):
            self._cut_connection(left)
            time.sleep(self._chance.uniform(0.1, 2.0))

    def _hold_what_comes(self, left: float) -> None:
        """A line that says nothing any more, in one direction or in both."""
        wire = self._wire.wire
        if wire is None:
            return
        ways = self._chance.choice(([Way.IN], [Way.OUT], list(Way)))
        for way in ways:
            wire.flowing[way].clear()
        time.sleep(min(left, self._chance.choice((2.0, 10.0, _KEEPALIVE_PASSED_S))))
        for way in ways:
            wire.flowing[way].set()

    def _delete_database(self, _left: float) -> None:
        """Somebody tidies up, and gives the daemon a minute to notice."""
        folder = self._daemon.folder / "store"
        name = self._chance.choice(("lamplighter.db", "lamplighter.db-wal", "lamplighter.db-shm"))
        (folder / name).unlink(missing_ok=True)
        until = time.monotonic() + _NOTICED_WITHIN_S
        while not (folder / name).exists() and time.monotonic() < until:
            time.sleep(0.2)
        time.sleep(1)

    def _fail_disk(self, _left: float) -> None:
        assert self._disk is not None
        calls = Call.WRITE | Call.SYNC | Call.OPEN | Call.TRUNCATE | Call.NAME
        with self._disk.failing(calls, self._chance.choice((errno.EIO, errno.EROFS))):
            time.sleep(self._chance.uniform(1, 20))

    def _fail_single_calls(self, _left: float) -> None:
        assert self._disk is not None
        for _ in range(10):
            self._disk.fail(
                self._chance.choice((Call.WRITE, Call.SYNC, Call.READ)),
                self._chance.choice((errno.EIO, errno.ENOSPC)),
                skip=self._chance.randrange(20),
                times=self._chance.randrange(1, 4),
                suffix=self._chance.choice(("-wal", ".db", "")),
            )
            time.sleep(1)
        self._disk.heal()

    def _step_clock(self, _left: float) -> None:
        """Back by a day or forward by ten years; right again after a while, as by NTP."""
        assert self._disk is not None
        self._disk.step_clock(self._chance.choice((-_DAY, -3600, 3600, _DAY, 3652 * _DAY)))
        time.sleep(self._chance.uniform(3, 30))
        if self._chance.random() < 0.3:
            self._kill_daemon(0)
            time.sleep(5)
        self._disk.step_clock(0)

    def _fill_disk(self, _left: float) -> None:
        filler = self._daemon.folder / "filler"
        free = os.statvfs(self._daemon.folder)
        with filler.open("wb") as file, suppress(OSError):
            os.posix_fallocate(file.fileno(), 0, free.f_bavail * free.f_frsize)
        time.sleep(self._chance.uniform(3, 30))
        if self._chance.random() < 0.3:
            self._kill_daemon(0)
            time.sleep(3)
        filler.unlink()


def say_on(began: float) -> Callable[[str], None]:
    """Says what happens on stderr, with the time since the beginning."""

    def say(what: str) -> None:
        print(f"{time.monotonic() - began:8.1f} s  {what}", file=sys.stderr, flush=True)

    return say
