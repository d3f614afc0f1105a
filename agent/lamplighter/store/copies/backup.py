"""Copies of the database: made while a daemon writes to it, and put in its place again."""

from __future__ import annotations

import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from lamplighter.errors import StoreError, StoreFullError
from lamplighter.store import migrations
from lamplighter.store.files import identity
from lamplighter.store.files.database import connect_for_reading
from lamplighter.store.files.device import refusal
from lamplighter.store.files.durable import make_file, make_folder, sync
from lamplighter.store.files.log_guard import LogGuard
from lamplighter.store.files.ownership import Ownership
from lamplighter.store.files.place import Place
from lamplighter.store.recovery.replacement import copy_out, finish

_TOLD_EVERY = 0.2
_SPARE_BYTES = 4 << 20

Progress = Callable[[int, int], None]


def back_up(
    place: Place, target: Path, *, most_log: int, progress: Progress = lambda _done, _all: None
) -> int:
    """Writes a complete, checked copy of the database as it is now, without what is free in it.

    Whoever writes goes on meanwhile. What is encrypted stays so.

    Args:
        place: the database, in use or not.
        target: the copy; it takes its name when it is complete, in place of an older one.
        most_log: bytes by which the write-ahead log may grow meanwhile.
        progress: told bytes written, and about how many there will be.

    Returns:
        Bytes of the copy.

    Raises:
        StoreError: the database can't be read, the copy can't be written, or too much is being
            written to the database.
    """
    if target.absolute().parent.resolve() == place.folder.resolve():
        raise StoreError(target, "is in the store's own folder, whose size is bounded")
    part = target.with_name(f"{target.name}.part")
    with _translated(target):
        part.unlink(missing_ok=True)
        try:
            _copy(place, part, most_log, progress)
            check_copy(part)
            size = part.stat().st_size
            sync(part)
            part.replace(target)
            sync(target.absolute().parent)
        finally:
            part.unlink(missing_ok=True)
    return size


def restore(place: Place, source: Path, *, now: float) -> Path | None:
    """Puts a copy in the place of the database; no daemon may be using it.

    A crash at any moment leaves the old one or the new one. From here on it is a store of its own,
    whatever becomes of the one that the copy was made of.

    Args:
        place: where it is to be; the folder is made if it is not there.
        source: the copy.
        now: UTC seconds, for the name of the old one.

    Returns:
        Where the old database is now, or None.

    Raises:
        StoreError: a daemon is using it, or the copy can't be read or is damaged.
    """
    try:
        make_folder(place.folder)
    except OSError as error:
        raise refusal(place.folder, error) from error
    ownership = Ownership(place.lock)
    ownership.take()
    try:
        with _translated(source):
            check_copy(source)
            _need(place.folder, source.stat().st_size)
            # What a crash left of an earlier exchange comes first.
            finish(place, now)
            with closing(connect_for_reading(source)) as connection:
                copy_out(connection, place, lambda fresh: identity.begin(fresh, now))
            return finish(place, now, place.set_aside(now))
    finally:
        ownership.release()


def check_copy(path: Path) -> int:
    """Sees that a file is a sound database of ours; returns its version.

    Raises:
        StoreError: it is not.
        sqlite3.Error: it can't be read.
    """
    if not path.is_file():
        raise StoreError(path, "there is no such file")
    with closing(connect_for_reading(path)) as connection:
        version = migrations.version_of(connection)
        if version is None:
            raise StoreError(path, "is no database of Lamplighter's")
        if version > migrations.CURRENT:
            raise StoreError(path, f"is of version {version}, made by a newer Lamplighter")
        found = check_whole(connection)
    if found:
        raise StoreError(path, f"is damaged: {found[0]}")
    return version


def check_whole(connection: sqlite3.Connection) -> list[str]:
    """What SQLite's full check finds, indices included; a few lines at most."""
    rows = connection.execute("PRAGMA integrity_check(10)").fetchall()
    return [line.replace("\n", " ") for (line,) in rows if line != "ok"]


def _copy(place: Place, part: Path, most_log: int, progress: Progress) -> None:
    if not place.database.exists():
        raise StoreError(place.database, "there is no such database")
    make_file(part)
    with closing(connect_for_reading(place.database)) as connection:
        total = _bytes_of(connection)
        _need(part.absolute().parent, total)
        with LogGuard(place, connection, most_log), _telling(part, total, progress):
            connection.execute("VACUUM INTO ?", (str(part),))
    progress(total, total)


def _bytes_of(connection: sqlite3.Connection) -> int:
    counts = [
        connection.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("page_count", "freelist_count", "page_size")
    ]
    return int((counts[0] - counts[1]) * counts[2])


@contextmanager
def _telling(part: Path, total: int, progress: Progress) -> Iterator[None]:
    """Tells how long the file is, a few times a second."""
    done = threading.Event()

    def tell() -> None:
        while not done.wait(_TOLD_EVERY):
            progress(min(total, part.stat().st_size), total)

    teller = threading.Thread(target=tell, name="backup-progress", daemon=True)
    teller.start()
    try:
        yield
    finally:
        done.set()
        teller.join()


def _need(folder: Path, size: int) -> None:
    free = shutil.disk_usage(folder).free
    if free < size + _SPARE_BYTES:
        raise StoreFullError(folder, f"has {free} bytes free; {size + _SPARE_BYTES} are needed")


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StoreError(path, str(error)) from error
    except sqlite3.Error as error:
        raise StoreError(path, f"can't be read: {error}") from error
