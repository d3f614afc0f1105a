"""The database's first page: what it says, a copy of it, and mending it from the copy.

The page holds SQLite's header and the table of tables. All else can be intact, and nothing can be
read without it. Offsets are those of the SQLite file format, section 1.3.
"""

from __future__ import annotations

import os
from pathlib import Path

from lamplighter.store.database import PAGE_BYTES

_MAGIC = b"SQLite format 3\x00"
_HEADER_BYTES = 100
_CHANGE_COUNTER = slice(24, 28)
_PAGES = slice(28, 32)
_FREE_LIST = slice(32, 40)
_VERSION_VALID_FOR = slice(92, 96)


def keep(database: Path, copy: Path) -> None:
    """Keeps a copy of the first page, if its tables are not those of the copy already there.

    The database must be checkpointed.

    Raises:
        OSError: it can't be read or written.
    """
    page = _read(database)
    if not page.startswith(_MAGIC):
        return
    if copy.exists() and _read(copy)[_HEADER_BYTES:] == page[_HEADER_BYTES:]:
        return
    fresh = copy.with_name(f"{copy.name}.new")
    with fresh.open("wb") as file:
        file.write(page)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(copy)


def mend(database: Path, copy: Path, original: Path) -> bool:
    """Puts the copy in place of the first page, for reading what the other pages still hold.

    The page that was there is kept in ``original``. Free pages are not known any more.

    Returns:
        False where there is no usable copy.

    Raises:
        OSError: a file can't be read or written.
    """
    if not copy.exists():
        return False
    page = bytearray(_read(copy))
    if len(page) != PAGE_BYTES or not page.startswith(_MAGIC):
        return False
    size = max(PAGE_BYTES, -(-database.stat().st_size // PAGE_BYTES) * PAGE_BYTES)
    page[_PAGES] = (size // PAGE_BYTES).to_bytes(4, "big")
    page[_FREE_LIST] = bytes(8)
    page[_VERSION_VALID_FOR] = page[_CHANGE_COUNTER]
    original.write_bytes(_read(database))
    with database.open("r+b") as file:
        file.write(page)
        file.truncate(size)
        os.fsync(file.fileno())
    return True


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(PAGE_BYTES)
