"""A broker that refuses, delays, reorders or withholds its answers to what waits in the outbox."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.faults.carrier import Carrier
from tests.faults.fake_broker import (
    PUBLISH,
    FakeBroker,
    Scene,
    Visit,
    accept,
    puback,
    publication,
)
from tests.faults.stage import until

from lamplighter.link.events import Disconnected
from lamplighter.link.settings import Broker
from lamplighter.store.outbound.lanes import Lane

ROWS = 200
TOPICS = 4
HURRY = 40
"""How many times faster the link's clock runs than ours: what takes a minute takes seconds."""


class Books:
    """What a fake broker saw and answered, over all of its connections."""

    def __init__(self) -> None:
        self.wire: Counter[bytes] = Counter()
        self.taken: list[bytes] = []
        self.refused: Counter[bytes] = Counter()
        self.most_at_once = 0

    def take(self, visit: Visit, mid: int, payload: bytes) -> None:
        self.taken.append(payload)
        visit.send(puback(mid))

    def refuse(self, visit: Visit, mid: int, payload: bytes, code: int) -> None:
        self.refused[payload] += 1
        visit.send(puback(mid, code))

    def next(self, visit: Visit) -> tuple[int, bytes]:
        """The next publication."""
        while True:
            kind, body = visit.serve()
            if kind == PUBLISH:
                mid, payload = publication(body)
                self.wire[payload] += 1
                return mid, payload


Play = Callable[..., Carrier]


@pytest.fixture
def books() -> Books:
    return Books()


@pytest.fixture
def play(tmp_path: Path) -> Iterator[Play]:
    """Starts a fake broker with these scenes, and an agent whose time runs fast."""
    made: list[tuple[FakeBroker, Carrier]] = []

    def start(*scenes: Scene) -> Carrier:
        fake = FakeBroker(*scenes)
        carrier = Carrier(
            tmp_path / "store",
            Broker(port=fake.port, keepalive=30),
            monotonic=lambda: time.monotonic() * HURRY,
        )
        made.append((fake, carrier))
        carrier.start("in/#")
        return carrier

    yield start
    for fake, carrier in made:
        carrier.stop()
        fake.close()


def fill(carrier: Carrier, rows: int = ROWS) -> set[bytes]:
    """Puts numbered rows in, on a few topics in turn, and returns them when they are on disk."""
    for number in range(rows):
        carrier.put(f"out/{number % TOPICS}", f"row {number}".encode(), Lane.STATES)
    return {f"row {number}".encode() for number in range(rows)}


def drained(carrier: Carrier, within: float = 40.0) -> None:
    def is_empty() -> bool:
        carrier.pump.wake()  # whose sleep is by our clock
        return not carrier.waiting()

    until(is_empty, f"{carrier.waiting()} rows wait", within)


def in_order(payloads: list[bytes]) -> None:
    """Copies aside, every topic's rows were taken as they were put in."""
    numbers = list(dict.fromkeys(int(payload.split()[1]) for payload in payloads))
    for topic in range(TOPICS):
        own = [number for number in numbers if number % TOPICS == topic]
        assert own == sorted(own)


def test_answers_that_come_late_and_in_any_order_change_nothing(play: Play, books: Books) -> None:
    chance = random.Random(3)  # noqa: S311 - any order will do

    def scene(visit: Visit) -> None:
        accept(visit)
        held: list[tuple[int, bytes]] = []
        while True:
            held.append(books.next(visit))
            books.most_at_once = max(books.most_at_once, len(held))
            # The window is full: nothing more comes before an answer.
            if len(held) == 20 or len(books.wire) == ROWS:
                time.sleep(0.02)
                chance.shuffle(held)
                for mid, payload in held:
                    books.take(visit, mid, payload)
                held.clear()

    carrier = play(scene)
    rows = fill(carrier)
    drained(carrier)
    assert set(books.taken) == rows
    assert books.wire == Counter(rows)
    assert 1 < books.most_at_once <= 20
    assert carrier.told(Disconnected) == []


