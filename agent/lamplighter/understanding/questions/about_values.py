"""Answers about what is measured now: single values, the most and the least, comparisons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from lamplighter.catalogue.entity import Entity
from lamplighter.understanding.intents import Intent
from lamplighter.understanding.interpretation import Answer, Candidate
from lamplighter.understanding.normalise import fold, words_of
from lamplighter.understanding.questions.answered import Answered, ask_which, told
from lamplighter.understanding.questions.measures import (
    CLIMATES,
    MEASURED_BY_CLIMATE,
    MEASURES,
    measures,
    is_outdoors,
    number_of,
    of_a_thing,
    unit_of,
    with_unit,
)
from lamplighter.understanding.questions.sight import Sight
from lamplighter.understanding.resolver import Grounding
from lamplighter.understanding.speech import called, listed, placed, sentence
from lamplighter.understanding.states import described

MAX_TOLD = 4
"""More values than this are told as their ends, or asked about."""

_WHOLE_HOME = frozenset(
    ["total", "house", "home", "whole", "mains", "grid", "main", "overall", "meter", "smartmeter"]
)
_ROOMLIKE = frozenset({"temperature", "humidity", "carbon_dioxide", "illuminance", "sound_pressure",
                       "air_quality", "pm25", "pm10", "volatile_organic_compounds"})  # fmt: skip
_NAMING = frozenset({"name", "kind", "area", "floor", "ids", "domain", "device_class"})
_OF_DEVICES = frozenset({"battery", "signal_strength"})


@dataclass(frozen=True, slots=True)
class Value:
    """What an entity measures now; ``number`` is None where that is not known."""

    entity: Entity
    number: float | None
    unit: str

    def said(self) -> str:
        """The value with its unit."""
        return "unknown" if self.number is None else with_unit(self.number, self.unit)


@dataclass(frozen=True, slots=True)
class AboutValues:
    """Answers ``HomeGetMeasurement``, ``HomeGetExtreme`` and ``HomeCompare``.

    Attributes:
        sight: what there is to answer from.
    """

    sight: Sight

    def find(self, intent: Intent) -> Grounding:
        """The entities that measure what is asked."""
        measure = str(intent.slots.get("measure", ""))
        query = replace(intent, question="one")
        if (
            intent.name == "HomeGetExtreme"
            or intent.slots.get("total")
            or (intent.name == "HomeCompare" and intent.question in ("any", "which", "how_many"))
        ):
            query = replace(intent, question="which", many=True)
        if measure in _OF_DEVICES and not intent.slots.keys() & _NAMING:
            every = self.sight.resolver.names.entities.values()
            told_by = tuple(each for each in every if measures(each, measure))
            if told_by:
                return Grounding(told_by, len(told_by) > 1, f"every {measure} there is")
        found = self.sight.find(query, lambda entity: self._able(entity, measure))
        if found.missing and measure in _OF_DEVICES:
            found = self._of_devices(query, measure, found)
        if found.missing or intent.slots.get("name"):
            return self._capable(found, measure)
        kept = self._of_rooms(found.entities, measure)
        if not kept and found.entities and intent.slots.keys().isdisjoint(("kind", "device_class")):
            kept = list(found.entities) if intent.name != "HomeGetMeasurement" else []
            if not kept:
                return Grounding(found.entities, explain=found.explain, missing=measure)
        kept = kept or list(found.entities)
        return Grounding(tuple(kept), len(kept) > 1, found.explain)

    def _able(self, entity: Entity, measure: str) -> bool:
        if not _tells(entity, measure):
            return False
        if entity.domain not in CLIMATES or not measure:
            return True
        state = self.sight.state(entity)
        told_of = MEASURED_BY_CLIMATE.get(measure) in state.attributes
        return told_of or (measure == "temperature" and state.value is None)

    def _of_devices(self, intent: Intent, measure: str, found: Grounding) -> Grounding:
        """The battery of a device is a diagnostic entity beside those that are meant."""
        base = self.sight.find(intent, lambda _entity: True)
        if base.missing and "name" not in intent.slots:
            return found
        devices = {each.device.id for each in base.entities if each.device is not None}
        names = [fold(each.name) for each in base.entities]
        if "name" in intent.slots:
            names.append(fold(str(intent.slots["name"])))
        told_by = tuple(
            each
            for each in self.sight.resolver.names.entities.values()
            if measures(each, measure)
            and (
                (each.device is not None and each.device.id in devices)
                or any(fold(each.name).startswith(f"{name} ") for name in names)
            )
        )
        if not told_by:
            return found
        return Grounding(told_by, len(told_by) > 1, "told by the same device")

    def _capable(self, found: Grounding, measure: str) -> Grounding:
        """Of the parts of a device that was named, those that fit best."""
        if found.missing or len(found.entities) < 2:
            return found
        exact = [each for each in found.entities if measure and _made_for(each, measure)]
        best = exact or list(found.entities)
        if not measure:
            warm = [each for each in best if _made_for(each, "temperature")]
            best = warm or best
        climate = [each for each in best if each.domain == "climate"]
        if climate and len({each.device.id if each.device else each.id for each in best}) == 1:
            best = climate
        return Grounding(tuple(best), len(best) > 1, found.explain)

    def answer(self, intent: Intent, found: Grounding) -> Answered:
        """The answer, from the entities that were found."""
        if found.missing:
            return self._unmeasured(intent, found)
        if intent.name == "HomeGetExtreme":
            return self._extreme(intent, found)
        if intent.name == "HomeCompare":
            return self._compared(intent, found)
        return self._value(intent, found)

    # One value, or a few.

    def _value(self, intent: Intent, found: Grounding) -> Answered:
        measure = str(intent.slots["measure"])
        values = self._one_each(self._values(found.entities, measure), measure)
        ids = [each.entity.id for each in values]
        if intent.slots.get("total") or (
            MEASURES.get(measure) and MEASURES[measure].summed and len(values) > 1
            and not intent.slots.get("name") and (intent.many or not intent.here)
        ):  # fmt: skip
            return told(self._sum(values, measure), found.explain, ids)
        if len(values) == 1:
            return told(self._told(values[0], measure, intent), found.explain, ids)
        places = {each.entity.area for each in values}
        if len(values) <= MAX_TOLD:
            if len(places) == len(values) and None not in places and measure in _ROOMLIKE:
                return told(self._by_place(values, measure), found.explain, ids)
            said = "; ".join(self._told(each, measure, intent, named=True) for each in values)
            return told(said, found.explain, ids)
        known = [each for each in values if each.number is not None]
        if known and (intent.many or intent.slots.get("side") or intent.slots.get("floor")):
            return told(self._range(known, measure), found.explain, ids)
        return self._which(intent, values, measure, found)

    def _which(
        self, intent: Intent, values: Sequence[Value], measure: str, found: Grounding
    ) -> Answered:
        by_place: dict[str, list[Value]] = {}
        for each in values:
            by_place.setdefault(each.entity.area or each.entity.name, []).append(each)
        candidates = tuple(
            Candidate(
                (place,), Answer(sentence("; ".join(self._told(v, measure, intent) for v in held)))
            )
            for place, held in by_place.items()
        )
        question = f"The {_spoken(measure)} of what"
        ids = tuple(each.entity.id for each in values)
        return Answered(ask_which(intent.text, candidates, question), found.explain, ids)

    def _told(self, value: Value, measure: str, intent: Intent, *, named: bool = False) -> str:
        entity, state = value.entity, self.sight.state(value.entity)
        if value.number is None:
            what = described(entity, state, self.sight.degrees)
            if not state.available:
                return f"I don't know: {called(entity)} is offline"
            if what is not None and entity.domain == "sensor":
                return f"{called(entity)} is {what}"
            return f"I don't know: {called(entity)} has not said anything yet"
        if (
            named
            or intent.slots.get("name")
            or not entity.area
            or of_a_thing(entity)
            or (measure not in _ROOMLIKE)
        ):
            if entity.domain == "sensor":
                return f"{called(entity)} is {value.said()}"
            if measure == "battery":
                return f"the battery of {called(entity)} is at {value.said()}"
            return f"{called(entity)} measures {value.said()}"
        if measure == "temperature":
            return f"it's {value.said()} in {placed(entity.area)}"
        return f"the {_spoken(measure)} in {placed(entity.area)} is {value.said()}"

    def _by_place(self, values: Sequence[Value], measure: str) -> str:
        parts = [
            f"{each.said()} in {placed(str(each.entity.area))}"
            for each in values
            if each.number is not None
        ]
        unknown = [placed(str(each.entity.area)) for each in values if each.number is None]
        opening = "it's" if measure == "temperature" else f"the {_spoken(measure)} is"
        said = f"{opening} {listed(parts)}" if parts else "I don't know"
        return said + (f"; I don't know about {listed(unknown)}" if unknown and parts else "")

    def _range(self, values: Sequence[Value], measure: str) -> str:
        ordered = sorted(values, key=lambda each: each.number or 0.0)
        low, high = ordered[0], ordered[-1]
        where = [placed(each.entity.area) if each.entity.area else called(each.entity)
                 for each in (low, high)]  # fmt: skip
        return (
            f"the {_spoken(measure)} is between {low.said()} ({where[0]}) and {high.said()}"
            f" ({where[1]})"
        )

    def _sum(self, values: Sequence[Value], measure: str) -> str:
        whole = [each for each in values if _WHOLE_HOME & set(words_of(each.entity.name))]
        if len(whole) == 1 and whole[0].number is not None:
            return f"{called(whole[0].entity)} is {whole[0].said()}"
        known = [each for each in values if each.number is not None]
        units = {each.unit for each in known}
        unknown = [called(each.entity) for each in values if each.number is None]
        if not known:
            return f"I don't know: {listed(unknown)} told nothing"
        if len(units) != 1:
            parts = [f"{called(each.entity)} is {each.said()}" for each in known[:MAX_TOLD]]
            return "; ".join(parts)
        total = sum(each.number or 0.0 for each in known)
        names = listed(called(each.entity) for each in known) if len(known) <= MAX_TOLD else (
            f"{len(known)} meters"
        )  # fmt: skip
        said = f"{names} together: {with_unit(total, next(iter(units)))}"
        if len(known) == 1:
            said = f"{names} is {with_unit(total, next(iter(units)))}"
        return said + (f"; I don't know about {listed(unknown)}" if unknown else "")

    def _unmeasured(self, intent: Intent, found: Grounding) -> Answered:
        name = intent.slots.get("name")
        place = intent.slots.get("area") or intent.slots.get("floor") or intent.slots.get("side")
        spoken = _spoken(str(intent.slots.get("measure") or "value"))
        if name and found.entities and not intent.slots.get("measure"):
            return told(f"I don't know: {called(found.entities[0])} does not tell that",
                        found.explain, [found.entities[0].id])  # fmt: skip
        where = f" of {name}" if name else ""
        if place and not name:
            side = intent.slots.get("side")
            where = f" {side}" if side else f" in {placed(str(place))}"
        elif intent.here and self.sight.area:
            where = f" in {placed(self.sight.area)}"
        said = f"I don't know: nothing measures the {spoken}{where}"
        others = [
            each for each in self._values(found.entities, str(intent.slots.get("measure")))
            if each.number is not None
        ] if not name else []  # fmt: skip
        if others and len(others) <= MAX_TOLD:
            said += f"; {listed(f'{called(each.entity)} is {each.said()}' for each in others)}"
        return told(said, found.explain, [each.entity.id for each in others])

    # The most and the least.

    def _extreme(self, intent: Intent, found: Grounding) -> Answered:
        measure, way = str(intent.slots["measure"]), str(intent.slots["way"])
        values = self._one_each(self._values(found.entities, measure), measure)
        if MEASURES.get(measure) and MEASURES[measure].summed:
            single = [e for e in values if not _WHOLE_HOME & set(words_of(e.entity.name))]
            values = single or values
        known = [each for each in values if each.number is not None]
        unknown = [called(each.entity) for each in values if each.number is None]
        ids = [each.entity.id for each in known]
        if not known:
            said = f"I don't know: {listed(unknown[:MAX_TOLD])} told nothing yet"
            return told(said, found.explain, ids)
        units = {each.unit for each in known}
        if len(units) > 1:
            known = _in_one_unit(known)
        ordered = sorted(known, key=lambda each: each.number or 0.0, reverse=way == "more")
        best = [each for each in ordered if each.number == ordered[0].number]
        names = listed(_place_or_name(each.entity, measure) for each in best)
        said = f"{names}: {best[0].said()}"
        if len(ordered) > len(best):
            after = ordered[len(best)]
            said += f", then {_place_or_name(after.entity, measure)} with {after.said()}"
        if unknown:
            said += f"; I don't know about {listed(unknown[:MAX_TOLD])}"
        return told(said, found.explain, ids)

    # Comparisons.

    def _compared(self, intent: Intent, found: Grounding) -> Answered:
        if "limit" in intent.slots:
            return self._limited(intent, found)
        measure, way = str(intent.slots["measure"]), str(intent.slots["way"])
        other = dict(intent.slots["against"])
        here = bool(other.pop("here", False))
        against = replace(
            intent, name="HomeGetMeasurement", slots={**other, "measure": measure},
            here=here, many=False, question="one",
        )  # fmt: skip
        others = self.find(against)
        if others.missing:
            return self._unmeasured(against, others)
        mine = self._one_each(self._values(found.entities, measure), measure)
        theirs = self._one_each(self._values(others.entities, measure), measure)
        ids = [each.entity.id for each in (*mine, *theirs)]
        explain = "; ".join(each for each in (found.explain, others.explain) if each)
        for values in (mine, theirs):
            if all(each.number is None for each in values):
                said = (
                    f"I don't know: {listed(called(each.entity) for each in values)} told nothing"
                )
                return told(said, explain, ids)
        mine, theirs = ([e for e in values if e.number is not None] for values in (mine, theirs))
        verdicts = {
            (a.number or 0.0) > (b.number or 0.0) if way == "more"
            else (a.number or 0.0) < (b.number or 0.0)
            for a in mine for b in theirs
        }  # fmt: skip
        said = self._against(mine, theirs, measure)
        if intent.question == "difference" and len(mine) == len(theirs) == 1:
            apart = with_unit(abs((mine[0].number or 0) - (theirs[0].number or 0)), mine[0].unit)
            return told(f"{apart}: {said}", explain, ids)
        if intent.question in ("which", "difference"):
            return told(self._greater(mine, theirs, measure, verdicts, said), explain, ids)
        if len(verdicts) > 1:
            return told(f"that depends: {said}", explain, ids)
        return told(f"{'yes' if verdicts == {True} else 'no'}, {said}", explain, ids)

    def _greater(
        self,
        mine: Sequence[Value],
        theirs: Sequence[Value],
        measure: str,
        verdicts: set[bool],
        said: str,
    ) -> str:
        """Which of two it is."""
        if len(verdicts) != 1 or len(mine) != 1 or len(theirs) != 1:
            return said
        if mine[0].number == theirs[0].number:
            return f"both the same: {said}"
        chosen = mine[0] if verdicts == {True} else theirs[0]
        return f"{_place_or_name(chosen.entity, measure)}: {said}"

    def _against(self, mine: Sequence[Value], theirs: Sequence[Value], measure: str) -> str:
        def part(values: Sequence[Value]) -> str:
            if len(values) > MAX_TOLD:
                low, high = min(v.number or 0 for v in values), max(v.number or 0 for v in values)
                return f"{with_unit(low, values[0].unit)} to {with_unit(high, values[0].unit)}"
            return listed(f"{v.said()} {_at(v.entity, self.sight, measure)}" for v in values)

        opening = "it's" if measure == "temperature" else f"the {_spoken(measure)} is"
        return f"{opening} {part(mine)} and {part(theirs)}"

    def _limited(self, intent: Intent, found: Grounding) -> Answered:
        measure, way = str(intent.slots.get("measure", "")), str(intent.slots["way"])
        values = self._values(found.entities, measure)
        if intent.question == "one_yesno":
            values = self._one_each(values, measure)
        known = [each for each in values if each.number is not None]
        unknown = [called(each.entity) for each in values if each.number is None]
        ids = [each.entity.id for each in values]
        if not known:
            return told(
                f"I don't know: {listed(unknown[:MAX_TOLD])} told nothing", found.explain, ids
            )
        matching = [each for each in known if _beyond(each, intent, way)]
        if intent.question in ("which", "how_many", "any"):
            return told(
                _named_beyond(intent, matching, known, unknown, measure), found.explain, ids
            )
        named = len(values) > 1 or not measure
        said = "; ".join(
            self._told(each, measure or "power", intent, named=named) for each in known[:MAX_TOLD]
        )
        if len(matching) == len(known):
            return told(f"yes, {said}", found.explain, ids)
        if not matching:
            return told(f"no, {said}", found.explain, ids)
        names = listed(_place_or_name(each.entity, measure) for each in matching)
        return told(f"only {names}: {said}", found.explain, ids)

    # Values of entities.

    def _values(self, entities: Sequence[Entity], measure: str) -> list[Value]:
        return [
            Value(
                entity,
                number_of(entity, self.sight.state(entity), measure or _own(entity)),
                unit_of(entity, measure or _own(entity), self.sight.degrees),
            )
            for entity in entities
        ]

    def _one_each(self, values: Sequence[Value], measure: str) -> list[Value]:
        """For each room one value: a thermostat's own, where a room has that and a sensor."""
        if measure not in _ROOMLIKE:
            return list(values)
        chosen: dict[str, Value] = {}
        for each in values:
            key = f"in {fold(each.entity.area)}" if each.entity.area else each.entity.id
            if of_a_thing(each.entity):
                key = each.entity.id
            before = chosen.get(key)
            if before is None or _better(each, before):
                chosen[key] = each
            elif not _better(before, each) and before.number != each.number:
                chosen[each.entity.id] = each
        return list(chosen.values())

    def _of_rooms(self, entities: Sequence[Entity], measure: str) -> list[Entity]:
        """Those that measure the air of a room or the outdoors, not a thing that stands there."""
        if measure not in _ROOMLIKE:
            return list(entities)
        found = [each for each in entities if each.domain != "water_heater"]
        return [each for each in found if not of_a_thing(each)]


