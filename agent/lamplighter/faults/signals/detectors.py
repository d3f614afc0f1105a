"""Streaming detectors: each is fed a signal's values one by one and says when its state flips.

All of them hold a constant amount of memory, have no thread, and know no clock: time comes with
each value, or with ``tick`` when none arrives. A detector answers None while nothing changes,
else a :class:`Flip`.
"""

from __future__ import annotations

import math
from array import array
from dataclasses import dataclass
from typing import Protocol

_SLICES = 16
# A rate alarm returns when the change is back under this share of its limit.
_RATE_RETURN = 0.8


@dataclass(frozen=True, slots=True)
class Flip:
    """A detector's state changed.

    Attributes:
        active: whether the condition now holds.
        since: when it began (or ended), before the delay: seconds in the time of the values.
    """

    active: bool
    since: float


class Detector(Protocol):
    """What every detector offers."""

    def update(self, value: float, time: float) -> Flip | None:
        """Take the next value; ``time`` never runs backwards."""

    def tick(self, time: float) -> Flip | None:
        """Time went on without a value."""

    def force(self, *, active: bool) -> None:
        """Take over a state and forget the values so far."""


class DelayedSwitch:
    """Turns a raw yes or no into a state that changes only after it held for a delay.

    Args:
        on_delay: seconds a yes must hold.
        off_delay: seconds a no must hold.
    """

    __slots__ = ("_off_delay", "_on_delay", "_since", "active")

    def __init__(self, on_delay: float = 0.0, off_delay: float = 0.0) -> None:
        self._on_delay = on_delay
        self._off_delay = off_delay
        self.active = False
        self._since: float | None = None

    def feed(self, wanted: bool, time: float) -> Flip | None:  # noqa: FBT001 - the value itself
        """Take the raw state at a time."""
        if wanted is self.active:
            self._since = None
            return None
        if self._since is None:
            self._since = time
        return self.tick(time)

    def tick(self, time: float) -> Flip | None:
        """Flip, where the raw state has held for long enough."""
        since = self._since
        if since is None:
            return None
        if time - since < (self._off_delay if self.active else self._on_delay):
            return None
        self.active = not self.active
        self._since = None
        return Flip(self.active, since)

    def force(self, *, active: bool) -> None:
        """Take over a state and forget the values so far."""
        self.active = active
        self._since = None


class LimitDetector:
    """A value beyond a limit, until it is back by the deadband; both ways delayed.

    Args:
        limit: the bound; a value equal to it is still good.
        sign: +1 for an upper limit, -1 for a lower one.
        deadband: how far behind the limit the value must be to return.
        on_delay: seconds beyond the limit before the state is taken.
        off_delay: seconds back before it is left.
    """

    __slots__ = ("_leave", "_limit", "_sign", "_switch")

    def __init__(
        self,
        limit: float,
        *,
        sign: int,
        deadband: float = 0.0,
        on_delay: float = 0.0,
        off_delay: float = 0.0,
    ) -> None:
        self._sign = sign
        self._limit = limit * sign
        self._leave = self._limit - deadband
        self._switch = DelayedSwitch(on_delay, off_delay)

    def update(self, value: float, time: float) -> Flip | None:
        """Take the next value."""
        switch = self._switch
        bound = self._leave if switch.active else self._limit
        return switch.feed(value * self._sign > bound, time)

    def tick(self, time: float) -> Flip | None:
        """A delay may have run out."""
        return self._switch.tick(time)

    def force(self, *, active: bool) -> None:
        """Take over a state and forget the values so far."""
        self._switch.force(active=active)


