"""Opening the database whatever state it is in: a damaged one is put aside, what reads is kept."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from lamplighter.errors import StoreDeviceError, StoreError, StoreFullError
from lamplighter.store import migrations
from lamplighter.store.files import identity
from lamplighter.store.files.database import (
    Trouble,
    connect_for_reading,
    connect_for_writing,
    trouble_of,
)
from lamplighter.store.files.device import refusal
from lamplighter.store.files.durable import close_to_others
from lamplighter.store.files.place import Place
from lamplighter.store.recovery import schema_pages
from lamplighter.store.recovery.replacement import create, finish, replace

_CHECK_SECONDS = 1.0
_ERRORS = {Trouble.FULL: StoreFullError, Trouble.DEVICE: StoreDeviceError}


@dataclass(frozen=True, slots=True)
class OpenReport:
    """How the opening went.

    Attributes:
        salvaged: rows saved from a damaged database, by table.
        quarantined: where the damaged database is now, or None.
        reason: what was wrong, "" where nothing was.
        created: True where there was no database before.
        migrated: steps of the schema that were taken.
    """

    salvaged: Mapping[str, int] = field(default_factory=dict)
    quarantined: Path | None = None
    reason: str = ""
    created: bool = False
    migrated: int = 0


def open_database(
    place: Place, *, max_bytes: int, now: float
) -> tuple[sqlite3.Connection, OpenReport]:
    """Opens the store's database for writing, made, migrated or replaced as it needs.

    Args:
        place: its files; the folder must exist.
        max_bytes: bound of the whole store.
        now: UTC seconds.

    Raises:
        StoreFullError: there is no room for a new database.
        StoreDeviceError: the storage fails, or can't be written now.
        StoreError: the folder can't be used, or the database is of a newer version.
    """
    try:
        return _open(place, max_bytes, now)
    except (OSError, sqlite3.Error) as error:
        raise _translated(error, place) from error


def replace_database(
    place: Place, reason: str, *, max_bytes: int, now: float, last_row: int = 0
) -> tuple[sqlite3.Connection, OpenReport]:
    """Puts a database aside that turned out to be damaged, and opens a new one.

    No connection to it may be open for writing. Arguments and errors as for
    :func:`open_database`; new rows of the outbox are numbered from behind ``last_row``.
    """
    try:
        return _replace(place, reason, max_bytes, now, last_row)
    except (OSError, sqlite3.Error) as error:
        raise _translated(error, place) from error


def take_copy(
    place: Place, reason: str, *, max_bytes: int, now: float
) -> tuple[sqlite3.Connection, OpenReport]:
    """Opens a copy that was made of a database in use; whatever lies in its place is put aside.

    Arguments and errors as for :func:`replace_database`.
    """
    try:
        quarantined = finish(place, now)
        connection, migrated = _connect(place, max_bytes, now)
    except (OSError, sqlite3.Error) as error:
        raise _translated(error, place) from error
    return connection, OpenReport(quarantined=quarantined, reason=reason, migrated=migrated)


def _translated(error: OSError | sqlite3.Error, place: Place) -> StoreError:
    if isinstance(error, OSError):
        return refusal(place.database, error)
    kind = _ERRORS.get(trouble_of(error, place.folder), StoreError)
    return kind(place.database, str(error))


def close_cleanly(connection: sqlite3.Connection) -> None:
    """Notes that nothing is left in the write-ahead log; the last thing to be written."""
    connection.execute("UPDATE schema SET opened = 0 WHERE id = 1")


def _open(place: Place, max_bytes: int, now: float) -> tuple[sqlite3.Connection, OpenReport]:
    finish(place, now)
    for path in place.files():
        close_to_others(path)
    if not place.database.exists() and not _was_there(place):
        create(place, now)
        connection, _ = _connect(place, max_bytes, now)
        return connection, OpenReport(created=True)
    if place.journal.exists():
        _take_back(place)
    # Looked for before SQLite sees it: even a reader makes a new log where there is none.
    logged = place.wal.exists()
    reason = _fault(place)
    if reason:
        return _replace(place, reason, max_bytes, now)
    lost = "" if logged else _log_lost(place)
    try:
        connection, migrated = _connect(place, max_bytes, now)
    except sqlite3.DatabaseError as error:
        if trouble_of(error, place.folder) is not Trouble.CORRUPT:
            raise
        # Sound on a first look, but not under the first write.
        return _replace(place, str(error), max_bytes, now)
    return connection, OpenReport(reason=lost, migrated=migrated)


def _take_back(place: Place) -> None:
    """Takes back a change that a crash cut short; no reader could, and none could read before."""
    connection = sqlite3.connect(place.database, isolation_level=None)
    try:
        connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    except sqlite3.DatabaseError as error:
        # What is damaged is found again, and treated, by who looks for it.
        if trouble_of(error, place.folder) is not Trouble.CORRUPT:
            raise
    finally:
        connection.close()


def _was_there(place: Place) -> bool:
    """True where other files show that this is not the first start."""
    return place.wal.exists() or place.schema_pages.exists()


def _replace(
    place: Place, reason: str, max_bytes: int, now: float, last_row: int = 0
) -> tuple[sqlite3.Connection, OpenReport]:
    salvaged, quarantined = replace(place, now, last_row)
    connection, migrated = _connect(place, max_bytes, now)
    return connection, OpenReport(
        salvaged=salvaged, quarantined=quarantined, reason=reason, migrated=migrated
    )


def _connect(place: Place, max_bytes: int, now: float) -> tuple[sqlite3.Connection, int]:
    connection = connect_for_writing(place.database, max_bytes)
    try:
        migrated = migrations.migrate(connection, now)
        settled = _settle(place, connection)
    except (sqlite3.Error, OSError):
        connection.close()
        raise
    if settled:
        # SQLite's locks belong to the process: closing any other descriptor on the file drops
        # them, and the next program that reads it would delete the log under us. So the copy is
        # made while there is no connection.
        connection.close()
        schema_pages.keep(place.database, place.schema_pages)
        connection = connect_for_writing(place.database, max_bytes)
    try:
        _note_opening(place, connection, now)
    except sqlite3.Error:
        connection.close()
        raise
    return connection, migrated


def _settle(place: Place, connection: sqlite3.Connection) -> bool:
    """Copies the log into the database file; False where that is not possible now."""
    try:
        (busy, *_) = connection.execute("PRAGMA wal_checkpoint(FULL)").fetchone()
    except sqlite3.Error as error:
        # A full disk must not hinder the start: the writer can make room, this can't.
        if trouble_of(error, place.folder) is not Trouble.FULL:
            raise
        return False
    return not busy


def _note_opening(place: Place, connection: sqlite3.Connection, now: float) -> None:
    try:
        identity.pin(connection, now)
        connection.execute("UPDATE schema SET opened = opened + 1 WHERE id = 1")
    except sqlite3.Error as error:
        if trouble_of(error, place.folder) is not Trouble.FULL:
            raise


def _fault(place: Place) -> str:
    """What is wrong with the database file; "" where nothing is seen."""
    if reason := _fault_of_files(place):
        return reason
    try:
        connection = connect_for_reading(place.database)
    except sqlite3.Error as error:
        return _fault_in(error, place)
    try:
        version = migrations.version_of(connection)
        if version is None:
            return "the schema's marker row is gone"
        if version > migrations.CURRENT:
            raise StoreError(
                place.database,
                f"is of version {version}, made by a newer Lamplighter;"
                f" this one knows version {migrations.CURRENT}",
            )
        return _quick_check(connection)
    except sqlite3.Error as error:
        return _fault_in(error, place)
    finally:
        connection.close()


def _fault_of_files(place: Place) -> str:
    """What is wrong before SQLite sees it: it deletes the write-ahead log of an empty file."""
    if not place.database.exists():
        return "the file is gone"
    if place.database.stat().st_size == 0:
        return "the file is empty"
    if place.mended.exists():
        # It may read by now, but was mended only so far as to be read out.
        return "it was damaged, and replacing it was cut short"
    return ""


def _fault_in(error: sqlite3.Error, place: Place) -> str:
    if trouble_of(error, place.folder) in {Trouble.CORRUPT, Trouble.STATEMENT}:
        return str(error)
    raise error


def _quick_check(connection: sqlite3.Connection) -> str:
    """The first fault that SQLite finds within a second; a large file is seen in part only."""
    timer = threading.Timer(_CHECK_SECONDS, connection.interrupt)
    timer.start()
    try:
        (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_INTERRUPT:
            raise
        return ""
    finally:
        timer.cancel()
        timer.join()
    return "" if found in {"ok", "interrupted"} else str(found).replace("\n", " ")


def _log_lost(place: Place) -> str:
    """A reason where the last run did not end cleanly and its write-ahead log is gone."""
    connection = connect_for_reading(place.database)
    try:
        (opened,) = connection.execute("SELECT opened FROM schema WHERE id = 1").fetchone()
    except sqlite3.OperationalError:
        return ""
    finally:
        connection.close()
    return "the write-ahead log is gone: the last commits before the crash are lost" * bool(opened)
