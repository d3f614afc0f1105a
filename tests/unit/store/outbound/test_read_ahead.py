"""Reading ahead: whatever happens meanwhile, due is what a plain look would find."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from lamplighter.errors import StoreError, StoreFullError
from lamplighter.plugin import Publication
from lamplighter.store.outbound.discards import Discards
from lamplighter.store.outbound.lanes import Lane
from lamplighter.store.outbound.outbox_rows import OutboxRow
from lamplighter.store.outbound.read_ahead import ReadAhead
from lamplighter.timekeeping.timekeeper import Stamp

if TYPE_CHECKING:
    from tests.unit.store.conftest import Opened

LINK = "broker"
_CHUNK = 3


def row(number: int, lane: Lane, expires_at: float | None = None) -> OutboxRow:
    publication = Publication("t", str(number).encode(), expires_at=expires_at)
    return OutboxRow(number, LINK, lane, 0, None, 0.0, publication)


class Rows:
    """Rows on a disk that can fail, and the reading ahead of them."""

    def __init__(self) -> None:
        self.rows: dict[int, OutboxRow] = {}
        self.last = 0
        self.broken = False
        self.thaws = 0
        self.reads = 0
        self.now = 0.0
        self.ahead = ReadAhead(
            fetch=self.fetch,
            leaving=lambda row, now: row if self.in_time(row, now.wall) else None,
            thawed=self.thaw,
            monotonic=lambda: self.now,
        )

    def put(self, lane: Lane, expires_at: float | None = None, *, told: bool = True) -> int:
        self.last += 1
        self.rows[self.last] = row(self.last, lane, expires_at)
        if told:
            self.ahead.grow([(LINK, lane)])
        return self.last

    def due(self, limit: int, in_flight: set[int] | None = None) -> list[int]:
        now = Stamp(self.now, "boot", self.now, trusted=True)
        return [row.id for row in self.ahead.due(LINK, limit, now, in_flight or set())]

    def fetch(self, link: str, lane: Lane, after: int, now: Stamp) -> list[OutboxRow]:
        assert link == LINK
        self.reads += 1
        if self.broken:
            raise StoreError(Path("db"), "can't be read")
        return [
            row
            for number, row in sorted(self.rows.items())
            if row.lane is lane and number > after and self.in_time(row, now.wall)
        ][:_CHUNK]

    def thaw(self) -> None:
        self.thaws += 1

    @staticmethod
    def in_time(row: OutboxRow, now: float) -> bool:
        return row.publication.expires_at is None or row.publication.expires_at > now


def test_rows_are_read_once_and_a_few_at_a_time() -> None:
    rows = Rows()
    for _ in range(100):
        rows.put(Lane.TELEMETRY)
    flying: set[int] = set()
    for number in range(1, 101):
        assert rows.due(1, flying) == [number]
        # The one before is gone, this one is on its way.
        rows.ahead.leave(flying)
        flying = {number}
    assert rows.reads <= 100 / _CHUNK + 2 * len(Lane)


def test_nothing_is_due_while_rows_are_being_changed() -> None:
    rows = Rows()
    first, second = rows.put(Lane.STATES), rows.put(Lane.STATES)
    assert rows.due(1) == [first]
    assert rows.ahead.alter() == {first}
    assert rows.due(10, {first}) == []
    assert rows.ahead.deadline() < 0
    del rows.rows[second]
    third = rows.put(Lane.COMMANDS)
    rows.ahead.settle(committed=True)
    assert rows.thaws == 1
    assert rows.due(10, {first}) == [third]
    rows.ahead.settle(committed=True)
    assert rows.thaws == 1


def test_what_was_read_and_is_deleted_meanwhile_does_not_leave_again() -> None:
    rows = Rows()
    first, second = rows.put(Lane.COMMANDS), rows.put(Lane.COMMANDS)
    # The second is on its way, and read once more with the first.
    assert rows.due(1, {second}) == [first]
    rows.ahead.leave([second])
    del rows.rows[second]
    rows.ahead.forget([second])
    assert rows.due(5, {first}) == []


def test_rows_that_were_lent_stay_as_they_are_until_the_link_says_what_left() -> None:
    rows = Rows()
    first, second = rows.put(Lane.TELEMETRY), rows.put(Lane.TELEMETRY)
    lent = rows.ahead.lend(LINK, lambda _gone: [rows.rows[second]])
    assert [row.id for row in lent] == [second]
    assert rows.ahead.alter() == {second}
    rows.ahead.settle(committed=True)
    assert rows.due(5, {second}) == [first]
    rows.ahead.leave([second])
    assert rows.due(5, {first}) == []
    assert rows.ahead.alter() == {first, second}
    assert rows.ahead.highest() == second


@pytest.mark.parametrize("ends", [False, True])
def test_nothing_is_lent_that_is_changed_meanwhile(ends: bool) -> None:  # noqa: FBT001 - a case
    rows = Rows()
    number = rows.put(Lane.TELEMETRY)

    def read(_gone: object) -> list[OutboxRow]:
        found = [rows.rows[number]]
        rows.ahead.alter()
        if ends:
            rows.ahead.settle(committed=True)
        return found

    assert rows.ahead.lend(LINK, read) == []
    assert rows.ahead.lend(LINK, lambda _gone: [rows.rows[number]] if ends else []) == (
        [rows.rows[number]] if ends else []
    )


def test_rows_of_another_process_are_found_after_a_while() -> None:
    rows = Rows()
    assert rows.due(10) == []
    number = rows.put(Lane.STATES, told=False)
    assert rows.due(10) == []
    rows.now += 2
    assert rows.due(10) == [number]


def test_the_links_do_not_know_of_each_other() -> None:
    rows = Rows()
    number = rows.put(Lane.STATES)
    now = Stamp(0.0, "boot", 0.0, trusted=True)
    other = ReadAhead(
        fetch=lambda link, lane, after, now: (
            [] if link == LINK else rows.fetch(LINK, lane, after, now)
        ),
        leaving=lambda row, _now: row,
        thawed=lambda: None,
        monotonic=lambda: 0.0,
    )
    assert other.due(LINK, 5, now, ()) == []
    assert [row.id for row in other.due("upstream", 5, now, ())] == [number]


class Model(RuleBasedStateMachine):
    """A pump that sends, loses and holds rows, beside a writer that changes them."""

    def __init__(self) -> None:
        super().__init__()
        self.disk = Rows()
        self.flying: set[int] = set()
        self.gone: set[int] = set()

    def expected(self) -> list[int]:
        found = [
            row
            for row in self.disk.rows.values()
            if row.id not in self.flying | self.gone and self.disk.in_time(row, self.disk.now)
        ]
        return [row.id for row in sorted(found, key=lambda row: (row.lane, row.id))]

    @rule(lane=st.sampled_from(Lane), lasts=st.none() | st.integers(1, 9))
    def put(self, lane: Lane, lasts: int | None) -> None:
        self.disk.put(lane, None if lasts is None else self.disk.now + lasts)

    @rule(count=st.integers(1, 8))
    def send(self, count: int) -> None:
        due = self.disk.due(count, self.flying)
        assert due == self.expected()[:count]
        self.flying.update(due)

    @rule(data=st.data())
    def deliver(self, data: st.DataObject) -> None:
        ids = set(data.draw(st.lists(st.sampled_from(sorted(self.flying))))) if self.flying else ()
        self.flying.difference_update(ids)
        self.gone.update(ids)
        self.disk.ahead.leave(ids)

    @rule(data=st.data())
    def lose(self, data: st.DataObject) -> None:
        ids = set(data.draw(st.lists(st.sampled_from(sorted(self.flying))))) if self.flying else ()
        self.flying.difference_update(ids)

    @rule(works=st.booleans())
    def delete(self, *, works: bool) -> None:
        """The writer's commit, or what was given up could not be."""
        if works:
            for number in self.gone:
                del self.disk.rows[number]
            self.disk.ahead.forget(self.gone)
        else:
            self.disk.ahead.stay(self.gone)
        self.gone.clear()

    @rule(count=st.integers(1, 3))
    def evict(self, count: int) -> None:
        out = self.disk.ahead.alter()
        assert self.flying | self.gone <= out
        for number in [number for number in self.disk.rows if number not in out][:count]:
            del self.disk.rows[number]
        self.disk.ahead.settle(committed=True)

    @rule(data=st.data(), committed=st.booleans())
    def pull(self, data: st.DataObject, *, committed: bool) -> None:
        if not self.disk.rows:
            return
        number = data.draw(st.sampled_from(sorted(self.disk.rows)))
        lane = data.draw(st.sampled_from(Lane))
        self.disk.ahead.alter()
        if committed:
            self.disk.rows[number] = replace(self.disk.rows[number], lane=lane)
        self.disk.ahead.settle(committed=committed)

    @rule(seconds=st.floats(0, 5))
    def wait(self, seconds: float) -> None:
        self.disk.now += seconds

    @rule(count=st.integers(1, 8))
    def fail(self, count: int) -> None:
        """Reading fails, perhaps after rows were read already."""
        self.disk.broken = True
        try:
            due = self.disk.due(count, self.flying)
        except StoreError:
            pass
        else:
            assert due == self.expected()[:count]
            self.flying.update(due)
        self.disk.broken = False

    @invariant()
    def nothing_that_left_is_forgotten_on_disk(self) -> None:
        assert self.flying | self.gone <= self.disk.rows.keys()


