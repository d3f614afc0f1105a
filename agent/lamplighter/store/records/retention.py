"""How long the history is kept: by age, by number of rows, and shorter when the disk is full."""

from __future__ import annotations

import sqlite3

from lamplighter.store.records.ledger import ANY_TOPIC, Ledger, Loss

_TABLES = ("samples", "texts")
_CHUNK = 20000
TRIM_ROWS = 5000
"""The most that one call of :meth:`Retention.trim` takes from a table: others wait so long."""


class Retention:
    """Gives up the oldest samples; used on the writer's thread only.

    Args:
        ledger: told of what is given up before its age.
        keep: seconds that a sample is kept.
        max_rows: samples kept, numbers and texts each.
    """

    def __init__(self, ledger: Ledger, *, keep: float, max_rows: int) -> None:
        self._ledger = ledger
        self._keep = keep
        self._max_rows = max_rows
        self._rows: dict[str, int] = {}
        self._exact: set[str] = set()

    def added(self, *, numbers: int, texts: int) -> None:
        """Samples were written; replaced ones may be counted too."""
        for table, count in zip(_TABLES, (numbers, texts), strict=True):
            if table in self._rows:
                self._rows[table] += count
            if count:
                self._exact.discard(table)

    def forget(self) -> None:
        """A transaction was rolled back, or the database replaced: rows are counted anew."""
        self._rows = {}

    def trim(self, connection: sqlite3.Connection, now: float) -> int:
        """Gives up what is too old or too many, a bounded number a call; returns how many.

        What is over by number is taken from each series in proportion to its length.
        """
        removed = 0
        for table in _TABLES:
            removed += self._trim_age(connection, table, now - self._keep)
            if self._count(connection, table) > self._max_rows:
                if table not in self._exact:
                    # Counted anew: replaced samples were counted twice.
                    del self._rows[table]
                    self._exact.add(table)
                excess = min(TRIM_ROWS, self._count(connection, table) - self._max_rows)
                if excess > 0:
                    removed += self._take_oldest(connection, table, excess, "too many", now)
        return removed

    def evict(self, connection: sqlite3.Connection, now: float) -> int:
        """Gives up the oldest tenth, at most 20,000 of each table; returns how many."""
        removed = 0
        for table in _TABLES:
            share = min(_CHUNK, -(-self._count(connection, table) // 10))
            if share:
                removed += self._take_oldest(connection, table, share, "evicted", now)
        return removed

    def _count(self, connection: sqlite3.Connection, table: str) -> int:
        if table not in self._rows:
            self._rows[table] = sum(count for _, count in self._lengths(connection, table))
        return self._rows[table]

    def _lengths(self, connection: sqlite3.Connection, table: str) -> list[tuple[int, int]]:
        return connection.execute(
            f"SELECT series, count(*) FROM {table} GROUP BY series"  # noqa: S608 - one of ours
        ).fetchall()

    def _trim_age(self, connection: sqlite3.Connection, table: str, before: float) -> int:
        removed = 0
        for (series,) in connection.execute("SELECT id FROM series").fetchall():
            removed += self._delete(connection, table, series, TRIM_ROWS - removed, before)
            if removed >= TRIM_ROWS:
                break
        return removed

    def _take_oldest(
        self, connection: sqlite3.Connection, table: str, excess: int, reason: str, now: float
    ) -> int:
        lengths = self._lengths(connection, table)
        total = sum(count for _, count in lengths)
        removed = 0
        for series, count in lengths:
            share = min(excess - removed, -(-count * excess // total))
            removed += self._delete(connection, table, series, share)
        loss = Loss("history", ANY_TOPIC, reason, removed, 0, now, now)
        self._ledger.insert(connection, loss)
        return removed

    def _delete(
        self,
        connection: sqlite3.Connection,
        table: str,
        series: int,
        most: int,
        before: float | None = None,
    ) -> int:
        if most <= 0:
            return 0
        limit = "" if before is None else " AND time < ?"
        values = (series,) if before is None else (series, before)
        cursor = connection.execute(
            f"DELETE FROM {table} WHERE series = ? AND time IN"  # noqa: S608 - one of ours
            f" (SELECT time FROM {table} WHERE series = ?{limit} ORDER BY time LIMIT ?)",
            (series, *values, most),
        )
        if table in self._rows:
            self._rows[table] -= cursor.rowcount
        return cursor.rowcount
