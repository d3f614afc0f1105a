"""A disk in a model: what is on it for sure, and what may be after a loss of power.

Only what was synced is there for sure. A write, a truncation, and a name that was made, changed or
deleted since the last sync of its file or folder may be there or not, whatever the order they came
in; a write may be there in part, by sectors. What a sync failed on may never get there: the kernel
takes such pages for clean, so that the next sync says nothing of them.
"""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path, PurePosixPath

from tests.faults.preload.recording import CREATED, EMPTIED, Event, Op

SECTOR = 512


class Fate(Enum):
    """How much of what was not synced is on the disk."""

    NOTHING = "nothing"
    EVERYTHING = "everything"
    BEGINNING = "beginning"
    """All up to a moment, the last write in part; names likewise."""
    ANYTHING = "anything"


class _Certainty(Enum):
    DURABLE = 0
    PENDING = 1
    DOUBTFUL = 2


@dataclass(slots=True)
class _Change:
    """A write, or a truncation where there is no data."""

    offset: int
    data: bytes | None
    certainty: _Certainty = _Certainty.PENDING

    def apply(self, content: bytearray) -> None:
        if self.data is None:
            _resize(content, self.offset)
        else:
            self._write(content, self.data)

    def apply_in_part(self, content: bytearray, chance: random.Random, *, ordered: bool) -> None:
        """Some of the sectors: the first ones, or any of them."""
        if self.data is None:
            return
        ends = range(SECTOR - self.offset % SECTOR, len(self.data) + SECTOR, SECTOR)
        cut = chance.randrange(len(ends) + 1)
        begin = 0
        for number, end in enumerate(ends):
            if number < cut if ordered else chance.random() < 0.5:
                part = self.data[begin:end]
                _Change(self.offset + begin, part).apply(content)
            begin = end

    def apply_empty(self, content: bytearray) -> None:
        """The file is longer, and what was to stand there is not."""
        if self.data is not None:
            _resize(content, max(len(content), self.offset + len(self.data)))

    def _write(self, content: bytearray, data: bytes) -> None:
        end = self.offset + len(data)
        if end > len(content):
            _resize(content, end)
        content[self.offset : end] = data


def _resize(content: bytearray, size: int) -> None:
    if size < len(content):
        del content[size:]
    else:
        content.extend(bytes(size - len(content)))


@dataclass(slots=True)
class _File:
    content: bytearray = field(default_factory=bytearray)
    changes: list[_Change] = field(default_factory=list)

    def sync(self) -> None:
        for change in self.changes:
            if change.certainty is _Certainty.PENDING:
                change.certainty = _Certainty.DURABLE
        while self.changes and self.changes[0].certainty is _Certainty.DURABLE:
            self.changes.pop(0).apply(self.content)

    def fail_to_sync(self) -> None:
        for change in self.changes:
            if change.certainty is _Certainty.PENDING:
                change.certainty = _Certainty.DOUBTFUL

    def after(self, fate: Fate, chance: random.Random) -> bytes:
        """What the file may hold after a loss of power."""
        content = bytearray(self.content)
        unsure = [c for c in self.changes if c.certainty is not _Certainty.DURABLE]
        until = chance.randrange(len(unsure) + 1)
        seen = 0
        for change in self.changes:
            if change.certainty is _Certainty.DURABLE or fate is Fate.EVERYTHING:
                change.apply(content)
                continue
            if fate is Fate.BEGINNING:
                if seen < until:
                    change.apply(content)
                elif seen == until:
                    change.apply_in_part(content, chance, ordered=True)
            elif fate is Fate.ANYTHING:
                self._apply_anyhow(change, content, chance)
            seen += 1
        return bytes(content)

    def _apply_anyhow(self, change: _Change, content: bytearray, chance: random.Random) -> None:
        kind = chance.random()
        if kind < 0.4:
            change.apply(content)
        elif kind < 0.6:
            change.apply_in_part(content, chance, ordered=False)
        elif kind < 0.7:
            change.apply_empty(content)


