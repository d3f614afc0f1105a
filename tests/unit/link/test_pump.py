from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Sequence
from concurrent.futures import Future
from contextlib import asynccontextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from lamplighter.errors import StoreError
from lamplighter.link.in_flight import Answers
from lamplighter.link.outgoing import (
    DELIVERED,
    LOST,
    NOT_AUTHORISED,
    PAYLOAD_INVALID,
    QUOTA_EXCEEDED,
    Fate,
    Outcome,
)
from lamplighter.link.pump import Pump
from lamplighter.plugin import Publication
from lamplighter.store.outbound.lanes import Lane
from lamplighter.store.outbound.outbox_rows import OutboxRow


class FakeOutbox:
    """Rows in a dictionary, in order of their ids."""

    def __init__(self) -> None:
        self.rows: dict[int, OutboxRow] = {}
        self.dropped: dict[int, str] = {}
        self.hurried: list[int] = []
        self.refusals: list[int] = []
        self.broken = False
        self.asked_for: list[int] = []
        self.begun: dict[int, Future[None]] = {}

    def put(
        self,
        *topics: str,
        expires_at: float | None = None,
        command: str | None = None,
        once: int = 0,
    ) -> None:
        for topic in topics:
            number = max((*self.rows, *self.dropped, 0)) + 1
            publication = Publication(topic, str(number).encode(), expires_at=expires_at)
            self.rows[number] = OutboxRow(
                number, "broker", Lane.STATES, 0, command, 0.0, publication, once=once
            )

    def due(
        self,
        limit: int,
        *,
        now: float,
        in_flight: Collection[int] = (),
        held: Collection[str] = (),
        link: str = "broker",
    ) -> list[OutboxRow]:
        assert link == "broker"
        self.asked_for.append(limit)
        if self.broken:
            raise StoreError(Path("db"), "can't be read")
        found = [
            row
            for number, row in sorted(self.rows.items())
            if number not in in_flight
            and row.publication.topic not in held
            and (row.publication.expires_at is None or row.publication.expires_at > now)
        ]
        return found[:limit]

    def sent(self, ids: Iterable[int], *, at_once: bool = False) -> None:
        for number in ids:
            if at_once:
                self.hurried.append(number)
            del self.rows[number]

    def tried(self, ids: Iterable[int]) -> None:
        self.refusals.extend(ids)

    def begin(self, ids: Collection[int]) -> Future[None]:
        future: Future[None] = Future()
        for number in ids:
            assert number not in self.begun
            self.begun[number] = future
        return future

    def drop(self, ids: Collection[int], reason: str) -> None:
        for number in ids:
            del self.rows[number]
            self.dropped[number] = reason


class FakeLink:
    """Keeps what it is given until the test answers."""

    def __init__(self, window: int = 20) -> None:
        self.size = window
        self.flying: list[tuple[Publication, Callable[[Outcome], None]]] = []
        self.wire: list[int] = []
        self.most = 0
        self.broken = False

    def window(self) -> int:
        return self.size

    def publish_all(
        self, publications: Sequence[tuple[Publication, Any]], answers: Answers
    ) -> bool:
        if not self.size:
            return False
        if self.broken:
            raise ValueError("a defect")
        for publication, token in publications:
            self.wire.append(int(publication.payload))
            self.flying.append((publication, partial(_answer, answers, token)))
        self.most = max(self.most, len(self.flying))
        return True

    def answer(self, outcome: Outcome = DELIVERED, *, at: int = 0) -> None:
        self.flying.pop(at)[1](outcome)

    def lose(self) -> None:
        """The connection ends."""
        flying, self.flying = self.flying, []
        for _, done in flying:
            done(LOST)


def _answer(answers: Answers, token: Any, outcome: Outcome) -> None:
    answers([(token, outcome)])


class Bench:
    """A pump between fakes, with a clock that the test moves."""

    def __init__(self, window: int = 20) -> None:
        self.outbox = FakeOutbox()
        self.link = FakeLink(window)
        self.now = 1000.0
        self.sent: list[int] = []
        self.given_up: list[tuple[int, str]] = []
        self.pump = Pump(
            outbox=self.outbox,
            link=self.link,
            name="broker",
            clock=lambda: self.now,
            monotonic=lambda: self.now,
            on_sent=lambda row: self.sent.append(row.id),
            on_given_up=lambda row, reason: self.given_up.append((row.id, reason)),
        )

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Bench]:
        task = asyncio.create_task(self.pump.run())
        await self.turn()
        try:
            yield self
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def turn(self) -> None:
        """Lets the pump do whatever it can do now."""
        self.pump.wake()
        for _ in range(6):
            await asyncio.sleep(0)


async def test_rows_leave_the_outbox_only_when_the_broker_has_them() -> None:
    bench = Bench()
    bench.outbox.put("a", "b")
    async with bench.running():
        assert bench.link.wire == [1, 2]
        assert set(bench.outbox.rows) == {1, 2}
        bench.link.answer()
        await bench.turn()
        assert set(bench.outbox.rows) == {2}
        assert bench.sent == [1]
        assert bench.pump.state().in_flight == 1


