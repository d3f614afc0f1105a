"""What of a signal outlives a restart: its last value, what is usual for it, how long it stood."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from lamplighter.errors import PayloadError
from lamplighter.faults.signals.signal_watch import SignalWatch
from lamplighter.faults.signals.trace import Baseline
from lamplighter.faults.stored import SNAPSHOT, maybe_number

_FIELDS = 8
# More than a sensor has, and short in a file.
_DIGITS = 9


@dataclass(frozen=True, slots=True)
class KeptSignal:
    """A signal's state as numbers; None where there is none.

    Attributes:
        last: the last value that counted.
        step: how far it usually moves from one value to the next.
        usual: the usual value that deviations are measured from.
        learned: seconds that it was learned over.
        before: the median of its recent past, for baselines.
        spread: the spread of that.
        held: the value that it stands at.
        since: since when, UTC seconds by its own clock.
    """

    last: float | None = None
    step: float | None = None
    usual: float | None = None
    learned: float | None = None
    before: float | None = None
    spread: float | None = None
    held: float | None = None
    since: float | None = None

    @classmethod
    def of(cls, watch: SignalWatch) -> KeptSignal:
        """The signal's state."""
        baseline = None if watch.value is None else watch.trace.baseline(watch.time)
        usual, stuck = watch.usual, watch.stuck
        stands = stuck is not None and stuck.held is not None
        return cls(
            watch.guard.before if watch.value is None else watch.value,
            watch.guard.step,
            None if usual is None else usual.value,
            None if usual is None else usual.learned,
            None if baseline is None else baseline.value,
            None if baseline is None else baseline.spread,
            stuck.held if stuck is not None else None,
            stuck.since if stuck is not None and stands else None,
        )

    @classmethod
    def read(cls, stored: Any) -> KeptSignal:
        """The state that :meth:`to_list` wrote.

        Raises:
            PayloadError: it is none.
        """
        if not isinstance(stored, list) or len(stored) != _FIELDS:
            raise PayloadError(SNAPSHOT, "is no signal's state", "usual")
        return cls(*(maybe_number(each, "usual") for each in stored))

    def to_list(self) -> list[float | None]:
        """The state as JSON can hold it."""
        return [
            _short(each)
            for each in (self.last, self.step, self.usual, self.learned, self.before, self.spread)
        ] + [self.held, self.since]

    def give(self, watch: SignalWatch) -> None:
        """Has a new run's watch go on from it."""
        if self.last is not None and watch.value is None:
            watch.guard.before = self.last
            watch.guard.step = self.step or 0.0
        if watch.usual is not None and self.usual is not None:
            watch.usual.restore(self.usual, self.learned or 0.0)
        if self.before is not None:
            watch.trace.restore(Baseline(self.before, self.spread or 0.0))
        if watch.stuck is not None and self.held is not None and self.since is not None:
            watch.stuck.restore(self.held, self.since)


def _short(value: float | None) -> float | None:
    if value is None or value == 0.0:
        return value
    return round(value, _DIGITS - math.floor(math.log10(abs(value))))