@dataclass(frozen=True, slots=True)
class _Naming:
    """A name that was made (``file``), or is gone; of a renaming, both at once."""

    made: str | None = None
    file: _File | None = None
    gone: str | None = None

    def apply(self, names: dict[str, _File | None]) -> None:
        if self.gone is not None:
            names.pop(self.gone, None)
        if self.made is not None:
            names[self.made] = self.file


class Disk:
    """Follows a record.

    Args:
        folder: what exists at the beginning, with all its files, durably.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files: dict[str, _File | None] = {}
        for path in folder.rglob("*"):
            # Worth nothing after a loss of power; and it changes unseen.
            if not path.name.endswith("-shm"):
                content = bytearray(path.read_bytes()) if path.is_file() else None
                self._files[str(path)] = None if content is None else _File(content)
        self._durable = dict(self._files)
        self._namings: dict[str, list[_Naming]] = defaultdict(list)
        self._open: dict[int, _File] = {}
        self._folders: dict[int, str] = {}

    def follow(self, event: Event) -> None:
        """Does what the process did."""
        if event.op is Op.OPEN:
            self._follow_opening(event)
        elif event.op is Op.WRITE:
            self._open[event.handle].changes.append(_Change(event.offset, event.data))
        elif event.op is Op.TRUNCATE:
            self._open[event.handle].changes.append(_Change(event.offset, None))
        elif event.op is Op.SYNC:
            self._follow_sync(event.handle)
        elif event.op is Op.SYNC_FAILED and event.handle in self._open:
            self._open[event.handle].fail_to_sync()
        elif event.op is Op.RENAME:
            to = event.data.decode()
            self._name(_Naming(made=to, file=self._files[event.name], gone=event.name), to)
        elif event.op is Op.UNLINK:
            self._name(_Naming(gone=event.name), event.name)
        elif event.op is Op.MKDIR:
            self._name(_Naming(made=event.name), event.name)

    def after_power_loss(self, target: Path, fate: Fate, chance: random.Random) -> None:
        """Writes into a new folder what may be there after the power was lost now."""
        target.mkdir(parents=True)
        names = self._names(fate, chance)
        for path in sorted(names):
            place = target / PurePosixPath(path).relative_to(self._folder)
            file = names[path]
            if not place.parent.is_dir():
                continue  # its folder is not there
            if file is None:
                place.mkdir()
                continue
            place.write_bytes(file.after(fate, chance))
            if path.endswith("-wal"):
                self._leave_index(place, chance)

    def _leave_index(self, log: Path, chance: random.Random) -> None:
        kind = chance.randrange(3)
        if kind:
            content = chance.randbytes(32768) if kind == 1 else bytes(32768)
            log.with_name(log.name.removesuffix("-wal") + "-shm").write_bytes(content)

    def _names(self, fate: Fate, chance: random.Random) -> dict[str, _File | None]:
        if fate is Fate.EVERYTHING:
            return dict(self._files)
        names = dict(self._durable)
        if fate is Fate.NOTHING:
            return names
        for namings in self._namings.values():
            until = chance.randrange(len(namings) + 1)
            for number, naming in enumerate(namings):
                kept = number < until if fate is Fate.BEGINNING else chance.random() < 0.5
                if kept:
                    naming.apply(names)
        return names

    def _follow_opening(self, event: Event) -> None:
        if event.flags & CREATED:
            self._name(_Naming(made=event.name, file=_File()), event.name)
        file = self._files.get(event.name)
        if file is None:
            self._folders[event.handle] = event.name
            return
        self._open[event.handle] = file
        if event.flags & EMPTIED:
            file.changes.append(_Change(0, None))

    def _follow_sync(self, handle: int) -> None:
        if handle in self._open:
            self._open[handle].sync()
            return
        for naming in self._namings.pop(self._folders[handle], []):
            naming.apply(self._durable)

    def _name(self, naming: _Naming, path: str) -> None:
        naming.apply(self._files)
        self._namings[str(PurePosixPath(path).parent)].append(naming)
