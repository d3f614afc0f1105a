"""Alarm floods: more alarms in ten minutes than anybody can take in, over all machines.

While a flood lasts, every alarm is still published, and reports are rationed: the gravest at once,
a few of them, and the others when it is over. Its beginning and its end are told by one summary
each.
"""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass, field
from typing import Any, Literal

from lamplighter.faults.alarms.settings import Flood
from lamplighter.faults.condition import Condition, Severity, rank
from lamplighter.faults.stored import (
    count,
    flag,
    mapping,
    maybe_moment,
    moment,
    rows,
    text,
)

# What has been held back for so long is reported all the same: some floods never end.
LONGEST_HELD_S = 3600.0
_RELEASED_A_TICK = 20
_MOST_MACHINES = 1000


@dataclass(slots=True)
class Tally:
    """What came in a flood; times are UTC seconds.

    Attributes:
        began: the first alarm that belongs to it.
        alarms: how many came.
        severities: how many of each severity.
        machines: how many of each machine, by its name.
        first: the name of the first alarm.
        ended: when it was over; None: it goes on.
    """

    began: float
    first: str
    alarms: int = 0
    severities: Counter[str] = field(default_factory=Counter)
    machines: Counter[str] = field(default_factory=Counter)
    ended: float | None = None

    def add(self, severity: str, machine: str) -> None:
        """Counts an alarm."""
        self.alarms += 1
        self.severities[severity] += 1
        if machine in self.machines or len(self.machines) < _MOST_MACHINES:
            self.machines[machine] += 1

    @property
    def gravest(self) -> Severity:
        """The gravest severity that came."""
        return max((Severity(each) for each in self.severities), key=rank)

    def to_dict(self) -> dict[str, Any]:
        """The tally as JSON can hold it."""
        return {
            "began": self.began,
            "first": self.first,
            "alarms": self.alarms,
            "severities": dict(self.severities),
            "machines": dict(self.machines),
            "ended": self.ended,
        }

    @classmethod
    def read(cls, stored: dict[str, Any]) -> Tally:
        """The tally that :meth:`to_dict` described.

        Raises:
            PayloadError: it is not such a description.
        """
        severities = mapping(stored.get("severities"), "severities")
        machines = mapping(stored.get("machines"), "machines")
        known = {str(each) for each in Severity}
        return cls(
            moment(stored.get("began"), "began"),
            text(stored.get("first"), "first"),
            count(stored.get("alarms"), "alarms"),
            Counter({each: count(n, each) for each, n in severities.items() if each in known}),
            Counter({each: count(n, each) for each, n in machines.items()}),
            maybe_moment(stored.get("ended"), "ended"),
        )


@dataclass(frozen=True, slots=True)
class FloodTold:
    """A flood began, or ended: a summary is to be published.

    Attributes:
        kind: ``flood`` or ``flood_over``.
        tally: what came in it so far.
    """

    kind: Literal["flood", "flood_over"]
    tally: Tally


class FloodWatch:
    """Counts alarms of all machines. Times are the agent's clock.

    Attributes:
        present: the flood that there is now, or None.
    """

    def __init__(self, config: Flood) -> None:
        self._config = config
        self._recent: deque[tuple[float, str, str, str]] = deque()
        self._reported: deque[float] = deque()
        self._told = False
        self._released = 0
        self.present: Tally | None = None

    def came(self, condition: Condition, now: float) -> None:
        """An alarm came that operators are told of."""
        severity, machine = str(condition.severity), condition.machine
        self._forget(now)
        self._recent.append((now, severity, machine, condition.name))
        if self.present is not None:
            self.present.add(severity, machine)
        elif len(self._recent) > self._config.above:
            began, _, _, first = self._recent[0]
            self.present = Tally(began, first)
            for _, severity, machine, _ in self._recent:
                self.present.add(severity, machine)

    def tick(self, now: float) -> FloodTold | None:
        """Time went on: what is to be told of a flood, if anything."""
        self._forget(now)
        self._released = 0
        flood = self.present
        if flood is None:
            return None
        if not self._told:
            self._told = True
            return FloodTold("flood", flood)
        if len(self._recent) < self._config.below:
            flood.ended = now
            self.present, self._told = None, False
            self._reported.clear()
            return FloodTold("flood_over", flood)
        return None

    def permits(self, severity: Severity, held: float | None, now: float) -> bool:
        """Whether a report may be written now; it is counted by that.

        Args:
            severity: the gravest one of its episode.
            held: since when it has been held back; None: it has not.
            now: the agent's clock.
        """
        if self.present is None or (held is not None and now - held >= LONGEST_HELD_S):
            # A whole plant's reports at once would hold up everything else.
            self._released += 1
            return self._released <= _RELEASED_A_TICK
        self._forget(now)
        if severity is not self.present.gravest or len(self._reported) >= self._config.reports:
            return False
        self._reported.append(now)
        return True

    def clock_set(self, by: float) -> None:
        """The clock was set, so many seconds forward."""
        self._recent = deque((at + by, *rest) for at, *rest in self._recent)  # type: ignore[misc]  # mypy can't follow the rest
        self._reported = deque(at + by for at in self._reported)
        if self.present is not None:
            self.present.began += by

    def to_dict(self) -> dict[str, Any]:
        """What must survive a restart."""
        return {
            "recent": [list(each) for each in self._recent],
            "told": self._told,
            "present": self.present.to_dict() if self.present else None,
        }

    def read(self, stored: dict[str, Any]) -> KeptFlood:
        """What :meth:`to_dict` described; nothing is taken over yet.

        Raises:
            PayloadError: it is not such a description.
        """
        recent = [
            (moment(at, "at"), text(severity, "severity"), text(machine, "machine"),
             text(name, "name"))
            for at, severity, machine, name in map(_four, rows(stored.get("recent"), "recent"))
        ]  # fmt: skip
        present = stored.get("present")
        tally = None if present is None else Tally.read(mapping(present, "present"))
        return KeptFlood(recent, tally, told=flag(stored.get("told", False), "told"))

    def restore(self, kept: KeptFlood, now: float) -> None:
        """Goes on from what an earlier run kept; the clock may be behind what it was then."""
        self._recent = deque((min(at, now), *rest) for at, *rest in kept.recent)  # type: ignore[misc]  # mypy can't follow the rest
        self.present, self._told = kept.present, kept.told
        if self.present is not None:
            self.present.began = min(self.present.began, now)

    def _forget(self, now: float) -> None:
        before = now - self._config.within
        for times in (self._recent, self._reported):
            while times and _at(times[0]) <= before:
                times.popleft()


@dataclass(frozen=True, slots=True)
class KeptFlood:
    """What an earlier run kept of a flood."""

    recent: list[tuple[float, str, str, str]]
    present: Tally | None
    told: bool


def _at(entry: float | tuple[float, str, str, str]) -> float:
    return entry[0] if isinstance(entry, tuple) else entry


def _four(value: Any) -> list[Any]:
    given = value if isinstance(value, list) else []
    return [*given, None, None, None, None][:4]
