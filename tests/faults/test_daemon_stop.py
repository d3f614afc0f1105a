"""SIGTERM at bad moments: the daemon ends within five seconds, by itself, and loses nothing."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.broker.daemons import ROOT
from tests.faults.stage import Stage, until

pytestmark = pytest.mark.broker

WITHIN = 5.0
"""Promised by the systemd unit's and ``./tools/run``'s clean stop; kill -9 would come after it."""


def ends(stage: Stage) -> int:
    """The exit code.

    Raises:
        AssertionError: it did not end in time.
    """
    assert stage.daemon.process is not None
    try:
        return stage.daemon.process.wait(WITHIN)
    except subprocess.TimeoutExpired:
        raise AssertionError(f"it still runs after {WITHIN:.0f} s") from None


def handles_sigterm(stage: Stage) -> bool:
    """True from the moment on that Python has a handler for SIGTERM."""
    assert stage.daemon.process is not None
    status = Path(f"/proc/{stage.daemon.process.pid}/status").read_text(encoding="ascii")
    line = next(line for line in status.splitlines() if line.startswith("SigCgt"))
    return bool(int(line.split()[1], 16) & 1 << signal.SIGTERM - 1)


def test_in_a_burst(make_stage: Callable[..., Stage]) -> None:
    stage = make_stage()
    stage.start()
    asked = [stage.send(f"set the kitchen light to {n} percent") for n in range(1, 60)]
    for number in range(2000):
        stage.person.client.publish("dev/light", f'{{"state": "ON", "brightness": {number % 255}}}')
    stage.daemon.send(signal.SIGTERM)
    assert ends(stage) == 0
    assert not stage.daemon.logged("upkeep_failed")
    assert "Traceback" not in stage.daemon.log.read_text()
    stage.daemon.start()
    until(lambda: all(stage.listener.answers(each) for each in asked), "every reply")
    until(stage.is_drained, "inbox and outbox are empty")
    done = stage.query("SELECT count(DISTINCT json_extract(data, '$.id')), count(*) FROM audit")
    assert done == [(59, 59)]
    # After a clean stop nothing is sent a second time, not even on the wire.
    told = [payload for topic, payload in stage.devices.commands if topic == "dev/light/set"]
    assert len(told) == len(set(told)) == 59


def test_while_a_reply_is_waited_for(make_stage: Callable[..., Stage]) -> None:
    stage = make_stage()
    stage.configure("confirm_within: 1.5", "confirm_within: 600")
    stage.start()
    ask_id = stage.send("turn on the hall lamp")
    until(lambda: ("dev/dead/set", b"ON") in stage.devices.commands, "the command")
    assert stage.listener.answers(ask_id) == []
    stage.daemon.send(signal.SIGTERM)
    assert ends(stage) == 0
    stage.configure("confirm_within: 600", "confirm_within: 0.5")
    stage.daemon.start()
    reply = until(lambda: stage.listener.answers(ask_id), "the reply, by the next run")[0]
    assert reply["outcome"] == "failed"
    assert stage.devices.commands.count(("dev/dead/set", b"ON")) == 1


def test_while_it_starts_and_twice(make_stage: Callable[..., Stage]) -> None:
    stage = make_stage()
    for pause in (0.0, 0.05, 0.2):
        stage.daemon.start()
        until(lambda: handles_sigterm(stage), "it handles SIGTERM", every=0.001)
        time.sleep(pause)
        stage.daemon.send(signal.SIGTERM)
        stage.daemon.send(signal.SIGTERM)
        assert ends(stage) == 0
    assert "Traceback" not in stage.daemon.log.read_text()


def test_with_a_broker_that_does_not_answer(make_stage: Callable[..., Stage]) -> None:
    stage = make_stage()
    stage.start()
    stage.send("turn on the kitchen light")
    stage.broker.freeze()
    try:
        stage.daemon.send(signal.SIGTERM)
        time.sleep(0.3)
        stage.daemon.send(signal.SIGTERM)
        assert ends(stage) == 0
    finally:
        stage.broker.thaw()
    until(
        lambda: (f"{ROOT}/status", b"offline") in stage.listener.others, "the broker says offline"
    )


def test_without_a_broker(make_stage: Callable[..., Stage]) -> None:
    stage = make_stage()
    stage.broker.kill()
    stage.daemon.start()
    until(lambda: stage.daemon.logged("link_connect_failed"), "it looks for the broker")
    stage.daemon.send(signal.SIGINT)
    assert ends(stage) == 0
