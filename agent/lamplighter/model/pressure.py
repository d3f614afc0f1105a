"""Whether the model makes room for others, and when there is room for it again."""

from __future__ import annotations

from collections.abc import Callable

from lamplighter.model.available import Available
from lamplighter.model.settings import Pressure

STALLED = 20.0
"""The share of time, in percent, that tasks wait for memory above which it counts as short."""


class PressureGauge:
    """Tells short memory from a moment's need: it has to last.

    Between ``unload_below`` and what is asked for loading lies a gap, so that a model is not
    loaded just to be unloaded. Where tasks already wait for memory, the gap counts as short.

    Args:
        settings: the limits.
        clock: seconds that only go forward.
    """

    def __init__(self, settings: Pressure, clock: Callable[[], float]) -> None:
        self._settings = settings
        self._clock = clock
        self._short_since: float | None = None
        self._ample_since: float | None = None

    def short(self, available: Available | None) -> bool:
        """Tell whether memory has been short for long enough that the model is to go."""
        limit = self._settings.unload_below
        if available is not None and available.stalled >= STALLED:
            limit = max(limit, self._settings.load_above)
        short = available is not None and available.bytes < limit
        self._short_since = self._since(self._short_since, holds=short)
        return self._lasted(self._short_since)

    def ample(self, available: Available | None, needed: int) -> bool:
        """Tell whether there has been room for the model for long enough that it may come back.

        Args:
            available: now; None where nobody knows, and then there is room.
            needed: bytes that the model takes.
        """
        self._ample_since = self._since(self._ample_since, holds=self.room(available, needed))
        return self._lasted(self._ample_since)

    def room(self, available: Available | None, needed: int) -> bool:
        """Tell whether there is room for the model at this moment."""
        return available is None or (
            available.bytes >= self._settings.load_above + needed and available.stalled < STALLED
        )

    def reset(self) -> None:
        """Forget how long anything has lasted: the model has just come or gone."""
        self._short_since = self._ample_since = None

    def _since(self, since: float | None, *, holds: bool) -> float | None:
        if not holds:
            return None
        return self._clock() if since is None else since

    def _lasted(self, since: float | None) -> bool:
        return since is not None and self._clock() - since >= self._settings.hold
