"""Questions about states, answered from the catalogue. Nothing here ever acts.

An answer is what is known; where nothing is known it says so.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from lamplighter.catalogue.entity import Entity, State
from lamplighter.understanding.intents import Intent
from lamplighter.understanding.interpretation import (
    Answer,
    Candidate,
    Clarify,
    NotUnderstood,
    Pending,
)
from lamplighter.understanding.kinds import KINDS, plural_of
from lamplighter.understanding.normalise import fold
from lamplighter.understanding.resolver import Grounding, Resolver
from lamplighter.understanding.speech import called, listed, placed, sentence
from lamplighter.understanding.spoken_numbers import tidy_number
from lamplighter.understanding.states import described, is_in, tells

Reply = Answer | Clarify | NotUnderstood

_MEASURED_BY_CLIMATE = {"temperature": "current_temperature", "humidity": "current_humidity"}
_SAME_CLASS = {"garage": ["garage", "garage_door"], "door": ["door", "garage_door"]}
MAX_TOLD = 3
"""Of more devices than this only those are named that are not as the question supposes."""

_NAMING = frozenset({"name", "kind", "domain", "device_class"})
_SENSING = frozenset({"alarm_control_panel", "binary_sensor"})
_STATELESS = frozenset({"button", "event", "image", "scene", "tag"})
_STATE_WORDS = {"heat": "heating", "cool": "cooling", "available": "online"}


@dataclass(frozen=True, slots=True)
class Questions:
    """Answers questions.

    Attributes:
        state_of: the state of an entity by its id.
        degrees: the home's unit of temperature, "°C" or "°F".
    """

    state_of: Callable[[str], State]
    degrees: str = "°C"

    def answer(self, intent: Intent, resolver: Resolver, area: str | None) -> tuple[Reply, str]:
        """The answer to a question and why it was answered from these entities."""
        if intent.name == "HassClimateGetTemperature":
            slots = {**intent.slots, "measure": "temperature"}
            return self._measurement(replace(intent, slots=slots), resolver, area)
        if intent.name == "HomeGetMeasurement":
            return self._measurement(intent, resolver, area)
        return self._states(_widened(intent), resolver, area)

    def _states(self, intent: Intent, resolver: Resolver, area: str | None) -> tuple[Reply, str]:
        wanted = intent.slots.get("state")

        # "What is on?" means what was switched on: no window, no motion, no armed alarm.
        anything = intent.question != "one" and _NAMING.isdisjoint(intent.slots)
        switched = anything and wanted in ("on", "off")

        def able(entity: Entity) -> bool:
            if wanted is not None:
                meant = not switched or entity.domain not in _SENSING
                return meant and tells(entity, str(wanted))
            return entity.domain not in _STATELESS

        grounding = resolver.resolve(intent, area, able)
        if grounding.missing:
            return self._unknown(grounding, wanted), grounding.explain
        if intent.question in ("any", "all", "which", "how_many"):
            return self._about_many(intent, grounding.entities, str(wanted)), grounding.explain
        if grounding.ambiguous:
            return self._which_one(intent, grounding), grounding.explain
        return Answer(self._about(grounding.entities, wanted)), grounding.explain

    def _about(self, entities: Sequence[Entity], wanted: object) -> str:
        if wanted is None:
            return sentence("; ".join(self._told(entity) for entity in entities))
        verdicts = [is_in(entity, self.state_of(entity.id), str(wanted)) for entity in entities]
        told = "; ".join(self._told(entity) for entity in entities)
        wrong = [
            entity for entity, verdict in zip(entities, verdicts, strict=True) if verdict is False
        ]
        if wrong and len(entities) > MAX_TOLD:
            return sentence(f"no, {'; '.join(self._told(entity) for entity in wrong)}")
        if all(verdicts) and len(entities) > MAX_TOLD:
            return sentence(f"yes, all {len(entities)} of them")
        if None in verdicts and not any(verdict is False for verdict in verdicts):
            return sentence(told)
        return sentence(f"{'yes' if all(verdicts) else 'no'}, {told}")

    def _told(self, entity: Entity) -> str:
        what = described(entity, self.state_of(entity.id), self.degrees)
        if what is None:
            return f"I don't know: {called(entity)} has not said anything yet"
        return f"{called(entity)} is {what}"

    def _about_many(self, intent: Intent, entities: Sequence[Entity], wanted: str) -> Answer:
        if len(entities) == 1 and intent.question != "how_many":
            asked = None if intent.question == "which" else wanted
            return Answer(self._about(entities, asked))
        verdicts = [
            (called(each), is_in(each, self.state_of(each.id), wanted)) for each in entities
        ]
        matching = [name for name, verdict in verdicts if verdict]
        others = [name for name, verdict in verdicts if verdict is False]
        unknown = [name for name, verdict in verdicts if verdict is None]
        word = _STATE_WORDS.get(wanted, wanted)
        what = plural_of(_noun(intent)) if _noun(intent) else "of them"
        if len(unknown) == len(verdicts):
            return Answer(sentence(f"I don't know: {listed(unknown)} has not said anything yet"))
        said = _verdict(intent.question, matching, others, (word, what))
        if unknown:
            said += f"; I don't know about {listed(unknown)}"
        return Answer(sentence(said))

    def _which_one(self, intent: Intent, grounding: Grounding) -> Clarify:
        wanted = intent.slots.get("state")
        candidates = tuple(
            Candidate((entity.name, *entity.aliases), Answer(self._about([entity], wanted)))
            for entity in grounding.entities
        )
        return ask_which(intent.text, candidates)

    def _unknown(self, grounding: Grounding, wanted: object) -> Reply:
        if grounding.entities:
            said = f"I don't know: {called(grounding.entities[0])} does not tell that"
            return Answer(sentence(said))
        what = f"{grounding.missing}" + (f" that could be {wanted}" if wanted else "")
        return NotUnderstood(f"no {what}", sentence(f"I know of no {what} there"))

    def _measurement(
        self, intent: Intent, resolver: Resolver, area: str | None
    ) -> tuple[Reply, str]:
        measure = str(intent.slots["measure"])
        spoken = measure.replace("_", " ")

        def able(entity: Entity) -> bool:
            return self._reading(entity, measure) is not None or (
                entity.domain == "sensor" and entity.device_class == measure
            )

        query = replace(intent, slots={**intent.slots, "measure": measure}, question="one")
        grounding = resolver.resolve(query, area, able)
        if grounding.missing:
            return self._unmeasured(intent, resolver, measure), ""
        placed = intent.slots.get("area") or intent.slots.get("name")
        if grounding.ambiguous and not placed:
            by_area: dict[str, list[Entity]] = {}
            for entity in grounding.entities:
                by_area.setdefault(entity.area or entity.name, []).append(entity)
            candidates = tuple(
                Candidate((place,), self._measured(self._most_telling(found, measure), query))
                for place, found in by_area.items()
            )
            if len(candidates) > 1:
                return ask_which(intent.text, candidates, f"The {spoken} of what"), (
                    grounding.explain
                )
        entity = self._most_telling(grounding.entities, measure)
        return self._measured(entity, query), grounding.explain

    def _unmeasured(self, intent: Intent, resolver: Resolver, measure: str) -> Answer:
        """The answer where what was named measures nothing itself: a part of it may."""
        name, area = intent.slots.get("name"), intent.slots.get("area")
        spoken = measure.replace("_", " ")
        for entity in resolver.names.entities.values() if name else ():
            if entity.device_class == measure and fold(entity.name).startswith(fold(str(name))):
                return self._measured(entity, intent)
        where = f" of {name}" if name else f" in {placed(str(area))}" if area else ""
        return Answer(sentence(f"I don't know: nothing measures the {spoken}{where}"))

    def _most_telling(self, entities: Sequence[Entity], measure: str) -> Entity:
        known = [entity for entity in entities if self._reading(entity, measure) is not None]
        return min(known or entities, key=lambda entity: entity.domain != "climate")

    def _measured(self, entity: Entity, intent: Intent) -> Answer:
        measure = str(intent.slots["measure"])
        reading = self._reading(entity, measure)
        if reading is None:
            said = f"I don't know: {called(entity)} has not said anything yet"
            return Answer(sentence(said))
        if intent.slots.get("name") or not entity.area:
            verb = "is" if entity.domain == "sensor" else "measures"
            return Answer(sentence(f"{called(entity)} {verb} {reading}"))
        if measure == "temperature":
            return Answer(f"It's {reading} in {placed(entity.area)}.")
        spoken = measure.replace("_", " ")
        return Answer(f"The {spoken} in {placed(entity.area)} is {reading}.")

    def _reading(self, entity: Entity, measure: str) -> str | None:
        state = self.state_of(entity.id)
        if entity.domain == "sensor" and entity.device_class == measure:
            return described(entity, state, self.degrees) if state.value is not None else None
        attribute = _MEASURED_BY_CLIMATE.get(measure)
        if entity.domain not in ("climate", "water_heater", "humidifier") or attribute is None:
            return None
        value = state.attributes.get(attribute)
        if not isinstance(value, (int, float)):
            return None
        return f"{tidy_number(value)} {self.degrees if measure == 'temperature' else '%'}"


def ask_which(
    text: str, candidates: Sequence[Candidate], question: str = "Which one do you mean"
) -> Clarify:
    """The question which of the candidates is meant."""
    names = tuple(candidate.names[0] for candidate in candidates)
    shown = names if len(names) <= 5 else (*names[:4], f"{len(names) - 4} others")
    return Clarify(f"{question}: {listed(shown, 'or')}?", names, Pending(text, tuple(candidates)))


def _widened(intent: Intent) -> Intent:
    """Home Assistant's question about covers, asked of contact sensors too."""
    if intent.slots.get("domain") != "cover":
        return intent
    device_class = intent.slots.get("device_class")
    slots = {
        **intent.slots,
        "domain": ["cover", "binary_sensor"],
        "device_class": _SAME_CLASS.get(str(device_class), device_class),
    }
    return replace(intent, slots=slots)


def _noun(intent: Intent) -> str:
    if kind := intent.slots.get("kind"):
        return KINDS[kind].words[0]
    found = intent.slots.get("device_class") or intent.slots.get("domain") or ""
    return str(found if isinstance(found, str) else found[0]).replace("_", " ")


def _verdict(
    question: str, matching: Sequence[str], others: Sequence[str], words: tuple[str, str]
) -> str:
    state, what = words
    if question == "all":
        if not others:
            return f"yes, all {len(matching)} {what} are {state}"
        return f"no, {listed(others)} {'is' if len(others) == 1 else 'are'} not {state}"
    verb = "is" if len(matching) == 1 else "are"
    opening = {"any": "yes, " if matching else "no, "}.get(question, "")
    if not matching:
        which = "neither of the 2" if len(others) == 2 else f"none of the {len(others)}"
        return f"{opening}{which} {what} is {state}"
    if question == "how_many":
        if not others and len(matching) > 1:
            return f"all {len(matching)} {what} are {state}"
        named = f": {listed(matching)}" if len(matching) <= 6 else ""
        return f"{len(matching)} of {len(matching) + len(others)} {what} {verb} {state}{named}"
    return f"{opening}{listed(matching)} {verb} {state}"
