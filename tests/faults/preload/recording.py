"""What a process did to its files, as the preloaded library wrote it down."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path

_HEADER = struct.Struct("<BBHIqI")
CREATED = 1
EMPTIED = 2


class Op(IntEnum):
    """What was done; the numbers are the library's."""

    OPEN = 1
    WRITE = 2
    TRUNCATE = 3
    SYNC = 4
    RENAME = 5
    UNLINK = 6
    MKDIR = 7
    MARK = 8
    CONNECT = 9
    SENT = 10
    RECEIVED = 11
    SYNC_FAILED = 12


@dataclass(frozen=True, slots=True)
class Event:
    """One call that took effect.

    Attributes:
        op: which.
        flags: of an opening: CREATED, EMPTIED.
        handle: number of the opening, or descriptor of a connection.
        offset: of a write; the new size of a truncation.
        name: the path of an opening, unlinking, making; the old one of a renaming.
        data: what was written; the new path of a renaming.
    """

    op: Op
    flags: int
    handle: int
    offset: int
    name: str
    data: bytes


def read(path: Path) -> Iterator[Event]:
    """The events of a record in their order."""
    with path.open("rb") as file:
        while len(head := file.read(_HEADER.size)) == _HEADER.size:
            op, flags, name, handle, offset, length = _HEADER.unpack(head)
            rest = file.read(length)
            if len(rest) < length:
                return
            yield Event(Op(op), flags, handle, offset, rest[:name].decode(), rest[name:])
