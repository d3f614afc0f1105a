"""Rows as JSON lines and back: to carry what waits in one gateway over to another.

::

    {"lamplighter": "export", "origin": "9f2c…", "version": 5, "at": 1700000000.0}
    {"table": "outbox", "id": 12, "row": {"topic": "a/b", "payload": {"text": "21.5"}, …}}

Bytes are ``{"text": …}`` where they are UTF-8, else ``{"base64": …}``. A sample names its series.
What is encrypted in the database is plain in an export.
"""

from __future__ import annotations

import base64
import json
import sqlite3
from collections.abc import Collection, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from lamplighter.errors import RowError, StoreError, UnreadableError
from lamplighter.store import migrations
from lamplighter.store.encryption.columns import ENCRYPTED
from lamplighter.store.encryption.keys import keys_in_use
from lamplighter.store.encryption.sealing import Seals
from lamplighter.store.files.database import connect_for_reading
from lamplighter.store.files.identity import identity_of
from lamplighter.store.files.place import Place

_SLICE = 500
_BY_SERIES = ("samples", "texts")

TIMES = {
    "outbox": "created",
    "inbox": "arrived",
    "dead_letters": "buried",
    "announcements": "updated",
    "states": "updated",
    "samples": "time",
    "texts": "time",
    "alarms": "updated",
    "reports": "created",
    "audit": "time",
    "schedule": "due",
    "orders": "created",
    "episodes": "ended",
    "commands": "finished",
    "ledger": "last",
}
"""The tables that are exported, with the column that says when (UTC seconds)."""


@dataclass(frozen=True, slots=True)
class Selection:
    """What is exported: of which tables, and from when to when (UTC seconds, both included)."""

    tables: Collection[str] = tuple(TIMES)
    since: float = float("-inf")
    until: float = float("inf")


def export(
    place: Place, seals: Seals, selection: Selection, *, now: float
) -> Iterator[dict[str, Any]]:
    """Lines as JSON objects, a header first; a daemon may go on writing meanwhile.

    Rows that do not open are left out and counted in a last line ``{"unreadable": n}``. Memory
    stays flat, and no view of the database is held for longer than a slice of rows takes.

    Raises:
        StoreKeyError: rows are encrypted with a key that is not given.
        StoreError: the database can't be read.
    """
    if not place.database.exists():
        raise StoreError(place.database, "there is no such database")
    unreadable = 0
    try:
        with closing(connect_for_reading(place.database)) as connection:
            seals.check(keys_in_use(connection), place.database)
            version = migrations.version_of(connection)
            yield {
                "lamplighter": "export",
                "origin": identity_of(connection).origin,
                "version": version,
                "at": now,
            }
            for table in selection.tables:
                for row in _rows(connection, table, selection):
                    try:
                        yield _line(table, row, seals)
                    except UnreadableError:
                        unreadable += 1
    except sqlite3.Error as error:
        raise StoreError(place.database, f"can't be read: {error}") from error
    if unreadable:
        yield {"unreadable": unreadable}


def _rows(
    connection: sqlite3.Connection, table: str, selection: Selection
) -> Iterator[dict[str, Any]]:
    if table in _BY_SERIES:
        for number, name in connection.execute("SELECT id, name FROM series").fetchall():
            for row in _slices(connection, table, selection, "time", ("series = ?", number)):
                yield {**row, "series": name, "_bound": str(number)}
        return
    yield from _slices(connection, table, selection, "rowid", None)


def _slices(
    connection: sqlite3.Connection,
    table: str,
    selection: Selection,
    key: str,
    only: tuple[str, Any] | None,
) -> Iterator[dict[str, Any]]:
    time = TIMES[table]
    where = "" if only is None else f"{only[0]} AND "
    sql = (
        f"SELECT {key} AS _key, * FROM {table} WHERE {where}{key} > ?"  # noqa: S608 - names of ours
        f" AND {time} >= ? AND {time} <= ? ORDER BY {key} LIMIT {_SLICE}"
    )
    after: float = -(2**62)
    before = () if only is None else (only[1],)
    while True:
        cursor = connection.execute(sql, (*before, after, selection.since, selection.until))
        names = [column[0] for column in cursor.description]
        rows = cursor.fetchall()
        for row in rows:
            yield dict(zip(names, row, strict=True))
        if len(rows) < _SLICE:
            return
        after = rows[-1][0]


def _line(table: str, row: dict[str, Any], seals: Seals) -> dict[str, Any]:
    number = row.pop("_key")
    series_bound = row.pop("_bound", None)
    for column in ENCRYPTED:
        value = row.get(column.column)
        if column.table != table or value is None:
            continue
        bound = str(row[column.bound]) if series_bound is None else series_bound
        opener: Any = seals.texts(column.name) if column.is_text else seals.column(column.name)
        row[column.column] = opener.open(bound, value)
    row.pop("id", None)
    shown = {name: as_json(value) for name, value in row.items() if value is not None}
    return {"table": table, "id": number, "row": shown}


def as_json(value: Any) -> Any:
    """A value of a column as JSON has it."""
    if not isinstance(value, bytes):
        return value
    try:
        return {"text": value.decode()}
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(value).decode()}


def from_json(value: Any) -> Any:
    """A value of a column as JSON has it, back.

    Raises:
        RowError: it is neither plain nor one of the two forms of bytes.
    """
    if isinstance(value, list):
        raise RowError("is a list")
    if not isinstance(value, Mapping):
        return value
    match dict(value):
        case {"text": str(text), **rest} if not rest:
            try:
                return text.encode()
            except UnicodeEncodeError as error:
                raise RowError(f"is no text: {error}") from error
        case {"base64": str(text), **rest} if not rest:
            try:
                return base64.b64decode(text, validate=True)
            except ValueError as error:
                raise RowError(f"is no base64: {error}") from error
    raise RowError('must be {"text": …} or {"base64": …}')


def as_text(line: Mapping[str, Any]) -> str:
    """A line of an export."""
    return json.dumps(line, ensure_ascii=False, separators=(",", ":"))
