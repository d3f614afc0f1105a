"""Whatever is put in, sent, thinned, coalesced, dropped or expired: every message is counted."""

from __future__ import annotations

import json
import math
import tempfile
from collections import Counter
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from lamplighter.errors import LaneFullError
from lamplighter.plugin import Publication
from lamplighter.store.outbound.lanes import Lane
from lamplighter.store.outbound.outbox_rows import OutboxRow
from lamplighter.store.settings import LaneBounds, Lanes
from lamplighter.store.store import Store

BIG = 1 << 30
LINKS = ("broker", "upstream")
POLICIES = ("drop", "coalesce", "thin", "refuse")


def numbers_in(row: OutboxRow) -> tuple[int, int, int]:
    """First, last and how many of the numbers that a row of the model's stands for."""
    document = json.loads(row.publication.payload)
    if row.merged == 1:
        return document, document, 1
    value = document["values"]["value"]
    assert document["thinned"] is True
    assert document["count"] == value["count"] == row.merged
    assert (value["min"], value["max"]) == (value["first"], value["last"])
    # The numbers of a topic have no gaps but where messages were lost.
    assert math.isclose(value["mean"], value["sum"] / value["count"], rel_tol=1e-15)
    assert value["last"] - value["first"] + 1 >= value["count"]
    return value["first"], value["last"], row.merged


