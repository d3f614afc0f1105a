"""What an answer about machines is told from, and how it tells times, spans and names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from lamplighter.faults.condition import machine_name
from lamplighter.faults.settings import Machine
from lamplighter.faults.wording import duration
from lamplighter.understanding.intents import Intent
from lamplighter.understanding.questions import periods
from lamplighter.understanding.questions.history import Past
from lamplighter.understanding.questions.machines.plant import Incidents, Plant
from lamplighter.understanding.questions.machines.stretches import stretch
from lamplighter.understanding.questions.periods import Period

RECENT_S = 86400.0
MAX_TOLD = 4


@dataclass(frozen=True, slots=True)
class Scene:
    """What is known when a question is answered.

    Attributes:
        plant: the machines.
        incidents: what befell them.
        past: what is kept of values; None where nothing is.
    """

    plant: Plant
    incidents: Incidents
    past: Past | None

    @property
    def now(self) -> float:
        """UTC seconds."""
        return self.past.clock() if self.past else 0.0

    @property
    def zone(self) -> tzinfo | None:
        """The home's time zone; None is this machine's."""
        return self.past.zone if self.past else UTC

    def machine(self, asset: str) -> Machine | None:
        """The machine, or None where none is configured so."""
        return next((each for each in self.plant.machines if each.asset == asset), None)

    def name(self, asset: str) -> str:
        """What people call a machine; the asset where it is no longer configured."""
        machine = self.machine(asset)
        return machine_name(machine) if machine else asset

    def when(self, time: float) -> str:
        """A time as people say it: "today at 14:05"."""
        return periods.spoken_time(time, self.now, self.zone)

    def since(self, time: float) -> str:
        """A time to follow "since" or "from": "today at 14:05", "Monday at 9:00"."""
        return self.when(time).removeprefix("on ")

    def stretch(self, start: float, end: float) -> str:
        """From when to when, the day said once: "today at 14:05 to 14:40"."""
        if self._day(start) == self._day(end):
            last = datetime.fromtimestamp(end, self.zone)
            return f"{self.when(start)} to {last.hour}:{last:%M}"
        return f"{self.when(start)} until {self.since(end)}"

    def stretch_of(self, start: float, end: float | None) -> str:
        """From when to when; where it is not over, since when."""
        return f"since {self.since(start)}" if end is None else self.stretch(start, end)

    def period(self, intent: Intent) -> Period:
        """The stretch of time that a question names; the last 24 hours where it names none."""
        found = self.named(intent)
        return found or Period(self.now - RECENT_S, self.now, "in the last 24 hours")

    def named(self, intent: Intent) -> Period | None:
        """The stretch of time that a question names; None where it names none."""
        words, said = (str(intent.slots.get(key) or "") for key in ("period", "said"))
        found = periods.resolved(words, self.now, self.zone) if words else None
        if found is None or "shift" in said:
            whole = f"{said} {words}".strip()
            found = stretch(whole, self.now, self.zone, self.plant.shifts) or found
        return found

    def _day(self, time: float) -> object:
        return datetime.fromtimestamp(time, self.zone).date()


def span(seconds: float) -> str:
    """A length of time: ``45 s``, ``12 min``, ``3 h 5 min``; of days, ``2 days 3 h``."""
    if seconds < 2 * RECENT_S:
        return duration(seconds)
    days, rest = divmod(round(seconds / 3600), 24)
    return f"{days} days {rest} h" if rest else f"{days} days"


def times(number: int) -> str:
    """``once``, ``twice``, ``3 times``."""
    return {1: "once", 2: "twice"}.get(number, f"{number} times")


def count(number: int, noun: str) -> str:
    """``1 alarm``, ``2 alarms``."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def shortened(names: Sequence[str], most: int = MAX_TOLD) -> list[str]:
    """The first ones, and how many more there are."""
    more = len(names) - most
    return [*names[:most], f"{more} more"] if more > 0 else list(names)


def quoted(text: str, most: int = 160) -> str:
    """What somebody wrote, in quotation marks, cut where it is long."""
    said = " ".join(text.split()).removesuffix(".")
    if len(said) > most:
        said = said[: most - 1].rsplit(" ", 1)[0] + " …"
    return f"“{said}”"
