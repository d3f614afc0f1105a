"""Episodes that are over: what they were like, what was done, and what helped."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

from lamplighter.store.encryption.sealing import Seals, readable
from lamplighter.store.files.readers import Readers
from lamplighter.store.writing.storable import storable
from lamplighter.store.writing.writer import Writer

_COLUMNS = "rowid, episode, asset, class, started, ended, severity, signature, data, helped"


@dataclass(frozen=True, slots=True)
class EpisodeRecord:
    """An episode that is over.

    Attributes:
        episode: its id.
        asset: the machine.
        machine_class: the machine's class.
        started: UTC seconds.
        ended: UTC seconds.
        severity: the gravest of its alarms.
        signature: numbers that stand for its features, to compare it by; never encrypted.
        data: features in words, signals, fault, what was done; JSON.
        helped: what helped, in somebody's words; "" where nobody said.
        row: its row, 0 before it has one.
    """

    episode: str
    asset: str
    machine_class: str
    started: float
    ended: float
    severity: str
    signature: bytes = b""
    data: Mapping[str, Any] = field(default_factory=dict)
    helped: str = ""
    row: int = 0


@dataclass(frozen=True, slots=True)
class Lasted:
    """When an episode that is over was, without what is known of it; times are UTC seconds."""

    episode: str
    asset: str
    started: float
    ended: float
    severity: str


class Episodes:
    """Keeps episodes; ``keep`` is for how many seconds, ``max_rows`` how many at most."""

    def __init__(
        self,
        *,
        writer: Writer,
        readers: Readers,
        keep: float,
        max_rows: int,
        seals: Seals | None = None,
    ) -> None:
        self._data = (seals or Seals()).texts("episodes.data")
        self._helped = (seals or Seals()).texts("episodes.helped")
        self._writer = writer
        self._readers = readers
        self._keep = keep
        self._max_rows = max_rows

    def insert(self, connection: sqlite3.Connection, record: EpisodeRecord) -> int:
        """Keeps an episode within a work of the writer's; returns its row.

        One that is known is replaced, but for what helped.
        """
        connection.execute(
            "INSERT INTO episodes (episode, asset, class, started, ended, severity, signature,"
            " data, helped) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (episode) DO UPDATE SET started = excluded.started,"
            " ended = excluded.ended, severity = excluded.severity,"
            " signature = excluded.signature, data = excluded.data",
            (
                record.episode,
                record.asset,
                record.machine_class,
                record.started,
                record.ended,
                record.severity,
                record.signature,
                self._data.seal(record.asset, json.dumps(dict(record.data), separators=(",", ":"))),
                self._helped.seal(record.asset, record.helped),
            ),
        )
        (row,) = connection.execute(
            "SELECT rowid FROM episodes WHERE episode = ?", (record.episode,)
        ).fetchone()
        return int(row)

    def put(self, record: EpisodeRecord) -> Future[int]:
        """Keeps an episode; the future has its row when it is on disk."""
        return self._writer.submit(lambda connection: self.insert(connection, record))

    def tell(self, connection: sqlite3.Connection, episode: str, helped: str) -> bool:
        """Keeps what helped, within a transaction; False where there is no such episode."""
        found = connection.execute(
            "SELECT asset FROM episodes WHERE episode = ?", (episode,)
        ).fetchone()
        if found is None:
            return False
        sealed = self._helped.seal(found[0], helped)
        connection.execute("UPDATE episodes SET helped = ? WHERE episode = ?", (sealed, episode))
        return True

    def put_helped(self, episode: str, helped: str) -> Future[bool]:
        """Keeps what helped; the future says, when it is on disk, whether there is the episode."""
        return self._writer.submit(lambda connection: self.tell(connection, episode, helped))

    def get(self, episode: str) -> EpisodeRecord | None:
        """One episode, or None."""
        return self._one("episode = ?", storable(episode))

    def at(self, row: int) -> EpisodeRecord | None:
        """The episode in a row, or None."""
        return self._one("rowid = ?", row)

    def latest(self, limit: int = 20, asset: str | None = None) -> list[EpisodeRecord]:
        """The last episodes, the newest first; of one machine where ``asset`` is given."""
        where, values = ("", ()) if asset is None else (" WHERE asset = ?", (asset,))
        rows = self._readers.rows(
            f"SELECT {_COLUMNS} FROM episodes{where}"  # noqa: S608 - constants
            " ORDER BY ended DESC, rowid DESC LIMIT ?",
            (*values, limit),
        )
        return readable(rows, self._record)

    def between(self, start: float, end: float, asset: str | None = None) -> list[Lasted]:
        """The episodes that reach into a stretch of time (UTC seconds), by their start.

        Of one machine where ``asset`` is given.
        """
        where, values = ("", ()) if asset is None else (" AND asset = ?", (asset,))
        rows = self._readers.rows(
            "SELECT episode, asset, started, ended, severity FROM episodes"  # noqa: S608 - constants
            f" WHERE ended >= ? AND started <= ?{where} ORDER BY started",
            (start, end, *values),
        )
        return [Lasted(*row) for row in rows]

    def signatures(self, machine_class: str) -> list[tuple[int, bytes]]:
        """Row and signature of every episode of a class of machines, the oldest first."""
        rows = self._readers.rows(
            "SELECT rowid, signature FROM episodes WHERE class = ? ORDER BY rowid",
            (machine_class,),
        )
        return [(int(row), bytes(signature)) for row, signature in rows]

    def trim(self, connection: sqlite3.Connection, now: float) -> None:
        """Forgets the oldest beyond the bounds."""
        connection.execute("DELETE FROM episodes WHERE ended < ?", (now - self._keep,))
        connection.execute(
            "DELETE FROM episodes WHERE rowid IN"
            " (SELECT rowid FROM episodes ORDER BY ended DESC, rowid DESC LIMIT -1 OFFSET ?)",
            (self._max_rows,),
        )

    def _one(self, where: str, value: object) -> EpisodeRecord | None:
        rows = self._readers.rows(
            f"SELECT {_COLUMNS} FROM episodes WHERE {where}",  # noqa: S608 - constants
            (value,),
        )
        found = readable(rows, self._record)
        return found[0] if found else None

    def _record(self, row: tuple[Any, ...]) -> EpisodeRecord:
        number, episode, asset, kind, started, ended, severity, signature, data, helped = row
        return EpisodeRecord(
            episode,
            asset,
            kind,
            started,
            ended,
            severity,
            bytes(signature),
            json.loads(self._data.open(asset, data)),
            self._helped.open(asset, helped),
            number,
        )