def _better(one: Value, other: Value) -> bool:
    """A known value before an unknown one, and a thermostat's before a sensor's."""
    return (one.number is None, one.entity.domain != "climate") < (
        other.number is None, other.entity.domain != "climate",
    )  # fmt: skip


def _tells(entity: Entity, measure: str) -> bool:
    if measure:
        return measures(entity, measure)
    return (entity.domain == "sensor" and bool(entity.unit)) or entity.domain in CLIMATES


def _made_for(entity: Entity, measure: str) -> bool:
    return entity.domain == "sensor" and measures(entity, measure)


def _own(entity: Entity) -> str:
    return "humidity" if entity.domain == "humidifier" else "temperature"


def _spoken(measure: str) -> str:
    known = MEASURES.get(measure)
    return known.words[0].upper() if measure == "carbon_dioxide" and known else (
        known.words[0] if known else measure.replace("_", " ")
    )  # fmt: skip


def _place_or_name(entity: Entity, measure: str) -> str:
    if not entity.area and measure in _ROOMLIKE and is_outdoors(entity):
        return "outside"
    if entity.area and measure in _ROOMLIKE and not of_a_thing(entity):
        return placed(entity.area)
    return called(entity)


def _at(entity: Entity, sight: Sight, measure: str) -> str:
    if sight.outdoors(entity):
        return "outside"
    if entity.area and measure in _ROOMLIKE and not of_a_thing(entity):
        return f"in {placed(entity.area)}"
    return f"by {called(entity)}"