Model.TestCase.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
TestModel = Model.TestCase


def test_a_row_that_could_not_be_given_up_is_due_again(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    outbox = opened.store.outbox
    number = outbox.put(Publication("t", b"x"), Lane.STATES).result(20)
    assert [row.id for row in outbox.due(5, now=0)] == [number]

    def full(*_: object) -> None:
        raise StoreFullError(Path("db"), "full")

    with monkeypatch.context() as patch:
        patch.setattr(Discards, "drop", full)
        dropping = outbox.drop([number], "refused")
        with pytest.raises(StoreFullError):
            dropping.result(20)
    assert [row.id for row in outbox.due(5, now=0)] == [number]
    dropping = outbox.drop([number], "refused")
    # Not even before it is deleted.
    assert outbox.due(5, now=0) == []
    dropping.result(20)
    assert outbox.due(5, now=0) == []


def test_large_rows_are_read_a_few_at_a_time(opened: Opened) -> None:
    for _ in range(5):
        opened.store.outbox.put(Publication("t", bytes(500_000)), Lane.STATES).result(20)
    sql = "SELECT payload FROM outbox ORDER BY id"
    readers = opened.store.readers
    assert len(readers.some(sql, most_bytes=1)) == 1
    assert len(readers.some(sql, most_bytes=500_001)) == 2
    assert len(readers.some(sql, most_bytes=1 << 30)) == 5
    # Nothing is left open: the log can be emptied.
    assert opened.store.checkpoint().result(20) is None
    assert len(opened.store.outbox.due(5, now=0)) == 5
