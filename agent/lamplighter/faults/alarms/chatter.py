"""Alarms that chatter: one that comes and goes becomes one that stands, until it is quiet again.

The standard calls an alarm chattering that comes three times in a minute. From the third time on
its return is held back: it counts once it has lasted for a while, by the time at which it began.
"""

from __future__ import annotations

from collections import deque

from lamplighter.faults.alarms.settings import Chatter
from lamplighter.faults.signals.signal_watch import Transition


class ChatterGuard:
    """The comings and goings of one condition. Times are the agent's clock.

    Attributes:
        on: whether the alarm chatters.
        swallowed: comings that were not told, of the present chattering.
    """

    __slots__ = ("_came", "_config", "_held", "_last", "on", "swallowed")

    def __init__(self, config: Chatter) -> None:
        self.on = False
        self.swallowed = 0
        self._config = config
        self._came: deque[float] = deque(maxlen=config.count)
        self._held: tuple[Transition, float] | None = None
        self._last = 0.0

    @property
    def idle(self) -> bool:
        """Whether there is nothing to remember."""
        return not self.on and not self._came

    def take(self, change: Transition, now: float) -> Transition | None:
        """The change as it is to be told, or None where it is held back."""
        self._last = now
        if not change.active:
            if self.on:
                self._held = change, now
                return None
            return change
        self._came.append(now)
        if self._held is not None:
            self._held = None
            self.swallowed += 1
            return None
        enough = len(self._came) == self._config.count
        self.on = self.on or (enough and now - self._came[0] <= self._config.within)
        return change

    def tick(self, now: float) -> tuple[bool, tuple[Transition, float] | None]:
        """Whether the chattering ended by now, and the return held back until then, since when."""
        while self._came and now - self._came[0] > self._config.within:
            self._came.popleft()
        if not self.on or now - self._last < self._config.hold:
            return False, None
        held, self._held = self._held, None
        self.on = False
        self.swallowed = 0
        self._came.clear()
        return True, held

    def clock_set(self, by: float) -> None:
        """The clock was set, so many seconds forward."""
        self._came = deque((at + by for at in self._came), self._config.count)
        self._last += by
        if self._held is not None:
            self._held = self._held[0], self._held[1] + by
