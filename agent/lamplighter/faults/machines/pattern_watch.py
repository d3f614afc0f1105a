"""Watches how the signals of one machine go together, and says when they no longer do.

At each step every signal's latest value counts, however long ago it came. What is learned is the
machine while it runs: standing, just started, disturbed or in alarm, it teaches nothing.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from zlib import crc32

import numpy as np

from lamplighter.faults.condition import Condition, tag_name
from lamplighter.faults.evidence.record import Contribution
from lamplighter.faults.machines import pattern_stored
from lamplighter.faults.machines.mode import Mode, guess
from lamplighter.faults.machines.pattern_detector import PatternDetector
from lamplighter.faults.machines.pattern_model import Flags, Vector
from lamplighter.faults.settings import Machine
from lamplighter.faults.signals.signal_watch import SignalWatch, Transition
from lamplighter.faults.signals.status import SignalStatus
from lamplighter.faults.stored import mapping, number, text

_STEP_S = 5.0
_LONGEST_STEP_S = 300.0
# A third of the signals is as fast as the steps, and the others are held meanwhile.
_PACED_BY = 1.0 / 3.0
# Steps of 5 s in which the signals' rates are counted before the first comparison.
_COUNTED = 60
# An alarm returns below this share of the limit.
_RETURN = 0.7
# A machine must seem to be another one for so many steps.
_SURE = 12
# After so many steps without any value, the averages begin anew.
_QUIET = 12


@dataclass(frozen=True, slots=True)
class Lead:
    """At which signal the last alarm of a pattern is told, and all signals' shares in it."""

    tag: str
    shares: Mapping[str, float]


