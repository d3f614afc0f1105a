"""How many tokens go into one step of the model, so that a step is over in time."""

from __future__ import annotations

import math
from collections.abc import Callable

# One slow step may be the machine's mood: the size follows it, but not all the way.
_SHRINK, _GROW = 0.5, 1.25


class Pace:
    """Sizes the chunks of a longer row of tokens by the speed of the chunks before.

    A step can't be interrupted, so it must be short where something more urgent may come. A step
    costs something of its own besides its tokens, so what is held to is its time, not a speed.

    Args:
        clock: seconds that only go forward.
        step_s: how long a step should take; infinite makes every chunk as large as allowed.
        least: tokens that a chunk has at least, whatever the speed: smaller ones waste most of it.
        most: tokens that a chunk has at most.
        first: tokens of the first chunk, when nothing is known.
    """

    def __init__(
        self,
        clock: Callable[[], float],
        *,
        step_s: float = math.inf,
        least: int = 8,
        most: int = 128,
        first: int = 32,
    ) -> None:
        self._clock = clock
        self._step_s = step_s
        self._least = least
        self._most = most
        self._size = float(most if math.isinf(step_s) else first)
        self._began = 0.0

    def size(self) -> int:
        """Return how many tokens the next chunk should have; its time runs from now on."""
        self._began = self._clock()
        return int(self._size)

    def took(self, tokens: int) -> None:
        """Note that a chunk is done; the last one of a row may have had fewer tokens than told."""
        elapsed = self._clock() - self._began
        if elapsed <= 0 or math.isinf(self._step_s):
            return
        ratio = self._step_s / elapsed
        if tokens < int(self._size):
            ratio = min(ratio, 1.0)
        grown = self._size * min(max(ratio, _SHRINK), _GROW)
        self._size = min(max(grown, self._least), self._most)