def test_with_a_receive_maximum_of_one_they_go_one_by_one(play: Play, books: Books) -> None:
    def scene(visit: Visit) -> None:
        accept(visit, b"\x20\x06\x00\x00\x03\x21\x00\x01")
        while True:
            mid, payload = books.next(visit)
            behind = visit.unread(0.002) == PUBLISH
            books.most_at_once = max(books.most_at_once, 1 + behind)
            books.take(visit, mid, payload)

    carrier = play(scene)
    rows = fill(carrier)
    drained(carrier)
    assert set(books.taken) == rows
    assert books.wire == Counter(rows)
    in_order(books.taken)
    assert books.most_at_once == 1


def test_what_is_refused_goes_again_or_into_the_ledger(play: Play, books: Books) -> None:
    forbidden, malformed, full = b"row 5", b"row 6", b"row 7"

    def scene(visit: Visit) -> None:
        accept(visit)
        while True:
            mid, payload = books.next(visit)
            if payload == forbidden:
                books.refuse(visit, mid, payload, 0x87)
            elif payload == malformed:
                books.refuse(visit, mid, payload, 0x99)
            elif payload == full and books.refused[full] < 4:
                books.refuse(visit, mid, payload, 0x97)
            else:
                books.take(visit, mid, payload)

    carrier = play(scene)
    rows = fill(carrier)
    drained(carrier)
    assert set(books.taken) == rows - {forbidden, malformed}
    # What was taken before a refusal goes again behind it: the last row of a topic stays last.
    last = {number: f"row {ROWS - TOPICS + number}".encode() for number in range(TOPICS)}
    for topic, payload in last.items():
        own = [each for each in books.taken if int(each.split()[1]) % TOPICS == topic]
        assert own[-1] == payload
    assert books.refused == {forbidden: 3, malformed: 1, full: 4}
    losses = {(loss.topic, loss.reason, loss.count) for loss in carrier.store.ledger.losses()}
    assert losses == {
        ("out/1", "refused", 1),
        ("out/2", "refused", 1),
    }
    assert carrier.told(Disconnected) == []


def test_a_broker_that_answers_pings_only_is_left_and_tried_again(play: Play, books: Books) -> None:
    def mute(visit: Visit) -> None:
        accept(visit)
        while True:
            books.next(visit)

    def good(visit: Visit) -> None:
        accept(visit)
        while True:
            books.take(visit, *books.next(visit))

    carrier = play(mute, good)
    rows = fill(carrier)
    drained(carrier)
    (end,) = carrier.told(Disconnected)
    assert end.reason.startswith("the broker does not acknowledge a publication for")
    assert set(books.taken) == rows
    in_order(books.taken)
    assert books.wire.total() - len(books.wire) == 20


def test_a_row_that_ends_connections_holds_up_its_own_topic_only(play: Play, books: Books) -> None:
    poison = b"row 9"
    cured = threading.Event()

    def scene(visit: Visit) -> None:
        accept(visit)
        while True:
            mid, payload = books.next(visit)
            if payload == poison and not cured.is_set():
                return
            books.take(visit, mid, payload)

    carrier = play(scene)
    rows = fill(carrier)
    behind = {row for row in rows if (n := int(row.split()[1])) % TOPICS == 1 and n >= 9}
    until(lambda: set(books.taken) >= rows - behind, "all other topics are through")
    until(lambda: carrier.pump.state().held, "the row is found out")
    assert poison not in books.taken
    cured.set()
    drained(carrier)
    assert set(books.taken) == rows
    in_order(books.taken)
    assert carrier.store.ledger.losses() == []


def test_a_topic_that_must_wait_holds_up_no_other_however_much_waits_on_it(
    play: Play, books: Books
) -> None:
    def scene(visit: Visit) -> None:
        accept(visit)
        while True:
            mid, payload = books.next(visit)
            if payload.startswith(b"full"):
                books.refuse(visit, mid, payload, 0x97)
            else:
                books.take(visit, mid, payload)

    carrier = play(scene)
    waiting = carrier.put_all("out/full", [f"full {number}".encode() for number in range(3000)])
    until(lambda: books.refused, "the first refusal")
    rows = fill(carrier)
    until(lambda: set(books.taken) == rows, "all other topics are through")
    until(lambda: carrier.waiting() == waiting, "only the topic that waits is left")
