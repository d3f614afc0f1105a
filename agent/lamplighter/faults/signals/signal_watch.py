"""One signal of one machine, with its detectors, its past and its health."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from lamplighter.faults.condition import DOWNWARD, LIMIT_KINDS, Condition, Kind
from lamplighter.faults.settings import Tag
from lamplighter.faults.signals.detectors import (
    Detector,
    Flip,
    LimitDetector,
    RateDetector,
    StaleDetector,
    StuckDetector,
)
from lamplighter.faults.signals.status import SignalStatus
from lamplighter.faults.signals.trace import Trace

# So many values in a row from before the newest one mean that the source's clock was set back.
_CLOCK_SET_BACK = 8
# No sensor measures more; sums and squares of what is below stay finite.
_GREATEST = 1e30


@dataclass(frozen=True, slots=True)
class Transition:
    """A condition began to hold, or ceased to.

    Attributes:
        condition: which one.
        active: whether it holds now.
        since: when it began or ended, UTC seconds, before on-delay and off-delay.
        value: the signal's value at this moment; None where there has been none.
    """

    condition: Condition
    active: bool
    since: float
    value: float | None


class SignalWatch:
    """Feeds one signal's values to the detectors of its conditions.

    Time is the samples' own. ``tick`` carries it on by the clock that arrivals are seen with, so
    delays run out rightly for a source whose clock is wrong, too.

    Args:
        tag: the signal's configuration.
        conditions: its conditions.
        grace: seconds that a start allows the signal for its first value.
    """

    __slots__ = (
        "_arrived", "_clock_set_by", "_conditions", "_detectors", "_late", "_stale", "active",
        "bad", "ignored", "time", "trace", "value",
    )  # fmt: skip

    def __init__(self, tag: Tag, conditions: list[Condition], *, grace: float) -> None:
        self.trace = Trace()
        self.value: float | None = None
        self.time = -math.inf
        self.ignored = 0
        self.bad = False
        self.active: frozenset[Kind] = frozenset()
        self._arrived = 0.0
        self._clock_set_by = 0.0
        self._late = 0
        self._stale: list[tuple[Condition, StaleDetector]] = []
        self._conditions: list[Condition] = []
        self._detectors: list[Detector] = []
        for condition in conditions:
            if condition.kind is Kind.STALE:
                self._stale.append((condition, StaleDetector(condition.limit, grace=grace)))
            else:
                self._conditions.append(condition)
                self._detectors.append(_detector(tag, condition))

    @property
    def status(self) -> SignalStatus:
        """The signal's health: silence is a failure, a frozen value asks for maintenance."""
        if Kind.STALE in self.active:
            return SignalStatus.FAILURE
        if self.bad:
            return SignalStatus.OUT_OF_SPECIFICATION
        return SignalStatus.MAINTENANCE_REQUIRED if Kind.STUCK in self.active else SignalStatus.GOOD

    def update(self, value: float, time: float, arrived: float) -> list[Transition]:
        """Take a value; what is no finite number, repeated or out of order is counted and left."""
        changes: list[Transition] = []
        for condition, stale in self._stale:
            if (flip := stale.update(value, arrived)) is not None:
                changes.append(self._told(condition, flip, value))
        if not -_GREATEST < value < _GREATEST:
            self.bad = True
            self.ignored += 1
            return changes
        if self._follows_our_clock(time, arrived):
            self._begin_anew()
        elif time <= self.time and not self._set_back():
            return changes
        self.bad = False
        self._late = 0
        self.value = value
        self.time = time
        self._arrived = arrived
        self.trace.add(value, time)
        for at, detector in enumerate(self._detectors):
            if (flip := detector.update(value, time)) is not None:
                changes.append(self._told(self._conditions[at], flip, value))
        return changes

    def tick(self, now: float, *, connected: bool = True) -> list[Transition]:
        """Time went on: delays may run out, silence may become too long.

        While not connected nothing can arrive, so silence says nothing of the signal.
        """
        if not connected:
            for _, stale in self._stale:
                stale.pause(now)
            return []
        changes = [
            self._told(condition, flip, self.value)
            for condition, stale in self._stale
            if (flip := stale.tick(now)) is not None
        ]
        if self.value is None:
            return changes
        time = self.time + max(0.0, now - self._arrived)
        return changes + [
            self._told(self._conditions[at], flip, self.value)
            for at, detector in enumerate(self._detectors)
            if (flip := detector.tick(time)) is not None
        ]

    def clock_set(self, by: float) -> None:
        """The clock that arrivals are seen with was set, so many seconds forward."""
        self._arrived += by
        self._clock_set_by += by
        for _, stale in self._stale:
            stale.clock_set(by)

    def force(self, kind: Kind, *, active: bool) -> None:
        """Take over a condition's state known from before a restart."""
        for condition, detector in self._all():
            if condition.kind is kind:
                detector.force(active=active)
                self._note(kind, active=active)

    def _all(self) -> Iterator[tuple[Condition, Detector]]:
        yield from self._stale
        yield from zip(self._conditions, self._detectors, strict=True)

    def _set_back(self) -> bool:
        """Whether the source's clock was set back, so that this value counts as the newest."""
        self.ignored += 1
        self._late += 1
        if self._late < _CLOCK_SET_BACK:
            return False
        self._begin_anew()
        return True

    def _follows_our_clock(self, time: float, arrived: float) -> bool:
        """Whether ours was set and this value's time leaped with it: it bears none of its own."""
        by, self._clock_set_by = self._clock_set_by, 0.0
        if not by or self.value is None:
            return False
        expected = self.time + arrived - self._arrived
        return abs(time - expected - by) < abs(time - expected)

    def _begin_anew(self) -> None:
        """Forgets values whose times can't be compared to those to come; what holds, holds on."""
        self.trace = Trace()
        for condition, detector in zip(self._conditions, self._detectors, strict=True):
            detector.force(active=condition.kind in self.active)

    def _told(self, condition: Condition, flip: Flip, value: float | None) -> Transition:
        self._note(condition.kind, active=flip.active)
        return Transition(condition, flip.active, flip.since, value)

    def _note(self, kind: Kind, *, active: bool) -> None:
        self.active = self.active | {kind} if active else self.active - {kind}


def _detector(tag: Tag, condition: Condition) -> Detector:
    limits = tag.limits
    sign = -1 if condition.kind in DOWNWARD else 1
    if condition.kind in LIMIT_KINDS:
        return LimitDetector(
            condition.limit,
            sign=sign,
            deadband=limits.deadband,
            on_delay=limits.on_delay,
            off_delay=limits.off_delay,
        )
    if condition.kind is Kind.STUCK:
        return StuckDetector(condition.limit, tolerance=tag.stuck_tolerance)
    return RateDetector(
        condition.limit,
        sign=sign,
        per=condition.per,
        on_delay=limits.on_delay,
        off_delay=limits.off_delay,
    )
