"""A broker that dies with and without its memory, while commands, alarms and replies wait."""

from __future__ import annotations

import json
import time
from collections.abc import Callable

import pytest
from tests.broker.daemons import ROOT
from tests.faults.stage import Stage, until

pytestmark = pytest.mark.broker

MACHINE = """
machines:
  - asset: press
    tags:
      pressure: {topic: plant/press, path: bar, limits: {high: 10, on_delay: 2}}
"""
ALARM = f"{ROOT}/alarms/press/pressure_high"


ACTIVE = "SELECT 1 FROM alarms WHERE state = 'unacknowledged'"


def kill_frozen(stage: Stage) -> None:
    """Kills a frozen broker, without a moment in which it goes on."""
    assert stage.broker.process is not None
    stage.broker.process.kill()
    stage.broker.kill()


def waiting(stage: Stage, topic: str) -> int:
    ((count,),) = stage.query("SELECT count(*) FROM outbox WHERE topic = ?", topic)
    return int(count)


def rung(stage: Stage) -> list[str]:
    """What timers said, in the order of their coming."""
    said = [each["speech"] for each in stage.listener.replies if each["id"].startswith("schedule-")]
    return list(dict.fromkeys(said))


def test_what_waits_goes_out_in_order_and_what_expired_does_not(
    make_stage: Callable[..., Stage],
) -> None:
    stage = make_stage(extra=MACHINE, persistence=True)
    stage.configure("expire_after: 3", "expire_after: 2")
    stage.start()
    for text in (
        "turn on the hall lamp in 1 second",
        "turn on the kitchen light in 6 seconds",
        "turn off the kitchen light in 8 seconds",
        "set a timer for 6 seconds",
        "set a timer for 8 seconds",
    ):
        assert stage.ask(text)["outcome"] in ("scheduled", "answered")
    stage.person.publish("plant/press", {"bar": 12})
    until(lambda: stage.query("SELECT 1 FROM samples"), "the pressure")
    stage.broker.save()
    # First it only says nothing: what is sent now is on its way when it dies.
    stage.broker.freeze()
    until(lambda: stage.query(ACTIVE), "the alarm")
    kill_frozen(stage)

    until(lambda: waiting(stage, "dev/dead/set"), "the command that is going to expire")
    ((expiry,),) = stage.query("SELECT created + lasts FROM outbox WHERE topic = 'dev/dead/set'")
    until(lambda: time.time() > expiry, "its expiry")
    # What waits also outlives the daemon; and nothing else is to expire.
    stage.daemon.kill()
    stage.configure("expire_after: 2", "expire_after: 600")
    stage.daemon.start()
    until(lambda: waiting(stage, "dev/light/set") == 2, "both commands")
    until(lambda: waiting(stage, f"{ROOT}/reply") >= 2, "both timers")
    assert waiting(stage, ALARM)

    stage.start_broker()
    until(lambda: len(rung(stage)) >= 2, "the timers")
    until(stage.is_drained, "inbox and outbox are empty")
    told = [each for each in stage.listener.others if each[0].endswith("/set")]
    assert [(topic, json.loads(payload)["state"]) for topic, payload in told] == [
        ("dev/light/set", "ON"),
        ("dev/light/set", "OFF"),
    ]
    assert [text for text in rung(stage) if "timer" in text] == [
        "Your timer is done: 6 seconds have passed.",
        "Your timer is done: 8 seconds have passed.",
    ]
    alarms = [payload for topic, payload in stage.listener.others if topic == ALARM]
    assert json.loads(alarms[-1])["state"] == "unacknowledged"
    lost = stage.query("SELECT lane, topic, reason, count FROM ledger")
    assert lost == [("commands", "dev/dead/set", "expired", 1)]
    health = stage.listener.health[-1]
    assert health["links"]["broker"]["session_present"] is True
    assert health["last_gap"] is None


def test_a_session_that_is_lost_is_noted_as_a_gap(make_stage: Callable[..., Stage]) -> None:
    stage = make_stage(persistence=True)
    stage.start()
    stage.ask("set a timer for 1 second")
    stage.broker.kill()
    stage.broker.forget()
    killed = time.time()
    until(lambda: waiting(stage, f"{ROOT}/reply"), "the timer's end waits")
    stage.start_broker()
    health = stage.until_health(lambda each: each["last_gap"], "the gap in health")
    assert health["links"]["broker"]["session_present"] is False
    assert health["links"]["broker"]["gaps"] == 1
    gap = health["last_gap"]
    assert gap["since"] <= killed + 1
    assert gap["until"] > killed
    until(lambda: len(rung(stage)) == 1, "the timer")
    # The broker knows nothing any more: the daemon subscribes all again, and knows its devices.
    assert stage.ask("turn on the kitchen light")["outcome"] == "done"
