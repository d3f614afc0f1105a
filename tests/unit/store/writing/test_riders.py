"""Rows that ride: ranges, rows that can't be stored, and what a rollback keeps."""

from __future__ import annotations

import itertools
import math
import sqlite3
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamplighter.store.writing.pulse import Pulse
from lamplighter.store.writing.riders import Riding, load, ranges, removals, write_rows


@given(st.lists(st.integers(0, 60)))
def test_ranges_hold_the_same_numbers(numbers: list[int]) -> None:
    found = ranges(numbers)
    assert [n for low, high in found for n in range(low, high + 1)] == sorted(set(numbers))
    assert all(high + 1 < low for (_, high), (low, _) in itertools.pairwise(found))


@pytest.fixture
def database() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT")
    return connection


def test_rows_that_can_not_be_stored_are_left_out(database: sqlite3.Connection) -> None:
    rows = [(1, "a"), (2, "\ud800"), (2**70, "b"), (4, None), (5, "c")]
    refused = write_rows(database, "INSERT OR REPLACE INTO t VALUES (?, ?)", rows)
    assert [position for position, _ in refused] == [1, 2, 3]
    assert all(reason for _, reason in refused)
    assert database.execute("SELECT id, name FROM t").fetchall() == [(1, "a"), (5, "c")]


def test_removals_delete_what_was_named(database: sqlite3.Connection) -> None:
    database.executemany("INSERT INTO t VALUES (?, 'x')", [(n,) for n in range(10)])
    pulse = Pulse(lambda: 0.0)
    rider = removals("t", pulse, 1.0)
    rider.add([1, 2, 3, 7])
    load([rider], pulse)
    rider.write(database)
    rider.settle(committed=True)
    assert [n for (n,) in database.execute("SELECT id FROM t")] == [0, 4, 5, 6, 8, 9]


def test_rows_that_can_not_wait_make_the_others_go_too() -> None:
    rider = removals("t", Pulse(lambda: 10.0), 1.0)
    rider.add([1])
    assert rider.deadline() == 11.0
    rider.add([2], at_once=True)
    assert rider.deadline() == 10.0
    rider.add([3])
    assert rider.deadline() == 10.0


def test_rows_are_kept_until_they_are_committed(database: sqlite3.Connection) -> None:
    now = [5.0]
    written: list[list[int]] = []
    settled: list[list[int]] = []

    def flush(_: sqlite3.Connection, rows: Sequence[int]) -> None:
        written.append(list(rows))

    pulse = Pulse(lambda: now[0])
    rider: Riding[int] = Riding(pulse, 2.0, flush, lambda rows: settled.append(list(rows)))
    assert rider.deadline() == math.inf
    rider.add([1])
    now[0] = 6.0
    rider.add([2])
    assert rider.deadline() == 7.0
    load([rider], pulse)
    rider.write(database)
    rider.settle(committed=False)
    rider.add([3])
    assert rider.deadline() == -math.inf
    load([rider], pulse)
    rider.write(database)
    rider.settle(committed=True)
    assert written == [[1, 2], [1, 2, 3]]
    assert settled == [[1, 2, 3]]
    assert len(rider) == 0
    load([rider], pulse)
    rider.write(database)
    assert rider.deadline() == math.inf


@given(
    st.lists(st.tuples(st.integers(0, 2), st.integers(1, 2000)), max_size=60),
    st.sampled_from([1 << 10, 1 << 12, 1 << 20]),
    st.lists(st.booleans(), max_size=20),
)
def test_portions_go_in_the_order_in_which_they_were_handed_over(
    rows: list[tuple[int, int]], portion: int, outcomes: list[bool]
) -> None:
    """Whatever was handed over before a row, to any queue, is in its commit or an earlier one."""
    database = sqlite3.connect(":memory:")
    pulse = Pulse(lambda: 0.0)
    pulse.portion.bytes = portion
    settled: list[int] = []
    queues: list[Riding[tuple[int, int]]] = [
        Riding(
            pulse,
            1.0,
            lambda _connection, _rows: None,
            lambda batch: settled.extend(number for number, _ in batch),
            size=lambda row: row[1],
        )
        for _ in range(3)
    ]
    for number, (which, size) in enumerate(rows):
        queues[which].add([(number, size)])
    for committed in [*outcomes, *[True] * len(rows)]:
        load(queues, pulse)
        for queue in queues:
            queue.write(database)
        before = len(settled)
        for queue in queues:
            queue.settle(committed=committed)
        assert committed or len(settled) == before
        assert sorted(settled) == list(range(len(settled)))
        waiting = sum(map(len, queues))
        assert waiting == len(rows) - len(settled)
        if waiting:
            assert min(queue.deadline() for queue in queues) == -math.inf
    assert len(settled) == len(rows)
