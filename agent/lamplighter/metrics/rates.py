"""Rates out of counters that only go up."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable, Mapping
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)

_WINDOW_S = 60.0
_APART_S = 5.0


class Rates(Generic[K]):
    """Remembers counters for a minute, and says how fast they grow.

    Args:
        monotonic: seconds that never step.
    """

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._past: deque[tuple[float, dict[K, int]]] = deque()

    def per_second(self, counts: Mapping[K, int]) -> dict[K, float]:
        """How much each grew a second, since up to a minute ago; 0 at the first call.

        A counter that began anew counts from nothing.
        """
        now = self._monotonic()
        past = self._past
        # The oldest that stays is the one just beyond the window: there is always one to compare.
        while len(past) > 1 and past[1][0] <= now - _WINDOW_S:
            past.popleft()
        rates = dict.fromkeys(counts, 0.0)
        if past and now > past[0][0]:
            then, before = past[0]
            for key, count in counts.items():
                grown = count - before.get(key, 0)
                rates[key] = (grown if grown >= 0 else count) / (now - then)
        if not past or now - past[-1][0] >= _APART_S:
            past.append((now, dict(counts)))
        return rates
