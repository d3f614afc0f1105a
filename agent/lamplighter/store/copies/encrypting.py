"""Encrypting a whole store anew: with another key, for the first time, or not any more.

A new database is written beside the old one, in which no page of the old one is left, and takes
its name when it is complete: a crash at any moment leaves the one or the other.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lamplighter.errors import StoreError, StoreFullError, UnreadableError
from lamplighter.store.copies.backup import check_whole
from lamplighter.store.encryption.columns import ENCRYPTED, EncryptedColumn
from lamplighter.store.encryption.keys import IN_USE, keys_in_use, note_keys
from lamplighter.store.encryption.sealing import Seals
from lamplighter.store.files import identity
from lamplighter.store.files.database import connect_for_reading, connect_for_writing
from lamplighter.store.files.durable import make_file, sync
from lamplighter.store.files.ownership import Ownership
from lamplighter.store.files.place import Place
from lamplighter.store.files.readers import Readers
from lamplighter.store.records.ledger import Ledger, Loss, Reason
from lamplighter.store.recovery import schema_pages
from lamplighter.store.recovery.replacement import finish

_BATCH = 500
# What has to be read before there is a key.
_PLAIN = frozenset({IN_USE, identity.NAME})
_SPARE_BYTES = 4 << 20


@dataclass(frozen=True, slots=True)
class Change:
    """What was done: values written anew, and those that did not open and are gone."""

    values: int
    unreadable: int


def encrypt_anew(
    place: Place,
    old: Seals,
    new: Seals,
    *,
    now: float,
    progress: Callable[[int], None] = lambda _values: None,
) -> Change:
    """Writes every value as ``new`` has it; no daemon may be using the database.

    Args:
        place: the database; as much room again is needed beside it meanwhile.
        old: decrypts what is there.
        new: encrypts it with its first key; without a key, it becomes plain.
        now: UTC seconds.
        progress: told now and then how many values were written.

    Raises:
        StoreKeyError: something is encrypted with a key that ``old`` does not have.
        StoreError: a daemon uses the database, something else reads it, or it is damaged.
    """
    ownership = Ownership(place.lock)
    ownership.take()
    try:
        finish(place, now)
        _settle(place)
        _copy(place)
        with closing(sqlite3.connect(place.building, isolation_level=None)) as connection:
            old.check(keys_in_use(connection), place.database)
            change = _rewrite(connection, old, new, now, progress)
        _exchange(place)
    except (sqlite3.Error, OSError) as error:
        raise StoreError(place.database, f"can't be written anew: {error}") from error
    finally:
        place.building.unlink(missing_ok=True)
        ownership.release()
    return change


def _settle(place: Place) -> None:
    """Brings all into the one file, and makes sure that nobody else has it open."""
    if not place.database.exists():
        raise StoreError(place.database, "there is no such database")
    with closing(connect_for_writing(place.database, 0)) as connection:
        connection.execute("PRAGMA busy_timeout=1000").fetchall()
        (mode,) = connection.execute("PRAGMA journal_mode=DELETE").fetchone()
    if mode != "delete" or place.wal.exists():
        raise StoreError(place.database, "is being read by another program")


def _copy(place: Place) -> None:
    place.building.unlink(missing_ok=True)
    size = place.bytes_stored()
    free = shutil.disk_usage(place.folder).free
    if free < 2 * size + _SPARE_BYTES:
        needed = 2 * size + _SPARE_BYTES
        raise StoreFullError(place.folder, f"has {free} bytes free; {needed} are needed")
    make_file(place.building)
    with closing(connect_for_reading(place.database)) as connection:
        connection.execute("VACUUM INTO ?", (str(place.building),))


def _rewrite(
    connection: sqlite3.Connection,
    old: Seals,
    new: Seals,
    now: float,
    progress: Callable[[int], None],
) -> Change:
    # What stood where something longer stands now must not be left in the gaps.
    for pragma in ("journal_mode=OFF", "synchronous=OFF", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}").fetchall()
    values = unreadable = 0
    connection.execute("BEGIN IMMEDIATE")
    for column in ENCRYPTED:
        for batch in _batches(connection, column):
            rows, lost = _resealed(batch, column, old, new)
            _write(connection, column, rows, lost, now)
            values, unreadable = values + len(rows), unreadable + len(lost)
            progress(values)
    connection.execute("DELETE FROM snapshots WHERE name = ?", (IN_USE,))
    if new.current is not None:
        note_keys(connection, [new.current.fingerprint], now)
    connection.execute("COMMIT")
    found = check_whole(connection)
    if found:
        raise sqlite3.DatabaseError(found[0])
    connection.execute("PRAGMA journal_mode=WAL").fetchall()
    return Change(values, unreadable)


def _keys(column: EncryptedColumn) -> tuple[str, ...]:
    return ("series", "time") if column.table == "texts" else ("rowid",)


def _batches(
    connection: sqlite3.Connection, column: EncryptedColumn
) -> Iterator[list[tuple[Any, ...]]]:
    """Rows as bound value, value, key; in order of the key, as they were before this began."""
    keys = ", ".join(_keys(column))
    after: tuple[float, ...] = (-(2**62),) * len(_keys(column))
    marks = ", ".join("?" * len(after))
    sql = (
        f"SELECT {column.bound}, {column.column}, {keys} FROM {column.table}"  # noqa: S608 - ours
        f" WHERE ({keys}) > ({marks}) ORDER BY {keys} LIMIT {_BATCH}"
    )
    while rows := connection.execute(sql, after).fetchall():
        yield rows
        after = rows[-1][2:]


def _resealed(
    batch: list[tuple[Any, ...]], column: EncryptedColumn, old: Seals, new: Seals
) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    """Values to be written with the keys of their rows, and rows that do not open."""
    opens, seals = _column(column, old), _column(column, new)
    rows: list[tuple[Any, ...]] = []
    lost: list[tuple[Any, ...]] = []
    for bound, value, *key in batch:
        if value is None or (column.table == "snapshots" and bound in _PLAIN):
            continue
        try:
            rows.append((seals.seal(str(bound), opens.open(str(bound), value)), *key))
        except UnreadableError:
            lost.append((bound, *key))
    return rows, lost


def _column(column: EncryptedColumn, seals: Seals) -> Any:
    """A ``Column`` or ``TextColumn``, as the values of the column ask for."""
    return seals.texts(column.name) if column.is_text else seals.column(column.name)


def _write(
    connection: sqlite3.Connection,
    column: EncryptedColumn,
    rows: list[tuple[Any, ...]],
    lost: list[tuple[Any, ...]],
    now: float,
) -> None:
    where = " AND ".join(f"{key} = ?" for key in _keys(column))
    connection.executemany(
        f"UPDATE {column.table} SET {column.column} = ? WHERE {where}",  # noqa: S608 - names of ours
        rows,
    )
    ledger = Ledger(Readers(Path(), lambda _: None), keep=0)
    for bound, *key in lost:
        connection.execute(f"DELETE FROM {column.table} WHERE {where}", key)  # noqa: S608 - as above
        ledger.insert(connection, Loss(column.table, str(bound), Reason.UNREADABLE, 1, 0, now, now))


def _exchange(place: Place) -> None:
    sync(place.building)
    place.building.replace(place.database)
    sync(place.folder)
    # There is no connection, so no lock of SQLite's that this could drop.
    schema_pages.keep(place.database, place.schema_pages)
