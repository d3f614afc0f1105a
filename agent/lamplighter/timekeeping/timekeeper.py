"""The keeper of time: what the time is, whether to trust it, and when it was set anew."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import structlog

from lamplighter.timekeeping.clocks import Clocks

_log = structlog.get_logger("time")

RELEASED = 1_767_225_600.0
"""2026-01-01 in UTC seconds, before the first release: an earlier clock was never set."""

_STEP_S = 1.0
_SAME_S = 60.0  # as near as a clock that was set by hand to what it was before
_LEAP_S = 3600.0
_SETTLED_S = 86400.0
_LONGEST_OFF_S = 7 * 86400.0


@dataclass(frozen=True, slots=True)
class Stamp:
    """A moment by both clocks.

    Attributes:
        wall: UTC seconds.
        boot: the boot's id.
        uptime: seconds since that boot.
        trusted: whether the wall's clock was known, or at least likely, to be right.
    """

    wall: float
    boot: str
    uptime: float
    trusted: bool

    def at(self, wall: float) -> Stamp:
        """Another moment of this boot, said by the same clock."""
        return replace(self, wall=wall, uptime=self.uptime + wall - self.wall)


@dataclass(frozen=True, slots=True)
class Step:
    """The wall's clock was set anew, or became trusted.

    Attributes:
        by: seconds that it was set forward, or back where negative; 0 where it was not.
        aged_by: the same of the clock for ageing.
        now: the moment, by the new clock.
    """

    by: float
    aged_by: float
    now: Stamp


class Timekeeper:
    """Tells the time. :meth:`begin` and :meth:`look` are for one thread, the rest for any.

    Args:
        clocks: where it comes from.
        released: UTC seconds that the wall's clock can't be before.
    """

    def __init__(self, clocks: Clocks, *, released: float = RELEASED) -> None:
        self.boot = clocks.boot
        self.uptime = clocks.uptime
        self.trusted = False
        self.steps = 0
        self.last_step_s = 0.0
        self._clocks = clocks
        self._released = released
        # Seconds from the uptime to UTC: as told, for ageing, and when it was last trusted.
        self._offset: float | None = None
        self._ageing_offset = 0.0
        self._known: float | None = None
        self._floor = 0.0
        self._since = 0.0
        self._stalls = False
        self._ever_synchronised = False

    def begin(self, kept: Mapping[str, Any] | None) -> None:
        """Starts from what :meth:`kept` said in an earlier run, None where there was none."""
        now = self.uptime()
        offset = self._clocks.wall() - now
        self._offset = self._ageing_offset = offset
        self._since = now
        if kept:
            self._remember(kept, now)
        self._judge()

    def clock(self) -> float:
        """UTC seconds; set anew only by :meth:`look`."""
        if self._offset is None:
            return self._clocks.wall()
        return self._offset + self.uptime()

    def before(self) -> float:
        """UTC seconds by which things are given up for their age: too early, rather than too late.

        A clock that is behind dates things so that they seem old: they are not, by that clock.
        """
        return min(self.clock(), self.ageing())

    def ageing(self) -> float:
        """UTC seconds that take no leap before it has held for a day: to tell ages by."""
        if self._offset is None:
            return self._clocks.wall()
        return self._ageing_offset + self.uptime()

    def latest(self) -> float:
        """UTC seconds that nothing can rightly be dated after; infinity while that is unsure."""
        if self._offset is None or not (self.trusted and self._is_settled()):
            return math.inf
        return self.clock() + _SETTLED_S

    def stamp(self) -> Stamp:
        """This moment."""
        uptime = self.uptime()
        wall = self._clocks.wall() if self._offset is None else self._offset + uptime
        return Stamp(wall, self.boot, uptime, self.trusted)

    def look(self) -> Step | None:
        """Follows the wall's clock; to be called every second. A step is returned once."""
        offset = self._clocks.wall() - self.uptime()
        by = offset - (offset if self._offset is None else self._offset)
        stepped = abs(by) > _STEP_S
        if stepped:
            self.steps += 1
            self.last_step_s = round(by, 3)
            self._since = self.uptime()
        self._offset = offset
        before = self.trusted
        self._judge()
        aged_by = self._age()
        if stepped:
            _log.warning("clock_set", by_s=self.last_step_s, trusted=self.trusted)
        if stepped or aged_by or self.trusted > before:
            return Step(by if stepped else 0.0, aged_by, self.stamp())
        return None

    def kept(self) -> dict[str, Any]:
        """What the next run has to know; to be kept every minute or so."""
        return {
            "boot": self.boot,
            "wall": self.clock() if self.trusted else self._floor,
            "offset": self._offset,
            "ageing": self.ageing(),
            "ageing_offset": self._ageing_offset,
            "known": self._known,
            "since": self._since,
            "synchronised": self._ever_synchronised,
        }

    def facts(self) -> dict[str, Any]:
        """For ``health``."""
        return {
            "trusted": self.trusted,
            "boot": self.boot,
            "uptime": round(self.uptime(), 3),
            "steps": self.steps,
            "last_step_s": self.last_step_s,
        }

    def _remember(self, kept: Mapping[str, Any], now: float) -> None:
        self._ever_synchronised = bool(kept["synchronised"])
        self._floor = float(kept["wall"])
        if kept["boot"] == self.boot:
            self._ageing_offset = float(kept["ageing_offset"])
            self._known = kept["known"]
            if abs(self.clock() - now - float(kept["offset"])) <= _SAME_S:
                self._since = float(kept["since"])
            return
        # Without a clock chip the time stood still while the power was off: it looks right.
        self._stalls = self._ever_synchronised and not self._clocks.has_chip
        off = self.clock() - float(kept["ageing"])
        if not -_LEAP_S <= off <= _LONGEST_OFF_S:
            self._ageing_offset = float(kept["ageing"]) - now

    def _judge(self) -> None:
        """Decides whether the wall's clock is to be trusted."""
        assert self._offset is not None
        wall = self.clock()
        if wall < self._released:
            self.trusted = False
            return
        synchronised = self._clocks.synchronised()
        self._ever_synchronised |= synchronised
        self.trusted = synchronised or self._is_settled() or self._is_plausible(wall)
        if self.trusted:
            self._known = self._offset
            self._floor = wall

    def _is_settled(self) -> bool:
        """Whether it went on evenly for so long that somebody must have meant it."""
        return self.uptime() - self._since >= _SETTLED_S

    def _is_plausible(self, wall: float) -> bool:
        """Whether nothing speaks against a clock that nothing vouches for."""
        if self._known is not None:
            assert self._offset is not None
            return abs(self._offset - self._known) <= _SAME_S
        return wall >= self._floor - _SAME_S and not self._stalls

    def _age(self) -> float:
        """Lets the clock for ageing follow, where it may; returns the step it took, if any."""
        assert self._offset is not None
        by = self._offset - self._ageing_offset
        if abs(by) > _LEAP_S and not (self.trusted and self._is_settled()):
            return 0.0
        self._ageing_offset = self._offset
        return by if abs(by) > _STEP_S else 0.0
