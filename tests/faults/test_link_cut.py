"""Connections that end at every place of a packet, both ways, while messages flow both ways."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from tests.broker.brokers import Mosquitto
from tests.faults.carrier import Carrier, account
from tests.faults.stage import until
from tests.faults.traffic import Ear, Source
from tests.faults.wiretap import Cut, Way, Wiretap

from lamplighter.link.events import SessionLost
from lamplighter.link.settings import Broker
from lamplighter.store.outbound.lanes import Lane

pytestmark = pytest.mark.broker

CUTS = 60
TOPICS = 5


def places(count: int) -> list[Cut]:
    """Where connections are cut: the handshake byte by byte, then anywhere; some by a reset."""
    chance = random.Random(7)  # noqa: S311 - where it cuts is no secret
    found = [Cut(Way.OUT, at) for at in (1, 2, 20, 60)] + [Cut(Way.IN, at) for at in (1, 2, 5)]
    while len(found) < count:
        way = Way.IN if len(found) % 2 else Way.OUT
        found.append(Cut(way, chance.randrange(20, 3000), reset=chance.random() < 0.3))
    return found


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def test_all_is_accounted_for_after_cuts_within_packets(
    mosquitto: Mosquitto,
    stack: ExitStack,
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    wiretap = Wiretap(("127.0.0.1", mosquitto.port))
    wiretap.start()
    stack.callback(wiretap.stop)
    ear = Ear(mosquitto.port, "out/#")
    ear.start()
    stack.callback(ear.close)
    carrier = Carrier(tmp_path / "store", Broker(port=wiretap.port, keepalive=5))
    carrier.start("in/#")
    stack.callback(carrier.stop)
    # What is sent before the first subscription is for nobody.
    until(carrier.subscribed, "subscribed")
    source = Source(
        mosquitto.port, lambda number: (f"in/{number % TOPICS}", f"message {number}".encode())
    )
    wiretap.plan(*places(CUTS))
    wiretap.cut()
    source.start()
    stack.callback(source.close)
    put = 0
    while wiretap.planned or put % 100:
        carrier.put(f"out/{put % TOPICS}", f"row {put}".encode(), Lane.STATES)
        put += 1
        time.sleep(0.002)
    source.finish()
    until(lambda: not carrier.waiting(), "the outbox is empty")
    until(lambda: len(set(carrier.inbox())) >= len(source.sent), "all is in the inbox")
    until(lambda: len(set(ear.payloads())) >= put, "all was heard")

    tally = wiretap.tally
    rows = {f"row {number}".encode() for number in range(put)}
    kept = set(carrier.inbox())
    came = account(set(source.sent), tally.came, set(tally.acked), kept)
    left = account(rows, tally.left, set(tally.taken), set(ear.payloads()))
    for name, value in (("in", came), ("out", left), ("partial", tally.partial)):
        record_property(name, str(value))
        print(f"{name}: {value}")  # noqa: T201 - shown by pytest -s, and with a failure
    assert (came.lost, left.lost) == (0, 0)
    assert kept == set(source.sent)
    assert set(ear.payloads()) == rows
    assert tally.connections > CUTS
    assert tally.partial >= CUTS / 2
    assert carrier.told(SessionLost) == []
    for topic in range(TOPICS):
        in_order(carrier.inbox_of(f"in/{topic}"))
        in_order(ear.payloads(f"out/{topic}"))


def in_order(payloads: list[bytes]) -> None:
    """Copies aside, each topic's messages come as they were sent, and end with the last."""
    numbers = [int(payload.split()[1]) for payload in payloads]
    firsts = list(dict.fromkeys(numbers))
    assert firsts == sorted(firsts)
    assert numbers[-1] == max(numbers)
