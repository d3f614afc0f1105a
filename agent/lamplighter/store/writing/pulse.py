"""What the writer and its queues share: waking, the clock, numbers in order, and the portion."""

from __future__ import annotations

import itertools
import math
import threading
from collections.abc import Callable

from lamplighter.store.settings import Flash
from lamplighter.store.writing.flash import Pace
from lamplighter.store.writing.portion import Portion


class Pulse:
    """Shared by the writer and by everything that gives it work.

    Args:
        monotonic: seconds of a clock that never steps.
        pace: how long rows may wait for company; None: not at all.

    Attributes:
        portion: how much goes into one commit.
    """

    def __init__(self, monotonic: Callable[[], float], pace: Pace | None = None) -> None:
        self.now = monotonic
        self.pace = pace or Pace(Flash(), monotonic)
        self.portion = Portion()
        self._event = threading.Event()
        self._numbers = itertools.count(1)

    def number(self) -> int:
        """The next number, from any thread: what is handed over later has a higher one."""
        return next(self._numbers)

    def wake(self) -> None:
        """Wakes the writer, from any thread."""
        if not self._event.is_set():
            self._event.set()

    def clear(self) -> None:
        """Forgets earlier calls of :meth:`wake`; to be called before looking for work."""
        self._event.clear()

    def sleep(self, until: float) -> None:
        """Sleeps until then, or until woken since the last :meth:`clear`; infinity has no end."""
        self._event.wait(None if until == math.inf else max(0.0, until - self.now()))
