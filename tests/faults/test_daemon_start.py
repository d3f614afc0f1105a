"""A start that the disk hinders, or that takes long: systemd is told, and nothing is given up."""

from __future__ import annotations

import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.broker.daemons import WITHIN, Daemon

NOBODY = 1


class Systemd:
    """The socket that a service tells how it is."""

    def __init__(self, folder: Path) -> None:
        self.address = str(folder / "notify")
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(self.address)
        self.socket.settimeout(WITHIN)

    def hear(self, *starts: str) -> list[str]:
        """All notices up to the first one with a line that starts so."""
        heard = []
        deadline = time.monotonic() + WITHIN
        while time.monotonic() < deadline:
            heard.append(self.socket.recv(4096).decode())
            if any(line.startswith(starts) for line in heard[-1].splitlines()):
                return heard
        raise AssertionError(f"no {starts} in {heard}")


@pytest.fixture
def systemd(tmp_path: Path) -> Iterator[Systemd]:
    listener = Systemd(tmp_path)
    yield listener
    listener.socket.close()


def mount(*arguments: str) -> None:
    done = subprocess.run(["mount", *arguments], capture_output=True, check=False)
    if done.returncode:
        pytest.skip("mounting is not permitted here")


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk that can only be read, until it is mounted anew."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount("-t", "tmpfs", "-o", "size=32m", "none", str(folder))
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def daemon_on(folder: Path, tmp_path: Path) -> Daemon:
    daemon = Daemon(tmp_path / "daemon", NOBODY)
    text = daemon.config.read_text()
    assert str(daemon.folder / "store") in text
    daemon.config.write_text(text.replace(str(daemon.folder / "store"), str(folder)))
    return daemon


@pytest.mark.parametrize("known", [False, True])
def test_a_disk_that_can_only_be_read_is_waited_for(
    disk: Path, tmp_path: Path, systemd: Systemd, *, known: bool
) -> None:
    daemon = daemon_on(disk / "store", tmp_path)
    if known:
        daemon.start(NOTIFY_SOCKET=systemd.address)
        systemd.hear("READY=1")
        daemon.kill()
    mount("-o", "remount,ro", str(disk))
    daemon.start(NOTIFY_SOCKET=systemd.address)
    try:
        heard = systemd.hear("EXTEND_TIMEOUT_USEC=")
        while not daemon.logged("store_waits_for_its_disk"):
            assert daemon.process is not None
            assert daemon.process.poll() is None, daemon.log.read_text()[-500:]
            time.sleep(0.05)
        mount("-o", "remount,rw", str(disk))
        heard += systemd.hear("READY=1")
        assert not any("READY=1" in each for each in heard[:-1])
    finally:
        assert daemon.stop() == 0
    assert (disk / "store" / "lamplighter.db").exists()


def test_who_waits_for_a_disk_ends_when_told_to(
    disk: Path, tmp_path: Path, systemd: Systemd
) -> None:
    daemon = daemon_on(disk / "store", tmp_path)
    mount("-o", "remount,ro", str(disk))
    daemon.start(NOTIFY_SOCKET=systemd.address)
    systemd.hear("EXTEND_TIMEOUT_USEC=")
    while len(daemon.logged("store_waits_for_its_disk")) < 2:
        time.sleep(0.05)
    daemon.send(signal.SIGTERM)
    assert daemon.wait() == 0
    assert daemon.logged("stopped")


def test_a_folder_that_may_not_be_made_is_no_disk_to_wait_for(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    daemon = daemon_on(tmp_path / "file" / "store", tmp_path)
    daemon.start()
    assert daemon.wait() == 1
    assert not daemon.logged("store_waits_for_its_disk")


def test_a_key_that_is_not_there_ends_at_once(tmp_path: Path) -> None:
    daemon = Daemon(tmp_path / "daemon", NOBODY)
    text = daemon.config.read_text()
    key = tmp_path / "key"
    key.write_text("00" * 32)
    key.chmod(0o600)
    place = f"path: {daemon.folder / 'store'}"
    daemon.config.write_text(text.replace(place, f"{place}, encryption: {{key_file: {key}}}"))
    daemon.start()
    while not daemon.logged("started"):
        assert daemon.process is not None
        assert daemon.process.poll() is None, daemon.log.read_text()[-500:]
        time.sleep(0.05)
    daemon.stop()
    daemon.config.write_text(text)
    daemon.start()
    assert daemon.wait() == 78
    assert not daemon.logged("store_waits_for_its_disk")
