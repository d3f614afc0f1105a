"""Fault reports: text and evidence."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

from lamplighter.store.readers import Readers
from lamplighter.store.writer import Writer

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
    """Keeps the last reports; ``keep`` is how many."""

    def __init__(self, *, writer: Writer, readers: Readers, keep: int) -> None:
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
                report.title,
                report.text,
                json.dumps(dict(report.data), separators=(",", ":")),
            ),
        )
        return int(cursor.lastrowid or 0)

    def put(self, report: ReportRecord) -> Future[int]:
        """Keeps a report; the future has its id when it is on disk."""
        return self._writer.submit(lambda connection: self.insert(connection, report))

    def get(self, number: int) -> ReportRecord | None:
        """One report, or None."""
        row = self._readers.row(
            f"SELECT {_COLUMNS} FROM reports WHERE id = ?",  # noqa: S608 - a constant
            (number,),
        )
        return None if row is None else _record(row)

    def latest(self, limit: int = 20, asset: str | None = None) -> list[ReportRecord]:
        """The last reports, newest first; of one machine where ``asset`` is given."""
        rows = self._readers.rows(
            f"SELECT {_COLUMNS} FROM reports"  # noqa: S608 - a constant
            " WHERE ? IS NULL OR asset = ? ORDER BY id DESC LIMIT ?",
            (asset, asset, limit),
        )
        return [_record(row) for row in rows]

    def trim(self, connection: sqlite3.Connection) -> None:
        """Forgets the oldest reports beyond the bound."""
        connection.execute(
            "DELETE FROM reports WHERE id <="
            " (SELECT id FROM reports ORDER BY id DESC LIMIT 1 OFFSET ?)",
            (self._keep,),
        )


def _record(row: tuple[Any, ...]) -> ReportRecord:
    created, asset, title, text, data, number = row
    return ReportRecord(created, asset, title, text, json.loads(data), number)
