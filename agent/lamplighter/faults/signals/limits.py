"""The absolute limits of a signal, and the deadbands and delays that keep them from chattering."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache

from lamplighter.faults.condition import DOWNWARD, LIMIT_KINDS, Kind
from lamplighter.faults.settings import Limits, Tag
from lamplighter.faults.signals.detectors import DelayedSwitch, Flip, Flips
from lamplighter.faults.signals.settings import HABITS, Habit, Loop

_NO_HABIT = Habit(0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Delays:
    """Seconds for which a condition must hold, or be gone, before that counts."""

    on: float
    off: float


def delays_of(tag: Tag, on: float | None = None, off: float | None = None) -> Delays:
    """Those given, else those of the tag's limits, else those of its kind of quantity."""
    usual = HABITS.get(tag.quantity, _NO_HABIT).delay
    return _delays(_first(on, tag.limits.on_delay, usual), _first(off, tag.limits.off_delay, usual))


@lru_cache(maxsize=256)
def _delays(on: float, off: float) -> Delays:
    """The same for all signals that have the same."""
    return Delays(on, off)


def deadband_of(tag: Tag) -> float:
    """The limits' deadband in the tag's unit: as configured, else the share of its span."""
    if tag.limits.deadband is not None:
        return tag.limits.deadband
    return HABITS.get(tag.quantity, _NO_HABIT).deadband * _span(tag)


def _span(tag: Tag) -> float:
    """What the signal extends over: its loop's scale, its range, or its limits; else a limit."""
    if isinstance(tag.loop, Loop):
        return abs(tag.loop.high - tag.loop.low)
    if tag.range and tag.range.least is not None and tag.range.greatest is not None:
        return tag.range.greatest - tag.range.least
    bounds = [bound for _, bound in _bounds(tag.limits)]
    if len(bounds) > 1:
        return max(bounds) - min(bounds)
    return max((abs(bound) for bound in bounds), default=0.0)


def _first(*given: float | None) -> float:
    return next((each for each in given if each is not None), 0.0)


def _bounds(limits: Limits) -> Iterator[tuple[Kind, float]]:
    for kind, bound in (
        (Kind.HIGH_HIGH, limits.high_high),
        (Kind.HIGH, limits.high),
        (Kind.LOW, limits.low),
        (Kind.LOW_LOW, limits.low_low),
    ):
        if bound is not None:
            yield kind, bound


class LimitDetector:
    """A value beyond a limit, until it is back by the deadband; both ways delayed.

    Args:
        limit: the bound; a value equal to it is still good.
        sign: +1 for an upper limit, -1 for a lower one.
        deadband: how far behind the limit the value must be to return.
        on_delay: seconds beyond the limit before the state is taken.
        off_delay: seconds back before it is left.
        active: the state at first.
    """

    __slots__ = ("_leave", "_limit", "_sign", "switch")

    def __init__(
        self,
        limit: float,
        *,
        sign: int,
        deadband: float = 0.0,
        on_delay: float = 0.0,
        off_delay: float = 0.0,
        active: bool = False,
    ) -> None:
        self._sign = sign
        self._limit = limit * sign
        self._leave = self._limit - deadband
        self.switch = DelayedSwitch(on_delay, off_delay, active=active)

    def update(self, value: float, time: float) -> Flip | None:
        """Take the next value."""
        signed = value * self._sign
        if self.switch.active:
            return self.switch.feed(signed > self._leave, time)
        return self.switch.feed(signed > self._limit, time)


class LimitBank:
    """All limits of one signal.

    While the value is within all of them and no alarm holds, one comparison is all it takes.

    Args:
        tag: the signal's configuration.
    """

    __slots__ = ("_high", "_low", "_near", "_tag")

    def __init__(self, tag: Tag) -> None:
        self._tag = tag
        limits = dict(_bounds(tag.limits))
        self._high = min((b for k, b in limits.items() if k not in DOWNWARD), default=math.inf)
        self._low = max((b for k, b in limits.items() if k in DOWNWARD), default=-math.inf)
        self._near: tuple[tuple[Kind, LimitDetector], ...] = ()

    def update(self, value: float, time: float) -> Flips | None:
        """Take the next value."""
        near = self._near
        if not near:
            if self._low <= value <= self._high:
                return None
            near = self._near = self._made(())
        flips = [(k, flip) for k, each in near if (flip := each.update(value, time)) is not None]
        return self._settled(flips)

    def tick(self, time: float) -> Flips | None:
        """A delay may have run out."""
        if not self._near:
            return None
        flips = [
            (kind, flip)
            for kind, each in self._near
            if (flip := each.switch.tick(time)) is not None
        ]
        return self._settled(flips)

    def restart(self, active: Collection[Kind]) -> None:
        """Take over which limits are passed."""
        self._near = self._made(active) if LIMIT_KINDS.intersection(active) else ()

    def _settled(self, flips: Flips) -> Flips | None:
        if all(each.switch.idle for _, each in self._near):
            self._near = ()
        return flips or None

    def _made(self, active: Collection[Kind]) -> tuple[tuple[Kind, LimitDetector], ...]:
        deadband, delays = deadband_of(self._tag), delays_of(self._tag)
        return tuple(
            (
                kind,
                LimitDetector(
                    bound,
                    sign=-1 if kind in DOWNWARD else 1,
                    deadband=deadband,
                    on_delay=delays.on,
                    off_delay=delays.off,
                    active=kind in active,
                ),
            )
            for kind, bound in _bounds(self._tag.limits)
        )
