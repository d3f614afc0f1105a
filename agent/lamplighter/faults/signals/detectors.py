"""Streaming detectors: each is fed a signal's values one by one and says when its state flips.

All of them hold a constant amount of memory, have no thread, and know no clock: time comes with
each value, or with ``tick`` when none arrives. What is needed only near an alarm is made when it
is needed, so that a signal without one costs little.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol

from lamplighter.faults.condition import Kind


@dataclass(frozen=True, slots=True)
class Flip:
    """A detector's state changed.

    Attributes:
        active: whether the condition now holds.
        since: when it began (or ended), before the delay: seconds in the time of the values.
    """

    active: bool
    since: float


Flips = list[tuple[Kind, Flip]]


class Detector(Protocol):
    """What every detector of a signal's values offers; it may see to several kinds."""

    def update(self, value: float, time: float) -> Flips | None:
        """Take the next value; ``time`` never runs backwards. None while nothing flips."""

    def tick(self, time: float) -> Flips | None:
        """Time went on without a value: a delay may have run out."""

    def restart(self, active: Collection[Kind]) -> None:
        """Take over which kinds hold, and forget the values whose times no longer compare."""


class DelayedSwitch:
    """Turns a raw yes or no into a state that changes only after it held for a delay.

    Args:
        on_delay: seconds a yes must hold.
        off_delay: seconds a no must hold.
        active: the state at first.
    """

    __slots__ = ("_off_delay", "_on_delay", "_since", "active")

    def __init__(
        self, on_delay: float = 0.0, off_delay: float = 0.0, *, active: bool = False
    ) -> None:
        self._on_delay = on_delay
        self._off_delay = off_delay
        self.active = active
        self._since: float | None = None

    @property
    def idle(self) -> bool:
        """Whether it is off, and nothing awaits a delay."""
        return not self.active and self._since is None

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

    def clock_set(self, by: float) -> None:
        """The clock was set, so many seconds forward: what waits, waits as long."""
        if self._since is not None:
            self._since += by


class StaleDetector:
    """No value for too long.

    Before the first value ever it waits from the first tick on, so a start raises nothing early.

    Args:
        after: seconds without a value.
        grace: seconds added to it until the first value has come, after a pause too: with the link
            to a broker that was restarted, its devices take a while to find it again.
    """

    __slots__ = ("_after", "_grace", "_last", "_seen", "active")

    def __init__(self, after: float, *, grace: float = 0.0) -> None:
        self._after = after
        self._grace = grace
        self._last: float | None = None
        self._seen = False
        self.active = False

    def update(self, time: float) -> Flip | None:
        """A value came, whatever it is."""
        self._last = time
        self._seen = True
        if not self.active:
            return None
        self.active = False
        return Flip(active=False, since=time)

    def tick(self, time: float) -> Flip | None:
        """Time went on without a value."""
        if self._last is None:
            self._last = time
        allowed = self._after if self._seen else self._after + self._grace
        if self.active or time - self._last < allowed:
            return None
        self.active = True
        return Flip(active=True, since=self._last)

    def pause(self, time: float) -> None:
        """Nothing can arrive now: the wait for a value begins anew."""
        self._last = time
        self._seen = False

    def clock_set(self, by: float) -> None:
        """The clock was set, so many seconds forward: the wait goes on as it was."""
        if self._last is not None:
            self._last += by


class StuckDetector:
    """The very same value for too long, though values keep coming.

    Args:
        after: seconds without a change.
        tolerance: how far a value may move from the first one and still be the same.
    """

    __slots__ = ("_active", "_after", "_tolerance", "held", "since")

    def __init__(self, after: float, *, tolerance: float = 0.0) -> None:
        self._after = after
        self._tolerance = tolerance
        self.held: float | None = None
        self.since = 0.0
        self._active = False

    def update(self, value: float, time: float) -> Flips | None:
        """Take the next value."""
        held = self.held
        if held is None or not -self._tolerance <= value - held <= self._tolerance:
            self.held = value
            self.since = time
            if self._active and held is not None:
                self._active = False
                return [(Kind.STUCK, Flip(active=False, since=time))]
            return None
        if self._active or time - self.since < self._after:
            return None
        self._active = True
        return [(Kind.STUCK, Flip(active=True, since=self.since))]

    def tick(self, time: float) -> Flips | None:  # noqa: ARG002 - silence is the stale detector's
        """Nothing: a silent signal is stale, not stuck."""
        return None

    def restart(self, active: Collection[Kind]) -> None:
        """Take over whether it is stuck, and wait for it to move."""
        self._active = Kind.STUCK in active
        self.held = None

    def restore(self, held: float, since: float) -> None:
        """Take over the value that it stood at, and since when."""
        self.held = held
        self.since = since
