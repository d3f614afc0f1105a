"""What is kept of the past, and how it is looked at: values over time of one entity."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Protocol

MAX_POINTS = 20_000
"""More points of a stretch than this are not looked at; the answer is then that it is not known."""

_NOTHING = frozenset({"", "unknown", "unavailable", "none"})


class _Number(Protocol):
    @property
    def time(self) -> float: ...
    @property
    def value(self) -> float: ...


class _Text(Protocol):
    @property
    def time(self) -> float: ...
    @property
    def value(self) -> str: ...


class Recollection(Protocol):
    """What questions need of ``store.records.history.History``."""

    def between(self, series: str, start: float, end: float, limit: int = ...) -> Sequence[_Number]:
        """Numbers from ``start`` to ``end``, in order."""
        ...

    def texts_between(
        self, series: str, start: float, end: float, limit: int = ...
    ) -> Sequence[_Text]:
        """Texts from ``start`` to ``end``, in order."""
        ...

    def before(self, series: str, time: float) -> _Number | None:
        """The latest number until then."""
        ...

    def text_before(self, series: str, time: float) -> _Text | None:
        """The latest text until then."""
        ...

    def first(self, series: str) -> float | None:
        """When the series begins."""
        ...


@dataclass(frozen=True, slots=True)
class Past:
    """The past, and the present to see it from.

    Attributes:
        recollection: what was kept.
        clock: UTC seconds.
        zone: the home's time zone; None is this machine's.
    """

    recollection: Recollection
    clock: Callable[[], float]
    zone: tzinfo | None = None


@dataclass(frozen=True, slots=True)
class Stay:
    """A stretch in which a series kept one value; ``value`` None is not known.

    ``first`` is True where the value was what was heard first, so that it may be older.
    """

    start: float
    end: float
    value: str | None
    first: bool = False


def stays(recollection: Recollection, series: str, start: float, end: float) -> list[Stay] | None:
    """The values of a stretch, one after the other; None where there are too many to look at.

    It begins with the value that held at the start. Where that is not known, the list begins
    later.
    """
    points = recollection.texts_between(series, start, end, MAX_POINTS)
    if len(points) >= MAX_POINTS:
        return None
    carried = recollection.text_before(series, start)
    found: list[Stay] = []
    changes: list[tuple[float, str]] = [(point.time, point.value) for point in points]
    begins = carried is None
    if carried is not None and (not changes or changes[0][0] > start):
        changes.insert(0, (start, carried.value))
    for index, (time, value) in enumerate(changes):
        until = changes[index + 1][0] if index + 1 < len(changes) else end
        known = None if value.casefold() in _NOTHING else value
        if found and found[-1].value == known:
            found[-1] = Stay(found[-1].start, until, known, found[-1].first)
        else:
            found.append(Stay(time, until, known, first=begins and index == 0))
    return found


@dataclass(frozen=True, slots=True)
class Numbers:
    """The numbers of a stretch.

    Attributes:
        points: time and value of each change, in order; the first one at the start where the value
            then is known.
        end: the end of the stretch.
    """

    points: tuple[tuple[float, float], ...]
    end: float

    def lowest(self) -> tuple[float, float]:
        """Time and value of the lowest; the first of equals."""
        return min(self.points, key=lambda point: point[1])

    def highest(self) -> tuple[float, float]:
        """Time and value of the highest; the first of equals."""
        return max(self.points, key=lambda point: point[1])

    def mean(self) -> float:
        """The mean over time: each value counts for as long as it held."""
        spans = list(self._spans())
        whole = sum(span for span, _ in spans)
        if whole <= 0:
            return self.points[-1][1]
        return sum(span * value for span, value in spans) / whole

    def area(self) -> float:
        """The sum of value times hours: of power, the energy."""
        return sum(span * value for span, value in self._spans()) / 3600

    def rises(self) -> float:
        """How far a meter went on; one that starts again from nothing counts from there."""
        total = 0.0
        for (_, before), (_, after) in zip(self.points, self.points[1:], strict=False):
            total += after - before if after >= before else max(after, 0.0)
        return total

    def _spans(self) -> Iterator[tuple[float, float]]:
        for index, (time, value) in enumerate(self.points):
            until = self.points[index + 1][0] if index + 1 < len(self.points) else self.end
            yield until - time, value


def numbers(recollection: Recollection, series: str, start: float, end: float) -> Numbers | None:
    """The numbers of a stretch; None where there are none, or too many to look at."""
    points = recollection.between(series, start, end, MAX_POINTS)
    if len(points) >= MAX_POINTS:
        return None
    found = [(point.time, point.value) for point in points]
    carried = recollection.before(series, start)
    if carried is not None and (not found or found[0][0] > start):
        found.insert(0, (start, carried.value))
    return Numbers(tuple(found), end) if found else None
