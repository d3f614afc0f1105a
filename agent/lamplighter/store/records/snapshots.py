"""What parts of the agent keep of themselves from one run to the next: JSON by name."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from lamplighter.store.encryption.sealing import Seals, readable
from lamplighter.store.files.readers import Readers
from lamplighter.store.writing.riders import Riding
from lamplighter.store.writing.storable import storable
from lamplighter.store.writing.writer import Writer

_DELAY = 0.2


@dataclass(frozen=True, slots=True)
class _Change:
    name: str
    data: str | None


class Snapshots:
    """Keeps the last snapshot of each name.

    Args:
        writer: its commits are ridden on.
        readers: for reading.
        clock: UTC seconds.
        seals: encrypt them; None: they are stored plain.
    """

    def __init__(
        self,
        *,
        writer: Writer,
        readers: Readers,
        clock: Callable[[], float],
        seals: Seals | None = None,
    ) -> None:
        self._data = (seals or Seals()).texts("snapshots.data")
        self.riding: Riding[_Change] = Riding(writer.pulse, _DELAY, self._flush)
        self._readers = readers
        self._clock = clock

    def put(self, name: str, data: Any) -> None:
        """Keeps a snapshot, from any thread: on disk with the next commit, within 200 ms.

        Raises:
            TypeError: ``data`` is no JSON.
        """
        self.riding.add([_Change(storable(name), json.dumps(data, separators=(",", ":")))])

    def write(self, connection: sqlite3.Connection, name: str, data: Any) -> None:
        """Keeps a snapshot with the writer's own connection."""
        self._flush(connection, [_Change(name, json.dumps(data, separators=(",", ":")))])

    def remove(self, name: str) -> None:
        """Forgets a snapshot; as :meth:`put`."""
        self.riding.add([_Change(storable(name), None)])

    def get(self, name: str) -> Any:
        """The snapshot that is on disk, or None."""
        rows = self._readers.rows("SELECT name, data FROM snapshots WHERE name = ?", (name,))
        found = readable(rows, self._snapshot)
        return found[0][1] if found else None

    def starting_with(self, prefix: str) -> dict[str, Any]:
        """The snapshots on disk whose names start so, by name."""
        rows = self._readers.rows(
            "SELECT name, data FROM snapshots WHERE substr(name, 1, ?) = ? ORDER BY updated",
            (len(prefix), prefix),
        )
        return dict(readable(rows, self._snapshot))

    def _snapshot(self, row: tuple[str, str]) -> tuple[str, Any]:
        name, data = row
        return name, json.loads(self._data.open(name, data))

    def _flush(self, connection: sqlite3.Connection, changes: Sequence[_Change]) -> None:
        now = self._clock()
        last = {change.name: change.data for change in changes}
        connection.executemany(
            "DELETE FROM snapshots WHERE name = ?",
            [(name,) for name, data in last.items() if data is None],
        )
        connection.executemany(
            "INSERT OR REPLACE INTO snapshots (name, data, updated) VALUES (?, ?, ?)",
            [
                (name, self._data.seal(name, data), now)
                for name, data in last.items()
                if data is not None
            ],
        )
