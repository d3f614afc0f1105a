"""What leaves first: live traffic, then the backlog at its pace, each topic in its order."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable
from concurrent.futures import Future
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from lamplighter.plugin import Publication
from lamplighter.store.outbound.lanes import Lane
from lamplighter.store.outbound.outbox_rows import OutboxRow
from lamplighter.upstream.compression import restored
from lamplighter.upstream.departures import Departures
from lamplighter.upstream.envelopes import decode
from lamplighter.upstream.pacing import Pacer
from lamplighter.upstream.settings import Batch, Forward, Pace

PLAIN = Forward(("#",), name="plain")
OVERTAKING = Forward(("#",), name="overtaking", overtake=True)
BATCHED = Forward(("#",), name="batched", batch=Batch(count=5, seconds=2.0, to="env/{node}"))
RULES = {each.title: each for each in (PLAIN, OVERTAKING, BATCHED)}


class Time:
    def __init__(self) -> None:
        self.now = 1000.0
        self.each_look = 0.0

    def __call__(self) -> float:
        self.now += self.each_look
        return self.now


class Shelf:
    """An outbox in memory."""

    def __init__(self, time: Time) -> None:
        self.time = time
        self.rows: dict[int, OutboxRow] = {}
        self.last = 0
        self.dropped: list[tuple[set[int], str]] = []

    def put(
        self,
        topic: str,
        *,
        lane: Lane = Lane.TELEMETRY,
        rule: str | None = "plain",
        age: float = 0.0,
        payload: bytes = b"x",
    ) -> int:
        self.last += 1
        publication = Publication(topic, payload)
        self.rows[self.last] = OutboxRow(
            self.last, "upstream", lane, 0, None, self.time() - age, publication, rule=rule
        )
        return self.last

    def due(
        self,
        limit: int,
        *,
        now: float,  # noqa: ARG002 - nothing here expires
        in_flight: Collection[int] = (),
        held: Collection[str] = (),
        link: str = "upstream",  # noqa: ARG002 - there is only one
    ) -> list[OutboxRow]:
        rows = sorted(self.rows.values(), key=lambda row: (row.lane, row.id))
        free = [row for row in rows if row.id not in in_flight]
        return [row for row in free if row.publication.topic not in held][:limit]

    def younger(self, after: int, limit: int, *, now: float, link: str) -> list[OutboxRow]:  # noqa: ARG002 - as above
        rows = [row for row in self.rows.values() if row.id > after and row.lane > Lane.ALARMS]
        return sorted(rows, key=lambda row: row.id)[:limit]

    def has_elders(self, row: OutboxRow, apart: Collection[int]) -> bool:
        return any(
            each.publication.topic == row.publication.topic
            and each.id < row.id
            and each.id not in apart
            for each in self.rows.values()
        )

    def last_id(self) -> int:
        return self.last

    def sent(self, ids: Iterable[int], *, at_once: bool = False) -> None:  # noqa: ARG002 - as above
        for number in ids:
            del self.rows[number]

    def tried(self, ids: Iterable[int]) -> None:
        for number in ids:
            assert number in self.rows

    def begin(self, ids: Collection[int]) -> Future[None]:
        raise AssertionError(ids)

    def drop(self, ids: Collection[int], reason: str) -> Any:
        self.dropped.append((set(ids), reason))
        self.sent(ids)


class Bench:
    """Departures of a shelf, and a pump that takes what leaves."""

    def __init__(self, pace: Pace | None = None, *, chance: float = 0.0) -> None:
        self.time = Time()
        self.shelf = Shelf(self.time)
        self.waits: list[float] = []
        self.pacer = Pacer(
            pace or Pace(messages_per_second=None, jitter=0),
            monotonic=self.time,
            random=lambda: chance,
        )
        self.departures = Departures(
            self.shelf,
            self.pacer,
            rule_of=RULES.get,
            company=lambda: 2.0,
            largest=lambda: 5,
            node="gw",
            age=lambda row: self.time() - row.created,
            monotonic=self.time,
            wake_in=self.waits.append,
        )
        self.pacer.begin()
        self.flying: dict[int, OutboxRow] = {}

    def take(self, limit: int = 20, held: Collection[str] = ()) -> list[OutboxRow]:
        rows = self.departures.due(
            limit, now=self.time(), in_flight=frozenset(self.flying), held=held
        )
        for row in rows:
            assert row.id not in self.flying
            self.flying[row.id] = row
        return rows

    def topics(self, limit: int = 20) -> list[str]:
        return [row.publication.topic for row in self.take(limit)]

    def arrive(self) -> None:
        ids, self.flying = list(self.flying), {}
        self.departures.sent(ids)


def test_live_messages_go_before_the_backlog_of_other_topics() -> None:
    bench = Bench()
    for _ in range(3):
        bench.shelf.put("old", age=100)
    bench.shelf.put("new")
    assert bench.topics() == ["new", "old", "old", "old"]


def test_a_live_message_waits_behind_the_backlog_of_its_own_topic() -> None:
    bench = Bench()
    first = bench.shelf.put("a", age=100)
    second = bench.shelf.put("a")
    assert [row.id for row in bench.take()] == [first, second]


def test_live_messages_that_there_was_no_room_for_are_still_the_first() -> None:
    bench = Bench()
    for number in range(30):
        bench.shelf.put(f"old{number}", age=100)
    for number in range(30):
        bench.shelf.put(f"new{number}")
    assert bench.topics() == [f"new{number}" for number in range(20)]
    bench.arrive()
    assert bench.topics(10) == [f"new{number}" for number in range(20, 30)]


def test_an_envelope_of_live_messages_waits_for_the_backlog_of_its_topics() -> None:
    bench = Bench()
    bench.shelf.put("t", age=100, rule="batched")
    for _ in range(4):
        bench.shelf.put("x", rule="batched")
    bench.shelf.put("t", rule="batched")
    taken = [item for row in bench.take() for item in single(row)]
    assert [row for topic, row in taken if topic == "t"] == [1, 6]


def test_unless_its_rule_lets_it_overtake() -> None:
    bench = Bench()
    first = bench.shelf.put("a", age=100, rule="overtaking")
    second = bench.shelf.put("a", rule="overtaking")
    assert [row.id for row in bench.take()] == [second, first]


def test_a_retained_message_never_overtakes() -> None:
    bench = Bench()
    first = bench.shelf.put("a", age=100, rule="overtaking")
    second = bench.shelf.put("a", rule="overtaking")
    row = bench.shelf.rows[second]
    retained = Publication("a", b"x", retain=True)
    bench.shelf.rows[second] = OutboxRow(
        row.id, row.link, row.lane, 0, None, row.created, retained, rule=row.rule
    )
    assert [row.id for row in bench.take()] == [first, second]


def test_alarms_and_replies_wait_for_nothing() -> None:
    bench = Bench(Pace(messages_per_second=1, jitter=60), chance=0.5)
    bench.shelf.put("reading", age=100)
    bench.shelf.put("alarm", lane=Lane.ALARMS, age=100)
    bench.shelf.put("reply", lane=Lane.COMMANDS, rule=None, age=100)
    assert bench.topics() == ["reply", "alarm"]


def test_the_backlog_keeps_to_its_pace_and_live_traffic_does_not() -> None:
    bench = Bench(Pace(messages_per_second=10, jitter=0))
    for number in range(100):
        bench.shelf.put(f"old{number}", age=100)
    late = 0
    for _ in range(50):
        bench.shelf.put("live")
        topics = bench.topics()
        assert topics[0] == "live"
        late += len(topics) - 1
        bench.arrive()
        bench.time.now += 0.1
    assert late in (50, 51)
    assert bench.waits
    assert all(0 <= wait <= 0.1 for wait in bench.waits)


def test_the_backlog_begins_after_its_jitter() -> None:
    bench = Bench(Pace(messages_per_second=None, jitter=60), chance=0.5)
    bench.shelf.put("old", age=100)
    bench.shelf.put("live")
    assert bench.topics() == ["live"]
    assert bench.waits[-1] == 30.0
    bench.arrive()
    bench.time.now += 30
    assert bench.topics() == ["old"]


def test_a_connection_that_breaks_again_and_again_does_not_hold_the_backlog_for_ever() -> None:
    bench = Bench(Pace(messages_per_second=None, jitter=60), chance=0.5)
    bench.shelf.put("old", age=100)
    for _ in range(6):
        assert bench.topics() == []
        bench.time.now += 4
        bench.pacer.close()
        bench.time.now += 1
        bench.pacer.begin()
    assert bench.topics() == ["old"]


def test_after_a_long_outage_the_jitter_is_drawn_anew() -> None:
    bench = Bench(Pace(messages_per_second=None, jitter=60), chance=0.5)
    bench.time.now += 100
    bench.pacer.close()
    bench.time.now += 100
    bench.pacer.begin()
    bench.shelf.put("old", age=100)
    assert bench.topics() == []
    bench.time.now += 30
    assert bench.topics() == ["old"]


def test_without_a_connection_no_backlog_leaves() -> None:
    bench = Bench()
    bench.pacer.close()
    bench.shelf.put("old", age=100)
    assert bench.topics() == []
    assert bench.waits[-1] == math.inf


def test_an_envelope_leaves_when_it_is_full_or_old_enough() -> None:
    bench = Bench()
    for _ in range(7):
        bench.shelf.put("a", rule="batched")
    [parcel] = bench.take()
    assert parcel.publication.topic == "env/gw"
    assert [item.id for item in decode(parcel.publication.payload).items] == [1, 2, 3, 4, 5]
    assert bench.waits[-1] == 2.0
    assert bench.take() == []
    bench.time.now += 2.0
    [parcel] = bench.take()
    assert [item.id for item in decode(parcel.publication.payload).items] == [6, 7]
    bench.arrive()
    assert not bench.shelf.rows


def test_an_envelope_counts_as_all_that_is_in_it() -> None:
    bench = Bench()
    bench.shelf.put("a", rule="batched", lane=Lane.ALARMS)
    for _ in range(4):
        bench.shelf.put("a", rule="batched")
    [parcel] = bench.take()
    assert bench.departures.lanes_of(parcel) == {Lane.ALARMS: 1, Lane.TELEMETRY: 4}
    bench.shelf.put("b")
    [single] = bench.take()
    assert bench.departures.lanes_of(single) == {Lane.TELEMETRY: 1}


def test_an_envelope_that_is_too_large_is_made_smaller() -> None:
    bench = Bench()
    for _ in range(5):
        bench.shelf.put("a", rule="batched")
    [parcel] = bench.take()
    del bench.flying[parcel.id]
    bench.departures.drop([parcel.id], "refused: packet too large")
    assert bench.shelf.dropped == [(set(), "refused: packet too large")]
    sizes = [len(decode(each.publication.payload).items) for each in bench.take()]
    assert sizes == [2, 2]
    assert set(bench.shelf.rows) == {1, 2, 3, 4, 5}


def test_one_message_that_is_too_large_is_given_up() -> None:
    bench = Bench()
    bench.shelf.put("a")
    [row] = bench.take()
    bench.departures.drop([row.id], "refused: packet too large")
    assert bench.shelf.dropped == [({1}, "refused: packet too large")]


def test_an_envelope_given_up_is_all_that_was_in_it() -> None:
    bench = Bench()
    for _ in range(5):
        bench.shelf.put("a", rule="batched")
    [parcel] = bench.take()
    bench.departures.tried([parcel.id])
    bench.departures.drop([parcel.id], "refused: not authorised")
    assert bench.shelf.dropped == [({1, 2, 3, 4, 5}, "refused: not authorised")]


def test_what_leaves_on_a_held_topic_waits_and_holds_up_nothing_else() -> None:
    bench = Bench()
    for _ in range(300):
        bench.shelf.put("a", rule="batched")
        bench.shelf.put("b")
    bench.shelf.put("c")
    taken: list[str] = []
    for _ in range(20):
        taken += [row.publication.topic for row in bench.take(held=("env/gw", "b"))]
        bench.arrive()
    assert taken == ["c"]


def test_a_single_message_tells_when_it_was_taken_in() -> None:
    bench = Bench()
    bench.shelf.put("a")
    [row] = bench.take()
    assert row.publication.user_properties == (("id", "1"), ("at", "1000.000"))


def test_a_long_pause_of_the_pace_does_not_fill_the_memory() -> None:
    bench = Bench(Pace(messages_per_second=None, jitter=3600), chance=1.0)
    for number in range(1000):
        bench.shelf.put(f"old{number}", age=100)
    for _ in range(100):
        bench.shelf.put("alarm", lane=Lane.ALARMS)
        bench.time.now += 0.1
        assert bench.topics() == ["alarm"]
        bench.arrive()
    assert len(bench.departures._kept) <= 300


STEP = st.one_of(
    st.tuples(st.just("put"), st.sampled_from("abc"), st.sampled_from(["plain", "batched"])),
    st.tuples(st.just("tick"), st.sampled_from([0.05, 0.5, 6.0, 30.0]), st.none()),
    st.tuples(st.just("take"), st.integers(1, 8), st.none()),
    st.tuples(st.just("arrive"), st.integers(0, 8), st.none()),
    st.tuples(st.just("lose"), st.none(), st.none()),
)


def single(row: OutboxRow) -> list[tuple[str, int]]:
    """The messages in what left: topic and row."""
    if row.publication.topic == "env/gw":
        items = decode(restored(row.publication.payload)).items
        return [(item.topic, item.id) for item in items]
    return [(row.publication.topic, row.id)]


@settings(max_examples=200, deadline=None)
@given(st.lists(STEP, max_size=60), st.sampled_from([None, 3.0]))
def test_each_topic_arrives_in_order_and_nothing_is_left(
    steps: list[tuple[str, Any, Any]], rate: float | None
) -> None:
    bench = Bench(Pace(messages_per_second=rate, jitter=1.0, live_within=5.0), chance=0.5)
    bench.time.each_look = 0.005
    arrived: list[tuple[str, int]] = []

    def arrive(count: int) -> None:
        for number in list(bench.flying)[:count]:
            arrived.extend(single(bench.flying.pop(number)))
            bench.departures.sent([number])

    rules = {"a": "plain", "b": "batched", "c": "plain"}
    for what, value, _ in steps:
        if what == "put":
            bench.shelf.put(value, rule=rules[value])
        elif what == "tick":
            bench.time.now += value
            bench.departures.tick()
        elif what == "take":
            bench.take(value)
        elif what == "arrive":
            arrive(value)
        else:
            bench.flying.clear()
            bench.pacer.close()
            bench.pacer.begin()
    put = bench.shelf.last
    for _ in range(3 * put + 10):
        bench.time.now += 1.0
        bench.departures.tick()
        bench.take()
        arrive(100)
    assert sorted(row for _, row in arrived) == list(range(1, put + 1))
    for topic in "abc":
        rows = [row for each, row in arrived if each == topic]
        assert rows == sorted(rows)
