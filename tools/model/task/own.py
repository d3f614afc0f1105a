"""Sentences of this project's own wordings (``wordings/*.yaml``)."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from tools.model.task.gold import Meaning
from tools.model.task.homes import Home, HomeMaker, kind_words_of
from tools.model.task.wording import Expander

from lamplighter.catalogue.entity import Choice, Entity
from lamplighter.understanding.colours import COLOURS
from lamplighter.understanding.frames import FIRST_VERBS, NONE

WORDINGS = Path(__file__).with_name("wordings")
_IMPLIED_DOMAIN = {
    "light": "light",
    "heating": "climate",
    "blind": "cover",
    "fan": "fan",
    "vacuum": "vacuum",
}
_UNITS = (
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)
_TENS = {
    20: "twenty",
    30: "thirty",
    40: "forty",
    50: "fifty",
    60: "sixty",
    70: "seventy",
    80: "eighty",
    90: "ninety",
}


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence before anybody said it their way, with its home and meaning."""

    sentence: str
    meaning: Meaning
    home: Home
    source: str
    keep: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Template:
    """A template with what it is about; ``number`` decides whether it is held out."""

    text: str
    verb: str
    domains: tuple[str, ...]
    value: str = ""
    kind: str = ""

    @property
    def held_out(self) -> bool:
        """True for the twelfth of all templates that training never sees."""
        return hashlib.sha256(f"{self.verb} {self.text}".encode()).digest()[0] % 12 == 5


class OwnWordings:
    """Draws sentences of the commands, the places and of what is nothing.

    Args:
        homes: makes the homes.
        draw: the source of randomness.
        held_out: draw from the held-out templates only, or from the others only.
    """

    def __init__(self, homes: HomeMaker, draw: random.Random, *, held_out: bool) -> None:
        self.homes = homes
        self.draw = draw
        commands, loose = _yaml("commands.yaml"), _yaml("loose.yaml")
        self._rules: Mapping[str, str] = commands["rules"]
        reasons: Mapping[str, Sequence[str]] = commands["reasons"]
        more: Mapping[str, Sequence[str]] = loose["reasons"]
        self._reasons = {
            key: [*reasons.get(key, ()), *more.get(key, ())] for key in {**reasons, **more}
        }
        self._nothing = _yaml("nothing.yaml")
        groups = commands["commands"] + loose["commands"]
        groups += [group for group in groups if group["verb"] not in FIRST_VERBS]
        self._commands = _kept(map(_commands, groups), held_out=held_out)
        groups = commands["places"] + loose["places"] + loose["felt"]
        self._places = _kept(map(_places, groups), held_out=held_out)
        self._noise = {
            group: [t for t in templates if Template(t, NONE, ()).held_out == held_out]
            for group, templates in self._nothing.items()
            if group != "rules"
        }
        self._noise = {group: found for group, found in self._noise.items() if found}

    def command(self) -> Said:
        """Something told to a device, or asked of it."""
        draw = self.draw
        template = draw.choice(draw.choice(self._commands))
        domain = draw.choice(template.domains)
        home = self.homes.make(must=domain)
        target = draw.choice([each for each in home.entities if each.domain == domain])
        value = self._value(template.value, target)
        thing, bare, meaning = self._thing(home, target, template.verb, value)
        fill = {"thing": thing, "bare": bare, "v": value}
        expander = Expander(self._rules, fill.__getitem__, draw)
        sentence = self._reasoned(expander, template, domain, expander.sentence(template.text))
        if "{" not in template.text or (draw.random() < 0.14 and not template.value):
            sentence = self._elliptic(template, domain, bare) or sentence
        return Said(sentence, meaning, home, "own commands", (bare, value))

    def place(self) -> Said:
        """Something said of a room, where what is to be done is only implied."""
        draw = self.draw
        template = draw.choice(draw.choice(self._places))
        home = self.homes.make(must=_IMPLIED_DOMAIN[template.kind])
        place = draw.choice((*home.areas, *home.areas, *home.areas, *home.floors)).casefold()
        value = self._value(template.value, None)
        here = draw.random() < 0.2
        said = f"the {place}" if not place.endswith("stairs") and "'" not in place else place
        said = place if draw.random() < 0.1 else said
        said = draw.choice(("this room", "this room", "this place")) if here else said
        expander = Expander(self._rules, {"place": said, "v": value}.__getitem__, draw)
        sentence = expander.sentence(template.text)
        if here and draw.random() < 0.8:
            sentence = sentence.replace(f"in {said}", "in here").replace(f"into {said}", "in here")
        place = place if said in sentence and not here else ""
        meaning = Meaning(template.verb, kind=template.kind, area=place, value=value)
        return Said(sentence, meaning, home, "own places", (place, value))

    def nothing(self) -> Said:
        """Something that mentions devices or rooms and is nobody's command."""
        draw, home = self.draw, self.homes.make()
        group = draw.choice(list(self._noise))
        expander = Expander(self._nothing["rules"], lambda slot: self._noun(slot, home), draw)
        sentence = expander.sentence(draw.choice(self._noise[group]))
        return Said(sentence, Meaning(NONE), home, f"own nothing: {group}")

    def _noun(self, slot: str, home: Home) -> str:
        draw = self.draw
        if slot == "person":
            return str(draw.choice(self.homes.words.lists["people"]))
        entity = draw.choice(home.entities)
        words = [entity.name.casefold(), entity.name.casefold(), *kind_words_of(entity)]
        word = draw.choice(words) if "word" in slot else draw.choice(home.areas).casefold()
        if slot.startswith("the_"):
            return f"{draw.choice(('the', 'the', 'my', 'our'))} {word}" if "'" not in word else word
        if slot.startswith("a_"):
            return word if word.endswith("s") else f"{'an' if word[0] in 'aeiou' else 'a'} {word}"
        return word

    def _thing(self, home: Home, target: Entity, verb: str, value: str) -> tuple[str, str, Meaning]:
        """The device as it is said with and without its article, and the meaning."""
        kinds = kind_words_of(target)
        if self.draw.random() < 0.56 or not kinds:
            return self._by_name(target, verb, value)
        kind = self.draw.choice(kinds)
        same = frozenset(each.id for each in home.entities if kind in kind_words_of(each))
        place = (target.area or "").casefold()
        if home.floors and place and self.draw.random() < 0.12:
            place = self.draw.choice(home.floors).casefold()
        if place and self.draw.random() < 0.75:
            meaning = Meaning(verb, same, kind, place, value)
            return (*self._in_place(kind, place), meaning)
        every = ("all the ", "every one of the ") if kind.endswith("s") else ()
        article = self.draw.choice(("the ", "the ", "the ", "my ", "", *every))
        return f"{article}{kind}", kind, Meaning(verb, same, kind, "", value)

    def _by_name(self, target: Entity, verb: str, value: str) -> tuple[str, str, Meaning]:
        """The device by its name, an alias or a part of it."""
        draw = self.draw
        name = draw.choice((target.name, target.name, *target.aliases)).casefold()
        words = name.split()
        if len(words) > 2 and draw.random() < 0.25:
            name = " ".join(words[1:] if draw.random() < 0.5 else words[:-1])
        place = (target.area or "").casefold()
        area = place if place in name else ""
        meaning = Meaning(verb, frozenset({target.id}), "", area, value)
        return _articled(draw, name, target), name, meaning

    def _in_place(self, kind: str, place: str) -> tuple[str, str]:
        """The kind with its place, with and without the article."""
        the = "" if place.endswith("stairs") or "'" in place else "the "
        inside = self.draw.choice(("in", "in", "in", "of", "on"))
        ways = (
            (f"the {kind} {inside} {the}{place}", f"{kind} {inside} {the}{place}"),
            (f"the {kind} {inside} {the}{place}", f"{place} {kind}"),
            (f"{the}{place} {kind}", f"{place} {kind}"),
            (f"{the}{place}'s {kind}", f"{place} {kind}"),
            (f"the {kind} {place}", f"{kind} {place}"),
        )
        return self.draw.choice(ways)

    def _reasoned(self, expander: Expander, template: Template, domain: str, sentence: str) -> str:
        """The sentence with why it is said before or after it, now and then."""
        reason = self._reason(expander, template.verb, domain)
        chance = self.draw.random()
        if not reason or chance > 0.2:
            return sentence
        if chance < 0.05:
            return f"{sentence}{self.draw.choice((', ', ' '))}{reason}"
        return f"{reason}{self.draw.choice((', ', ' so ', ' ', '. ', ', so '))}{sentence}"

    def _elliptic(self, template: Template, domain: str, bare: str) -> str:
        expander = Expander(self._rules, str, self.draw)
        reason = self._reason(expander, template.verb, domain)
        if not reason:
            return ""
        ways = (f"{reason}, {bare}", f"{reason} {bare}", f"{bare}, {reason}", f"{bare}! {reason}")
        return self.draw.choice(ways)

    def _reason(self, expander: Expander, verb: str, domain: str) -> str:
        shared = "cover" if domain == "cover" else domain
        reasons = self._reasons.get(f"{verb} {shared}")
        return expander.sentence(self.draw.choice(reasons)) if reasons else ""

    def _value(self, wanted: str, target: Entity | None) -> str:
        draw = self.draw
        if wanted == "colour":
            return draw.choice(list(COLOURS))
        if wanted == "option":
            taken = next(iter(target.services.values())).params["option"] if target else None
            assert isinstance(taken, Choice)
            return draw.choice(taken.options)
        if wanted == "degrees":
            number = draw.choice((draw.randint(15, 26), draw.randint(60, 78), draw.randint(5, 30)))
            return _spelled(draw, number, draw.random() < 0.08)
        if wanted == "percent":
            return _spelled(draw, draw.choice((draw.randrange(5, 101, 5), draw.randint(1, 100))))
        return ""


