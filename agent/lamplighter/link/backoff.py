"""How long to wait before the next attempt to connect.

A broker that comes back is found again within the longest delay. Beside its own broker an agent
is alone, and everything in the house waits for it: a few seconds. A broker that many agents share
needs them spread over a minute when it comes back, and nobody waits at it.
"""

from __future__ import annotations

from collections.abc import Callable


class Backoff:
    """Exponential back-off with jitter, so that many agents do not come back at once.

    Args:
        random: gives floats in [0, 1).
        first: longest first delay, in seconds; each further one is twice as long.
        most: the longest delay, in seconds.
    """

    def __init__(
        self, random: Callable[[], float], *, first: float = 0.5, most: float = 5.0
    ) -> None:
        self._random = random
        self._first = first
        self._most = most
        self._next = first

    def next(self) -> float:
        """Seconds to wait now: between half of the current delay and all of it."""
        delay = self._next
        self._next = min(delay * 2, self._most)
        return delay * (1 + self._random()) / 2

    def reset(self) -> None:
        """Starts again from the first delay: the last connection was a good one."""
        self._next = self._first
