"""Frames: the short lines in which the model says what a sentence means.

A frame is ``verb|kind|name|area|value``, for instance ``on|lamp||lounge|`` for "it is gloomy in the
lounge, the lamp would help". Verbs are of a fixed list. Everything else is copied from the
sentence, and only from those words of it that the catalogue knows: a device that does not exist
can't be said, and no device's name or state is ever part of the prompt.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

from lamplighter.catalogue.entity import Entity
from lamplighter.understanding.colours import COLOURS
from lamplighter.understanding.intents import Intent
from lamplighter.understanding.kinds import KINDS, plural_of
from lamplighter.understanding.names import Names
from lamplighter.understanding.normalise import fold
from lamplighter.understanding.spoken_numbers import numbers_in, tidy_number

SETTING = "set"
"""The verb that takes a value."""

NONE = "none"
"""The verb of sentences that tell or ask the home nothing."""


@dataclass(frozen=True, slots=True)
class Verb:
    """Something a frame can say.

    Attributes:
        intent: the intent it stands for; for ``set`` the value decides (see ``intent_of``).
        domains: the domains it is said of.
        slots: slots it brings along.
        risky: True where it opens something up: never carried out on the model's word alone.
        starts: how a sentence that plainly says it begins.
    """

    intent: str
    domains: frozenset[str]
    slots: Mapping[str, Any]
    risky: bool
    starts: re.Pattern[str]


def _verb(intent: str, domains: str, starts: str, **rest: Any) -> Verb:
    risky = bool(rest.pop("risky", False))
    pattern = re.compile(rf"^(?:{starts})\b", re.IGNORECASE)
    return Verb(intent, frozenset(domains.split()), rest, risky, pattern)


_SWITCHED = "light switch fan climate siren humidifier water_heater scene"
VERBS: Mapping[str, Verb] = {
    "on": _verb(
        "HassTurnOn",
        _SWITCHED,
        # "turn the lights on the first floor" has lost its verb.
        r"(?:turn|switch|put) on|(?:turn|switch|put)\b.*\bon(?! (?:the|my|our|every)\b)|"
        r"enable|activate|start|light",
    ),
    "off": _verb(
        "HassTurnOff", _SWITCHED, r"(?:turn|switch|shut)\b.*\boff|kill|disable|deactivate|stop"
    ),
    "open": _verb("HassTurnOn", "cover valve", "open|raise|lift|pull up", risky=True),
    "close": _verb("HassTurnOff", "cover valve", "close|shut|lower|pull down"),
    "lock": _verb("HassTurnOn", "lock", "lock|secure"),
    "unlock": _verb("HassTurnOff", "lock", "unlock", risky=True),
    "set": _verb(
        "",
        "light climate water_heater fan cover valve number humidifier select",
        "set|change|make",
    ),
    "brighter": _verb("HomeChangeBrightness", "light", "brighten|make", brightness_step=20),
    "dimmer": _verb("HomeChangeBrightness", "light", "dim|darken|make", brightness_step=-20),
    "warmer": _verb("HomeChangeTemperature", "climate", "warm|heat|make", temperature_step=1),
    "cooler": _verb("HomeChangeTemperature", "climate", "cool|make", temperature_step=-1),
    "clean": _verb("HassVacuumStart", "vacuum", "clean|vacuum|hoover|start|run"),
    "dock": _verb("HassVacuumReturnToBase", "vacuum", "dock|return|send"),
    "mow": _verb("HassLawnMowerStartMowing", "lawn_mower", "mow|start"),
    "ask": _verb("HassGetState", "", "is|are|what|which|how|tell me"),
}
"""Every verb but ``none``."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame; empty texts where the sentence says nothing of the sort."""

    verb: str
    kind: str = ""
    name: str = ""
    area: str = ""
    value: str = ""

    def line(self) -> str:
        """The frame as the model writes it."""
        return f"{self.verb}|{self.kind}|{self.name}|{self.area}|{self.value}"


