"""How far a signal may be from its own usual value."""

from __future__ import annotations

import math
from collections.abc import Collection

from lamplighter.faults.condition import USUAL_KINDS, Kind
from lamplighter.faults.signals.detectors import DelayedSwitch, Flips
from lamplighter.faults.signals.limits import Delays
from lamplighter.faults.signals.settings import Deviation

# A value after a long silence counts no more than this share of what is usual.
_MOST_OF_ONE = 0.05
# The return is a tenth of the bound behind it.
_DEADBAND = 0.1


class UsualDetector:
    """A value too far above or below what is usual for the signal.

    The usual value is a mean over time: of everything during the warm-up, then one that follows
    the signal over ``deviation.over`` seconds. It stands still while the signal is farther away
    than the bound, so that a fault is never learned, unless ``relearn_after`` says so. To a side
    that has no bound, the other side's is where it stands still, for ``over`` seconds at most.

    Args:
        deviation: its configuration.
        delays: seconds that it must deviate, or be back.
    """

    __slots__ = (
        "_away_since", "_delays", "_deviation", "_switches", "_time", "learned", "value",
    )  # fmt: skip

    def __init__(self, deviation: Deviation, delays: Delays) -> None:
        self._deviation = deviation
        self._delays = delays
        self._switches: dict[Kind, DelayedSwitch] = {}
        self._time: float | None = None
        self._away_since: float | None = None
        self.value: float | None = None
        self.learned = 0.0

    @property
    def warm(self) -> bool:
        """Whether there is a usual value to deviate from."""
        return self.value is not None and self.learned >= self._deviation.warm_up

    def update(self, value: float, time: float) -> Flips | None:
        """Take the next value."""
        passed = 0.0 if self._time is None else time - self._time
        self._time = time
        usual = self.value
        if usual is None:
            self.value = value
            return None
        if not self.warm:
            self.learned += min(passed, self._deviation.warm_up / 10 or passed)
            self.value = usual + (value - usual) * min(1.0, passed / (self.learned or 1.0))
            return None
        difference = value - usual
        above, below = self._deviation.above, self._deviation.below
        farthest = max(above or 0.0, below or 0.0)
        if -(below or farthest) <= difference <= (above or farthest):
            self._away_since = None
            share = min(passed / self._deviation.over, _MOST_OF_ONE)
            self.value = usual + share * difference
            return self._switched(difference, time) if self._switches else None
        flips = self._switched(difference, time)
        self._stayed_away(value, difference, time)
        return flips

    def tick(self, time: float) -> Flips | None:
        """A delay may have run out."""
        if not self._switches:
            return None
        return self._settled(
            [(k, flip) for k, each in self._switches.items() if (flip := each.tick(time))]
        )

    def restart(self, active: Collection[Kind]) -> None:
        """Take over which way it deviates; what is usual stays so."""
        self._time = self._away_since = None
        self._switches = self._made(active) if USUAL_KINDS.intersection(active) else {}

    def restore(self, value: float, learned: float) -> None:
        """Take over what an earlier run had learned."""
        self.value = value
        self.learned = learned

    def _stayed_away(self, value: float, difference: float, time: float) -> None:
        """What stays where no bound is, or long enough beyond one, becomes usual."""
        if self._away_since is None:
            self._away_since = time
        deviation = self._deviation
        bounded = (deviation.above if difference > 0 else deviation.below) is not None
        patience = deviation.relearn_after if bounded else deviation.over
        if patience is not None and time - self._away_since >= patience:
            self.value = value
            self._away_since = None

    def _switched(self, difference: float, time: float) -> Flips | None:
        if not self._switches:
            self._switches = self._made(())
        flips: Flips = []
        for kind, away, bound in (
            (Kind.ABOVE_USUAL, difference, self._deviation.above),
            (Kind.BELOW_USUAL, -difference, self._deviation.below),
        ):
            switch = self._switches[kind]
            limit = math.inf if bound is None else bound
            if switch.active and bound is not None:
                given = self._deviation.deadband
                limit -= _DEADBAND * bound if given is None else given
            if (flip := switch.feed(away > limit, time)) is not None:
                flips.append((kind, flip))
        return self._settled(flips)

    def _made(self, active: Collection[Kind]) -> dict[Kind, DelayedSwitch]:
        on, off = self._delays.on, self._delays.off
        return {
            kind: DelayedSwitch(on, off, active=kind in active)
            for kind in (Kind.ABOVE_USUAL, Kind.BELOW_USUAL)
        }

    def _settled(self, flips: Flips) -> Flips | None:
        if all(each.idle for each in self._switches.values()):
            self._switches = {}
        return flips or None
