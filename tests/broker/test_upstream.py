"""A daemon between two brokers: what goes up, what comes down, and what does neither."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from tests.broker.brokers import Mosquitto
from tests.broker.conftest import StartMosquitto
from tests.broker.daemons import ROOT, WITHIN, Daemon, Devices, Person

from lamplighter.upstream.compression import MAGIC, restored
from lamplighter.upstream.envelopes import decode

pytestmark = pytest.mark.broker

RULES = """
  forward:
    - {name: own, topics: ['lamplighter/test/alarms/#', lamplighter/test/reports,
        lamplighter/test/actions, lamplighter/test/health], lane: alarms}
    - {name: readings, topics: ['plant/#'], skip: ['plant/secret/#'],
        to: 'sites/{node}/{2:}', compress_above: 500}
    - {name: states, topics: ['dev/+'], lane: states, retain: true, on_change: true,
        redact: [secret]}
    - {name: packed, topics: ['packed/#'], batch: {count: 5, seconds: 0.3}}
    - {name: echo, topics: ['#'], skip: ['plant/#', 'packed/#', 'dev/#', 'homeassistant/#'],
        to: 'all/{topic}'}
  pace: {jitter: 0}
"""
MACHINES = """
machines:
  - asset: press
    tags:
      heat: {topic: plant/heat, limits: {high: 90}}