class PatternWatch:
    """The pattern of one machine.

    Args:
        machine: its configuration; it has signals to be watched together.
        condition: that they are out of step.
    """

    def __init__(self, machine: Machine, condition: Condition) -> None:
        self.condition = condition
        self.contributions: tuple[Contribution, ...] = ()
        self.active = False
        self.tags = machine.together
        self.step_s = machine.pattern.step
        self.detector = PatternDetector(len(self.tags))
        self._machine = machine
        self._settings = machine.pattern
        self._next = -math.inf
        self._since: float | None = None
        self._active_since = 0.0
        self._started = 0
        self._silent = 0
        self._times = np.full(len(self.tags), -math.inf)
        self._values = np.zeros(len(self.tags))
        self._counted = 0
        self._fresh = np.zeros(len(self.tags))

    def is_due(self, now: float) -> bool:
        """Whether the next step is due."""
        return now >= self._next

    def step(
        self, now: float, watches: Mapping[str, SignalWatch], *, other_alarm: bool
    ) -> list[Transition]:
        """Compare the signals as they are now.

        Args:
            now: the agent's clock, UTC seconds.
            watches: the machine's signals by tag.
            other_alarm: whether another alarm of the machine (not of a mere signal) holds.
        """
        step = self.step_s or _STEP_S
        if self._next < now - 2.0 * step:
            # The first step, or one after a pause. Machines take turns, not all the same second.
            own = crc32(self._machine.asset.encode()) % max(1, int(step))
            if now - self._next > _QUIET * step:
                self.detector.pause()
            self._next = now - now % step + own
        self._next += step
        times = np.array([watches[tag].time for tag in self.tags])
        fresh = times != self._times
        self._times = times
        if not self._paced(fresh) or not self._heard(fresh):
            return []
        return self._compare(now, watches, other_alarm=other_alarm)

    def force(self, *, active: bool) -> None:
        """Take over the alarm's state known from before a restart."""
        self.active = active
        self._since = None

    def clock_set(self, by: float) -> None:
        """The agent's clock was set, so many seconds forward."""
        self._next += by
        self._active_since += by
        if self._since is not None:
            self._since += by

    def snapshot(self) -> dict[str, Any] | None:
        """What the last alarm is told with, as JSON can hold it; None: there was none."""
        if not self.contributions:
            return None
        shares = {each.tag: each.share for each in self.contributions}
        return {"tag": self.condition.tag, "shares": shares}

    def read(self, stored: Any) -> Lead | None:
        """What :meth:`snapshot` described; None where it names signals that are no more.

        Raises:
            PayloadError: it is damaged.
        """
        about = mapping(stored, "pattern")
        tag = text(about.get("tag"), "pattern.tag")
        shares = {
            each: number(share, f"pattern.shares.{each}")
            for each, share in mapping(about.get("shares"), "pattern.shares").items()
        }
        known = {tag, *shares} <= set(self.tags)
        return Lead(tag, shares) if known else None

    def restore(self, lead: Lead) -> Condition:
        """Go on with the last alarm of an earlier run; returns the condition as it is told."""
        self._lead(lead)
        return self.condition

    def learned(self) -> dict[str, Any]:
        """What was learned, as JSON can hold it."""
        return pattern_stored.learned(self.tags, self.step_s, self.detector)

    def read_learned(self, stored: Any) -> pattern_stored.Kept | None:
        """What :meth:`learned` described; None where it is of other signals, or of none.

        Raises:
            PayloadError: it is damaged.
        """
        return pattern_stored.read_learned(stored, self.tags)

    def restore_learned(self, kept: pattern_stored.Kept | None) -> None:
        """Go on with what an earlier run learned, where it is of the same signals and steps."""
        if kept is None or self._settings.step not in {None, kept.step}:
            return
        self.step_s = kept.step
        self.detector.take_over(kept.moments, kept.calibrations, kept.known)

    def _heard(self, fresh: Flags) -> bool:
        """Whether any value came of late; where none did, nothing is known of the machine."""
        if fresh.any():
            if self._silent >= _QUIET:
                self.detector.pause()
            self._silent = 0
            return True
        self._silent += 1
        return False

    def _paced(self, fresh: Flags) -> bool:
        """Whether it is known how fast the signals are: then every step compares."""
        if self.step_s is not None:
            return True
        self._counted += 1
        self._fresh += fresh
        if self._counted < _COUNTED:
            return False
        heard = self._fresh[self._fresh > 0.0]
        if not len(heard):
            self._counted = 0
            return False
        pace = float(np.quantile(_STEP_S * self._counted / heard, _PACED_BY))
        self.step_s = min(max(pace, _STEP_S), _LONGEST_STEP_S)
        return True

    def _compare(
        self, now: float, watches: Mapping[str, SignalWatch], *, other_alarm: bool
    ) -> list[Transition]:
        signals = [watches[tag] for tag in self.tags]
        values = np.array([0.0 if s.value is None else s.value for s in signals])
        changed, self._values = values != self._values, values
        well = np.array([s.value is not None and s.status is SignalStatus.GOOD for s in signals])
        if not self._runs(watches, values, well):
            self.detector.pause()
            return self._turned(now, watches) if self.active else []
        index = self.detector.step(values, well)
        moved = self._judge(now, watches, index, alone=not other_alarm)
        if not (self.active or other_alarm or index > 1.0):
            self.detector.learn(changed)
        return moved

    def _runs(self, watches: Mapping[str, SignalWatch], values: Vector, well: Flags) -> bool:
        running = self._machine.running
        if running is not None:
            told = watches[running.tag]
            known = told.value is not None and told.status is not SignalStatus.FAILURE
            return known and (told.value or 0.0) > running.above
        mode = guess(values, well, self.detector.moments)
        self._started = self._started + 1 if mode is Mode.STARTED else 0
        if self._started >= _SURE:
            self._started = 0
            self.detector.forget()
            return True
        return mode is Mode.USUAL

    def _judge(
        self, now: float, watches: Mapping[str, SignalWatch], index: float, *, alone: bool
    ) -> list[Transition]:
        accept = self._settings.accept_after
        if self.active and alone and accept is not None and now - self._active_since >= accept:
            self.detector.forget()
            return self._turned(now, watches)
        if (index > (_RETURN if self.active else 1.0)) is self.active:
            self._since = None
            return []
        if self._since is None:
            self._since = now
        delay = self._settings.off_delay if self.active else self._settings.on_delay
        if now - self._since < delay:
            return []
        if self.active:
            return self._turned(self._since, watches)
        return self._came(now, watches)

    def _came(self, now: float, watches: Mapping[str, SignalWatch]) -> list[Transition]:
        shares = {self.tags[at]: share for at, share in self.detector.contributions().items()}
        if not shares:
            return []
        self._lead(Lead(max(shares, key=lambda tag: shares[tag]), shares))
        self.detector.alarmed()
        self._active_since = now
        return self._turned(now if self._since is None else self._since, watches)

    def _turned(self, since: float, watches: Mapping[str, SignalWatch]) -> list[Transition]:
        self.active = not self.active
        self._since = None
        value = watches[self.condition.tag].value
        return [Transition(self.condition, self.active, since, value)]

    def _lead(self, lead: Lead) -> None:
        tags = self._machine.tags
        tag = tags[lead.tag]
        self.condition = replace(
            self.condition, tag=lead.tag, signal=tag_name(lead.tag, tag), unit=tag.value_unit
        )
        self.contributions = tuple(
            Contribution(each, tag_name(each, tags[each]), share)
            for each, share in sorted(lead.shares.items(), key=lambda item: -item[1])
        )
