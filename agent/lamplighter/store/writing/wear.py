"""Bytes written per day, and how far that runs ahead of a budget.

Counted by the kernel (``write_bytes`` of ``/proc/self/io``): every page that this process gave to
its disks, whether by the write-ahead log, a checkpoint or the model's cache. The store's own sums
would leave out pages that are written in part and all that others in the process write.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_DAY = 86400.0
# A start and a busy hour are no reason to slow down.
_HEAD_START = 0.05
_RAMP = 0.1
_WORTH_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True)
class Written:
    """Bytes written to disk by this process.

    Attributes:
        today: since midnight UTC; None where the kernel does not count them.
        yesterday: on the day before; None where that is not known.
        budget: bytes a day, or None.
        strain: 0 within the budget, 1 far ahead of what the hour of the day allows.
    """

    today: int | None
    yesterday: int | None
    budget: int | None
    strain: float


def bytes_written(source: Path = Path("/proc/self/io")) -> int | None:
    """Bytes that this process gave to its disks since it began; None where nobody counts them."""
    try:
        lines = source.read_text(encoding="ascii").splitlines()
    except (OSError, UnicodeDecodeError):
        return None
    for line in lines:
        name, _, value = line.partition(":")
        if name == "write_bytes" and value.strip().isdigit():
            return int(value)
    return None


class Wear:
    """Adds up what is written, by UTC day.

    Args:
        clock: UTC seconds.
        budget: bytes a day, or None.
        counter: bytes written since the process began, or None.
    """

    def __init__(
        self,
        *,
        clock: Callable[[], float],
        budget: int | None = None,
        counter: Callable[[], int | None] = bytes_written,
    ) -> None:
        self._clock = clock
        self._budget = budget
        self._counter = counter
        self._last = 0
        self._day = -1
        self._today = 0
        self._yesterday: int | None = None
        self._counted = False

    def begin(self, kept: Any) -> None:
        """Goes on from what an earlier run kept (see :meth:`kept`); anything else is ignored."""
        self._last = self._counter() or 0
        if not isinstance(kept, Mapping):
            return
        day, today, yesterday = (kept.get(key) for key in ("day", "today", "yesterday"))
        if isinstance(day, int) and isinstance(today, int):
            self._day = day
            self._today = today
            self._yesterday = yesterday if isinstance(yesterday, int) else None

    def kept(self) -> dict[str, int | None]:
        """What the next run is to go on from; JSON."""
        return {"day": self._day, "today": self._today, "yesterday": self._yesterday}

    def has_moved(self, before: Mapping[str, int | None], after: Mapping[str, int | None]) -> bool:
        """True where the difference between two of :meth:`kept` is worth a write of its own."""
        if before.get("day") != after["day"]:
            return True
        return (after["today"] or 0) - (before.get("today") or 0) >= _WORTH_BYTES

    def sample(self) -> Written:
        """Counts what was written since the last call, and says how it stands."""
        total = self._counter()
        self._turn()
        if total is not None:
            self._counted = True
            self._today += max(0, total - self._last)
            self._last = total
        return self.written()

    def written(self) -> Written:
        """How it stood at the last sample."""
        today = self._today if self._counted else None
        return Written(today, self._yesterday, self._budget, self._strain())

    def _turn(self) -> None:
        day = int(self._clock() // _DAY)
        if day == self._day:
            return
        # A clock that was set makes days that nobody lived through.
        self._yesterday = self._today if day == self._day + 1 and self._day >= 0 else None
        self._day, self._today = day, 0

    def _strain(self) -> float:
        if self._budget is None or not self._counted:
            return 0.0
        used = self._today / self._budget
        passed = self._clock() % _DAY / _DAY
        if used >= 1:
            return 1.0
        return min(1.0, max(0.0, (used - passed - _HEAD_START) / _RAMP))
