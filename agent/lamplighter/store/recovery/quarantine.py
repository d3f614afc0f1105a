"""Damaged databases, and others that were replaced: kept in case somebody asks, within bounds."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import structlog

from lamplighter.store.files.place import Place
from lamplighter.store.records.ledger import Ledger, Loss, Reason

_log = structlog.get_logger("store")

_KEPT = 3
_CACHES_SHARE = 8
_UNFINISHED_AFTER = 3600.0
LANE = "store"


@dataclass(frozen=True, slots=True)
class Dropped:
    """A database that was put aside once and is deleted now.

    Attributes:
        path: where it was.
        bytes: of its files.
        reason: why it could not be kept.
    """

    path: Path
    bytes: int
    reason: str


class Quarantine:
    """Bounds what stands beside the database and is not needed by it.

    The newest three are kept, as long as they fit into what the files in use leave of
    ``max_bytes``; caches get an eighth of it.

    Args:
        place: the files.
        max_bytes: bound of all of them.
    """

    def __init__(self, place: Place, max_bytes: int) -> None:
        self._place = place
        self._max_bytes = max_bytes

    def trim(self) -> list[Dropped]:
        """Deletes what is too many or too much, oldest first; returns it."""
        self._trim_caches()
        dropped = [self._drop(path, "too many") for path in self._place.aside()[:-_KEPT]]
        for path in self._place.aside():
            if self._place.bytes_used() <= self._max_bytes:
                break
            dropped.append(self._drop(path, "no room"))
        return dropped

    def give_way(self) -> list[Dropped]:
        """Deletes the oldest, where what is in use has no room; returns it, if there is one."""
        return [self._drop(path, "no room") for path in self._place.aside()[:1]]

    def _drop(self, path: Path, reason: str) -> Dropped:
        files = self._place.files_of(path)
        size = sum(file.stat().st_size for file in files)
        for file in files:
            file.unlink(missing_ok=True)
        _log.warning("old_database_deleted", path=str(path), bytes=size, reason=reason)
        return Dropped(path, size, reason)

    def _trim_caches(self) -> None:
        """Deletes the longest unused, and what a crash left unfinished."""
        files = sorted(self._place.cached(), key=lambda path: path.stat().st_mtime)
        total = sum(path.stat().st_size for path in files)
        now = time.time()
        for path in files:
            status = path.stat()
            stale = path.suffix == ".part" and now - status.st_mtime > _UNFINISHED_AFTER
            if stale or total > self._max_bytes // _CACHES_SHARE:
                path.unlink(missing_ok=True)
                total -= status.st_size


def record(
    connection: sqlite3.Connection, ledger: Ledger, dropped: Sequence[Dropped], now: float
) -> None:
    """Puts them into the ledger, within a transaction of the writer's."""
    for each in dropped:
        reason = f"{Reason.EVICTED}: old database: {each.reason}"
        loss = Loss(LANE, each.path.name, reason, 0, each.bytes, now, now)
        ledger.insert(connection, loss)
