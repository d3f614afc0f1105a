"""Copying whatever still reads from a damaged database into a new one, table by table.

A table is read in order of its key until a page fails; then the next key that can be found again
is searched in doubling steps, the gap is read backwards to the damage, and reading goes on. So a
bad page costs its own rows and no others.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lamplighter.store.writing.riders import UNSTORABLE

_DOUBLINGS = 34
_LAST_NUMBER = 2**53
# The counts of lanes are made by triggers as the rows are copied.
_OWN = ("schema", "lane_counts")


@dataclass(frozen=True, slots=True)
class _Walk:
    """How a table (or one series of it) is read: columns, key, and the rest of the condition."""

    table: str
    columns: tuple[str, ...]
    key: str
    where: str = "1"
    values: tuple[Any, ...] = ()

    def select(self, compare: str, order: str) -> str:
        columns = ", ".join(self.columns)
        return (
            f"SELECT {self.key}, {columns} FROM {self.table}"  # noqa: S608 - names from the schema
            f" WHERE {self.where} AND {self.key} {compare} ? ORDER BY {self.key} {order}"
        )


def salvage(damaged: sqlite3.Connection, fresh: sqlite3.Connection) -> dict[str, int]:
    """Copies all rows that read and that the new database's constraints accept.

    Args:
        damaged: the old database; its text factory is changed.
        fresh: a new database of the same version, in autocommit mode.

    Returns:
        Rows copied, by table, tables without any left out.

    Raises:
        sqlite3.Error: the new database can't be written.
    """
    damaged.text_factory = bytes
    copied: dict[str, int] = {}
    fresh.execute("BEGIN IMMEDIATE")
    for table, texts in _tables(fresh):
        count = 0
        for walk in _walks(damaged, fresh, table, tuple(texts)):
            count += _copy(damaged, fresh, walk, texts)
        if count:
            copied[table] = count
    fresh.execute("COMMIT")
    return copied


def number_on(damaged: sqlite3.Connection | None, fresh: sqlite3.Connection, last: int) -> None:
    """Has new rows of the outbox numbered from behind all others, those included that are gone.

    An ack that comes late, and whoever upstream tells messages apart by their numbers, must not
    take a new row for an old one.

    Args:
        damaged: the old database, or None.
        fresh: the new one, with all rows that were saved.
        last: the last number that is known otherwise.

    Raises:
        sqlite3.Error: the new database can't be written.
    """
    last = max(last, _last_number(damaged), _last_number(fresh))
    fresh.execute("DELETE FROM sqlite_sequence WHERE name = 'outbox'")
    fresh.execute("INSERT INTO sqlite_sequence (name, seq) VALUES ('outbox', ?)", (last,))


def _last_number(connection: sqlite3.Connection | None) -> int:
    if connection is None:
        return 0
    try:
        row = connection.execute(
            "SELECT max(seq) FROM sqlite_sequence WHERE name = 'outbox'"
        ).fetchone()
    except sqlite3.Error:
        return 0
    # A damaged one may say anything; from the highest that there is, nothing can be numbered on.
    return row[0] if isinstance(row[0], int) and 0 < row[0] < _LAST_NUMBER else 0


def _tables(fresh: sqlite3.Connection) -> list[tuple[str, dict[str, bool]]]:
    """Tables with their columns, each with whether it holds text; series before their samples."""
    names = [
        name
        for (name,) in fresh.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
        if name not in _OWN and not name.startswith("sqlite_")
    ]
    return [
        (
            name,
            {row[1]: row[2] == "TEXT" for row in fresh.execute(f"PRAGMA table_info({name})")},
        )
        for name in sorted(names, key=lambda name: (name in {"samples", "texts"}, name))
    ]


def _walks(
    damaged: sqlite3.Connection, fresh: sqlite3.Connection, table: str, columns: tuple[str, ...]
) -> Iterator[_Walk]:
    try:
        known = {row[1].decode() for row in damaged.execute(f"PRAGMA table_info({table})")}
    except sqlite3.Error:
        return
    if not known.issuperset(columns):
        return
    if "series" not in columns:
        yield _Walk(table, columns, "rowid")
        return
    for (series,) in fresh.execute("SELECT id FROM series").fetchall():
        yield _Walk(table, columns, "time", "series = ?", (series,))


def _copy(
    damaged: sqlite3.Connection, fresh: sqlite3.Connection, walk: _Walk, texts: dict[str, bool]
) -> int:
    names = ", ".join(walk.columns)
    marks = ", ".join("?" * len(walk.columns))
    sql = f"INSERT OR IGNORE INTO {walk.table} ({names}) VALUES ({marks})"  # noqa: S608 - as above
    text = [texts[column] for column in walk.columns]
    count = 0
    for row in _rows(damaged, walk):
        decoded = _decode(row[1:], text)
        if decoded is not None:
            try:
                # Of this statement alone: triggers' changes are none of its rows.
                count += fresh.execute(sql, decoded).rowcount
            except UNSTORABLE:
                continue
    return count


def _decode(row: tuple[Any, ...], text: list[bool]) -> list[Any] | None:
    try:
        return [
            value.decode() if is_text and isinstance(value, bytes) else value
            for value, is_text in zip(row, text, strict=True)
        ]
    except UnicodeDecodeError:
        return None


def _rows(damaged: sqlite3.Connection, walk: _Walk) -> Iterator[tuple[Any, ...]]:
    at: float = -(2**62)
    while True:
        for row in _until_damage(damaged, walk, ">", at):
            if row is None:
                break
            yield row
            at = row[0]
        else:
            return
        beyond = _beyond(damaged, walk, at)
        if beyond is None:
            return
        found, last = beyond
        for row in _until_damage(damaged, walk, "<=", found):
            if row is None or row[0] <= at:
                break
            yield row
        if last:
            return
        at = found


def _until_damage(
    damaged: sqlite3.Connection, walk: _Walk, compare: str, at: float
) -> Iterator[tuple[Any, ...] | None]:
    """Rows in order from ``at``; then None where a page does not read."""
    previous: float | None = None
    try:
        cursor = damaged.execute(
            walk.select(compare, "ASC" if compare == ">" else "DESC"), (*walk.values, at)
        )
        for row in cursor:
            # Pages that point back at each other would be read for ever.
            if not isinstance(row[0], int | float) or _goes_back(compare, previous, row[0]):
                yield None
                return
            previous = row[0]
            yield row
    except (sqlite3.Error, OverflowError):
        yield None


def _goes_back(compare: str, previous: float | None, key: float) -> bool:
    if previous is None:
        return False
    return key <= previous if compare == ">" else key >= previous


def _beyond(damaged: sqlite3.Connection, walk: _Walk, at: float) -> tuple[float, bool] | None:
    """The next key after ``at`` that can be found, past the damage.

    Returns:
        The key and False, or a key after the last row and True; None where nothing is found.
    """
    start = max(at, 0)
    for doubling in range(_DOUBLINGS):
        candidate = start + 2**doubling
        try:
            row = damaged.execute(
                walk.select(">", "ASC") + " LIMIT 1", (*walk.values, candidate)
            ).fetchone()
        except sqlite3.Error:
            continue
        if row is None:
            return candidate, True
        if isinstance(row[0], int | float) and row[0] > candidate:
            return row[0], False
    return None
