"""From unusual spans to conditions: what kind it is, where its bound lies, and when it is over."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from lamplighter.faults.condition import Kind
from lamplighter.faults.signals.learned.bank import Bank, Judged, Learned, Peak
from lamplighter.faults.signals.learned.surprise import Tail
from lamplighter.faults.signals.learned.views import Field, View

CONFIRM: Final = 3
"""So many further spans tell a spike from a level that stays."""
BACK: Final = 3
"""So many spans in a row within the bound end a condition."""
QUIET: Final = 30
"""So many spans in a row without anything half as unusual end what has no bound."""
DRIFTS_FOR: Final = 240
"""So many spans in a row beyond the bound of drift are a drift, however slow."""
DRIFTS_ALREADY: Final = 20
"""After so many of them, a value far out on the same side is a part of the drift."""
WARIER: Final = 3.0
"""After something was told of a signal, the next must be so much more unusual; it wears off."""
SWINGS: Final = 2
"""So many values far out on the other side after a spike, and it is unsteady."""
USUAL_AFTER_S: Final = 86_400.0
"""What has been so for so long is usual."""

# Back means this share of the way from what is usual to the bound.
_INSIDE = 0.7
# The mean of the last dozens has gone this share of the way of the last few's: it was no step.
_SLOW_SHARE = 0.5
# What comes back again and again is less surprising each time: by this much in the bound's log.
_WISER = 0.25
# A fault shorter than this leaves the hours of the day as they were known.
_SHORT_S = 21_600.0
_RESTORED = (
    Field.MEAN, Field.SLOW, Field.SHORT, Field.LONG, Field.POINT_VAR, Field.SHORT_VAR,
    Field.LONG_VAR, Field.MOVE_VAR, Field.RECENT_MOVE, Field.LOG, Field.LOG_VAR,
)  # fmt: skip
_BOUNDED = frozenset(
    {
        Kind.SHIFTED_UP, Kind.SHIFTED_DOWN, Kind.DRIFTING_UP, Kind.DRIFTING_DOWN, Kind.UNSTEADY,
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Told:
    """A learned condition of a signal began to hold, or ceased to.

    Attributes:
        row: the signal.
        kind: the condition.
        active: whether it holds now.
        since: when it began or ended, UTC seconds.
        value: what was seen, in the signal's unit.
        limit: the edge of what was usual for it, in the signal's unit.
    """

    row: int
    kind: Kind
    active: bool
    since: float
    value: float
    limit: float


@dataclass(slots=True)
class Held:
    """A condition that holds.

    Attributes:
        since: when it began, UTC seconds.
        limit: the edge of what was usual, in the signal's unit.
        centre: what was usual, in the signal's unit.
        calm: the logarithm of a move that is no longer unsteady.
        score: how unusual it was.
        before: what was known of the signal when it began.
        back: for how many spans it has been back.
        again: how many values far out on the other side came since a spike.
    """

    since: float
    limit: float
    centre: float
    calm: float
    score: float
    before: Learned | None
    back: int = 0
    again: int = 0


@dataclass(slots=True)
class Pending:
    """A value far out, of which the next ones will tell whether it was a spike."""

    since: float
    value: float
    upward: bool
    width: float
    held: Held
    left: int = CONFIRM
    same: int = 1
    other: int = 0


class HeldConditions:
    """The learned conditions that hold now, by the signal's row and the kind.

    Args:
        bank: judges the values.
        bar: the score from which on something is told.
    """

    def __init__(self, bank: Bank, bar: float) -> None:
        self.held: dict[tuple[int, Kind], Held] = {}
        self.pending: dict[int, Pending] = {}
        self._bank = bank
        self._bar = bar

    def take(self, judged: Judged) -> list[Told]:
        """What begins and ends with these spans."""
        told: list[Told] = []
        followed = {row for row, _ in self.held} | set(self.pending)
        if followed:
            for at in np.flatnonzero(np.isin(judged.rows, list(followed))):
                told += self._follow(judged, int(at))
        for at in np.flatnonzero(judged.score >= self._bar + judged.bar):
            told += self._begin(judged, int(at))
        for at in np.flatnonzero(np.abs(judged.learned.peak[Peak.RUN]) == DRIFTS_FOR):
            told += self._creep(judged, int(at))
        return told

    def forget(self, row: int, kind: Kind) -> None:
        """What was begun is not to be told."""
        self.held.pop((row, kind), None)

    def _begin(self, judged: Judged, at: int) -> list[Told]:
        row = int(judged.rows[at])
        if row in self.pending or self._returns(judged, at, row):
            return []
        view = View(int(judged.surprise[:, at].argmax()))
        upward = bool(judged.seen.upward[view, at])
        held = _held(judged, at, view, upward=upward)
        since = float(judged.spans.time[at])
        if judged.surprise[View.POINT, at] > 0.0 and (upward or view is not View.SPREAD):
            upward = bool(judged.seen.upward[View.POINT, at])
            held = _held(judged, at, View.POINT, upward=upward)
            value = float((judged.spans.greatest if upward else judged.spans.least)[at])
            width = abs(held.limit - held.centre)
            self.pending[row] = Pending(since, value, upward, width, held)
            return []
        kind = _moved(judged, at, upward=upward)
        if view is View.SPREAD:
            kind = Kind.UNSTEADY if upward else Kind.UNUSUAL
        return self._raise(row, kind, held, float(judged.spans.mean[at]))

    def _creep(self, judged: Judged, at: int) -> list[Told]:
        """A drift too slow to be surprising at any one time: it is there for too long."""
        row = int(judged.rows[at])
        if row in self.pending or any(each == row and kind in _BOUNDED for each, kind in self.held):
            return []
        upward = bool(judged.seen.upward[View.DRIFT, at])
        held = _held(judged, at, View.DRIFT, upward=upward)
        kind = Kind.DRIFTING_UP if upward else Kind.DRIFTING_DOWN
        kept = judged.learned.kept[:, at]
        return self._raise(row, kind, held, float(kept[Field.LONG] + kept[Field.ANCHOR]))

    def _returns(self, judged: Judged, at: int, row: int) -> bool:
        """Whether what is unusual now is only that an earlier condition ends."""
        return any(
            each == row and kind in _BOUNDED and self._inside(kind, held, judged, at)
            for (each, kind), held in self.held.items()
        )

    def _raise(self, row: int, kind: Kind, held: Held, value: float) -> list[Told]:
        if (row, kind) in self.held:
            return []
        self.held[row, kind] = held
        self._bank.learned.peak[Peak.WARY, row] += WARIER
        return [Told(row, kind, active=True, since=held.since, value=value, limit=held.limit)]

    def _follow(self, judged: Judged, at: int) -> list[Told]:
        row = int(judged.rows[at])
        told: list[Told] = []
        if row in self.pending:
            told += self._confirm(judged, at, row)
        for kind in [kind for each, kind in self.held if each == row]:
            told += self._ended(judged, at, row, kind)
        return told

    def _confirm(self, judged: Judged, at: int, row: int) -> list[Told]:
        pending = self.pending[row]
        pending.left -= 1
        away = float(judged.spans.mean[at]) - pending.held.centre
        if abs(away) > pending.width:
            if (away > 0.0) is pending.upward:
                pending.same += 1
            else:
                pending.other += 1
        if pending.left:
            return []
        del self.pending[row]
        swings = bool(judged.surprise[View.SPREAD, at] > 0.0) and pending.same > 1
        run = float(judged.learned.peak[Peak.RUN, at]) * (1.0 if pending.upward else -1.0)
        if run >= DRIFTS_ALREADY:
            kind = Kind.DRIFTING_UP if pending.upward else Kind.DRIFTING_DOWN
        elif pending.same >= CONFIRM and not pending.other:
            kind = _moved(judged, at, upward=pending.upward)
        elif pending.other or swings:
            kind = Kind.UNSTEADY
        else:
            kind = Kind.SPIKING
        return self._raise(row, kind, pending.held, pending.value)

    def _ended(self, judged: Judged, at: int, row: int, kind: Kind) -> list[Told]:
        held = self.held[row, kind]
        time = float(judged.spans.time[at])
        bounded = kind in _BOUNDED
        calm = judged.total[at] < (self._bar + judged.bar[at]) / 2.0
        inside = self._inside(kind, held, judged, at) if bounded else calm
        if kind is Kind.SPIKING and judged.surprise[View.POINT, at] > 0.0:
            held.again += (held.limit > held.centre) is not bool(judged.seen.upward[View.POINT, at])
            if held.again >= SWINGS and (row, Kind.UNSTEADY) not in self.held:
                del self.held[row, kind]
                held.back = 0
                ended = Told(
                    row, kind, active=False, since=time, value=held.limit, limit=held.limit
                )
                return [ended, *self._raise(row, Kind.UNSTEADY, held, float(judged.spans.mean[at]))]
        held.back = held.back + 1 if inside else 0
        over = held.back >= (BACK if bounded else QUIET)
        usual = time - held.since >= USUAL_AFTER_S
        if not over and not usual:
            return []
        del self.held[row, kind]
        if over and bounded:
            self._recall(row, held, time)
        value = float(judged.spans.mean[at])
        return [Told(row, kind, active=False, since=time, value=value, limit=held.limit)]

    def _inside(self, kind: Kind, held: Held, judged: Judged, at: int) -> bool:
        if kind is Kind.UNSTEADY:
            return math.log(judged.learned.kept[Field.RECENT_MOVE, at] + 1e-60) < held.calm
        width = _INSIDE * (held.limit - held.centre)
        away = float(judged.spans.mean[at]) - held.centre
        return away < width if width > 0.0 else away > width

    def _recall(self, row: int, held: Held, time: float) -> None:
        """The signal is as it was before: so is what is known of it, but for being wiser."""
        before, learned = held.before, self._bank.learned
        peak = learned.peak[:, row]
        peak[Peak.SCORE] = max(float(peak[Peak.SCORE]), held.score)
        peak[Peak.AGE] = 0.0
        if before is None:
            return
        fields = list(_RESTORED)
        learned.kept[fields, row] = before.kept[fields, 0]
        known, now = before.tails[:, :, 0], learned.tails[:, :, row]
        wiser = np.minimum(
            np.maximum(now[Tail.BOUND], known[Tail.BOUND]), known[Tail.BOUND] + _WISER
        )
        learned.tails[:, :, row] = known
        learned.tails[Tail.BOUND, :, row] = wiser
        if time - held.since < _SHORT_S:
            learned.hours[:, :, row] = before.hours[:, :, 0]


def _held(judged: Judged, at: int, view: View, *, upward: bool) -> Held:
    """The bound is the edge of the band that 99 % of the values stayed in, of this view."""
    seen, bounds = judged.seen, judged.bounds
    shown = View.POINT if view is View.SPREAD else view
    sign = 1.0 if (upward or view is View.SPREAD) else -1.0
    centre = float(seen.centre[shown, at])
    width = float(bounds[shown, at] * seen.spread[shown, at])
    limit = _readable(centre + sign * width, width)
    reach = float(bounds[View.SPREAD, at] * seen.spread[View.SPREAD, at])
    return Held(
        since=float(judged.spans.time[at]),
        limit=limit,
        centre=centre,
        calm=float(seen.centre[View.SPREAD, at]) + _INSIDE * reach,
        score=float(judged.score[at]),
        before=judged.learned.of(np.array([at])),
    )


def _readable(value: float, width: float) -> float:
    """The value, rounded to a hundredth of the band's width: 71.3, not 71.28364."""
    if not math.isfinite(width) or width <= 0.0:
        return value
    return round(value, min(12, 2 - math.floor(math.log10(width))))


def _moved(judged: Judged, at: int, *, upward: bool) -> Kind:
    """A drift, where the mean of the last dozens went along, which is unusual; else a shift."""
    kept = judged.learned.kept[:, at]
    short, long = float(kept[Field.SHORT]), float(kept[Field.LONG] - kept[Field.SLOW])
    went = judged.surprise[View.DRIFT, at] > 0.0 and short * long > 0.0
    if went and abs(long) > _SLOW_SHARE * abs(short):
        return Kind.DRIFTING_UP if upward else Kind.DRIFTING_DOWN
    return Kind.SHIFTED_UP if upward else Kind.SHIFTED_DOWN
