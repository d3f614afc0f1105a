"""Fault reports: text and evidence."""

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

_COLUMNS = "created, asset, title, text, data, id"


@dataclass(frozen=True, slots=True)
class ReportRecord:
    """A report.

    Attributes:
        created: UTC seconds.
        asset: the machine.
        title: one line.
        text: what people read.
        data: the evidence; JSON.
        id: its row, 0 before it has one.
    """

    created: float
    asset: str
    title: str
    text: str
    data: Mapping[str, Any] = field(default_factory=dict)
    id: int = 0


class Reports:
    """Keeps the last reports; ``keep`` is how many; ``seals`` encrypt what they say."""

    def __init__(
        self, *, writer: Writer, readers: Readers, keep: int, seals: Seals | None = None
    ) -> None:
        self._titles = (seals or Seals()).texts("reports.title")
        self._texts = (seals or Seals()).texts("reports.text")
        self._data = (seals or Seals()).texts("reports.data")
        self._writer = writer
        self._readers = readers
        self._keep = keep

    def insert(self, connection: sqlite3.Connection, report: ReportRecord) -> int:
        """Keeps a report within a work of the writer's; returns its id."""
        cursor = connection.execute(
            "INSERT INTO reports (created, asset, title, text, data) VALUES (?, ?, ?, ?, ?)",
            (
                report.created,
                report.asset,
                self._titles.seal(report.asset, report.title),
                self._texts.seal(report.asset, report.text),
                self._data.seal(report.asset, json.dumps(dict(report.data), separators=(",", ":"))),
            ),
        )
        return int(cursor.lastrowid or 0)

    def put(self, report: ReportRecord) -> Future[int]:
        """Keeps a report; the future has its id when it is on disk."""
        return self._writer.submit(lambda connection: self.insert(connection, report))

    def get(self, number: int) -> ReportRecord | None:
        """One report, or None."""
        rows = self._readers.rows(
            f"SELECT {_COLUMNS} FROM reports WHERE id = ?",  # noqa: S608 - a constant
            (number,),
        )
        found = readable(rows, self._record)
        return found[0] if found else None

    def latest(self, limit: int = 20, asset: str | None = None) -> list[ReportRecord]:
        """The last reports, newest first; of one machine where ``asset`` is given."""
        # Two statements: an index serves neither of two conditions joined by "or".
        where, values = ("", ()) if asset is None else (" WHERE asset = ?", (asset,))
        rows = self._readers.rows(
            f"SELECT {_COLUMNS} FROM reports{where} ORDER BY id DESC LIMIT ?",  # noqa: S608 - constants
            (*values, limit),
        )
        return readable(rows, self._record)

    def between(
        self, start: float, end: float, limit: int, asset: str | None = None
    ) -> list[ReportRecord]:
        """The last reports written between two times (UTC seconds), the newest first.

        Of one machine where ``asset`` is given.
        """
        where, values = ("", ()) if asset is None else (" AND asset = ?", (asset,))
        rows = self._readers.rows(
            f"SELECT {_COLUMNS} FROM reports"  # noqa: S608 - constants
            f" WHERE created >= ? AND created <= ?{where} ORDER BY created DESC, id DESC LIMIT ?",
            (start, end, *values, limit),
        )
        return readable(rows, self._record)

    def since(self, time: float) -> list[ReportRecord]:
        """The reports written from a time on (UTC seconds), oldest first."""
        rows = self._readers.rows(
            f"SELECT {_COLUMNS} FROM reports WHERE created >= ? ORDER BY id",  # noqa: S608 - a constant
            (time,),
        )
        return readable(rows, self._record)

    def _record(self, row: tuple[Any, ...]) -> ReportRecord:
        created, asset, title, text, data, number = row
        return ReportRecord(
            created,
            asset,
            self._titles.open(asset, title),
            self._texts.open(asset, text),
            json.loads(self._data.open(asset, data)),
            number,
        )

    def trim(self, connection: sqlite3.Connection) -> None:
        """Forgets the oldest reports beyond the bound."""
        connection.execute(
            "DELETE FROM reports WHERE id <="
            " (SELECT id FROM reports ORDER BY id DESC LIMIT 1 OFFSET ?)",
            (self._keep,),
        )
