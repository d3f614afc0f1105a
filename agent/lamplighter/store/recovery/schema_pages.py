"""The pages that say what all others are: a copy of them, and mending them from the copy.

The first page holds SQLite's header and the root of the table of tables; a few more hold the rest
of that table. All else can be intact, and nothing can be read without them. Offsets are those of
the SQLite file format, sections 1.3 and 1.6. In a copy, each page follows its number (4 bytes).
"""

from __future__ import annotations

import os
from pathlib import Path

from lamplighter.store.files.database import PAGE_BYTES
from lamplighter.store.files.durable import make_file, sync

_MAGIC = b"SQLite format 3\x00"
_HEADER_BYTES = 100
_CHANGE_COUNTER = slice(24, 28)
_PAGES = slice(28, 32)
_FREE_LIST = slice(32, 40)
_VERSION_VALID_FOR = slice(92, 96)
_INTERIOR = 0x05

Pages = dict[int, bytes]


def keep(database: Path, copy: Path) -> None:
    """Keeps a copy of the pages, if they are not as in the copy already there.

    The database must be checkpointed.

    Raises:
        OSError: a file can't be read or written.
    """
    pages = _schema_pages(database)
    if not pages or (copy.exists() and _same(_unpack(copy), pages)):
        return
    fresh = copy.with_name(f"{copy.name}.new")
    fresh.unlink(missing_ok=True)
    make_file(fresh)
    with fresh.open("wb") as file:
        file.write(_pack(pages))
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(copy)


def mend(database: Path, copy: Path, original: Path) -> bool:
    """Puts the copy in place, for reading what the other pages still hold.

    What was there is kept in ``original``, unless that is there from an earlier try. Free pages
    are not known any more.

    Returns:
        False where there is no usable copy.

    Raises:
        OSError: a file can't be read or written.
    """
    pages = _unpack(copy) if copy.exists() else {}
    if not pages.get(1, b"").startswith(_MAGIC):
        return False
    first = bytearray(pages[1])
    # At least as long as it was: a table whose root lies beyond the end hides all others.
    known = int.from_bytes(first[_PAGES], "big")
    count = max(known, -(-database.stat().st_size // PAGE_BYTES))
    first[_PAGES] = count.to_bytes(4, "big")
    first[_FREE_LIST] = bytes(8)
    first[_VERSION_VALID_FOR] = first[_CHANGE_COUNTER]
    pages[1] = bytes(first)
    with database.open("r+b") as file:
        if not original.exists():
            make_file(original)
            original.write_bytes(_pack({number: _page(file.fileno(), number) for number in pages}))
        # On disk before the first change: it is what shows the next start that there was one.
        sync(original)
        sync(original.parent)
        for number, page in pages.items():
            os.pwrite(file.fileno(), page, (number - 1) * PAGE_BYTES)
        file.truncate(count * PAGE_BYTES)
        os.fsync(file.fileno())
    return True


def _schema_pages(database: Path) -> Pages:
    """The first page and those below it; empty where the file is no database."""
    with database.open("rb") as file:
        first = _page(file.fileno(), 1)
        if not first.startswith(_MAGIC):
            return {}
        return {1: first} | {number: _page(file.fileno(), number) for number in _children(first)}


def _children(page: bytes) -> list[int]:
    if page[_HEADER_BYTES] != _INTERIOR:
        return []
    start = _HEADER_BYTES
    count = int.from_bytes(page[start + 3 : start + 5], "big")
    cells = [
        int.from_bytes(page[start + 12 + 2 * cell : start + 14 + 2 * cell], "big")
        for cell in range(count)
    ]
    last = page[start + 8 : start + 12]
    return [int.from_bytes(number, "big") for number in (*(page[c : c + 4] for c in cells), last)]


def _same(one: Pages, other: Pages) -> bool:
    """True where only the header differs, which changes with every commit."""
    return one.keys() == other.keys() and all(
        page[_HEADER_BYTES * (number == 1) :] == other[number][_HEADER_BYTES * (number == 1) :]
        for number, page in one.items()
    )


def _page(descriptor: int, number: int) -> bytes:
    """A page, filled up with zeros where the file ends."""
    return os.pread(descriptor, PAGE_BYTES, (number - 1) * PAGE_BYTES).ljust(PAGE_BYTES, b"\0")


def _pack(pages: Pages) -> bytes:
    return b"".join(number.to_bytes(4, "big") + page for number, page in pages.items())


def _unpack(copy: Path) -> Pages:
    data = copy.read_bytes()
    step = 4 + PAGE_BYTES
    if len(data) % step:
        return {}
    return {
        int.from_bytes(data[at : at + 4], "big"): data[at + 4 : at + step]
        for at in range(0, len(data), step)
    }
