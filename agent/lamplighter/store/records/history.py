"""Time series: numbers and texts by name of their series, with retention."""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lamplighter.store.encryption.sealing import Seals, readable
from lamplighter.store.files.readers import Readers
from lamplighter.store.records.ledger import Ledger, Loss
from lamplighter.store.records.retention import Retention
from lamplighter.store.writing.riders import Riding, write_rows
from lamplighter.store.writing.storable import storable
from lamplighter.store.writing.writer import Writer

_DELAY = 1.0
_LOOKED_AT = 500


@dataclass(frozen=True, slots=True)
class Point:
    """A value at a time (UTC seconds)."""

    time: float
    value: float


@dataclass(frozen=True, slots=True)
class TextPoint:
    """A text at a time (UTC seconds)."""

    time: float
    value: str


@dataclass(frozen=True, slots=True)
class Extremes:
    """A stretch of a series in few numbers; of equal values the first counts."""

    lowest: Point
    highest: Point
    mean: float
    count: int


@dataclass(frozen=True, slots=True)
class _Sample:
    series: str
    time: float
    value: float | str


class History:
    """Keeps time series.

    Args:
        writer: its commits are ridden on.
        readers: for reading.
        ledger: told of samples that can't be stored or are evicted before their age.
        retention: what is given up when.
        clock: UTC seconds.
        seals: encrypt texts, but no numbers; None: they are stored plain.
    """

    def __init__(
        self,
        *,
        writer: Writer,
        readers: Readers,
        ledger: Ledger,
        retention: Retention,
        clock: Callable[[], float],
        seals: Seals | None = None,
    ) -> None:
        self._texts = (seals or Seals()).texts("texts.value")
        self.riding: Riding[_Sample] = Riding(writer.pulse, _DELAY, self._flush)
        self.retention = retention
        self._readers = readers
        self._ledger = ledger
        self._clock = clock

    def add(self, series: str, time: float, value: float) -> None:
        """Keeps a number, from any thread: on disk with the next commit, within a second.

        A second value for the same time (UTC seconds) replaces the first.
        """
        self.riding.add([_Sample(storable(series), time, float(value))])

    def add_text(self, series: str, time: float, value: str) -> None:
        """Keeps a text; as :meth:`add`."""
        self.riding.add([_Sample(storable(series), time, storable(value))])

    def between(self, series: str, start: float, end: float, limit: int = 10000) -> list[Point]:
        """Numbers from ``start`` to ``end``, both included, in order; at most ``limit``."""
        return [Point(*row[:2]) for row in self._between("samples", series, start, end, limit)]

    def texts_between(
        self, series: str, start: float, end: float, limit: int = 10000
    ) -> list[TextPoint]:
        """Texts from ``start`` to ``end``, both included, in order; at most ``limit``."""
        rows = self._between("texts", series, start, end, limit)
        return readable(rows, self._text_point)

    def extremes(self, series: str, start: float, end: float) -> Extremes | None:
        """Lowest, highest, mean and count from ``start`` to ``end``; None without samples."""
        values = (series, start, end)
        row = self._readers.row(
            "SELECT avg(value), count(*) FROM samples"
            " WHERE series = (SELECT id FROM series WHERE name = ?) AND time BETWEEN ? AND ?",
            values,
        )
        if row is None or not row[1]:
            return None
        ends = []
        for order in ("ASC", "DESC"):
            end_row = self._readers.row(
                "SELECT time, value FROM samples"  # noqa: S608 - one of two words
                " WHERE series = (SELECT id FROM series WHERE name = ?) AND time BETWEEN ? AND ?"
                f" ORDER BY value {order}, time LIMIT 1",
                values,
            )
            if end_row is None:
                return None
            ends.append(Point(*end_row))
        return Extremes(ends[0], ends[1], row[0], row[1])

    def last(self, series: str) -> Point | None:
        """The latest number of a series."""
        row = self._readers.row(
            "SELECT time, value FROM samples"
            " WHERE series = (SELECT id FROM series WHERE name = ?) ORDER BY time DESC LIMIT 1",
            (series,),
        )
        return None if row is None else Point(*row)

    def last_text(self, series: str, value: str | None = None) -> TextPoint | None:
        """The latest text of a series, or the latest time that it was ``value``."""
        before = math.inf
        # Looked through from the end: encrypted, equal texts do not look equal.
        while rows := self._readers.rows(
            "SELECT time, value, series FROM texts"
            " WHERE series = (SELECT id FROM series WHERE name = ?) AND time < ?"
            " ORDER BY time DESC LIMIT ?",
            (series, before, 1 if value is None else _LOOKED_AT),
        ):
            for point in readable(rows, self._text_point):
                if value is None or point.value == value:
                    return point
            before = rows[-1][0]
        return None

    def before(self, series: str, time: float) -> Point | None:
        """The latest number until ``time``, included."""
        row = self._readers.row(
            "SELECT time, value FROM samples"
            " WHERE series = (SELECT id FROM series WHERE name = ?) AND time <= ?"
            " ORDER BY time DESC LIMIT 1",
            (series, time),
        )
        return None if row is None else Point(*row)

    def text_before(self, series: str, time: float) -> TextPoint | None:
        """The latest text until ``time``, included."""
        rows = self._readers.rows(
            "SELECT time, value, series FROM texts"
            " WHERE series = (SELECT id FROM series WHERE name = ?) AND time <= ?"
            " ORDER BY time DESC LIMIT 1",
            (series, time),
        )
        found = readable(rows, self._text_point)
        return found[0] if found else None

    def first(self, series: str) -> float | None:
        """When a series begins (UTC seconds); None where there is none."""
        starts = [
            row[0]
            for table in ("samples", "texts")
            for row in self._readers.rows(
                f"SELECT time FROM {table}"  # noqa: S608 - one of two tables
                " WHERE series = (SELECT id FROM series WHERE name = ?) ORDER BY time LIMIT 1",
                (series,),
            )
        ]
        return min(starts, default=None)

    def series(self) -> list[str]:
        """Names of all series."""
        return [name for (name,) in self._readers.rows("SELECT name FROM series ORDER BY name")]

    def _between(
        self, table: str, series: str, start: float, end: float, limit: int
    ) -> list[tuple[float, Any, int]]:
        return self._readers.rows(
            f"SELECT time, value, series FROM {table}"  # noqa: S608 - one of two tables
            " WHERE series = (SELECT id FROM series WHERE name = ?)"
            " AND time BETWEEN ? AND ? ORDER BY time LIMIT ?",
            (series, start, end, limit),
        )

    def _text_point(self, row: tuple[float, str, int]) -> TextPoint:
        time, value, series = row
        return TextPoint(time, self._texts.open(str(series), value))

    def _flush(self, connection: sqlite3.Connection, samples: Sequence[_Sample]) -> None:
        ids = self._series_ids(connection, {sample.series for sample in samples})
        numbers = [sample for sample in samples if not isinstance(sample.value, str)]
        texts = [sample for sample in samples if isinstance(sample.value, str)]
        now = self._clock()
        for table, rows in (("samples", numbers), ("texts", texts)):
            refused = write_rows(
                connection,
                f"INSERT OR REPLACE INTO {table} (series, time, value)"  # noqa: S608 - as above
                " VALUES (?, ?, ?)",
                [(ids[sample.series], sample.time, self._stored(ids, sample)) for sample in rows],
            )
            for position, reason in refused:
                loss = Loss(
                    "history", rows[position].series, f"unstorable: {reason}", 1, 0, now, now
                )
                self._ledger.insert(connection, loss)
        self.retention.added(numbers=len(numbers), texts=len(texts))

    def _stored(self, ids: Mapping[str, int], sample: _Sample) -> float | str:
        if isinstance(sample.value, str):
            return self._texts.seal(str(ids[sample.series]), sample.value)
        return sample.value

    def _series_ids(self, connection: sqlite3.Connection, names: Iterable[str]) -> dict[str, int]:
        ids: dict[str, int] = {}
        for name in sorted(names):
            connection.execute("INSERT OR IGNORE INTO series (name) VALUES (?)", (name,))
            row = connection.execute("SELECT id FROM series WHERE name = ?", (name,)).fetchone()
            ids[name] = row[0]
        return ids
