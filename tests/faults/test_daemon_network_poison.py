"""Packets that no decent broker sends, and floods of topics: counted, bounded, survived."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator

import pytest
from tests.broker.daemons import ROOT
from tests.faults.stage import Stage, until
from tests.faults.wiretap import Wiretap

pytestmark = pytest.mark.broker

GROWTH_MIB = 60
FLOOD = int(os.environ.get("LAMPLIGHTER_TOPICS", "20000"))
MOST = 500
QOS_0 = 0x30
ASK = f"{ROOT}/ask".encode()
ODD_TOPICS = (
    b"\xff\xfe\x80",
    b"homeassistant/light/\xc3\x28/config",
    b"homeassistant/light/\xed\xa0\x80/config",
    b"homeassistant/light/a\x00b/config",
    b"homeassistant/+/#/config",
    b"homeassistant/light//config",
    b"",
    b"/",
    b"$SYS/broker/uptime",
    b"dev/light/" + b"\xff" * 60_000,
    b"x" * 65_535,
)
ODD_ANSWER_TOPICS = (b"", b"#", b"a/+", b"\xff", b"\xff" * 65_535, b"a\x00b", b"$share/a/b")


@pytest.fixture
def wire(make_stage: Callable[..., Stage]) -> Iterator[tuple[Stage, Wiretap]]:
    """A stage whose daemon is reached by the wiretap."""
    limit = f"plugins: {{homeassistant: {{most_entities: {MOST}}}}}\n"
    stage = make_stage(extra=limit)
    wiretap = Wiretap(("127.0.0.1", stage.broker.port))
    wiretap.start()
    stage.configure(f"port: {stage.broker.port}", f"port: {wiretap.port}")
    yield stage, wiretap
    wiretap.stop()


def at_qos_0(topic: bytes, payload: bytes, properties: bytes = b"") -> bytes:
    """An MQTT 5 PUBLISH, whatever is in it."""
    body = len(topic).to_bytes(2, "big") + topic
    body += length(len(properties)) + properties + payload
    return bytes([QOS_0]) + length(len(body)) + body


def length(size: int) -> bytes:
    found = b""
    while size > 0x7F:
        found += bytes([size & 0x7F | 0x80])
        size >>= 7
    return found + bytes([size])


def answer_to(topic: bytes, correlation: bytes = b"c") -> bytes:
    """The properties of a question: where the answer is to go, and what it is to carry."""
    return b"".join(
        [
            b"\x08" + len(topic).to_bytes(2, "big") + topic,
            b"\x09" + len(correlation).to_bytes(2, "big") + correlation,
        ]
    )


def is_well(stage: Stage) -> None:
    """It answers, its queues are empty, and nothing in it has failed."""
    assert stage.ask("turn on the kitchen light")["outcome"] == "done"
    until(stage.is_drained, "inbox and outbox are empty")
    events = ("message_failed", "plugin_failed", "upkeep_failed", "pump_fault", "link_fault")
    for event in events:
        assert stage.daemon.logged(event) == []
    assert "Traceback" not in stage.daemon.log.read_text()


def test_packets_that_no_broker_sends_hurt_nothing(wire: tuple[Stage, Wiretap]) -> None:
    stage, wiretap = wire
    stage.start()
    before = stage.rss_mib()
    assert wiretap.wire is not None
    for topic in ODD_TOPICS:
        wiretap.wire.slip_in(at_qos_0(topic, b'{"state": "ON"}'))
    for number, topic in enumerate(ODD_ANSWER_TOPICS):
        question = json.dumps({"text": "is the front door locked", "id": f"odd-{number}"})
        wiretap.wire.slip_in(at_qos_0(ASK, question.encode(), answer_to(topic, b"c" * 60_000)))
    is_well(stage)
    # Every question was answered or is kept for a person to look at; what could not be published
    # where it was asked for is in the ledger.
    numbers = range(len(ODD_ANSWER_TOPICS))
    answered = [number for number in numbers if stage.listener.answers(f"odd-{number}")]
    ((buried,),) = stage.query("SELECT count(*) FROM dead_letters")
    assert len(answered) + buried == len(ODD_ANSWER_TOPICS)
    lost = dict(stage.query("SELECT reason, sum(count) FROM ledger GROUP BY reason"))
    assert lost.keys() == {"refused"}
    assert stage.daemon.logged("link_disconnected") == []
    assert stage.rss_mib() - before < GROWTH_MIB
    print({"asked": len(ODD_ANSWER_TOPICS), "answered": answered, "buried": buried, **lost})  # noqa: T201


def test_topics_that_no_broker_takes_end_no_connection(wire: tuple[Stage, Wiretap]) -> None:
    stage, _ = wire
    odd = ["a\x01", "a\x85", "a\ufdd0", "\U0010ffff", "a\0b", "a/" * 250, "a" * 65_536, "#/a", "a+"]
    for number, topic in enumerate(odd):
        name = f"odd{number}"
        for key in ("state_topic", "availability_topic", "command_topic"):
            config = {
                "name": name,
                "unique_id": f"{name}{key}",
                "command_topic": "dev/x/set",
                key: topic,
            }
            stage.person.publish(f"homeassistant/switch/{name}{key}/config", config, retain=True)
    stage.start()
    for number in range(len(odd)):
        stage.ask(f"turn on odd{number}")
    is_well(stage)
    assert stage.daemon.logged("link_disconnected") == []


def test_nonsense_between_packets_costs_a_connection_and_no_message(
    wire: tuple[Stage, Wiretap],
) -> None:
    stage, wiretap = wire
    stage.start()
    nonsense = [b"\x32\x05\x00\x09abc", b"\x00\x00", b"\x30\xff\xff\xff\xff\x01", b"\x20\x00"]
    for number, packet in enumerate(nonsense):
        assert wiretap.wire is not None
        ask_id = stage.send("turn on the kitchen light")
        wiretap.wire.slip_in(packet)
        until(lambda: len(stage.daemon.logged("link_connected")) > number + 1, "a new connection")  # noqa: B023
        until(lambda: stage.listener.answers(ask_id), "the answer")  # noqa: B023
    is_well(stage)
    ends = stage.daemon.logged("link_disconnected")
    assert len(ends) == len(nonsense)
    audit = stage.query("SELECT json_extract(data, '$.id') FROM audit")
    assert len(audit) == len(set(audit))


def test_a_flood_of_topics_is_bounded_and_counted(wire: tuple[Stage, Wiretap]) -> None:
    stage, wiretap = wire
    stage.start()
    before = stage.rss_mib()
    for number in range(FLOOD):
        config: dict[str, object] = {
            "name": f"Sensor {number}",
            "unique_id": f"s{number}",
            "state_topic": f"flood/{number}",
        }
        if number % 2:
            del config["state_topic"]
        topic = f"homeassistant/sensor/s{number}/config"
        stage.person.client.publish(topic, json.dumps(config), qos=1)

    assert stage.ask("is the front door locked")["speech"].startswith("Yes")
    # A new connection is told the health at once.
    told = len(stage.listener.health)
    wiretap.cut()
    until(lambda: len(stage.listener.health) > told, "its health")
    refused, entities = stage.listener.health[-1]["inbox"]["refused"], MOST
    assert refused == FLOOD - (MOST - 3)
    assert stage.listener.health[-1]["entities"] == entities
    growth = stage.rss_mib() - before
    print({"topics": FLOOD, "known": entities, "refused": refused, "grown_mib": round(growth, 1)})  # noqa: T201
    assert growth < GROWTH_MIB
    assert stage.daemon.log.stat().st_size < 2_000_000
    is_well(stage)