def _spelled(draw: random.Random, number: int, half: bool = False) -> str:  # noqa: FBT001, FBT002
    if half:
        return f"{number}.5"
    if draw.random() < 0.75 or number > 99:
        return str(number)
    if number <= 12:
        return _UNITS[number]
    tens = _TENS.get(number - number % 10)
    if tens is None:
        return str(number)
    return tens if number % 10 == 0 else f"{tens} {_UNITS[number % 10]}"


def _articled(draw: random.Random, name: str, target: Entity) -> str:
    alone = target.domain in ("vacuum", "lawn_mower", "scene") or "'" in name
    if alone:
        return name
    return f"{draw.choice(('the', 'the', 'the', 'my', 'our', 'that', ''))} {name}".strip()


def _commands(group: Mapping[str, Any]) -> list[Template]:
    of = tuple(group["of"])
    return [Template(text, group["verb"], of, group.get("value", "")) for text in group["say"]]


def _places(group: Mapping[str, Any]) -> list[Template]:
    value, kind = group.get("value", ""), group["kind"]
    return [Template(text, group["verb"], (), value, kind) for text in group["say"]]


def _kept(groups: Iterable[list[Template]], *, held_out: bool) -> list[list[Template]]:
    """The templates that are held out, or the others; without groups that are left empty."""
    kept = [[each for each in group if each.held_out == held_out] for group in groups]
    return [group for group in kept if group]


def _yaml(name: str) -> Any:
    return yaml.safe_load((WORDINGS / name).read_text(encoding="utf-8"))
