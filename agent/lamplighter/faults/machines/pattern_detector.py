"""Says how unusual it is how a machine's signals go together, learned from the machine itself."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from lamplighter.faults.machines.pattern_limits import Calibration
from lamplighter.faults.machines.pattern_model import STATISTICS, Flags, Model, Vector
from lamplighter.faults.machines.pattern_moments import Moments

# Steps of a running machine until the first model, and as many again until its limits are known.
WARM_UP = 720
# Steps over which the slow averages go.
SLOW = 120
# Steps that the averages need after a start of the machine.
SETTLING = 180
# The past fades over so many steps: three days at a step of 5 s.
MEMORY = 51_840
# Until so many steps (a day at 5 s) limits are wider, at first by this much: much of what is
# usual has not been seen yet.
_GROWN_UP = 17_280
_YOUNG = 3.0
# Closer to its limit than this, a pattern is not learned any more.
_LEARNED_BELOW = 0.8
_FAST = 0.3
# Of T², Q, Hawkins' statistic and its average: how far above the greatest known value the limit is
# at least. Changes of load that slow signals lag behind show most in Q.
_ABOVE_GREATEST = (1.6, 2.0, 1.6, 1.6)
# The model is fitted anew after so many steps, and later whenever half a percent more is known.
_REFIT_EVERY = 60
_REFIT_SHARE = 200
CALIBRATED = len(_ABOVE_GREATEST)


@dataclass(slots=True)
class PatternDetector:
    """Learns a machine's pattern from one vector a step, and says how far the present one is off.

    The present values are smoothed a little (weight 0.3), and stand beside their slow averages.
    After :data:`WARM_UP` steps there is a model, after as many again limits.

    Attributes:
        size: how many signals there are.
        moments: what was learned.
        calibrations: of T², Q, Hawkins' statistic, and the latter's slow average, in which what is
            slightly unusual for long stands out from what is so for a moment.
        model: the present model, or None.
        index: the greatest of these four as a share of its learned limit: above 1 the
            pattern is unusual. 0 while too little is known.
    """

    size: int
    moments: Moments = field(init=False)
    calibrations: tuple[Calibration, ...] = field(init=False)
    model: Model | None = field(init=False, default=None)
    index: float = field(init=False, default=0.0)
    _vector: Vector | None = field(init=False, default=None)
    _found: Vector = field(init=False)
    _seen: int = field(init=False, default=0)
    _fitted_at: float = field(init=False, default=0.0)
    _present: Flags = field(init=False)
    _known: Flags = field(init=False)

    def __post_init__(self) -> None:
        """Begin with nothing known."""
        self.forget()

    def forget(self) -> None:
        """Begin anew: the machine is another one than was learned."""
        self.moments = Moments(self.size, MEMORY)
        self.calibrations = tuple(Calibration() for _ in _ABOVE_GREATEST)
        self.model = None
        self._fitted_at = 0.0
        self._present = np.ones(self.size, dtype=bool)
        self._known = np.zeros(self.size, dtype=bool)
        self.pause()

    def pause(self) -> None:
        """The machine stands, or values are missing: its averages begin anew."""
        self._vector = None
        self._seen = 0
        self.index = 0.0
        self._found = np.zeros(CALIBRATED)

    def take_over(
        self, moments: Moments, calibrations: tuple[Calibration, ...], known: Flags
    ) -> None:
        """Go on with what an earlier run learned."""
        self.forget()
        self.moments = moments
        self._known = known
        self.calibrations = calibrations
        if moments.count >= WARM_UP:
            self.model = moments.fitted(self._present)

    @property
    def known(self) -> Flags:
        """By signal, whether it was there when it was begun to learn."""
        return self._known

    @property
    def settled(self) -> bool:
        """Whether the averages have seen enough."""
        return self._seen >= SETTLING

    def step(self, values: Vector, present: Flags) -> float:
        """Take the present values; returns :attr:`index`.

        Args:
            values: finite, by signal; what is not present may be any number.
            present: by signal, whether its value counts.
        """
        size = self.size
        if self._vector is None:
            self._vector = np.concatenate([values, values])
        vector = self._vector
        vector[:size] += _FAST * (values - vector[:size])
        vector[size:] += (values - vector[size:]) / SLOW
        if not np.array_equal(present, self._present):
            back = present & ~self._present
            vector[:size][back] = vector[size:][back] = values[back]
            self._present = present.copy()
            self.model = self._without_absent()
        if self.moments.begun and bool((present & ~self._known).any()):
            # A signal that nothing is known of has come: learn anew, and go by the old model until
            # there is a new one.
            self.moments = Moments(self.size, MEMORY)
            self._fitted_at = 0.0
        self._seen += 1
        if self.model is None or not self.settled:
            self.index = 0.0
            return 0.0
        self._found = self._with_average(self.model.statistics(vector))
        limits = self._limits()
        self.index = float((self._found / limits).max()) if limits is not None else 0.0
        return self.index

    def learn(self, changed: Flags) -> None:
        """The last step's vector was usual: learn from it.

        Args:
            changed: by signal, whether it has another value than at the step before.
        """
        if self._vector is None or not self.settled:
            return
        moments = self.moments
        if not moments.begun:
            self._known = self._present.copy()
        if self.index < _LEARNED_BELOW:
            moments.learn(self._vector.copy(), self._present, changed)
        if self.model is not None:
            for calibration, value in zip(self.calibrations, self._found, strict=True):
                calibration.learn(float(value), MEMORY)
        every = max(_REFIT_EVERY, int(min(moments.count, MEMORY)) // _REFIT_SHARE)
        if moments.count >= max(WARM_UP, self._fitted_at + every):
            self._fitted_at = moments.count
            self.model = moments.fitted(self._present)

    def alarmed(self) -> None:
        """An alarm of the pattern came: what led up to it was not usual."""
        for calibration in self.calibrations:
            calibration.alarmed()

    def contributions(self) -> dict[int, float]:
        """The signals' shares in what is unusual now, by index; together they are 1."""
        limits = self._limits()
        if self.model is None or self._vector is None or limits is None:
            return {}
        weights = 1.0 / limits[:STATISTICS]
        weights[-1] += 1.0 / limits[-1]
        shares = self.model.contributions(self._vector, weights)
        return {int(at): float(share) for at, share in zip(self.model.used, shares, strict=True)}

    def _with_average(self, found: Vector) -> Vector:
        """The statistics with the slow average of the last one."""
        before, hawkins = float(self._found[-1]), float(found[-1])
        if before == 0.0:
            # The first one after a start is no average: begin at what is usual.
            before = self.calibrations[-1].mean ** 3 or hawkins
        return np.append(found, before + (hawkins - before) / SLOW)

    def _without_absent(self) -> Model | None:
        """The model of the signals that are present, as far as one is known."""
        if self.model is None:
            return None
        if self.moments.count >= WARM_UP:
            return self.moments.fitted(self._present)
        return self.model if bool(self._present[self.model.used].all()) else None

    def _limits(self) -> Vector | None:
        if self.calibrations[0].count < WARM_UP:
            return None
        young = max(0.0, 1.0 - self.calibrations[0].count / _GROWN_UP)
        wider = 1.0 + _YOUNG * young
        limits = np.array(
            [
                wider * calibration.limit(above)
                for calibration, above in zip(self.calibrations, _ABOVE_GREATEST, strict=True)
            ]
        )
        return limits if math.isfinite(float(limits.max())) else None