async def test_a_command_that_was_sent_is_forgotten_at_once() -> None:
    bench = Bench()
    bench.outbox.put("state")
    bench.outbox.put("light/set", command="id:1")
    async with bench.running():
        bench.link.answer()
        await bench.turn()
        assert bench.outbox.hurried == []
        bench.link.answer()
        await bench.turn()
        assert bench.outbox.hurried == [2]


async def test_what_is_answered_during_the_goodbye_is_settled_after_the_run() -> None:
    bench = Bench()
    bench.outbox.put("a", "b")
    async with bench.running():
        pass
    bench.link.answer()
    bench.pump.settle()
    assert set(bench.outbox.rows) == {2}


async def test_no_more_are_in_flight_than_the_window() -> None:
    bench = Bench(window=3)
    bench.outbox.put(*"abcdefgh")
    async with bench.running():
        for _ in range(8):
            bench.link.answer()
            await bench.turn()
        assert bench.link.most == 3
        assert bench.outbox.rows == {}
        assert bench.sent == [1, 2, 3, 4, 5, 6, 7, 8]


async def test_new_rows_and_a_new_connection_wake_it_from_any_thread() -> None:
    bench = Bench(window=0)
    async with bench.running():
        bench.outbox.put("a")
        bench.pump.wake()
        await bench.turn()
        assert bench.link.wire == []
        bench.link.size = 20
        thread = threading.Thread(target=bench.pump.wake)
        thread.start()
        thread.join()
        for _ in range(6):
            await asyncio.sleep(0)
        assert bench.link.wire == [1]


async def test_what_is_lost_with_the_connection_goes_again_in_order() -> None:
    bench = Bench()
    bench.outbox.put("a", "a", "b")
    async with bench.running():
        bench.link.answer()
        bench.link.size = 0
        bench.link.lose()
        await bench.turn()
        assert set(bench.outbox.rows) == {2, 3}
        bench.link.size = 20
        await bench.turn()
        assert bench.link.wire == [1, 2, 3, 2, 3]
        assert bench.outbox.refusals == []


async def test_an_expired_row_is_never_sent_not_even_again() -> None:
    bench = Bench()
    bench.outbox.put("a", expires_at=1010)
    bench.outbox.put("b", expires_at=999)
    async with bench.running():
        assert bench.link.wire == [1]
        bench.link.lose()
        bench.now = 1011
        await bench.turn()
        assert bench.link.wire == [1]


async def test_a_hopeless_refusal_is_recorded_and_the_rest_goes_on() -> None:
    bench = Bench()
    bench.outbox.put("a", "a")
    async with bench.running():
        bench.link.answer(Outcome(Fate.REFUSED, PAYLOAD_INVALID))
        bench.link.answer()
        await bench.turn()
        assert bench.outbox.dropped == {1: "refused: payload format invalid"}
        assert bench.given_up == [(1, "refused: payload format invalid")]
        assert bench.sent == [2]
        assert bench.outbox.rows == {}


async def test_a_quota_is_waited_for_and_holds_only_its_topic() -> None:
    bench = Bench(window=1)
    bench.outbox.put("a", "a", "b")
    async with bench.running():
        bench.link.answer(Outcome(Fate.REFUSED, QUOTA_EXCEEDED))
        await bench.turn()
        assert bench.link.wire == [1, 3]
        assert bench.outbox.refusals == [1]
        assert bench.pump.state().held == 1
        assert "quota" in bench.pump.state().last_refusal
        bench.link.answer()
        bench.now += 1.9
        await bench.turn()
        assert bench.link.wire == [1, 3]
        bench.now += 0.2
        await bench.turn()
        assert bench.link.wire == [1, 3, 1]


async def test_a_missing_right_is_given_up_after_three_refusals() -> None:
    bench = Bench()
    bench.outbox.put("a")
    async with bench.running():
        for _ in range(3):
            bench.link.answer(Outcome(Fate.REFUSED, NOT_AUTHORISED))
            await bench.turn()
            bench.now += 600
            await bench.turn()
        assert bench.outbox.dropped == {1: "refused: not authorised"}
        assert bench.link.wire == [1, 1, 1]


async def test_a_refused_row_pulls_those_behind_it_on_its_topic_back() -> None:
    bench = Bench()
    bench.outbox.put("a", "a", "b")
    async with bench.running():
        bench.link.answer(Outcome(Fate.REFUSED, QUOTA_EXCEEDED))
        bench.link.answer()
        bench.link.answer()
        await bench.turn()
        # The second of the topic was taken, but the last word must be the last.
        assert set(bench.outbox.rows) == {1, 2}
        bench.now += 5
        await bench.turn()
        assert bench.link.wire == [1, 2, 3, 1, 2]


async def test_an_answer_out_of_order_is_kept_until_its_turn() -> None:
    bench = Bench()
    bench.outbox.put("a", "a")
    async with bench.running():
        bench.link.answer(at=1)
        await bench.turn()
        assert bench.sent == []
        bench.link.lose()
        await bench.turn()
        assert bench.link.wire == [1, 2, 1, 2]


