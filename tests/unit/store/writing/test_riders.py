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
from lamplighter.store.writing.riders import Riding, ranges, removals, write_rows


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
    rider = removals("t", Pulse(lambda: 0.0), 1.0)
    rider.add([1, 2, 3, 7])
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

    rider: Riding[int] = Riding(
        Pulse(lambda: now[0]), 2.0, flush, lambda rows: settled.append(list(rows))
    )
    assert rider.deadline() == math.inf
    rider.add([1])
    now[0] = 6.0
    rider.add([2])
    assert rider.deadline() == 7.0
    rider.write(database)
    rider.settle(committed=False)
    rider.add([3])
    assert rider.deadline() == -math.inf
    rider.write(database)
    rider.settle(committed=True)
    assert written == [[1, 2], [1, 2, 3]]
    assert settled == [[1, 2, 3]]
    assert len(rider) == 0
    rider.write(database)
    assert rider.deadline() == math.inf