def _in_one_unit(values: Sequence[Value]) -> list[Value]:
    """Watts and kilowatts together: those of other units as they are are left out."""
    factors = {"W": ("W", 1.0), "kW": ("W", 1000.0), "MW": ("W", 1e6), "Wh": ("kWh", 0.001),
               "kWh": ("kWh", 1.0), "MWh": ("kWh", 1000.0)}  # fmt: skip
    found = []
    for each in values:
        unit, factor = factors.get(each.unit, (each.unit, 1.0))
        number = None if each.number is None else each.number * factor
        found.append(Value(each.entity, number, unit))
    first = found[0].unit
    return [each for each in found if each.unit == first]


def _beyond(value: Value, intent: Intent, way: str) -> bool:
    asked_in = str(intent.slots.get("unit", ""))
    limit = in_unit_of(float(intent.slots["limit"]), asked_in, value.unit)
    assert value.number is not None
    return value.number > limit if way == "more" else value.number < limit


def in_unit_of(limit: float, said: str, unit: str) -> float:
    """The limit in the unit of what it is compared with; ``said`` is the unit it was said in."""
    bare = said.replace("°", "").replace("degrees", "").strip()
    if bare in ("f", "fahrenheit") and unit == "°C":
        return (limit - 32) / 1.8
    if bare in ("c", "celsius") and unit == "°F":
        return limit * 1.8 + 32
    if bare == "kw" and unit == "W":
        return limit * 1000
    return limit / 1000 if bare in ("w", "watt", "watts") and unit == "kW" else limit


def _named_beyond(
    intent: Intent,
    matching: Sequence[Value],
    known: Sequence[Value],
    unknown: Sequence[str],
    measure: str,
) -> str:
    way = "above" if intent.slots["way"] == "more" else "below"
    limit = with_unit(float(intent.slots["limit"]), known[0].unit)
    names = listed(
        f"{_place_or_name(each.entity, measure)} ({each.said()})" for each in matching[:8]
    )
    verb = "is" if len(matching) == 1 else "are"
    opening = {"any": "yes, " if matching else "no, "}.get(intent.question, "")
    if not matching:
        said = f"{opening}none of the {len(known)} is {way} {limit}"
        if len(known) == 1:
            said = f"{opening}{_place_or_name(known[0].entity, measure)} is {known[0].said()}"
    elif intent.question == "how_many":
        said = f"{len(matching)} of {len(known)} {verb} {way} {limit}: {names}"
    else:
        said = f"{opening}{names} {verb} {way} {limit}"
    if unknown:
        said += f"; I don't know about {listed(unknown[:MAX_TOLD])}"
    return said
