"""The alarm system's key figures by ISA-18.2 and IEC 62682: counts of the last day.

They are counted by the minute and by the hour of the agent's clock, so that what is kept is small
and a restart does not begin at nothing.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from lamplighter.faults.alarms.flood import Tally
from lamplighter.faults.stored import count, mapping, moment, number, rows

DAY_S = 86400.0
_MINUTE_S = 60.0
_HOUR_S = 3600.0
_WINDOW_MIN = 10
# Alarms told apart in an hour; the rarest of more than these are counted without their names.
_MOST_NAMES = 500


@dataclass(slots=True)
class Hour:
    """What came in an hour.

    Attributes:
        alarms: how often each alarm came, by ``asset/condition``.
        severities: how many of each severity.
        chattered: how often each alarm began to chatter.
        acknowledged: how many were acknowledged.
        waited: seconds that these waited for it, together.
    """

    alarms: Counter[str] = field(default_factory=Counter)
    severities: Counter[str] = field(default_factory=Counter)
    chattered: Counter[str] = field(default_factory=Counter)
    acknowledged: int = 0
    waited: float = 0.0

    def add(self, other: Hour) -> None:
        """Counts another one's alarms, too."""
        self.alarms += other.alarms
        self.severities += other.severities
        self.chattered += other.chattered
        self.acknowledged += other.acknowledged
        self.waited += other.waited


@dataclass(frozen=True, slots=True)
class Rates:
    """Alarms in ten minutes: now, on average, and at most, with when that was (UTC seconds)."""

    now: int
    mean: float
    peak: int
    peak_at: float | None


class AlarmFigures:
    """Counts what comes. Times are the agent's clock.

    Attributes:
        began: since when it counts, UTC seconds; None: nothing has come yet.
        floods: those that ended within the last day, the newest last.
    """

    def __init__(self) -> None:
        self.began: float | None = None
        self.floods: list[Tally] = []
        self._minutes: dict[int, int] = {}
        self._hours: dict[int, Hour] = {}

    def came(self, key: str, severity: str, now: float) -> None:
        """An alarm came that operators are told of; ``key`` is ``asset/condition``."""
        minute = int(now // _MINUTE_S)
        self._minutes[minute] = self._minutes.get(minute, 0) + 1
        hour = self._hour(now)
        _add(hour.alarms, key)
        hour.severities[severity] += 1

    def chattered(self, key: str, now: float) -> None:
        """An alarm began to chatter."""
        _add(self._hour(now).chattered, key)

    def acknowledged(self, waited: float, now: float) -> None:
        """An alarm was acknowledged, so many seconds after it came."""
        hour = self._hour(now)
        hour.acknowledged += 1
        hour.waited += max(0.0, waited)

    def begin(self, now: float) -> None:
        """Counting begins, where it has not yet."""
        if self.began is None:
            self.began = now

    def trim(self, now: float) -> None:
        """Forgets what is older than a day."""
        first = int((now - DAY_S) // _MINUTE_S)
        self._minutes = {minute: n for minute, n in self._minutes.items() if minute > first}
        oldest = int((now - DAY_S) // _HOUR_S)
        self._hours = {number: hour for number, hour in self._hours.items() if number > oldest}
        self.floods = [each for each in self.floods if (each.ended or now) > now - DAY_S]

    def since(self, now: float) -> float:
        """Since when what is counted now is counted: a day ago, or at the full hour after that."""
        first = (int((now - DAY_S) // _HOUR_S) + 1) * _HOUR_S
        return min(now, max(now if self.began is None else self.began, first))

    def rates(self, now: float) -> Rates:
        """Alarms in ten minutes."""
        this = int(now // _MINUTE_S)
        totals = Counter[int]()
        for minute, number_of in self._minutes.items():
            for later in range(_WINDOW_MIN):
                totals[minute + later] += number_of
        peak = max(totals, key=lambda minute: (totals[minute], -minute), default=None)
        since = now if self.began is None else max(self.began, now - DAY_S)
        windows = max(1.0, (now - since) / (_WINDOW_MIN * _MINUTE_S))
        return Rates(
            totals.get(this, 0),
            sum(self._minutes.values()) / windows,
            0 if peak is None else totals[peak],
            None if peak is None else min(now, (peak + 1) * _MINUTE_S),
        )

    def sums(self) -> Hour:
        """The whole day's."""
        day = Hour()
        for hour in self._hours.values():
            day.add(hour)
        return day

    def clock_set(self, by: float, before: float) -> None:
        """The clock was set, so many seconds forward: what was counted is as old as before.

        What an earlier run counted by a clock that was right lies ahead of a wrong one: it stays.

        Args:
            by: seconds.
            before: what the clock was before.
        """
        minutes, hours = round(by / _MINUTE_S), round(by / _HOUR_S)
        counted, self._minutes = self._minutes, {}
        for minute, n in counted.items():
            at = minute + (minutes if minute * _MINUTE_S <= before else 0)
            self._minutes[at] = self._minutes.get(at, 0) + n
        filled, self._hours = self._hours, {}
        for index, hour in filled.items():
            at = index + (hours if index * _HOUR_S <= before else 0)
            self._hours.setdefault(at, Hour()).add(hour)
        if self.began is not None and self.began <= before:
            self.began += by
        for flood in self.floods:
            if flood.began <= before:
                flood.began += by
                flood.ended = None if flood.ended is None else flood.ended + by

    def to_dict(self) -> dict[str, Any]:
        """What must survive a restart."""
        return {
            "began": self.began,
            "minutes": {str(minute): n for minute, n in self._minutes.items()},
            "hours": {
                str(number): {
                    "alarms": dict(hour.alarms),
                    "severities": dict(hour.severities),
                    "chattered": dict(hour.chattered),
                    "acknowledged": hour.acknowledged,
                    "waited": hour.waited,
                }
                for number, hour in self._hours.items()
            },
            "floods": [each.to_dict() for each in self.floods],
        }

    @classmethod
    def read(cls, stored: dict[str, Any]) -> AlarmFigures:
        """The figures that :meth:`to_dict` described.

        Raises:
            PayloadError: it is not such a description.
        """
        figures = cls()
        if stored.get("began") is not None:
            figures.began = moment(stored["began"], "began")
        minutes = mapping(stored.get("minutes"), "minutes")
        figures._minutes = {_index(minute): count(n, minute) for minute, n in minutes.items()}
        hours = mapping(stored.get("hours"), "hours")
        figures._hours = {_index(hour): _hour(mapping(h, hour)) for hour, h in hours.items()}
        floods = rows(stored.get("floods"), "floods")
        figures.floods = [Tally.read(mapping(each, "floods")) for each in floods]
        return figures

    def _hour(self, now: float) -> Hour:
        self.begin(now)
        return self._hours.setdefault(int(now // _HOUR_S), Hour())


def _add(counter: Counter[str], key: str) -> None:
    counter[key if key in counter or len(counter) < _MOST_NAMES else ""] += 1


def _hour(stored: dict[str, Any]) -> Hour:
    return Hour(
        _counts(stored, "alarms"),
        _counts(stored, "severities"),
        _counts(stored, "chattered"),
        count(stored.get("acknowledged"), "acknowledged"),
        number(stored.get("waited"), "waited"),
    )


def _counts(stored: dict[str, Any], name: str) -> Counter[str]:
    return Counter({key: count(n, key) for key, n in mapping(stored.get(name), name).items()})


def _index(written: str) -> int:
    digits = written.removeprefix("-")
    return int(written) if digits.isdigit() and len(digits) < 12 else 0
