"""The alarms as they stand: one row for each condition of each asset."""

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

NORMAL = "normal"
_COLUMNS = "asset, condition, state, severity, since, updated, data"


@dataclass(frozen=True, slots=True)
class AlarmRecord:
    """An alarm.

    Attributes:
        asset: the machine.
        condition: what is watched.
        state: state of its life cycle; ``normal`` means that nothing is to be done.
        severity: how bad it is.
        since: UTC seconds of the last change of the state.
        updated: UTC seconds of the last change of anything.
        data: the rest (value, limit, ack ...); JSON.
    """

    asset: str
    condition: str
    state: str
    severity: str
    since: float
    updated: float
    data: Mapping[str, Any] = field(default_factory=dict)


class Alarms:
    """Keeps alarms.

    ``keep`` is how many seconds one is kept after it became normal; ``seals`` encrypt ``data``.
    """

    def __init__(
        self, *, writer: Writer, readers: Readers, keep: float, seals: Seals | None = None
    ) -> None:
        self._data = (seals or Seals()).texts("alarms.data")
        self._writer = writer
        self._readers = readers
        self._keep = keep

    def insert(self, connection: sqlite3.Connection, record: AlarmRecord) -> None:
        """Keeps an alarm in place of an earlier one, within a work of the writer's."""
        connection.execute(
            f"INSERT OR REPLACE INTO alarms ({_COLUMNS})"  # noqa: S608 - a constant
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                record.asset,
                record.condition,
                record.state,
                record.severity,
                record.since,
                record.updated,
                self._data.seal(record.asset, json.dumps(dict(record.data), separators=(",", ":"))),
            ),
        )

    def put(self, record: AlarmRecord) -> Future[None]:
        """Keeps an alarm; the future is done when it is on disk."""
        return self._writer.submit(lambda connection: self.insert(connection, record))

    def get(self, asset: str, condition: str) -> AlarmRecord | None:
        """One alarm, or None."""
        rows = self._readers.rows(
            f"SELECT {_COLUMNS} FROM alarms"  # noqa: S608 - a constant
            " WHERE asset = ? AND condition = ?",
            (asset, condition),
        )
        found = readable(rows, self._record)
        return found[0] if found else None

    def all(self) -> list[AlarmRecord]:
        """All alarms, by asset and condition."""
        sql = f"SELECT {_COLUMNS} FROM alarms ORDER BY asset, condition"  # noqa: S608 - a constant
        return readable(self._readers.rows(sql), self._record)

    def of(self, asset: str) -> list[AlarmRecord]:
        """All alarms of one asset, by condition."""
        rows = self._readers.rows(
            f"SELECT {_COLUMNS} FROM alarms WHERE asset = ? ORDER BY condition",  # noqa: S608 - a constant
            (asset,),
        )
        return readable(rows, self._record)

    def between(self, start: float, end: float, limit: int) -> list[AlarmRecord]:
        """The last ones that came between two times (UTC seconds), the newest first."""
        rows = self._readers.rows(
            f"SELECT {_COLUMNS} FROM alarms"  # noqa: S608 - a constant
            " WHERE since >= ? AND since <= ? ORDER BY since DESC LIMIT ?",
            (start, end, limit),
        )
        return readable(rows, self._record)

    def active(self) -> list[AlarmRecord]:
        """Those that are not normal, the latest first."""
        rows = self._readers.rows(
            f"SELECT {_COLUMNS} FROM alarms"  # noqa: S608 - a constant
            " WHERE state <> ? ORDER BY since DESC",
            (NORMAL,),
        )
        return readable(rows, self._record)

    def _record(self, row: tuple[Any, ...]) -> AlarmRecord:
        asset, condition, state, severity, since, updated, data = row
        said = json.loads(self._data.open(asset, data))
        return AlarmRecord(asset, condition, state, severity, since, updated, said)

    def trim(self, connection: sqlite3.Connection, now: float) -> None:
        """Forgets conditions that have been normal for long."""
        connection.execute(
            "DELETE FROM alarms WHERE state = ? AND updated < ?", (NORMAL, now - self._keep)
        )
