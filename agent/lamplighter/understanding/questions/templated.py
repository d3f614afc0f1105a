"""What Home Assistant's templates make of a question, in this project's own intents.

Templates take words for names that people mean otherwise: "is the house locked" asks of no device
called "house".
"""

from __future__ import annotations

import re
from dataclasses import replace

from lamplighter.understanding.intents import Intent
from lamplighter.understanding.normalise import fold
from lamplighter.understanding.questions.measures import measures_by_words
from lamplighter.understanding.questions.words import HOUSE
from lamplighter.understanding.resolver import Resolver

_EMPTY = re.compile(r"\b(?:empty|vacant|unoccupied)\b")
_EXISTS = re.compile(
    r"^(?:do (?:you|we|i) have|have (?:you|we|i) got|(?:is|are) there)\b(?!.*\bon\b)"
)
_OUTSIDE = re.compile(r"\b(?:outside|outdoors?)\b")
_INSIDE = re.compile(
    r"\b(?:inside|indoors?|(?:in|of) (?:the|my|our) (?:house|home|flat|apartment))\b"
)
_PLACING = frozenset({"name", "area", "floor", "ids", "side"})


def as_own(intent: Intent, resolver: Resolver) -> Intent:
    """The question as it is answered here."""
    said = fold(intent.text)
    if intent.name == "HassClimateGetTemperature":
        slots = {**intent.slots, "measure": "temperature"}
        intent = replace(intent, name="HomeGetMeasurement", slots=slots)
    if intent.name == "HassGetState":
        return _state(intent, said, resolver)
    if intent.name == "HomeGetMeasurement":
        return _measurement(intent, said)
    return intent


def _state(intent: Intent, said: str, resolver: Resolver) -> Intent:
    name, state = str(intent.slots.get("name", "")), intent.slots.get("state")
    if name in HOUSE and not resolver.names.named(name):
        return _of_the_house(intent, said)
    if state == "docked" and "charging" in said:  # where it stands does not tell that it charges
        slots = {key: value for key, value in intent.slots.items() if key != "state"}
        return replace(intent, slots=slots, question="one")
    if intent.question == "one" and state is None:
        return _single(intent, name, said, resolver)
    return intent


def _single(intent: Intent, name: str, said: str, resolver: Resolver) -> Intent:
    if said.startswith(("where is", "where's", "where are")):
        return replace(intent, question="where")
    if _EXISTS.match(said):
        return replace(intent, name="HomeGetInventory", question="any", many=True)
    side = _side(name)
    measure = measures_by_words().get(_OUTSIDE.sub("", _INSIDE.sub("", name)).strip())
    if side and measure and not resolver.names.named(name):
        slots = {"measure": measure, "side": side}
        return replace(intent, name="HomeGetMeasurement", slots=slots)
    return intent


def _of_the_house(intent: Intent, said: str) -> Intent:
    """A question about the house: who is in, or how everything is that can be so."""
    if _EMPTY.search(said):
        return replace(intent, name="HomeGetPresence", slots={"way": "nobody"}, question="one")
    state = intent.slots.get("state")
    if state is None:
        return intent
    question = "any" if state in ("open", "unlocked", "on") else "all"
    return replace(intent, slots={"state": state}, question=question)


def _measurement(intent: Intent, said: str) -> Intent:
    slots = dict(intent.slots)
    if "air quality" in said:
        slots["measure"] = "air_quality"
    if _PLACING.isdisjoint(slots) and not intent.here and (side := _side(said)):
        slots["side"] = side
    return intent if slots == intent.slots else replace(intent, slots=slots)


def _side(said: str) -> str:
    if _OUTSIDE.search(said):
        return "outside"
    return "inside" if _INSIDE.search(said) else ""