async def test_a_row_that_ends_connections_is_found_and_stops_no_other() -> None:
    bench = Bench()
    bench.outbox.put("a", "poison", "b", "c")

    def broker_round() -> None:
        """Takes rows in order, and closes the connection at the poison."""
        while bench.link.flying:
            if bench.link.flying[0][0].topic == "poison":
                bench.link.lose()
                return
            bench.link.answer()

    async with bench.running():
        for _ in range(12):
            broker_round()
            await bench.turn()
        assert sorted(bench.sent) == [1, 3, 4]
        assert set(bench.outbox.rows) == {2}
        tries = bench.link.wire.count(2)
        broker_round()
        await bench.turn()
        assert bench.link.wire.count(2) == tries
        # It is never thrown away: it gets another chance, alone.
        bench.now += 61
        await bench.turn()
        assert bench.link.wire.count(2) == tries + 1
        bench.link.answer()
        await bench.turn()
        assert bench.outbox.rows == {}


async def test_an_unreadable_outbox_is_tried_again() -> None:
    bench = Bench()
    bench.outbox.put("a")
    bench.outbox.broken = True
    async with bench.running():
        assert bench.link.wire == []
        bench.outbox.broken = False
        await bench.turn()
        assert bench.link.wire == [1]


async def test_a_held_topic_with_many_rows_costs_bounded_looks() -> None:
    bench = Bench(window=1)
    bench.outbox.put(*["a"] * 5000)
    async with bench.running():
        bench.link.answer(Outcome(Fate.REFUSED, QUOTA_EXCEEDED))
        bench.outbox.asked_for.clear()
        await bench.turn()
        assert len(bench.outbox.asked_for) <= 20
        assert bench.link.wire == [1]


async def test_a_defect_is_counted_and_stops_it_for_a_moment_only() -> None:
    bench = Bench()
    bench.link.broken = True
    bench.outbox.put("a", "b")
    async with bench.running():
        assert bench.pump.state().faults == 1
        # No turn after turn, however often it is woken.
        await bench.turn()
        assert bench.pump.state().faults == 1
        bench.link.broken = False
        async with asyncio.timeout(10):
            while not bench.link.wire:  # noqa: ASYNC110 - it is woken by nobody
                await asyncio.sleep(0.05)
        bench.link.answer()
        bench.link.answer()
        await bench.turn()
        assert bench.outbox.rows == {}


async def test_what_it_knows_of_rows_is_bounded() -> None:
    bench = Bench()
    bench.outbox.put(*map(str, range(3000)))
    async with bench.running():
        while bench.outbox.rows:
            bench.link.lose()
            # They expire, or are evicted: nobody says so here.
            for row in list(bench.outbox.rows)[:20]:
                del bench.outbox.rows[row]
            await bench.turn()
    assert max(len(each) for each in vars(bench.pump).values() if isinstance(each, dict)) <= 1000


async def test_after_the_end_a_wake_up_does_nothing() -> None:
    bench = Bench()
    async with bench.running():
        pass
    bench.outbox.put("a")
    bench.pump.wake()
    await asyncio.sleep(0)
    assert bench.link.wire == []


STEPS = st.lists(st.sampled_from(["ok", "quota", "lose", "late", "wait"]), max_size=30)


@settings(max_examples=150, deadline=None)
@example(["a", "b", "a", "a"], ["quota"])
@example(["a", "a"], ["late"])
@given(st.lists(st.sampled_from("ab"), min_size=1, max_size=8), STEPS)
def test_everything_arrives_and_each_topic_ends_with_its_last(
    topics: list[str], steps: list[str]
) -> None:
    asyncio.run(_everything_arrives(topics, steps))


async def _everything_arrives(topics: list[str], steps: list[str]) -> None:
    bench = Bench(window=3)
    bench.outbox.put(*topics)
    # A broker takes messages in the order of the wire, even if its answers come out of order.
    arrived: list[tuple[int, int]] = []

    def take(at: int = 0) -> None:
        number = int(bench.link.flying[at][0].payload)
        # The fake answers a row once for each time it was sent: the latest time is this one.
        on_wire = max(place for place, one in enumerate(bench.link.wire) if one == number)
        arrived.append((on_wire, number))
        bench.link.answer(at=at)

    moves: dict[str, Callable[[], None]] = {
        "ok": take,
        "late": lambda: take(len(bench.link.flying) - 1),
        "quota": lambda: bench.link.answer(Outcome(Fate.REFUSED, QUOTA_EXCEEDED)),
        "lose": bench.link.lose,
        "wait": lambda: None,
    }
    async with bench.running():
        for step in [*steps, *["ok"] * 60]:
            if bench.link.flying:
                moves[step]()
            bench.now += 7200
            await bench.turn()
        assert bench.outbox.rows == {}
    for topic in "ab":
        for number in (n for n, one in enumerate(topics, 1) if one == topic):
            assert number in {one for _, one in arrived}
        # At least once, and after the last repetition everything stands in its order.
        last = {number: place for place, number in sorted(arrived) if topics[number - 1] == topic}
        assert sorted(last, key=lambda number: last[number]) == sorted(last)
