"""The audit: every action that was carried out, and for whom."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

from lamplighter.store.encryption.sealing import Seals, readable
from lamplighter.store.files.readers import Readers
from lamplighter.store.writing.writer import Writer

OF_ALARMS = "alarm."
"""What the actions on a machine's alarms begin with; the rest is the operation, the device the
machine."""


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """An action.

    Attributes:
        time: UTC seconds.
        device: the entity that was told.
        action: the service.
        data: the rest (params, topic, payload, user, command, confirmed ...); JSON.
        id: its row, 0 before it has one.
    """

    time: float
    device: str
    action: str
    data: Mapping[str, Any] = field(default_factory=dict)
    id: int = 0


class Audit:
    """Keeps actions; ``keep`` is for how many seconds, ``max_rows`` how many at most."""

    def __init__(
        self,
        *,
        writer: Writer,
        readers: Readers,
        keep: float,
        max_rows: int,
        seals: Seals | None = None,
    ) -> None:
        self._data = (seals or Seals()).texts("audit.data")
        self._writer = writer
        self._readers = readers
        self._keep = keep
        self._max_rows = max_rows

    def insert(self, connection: sqlite3.Connection, entry: AuditEntry) -> int:
        """Records an action within a work of the writer's; returns its id."""
        cursor = connection.execute(
            "INSERT INTO audit (time, device, action, data) VALUES (?, ?, ?, ?)",
            (entry.time, entry.device, entry.action, self._sealed(entry.device, entry.data)),
        )
        return int(cursor.lastrowid or 0)

    def put(self, entry: AuditEntry) -> Future[int]:
        """Records an action; the future has its id when it is on disk."""
        return self._writer.submit(lambda connection: self.insert(connection, entry))

    def update(self, number: int, data: Mapping[str, Any]) -> Future[bool]:
        """Replaces an entry's ``data`` (it was confirmed, say); False where there is none."""
        # Whatever can't be JSON is said at once.
        json.dumps(dict(data))

        def work(connection: sqlite3.Connection) -> bool:
            row = connection.execute("SELECT device FROM audit WHERE id = ?", (number,)).fetchone()
            if row is None:
                return False
            sealed = self._sealed(row[0], data)
            connection.execute("UPDATE audit SET data = ? WHERE id = ?", (sealed, number))
            return True

        return self._writer.submit(work)

    def latest(self, limit: int = 100, device: str | None = None) -> list[AuditEntry]:
        """The last actions, newest first; on one entity where ``device`` is given."""
        rows = self._readers.rows(
            "SELECT id, time, device, action, data FROM audit"
            " WHERE ? IS NULL OR device = ? ORDER BY id DESC LIMIT ?",
            (device, device, limit),
        )
        return readable(rows, self._entry)

    def of_alarms(self, limit: int = 100, asset: str | None = None) -> list[AuditEntry]:
        """The last operations on alarms, newest first; of one machine where ``asset`` is given."""
        where, values = ("", ()) if asset is None else (" AND device = ?", (asset,))
        rows = self._readers.rows(
            "SELECT id, time, device, action, data FROM audit"  # noqa: S608 - constants
            f" WHERE substr(action, 1, 6) = 'alarm.'{where} ORDER BY id DESC LIMIT ?",
            (*values, limit),
        )
        return readable(rows, self._entry)

    def _sealed(self, device: str, data: Mapping[str, Any]) -> str:
        return self._data.seal(device, json.dumps(dict(data), separators=(",", ":")))

    def _entry(self, row: tuple[Any, ...]) -> AuditEntry:
        number, time, device, action, data = row
        return AuditEntry(time, device, action, json.loads(self._data.open(device, data)), number)

    def trim(self, connection: sqlite3.Connection, now: float) -> None:
        """Forgets the oldest beyond the bounds."""
        connection.execute("DELETE FROM audit WHERE time < ?", (now - self._keep,))
        connection.execute(
            "DELETE FROM audit WHERE id <="
            " (SELECT id FROM audit ORDER BY id DESC LIMIT 1 OFFSET ?)",
            (self._max_rows,),
        )
