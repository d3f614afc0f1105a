"""Poison on every subscribed topic: it is refused and counted, and hurts nothing else."""

from __future__ import annotations

import json
import time
from collections.abc import Callable

import pytest
from tests.broker.daemons import ROOT
from tests.faults.stage import Stage, until

pytestmark = pytest.mark.broker

GROWTH_MIB = 60
FLOOD = 2000
MACHINE = """
machines:
  - asset: press
    tags:
      pressure: {topic: plant/press, path: bar, time_path: t, limits: {high: 10}}
      flow: {topic: plant/flow}
    logs: [{topic: plant/log}, {topic: plant/events, path: m.text, level_path: m.level}]
"""
ODD = {"bar": 1, "state": 1, "brightness": 1, "t": 1, "text": 1, "op": 1, "name": 1}
POISON = {
    "not UTF-8": b"\xff\xfe\x00\x80",
    "half a surrogate pair": json.dumps(dict.fromkeys(ODD, "\ud800")).encode(),
    "5 MB": b"x" * 5_000_000,
    "5 MB of JSON": json.dumps({"op": "y" * 5_000_000, "state": "z" * 100}).encode(),
    "deep list": b"[" * 100_000,
    "deep object": b'{"bar":' * 50_000 + b"1" + b"}" * 50_000,
    "NaN": json.dumps(dict.fromkeys(ODD, float("nan"))).encode(),
    "infinity": json.dumps(ODD).replace("1", "1e999").encode(),
    "long integers": json.dumps(ODD).replace("1", "9" * 5000).encode(),
    "empty": b"",
    "NUL": b"\x00" * 100,
    "null": b"null",
    "list": b"[1, 2]",
    "lists": json.dumps({key: [] for key in ODD}).encode(),
    "objects": json.dumps({key: {"a": {}} for key in ODD}).encode(),
}
TOPICS = (
    f"{ROOT}/ask",
    f"{ROOT}/control",
    "plant/press",
    "plant/flow",
    "plant/log",
    "plant/events",
    "homeassistant/status",
    "homeassistant/light/poison/config",
    "homeassistant/sensor/node/poison/config",
    "homeassistant/device/poison/config",
    f"homeassistant/sensor/{'long' * 10_000}/config",
    "dev/light",
    "dev/lock",
    "dev/dead",
)
# Any text is a line of a log, and what is not "online" is no news of Home Assistant.
TAKES_ANYTHING = {"plant/log", "homeassistant/status"}


def no_defects(stage: Stage) -> None:
    for event in ("message_failed", "plugin_failed", "upkeep_failed", "link_listener_fault"):
        assert stage.daemon.logged(event) == []
    assert "Traceback" not in stage.daemon.log.read_text()
    assert stage.daemon.process is not None
    assert stage.daemon.process.poll() is None


def test_poison_on_every_topic_is_counted_and_hurts_nothing(
    make_stage: Callable[..., Stage],
) -> None:
    stage = make_stage(extra=MACHINE)
    stage.start()
    before = stage.rss_mib()
    for payload in POISON.values():
        for topic in TOPICS:
            stage.person.client.publish(topic, payload, qos=1)
    # Behind all of that, on topics that had their share of it.
    stage.person.publish("dev/lock", "UNLOCKED", retain=True)
    stage.person.publish("plant/press", {"bar": 12, "t": time.time()})
    until(lambda: stage.query("SELECT 1 FROM alarms WHERE state != 'normal'"), "the alarm")
    assert stage.ask("is the front door locked")["speech"].startswith("No")
    assert stage.ask("turn on the kitchen light")["outcome"] == "done"
    until(stage.is_drained, "inbox and outbox are empty")
    growth = stage.rss_mib() - before
    assert growth < GROWTH_MIB
    no_defects(stage)
    said = [*stage.daemon.logged("refused"), *stage.daemon.logged("message_buried")]
    assert {row["topic"] for row in said} == set(TOPICS) - TAKES_ANYTHING
    # Those of commands are kept for a person to look at, cut.
    kept = stage.query("SELECT topic, length(payload), length(reason) FROM dead_letters")
    assert {topic for topic, _, _ in kept} == {f"{ROOT}/ask", f"{ROOT}/control"}
    assert len(kept) == len(stage.daemon.logged("message_buried"))
    assert max(size for _, size, _ in kept) == 64 << 10
    assert max(size for _, _, size in kept) <= 300
    assert stage.daemon.log.stat().st_size < 1_000_000


def test_a_flood_of_announcements_is_taken_in(make_stage: Callable[..., Stage]) -> None:
    stage = make_stage()
    stage.start()
    before = stage.rss_mib()
    for number in range(FLOOD):
        config = {
            "name": f"Sensor {number}",
            "unique_id": f"s{number}",
            "state_topic": f"flood/{number}",
            "value_template": "{{ value_json.v | float }}",
            "unit_of_measurement": "°C",
        }
        stage.person.client.publish(
            f"homeassistant/sensor/s{number}/config", json.dumps(config), qos=1
        )
    stage.person.publish("homeassistant/sensor/last/config", b"{")
    until(lambda: stage.daemon.logged("refused"), "the last one was looked at")
    assert stage.ask("turn on the kitchen light")["outcome"] == "done"
    # Each of their topics is subscribed, and read.

    def told() -> bool:
        stage.person.publish(f"flood/{FLOOD - 1}", {"v": 21.5})
        return bool(stage.query("SELECT 1 FROM states WHERE value = '21.5'"))

    until(told, "the last one's value", every=0.2)
    growth = stage.rss_mib() - before
    assert growth < GROWTH_MIB
    no_defects(stage)