"""


def marks_of(message: MQTTMessage) -> dict[str, str]:
    """The MQTT 5 user properties of a message."""
    return dict(getattr(message.properties, "UserProperty", ()))


class Cloud(Person):
    """Somebody at the upstream broker who keeps every message."""

    def __init__(self, port: int) -> None:
        super().__init__(port, "#")
        self.messages: list[MQTTMessage] = []

    def _on_message(self, client: Client, data: Any, message: MQTTMessage) -> None:
        self.messages.append(message)
        super()._on_message(client, data, message)

    def on(self, topic: str) -> list[MQTTMessage]:
        return [each for each in tuple(self.messages) if each.topic == topic]

    def until(self, topic: str, count: int = 1) -> list[MQTTMessage]:
        """The messages on a topic, when there are so many."""
        deadline = time.monotonic() + WITHIN
        while len(self.on(topic)) < count:
            assert time.monotonic() < deadline, f"{len(self.on(topic))} of {count} on {topic}"
            time.sleep(0.02)
        return self.on(topic)

    def order(self, text: str, *, expiry: int | None = None, **more: Any) -> dict[str, Any]:
        """Asks the daemon from upstream, and returns the reply that came here."""
        ask_id = f"up-{time.monotonic_ns()}"
        properties = None
        if expiry is not None:
            properties = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]  # paho's
            properties.MessageExpiryInterval = expiry
        asked = {"text": text, "id": ask_id, **more}
        self.publish(f"{ROOT}/ask", asked, properties=properties)
        return self.reply(ask_id)


@dataclass(slots=True)
class Site:
    """Two brokers, a daemon between them, and people at both."""

    here: Mosquitto
    there: Mosquitto
    daemon: Daemon
    person: Person
    cloud: Cloud
    devices: Devices

    def start(self) -> None:
        self.daemon.start()
        for each in (self.cloud, self.person):
            each.hear(f"{ROOT}/status", lambda payload: payload == b"online")
        deadline = time.monotonic() + WITHIN
        while "yes" not in self.person.ask("is the front door locked")["speech"].casefold():
            assert time.monotonic() < deadline
            time.sleep(0.1)


MakeSite = Callable[..., Site]


@pytest.fixture
def make_site(start_mosquitto: StartMosquitto, tmp_path: Path) -> Iterator[MakeSite]:
    made: list[Site] = []

    def make(upstream: str = "", extra: str = "") -> Site:
        here, there = start_mosquitto(), start_mosquitto()
        section = f"upstream:\n  host: 127.0.0.1\n  port: {there.port}\n{RULES}{upstream}"
        daemon = Daemon(tmp_path / "daemon", here.port, section + MACHINES + extra)
        person = Person(here.port, f"{ROOT}/#")
        site = Site(here, there, daemon, person, Cloud(there.port), Devices(here.port))
        made.append(site)
        for client in (site.devices, site.person, site.cloud):
            client.start()
        site.devices.announce()
        return site

    yield make
    for site in made:
        site.daemon.kill()
        for client in (site.devices, site.person, site.cloud):
            client.stop()


REMOTE = """  remote: {enabled: true, allow: [light.*, lock.unlock, lock.lock], control: [flush]}
"""


def test_messages_go_up_as_their_rules_say(make_site: MakeSite) -> None:
    site = make_site()
    site.start()
    site.person.publish("plant/press/heat", "21.5")
    site.person.publish("plant/secret/x", "no")
    site.person.publish("plant/press/log", "x" * 1000)
    site.person.publish("dev/lamp", {"state": "ON", "secret": 1})
    site.person.publish("dev/lamp", {"state": "ON", "secret": 1})
    site.person.publish("dev/lamp", {"state": "OFF"})
    for number in range(7):
        site.person.publish("packed/a", str(number))
    [heat] = site.cloud.until("sites/test/press/heat")
    assert heat.payload == b"21.5"
    marks = marks_of(heat)
    assert abs(float(marks["at"]) - time.time()) < 60
    assert int(marks["id"]) > 0
    [log] = site.cloud.until("sites/test/press/log")
    assert log.payload.startswith(MAGIC)
    assert restored(bytes(log.payload)) == b"x" * 1000
    assert marks_of(log)["content-encoding"] == "zstd"
    lamp = site.cloud.until("dev/lamp", 2)
    assert [json.loads(each.payload)["state"] for each in lamp] == ["ON", "OFF"]
    assert b"secret" not in lamp[0].payload
    envelopes = site.cloud.until("lamplighter/test/batch", 2)
    items = [item for each in envelopes for item in decode(bytes(each.payload)).items]
    assert [item.payload for item in items] == [str(number).encode() for number in range(7)]
    assert {item.topic for item in items} == {"packed/a"}
    assert site.cloud.on("sites/test/secret/x") == []


def test_own_output_goes_up_once_and_never_in_a_circle(make_site: MakeSite) -> None:
    site = make_site()
    site.start()
    site.person.publish("plant/heat", "95")
    alarm = f"{ROOT}/alarms/press/heat_high"
    raised = site.person.hear(alarm, lambda payload: json.loads(payload)["active"])
    site.person.ask("turn on the kitchen light")
    [action] = site.cloud.until(f"{ROOT}/actions")
    assert json.loads(action.payload)["origin"] == "broker"
    site.cloud.until(f"{ROOT}/health")
    time.sleep(1.0)
    there = [bytes(each.payload) for each in site.cloud.on(alarm)]
    assert there.count(raised[1]) == 1
    echoes = [each.topic for each in site.cloud.messages if each.topic.startswith(f"all/{ROOT}")]
    # The rule for everything takes own output at its source as well, but no command.
    assert f"all/{ROOT}/ask" not in echoes
    assert len(site.cloud.on(f"all/{ROOT}/actions")) == 1
    assert not any(each.topic.startswith("all/all/") for each in site.cloud.messages)


def test_upstream_may_ask_for_what_is_allowed_and_no_more(make_site: MakeSite) -> None:
    site = make_site(REMOTE)
    site.start()
    done = site.cloud.order("turn on the kitchen light", expires_at=time.time() + 60)
    assert done["outcome"] == "done"
    assert site.devices.commands[-1][0] == "dev/light/set"
    asked = site.cloud.order("is the front door locked")
    assert (asked["outcome"], "es" in asked["speech"]) == ("answered", True)
    commands = len(site.devices.commands)
    refused = site.cloud.order("turn off the hall lamp and lock the door", expiry=60)
    assert refused["outcome"] in ("done", "failed")
    late = site.cloud.order("turn off the kitchen light")
    assert late["outcome"] == "refused"
    assert "until when" in late["speech"]
    expired = site.cloud.order("turn off the kitchen light", expires_at=time.time() - 1)
    assert (expired["outcome"], expired["explain"]) == ("refused", "expired")
    risky = site.cloud.order("unlock the front door", expiry=60)
    assert risky["outcome"] == "confirm"
    # A yes that was said here does not open a door for somebody elsewhere, nor the other way.
    assert site.person.ask("yes")["outcome"] != "done"
    opened = site.cloud.order("yes", expiry=60)
    assert opened["outcome"] == "done"
    told = [json.loads(each.payload) for each in site.cloud.until(f"{ROOT}/actions", 3)]
    assert {each["origin"] for each in told} == {"upstream"}
    assert ("dev/lock/set", b"UNLOCK") in site.devices.commands[commands:]


def test_what_is_not_allowed_is_refused_and_local_control_is_not(make_site: MakeSite) -> None:
    site = make_site("  remote: {enabled: true, allow: [light.turn_off], questions: false}\n")
    site.start()
    before = len(site.devices.commands)
    for text in ("turn on the kitchen light", "unlock the front door", "is the front door locked"):
        assert site.cloud.order(text, expiry=60)["outcome"] == "refused"
    for text in ("set a timer for five minutes", "turn on the kitchen light in ten seconds"):
        assert site.cloud.order(text, expiry=60)["outcome"] == "refused"
    assert len(site.devices.commands) == before
    assert site.person.ask("turn on the kitchen light")["outcome"] == "done"


def test_nothing_is_subscribed_upstream_where_nothing_may_be_asked(make_site: MakeSite) -> None:
    site = make_site()
    site.start()
    site.cloud.publish(f"{ROOT}/ask", {"text": "turn on the kitchen light", "id": "no"})
    assert site.cloud.silence(f"{ROOT}/reply", 1.0)
    assert site.devices.commands == []


def test_replies_go_to_the_response_topic_upstream_and_never_back_to_ask(
    make_site: MakeSite,
) -> None:
    site = make_site(REMOTE)
    site.start()
    before = len(site.cloud.on(f"{ROOT}/reply"))
    for topic, count in (("answers/7", before + 1), (f"{ROOT}/ask", before + 2)):
        properties = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]  # paho's
        properties.ResponseTopic = topic
        properties.CorrelationData = b"\x07"
        site.cloud.publish(f"{ROOT}/ask", "is the front door locked", properties=properties)
        site.cloud.until(f"{ROOT}/reply", count)
    [answer] = site.cloud.until("answers/7")
    assert getattr(answer.properties, "CorrelationData", None) == b"\x07"
    time.sleep(0.5)
    assert len(site.cloud.on(f"{ROOT}/reply")) == before + 2


def test_control_from_upstream_is_as_allowed(make_site: MakeSite) -> None:
    site = make_site(REMOTE)
    site.start()
    answers: list[MQTTMessage] = []
    for op in ("flush", "reload"):
        properties = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]  # paho's
        properties.ResponseTopic = "answers/control"
        site.cloud.publish(f"{ROOT}/control", {"op": op}, properties=properties)
        answers = site.cloud.until("answers/control", len(answers) + 1)
    assert [json.loads(each.payload)["ok"] for each in answers] == [True, False]


def test_a_command_that_waited_too_long_upstream_never_runs(make_site: MakeSite) -> None:
    site = make_site(REMOTE)
    site.start()
    site.daemon.stop()
    site.cloud.publish(
        f"{ROOT}/ask",
        {"text": "turn on the kitchen light", "id": "late", "expires_at": time.time() + 0.5},
    )
    properties = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]  # paho's
    properties.MessageExpiryInterval = 1
    site.cloud.publish(
        f"{ROOT}/ask", {"text": "turn on the kitchen light", "id": "gone"}, properties=properties
    )
    time.sleep(2.2)
    site.daemon.start()
    assert site.cloud.reply("late")["explain"] == "expired"
    time.sleep(0.5)
    assert [topic for topic, _ in site.devices.commands if topic == "dev/light/set"] == []


def test_losses_are_told_upstream(make_site: MakeSite) -> None:
    site = make_site()
    site.start()
    site.person.publish("plant", "too few levels for this rule's topic")
    [told] = site.cloud.until(f"{ROOT}/ledger")
    lines = json.loads(told.payload)["lines"]
    assert [(line["topic"], line["count"], line["link"]) for line in lines] == [
        ("plant", 1, "upstream")
    ]


def test_status_upstream_is_told_by_farewell_and_by_will(make_site: MakeSite) -> None:
    site = make_site()
    site.start()
    site.daemon.stop()
    assert [bytes(each.payload) for each in site.cloud.until(f"{ROOT}/status", 2)] == [
        b"online",
        b"offline",
    ]
    site.daemon.start()
    site.cloud.until(f"{ROOT}/status", 3)
    site.daemon.kill()
    assert bytes(site.cloud.until(f"{ROOT}/status", 4)[-1].payload) == b"offline"


def test_rules_change_by_a_reload(make_site: MakeSite) -> None:
    site = make_site()
    site.start()
    text = site.daemon.config.read_text()
    site.daemon.config.write_text(text.replace("topics: ['plant/#']", "topics: ['other/#']"))
    site.person.publish(f"{ROOT}/control", {"op": "reload"})
    deadline = time.monotonic() + WITHIN
    while not site.daemon.logged("reloaded"):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert site.daemon.logged("reloaded")[-1]["needs_restart"] == []
    time.sleep(0.5)
    site.person.publish("plant/a", "1")
    site.person.publish("other/a", "2")
    site.cloud.until("sites/test/a")
    assert [bytes(each.payload) for each in site.cloud.on("sites/test/a")] == [b"2"]


def test_without_an_upstream_the_local_broker_keeps_nothing_to_be_forwarded(
    make_site: MakeSite,
) -> None:
    site = make_site()
    site.start()
    site.daemon.stop()
    text = site.daemon.config.read_text()
    section = text[text.index("upstream:") : text.index("machines:")]
    site.daemon.config.write_text(text.replace(section, ""))
    site.daemon.start()
    deadline = time.monotonic() + WITHIN
    while "Received UNSUBSCRIBE from lamplighter-test-forward" not in site.here.log():
        assert time.monotonic() < deadline
        time.sleep(0.05)
