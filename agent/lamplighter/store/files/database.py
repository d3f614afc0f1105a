"""Opening SQLite as this store needs it, and telling one kind of trouble from another."""

from __future__ import annotations

import enum
import os
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from lamplighter.errors import StoreError

PAGE_BYTES = 4096
LOOKS = 4
"""How often in a row a page must not read before the database counts as damaged."""

WAL_PAGES = 256
"""Pages in the write-ahead log before they are copied home: 1 MiB, what the ballast can hold."""

Values = Sequence[Any]
"""What the placeholders of a statement stand for."""

_PRIMARY_CODE = 0xFF
_RESERVE_BYTES = 3 << 20
_MOST_RESERVE_BYTES = 64 << 20
_RESERVE_SHARE = 16
_LEAST_PAGES = 64
_TIGHT_BYTES = 128 << 10


class Trouble(enum.Enum):
    """Kinds of SQLite errors, by what has to be done about them."""

    FULL = "full"
    CORRUPT = "corrupt"
    DEVICE = "device"
    STATEMENT = "statement"


_TROUBLE = {
    sqlite3.SQLITE_FULL: Trouble.FULL,
    sqlite3.SQLITE_CORRUPT: Trouble.CORRUPT,
    sqlite3.SQLITE_NOTADB: Trouble.CORRUPT,
    sqlite3.SQLITE_IOERR: Trouble.DEVICE,
    sqlite3.SQLITE_CANTOPEN: Trouble.DEVICE,
    sqlite3.SQLITE_READONLY: Trouble.DEVICE,
    sqlite3.SQLITE_BUSY: Trouble.DEVICE,
    sqlite3.SQLITE_LOCKED: Trouble.DEVICE,
    sqlite3.SQLITE_NOMEM: Trouble.DEVICE,
    sqlite3.SQLITE_PERM: Trouble.DEVICE,
    sqlite3.SQLITE_AUTH: Trouble.DEVICE,
    sqlite3.SQLITE_PROTOCOL: Trouble.DEVICE,
    sqlite3.SQLITE_INTERRUPT: Trouble.DEVICE,
}


def trouble_of(error: sqlite3.Error, folder: Path) -> Trouble:
    """What an error means; a device error on a file system without space counts as full."""
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        return Trouble.STATEMENT
    trouble = _TROUBLE.get(code & _PRIMARY_CODE, Trouble.STATEMENT)
    if trouble is Trouble.DEVICE and _free_bytes(folder) < _TIGHT_BYTES:
        return Trouble.FULL
    return trouble


def _free_bytes(folder: Path) -> int:
    try:
        status = os.statvfs(folder)
    except OSError:
        return _TIGHT_BYTES
    return status.f_bavail * status.f_frsize


def connect_for_writing(path: Path, max_bytes: int) -> sqlite3.Connection:
    """Opens an existing database in WAL mode, every commit on disk when it returns.

    ``max_bytes`` bounds database, write-ahead log and ballast together. The connection may move
    between threads, one at a time.

    Raises:
        sqlite3.Error: it can't be opened or is damaged.
        StoreError: the file system can't hold a write-ahead log.
    """
    connection = sqlite3.connect(
        f"file:{quote(str(path))}?mode=rw",
        uri=True,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=256,
    )
    try:
        _use_log(connection, path)
        for pragma in (
            "synchronous=FULL",
            f"wal_autocheckpoint={WAL_PAGES}",
            f"journal_size_limit={WAL_PAGES * PAGE_BYTES}",
            f"max_page_count={max_pages(max_bytes)}",
            # Some builds zero what is deleted: twice the writes, on cards that wear out.
            "secure_delete=OFF",
            "temp_store=MEMORY",
        ):
            connection.execute(f"PRAGMA {pragma}")
    except (sqlite3.Error, StoreError):
        connection.close()
        raise
    return connection


def max_pages(max_bytes: int) -> int:
    """Pages that the database file may have, so that all files stay within ``max_bytes``.

    What is left is for the ballast, and for a write-ahead log that grows while something reads.
    """
    reserve = min(_MOST_RESERVE_BYTES, max(_RESERVE_BYTES, max_bytes // _RESERVE_SHARE))
    return max(_LEAST_PAGES, (max_bytes - reserve) // PAGE_BYTES)


def _use_log(connection: sqlite3.Connection, path: Path) -> None:
    (mode,) = connection.execute("PRAGMA journal_mode=WAL").fetchone()
    if mode != "wal":
        raise StoreError(path, "its file system can't hold a write-ahead log")


def connect_for_reading(path: Path) -> sqlite3.Connection:
    """Opens a database read-only; a daemon may be writing to it meanwhile.

    Raises:
        sqlite3.Error: it can't be opened.
    """
    name = quote(str(path))
    # Where no daemon left a write-ahead log and this user may not make one, nothing is written
    # by anyone, and the file can be read as it stands.
    still = not path.with_name(f"{path.name}-wal").exists() and not os.access(path.parent, os.W_OK)
    return sqlite3.connect(
        f"file:{name}?immutable=1" if still else f"file:{name}?mode=ro",
        uri=True,
        isolation_level=None,
        check_same_thread=False,
    )
