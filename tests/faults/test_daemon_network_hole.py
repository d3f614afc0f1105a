"""Packets that vanish on the way for longer than the keepalive, and a way back that comes again."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from tests.broker.brokers import Mosquitto, find_mosquitto
from tests.broker.daemons import Daemon
from tests.faults.namespaces import FAR, NEAR, Namespaces, NoNamespacesError
from tests.faults.stage import Stage, until
from tests.faults.traffic import Source
from tests.faults.wiretap import Wiretap

pytestmark = pytest.mark.broker

KEEPALIVE = 5
PORT = 1883
TIMERS = (4, 6, 8, 10, 12, 14)
MACHINE = """
machines:
  - asset: press
    tags:
      count: {topic: plant/press, path: n, time_path: t}
"""


class FarMosquitto(Mosquitto):
    """A mosquitto in the far namespace; the test reaches it by a socket in the file system."""

    def __init__(self, folder: Path, spaces: Namespaces, tap_port: int) -> None:
        lines = (f"listener {PORT} {FAR}", f"listener 0 {folder}/socket")
        super().__init__(folder, port=tap_port, persistence=True, lines=lines)
        self.spaces = spaces

    def start(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        config = self.folder / "mosquitto.conf"
        config.write_text("\n".join(self._config()) + "\n")
        command = self.spaces.command("far", [find_mosquitto() or "", "-c", str(config)])
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
        until(self._listens, "the broker listens")

    def _listens(self) -> bool:
        with socket.socket(socket.AF_UNIX) as sock:
            return sock.connect_ex(str(self.folder / "socket")) == 0


class NearDaemon(Daemon):
    """A daemon in the near namespace, with the far broker."""

    def __init__(self, folder: Path, spaces: Namespaces, extra: str) -> None:
        super().__init__(folder, PORT, extra)
        self.spaces = spaces
        text = self.config.read_text()
        broker = f"broker: {{host: {FAR}, port: {PORT}, keepalive: {KEEPALIVE}}}"
        self.config.write_text(text.replace(f"broker: {{port: {PORT}}}", broker))

    def start(self, **environment: str) -> None:
        assert not environment
        run = [sys.executable, "-m", "lamplighter", "run", "--config", str(self.config)]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.spaces.command("near", run), stdout=log, stderr=log
            )


@pytest.fixture
def spaces() -> Iterator[Namespaces]:
    made = Namespaces()
    try:
        made.start()
    except NoNamespacesError as error:
        pytest.skip(f"no network namespaces here: {error}")
    yield made
    made.stop()


@pytest.fixture
def stage(spaces: Namespaces, tmp_path: Path) -> Iterator[Stage]:
    if find_mosquitto() is None:
        pytest.skip("mosquitto is not installed")
    with ExitStack() as stack:
        # A Unix socket's path is short.
        folder = tmp_path / "m"
        tap = Wiretap(f"{folder}/socket", counting=False)
        tap.start()
        stack.callback(tap.stop)
        broker = FarMosquitto(folder, spaces, tap.port)
        broker.start()
        stage = Stage(broker, tmp_path, "")
        stage.daemon = NearDaemon(tmp_path / "near", spaces, MACHINE)
        stack.callback(stage.close)
        stage.open()
        yield stage


def samples(number: int) -> tuple[str, bytes]:
    return "plant/press", json.dumps({"n": number, "t": time.time()}).encode()


def rung(stage: Stage) -> Counter[str]:
    """How often each timer's end was heard."""
    said = [each["speech"] for each in tuple(stage.listener.replies)]
    return Counter(each for each in said if "timer is done" in each)


def waiting(stage: Stage) -> int:
    ((count,),) = stage.query("SELECT count(*) FROM outbox")
    return int(count)


@pytest.mark.parametrize("vanishing", [(NEAR, FAR), (NEAR,)], ids=["both ways", "the way back"])
def test_nothing_is_lost_in_a_hole_longer_than_the_keepalive(
    stage: Stage,
    spaces: Namespaces,
    vanishing: tuple[str, ...],
    record_property: Callable[[str, object], None],
) -> None:
    stage.start()
    source = Source(stage.broker.port, message=samples, rate=100)
    source.start()
    for seconds in TIMERS:
        assert stage.ask(f"set a timer for {seconds} seconds")["outcome"] in (
            "scheduled",
            "answered",
        )
    began = time.time()
    spaces.swallow(*vanishing)
    until(lambda: stage.daemon.logged("link_disconnected"), "the silence is noticed")
    (end,) = stage.daemon.logged("link_disconnected")
    assert end["reason"].startswith("nothing heard from the broker for")
    noticed = time.time() - began
    assert noticed < 2 * KEEPALIVE
    until(lambda: waiting(stage) >= 4, "what can't leave is on disk")
    if FAR not in vanishing:
        # What its kernel says of the connections it had does not come back either.
        stage.broker.save()
        stage.broker.kill()
        stage.broker.start()
    spaces.heal(*vanishing)
    healed = time.time()
    until(lambda: stage.daemon.logged("link_connected")[1:], "it is connected again")
    back = time.time() - healed
    source.finish()
    source.close()
    until(stage.is_drained, "inbox and outbox are empty")
    until(lambda: len(rung(stage)) == len(TIMERS), "all timers")

    stored = [number for (number,) in stage.query("SELECT value FROM samples ORDER BY value")]
    came = stage.listener.health[-1]["links"]["broker"]
    counted = {
        "sent": len(source.sent),
        "stored": len(stored),
        "duplicated": sum(rung(stage).values()) - len(TIMERS),
        "lost": len(source.sent) - len(set(stored)),
        "noticed_after_s": round(noticed, 1),
        "back_after_s": round(back, 1),
    }
    for name, value in counted.items():
        record_property(name, value)
    print(counted)  # noqa: T201 - shown by pytest -s, and with a failure
    assert stored == list(range(len(source.sent)))
    assert came["gaps"] == 0
    assert stage.query("SELECT * FROM ledger") == []
