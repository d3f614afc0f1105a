"""Windows of maintenance, changeover and cleaning: by the week's schedule, or by hand for a time.

All that is in a window is suppressed by the window's name. What is still wrong when it ends is an
alarm then; its episode names the window, because it began in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Any

from lamplighter.faults.alarms.settings import ALL, DAYS, Window
from lamplighter.faults.stored import (
    mapping,
    maybe_moment,
    moment,
    rows,
    text,
)

# An episode that begins within this time after a window is told with it.
AFTER_S = 600.0
MOST_BY_HAND = 20
"""Windows that somebody began and that are open at a time, of a machine."""
_MINUTE_S = 60.0
_DAY_MIN = 24 * 60


@dataclass(slots=True)
class ByHand:
    """A window that somebody began; times are UTC seconds."""

    name: str
    by: str
    began: float
    until: float


@dataclass(slots=True)
class Past:
    """A window that is open, or was lately; ``ended`` None: it is open."""

    name: str
    began: float
    ended: float | None = None


class MachineWindows:
    """The windows of one machine.

    Args:
        windows: those of the schedule that are for this machine.
        zone: the home's time zone.

    Attributes:
        open: the names of those that are open.
    """

    def __init__(self, windows: Iterable[Window], zone: tzinfo) -> None:
        self._windows = tuple(windows)
        self._zone = zone
        self._by_hand: dict[str, ByHand] = {}
        self._ended_early: set[str] = set()
        self._lately: list[Past] = []
        self._scheduled: frozenset[str] = frozenset()
        self._minute = -1
        self.open: frozenset[str] = frozenset()

    def patterns(self, name: str) -> tuple[str, ...]:
        """What the window of that name suppresses: all, where the configuration has none such."""
        found = [window.conditions for window in self._windows if window.name == name]
        return tuple(dict.fromkeys(each for patterns in found for each in patterns)) or (ALL,)

    def has_room(self, name: str) -> bool:
        """Whether a window of that name can be begun: it may be open, or few others are."""
        return name in self._by_hand or len(self._by_hand) < MOST_BY_HAND

    def begin(self, name: str, by: str, now: float, until: float) -> None:
        """Somebody begins a window, or gives one that is open another end."""
        self._by_hand[name] = ByHand(name, by, now, until)
        self._ended_early.discard(name)

    def end(self, name: str | None) -> list[str]:
        """Somebody ends a window, or all: also one of the schedule, until it comes again.

        Returns:
            The names of those that were open.
        """
        ended = sorted(self.open | set(self._by_hand)) if name is None else [name]
        ended = [each for each in ended if each in self.open or each in self._by_hand]
        for each in ended:
            self._by_hand.pop(each, None)
            if each in self._scheduled:
                self._ended_early.add(each)
        return ended

    def look(self, now: float) -> bool:
        """Begins and ends what is due; says whether ``open`` changed."""
        minute = int(now // _MINUTE_S)
        if minute != self._minute:
            self._minute = minute
            self._scheduled = frozenset(scheduled(self._windows, now, self._zone))
            self._ended_early &= self._scheduled
        for name in [each.name for each in self._by_hand.values() if now >= each.until]:
            del self._by_hand[name]
        wanted = (self._scheduled - self._ended_early) | set(self._by_hand)
        if wanted == self.open:
            return False
        for past in self._lately:
            if past.ended is None and past.name not in wanted:
                past.ended = now
        self._lately += [Past(name, now) for name in sorted(wanted - self.open)]
        self._lately = [
            past for past in self._lately if past.ended is None or now - past.ended <= AFTER_S
        ]
        self.open = frozenset(wanted)
        return True

    def around(self, time: float) -> str | None:
        """The window that was open at a time, or had ended shortly before it; the latest one."""
        for past in reversed(self._lately):
            if past.began <= time and (past.ended is None or time <= past.ended + AFTER_S):
                return past.name
        return None

    def clock_set(self, by: float) -> None:
        """The clock was set, so many seconds forward: what was begun by hand lasts as long."""
        self._minute = -1
        for each in self._by_hand.values():
            each.began += by
            each.until += by
        for past in self._lately:
            past.began += by
            past.ended = None if past.ended is None else past.ended + by

    def to_dict(self) -> dict[str, Any]:
        """What must survive a restart."""
        return {
            "by_hand": [asdict(each) for each in self._by_hand.values()],
            "ended_early": sorted(self._ended_early),
            "lately": [asdict(each) for each in self._lately],
        }

    def restore(self, kept: KeptWindows, now: float) -> None:
        """Goes on from what an earlier run kept; the clock may be behind what it was then."""
        for each in kept.by_hand:
            each.until = min(each.until, now + max(0.0, each.until - each.began))
            each.began = min(each.began, now)
        for past in kept.lately:
            past.began = min(past.began, now)
            past.ended = None if past.ended is None else min(past.ended, now)
        self._by_hand = {each.name: each for each in kept.by_hand}
        self._ended_early = set(kept.ended_early)
        self._lately = list(kept.lately)
        self.open = frozenset(past.name for past in self._lately if past.ended is None)
        self._minute = -1


@dataclass(frozen=True, slots=True)
class KeptWindows:
    """What an earlier run kept of a machine's windows."""

    by_hand: tuple[ByHand, ...] = ()
    ended_early: tuple[str, ...] = ()
    lately: tuple[Past, ...] = ()

    @classmethod
    def read(cls, stored: dict[str, Any]) -> KeptWindows:
        """Reads what :meth:`MachineWindows.to_dict` described.

        Raises:
            PayloadError: it is not such a description.
        """
        return cls(
            tuple(
                ByHand(
                    text(each.get("name"), "name"),
                    text(each.get("by"), "by"),
                    moment(each.get("began"), "began"),
                    moment(each.get("until"), "until"),
                )
                for each in _mappings(stored, "by_hand")
            ),
            tuple(
                text(each, "ended_early") for each in rows(stored.get("ended_early"), "ended_early")
            ),
            tuple(
                Past(
                    text(each.get("name"), "name"),
                    moment(each.get("began"), "began"),
                    maybe_moment(each.get("ended"), "ended"),
                )
                for each in _mappings(stored, "lately")
            ),
        )


def scheduled(windows: Iterable[Window], now: float, zone: tzinfo) -> Iterator[str]:
    """The names of the windows that are open at a time by the schedule."""
    local = datetime.fromtimestamp(now, zone)
    today, yesterday = DAYS[local.weekday()], DAYS[(local - timedelta(days=1)).weekday()]
    minute = local.hour * 60 + local.minute
    for window in windows:
        begins, ends = _minutes(window.start), _minutes(window.end)
        if ends > begins:
            open_now = today in window.days and begins <= minute < ends
        else:
            late = today in window.days and minute >= begins
            open_now = late or (yesterday in window.days and minute < ends)
        if open_now:
            yield window.name


def _minutes(time: str) -> int:
    hours, _, minutes = time.partition(":")
    return (int(hours) * 60 + int(minutes)) % _DAY_MIN


def _mappings(stored: dict[str, Any], name: str) -> list[dict[str, Any]]:
    return [mapping(each, name) for each in rows(stored.get(name), name)]
