"""How many tokens go into one step of the model, so that a step is over in time."""

from __future__ import annotations

import math
from collections.abc import Callable

_GRAIN = 8
_CAUTION = 0.3


class Pace:
    """Sizes the chunks of a longer row of tokens by the speed of the chunks before.

    A step can't be interrupted, so it must be short where something more urgent may come. After
    a slow chunk the next one is smaller at once; after fast ones they grow slowly.

    Args:
        clock: seconds that only go forward.
        step_s: how long a step may take; infinite makes every chunk as large as allowed.
        least: tokens that a chunk has at least, whatever the speed: smaller ones waste most of it.
        most: tokens that a chunk has at most.
        first: tokens of the first chunk, when no speed is known.
    """

    def __init__(
        self,
        clock: Callable[[], float],
        *,
        step_s: float = math.inf,
        least: int = _GRAIN,
        most: int = 128,
        first: int = 4 * _GRAIN,
    ) -> None:
        self._clock = clock
        self._step_s = step_s
        self._least = least
        self._most = most
        self._first = first
        self._speed = 0.0
        self._began = 0.0

    def size(self) -> int:
        """Return how many tokens the next chunk should have; its time runs from now on."""
        self._began = self._clock()
        if math.isinf(self._step_s):
            return self._most
        wanted = self._first
        if self._speed:
            wanted = int(self._speed * self._step_s) // _GRAIN * _GRAIN
        return max(self._least, min(self._most, wanted))

    def took(self, tokens: int) -> None:
        """Note that a chunk of so many tokens is done."""
        elapsed = self._clock() - self._began
        if elapsed <= 0:
            return
        speed = tokens / elapsed
        if not self._speed or speed < self._speed:
            self._speed = speed
        else:
            self._speed += _CAUTION * (speed - self._speed)
