"""Recordings as CSV: one column a signal, or one line a value.

::

    time,vibration,temperature            time,asset,tag,value
    2026-03-01T14:00:00Z,2.1,48.0         2026-03-01T14:00:00Z,pump-3,vibration,2.1

Columns are told by their names in the first line; commas, semicolons and tabs separate.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path

from lamplighter.errors import ReplayError
from lamplighter.plugin import LogLine, Sample
from lamplighter.replay.entries import Entry, Unread
from lamplighter.replay.times import read_time

TIMES = frozenset({"time", "timestamp", "ts", "date", "datetime", "date_time", "time_utc"})
_ASSETS = frozenset({"asset", "machine", "device"})
_TAGS = frozenset({"tag", "signal", "sensor", "metric", "name"})
_VALUES = frozenset({"value", "val", "reading"})
_TEXTS = frozenset({"text", "message", "log"})
_LEVELS = frozenset({"level", "severity"})


@dataclass(frozen=True, slots=True)
class Layout:
    """Which column is what.

    Attributes:
        time: the time's column.
        asset: the machine's column; None where the file is of one machine.
        tag: the signal's column; None where each signal has a column of its own.
        value: the value's column beside ``tag``.
        text: a log line's column.
        level: the log line's level.
        signals: columns and names of signals that have one each.
    """

    time: int
    asset: int | None
    tag: int | None
    value: int | None
    text: int | None
    level: int | None
    signals: tuple[tuple[int, str], ...]


def layout_of(header: Sequence[str], path: Path) -> Layout:
    """Which column is what, by the names in the first line.

    Raises:
        ReplayError: there is no column of times, or none of values.
    """
    names = [name.strip().lstrip("\ufeff").casefold() for name in header]
    time = _first(names, TIMES)
    if time is None:
        wanted = ", ".join(sorted(TIMES))
        raise ReplayError(path, f"needs a column of times in its first line, named {wanted}", 1)
    tag, value = _first(names, _TAGS), _first(names, _VALUES)
    by_line = tag is not None and value is not None
    text = _first(names, _TEXTS)
    asset, level = _first(names, _ASSETS), _first(names, _LEVELS) if text is not None else None
    taken = {time, asset, text, level}
    signals = tuple(
        (at, _key(name)) for at, name in enumerate(header) if at not in taken and name.strip()
    )
    if not by_line and not signals and text is None:
        raise ReplayError(path, "needs a column of values beside that of times", 1)
    return Layout(
        time=time,
        asset=asset,
        tag=tag if by_line else None,
        value=value if by_line else None,
        text=text,
        level=level,
        signals=() if by_line else signals,
    )


def delimiter_of(line: str) -> str:
    """What separates the columns of a line: the commonest of comma, semicolon and tab."""
    return max(",;\t", key=line.count)


def read_columns(
    lines: Iterable[str], path: Path, *, asset: str, zone: tzinfo, unread: Unread
) -> Iterator[Entry]:
    """The entries of a CSV file, in its order; a line that can't be read is noted and left out.

    Args:
        lines: the file's.
        path: for errors.
        asset: the machine, where no column names it.
        zone: of times that say none.
        unread: takes the lines that can't be read.

    Raises:
        ReplayError: the first line names no columns that can be used.
    """
    text = iter(lines)
    first = next(text, "")
    delimiter = delimiter_of(first)
    layout = layout_of(next(csv.reader([first], delimiter=delimiter), []), path)
    for number, row in enumerate(csv.reader(text, delimiter=delimiter), 2):
        if not any(cell.strip() for cell in row):
            continue
        try:
            yield _entry(row, layout, asset, zone)
        except (ValueError, IndexError) as error:
            unread.add(number, str(error))


def _entry(row: Sequence[str], layout: Layout, asset: str, zone: tzinfo) -> Entry:
    time = read_time(row[layout.time], zone)
    machine = row[layout.asset].strip() if layout.asset is not None else asset
    if layout.tag is not None and layout.value is not None and row[layout.value].strip():
        value = number(row[layout.value])
        return Entry(time, (Sample(machine, row[layout.tag].strip(), value, time),))
    events: list[Sample | LogLine] = [
        Sample(machine, name, number(row[at]), time)
        for at, name in layout.signals
        if at < len(row) and row[at].strip()
    ]
    if layout.text is not None and row[layout.text].strip():
        level = row[layout.level].strip() if layout.level is not None else ""
        events.append(LogLine(machine, row[layout.text].strip(), level, time))
    return Entry(time, tuple(events))


def number(text: str) -> float:
    """The number that a cell holds; it may have a decimal comma, and may be NaN.

    Raises:
        ValueError: it holds none.
    """
    try:
        return float(text)
    except ValueError:
        if text.count(",") == 1 and "." not in text:
            return float(text.replace(",", "."))
        raise


def _first(names: Sequence[str], wanted: frozenset[str]) -> int | None:
    return next((at for at, name in enumerate(names) if name in wanted), None)


def _key(name: str) -> str:
    """A column's name as a signal's key, which has no blanks and none of MQTT's signs."""
    plain = "".join("_" if sign in "/+# \t" else sign for sign in name.strip())
    return plain.strip("_") or "value"
