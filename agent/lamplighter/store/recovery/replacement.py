"""Making a new database, and putting it in the place of a damaged one.

A replacement is built beside the old file and only then takes its name, so a crash at any moment
leaves either the old database, or the complete new one, to be found by the next start.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

from lamplighter.store import migrations
from lamplighter.store.files import identity
from lamplighter.store.files.database import PAGE_BYTES, connect_for_reading
from lamplighter.store.files.durable import make_file, make_folder, sync
from lamplighter.store.files.place import Place
from lamplighter.store.recovery import schema_pages
from lamplighter.store.recovery.salvage import number_on, salvage


def create(place: Place, now: float) -> None:
    """Makes a new, empty database of the current version.

    Raises:
        OSError, sqlite3.Error: it can't be written.
    """
    fresh = _build(place, now, migrations.CURRENT)
    try:
        identity.begin(fresh, now)
        _use_log(fresh)
    finally:
        fresh.close()
    _complete(place)
    _install(place)


def replace(place: Place, now: float, last_row: int = 0) -> tuple[dict[str, int], Path]:
    """Builds a new database from what reads of the old one, and swaps the two.

    Args:
        place: the files.
        now: UTC seconds.
        last_row: the last number that a row of the outbox had, where the old one does not say.

    Returns:
        Rows saved by table, and where the old database is now.

    Raises:
        OSError, sqlite3.Error: the new one can't be written; the old one is still in its place.
    """
    make_folder(place.folder)
    place.database.touch(0o600)
    damaged = _open_damaged(place)
    try:
        version = _version(damaged) if damaged is not None else migrations.CURRENT
        fresh = _build(place, now, version)
        try:
            salvaged = salvage(damaged, fresh) if damaged is not None else {}
            number_on(damaged, fresh, last_row)
            _use_log(fresh)
        finally:
            fresh.close()
    finally:
        if damaged is not None:
            damaged.close()
    _complete(place)
    quarantine = _put_aside(place, place.quarantine(now))
    _install(place)
    return salvaged, quarantine


def copy_out(
    connection: sqlite3.Connection,
    place: Place,
    prepare: Callable[[sqlite3.Connection], None] = lambda _: None,
) -> None:
    """Copies what a connection has open, wherever its files are; :func:`finish` puts it in place.

    Args:
        connection: what is copied.
        place: where to.
        prepare: given the copy before it is complete.

    Raises:
        OSError, sqlite3.Error: the copy can't be made, or is worth nothing.
    """
    make_folder(place.folder)
    place.building.unlink(missing_ok=True)
    make_file(place.building)
    fresh = sqlite3.connect(place.building, isolation_level=None)
    try:
        fresh.execute("PRAGMA journal_mode=OFF")
        fresh.execute("PRAGMA synchronous=OFF")
        connection.backup(fresh)
        if migrations.version_of(fresh) is None:
            raise sqlite3.DatabaseError("nothing of ours is left to be copied")
        # It is complete without a log: the next start must not miss one.
        fresh.execute("UPDATE schema SET opened = 0 WHERE id = 1")
        prepare(fresh)
        _use_log(fresh)
    finally:
        fresh.close()
    _complete(place)


def finish(place: Place, now: float, aside: Path | None = None) -> Path | None:
    """Ends a replacement that was interrupted, or one by a copy.

    Args:
        place: the files.
        now: UTC seconds.
        aside: a name for the old database; None: it counts as damaged.

    Returns:
        Where the old database is now, if anything was put in the place of one.

    Raises:
        OSError: the files can't be moved.
    """
    place.building.unlink(missing_ok=True)
    if not place.built.exists():
        return None
    quarantine = _put_aside(place, aside or place.quarantine(now))
    _install(place)
    return quarantine if quarantine.exists() else None


def _build(place: Place, now: float, version: int) -> sqlite3.Connection:
    place.building.unlink(missing_ok=True)
    make_file(place.building)
    connection = sqlite3.connect(place.building, isolation_level=None)
    try:
        # Worthless until it is complete, so it needs no journal; made durable as a whole.
        for pragma in (
            "journal_mode=OFF",
            "synchronous=OFF",
            f"page_size={PAGE_BYTES}",
            "auto_vacuum=INCREMENTAL",
        ):
            connection.execute(f"PRAGMA {pragma}")
        migrations.migrate(connection, now, to=version)
    except BaseException:
        connection.close()
        raise
    return connection


def _use_log(fresh: sqlite3.Connection) -> None:
    """Has the file say that it uses a write-ahead log, before anything depends on it.

    To change over in its place would take a rollback journal; and with one that a crash left, a
    database can't even be read by who may not write.
    """
    fresh.execute("PRAGMA journal_mode=WAL").fetchall()


def _complete(place: Place) -> None:
    sync(place.building)
    place.building.replace(place.built)
    sync(place.folder)


def _install(place: Place) -> None:
    place.built.replace(place.database)
    sync(place.folder)


def _put_aside(place: Place, quarantine: Path) -> Path:
    # The database last: a write-ahead log must never be found beside a database it is not of.
    for path, suffix in (
        (place.wal, "-wal"),
        (place.shm, "-shm"),
        (place.journal, "-journal"),
        (place.mended, ".schema"),
        (place.database, ""),
    ):
        if path.exists():
            path.replace(quarantine.with_name(f"{quarantine.name}{suffix}"))
    sync(place.folder)
    return quarantine


def _open_damaged(place: Place) -> sqlite3.Connection | None:
    """The damaged database for reading, its first page mended where it must be."""
    # SQLite deletes the write-ahead log of an empty file, so that one is mended unread.
    if place.database.stat().st_size:
        try:
            return _ours(place)
        except sqlite3.Error:
            pass
    if schema_pages.mend(place.database, place.schema_pages, place.mended):
        try:
            return _ours(place)
        except sqlite3.Error:
            pass
    return None


def _ours(place: Place) -> sqlite3.Connection | None:
    """The database where it has our tables; None where it reads and is another's."""
    connection = connect_for_reading(place.database)
    try:
        if migrations.is_ours(connection):
            return connection
    except sqlite3.Error:
        connection.close()
        raise
    connection.close()
    return None


def _version(damaged: sqlite3.Connection) -> int:
    try:
        version = migrations.version_of(damaged)
    except sqlite3.Error:
        return migrations.CURRENT
    if version is None or not 1 <= version <= migrations.CURRENT:
        return migrations.CURRENT
    return version
