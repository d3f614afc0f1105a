"""A disk that fills while messages arrive: the daemon stays, says so, and loses nothing acked."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from paho.mqtt.client import Client, MQTTMessage
from tests.broker.brokers import Mosquitto
from tests.broker.daemons import Person
from tests.faults.stage import Stage, until

pytestmark = pytest.mark.broker

DISK = 12 << 20
MACHINE = """
machines:
  - asset: press
    tags:
      count: {topic: plant/press, path: n, time_path: t}
"""


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small file system of its own."""
    folder = tmp_path / "disk"
    folder.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={DISK}", "none", str(folder)],
        capture_output=True,
        check=False,
    )
    if done.returncode:
        pytest.skip("mounting a small disk is not permitted here")
    yield folder
    # Lazily: a test that failed may have left files open.
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def use_up(disk: Path) -> Path:
    """Fills the disk with somebody else's file, to the last page."""
    filler = disk / "somebody-elses"
    free = os.statvfs(disk)
    with filler.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, free.f_bavail * free.f_frsize)
    return filler


class Press:
    """Counts, and pads its messages so that they fill a disk."""

    def __init__(self, stage: Stage) -> None:
        self.sent = 0
        self._stage = stage
        self._start = time.time()

    def send(self, count: int, padding: int) -> None:
        for _ in range(count):
            self.sent += 1
            value = {"n": self.sent, "t": self._start + self.sent / 1000, "pad": "x" * padding}
            self._stage.person.client.publish("plant/press", json.dumps(value), qos=1)


def test_a_full_disk_is_said_and_costs_nothing(
    disk: Path, make_stage: Callable[..., Stage]
) -> None:
    stage = make_stage(extra=MACHINE, folder=disk)
    # The log is on another disk, as a journal would be.
    stage.daemon.log = disk.parent / "daemon.log"
    stage.start()
    press = Press(stage)
    press.send(100, padding=100)
    until(lambda: stage.query("SELECT count(*) FROM samples") == [(100,)], "the first hundred")

    filler = use_up(disk)
    press.send(300, padding=20_000)
    full = stage.until_health(lambda each: each["disk"]["full_since"], "health says full")
    assert full["disk"]["failing"]
    assert full["links"]["broker"]["connected"] is True
    acked = full["links"]["broker"]["acked"]
    assert acked < press.sent
    unanswered = stage.send("turn on the kitchen light")

    # The next run starts on the full disk, and finds it as full.
    stage.daemon.kill()
    stage.daemon.start()
    again = stage.until_health(
        lambda each: each["at"] > full["at"] + 1 and each["disk"]["full_since"], "still full"
    )
    ((kept,),) = stage.query("SELECT count(*) FROM samples")
    assert 100 <= kept < press.sent

    filler.unlink()
    until(lambda: stage.query("SELECT count(*) FROM samples") == [(press.sent,)], "all of them")
    until(lambda: stage.listener.answers(unanswered), "the reply that had to wait")
    stage.until_health(
        lambda each: each["at"] > again["at"] and not each["disk"]["full_since"], "not full"
    )
    assert stage.daemon.logged("disk_full")
    assert not stage.daemon.logged("upkeep_failed")
    assert stage.query("SELECT * FROM ledger") == []
    assert stage.daemon.stop() == 0


UPSTREAM = """
upstream:
  host: 127.0.0.1
  port: {port}
  forward: [{{name: readings, topics: ['plant/#'], lane: telemetry}}]
  pace: {{jitter: 0}}
"""


class Cloud(Person):
    """Upstream: which readings came there."""

    def __init__(self, port: int) -> None:
        super().__init__(port, "plant/#")
        self.numbers: list[int] = []

    def _on_message(self, _client: Client, _data: object, message: MQTTMessage) -> None:
        self.numbers.append(json.loads(message.payload)["n"])


def test_a_backlog_fills_the_disk_and_commands_go_on(
    disk: Path, tmp_path: Path, make_stage: Callable[..., Stage]
) -> None:
    upstream = Mosquitto(tmp_path / "upstream")
    stage = make_stage(extra=MACHINE + UPSTREAM.format(port=upstream.port), folder=disk)
    path = disk / "daemon" / "store"
    lanes = "lanes: {telemetry: {when_full: drop}}"
    stage.configure(f"{{path: {path}}}", f"{{path: {path}, {lanes}}}")
    # Making room may take some seconds, and a command is to be carried out after them.
    stage.configure("expire_after: 3", "expire_after: 60")
    stage.daemon.log = disk.parent / "daemon.log"
    stage.start()
    press = Press(stage)

    def told_of(lane: str = "telemetry") -> int:
        ((count,),) = stage.query("SELECT coalesce(sum(count), 0) FROM ledger WHERE lane = ?", lane)
        return int(count)

    def kept() -> int:
        ((count,),) = stage.query("SELECT count(*) FROM samples")
        return int(count)

    # More than the disk can hold, with nobody there to take it.
    for _ in range(12):
        press.send(100, padding=15_000)
        time.sleep(0.2)
    until(told_of, "what gives way is in the ledger")
    # Oldest first, and never a command for it.
    assert stage.ask("turn on the kitchen light")["outcome"] == "done"
    until(lambda: kept() + told_of("history") >= press.sent, "every reading")
    assert stage.ask("turn off the kitchen light")["outcome"] == "done"

    upstream.start()
    cloud = Cloud(upstream.port)
    cloud.start()
    try:
        until(stage.is_drained, "the backlog is gone")
        until(
            lambda: len(set(cloud.numbers)) + told_of() == press.sent,
            "all came or are accounted for",
        )
        assert cloud.numbers == sorted(cloud.numbers)
        assert 0 < told_of() < press.sent
        assert press.sent in cloud.numbers
    finally:
        cloud.stop()
        stage.daemon.stop()
        upstream.stop()
