"""One signal of one machine, with its detectors, its past and its health.

::

    value ──> reading (number? unit, loop, range) ──> time (sound? in order? too fast?)
          ──> scale_guard (same scale as before?) ──> trace, detectors ──> Transition

What is stopped on the way is told as the signal's quality, and no detector ever sees it.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from lamplighter.faults.condition import Condition, Kind
from lamplighter.faults.settings import Tag
from lamplighter.faults.signals.burst import LEAST_STEP, Burst
from lamplighter.faults.signals.detectors import Detector, Flip, Flips, StaleDetector, StuckDetector
from lamplighter.faults.signals.limits import LimitBank, delays_of
from lamplighter.faults.signals.moments import AHEAD_S, BEHIND_S, moment
from lamplighter.faults.signals.quality import Disturbance, Oddity
from lamplighter.faults.signals.rates import RateDetector
from lamplighter.faults.signals.reading import GREATEST, LEAST, Reading
from lamplighter.faults.signals.scale_guard import ScaleGuard
from lamplighter.faults.signals.status import GOOD, Health, SignalStatus
from lamplighter.faults.signals.trace import Trace
from lamplighter.faults.signals.usual import UsualDetector
from lamplighter.faults.wording import duration, quantity, shown

# So many values in a row from before the newest one mean that the source's clock was set back.
_CLOCK_SET_BACK = 8
# Values keep coming, but so long with one and the same timestamp: the source's clock stands still.
_STANDS_STILL_S = 10.0


# One for all: an empty set takes more room than a signal's other state.
_NONE: frozenset[Kind] = frozenset()


@dataclass(frozen=True, slots=True)
class Transition:
    """A condition began to hold, or ceased to.

    Attributes:
        condition: which one.
        active: whether it holds now.
        since: when it began or ended, UTC seconds, before on-delay and off-delay.
        value: the signal's value at this moment; None where there has been none.
    """

    condition: Condition
    active: bool
    since: float
    value: float | None


class SignalWatch:
    """Feeds one signal's values to the detectors of its conditions.

    Time is the samples' own. ``tick`` carries it on by the clock that arrivals are seen with, so
    delays run out rightly for a source whose clock is wrong, too.

    Args:
        key: the tag's key.
        tag: the signal's configuration.
        conditions: its conditions.
        grace: seconds that a start allows the signal for its first value.
        disturbed: makes the condition that a tag is disturbed.
        counts: of wrong input, of all signals together.

    Attributes:
        value: the latest value that counts, in the tag's unit; None: there has been none.
        unit: the unit of its values.
        arrived: when the latest value that counts came, by the agent's clock.
        time: its time, UTC seconds; moves with every value that counts.
        active: the kinds of condition that hold.
        guard: follows the scale that its values have.
        usual: follows what is usual for it; None where no deviation is configured.
        trace: its recent past.
        hint: what is known of why it fell silent; "" nothing.
        news: whether its health may have changed; set back by who has told of it.
    """

    __slots__ = (
        "_burst", "_clock_set_by", "_conditions", "_counts", "_detectors",
        "_disturbance", "_disturbed", "_greatest", "_held", "_key", "_late", "_least", "_plain",
        "_reading", "_spoiled", "_stale", "_stamp", "_tag", "active", "arrived", "guard", "hint",
        "news", "time", "trace", "unit", "usual", "value",
    )  # fmt: skip

    def __init__(
        self,
        key: str,
        tag: Tag,
        conditions: Sequence[Condition],
        *,
        grace: float,
        disturbed: Callable[[str], Condition],
        counts: Counter[Oddity] | None = None,
    ) -> None:
        self.trace = Trace()
        self.value: float | None = None
        self.time = -math.inf
        self.active = _NONE
        self.hint = ""
        self.news = False
        self.usual = UsualDetector(tag.deviation, delays_of(tag)) if tag.deviation else None
        self._key = key
        self._disturbed = disturbed
        self._tag = tag
        self.unit = tag.value_unit
        self._conditions = tuple(conditions)
        self._counts = Counter() if counts is None else counts
        self._reading = Reading(tag)
        self._plain = not tag.loop
        self._least, self._greatest = (LEAST, GREATEST) if tag.loop else self._reading.bounds
        self.guard = ScaleGuard()
        self._stale = (
            None if tag.stale_after is None else StaleDetector(tag.stale_after, grace=grace)
        )
        self._detectors = _detectors(tag, self.usual)
        self._disturbance: Disturbance | None = None
        self._burst: Burst | None = None
        self._stamp: float | None = None
        self.arrived = 0.0
        self._clock_set_by = 0.0
        self._late = 0
        self._held = False
        self._spoiled = False

    @property
    def health(self) -> Health:
        """The health of the signal itself, by NAMUR NE 107, and the reason."""
        if Kind.STALE in self.active:
            after = duration(self._tag.stale_after or 0.0)
            hint = f"; {self.hint}" if self.hint else ""
            return Health(SignalStatus.FAILURE, f"no value for {after} or more{hint}")
        if self._reading.broken:
            return Health(SignalStatus.FAILURE, self._reading.why)
        health = self._disturbance.health if self._disturbance else GOOD
        if health.status in {SignalStatus.FAILURE, SignalStatus.OUT_OF_SPECIFICATION}:
            return health
        if Kind.STUCK in self.active:
            after = duration(self._tag.stuck_after or 0.0)
            return Health(SignalStatus.MAINTENANCE_REQUIRED, f"the same value for {after} or more")
        return health

    @property
    def stuck(self) -> StuckDetector | None:
        """What looks for a signal that stands still; None where nothing does."""
        return next((each for each in self._detectors if isinstance(each, StuckDetector)), None)

    @property
    def status(self) -> SignalStatus:
        """The health of the signal itself, by NAMUR NE 107."""
        return self.health.status

    def update(
        self, value: float, time: float, arrived: float, *, unit: str = "", doubt: str = ""
    ) -> list[Transition]:
        """Take a value.

        Args:
            value: as it came; NaN where it was no number.
            time: when it was measured, UTC seconds by the source's clock.
            arrived: UTC seconds by the agent's clock.
            unit: the unit that the source says it is in; "" where it says none.
            doubt: what is odd about it, in words.
        """
        changes: list[Transition] = []
        if self._stale is not None and (flip := self._stale.update(arrived)) is not None:
            self._told(changes, Kind.STALE, flip)
            self.hint = ""
        self._spoiled = False
        if unit or doubt or not (self._plain and self._least <= value <= self._greatest):
            read = self._read(changes, value, arrived, unit, doubt)
            if read is None:
                self._held = True
                return changes
            value = read
        if not arrived - BEHIND_S <= time <= arrived + AHEAD_S:
            found = moment(time, arrived)
            time = found.time
            self._disturb(changes, Oddity.ODD_TIME, found.why, arrived, used=True)
        if self._clock_set_by and self._follows_our_clock(time, arrived):
            self._begin_anew()
        elif time - self.time < LEAST_STEP:
            placed = self._placed(changes, value, time, arrived)
            if placed is None:
                return changes
            time = placed
        if self._burst is not None:
            # What goes on at once is a fast source; what pauses sends its values in clumps.
            self._end_burst(changes, arrived, goes_on=time - self.time < 2 * LEAST_STEP)
        self._take(changes, value, time, arrived)
        return changes

    def tick(self, now: float, *, connected: bool = True) -> list[Transition]:
        """Time went on: delays may run out, silence may become too long.

        While not connected nothing can arrive, so silence says nothing of the signal.
        """
        changes: list[Transition] = []
        stale = self._stale
        if not connected:
            if stale is not None:
                stale.pause(now)
            return changes
        if stale is not None and (flip := stale.tick(now)) is not None:
            self._told(changes, Kind.STALE, flip)
        if self._burst is not None:
            self._end_burst(changes, now, goes_on=False)
        if self._disturbance is not None and self._disturbance.is_over(now):
            self._disturbance = None
            self.news = True
        if (flip := self._reading.tick(now)) is not None:
            self._told(changes, Kind.LOOP, flip)
        if self.value is None or self._held:
            return changes
        time = self.time + max(0.0, now - self.arrived)
        for detector in self._detectors:
            if (flips := detector.tick(time)) is not None:
                self._tell(changes, flips)
        return changes

    def clock_set(self, by: float) -> None:
        """The clock that arrivals are seen with was set, so many seconds forward."""
        self.arrived += by
        self._clock_set_by += by
        self._reading.clock_set(by)
        if self._stale is not None:
            self._stale.clock_set(by)
        if self._disturbance is not None:
            self._disturbance.clock_set(by)

    def force(self, kind: Kind, *, active: bool) -> None:
        """Take over a condition's state known from before a restart."""
        self._note(kind, active=active)
        if kind is Kind.STALE and self._stale is not None:
            self._stale.active = active
        elif kind is Kind.LOOP:
            self._reading.force(active=active)
        elif kind is Kind.DISTURBED:
            self._disturbance = Disturbance(self._counts, -math.inf) if active else None
            if self._disturbance is not None:
                self._disturbance.resume()
        for detector in self._detectors:
            detector.restart(self.active)

    def _read(
        self, changes: list[Transition], value: float, arrived: float, unit: str, doubt: str
    ) -> float | None:
        """The value in the tag's unit; None where it is none."""
        read = self._reading.read(value, arrived, unit, doubt)
        if read.flip is not None:
            self._told(changes, Kind.LOOP, read.flip)
        if read.oddity is Oddity.LOOP_CURRENT and self._reading.broken:
            # The loop has a condition of its own.
            self._counts[Oddity.LOOP_CURRENT] += 1
            self.news = True
        elif read.oddity is not None:
            self._disturb(changes, read.oddity, read.why, arrived, used=read.value is not None)
        return read.value

    def _take(self, changes: list[Transition], value: float, time: float, arrived: float) -> None:
        """A value whose unit and time are sound."""
        last = self.guard.before if self.value is None else self.value
        if last is not None and self._plain and not self.guard.is_ordinary(value, last):
            passed = arrived - self.arrived if self.value is not None else 0.0
            read = self.guard.read(value, last, self.unit, passed=passed)
            if self.guard.is_telling(read):
                why = self._scale_words(value, last)
                used = read is not None
                self._disturb(changes, Oddity.OTHER_SCALE, why, arrived, used=used)
            if read is None:
                self._held = True
                return
            value = read
        if self._disturbance is not None and not self._spoiled:
            flip = self._disturbance.good(arrived)
            if flip is not None:
                self._told(changes, Kind.DISTURBED, flip)
        self.value = value
        self.time = time
        self.arrived = arrived
        self._held = False
        if self._late:
            self._late = 0
        self._feed(changes, value, time)

    def _feed(self, changes: list[Transition], value: float, time: float) -> None:
        self.trace.add(value, time)
        for detector in self._detectors:
            if (flips := detector.update(value, time)) is not None:
                self._tell(changes, flips)

    def _placed(
        self, changes: list[Transition], value: float, time: float, arrived: float
    ) -> float | None:
        """The time that a value counts at which is not later than the last one, or hardly.

        Returns:
            None where it does not count, or not yet.
        """
        if time in (self.time, self._stamp):
            waited = arrived - self.arrived
            if self._stamp is not None or waited >= _STANDS_STILL_S:
                self._stamp = time
                why = "its timestamps stand still"
                self._disturb(changes, Oddity.ODD_TIME, why, arrived, used=True)
                return self.time + max(waited, 1e-6)
        elif time < self.time:
            self._late += 1
            why = "its values come out of order"
            self._disturb(changes, Oddity.OUT_OF_ORDER, why, arrived)
            if self._stamp is None and self._late < _CLOCK_SET_BACK:
                return None
            self._begin_anew()
            return time
        alike = time == self.time
        if self._burst is None:
            self._burst = Burst(value, time, alike=alike)
        else:
            self._burst.add(value, time, alike=alike)
        return None

    def _end_burst(self, changes: list[Transition], arrived: float, *, goes_on: bool) -> None:
        """Looks at what is kept of values that came too fast."""
        burst, self._burst = self._burst, None
        if burst is None:
            return
        if burst.repeated:
            self._disturb(changes, Oddity.REPEATED, "its timestamps repeat", arrived)
            return
        if (goes_on and burst.is_unusual(self.trace.pace)) or burst.is_flood:
            rate = f"{shown(burst.count / LEAST_STEP)} times a second"
            why = f"comes about {rate}" if burst.is_spread else f"comes {burst.count} times at once"
            self._disturb(changes, Oddity.TOO_FAST, why, arrived, used=True)
        for time, value in burst.kept():
            self._take(changes, value, max(time, self.time), self.arrived)

    def _scale_words(self, value: float, last: float) -> str:
        doubt = self.guard.doubt
        came = quantity(shown(value), self.unit)
        if doubt is None:
            return f"{came} is a code for no value"
        usual = quantity(shown(last), self.unit)
        return f"came as {shown(value)}, as if in {doubt.name}, after {usual}"

    def _follows_our_clock(self, time: float, arrived: float) -> bool:
        """Whether ours was set and this value's time leaped with it: it bears none of its own."""
        by, self._clock_set_by = self._clock_set_by, 0.0
        if not by or self.value is None:
            return False
        expected = self.time + arrived - self.arrived
        return abs(time - expected - by) < abs(time - expected)

    def _begin_anew(self) -> None:
        """Forgets values whose times can't be compared to those to come; what holds, holds on."""
        self.trace = Trace()
        self._burst = None
        self._stamp = None
        for detector in self._detectors:
            detector.restart(self.active)

    def _disturb(
        self,
        changes: list[Transition],
        oddity: Oddity,
        why: str,
        at: float,
        *,
        used: bool = False,
    ) -> None:
        self._spoiled = True
        self.news = True
        if self._disturbance is None:
            self._disturbance = Disturbance(self._counts, at)
        if (flip := self._disturbance.bad(oddity, why, at, used=used)) is not None:
            self._told(changes, Kind.DISTURBED, flip)

    def _tell(self, changes: list[Transition], flips: Flips) -> None:
        for kind, flip in flips:
            self._told(changes, kind, flip)

    def _told(self, changes: list[Transition], kind: Kind, flip: Flip) -> None:
        self._note(kind, active=flip.active)
        conditions = self._conditions
        if kind is Kind.DISTURBED:
            conditions = (self._disturbed(self._key),)
        changes.extend(
            Transition(condition, flip.active, flip.since, self.value)
            for condition in conditions
            if condition.kind is kind
        )

    def _note(self, kind: Kind, *, active: bool) -> None:
        self.active = self.active | {kind} if active else self.active - {kind} or _NONE
        self.news = True


def _detectors(tag: Tag, usual: UsualDetector | None) -> tuple[Detector, ...]:
    """What looks at each value of a signal, in the order in which alarms are told."""
    made: list[Detector] = []
    limits = tag.limits
    if any(
        each is not None for each in (limits.high_high, limits.high, limits.low, limits.low_low)
    ):
        made.append(LimitBank(tag))
    if tag.rate and (tag.rate.rise is not None or tag.rate.fall is not None):
        made.append(RateDetector(tag.rate, delays_of(tag, tag.rate.on_delay, tag.rate.off_delay)))
    if usual is not None:
        made.append(usual)
    if tag.stuck_after is not None:
        made.append(StuckDetector(tag.stuck_after, tolerance=tag.stuck_tolerance))
    return tuple(made)