class Lanewise(RuleBasedStateMachine):
    """Every topic says 0, 1, 2 …: order and gaps show in what comes out."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.now = 1000.0
        self.said: Counter[tuple[str, str]] = Counter()
        self.inserted = 0
        self.sent = 0
        self.last_sent: dict[tuple[str, str], int] = {}
        self.flying: dict[str, list[OutboxRow]] = {link: [] for link in LINKS}
        self.store: Store | None = None

    @initialize(
        states=st.tuples(st.sampled_from(POLICIES), st.integers(10, 30)),
        telemetry=st.tuples(st.sampled_from(POLICIES), st.integers(10, 30)),
        tight=st.booleans(),
        max_age=st.sampled_from([None, 30.0]),
    )
    def begin(
        self,
        states: tuple[str, int],
        telemetry: tuple[str, int],
        tight: bool,  # noqa: FBT001 - hypothesis passes it by name
        max_age: float | None,
    ) -> None:
        def bounds(given: tuple[str, int]) -> LaneBounds:
            size = 64 * 1024 if tight else BIG
            return LaneBounds(
                max_bytes=size, max_rows=given[1], max_age=max_age, when_full=given[0]
            )

        free = LaneBounds(max_bytes=BIG)
        self.lanes = Lanes(free, free, bounds(states), bounds(telemetry))
        self.store = self.open()

    def open(self) -> Store:
        store = Store(
            Path(self.folder.name),
            max_bytes=64 << 20,
            on_committed=lambda _: None,
            on_outbox=lambda: None,
            on_replaced=lambda _: None,
            clock=lambda: self.now,
            lanes=self.lanes,
        )
        store.start()
        return store

    def publication(self, link: str, topic: str) -> Publication:
        number = self.said[link, topic]
        self.said[link, topic] += 1
        return Publication(topic, str(number).encode())

    @rule(
        link=st.sampled_from(LINKS),
        topic=st.sampled_from("abc"),
        lane=st.sampled_from([Lane.STATES, Lane.TELEMETRY]),
        count=st.integers(1, 15),
    )
    def put(self, link: str, topic: str, lane: Lane, count: int) -> None:
        assert self.store is not None
        for _ in range(count):
            future = self.store.outbox.put(self.publication(link, topic), lane, link=link)
            self.now += 0.25
            self.inserted += 1
            refused = future.exception(20)
            assert refused is None or isinstance(refused, LaneFullError)

    @rule(
        link=st.sampled_from(LINKS),
        topics=st.lists(st.sampled_from("abc"), min_size=1, max_size=40),
        lane=st.sampled_from([Lane.STATES, Lane.TELEMETRY]),
    )
    def add(self, link: str, topics: list[str], lane: Lane) -> None:
        assert self.store is not None
        for topic in topics:
            self.store.outbox.add(self.publication(link, topic), lane, link=link)
            self.now += 0.25
        self.inserted += len(topics)
        self.flush()

    @rule(link=st.sampled_from(LINKS), count=st.integers(1, 8))
    def hand_out(self, link: str, count: int) -> None:
        assert self.store is not None
        flying = self.flying[link]
        flying += self.store.outbox.due(
            count, now=self.now, in_flight=[row.id for row in flying], link=link
        )

    @rule(link=st.sampled_from(LINKS), count=st.integers(1, 8))
    def arrive(self, link: str, count: int) -> None:
        assert self.store is not None
        gone, self.flying[link] = self.flying[link][:count], self.flying[link][count:]
        for row in gone:
            first, last, merged = numbers_in(row)
            key = link, row.publication.topic
            assert first > self.last_sent.get(key, -1)
            self.last_sent[key] = last
            self.sent += merged
        self.store.outbox.sent([row.id for row in gone])

    @rule(link=st.sampled_from(LINKS))
    def lose_connection(self, link: str) -> None:
        self.flying[link] = []

    @rule(seconds=st.sampled_from([1.0, 20.0, 400.0]))
    def wait(self, seconds: float) -> None:
        assert self.store is not None
        self.now += seconds
        for _ in range(10):
            self.flush()

    @rule()
    def restart(self) -> None:
        assert self.store is not None
        self.store.stop()
        self.store = self.open()
        self.flying = {link: [] for link in LINKS}

    def flush(self) -> None:
        assert self.store is not None
        self.store.submit(lambda _: None).result(20)

    @invariant()
    def every_message_is_counted(self) -> None:
        if self.store is None:
            return
        self.flush()
        rows = self.store.outbox.rows(limit=10_000)
        losses = self.store.ledger.losses(limit=10_000)
        lost = sum(loss.count for loss in losses if loss.reason != "thinned")
        waiting = sum(row.merged for row in rows)
        assert self.sent + waiting + lost == self.inserted
        thinned = sum(loss.count for loss in losses if loss.reason == "thinned")
        assert thinned >= sum(row.merged for row in rows if row.merged > 1)

    @invariant()
    def lanes_are_counted_and_bounded(self) -> None:
        if self.store is None:
            return
        counted: Counter[tuple[str, Lane]] = Counter()
        size: Counter[tuple[str, Lane]] = Counter()
        for row in self.store.outbox.rows(limit=10_000):
            counted[row.link, row.lane] += 1
            size[row.link, row.lane] += len(row.publication.payload) + len(row.publication.topic)
        depths = self.store.outbox.depth()
        assert {(each.link, each.lane): each.rows for each in depths} == dict(counted)
        assert {(each.link, each.lane): each.bytes for each in depths} == dict(size)
        for lane, bounds in ((Lane.STATES, self.lanes.states), (2 + 1, self.lanes.telemetry)):
            for link in LINKS:
                assert bounds.max_rows is not None
                assert counted[link, Lane(lane)] <= bounds.max_rows

    @invariant()
    def order_and_the_newest_stay(self) -> None:
        if self.store is None:
            return
        newest: dict[tuple[str, str], int] = dict(self.last_sent)
        for row in self.store.outbox.rows(limit=10_000):
            first, last, _ = numbers_in(row)
            key = row.link, row.publication.topic
            if row.id not in {each.id for each in self.flying[row.link]}:
                assert first > newest.get(key, -1)
            newest[key] = max(last, newest.get(key, -1))

    def teardown(self) -> None:
        if self.store is not None:
            self.store.stop()
        self.folder.cleanup()


Lanewise.TestCase.settings = settings(max_examples=15, stateful_step_count=20, deadline=None)
TestLanewise = Lanewise.TestCase
