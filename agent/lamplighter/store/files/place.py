"""The files of a store: one folder, one database and what stands beside it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

_NAME = "lamplighter.db"
_BALLAST = "ballast"
_OWN = (_NAME, _BALLAST)
# The database last: a log must never be found beside a database that is not its own.
_BESIDE = ("-wal", "-shm", "-journal", ".schema", "")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a store's files are. ``folder`` must exist and be writable by a daemon."""

    folder: Path

    @property
    def database(self) -> Path:
        """The database that is in use."""
        return self.folder / _NAME

    @property
    def wal(self) -> Path:
        """Its write-ahead log: commits that are not in the database file yet."""
        return self.folder / f"{_NAME}-wal"

    @property
    def shm(self) -> Path:
        """The index of the write-ahead log, shared between processes."""
        return self.folder / f"{_NAME}-shm"

    @property
    def journal(self) -> Path:
        """What a program without a write-ahead log needs to take back an unfinished change."""
        return self.folder / f"{_NAME}-journal"

    @property
    def schema_pages(self) -> Path:
        """A copy of the pages that say what all others are, to mend them with."""
        return self.folder / f"{_NAME}.schema"

    @property
    def mended(self) -> Path:
        """Such pages as they were in a damaged database, while the rest of it is being read."""
        return self.folder / f"{_NAME}.schema.damaged"

    @property
    def building(self) -> Path:
        """A new database that is not complete yet; worthless after a crash."""
        return self.folder / f"{_NAME}.building"

    @property
    def built(self) -> Path:
        """A complete new database that is about to take the place of a damaged one."""
        return self.folder / f"{_NAME}.built"

    @property
    def ballast(self) -> Path:
        """Space that is given up when the disk is full, so that deleting can go on."""
        return self.folder / _BALLAST

    @property
    def prefixes(self) -> Path:
        """A folder of prompt starts as the model evaluated them."""
        return self.folder / "prefixes"

    @property
    def lock(self) -> Path:
        """Held by the daemon that uses the folder."""
        return self.folder / "lock"

    def files(self) -> list[Path]:
        """All files of the folder that hold what is kept: in use, half-made and in quarantine."""
        return sorted(self.folder.glob(f"{_NAME}*"))

    def quarantine(self, now: float) -> Path:
        """A name, not in use yet, for a damaged database; ``now`` is UTC seconds."""
        return self._free_name("corrupt", now)

    def set_aside(self, now: float) -> Path:
        """A name, not in use yet, for a sound database that is replaced by a copy."""
        return self._free_name("replaced", now)

    def _free_name(self, why: str, now: float) -> Path:
        stamp = datetime.fromtimestamp(now, tz=UTC).strftime("%Y%m%dT%H%M%SZ")
        path = self.folder / f"{_NAME}.{why}-{stamp}"
        number = 1
        while path.exists():
            number += 1
            path = self.folder / f"{_NAME}.{why}-{stamp}.{number}"
        return path

    def quarantined(self) -> list[Path]:
        """Damaged databases that were put aside, oldest first."""
        return self._found("corrupt")

    def replaced(self) -> list[Path]:
        """Sound databases that a restored copy took the place of, oldest first."""
        return self._found("replaced")

    def aside(self) -> list[Path]:
        """All databases that were put aside, for whatever reason, oldest first."""
        return sorted([*self.quarantined(), *self.replaced()], key=_stamp)

    def _found(self, why: str) -> list[Path]:
        found = self.folder.glob(f"{_NAME}.{why}-*")
        return sorted(
            path
            for path in found
            if path.suffix != ".schema" and not path.name.endswith(("-wal", "-shm", "-journal"))
        )

    def files_of(self, quarantined: Path) -> list[Path]:
        """A database that was put aside, with what was put aside beside it."""
        names = (f"{quarantined.name}{suffix}" for suffix in _BESIDE)
        return [path for name in names if (path := self.folder / name).exists()]

    def cached(self) -> list[Path]:
        """Files that cost a little time where they are gone: evaluated prompts."""
        return [path for path in self.prefixes.glob("*") if path.is_file()]

    def bytes_used(self) -> int:
        """Bytes of all files of the folder: in use, in quarantine, half-made, and caches."""
        try:
            with os.scandir(self.folder) as found:
                own = sum(_size(each) for each in found if each.name.startswith(_OWN))
        except FileNotFoundError:
            return 0
        return own + self.bytes_cached()

    def bytes_stored(self) -> int:
        """Bytes of the database file."""
        return _bytes(self.database)

    def bytes_logged(self) -> int:
        """Bytes of its write-ahead log."""
        return _bytes(self.wal)

    def bytes_aside(self) -> int:
        """Bytes of the databases that were put aside."""
        return sum(_bytes(file) for each in self.aside() for file in self.files_of(each))

    def bytes_cached(self) -> int:
        """Bytes of the caches."""
        return sum(_bytes(path) for path in self.cached())

    def bytes_beside(self) -> int:
        """Bytes of all but the database and its log that do not give way to it."""
        files = (self.shm, self.schema_pages, self.ballast)
        return sum(_bytes(path) for path in files) + self.bytes_cached()


def _stamp(path: Path) -> str:
    return path.name.rpartition("-")[2]


def _bytes(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def _size(entry: os.DirEntry[str]) -> int:
    try:
        return entry.stat().st_size
    except FileNotFoundError:
        return 0
