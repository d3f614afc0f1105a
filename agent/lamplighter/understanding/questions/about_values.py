"""Answers about what is measured now: single values, the most and the least, comparisons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from lamplighter.catalogue.entity import Entity
from lamplighter.understanding.intents import Intent
from lamplighter.understanding.interpretation import Answer, Candidate
from lamplighter.understanding.normalise import fold, words_of
from lamplighter.understanding.questions.answered import Answered, ask_which, told, where_of
from lamplighter.understanding.questions.measures import (
    CLIMATES,
    MEASURED_BY_CLIMATE,
    MEASURES,
    measures,
    number_of,
    of_a_thing,
    unit_of,
    with_unit,
)
from lamplighter.understanding.questions.sight import Sight
from lamplighter.understanding.questions.values import (
    MAX_TOLD,
    ROOMLIKE,
    WHOLE_HOME,
    Value,
    better,
    made_for,
    own,
    spoken,
    tells,
)
from lamplighter.understanding.resolver import Grounding
from lamplighter.understanding.speech import called, listed, placed, sentence
from lamplighter.understanding.states import described

_NAMING = frozenset({"name", "kind", "area", "floor", "ids", "domain", "device_class"})
_OF_DEVICES = frozenset({"battery", "signal_strength"})


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
        if not tells(entity, measure):
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
        exact = [each for each in found.entities if measure and made_for(each, measure)]
        best = exact or list(found.entities)
        if not measure:
            warm = [each for each in best if made_for(each, "temperature")]
            best = warm or best
        climate = [each for each in best if each.domain == "climate"]
        if climate and len({each.device.id if each.device else each.id for each in best}) == 1:
            best = climate
        return Grounding(tuple(best), len(best) > 1, found.explain)

    def answer(self, intent: Intent, found: Grounding) -> Answered:
        """The answer, from the entities that were found."""
        if found.missing:
            return self.unmeasured(intent, found)
        return self._value(intent, found)

    # One value, or a few.

    def _value(self, intent: Intent, found: Grounding) -> Answered:
        measure = str(intent.slots["measure"])
        values = self.one_each(self.values(found.entities, measure), measure)
        ids = [each.entity.id for each in values]
        if intent.slots.get("total") or (
            MEASURES.get(measure) and MEASURES[measure].summed and len(values) > 1
            and not intent.slots.get("name") and (intent.many or not intent.here)
        ):  # fmt: skip
            return told(self._sum(values), found.explain, ids)
        if len(values) == 1:
            return told(self.told(values[0], measure, intent), found.explain, ids)
        places = {each.entity.area for each in values}
        if len(values) <= MAX_TOLD:
            if len(places) == len(values) and None not in places and measure in ROOMLIKE:
                return told(self._by_place(values, measure), found.explain, ids)
            said = "; ".join(self.told(each, measure, intent, named=True) for each in values)
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
                (place,), Answer(sentence("; ".join(self.told(v, measure, intent) for v in held)))
            )
            for place, held in by_place.items()
        )
        question = f"The {spoken(measure)} of what"
        ids = tuple(each.entity.id for each in values)
        return Answered(ask_which(intent.text, candidates, question), found.explain, ids)

    def told(self, value: Value, measure: str, intent: Intent, *, named: bool = False) -> str:
        """A value as a clause; with the entity's own name where ``named`` is set or it needs it."""
        entity = value.entity
        if value.number is None:
            return self._untold(entity)
        own = named or intent.slots.get("name") or of_a_thing(entity) or measure not in ROOMLIKE
        if own or not entity.area:
            verb = "is" if entity.domain == "sensor" else "measures"
            if measure == "battery" and entity.domain != "sensor":
                return f"the battery of {called(entity)} is at {value.said()}"
            return f"{called(entity)} {verb} {value.said()}"
        if measure == "temperature":
            return f"it's {value.said()} in {placed(entity.area)}"
        return f"the {spoken(measure)} in {placed(entity.area)} is {value.said()}"

    def _untold(self, entity: Entity) -> str:
        state = self.sight.state(entity)
        what = described(entity, state, self.sight.degrees)
        if not state.available:
            return f"I don't know: {called(entity)} is offline"
        if what is not None and entity.domain == "sensor":
            return f"{called(entity)} is {what}"
        return f"I don't know: {called(entity)} has not said anything yet"

    def _by_place(self, values: Sequence[Value], measure: str) -> str:
        parts = [
            f"{each.said()} in {placed(str(each.entity.area))}"
            for each in values
            if each.number is not None
        ]
        unknown = [placed(str(each.entity.area)) for each in values if each.number is None]
        opening = "it's" if measure == "temperature" else f"the {spoken(measure)} is"
        said = f"{opening} {listed(parts)}" if parts else "I don't know"
        return said + (f"; I don't know about {listed(unknown)}" if unknown and parts else "")

    def _range(self, values: Sequence[Value], measure: str) -> str:
        ordered = sorted(values, key=lambda each: each.number or 0.0)
        low, high = ordered[0], ordered[-1]
        where = [placed(each.entity.area) if each.entity.area else called(each.entity)
                 for each in (low, high)]  # fmt: skip
        return (
            f"the {spoken(measure)} is between {low.said()} ({where[0]}) and {high.said()}"
            f" ({where[1]})"
        )

    def _sum(self, values: Sequence[Value]) -> str:
        whole = [each for each in values if WHOLE_HOME & set(words_of(each.entity.name))]
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

    def unmeasured(self, intent: Intent, found: Grounding) -> Answered:
        """That nothing tells it; and what was found beside, where that is little."""
        name = intent.slots.get("name")
        what = spoken(str(intent.slots.get("measure") or "value"))
        if name and found.entities and not intent.slots.get("measure"):
            return told(f"I don't know: {called(found.entities[0])} does not tell that",
                        found.explain, [found.entities[0].id])  # fmt: skip
        where = f" of {name}" if name else ""
        if not name:
            where = where_of(intent, self.sight.area)
        said = f"I don't know: nothing measures the {what}{where}"
        if what == "temperature" and (set_to := self._set(intent)):
            return told(f"{said}; {set_to}", found.explain)
        others = [
            each for each in self.values(found.entities, str(intent.slots.get("measure")))
            if each.number is not None
        ] if not name else []  # fmt: skip
        if others and len(others) <= MAX_TOLD:
            said += f"; {listed(f'{called(each.entity)} is {each.said()}' for each in others)}"
        return told(said, found.explain, [each.entity.id for each in others])

    def _set(self, intent: Intent) -> str:
        """What it is set to, where it is heated and does not tell how warm it is."""
        if intent.slots.keys().isdisjoint(("name", "kind")):
            return ""
        found = self.sight.find(intent, lambda each: each.domain in CLIMATES)
        if found.missing or len(found.entities) != 1:
            return ""
        entity = found.entities[0]
        wanted = self.sight.state(entity).attributes.get("temperature")
        if not isinstance(wanted, (int, float)):
            return ""
        return f"{called(entity)} is set to {with_unit(float(wanted), self.sight.degrees)}"

    # Values of entities.

    def values(self, entities: Sequence[Entity], measure: str) -> list[Value]:
        """What the entities measure now."""
        return [
            Value(
                entity,
                number_of(entity, self.sight.state(entity), measure or own(entity)),
                unit_of(entity, measure or own(entity), self.sight.degrees),
            )
            for entity in entities
        ]

    def one_each(self, values: Sequence[Value], measure: str) -> list[Value]:
        """For each room one value: a thermostat's own, where a room has that and a sensor."""
        if measure not in ROOMLIKE:
            return list(values)
        chosen: dict[str, Value] = {}
        for each in values:
            key = f"in {fold(each.entity.area)}" if each.entity.area else each.entity.id
            if of_a_thing(each.entity):
                key = each.entity.id
            before = chosen.get(key)
            if before is None or better(each, before):
                chosen[key] = each
            elif not better(before, each) and before.number != each.number:
                chosen[each.entity.id] = each
        return list(chosen.values())

    def _of_rooms(self, entities: Sequence[Entity], measure: str) -> list[Entity]:
        """Those that measure the air of a room or the outdoors, not a thing that stands there."""
        if measure not in ROOMLIKE:
            return list(entities)
        found = [each for each in entities if each.domain != "water_heater"]
        return [each for each in found if not of_a_thing(each)]
