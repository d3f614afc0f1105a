"""What wakes the writer thread, the clock by which it sleeps, and how long it may sleep."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable

from lamplighter.store.settings import Flash
from lamplighter.store.writing.flash import Pace


class Pulse:
    """Shared by the writer and by everything that gives it work.

    Args:
        monotonic: seconds of a clock that never steps.
        pace: how long rows may wait for company; None: not at all.
    """

    def __init__(self, monotonic: Callable[[], float], pace: Pace | None = None) -> None:
        self.now = monotonic
        self.pace = pace or Pace(Flash(), monotonic)
        self._event = threading.Event()

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
