"""What is to be done later: it survives restarts, and is done once."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from lamplighter.store.encryption.sealing import Seals, readable
from lamplighter.store.files.readers import Readers
from lamplighter.store.writing.writer import Writer
from lamplighter.timekeeping.timekeeper import Stamp

_COLUMNS = "id, due, kind, text, data, created, state, boot, uptime"


class Stage(Enum):
    """Where a scheduled thing stands."""

    WAITING = "waiting"
    DONE = "done"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Scheduled:
    """Something to be done.

    Attributes:
        due: UTC seconds; set right when the clock is.
        kind: what it is to whoever does it.
        text: what people call it.
        data: what is needed to do it; JSON.
        created: UTC seconds.
        stage: where it stands.
        id: its row, 0 before it has one.
        boot: id of the boot in which it was scheduled, or None where that is not known.
        uptime: seconds from that boot until it is due: within the boot, that counts.
    """

    due: float
    kind: str
    text: str
    data: Mapping[str, Any] = field(default_factory=dict)
    created: float = 0.0
    stage: Stage = Stage.WAITING
    id: int = 0
    boot: str | None = None
    uptime: float | None = None

    def late(self, now: Stamp) -> float:
        """Seconds since it was due, negative before; by uptime where that can be told."""
        if self.uptime is not None and self.boot == now.boot:
            return now.uptime - self.uptime
        return now.wall - self.due


class Schedule:
    """Keeps what is scheduled.

    ``keep`` is how many seconds it is kept when it is over; ``seals`` encrypt texts and data.
    """

    def __init__(
        self, *, writer: Writer, readers: Readers, keep: float, seals: Seals | None = None
    ) -> None:
        self._texts = (seals or Seals()).texts("schedule.text")
        self._data = (seals or Seals()).texts("schedule.data")
        self._writer = writer
        self._readers = readers
        self._keep = keep

    def insert(self, connection: sqlite3.Connection, item: Scheduled) -> int:
        """Schedules something within a work of the writer's; returns its id."""
        cursor = connection.execute(
            "INSERT INTO schedule (due, kind, text, data, created, state, boot, uptime)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                item.due,
                item.kind,
                self._texts.seal(item.kind, item.text),
                self._data.seal(item.kind, json.dumps(dict(item.data), separators=(",", ":"))),
                item.created,
                item.stage.value,
                item.boot,
                item.uptime,
            ),
        )
        return int(cursor.lastrowid or 0)

    def put(self, item: Scheduled) -> Future[int]:
        """Schedules something; the future has its id when it is on disk."""
        return self._writer.submit(lambda connection: self.insert(connection, item))

    def complete(self, connection: sqlite3.Connection, number: int) -> bool:
        """Marks as done, within the work that does it; False where it waits no more."""
        return self._move(connection, number, Stage.DONE)

    def cancel(self, connection: sqlite3.Connection, number: int) -> bool:
        """Cancels, within a work of the writer's; False where it waits no more."""
        return self._move(connection, number, Stage.CANCELLED)

    def move(self, moved: Mapping[int, float]) -> Future[None]:
        """Sets anew when things that wait are due, by their ids, in UTC seconds."""

        def work(connection: sqlite3.Connection) -> None:
            connection.executemany(
                "UPDATE schedule SET due = ? WHERE id = ? AND state = 'waiting'",
                [(due, number) for number, due in moved.items()],
            )

        return self._writer.submit(work)

    def due(self, now: Stamp) -> list[Scheduled]:
        """What waits and is due, the earliest first.

        What an earlier boot left has only the wall's clock, and waits until that is trusted.
        """
        return self._select(
            "WHERE state = 'waiting' AND CASE WHEN boot = ? AND uptime IS NOT NULL"
            " THEN uptime <= ? ELSE due <= ? AND ? END ORDER BY due, id",
            (now.boot, now.uptime, now.wall, now.trusted),
        )

    def waiting(self) -> list[Scheduled]:
        """All that waits, the earliest first."""
        return self._select("WHERE state = 'waiting' ORDER BY due, id", ())

    def get(self, number: int) -> Scheduled | None:
        """One of them, or None."""
        found = self._select("WHERE id = ?", (number,))
        return found[0] if found else None

    def trim(self, connection: sqlite3.Connection, now: float) -> None:
        """Forgets what was over long ago."""
        connection.execute(
            "DELETE FROM schedule WHERE state <> 'waiting' AND due < ?", (now - self._keep,)
        )

    def _move(self, connection: sqlite3.Connection, number: int, stage: Stage) -> bool:
        cursor = connection.execute(
            "UPDATE schedule SET state = ? WHERE id = ? AND state = 'waiting'",
            (stage.value, number),
        )
        return cursor.rowcount == 1

    def _select(self, clause: str, values: tuple[Any, ...]) -> list[Scheduled]:
        sql = f"SELECT {_COLUMNS} FROM schedule {clause}"  # noqa: S608 - clauses of this module
        return readable(self._readers.rows(sql, values), self._scheduled)

    def _scheduled(self, row: tuple[Any, ...]) -> Scheduled:
        number, due, kind, text, data, created, state, *clock = row
        said = self._texts.open(kind, text)
        more = json.loads(self._data.open(kind, data))
        return Scheduled(due, kind, said, more, created, Stage(state), number, *clock)
