"""Frames: the short lines in which the model says what a sentence means.

A frame is ``verb|kind|name|area|value``, for instance ``on|lamp||lounge|`` for "it is gloomy in the
lounge, the lamp would help". Verbs are of a fixed list (a model knows those of the tasks that its
manifest names). Everything else is copied from the
sentence, and only from those words of it that the catalogue knows: a device that does not exist
can't be said, and no device's name or state is ever part of the prompt.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from typing import Any

from lamplighter.catalogue.entity import Entity
from lamplighter.understanding.colours import COLOURS
from lamplighter.understanding.intents import Intent
from lamplighter.understanding.kinds import KINDS, plural_of
from lamplighter.understanding.leftovers import says_nothing
from lamplighter.understanding.names import Names
from lamplighter.understanding.normalise import fold
from lamplighter.understanding.spoken_numbers import numbers_in, tidy_number
from lamplighter.understanding.wording import key_of

SETTING = "set"
"""The verb that takes a value."""

NONE = "none"
"""The verb of sentences that tell or ask the home nothing."""


@dataclass(frozen=True, slots=True)
class Verb:
    """Something a frame can say.

    Attributes:
        intent: the intent it stands for; for ``set`` the value decides (see ``intents_of``).
        domains: the domains it is said of.
        slots: slots it brings along.
        risky: True where it opens something up: never carried out on the model's word alone.
        starts: how a sentence that plainly says it begins.
        by_domain: the intents it stands for where the domain decides.
    """

    intent: str
    domains: frozenset[str]
    slots: Mapping[str, Any]
    risky: bool
    starts: re.Pattern[str]
    by_domain: Mapping[str, str] = field(default_factory=dict)


def _verb(intent: str, domains: str, starts: str, **rest: Any) -> Verb:
    risky = bool(rest.pop("risky", False))
    by_domain: Mapping[str, str] = rest.pop("by_domain", {})
    pattern = re.compile(rf"^(?:{starts})\b", re.IGNORECASE)
    every = frozenset(domains.split()) | by_domain.keys()
    return Verb(intent, every, rest, risky, pattern, by_domain)


_SWITCHED = "light switch fan climate siren humidifier water_heater scene"
FIRST_VERBS: Mapping[str, Verb] = {
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
    "dock": _verb("HassVacuumReturnToBase", "vacuum", "dock|return|send|park"),
    "mow": _verb("HassLawnMowerStartMowing", "lawn_mower", "mow|start"),
    "ask": _verb("HassGetState", "", "is|are|what|which|how|tell me"),
}
"""The verbs of the task ``frames``, which every adapter knows."""

_TOGGLED = "light switch fan humidifier siren cover valve"
VERBS: Mapping[str, Verb] = {
    **FIRST_VERBS,
    "on": replace(
        FIRST_VERBS["on"],
        domains=FIRST_VERBS["on"].domains | {"button"},
        starts=re.compile(
            rf"{FIRST_VERBS['on'].starts.pattern}|^(?:press|push|run)\b", re.IGNORECASE
        ),
    ),
    "dock": replace(
        FIRST_VERBS["dock"],
        domains=FIRST_VERBS["dock"].domains | {"lawn_mower"},
        by_domain={"vacuum": "HassVacuumReturnToBase", "lawn_mower": "HassLawnMowerDock"},
    ),
    "stop": _verb(
        "",
        "",
        "stop|halt|freeze|hold",
        by_domain={"cover": "HassStopMoving", "valve": "HassStopMoving", "vacuum": "HomeStop"},
    ),
    "pause": _verb("HomePause", "vacuum lawn_mower", "pause|hold|stop"),
    "toggle": _verb("HassToggle", _TOGGLED, "toggle|flip|invert|reverse", risky=True),
    "arm": _verb("HomeArmAlarm", "alarm_control_panel", "arm|activate|set|turn on|switch on"),
    "disarm": _verb("HomeDisarmAlarm", "alarm_control_panel", "disarm", risky=True),
    "faster": _verb("HomeChangeSpeed", "fan", "speed up|increase|make|turn up", speed_step=20),
    "slower": _verb("HomeChangeSpeed", "fan", "slow|reduce|make|turn down", speed_step=-20),
    "more": _verb("HomeChangeNumber", "number", "raise|increase|turn up|make", number_step=1),
    "less": _verb("HomeChangeNumber", "number", "lower|reduce|turn down|make", number_step=-1),
}
"""Every verb but ``none``: those of the task ``wide frames``."""


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
        implied: True where no device is named, and the kinds are those that may be meant.
    """

    kinds: Mapping[str, str]
    names: tuple[str, ...]
    areas: tuple[str, ...]
    values: Mapping[str, Any]
    domains: frozenset[str]
    implied: bool = False

    def device(self) -> bool:
        """True where a device or a kind of device is named."""
        return bool(self.kinds or self.names)


_AMBIGUOUS = "outside inside outdoors indoors out first second third ground top"
_NO_PLACE = frozenset(_AMBIGUOUS.split())
"""Words for places that say something else too often to be copied into a frame."""


def mentions_in(text: str, names: Names) -> Mentions:
    """What of the catalogue the sentence mentions."""
    folded = fold(text)
    places = [
        each
        for each in (*names.areas, *names.floors)
        if each not in _NO_PLACE and _stands_in(each, folded)
    ]
    whole = [name for name in names.within(folded) if _stands_in(name, folded)]
    parts = [
        part
        for part in names.parts_within(folded)
        if part not in whole
        and not names.only_generic(key_of(part))
        and not any(_stands_in(part, place) for place in places)
        and not says_nothing(part)
    ]
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
        areas=tuple(_longest(dict.fromkeys(places, ""))),
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
    about = _called(frame.name, names) if frame.name else ()
    said = {entity.domain for entity in about} or (KINDS[key].domains if key else frozenset())
    if frame.verb == SETTING:
        return _setting(mentions.values.get(frame.value), said, slots, text)
    intent, domains = _meant(verb, said)
    if not intent:
        return None
    question = "one" if frame.verb == "ask" else ""
    many = not question and key != "" and frame.kind not in KINDS[key].words
    return Intent(intent, slots, domains, many=many, question=question, text=text)


def _meant(verb: Verb, said: AbstractSet[str]) -> tuple[str, frozenset[str]]:
    """The verb's intent for what was said, and the domains it goes for."""
    found = next((intent for domain, intent in verb.by_domain.items() if domain in said), None)
    if found is None:
        return verb.intent, verb.domains
    same = (domain for domain, intent in verb.by_domain.items() if intent == found)
    return found, frozenset(same)


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