class RateDetector:
    """A change within a window beyond a limit, measured from the window's extreme.

    The window is kept as sixteen slices with one extreme each, so a window reaches back between
    15/16 and the whole of its length.

    Args:
        limit: the greatest change allowed within the window.
        sign: +1 for a rise, -1 for a fall.
        per: the window in seconds.
        on_delay: seconds the change must stay beyond the limit.
        off_delay: seconds it must be back below 80 % of it.
    """

    __slots__ = ("_least", "_limit", "_newest", "_per", "_sign", "_switch")

    def __init__(
        self, limit: float, *, sign: int, per: float, on_delay: float = 0.0, off_delay: float = 0.0
    ) -> None:
        self._limit = limit
        self._sign = sign
        self._per = per
        self._least = array("d", [math.inf]) * _SLICES
        self._newest = 0
        self._switch = DelayedSwitch(on_delay, off_delay)

    def update(self, value: float, time: float) -> Flip | None:
        """Take the next value."""
        signed = value * self._sign
        least = self._least
        number = int(time * _SLICES // self._per)
        for passed in range(max(self._newest + 1, number - _SLICES + 1), number + 1):
            least[passed % _SLICES] = math.inf
        self._newest = number
        least[number % _SLICES] = min(least[number % _SLICES], signed)
        change = signed - min(least)
        limit = self._limit * _RATE_RETURN if self._switch.active else self._limit
        return self._switch.feed(change > limit, time)

    def tick(self, time: float) -> Flip | None:
        """A delay may have run out."""
        return self._switch.tick(time)

    def force(self, *, active: bool) -> None:
        """Take over a state and forget the values so far."""
        self._least = array("d", [math.inf]) * _SLICES
        self._newest = 0
        self._switch.force(active=active)


class StaleDetector:
    """No value for too long.

    Before the first value ever it waits from the first tick on, so a start raises nothing early.

    Args:
        after: seconds without a value.
        grace: seconds added to it until the first value has come.
    """

    __slots__ = ("_active", "_after", "_grace", "_last", "_seen")

    def __init__(self, after: float, *, grace: float = 0.0) -> None:
        self._after = after
        self._grace = grace
        self._last: float | None = None
        self._seen = False
        self._active = False

    def update(self, value: float, time: float) -> Flip | None:  # noqa: ARG002 - any value will do
        """Take the next value, whatever it is."""
        self._last = time
        self._seen = True
        if not self._active:
            return None
        self._active = False
        return Flip(active=False, since=time)

    def tick(self, time: float) -> Flip | None:
        """Time went on without a value."""
        if self._last is None:
            self._last = time
        allowed = self._after if self._seen else self._after + self._grace
        if self._active or time - self._last < allowed:
            return None
        self._active = True
        return Flip(active=True, since=self._last)

    def pause(self, time: float) -> None:
        """Nothing can arrive now: the wait for a value begins anew."""
        self._last = time

    def clock_set(self, by: float) -> None:
        """The clock was set, so many seconds forward: the wait goes on as it was."""
        if self._last is not None:
            self._last += by

    def force(self, *, active: bool) -> None:
        """Take over a state and forget the values so far."""
        self._active = active


class StuckDetector:
    """The very same value for too long, though values keep coming.

    Args:
        after: seconds without a change.
        tolerance: how far a value may move from the first one and still be the same.
    """

    __slots__ = ("_active", "_after", "_held", "_since", "_tolerance")

    def __init__(self, after: float, *, tolerance: float = 0.0) -> None:
        self._after = after
        self._tolerance = tolerance
        self._held: float | None = None
        self._since = 0.0
        self._active = False

    def update(self, value: float, time: float) -> Flip | None:
        """Take the next value."""
        held = self._held
        if held is None or abs(value - held) > self._tolerance:
            self._held = value
            self._since = time
            if self._active and held is not None:
                self._active = False
                return Flip(active=False, since=time)
            return None
        if self._active or time - self._since < self._after:
            return None
        self._active = True
        return Flip(active=True, since=self._since)

    def tick(self, time: float) -> Flip | None:  # noqa: ARG002 - silence is the stale detector's
        """Nothing: a silent signal is stale, not stuck."""
        return None

    def force(self, *, active: bool) -> None:
        """Take over a state and forget the values so far."""
        self._active = active
        self._held = None
