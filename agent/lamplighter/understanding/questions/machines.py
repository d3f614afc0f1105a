"""Answers about machines, from their alarms, reports and last values."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Protocol

from lamplighter.faults.settings import Machine, Tag
from lamplighter.store.records.alarms import NORMAL, AlarmRecord, Alarms
from lamplighter.store.records.reports import ReportRecord, Reports
from lamplighter.understanding.intents import Intent
from lamplighter.understanding.normalise import words_of
from lamplighter.understanding.questions import periods
from lamplighter.understanding.questions.about_home import endangers
from lamplighter.understanding.questions.answered import Answered, told
from lamplighter.understanding.questions.history import Past, numbers
from lamplighter.understanding.questions.measures import with_unit
from lamplighter.understanding.questions.periods import Period
from lamplighter.understanding.questions.sight import Sight
from lamplighter.understanding.speech import called, listed
from lamplighter.understanding.states import described, is_in

MAX_TOLD = 4
_RECENT_S = 86400.0
_FRESH_S = 900.0
_RUNNING = re.compile(r"\b(?:running|on|off|working|up|down|stopped|operating)\b")
_HIDDEN = frozenset({"shelved", "suppressed_by_design", "out_of_service"})
_OVER = frozenset({"returned_unacknowledged", "latched_unacknowledged"})


class Incidents(Protocol):
    """What is known of machines' troubles."""

    def alarms(self) -> Sequence[AlarmRecord]:
        """Every alarm that is kept, those that are normal again too."""
        ...

    def reports(self, limit: int, asset: str | None = None) -> Sequence[ReportRecord]:
        """The last fault reports, newest first; of one machine where ``asset`` is given."""
        ...


@dataclass(frozen=True, slots=True)
class StoredIncidents:
    """:class:`Incidents` of the store's records."""

    kept_alarms: Alarms
    kept_reports: Reports

    def alarms(self) -> Sequence[AlarmRecord]:
        """Every alarm that is kept."""
        return self.kept_alarms.all()

    def reports(self, limit: int, asset: str | None = None) -> Sequence[ReportRecord]:
        """The last fault reports, newest first."""
        return self.kept_reports.latest(limit, asset)


@dataclass(frozen=True, slots=True)
class Plant:
    """The machines that are watched, and what befell them."""

    machines: tuple[Machine, ...] = ()
    incidents: Incidents | None = None