@dataclass(frozen=True, slots=True)
class Mentions:
    """The parts of a sentence that the catalogue knows, by what they stand for.

    Attributes:
        kinds: kinds' keys by the words that say them.
        names: whole names and parts of names.
        areas: areas' and floors' names as they were said.
        values: numbers, colours and options, as they were said.
        domains: the domains of what was mentioned.
    """

    kinds: Mapping[str, str]
    names: tuple[str, ...]
    areas: tuple[str, ...]
    values: Mapping[str, Any]
    domains: frozenset[str]

    def device(self) -> bool:
        """True where a device or a kind of device is named."""
        return bool(self.kinds or self.names)


def mentions_in(text: str, names: Names) -> Mentions:
    """What of the catalogue the sentence mentions."""
    folded = fold(text)
    whole = [name for name in names.within(folded) if _stands_in(name, folded)]
    parts = [part for part in names.parts_within(folded) if part not in whole]
    values: dict[str, Any] = {
        said: tidy_number(number) for said, number in numbers_in(text).items()
    }
    values |= {colour: colour for colour in COLOURS if _stands_in(colour, folded)}
    values |= {option: option for option in names.options if _stands_in(option, folded)}
    said_names = tuple(_longest(dict.fromkeys(whole or parts, "")))
    kinds = _longest({said: key for said, key in _kinds() if _stands_in(said, folded)})
    about = [entity for name in said_names for entity in _called(name, names)]
    return Mentions(
        kinds=kinds,
        names=said_names,
        domains=frozenset(entity.domain for entity in about)
        or frozenset().union(*(KINDS[key].domains for key in kinds.values())),
        areas=tuple(each for each in (*names.areas, *names.floors) if _stands_in(each, folded)),
        values=values,
    )


def intents_of(frame: Frame, mentions: Mentions, names: Names, text: str) -> Intent | None:
    """The intent that a frame stands for; None where it says nothing that can be done."""
    verb = VERBS.get(frame.verb)
    if verb is None:
        return None
    slots: dict[str, Any] = dict(verb.slots)
    key = mentions.kinds.get(frame.kind, "")
    if frame.name:
        slots["name"] = frame.name
    elif key:
        slots["kind"] = key
    if frame.area:
        place = names.areas.get(fold(frame.area))
        slots["area" if place else "floor"] = (
            place.name if place else names.floors[fold(frame.area)].name
        )
    if verb.intent:
        question = "one" if frame.verb == "ask" else ""
        many = not question and key != "" and frame.kind not in KINDS[key].words
        return Intent(verb.intent, slots, verb.domains, many=many, question=question, text=text)
    about = _called(frame.name, names) if frame.name else ()
    domains = {entity.domain for entity in about} or (KINDS[key].domains if key else frozenset())
    return _setting(mentions.values.get(frame.value), domains, slots, text)


def _setting(
    value: Any, domains: AbstractSet[str], slots: dict[str, Any], text: str
) -> Intent | None:
    if value is None:
        return None
    if isinstance(value, str):
        if value in COLOURS:
            return Intent(
                "HassLightSet", {**slots, "color": value}, frozenset({"light"}), text=text
            )
        return Intent("HomeSetOption", {**slots, "option": value}, text=text)
    for domain, intent, slot in _BY_DOMAIN:
        if domain in domains:
            return Intent(intent, {**slots, slot: value}, frozenset({domain}), text=text)
    return None


_BY_DOMAIN = (
    ("light", "HassLightSet", "brightness"),
    ("climate", "HassClimateSetTemperature", "temperature"),
    ("water_heater", "HassClimateSetTemperature", "temperature"),
    ("fan", "HassFanSetSpeed", "percentage"),
    ("cover", "HassSetPosition", "position"),
    ("valve", "HassSetPosition", "position"),
    ("humidifier", "HomeSetHumidity", "number"),
    ("number", "HomeSetNumber", "number"),
)
"""What a bare number sets, by domain."""


def _called(name: str, names: Names) -> tuple[Entity, ...]:
    return names.named(name) or names.partly_named(name)


def _kinds() -> Iterable[tuple[str, str]]:
    for key, kind in KINDS.items():
        for word in kind.words:
            yield word, key
            yield plural_of(word), key


def _stands_in(words: str, folded: str) -> bool:
    return f" {words} " in f" {folded} "


def _longest(found: Mapping[str, str]) -> dict[str, str]:
    """Without those that stand inside a longer one."""
    return {
        said: key
        for said, key in found.items()
        if not any(said != other and _stands_in(said, other) for other in found)
    }
