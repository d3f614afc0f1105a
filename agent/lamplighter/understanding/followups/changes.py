"""Another state or value for what was meant before: "off again", "a bit brighter", "back to 20"."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lamplighter.catalogue.entity import Entity
from lamplighter.understanding.colours import COLOURS, WHITES
from lamplighter.understanding.context import Context
from lamplighter.understanding.followups.directions import (
    COMPARATIVES,
    EXCESSES,
    STATES,
    VALUES,
    step,
)
from lamplighter.understanding.followups.families import spoken_of
from lamplighter.understanding.intents import QUESTIONS, Intent
from lamplighter.understanding.names import Names
from lamplighter.understanding.spoken_numbers import numbers_in, tidy_number

_IT = r"(?:it|that|this|that one|this one)"
_THEM = r"(?:them|those|these|they|hers|his|theirs|both(?: of them)?|all(?: of (?:them|it))?)"
_PRONOUN = rf"(?P<it>{_IT})|(?P<them>{_THEM})"
_VERB = r"(?:turn|switch|put|set|make|get|have|bring|change|dim|flick|let's have)"
_AGAIN = re.compile(
    r"(?:^| )(?:again|back|once more|now|please|right|straight|still|then|though|just|only|but)"
    r"(?= |$)"
)
_SIGH = re.compile(
    r"^(?:(?:hm+|oh|ok|okay|right|well|so|wait|ah|um+|uh+|actually|sorry|no wait|hang on|hey) )+"
)
_ON_AT = re.compile(r"^on (?:(?:at|to) )?(?=\S+ ?(?:%|percent|per cent)$)")
_SHELL = re.compile(rf"^(?:{_VERB} )?(?:(?:{_PRONOUN})(?: |$))?(?P<rest>.*)$")
_ACTED = re.compile(
    rf"^(?P<verb>lock|unlock|open|close|shut|stop|halt|start|pause|dock|arm|disarm|toggle)"
    rf"(?: (?:{_PRONOUN}))?(?: up| down)?$"
)
_SPLIT = re.compile(rf"^(?:turn|switch|put|flick) (?P<state>on|off|up|down) (?:{_PRONOUN})$")
_RELATIVE = re.compile(
    rf"^(?P<verb>dim|brighten|darken|lower|raise|warm|cool|heat|speed|slow)(?: (?:{_PRONOUN}))?"
    r"(?: (?:up|down))?(?: (?P<much>.+))?$"
)
_VERB_SIGNS = {
    "dim": "dimmer",
    "darken": "dimmer",
    "brighten": "brighter",
    "lower": "lower",
    "raise": "higher",
    "warm": "warmer",
    "heat": "warmer",
    "cool": "cooler",
    "speed": "faster",
    "slow": "slower",
}
_TOO = re.compile(
    rf"^(?:(?:{_PRONOUN}|it's|that's|they're)(?:'s|'re| is| are)? )?"
    r"(?:(?:a bit|a little|way|far|much|just|rather|slightly) )*too (?P<word>[a-z]+)"
    r"(?: in here| here| for me)?$"
)
_NOT_ENOUGH = re.compile(
    rf"^(?:(?:{_PRONOUN}|it's|that's)(?:'s| is| are)? )?not (?P<word>[a-z]+) enough$"
)
_SMALL = (
    r"(?:just )?(?:(?:a )?(?:tiny |teeny |little |wee |small )*(?:bit|little|touch|tad|notch)|"
    r"slightly|somewhat|a fraction)"
)
_LARGE = r"(?:a lot|lots|a good (?:bit|deal)|(?:so |very )?much|far|way|loads|considerably)"
_AMOUNT = re.compile(rf"^(?:(?P<small>{_SMALL})|(?P<large>{_LARGE})|even|some)(?: |$)")
_AMOUNT_AFTER = re.compile(rf" (?:(?P<small>{_SMALL})|(?P<large>{_LARGE}))$")
_BY = re.compile(
    r"^(?:by )?(?P<number>.+?) ?(?:%|percent|per cent|degrees?|°[cf]?|points?) (?P<rest>.+)$|"
    r"^(?P<word>\S+(?: open| closed)?) by (?P<after>.+?)"
    r" ?(?:%|percent|per cent|degrees?|°[cf]?|points?)?$|"
    r"^(?P<way>up|down) (?:by )?(?P<much>.+?) ?(?P<of>%|percent|per cent|degrees?|°[cf]?)$"
)
_VALUE = re.compile(
    r"^(?:(?:back )?(?:to|at|on|down to|up to) )?(?:about |around |exactly )?(?P<number>.+?)"
    r" ?(?P<unit>%|percent|per cent|degrees?(?: celsius| fahrenheit)?|°[cf]?|kelvin|k)?$"
)
_MORE = re.compile(
    rf"^(?:(?:{_SMALL}|{_LARGE}|even|still|some|yet) )*(?:more|further)(?: than that)?$"
)
_LESS = re.compile(
    rf"^(?:(?:{_SMALL}|{_LARGE}|even|still) )*less(?: than that)?$|^not (?:so|that|quite so) much$|"
    r"^(?:that's |it's )?too much$"
)
_MOVED = {"HassTurnOn": 1, "HassTurnOff": -1}
"""Which way opening and closing go."""

_SMALLER, _LARGER = 0.5, 2.0
_REPEATED = re.compile(
    r"^(?:(?:do|run|repeat|say) (?:it|that|this)|repeat|same|the same(?: thing)?|one more time|"
    r"(?:and )?once more|again|another time)(?: (?:again|once more|one more time))?$"
)
_ONCE_ONLY = ("HomeChange", "HassToggle", "HomeLocate", "HomeCleanSpot")


@dataclass(frozen=True, slots=True)
class Changed:
    """What is to become of the entities that were meant before.

    Attributes:
        intents: the intents, with their entities.
        sure: False where it is not certain that all of those are meant.
    """

    intents: tuple[Intent, ...]
    sure: bool = True


def repeated(said: str, context: Context) -> Changed | None:
    """The same once more, where the folded sentence says so."""
    if _REPEATED.match(said) is None or not context.intents:
        return None
    return Changed(context.intents)


def kept_so(context: Context, names: Names, text: str) -> Changed | None:
    """What was done just before, once more, for an end to be added: "for ten minutes"."""
    commands = [each for each in context.intents if each.name not in QUESTIONS]
    once = any(each.name.startswith(_ONCE_ONLY) for each in commands)
    if not context.acted or not commands or once or len(commands) != len(context.intents):
        return None
    if len(commands) > 1 or not context.entities:
        return Changed(tuple(commands))
    known = [names.entities[each] for each in context.entities if each in names.entities]
    intent = commands[0]
    slots = {
        key: value
        for key, value in intent.slots.items()
        if key not in ("name", "area", "floor", "kind", "domain", "device_class")
    }
    return Changed(_by_domain(known, lambda _: (intent.name, slots), text))


def changed(said: str, context: Context, names: Names) -> Changed | None:
    """What a folded sentence changes of the entities meant before; None where it is none such."""
    known = spoken_of(context, names)
    if not known:
        return None
    reading = _Reading(context, known, said)
    bare = _SIGH.sub("", said)
    found = reading.read(" ".join(_AGAIN.sub(" ", bare).split()) or bare)
    if not found:
        return None
    one = _singular(said) and len(context.intents) > 1 and len(known) > 1
    return Changed(found, sure=not one)


@dataclass(frozen=True, slots=True)
class _Reading:
    context: Context
    known: Sequence[Entity]
    text: str

    def read(self, bare: str) -> tuple[Intent, ...]:
        found = self._acted(bare) or self._complained(bare) or self._state(bare)
        shell = None if found else _SHELL.match(bare)
        rest = shell["rest"].strip() if shell else ""
        if not rest:
            return found
        return (
            self._state(rest) or self._comparative(rest) or self._further(rest) or self._value(rest)
        )

    def _acted(self, bare: str) -> tuple[Intent, ...]:
        """A verb, with or without a pronoun: "lock it", "turn off those", "dim it a bit"."""
        if match := _ACTED.match(bare) or _SPLIT.match(bare):
            groups = match.groupdict()
            return self._state(groups.get("verb") or groups.get("state") or "")
        match = _RELATIVE.match(bare)
        amount = self._amount_of(match["much"] or "") if match else None
        if match is None or amount is None:
            return ()
        return self._towards(COMPARATIVES[_VERB_SIGNS[match["verb"]]], amount)

    def _complained(self, bare: str) -> tuple[Intent, ...]:
        """Of too much or too little: "it's too bright", "not warm enough"."""
        if match := _TOO.match(bare):
            return self._towards(EXCESSES.get(match["word"]), {})
        if match := _NOT_ENOUGH.match(bare):
            sign, domains = EXCESSES.get(match["word"], (0, ()))
            return self._towards((-sign, domains), {})
        return ()

    def _state(self, word: str) -> tuple[Intent, ...]:
        found: list[Intent] = []
        for doing in STATES.get(word, ()):
            fitting = [each for each in self.known if each.domain in doing.domains]
            found += _by_domain(fitting, lambda _, d=doing: (d.intent, dict(d.slots)), self.text)
        if found:
            return tuple(found)
        return self._towards(COMPARATIVES[word], {}) if word in ("up", "down") else ()

    def _comparative(self, rest: str) -> tuple[Intent, ...]:
        extra: dict[str, Any] = {}
        if match := _AMOUNT.match(rest):
            extra, rest = _size(match), rest[match.end() :]
        elif match := _AMOUNT_AFTER.search(rest):
            extra, rest = _size(match), rest[: match.start()]
        elif match := _BY.match(rest):
            number = _number(match["number"] or match["after"] or match["much"] or "")
            word = match["rest"] or match["word"] or match["way"] or ""
            if number is None or word not in COMPARATIVES:
                return ()
            sign, domains = COMPARATIVES[word]
            if (match["of"] or "").startswith(("deg", "°")):
                domains = ("climate",)
            return self._towards((sign, domains), {"by": number})
        return self._towards(COMPARATIVES.get(rest), extra)

    def _further(self, rest: str) -> tuple[Intent, ...]:
        """On the way that was taken before: "a bit more", "less"."""
        more, less = _MORE.match(rest), _LESS.match(rest)
        if not (more or less):
            return ()
        size = _AMOUNT.match(rest)
        extra = _size(size) if size else {}
        if less and not size:
            extra = {"amount": _SMALLER}
        sign = self._last_sign()
        if not sign:
            return ()
        return self._towards((sign if more else -sign, None), extra)

    def _last_sign(self) -> int:
        """The way of the last relative change; up where a value was set."""
        for intent in reversed(self.context.intents):
            for slot, value in intent.slots.items():
                if slot.endswith("_step"):
                    return 1 if float(value) > 0 else -1
            if any((intent.name, slot) in VALUES.values() for slot in intent.slots):
                return 1
            if intent.name in _MOVED and all(each.domain == "cover" for each in self.known):
                return _MOVED[intent.name]
        return 0

    def _towards(
        self, way: tuple[int, Sequence[str] | None] | None, extra: Mapping[str, Any]
    ) -> tuple[Intent, ...]:
        if way is None:
            return ()
        sign, domains = way

        def change(domain: str) -> tuple[str, dict[str, Any]] | None:
            if domains is not None and domain not in domains:
                return None
            found = step(domain, sign)
            return found and (found[0], {**found[1], **extra})

        # Of a lamp and a blind that are meant together, the lamp is what "darker" is said of.
        first = [each for each in self.known if domains and each.domain == domains[0]]
        return _by_domain(first or self.known, change, self.text)

    def _value(self, rest: str) -> tuple[Intent, ...]:
        rest = _ON_AT.sub("", rest)
        word = re.sub(r"^(?:(?:back )?(?:to|in) )?(?:the )?", "", rest)
        if word in COLOURS:
            slots: dict[str, Any] = {"color": word}
            return self._of(("light",), "HassLightSet", slots)
        if word in WHITES:
            return self._of(("light",), "HassLightSet", {"temperature": WHITES[word]})
        match = _VALUE.match(rest)
        number = _number(match["number"]) if match else None
        if match is None or number is None:
            return ()
        unit = match["unit"] or ""
        if not unit and rest == match["number"] and not self._valued():
            return ()  # "21" goes on from "set it to 20", not from "turn off the fan"
        if unit in ("k", "kelvin"):
            return self._of(("light",), "HassLightSet", {"temperature": number})

        def setting(domain: str) -> tuple[str, dict[str, Any]] | None:
            known = VALUES.get(domain)
            heated = domain in ("climate", "water_heater")
            if known is None or (unit and heated != unit.startswith(("deg", "°"))):
                return None
            return known[0], {known[1]: number}

        return _by_domain(self.known, setting, self.text)

    def _valued(self) -> bool:
        """True where a value was set before."""
        intents = self.context.intents
        return any((each.name, slot) in VALUES.values() for each in intents for slot in each.slots)

    def _of(self, domains: Sequence[str], name: str, slots: dict[str, Any]) -> tuple[Intent, ...]:
        return _by_domain(
            self.known, lambda domain: (name, slots) if domain in domains else None, self.text
        )

    def _amount_of(self, much: str) -> dict[str, Any] | None:
        """What "a bit" or "by 10 percent" adds to a change; None where it is no amount."""
        if not much or much in ("more", "further"):
            return {}
        if match := _AMOUNT.match(much):
            return _size(match) if match.end() >= len(much) or much.endswith("more") else None
        by = re.fullmatch(r"by (?P<n>.+?) ?(?:%|percent|degrees?|points?)?", much)
        number = _number(by["n"]) if by else None
        return None if number is None else {"by": number}


def _size(match: re.Match[str]) -> dict[str, Any]:
    if match["small"]:
        return {"amount": _SMALLER}
    return {"amount": _LARGER} if match["large"] else {}


def _number(said: str) -> float | None:
    found = numbers_in(said)
    value = found.get(said.strip())
    return None if value is None else tidy_number(value)


def _singular(said: str) -> bool:
    return re.search(r"\b(?:it|it's|that|this)\b", said) is not None


def _by_domain(entities: Sequence[Entity], intent_of: Any, text: str) -> tuple[Intent, ...]:
    """An intent for the entities of each domain, where there is one for it."""
    found: dict[str, list[Entity]] = {}
    for entity in entities:
        found.setdefault(entity.domain, []).append(entity)
    intents: list[Intent] = []
    for domain, each in found.items():
        known = intent_of(domain)
        if known is None:
            continue
        name, slots = known
        ids = tuple(entity.id for entity in each)
        intents.append(
            Intent(name, {**slots, "ids": ids}, frozenset({domain}), many=len(ids) > 1, text=text)
        )
    return tuple(intents)
