"""Answers about what was measured: the highest and the lowest, means, what was used, trends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from lamplighter.catalogue.entity import Entity
from lamplighter.understanding.intents import Intent
from lamplighter.understanding.questions import periods
from lamplighter.understanding.questions.about_values import AboutValues
from lamplighter.understanding.questions.answered import Answered, told
from lamplighter.understanding.questions.history import Numbers, Past, numbers
from lamplighter.understanding.questions.measures import (
    CLIMATES,
    MEASURED_BY_CLIMATE,
    MEASURES,
    as_number,
    measures,
    number_of,
    unit_of,
    with_unit,
)
from lamplighter.understanding.questions.periods import Period
from lamplighter.understanding.questions.sight import Sight
from lamplighter.understanding.questions.values import in_unit_of
from lamplighter.understanding.resolver import Grounding
from lamplighter.understanding.speech import called, listed

MAX_TOLD = 4
_LOOKED_AT = 50
_TREND_S = {"pressure": 3 * 3600.0}
_STEADY = {"temperature": 0.3, "humidity": 2.0, "pressure": 0.7, "carbon_dioxide": 30.0,
           "battery": 0.5, "illuminance": 5.0}  # fmt: skip
_COUNTED = frozenset({"energy", "water", "gas", "precipitation"})
_MARGIN = 300.0


@dataclass(frozen=True, slots=True)
class PastValues:
    """Answers ``HomeGetPast`` about what is measured.

    Attributes:
        sight: what there is to answer from.
        past: what is kept; None where nothing is.
    """

    sight: Sight
    past: Past | None

    def find(self, intent: Intent) -> Grounding:
        """The entities that measure what is asked; history is not asked."""
        measure = str(intent.slots.get("measure", ""))
        query = replace(intent, name="HomeGetMeasurement", question="one")
        if not measure:
            return self.sight.find(query, lambda entity: entity.domain not in ("button", "scene"))
        found = AboutValues(self.sight).find(query)
        if found.missing and intent.slots["asked"] == "used":
            other = {"energy": "power", "power": "energy"}.get(measure)
            if other is not None:
                slots = {**query.slots, "measure": other}
                found = AboutValues(self.sight).find(replace(query, slots=slots))
        elif intent.slots["asked"] == "used" and measure == "power":
            slots = {**query.slots, "measure": "energy"}
            counted = AboutValues(self.sight).find(replace(query, slots=slots))
            found = found if counted.missing else counted
        return found

    def answer(self, intent: Intent, found: Grounding) -> Answered:
        """The answer, from what is kept of the entities that were found."""
        ids = [each.id for each in found.entities]
        measure = str(intent.slots.get("measure", ""))
        if found.missing:
            query = replace(intent, name="HomeGetMeasurement", question="one")
            slots = {**query.slots, "measure": measure or found.missing}
            return AboutValues(self.sight).answer(replace(query, slots=slots), found)
        if self.past is None:
            return told("I don't know: I keep nothing of the past", found.explain, ids)
        now, zone = self.past.clock(), self.past.zone
        asked, words = str(intent.slots["asked"]), str(intent.slots.get("period") or "")
        if not words:
            words = "today" if asked in ("extreme", "used") else ""
        period = periods.resolved(words, now, zone) if words else periods.since_always(now)
        if period is None:
            said = f"I don't know what time {intent.slots.get('period')!r} is"
            return told(said, found.explain, ids)
        several = found.entities[:MAX_TOLD]
        if asked == "used" and len(found.entities) > 1:
            return told(self._all_used(found.entities, measure, period), found.explain, ids)
        single = "name" in intent.slots or "limit" in intent.slots
        if asked == "extreme" and len(found.entities) > 1 and not single:
            return told(
                self._end_of_all(found.entities, measure, intent, period), found.explain, ids
            )
        more = len(found.entities) - MAX_TOLD
        parts = [self._said(each, measure, intent, period) for each in several]
        known = [each for each in parts if not each.startswith("I don't know")]
        if not known and len(parts) > 1:
            names = listed(called(each) for each in several)
            parts = [f"I don't know: too little is kept of {names} {period.said}".rstrip()]
        parts = known or parts
        rest = f"; and {more} more" if more > 0 else ""
        return told("; ".join(parts) + rest, found.explain, ids)

    def _said(self, entity: Entity, measure: str, intent: Intent, period: Period) -> str:
        asked = str(intent.slots["asked"])
        if asked == "trend":
            return self._trend(entity, measure, intent)
        if asked == "used":
            return self._used(entity, measure, period)
        if asked == "extreme":
            said = self._extreme(entity, measure, str(intent.slots["way"]), period)
            return self._beyond(entity, measure, intent, period) + said
        return self._was(entity, measure, period)

    # One value at a time, or the ends of a stretch.

    def _was(self, entity: Entity, measure: str, period: Period) -> str:
        name = called(entity)
        if not period.moment:
            if not period.said:
                return f"I don't know which time you mean for {name}"
            return self._ends(entity, measure, period)
        found = self._numbers(entity, measure, period.start, period.start)
        if found is not None:
            shown = with_unit(
                found.points[-1][1], unit_of(entity, _measure(entity, measure), self.sight.degrees)
            )
            return f"{name} was {'at ' if entity.domain != 'sensor' else ''}{shown} {period.said}"
        assert self.past is not None
        text = self.past.recollection.text_before(entity.id, period.start)
        if text is not None and not measure:
            from lamplighter.catalogue.entity import State
            from lamplighter.understanding.states import described

            how = described(entity, State(text.value), self.sight.degrees)
            return f"{name} was {how} {period.said}" if how else f"I don't know how {name} was"
        return f"I don't know what {name} was {period.said}{self._since(entity, measure, period)}"

    def _ends(self, entity: Entity, measure: str, period: Period) -> str:
        found = self._numbers(entity, measure, period.start, period.end)
        name = called(entity)
        if found is None:
            if not measure and as_number(self.sight.state(entity).value) is None:
                return f"I don't know how {name} was {period.said}"
            return self._unkept(entity, measure, period)
        unit = unit_of(entity, _measure(entity, measure), self.sight.degrees)
        low, high = with_unit(found.lowest()[1], unit), with_unit(found.highest()[1], unit)
        limit = self._limit(entity, measure, found, period)
        if low == high:
            return f"{name} was {low} {period.said}{limit}"
        mean = with_unit(found.mean(), unit)
        return f"{name} was between {low} and {high} {period.said}, {mean} on average{limit}"

    def _extreme(self, entity: Entity, measure: str, way: str, period: Period) -> str:
        found = self._numbers(entity, measure, period.start, period.end)
        if found is None:
            return self._unkept(entity, measure, period)
        unit = unit_of(entity, measure, self.sight.degrees)
        limit = self._limit(entity, measure, found, period)
        when = f" {period.said}" if period.said else ""
        name = called(entity)
        if way == "mean":
            return f"the mean of {name}{when} is {with_unit(found.mean(), unit)}{limit}"
        time, value = found.highest() if way == "highest" else found.lowest()
        at = self._at(time, period, found)
        return f"the {way} value of {name}{when} was {with_unit(value, unit)}{at}{limit}"

    def _beyond(self, entity: Entity, measure: str, intent: Intent, period: Period) -> str:
        """Says "yes, " or "no, " where a limit was asked about."""
        if "limit" not in intent.slots:
            return ""
        found = self._numbers(entity, measure, period.start, period.end)
        if found is None:
            return ""
        limit = in_unit_of(
            float(intent.slots["limit"]),
            str(intent.slots.get("unit", "")),
            unit_of(entity, measure, self.sight.degrees),
        )
        if intent.slots["way"] == "highest":
            return "yes, " if found.highest()[1] > limit else "no, "
        return "yes, " if found.lowest()[1] < limit else "no, "

    def _end_of_all(
        self, entities: Sequence[Entity], measure: str, intent: Intent, period: Period
    ) -> str:
        way = str(intent.slots["way"])
        if way == "mean" or len(entities) > _LOOKED_AT:
            kept_of = [
                each
                for each in entities[:_LOOKED_AT]
                if self._numbers(each, measure, period.start, period.end) is not None
            ]
            if not kept_of:
                return self._unkept(entities[0], measure, period)
            entities = kept_of
            parts = [self._extreme(each, measure, way, period) for each in entities[:MAX_TOLD]]
            more = len(entities) - MAX_TOLD
            return "; ".join(parts) + (f"; and {more} more" if more > 0 else "")
        kept = [
            (each, found)
            for each in entities
            if (found := self._numbers(each, measure, period.start, period.end)) is not None
        ]
        if not kept:
            return self._unkept(entities[0], measure, period)
        ends = [
            (found.highest() if way == "highest" else found.lowest(), each, found)
            for each, found in kept
        ]
        pick = max if way == "highest" else min
        (time, value), entity, found = pick(ends, key=lambda each: each[0][1])
        unit = unit_of(entity, measure, self.sight.degrees)
        spoken = MEASURES[measure].words[0] if measure in MEASURES else measure
        limit = self._limit(entity, measure, found, period)
        at = self._at(time, period, found)
        shown = f"{with_unit(value, unit)} by {called(entity)}"
        said = f"the {way} {spoken} {period.said} was {shown}{at}{limit}"
        missing = len(entities) - len(kept)
        return said + (f"; nothing is kept of {missing} others" if missing else "")

    # What was used.

    def _used(self, entity: Entity, measure: str, period: Period) -> str:
        amount = self._amount(entity, measure, period)
        name = called(entity)
        if amount is None:
            return self._unkept(entity, measure, period)
        number, unit, limit, estimated = amount
        about = "about " if estimated else ""
        if measure == "precipitation":
            return f"{name} counted {with_unit(number, unit)} {period.said}{limit}"
        return f"{name}: {about}{with_unit(number, unit)} {period.said}{limit}"

    def _amount(
        self, entity: Entity, measure: str, period: Period
    ) -> tuple[float, str, str, bool] | None:
        kind = next((key for key in (*_COUNTED, "power") if measures(entity, key)), measure)
        found = self._numbers(entity, kind, period.start, period.end)
        if found is None:
            return None
        limit = self._limit(entity, kind, found, period)
        if kind == "power":
            factor = {"W": 0.001, "kW": 1.0}.get(entity.unit)
            return None if factor is None else (found.area() * factor, "kWh", limit, True)
        return found.rises(), entity.unit, limit, False

    def _all_used(self, entities: Sequence[Entity], measure: str, period: Period) -> str:
        amounts = [(each, self._amount(each, measure, period)) for each in entities]
        known = [(each, amount) for each, amount in amounts if amount is not None]
        if not known:
            return self._unkept(entities[0], measure, period)
        parts = [
            f"{called(each)} {with_unit(amount[0], amount[1])}{amount[2]}"
            for each, amount in known[:MAX_TOLD]
        ]
        said = f"{listed(parts)} {period.said}"
        units = {amount[1] for _, amount in known}
        if len(known) > MAX_TOLD:
            said += f", and {len(known) - MAX_TOLD} more"
        if len(units) == 1 and len(known) > 1 and len(known) > MAX_TOLD:
            total = sum(amount[0] for _, amount in known)
            said = (
                f"{len(known)} meters together {with_unit(total, next(iter(units)))} {period.said}"
            )
        missing = [called(each) for each, amount in amounts if amount is None]
        return said + (f"; nothing is kept of {listed(missing[:MAX_TOLD])}" if missing else "")

    # Trends.

    def _trend(self, entity: Entity, measure: str, intent: Intent) -> str:
        assert self.past is not None
        name, way = called(entity), str(intent.slots.get("way", ""))
        state = self.sight.state(entity)
        now = number_of(entity, state, measure)
        if now is None:
            return f"I don't know: {name} tells no value now"
        span = _TREND_S.get(measure, 3600.0)
        words = "3 hours ago" if span > 3600 else "an hour ago"
        before = self.past.recollection.before(_series(entity, measure), self.past.clock() - span)
        if before is None:
            return f"I don't know: nothing is kept of {name} from {words}"
        unit = unit_of(entity, measure, self.sight.degrees)
        change = now - before.value
        steady = abs(change) < _STEADY.get(measure, max(abs(now) * 0.01, 1e-9))
        verdict = "" if not way else (
            "yes, " if not steady and (change > 0) == (way == "more") else "no, "
        )  # fmt: skip
        how = "steady" if steady else "rising" if change > 0 else "falling"
        return (
            f"{verdict}{name} is {how}: {with_unit(now, unit)} now, {with_unit(before.value, unit)}"
            f" {words}"
        )

    # What is kept.

    def _numbers(self, entity: Entity, measure: str, start: float, end: float) -> Numbers | None:
        assert self.past is not None
        return numbers(self.past.recollection, _series(entity, measure), start, end)

    def _at(self, time: float, period: Period, found: Numbers) -> str:
        assert self.past is not None
        if time <= period.start or (time == found.points[0][0] and len(found.points) == 1):
            return ""
        return f", {periods.spoken_time(time, self.past.clock(), self.past.zone)}"

    def _limit(self, entity: Entity, measure: str, found: Numbers, period: Period) -> str:
        if found.points[0][0] - period.start < _MARGIN:
            return ""
        return self._since(entity, measure, period)

    def _since(self, entity: Entity, measure: str, period: Period) -> str:
        assert self.past is not None
        first = self.past.recollection.first(_series(entity, measure))
        if first is None or first <= period.start:
            return ""
        when = periods.spoken_time(first, self.past.clock(), self.past.zone)
        return f" (I only know since {when})"

    def _unkept(self, entity: Entity, measure: str, period: Period) -> str:
        said = f"I don't know: nothing is kept of {called(entity)} {period.said}".rstrip()
        return said + self._since(entity, measure, period)


def _measure(entity: Entity, measure: str) -> str:
    if measure:
        return measure
    return "temperature" if entity.domain in ("climate", "water_heater") else ""


def _series(entity: Entity, measure: str) -> str:
    """The name under which the values are kept: a climate's own under its attribute."""
    attribute = MEASURED_BY_CLIMATE.get(_measure(entity, measure))
    if entity.domain in CLIMATES and attribute is not None:
        return f"{entity.id}/{attribute}"
    return entity.id