@dataclass(frozen=True, slots=True)
class AboutMachines:
    """Answers ``HomeGetMachine`` and ``HomeGetAlarms``.

    Attributes:
        sight: the home's own sensors, for alarms of theirs.
        plant: the machines; None where none are watched.
        past: what is kept of values; None where nothing is.
    """

    sight: Sight
    plant: Plant | None
    past: Past | None

    def grounds(self, intent: Intent) -> bool:
        """True where the question is about something that is watched."""
        if intent.name == "HomeGetAlarms":
            return bool(self.plant and self.plant.machines) or any(
                endangers(each) for each in self.sight.resolver.names.entities.values()
            )
        machine = self._machine(intent)
        if machine is None:
            return False
        return intent.slots["asked"] != "value" or self._tag(machine, intent) is not None

    def answer(self, intent: Intent) -> Answered:
        """The answer."""
        if intent.name == "HomeGetAlarms":
            return told(self._all(intent), "alarms and sensors of danger")
        machine = self._machine(intent)
        if machine is None or self.plant is None:
            return told("I don't know of such a machine")
        return told(self._about(machine, intent), machine.asset)

    def _about(self, machine: Machine, intent: Intent) -> str:
        asked = intent.slots["asked"]
        if asked == "value":
            return self._value(machine, intent)
        if self.plant is None or self.plant.incidents is None:
            return f"I don't know: nothing is kept of {_name(machine)}"
        if asked == "why":
            return self._why(machine)
        befell = asked == "alarms"
        if befell and intent.slots.get("period"):
            return self._befell(machine, self._period(intent))
        said = self._status(machine)
        if befell and self._quiet(machine):
            said += f"; {self._befell(machine, self._period(intent))}"
        elif _RUNNING.search(str(intent.slots.get("said", ""))):
            said = f"I don't know whether {_name(machine)} is running; {said}"
        return said

    def _machine(self, intent: Intent) -> Machine | None:
        asset = intent.slots.get("asset")
        machines = self.plant.machines if self.plant else ()
        return next((each for each in machines if each.asset == asset), None)

    def _of(self, machine: Machine) -> list[AlarmRecord]:
        assert self.plant is not None
        assert self.plant.incidents is not None
        kept = [each for each in self.plant.incidents.alarms() if each.asset == machine.asset]
        return [each for each in kept if not each.data.get("withdrawn")]

    def _quiet(self, machine: Machine) -> bool:
        return not [each for each in self._of(machine) if _holds(each)]

    def _status(self, machine: Machine) -> str:
        records = self._of(machine)
        active = [each for each in records if _holds(each)]
        hidden = [each for each in records if each.state in _HIDDEN]
        many = _count(len(hidden), "alarm")
        aside = f"; {many} shelved, suppressed or out of service" if hidden else ""
        if active:
            said = (
                f"{_name(machine)} has {_count(len(active), 'active alarm')}: {self._list(active)}"
            )
            return said + aside
        if not records:
            return f"no alarm of {_name(machine)} is known to me"
        waiting = [each for each in records if each.state in _OVER]
        if waiting:
            return (
                f"{_name(machine)} has no active alarm; {self._list(waiting)} came and went, and"
                f" nobody has acknowledged it{aside}"
            )
        return f"{_name(machine)} has no active alarm{aside}"

    def _why(self, machine: Machine) -> str:
        assert self.plant is not None
        assert self.plant.incidents is not None
        active = [each for each in self._of(machine) if _holds(each)]
        reports = self.plant.incidents.reports(1, machine.asset)
        now = f"; active now: {self._list(active)}" if active else ""
        if not reports:
            return f"I don't know why: there is no report on {_name(machine)}{now}"
        report = reports[0]
        text = " ".join(report.text.split())
        short = text if len(text) <= 400 else f"{text[:400].rsplit('. ', 1)[0]}."
        return (
            f"I can't say for certain; the last report on {_name(machine)},"
            f" {self._when(report.created)}:"
            f" {report.title}. {short}".rstrip(".")
            + now
        )

    def _befell(self, machine: Machine, period: Period) -> str:
        assert self.plant is not None
        assert self.plant.incidents is not None
        records = [each for each in self._of(machine) if _within(each, period)]
        reports = [
            each
            for each in self.plant.incidents.reports(10, machine.asset)
            if period.start <= each.created <= period.end
        ]
        if not records and not reports:
            return f"nothing that I know of: no alarm of {_name(machine)} {period.said}".rstrip()
        parts = []
        if records:
            parts.append(f"alarms of {_name(machine)} {period.said}: {self._list(records)}")
        parts += [f"report, {self._when(each.created)}: {each.title}" for each in reports[:2]]
        return "; ".join(parts)

    def _all(self, intent: Intent) -> str:
        parts, names = [], {}
        incidents = self.plant.incidents if self.plant else None
        if self.plant is not None and incidents is not None and self.plant.machines:
            names = {each.asset: _name(each) for each in self.plant.machines}
            period = self._period(intent)
            past = intent.slots.get("asked") == "past"
            kept = [each for each in incidents.alarms() if each.asset in names]
            kept = [each for each in kept if not each.data.get("withdrawn")]
            found = [each for each in kept if (_within(each, period) if past else _holds(each))]
            if found:
                shown = "; ".join(
                    f"{names[each.asset]}: {self._list([each])}" for each in found[:MAX_TOLD]
                )
                more = f"; and {len(found) - MAX_TOLD} more" if len(found) > MAX_TOLD else ""
                when = f" {period.said}" if past and period.said else ""
                parts.append(f"{_count(len(found), 'alarm')}{when}: {shown}{more}")
            else:
                when = f" {period.said}" if past else " now"
                parts.append(f"no alarm of a machine that I know of{when}")
        sensors = [each for each in self.sight.resolver.names.entities.values() if endangers(each)]
        loud = [each for each in sensors if is_in(each, self.sight.state(each), "on")]
        parts += [
            f"{called(each)} is {described(each, self.sight.state(each), self.sight.degrees)} now"
            for each in loud[:MAX_TOLD]
        ]
        if sensors and not loud:
            known = [e for e in sensors if is_in(e, self.sight.state(e), "on") is False]
            unknown = len(sensors) - len(known)
            if known:
                many = f"the {len(known)} sensors for smoke, water and the like are quiet now"
                parts.append(f"{called(known[0])} is quiet now" if len(known) == 1 else many)
            if unknown:
                parts.append(f"I don't know about {unknown} of them")
        return "; ".join(parts) if parts else "I don't know: nothing here tells of alarms"

    def _value(self, machine: Machine, intent: Intent) -> str:
        found = self._tag(machine, intent)
        if found is None or self.past is None:
            return f"I don't know: nothing of that is kept of {_name(machine)}"
        key, tag = found
        series, name = f"{machine.asset}/{key}", f"the {_spoken(key, tag)} of {_name(machine)}"
        if intent.slots.get("way") or intent.slots.get("period"):
            return self._was(name, series, tag.unit, intent)
        now = self.past.clock()
        point = self.past.recollection.before(series, now)
        if point is None:
            return f"I don't know: {name} has not been heard yet"
        old = now - point.time > _FRESH_S
        when = f" (heard {self._when(point.time)})" if old else ""
        return f"{name} is {with_unit(point.value, tag.unit)}{when}"

    def _was(self, name: str, series: str, unit: str, intent: Intent) -> str:
        """What a signal was in the period."""
        assert self.past is not None
        period, way = self._period(intent), str(intent.slots.get("way") or "")
        kept = numbers(self.past.recollection, series, period.start, period.end)
        if kept is None:
            return f"I don't know: nothing is kept of {name} {period.said}".rstrip()
        if way == "mean":
            return f"the mean of {name} {period.said} is {with_unit(kept.mean(), unit)}"
        if way:
            time, value = kept.highest() if way == "highest" else kept.lowest()
            shown = f"{with_unit(value, unit)}, {self._when(time)}"
            return f"the {way} value of {name} {period.said} was {shown}"
        if period.moment:
            return f"{name} was {with_unit(kept.points[-1][1], unit)} {period.said}"
        low, high = (with_unit(each[1], unit) for each in (kept.lowest(), kept.highest()))
        return f"{name} was between {low} and {high} {period.said}"

    def _tag(self, machine: Machine, intent: Intent) -> tuple[str, Tag] | None:
        """The only signal that the words fit best."""
        said = set(words_of(str(intent.slots.get("said", ""))))
        scores = {
            key: len(said & set(words_of(f"{_spoken(key, tag)} {key.replace('_', ' ')}")))
            for key, tag in machine.tags.items()
        }
        best = max(scores.values(), default=0)
        chosen = [key for key, score in scores.items() if score == best]
        if not best or len(chosen) != 1:
            return None
        return chosen[0], machine.tags[chosen[0]]

    def _period(self, intent: Intent) -> Period:
        now = self.past.clock() if self.past else 0.0
        zone = self.past.zone if self.past else None
        words = str(intent.slots.get("period") or "")
        found = periods.resolved(words, now, zone) if words else None
        return found or Period(now - _RECENT_S, now, "in the last 24 hours")

    def _list(self, records: Sequence[AlarmRecord]) -> str:
        shown = [self._alarm(each) for each in records[:MAX_TOLD]]
        more = [f"{len(records) - MAX_TOLD} more"] if len(records) > MAX_TOLD else []
        return listed([*shown, *more])

    def _alarm(self, record: AlarmRecord) -> str:
        data = record.data
        name = str(data.get("name") or record.condition.replace("_", " "))
        value = data.get("value")
        shown = ""
        if isinstance(value, (int, float)) and _holds(record):
            shown = f", {with_unit(float(value), str(data.get('unit') or ''))}"
        over = "" if _holds(record) else ", over now"
        return f"{name} ({record.severity}{shown}, since {self._when(record.since)}{over})"

    def _when(self, time: float) -> str:
        zone: tzinfo | None = self.past.zone if self.past else None
        now = self.past.clock() if self.past else time
        return periods.spoken_time(time, now, zone)


def _name(machine: Machine) -> str:
    return machine.name or machine.asset


def _spoken(key: str, tag: Tag) -> str:
    return tag.name or key.replace("_", " ")


def _holds(record: AlarmRecord) -> bool:
    if record.state in _HIDDEN or record.state == NORMAL or record.state in _OVER:
        return False
    return bool(record.data.get("active", True))


def _within(record: AlarmRecord, period: Period) -> bool:
    if _holds(record):
        return record.since <= period.end
    if record.state == NORMAL and not record.data.get("ack") and record.since == 0:
        return False
    return period.start <= record.since <= period.end


def _count(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
