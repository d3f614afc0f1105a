"""Sentences of others: Home Assistant's templates, home-llm's piles, CLINC150's requests."""

from __future__ import annotations

import csv
import hashlib
import json
import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.model.task.gold import Meaning
from tools.model.task.homes import Home, HomeMaker, entity, home_of, kind_words_of
from tools.model.task.own import Said
from tools.model.task.wording import Expander

from lamplighter.catalogue.entity import Entity
from lamplighter.config import Area
from lamplighter.understanding.colours import COLOURS
from lamplighter.understanding.frames import NONE

_VERBS = {
    ("HassTurnOn", "cover"): "open",
    ("HassTurnOff", "cover"): "close",
    ("HassTurnOn", "valve"): "open",
    ("HassTurnOff", "valve"): "close",
    ("HassTurnOn", "lock"): "lock",
    ("HassTurnOff", "lock"): "unlock",
    ("HassVacuumStart", "vacuum"): "clean",
    ("HassVacuumReturnToBase", "vacuum"): "dock",
    ("HassLawnMowerStartMowing", "lawn_mower"): "mow",
    **{("HassTurnOn", domain): "on" for domain in ("light", "switch", "fan", "scene", "climate")},
    **{("HassTurnOff", domain): "off" for domain in ("light", "switch", "fan", "climate")},
    **dict.fromkeys(
        (
            ("HassLightSet", "light"),
            ("HassClimateSetTemperature", "climate"),
            ("HassSetPosition", "cover"),
            ("HassFanSetSpeed", "fan"),
        ),
        "set",
    ),
    **{("HassGetState", domain): "ask" for domain in ("light", "lock", "cover", "switch", "fan")},
}
_ALONE = {
    "HassVacuumStart": "vacuum",
    "HassVacuumReturnToBase": "vacuum",
    "HassLightSet": "light",
    "HassLawnMowerStartMowing": "lawn_mower",
    "HassClimateSetTemperature": "climate",
    "HassSetPosition": "cover",
    "HassFanSetSpeed": "fan",
}
_VALUES = ("brightness", "temperature", "position", "fan_speed", "color")
_SLOT = re.compile(r"\{([^}:]*)")
_SERVICES = {
    "light.turn_on": "on",
    "light.turn_off": "off",
    "switch.turn_on": "on",
    "switch.turn_off": "off",
    "fan.turn_on": "on",
    "fan.turn_off": "off",
    "lock.lock": "lock",
    "lock.unlock": "unlock",
    "vacuum.start": "clean",
    "vacuum.return_to_base": "dock",
    "cover.open_cover": "open",
    "cover.close_cover": "close",
    "climate.set_temperature": "set",
}
_DOMAINS = {"blinds": "cover", "garage_door": "cover"}
_PLACEHOLDER = re.compile(r"<([^>]*)>")
_WORD = re.compile(r"[a-z]{4,}")
_LEFT_OUT = frozenset({"smart_home", "weather"})
"""Intents of CLINC150 that somebody at home may mean."""


@dataclass(frozen=True, slots=True)
class HomeAssistantTemplates:
    """Draws sentences of Home Assistant's templates (CC BY 4.0, OHF-Voice/intents).

    Attributes:
        homes: makes the homes.
        draw: the source of randomness.
        data: the English data of the package ``home_assistant_intents``.
        groups: rows of (intent, domain, template), by intent and domain.
    """

    homes: HomeMaker
    draw: random.Random
    data: Mapping[str, Any]
    groups: Mapping[tuple[str, str], Sequence[tuple[str, Mapping[str, str]]]]

    def said(self) -> Said:
        """A sentence about a device or a room."""
        draw = self.draw
        intent, domain = draw.choice(list(self.groups))
        template, own_rules = draw.choice(self.groups[intent, domain])
        home = self.homes.make(must=domain)
        target = draw.choice([each for each in home.entities if each.domain == domain])
        filled = self._filling(target, home)
        rules = {**self.data["expansion_rules"], **own_rules}
        expander = Expander(rules, filled.__getitem__, draw)
        sentence = expander.sentence(template)
        slots = _SLOT.findall(template)
        value = next((filled[slot] for slot in slots if slot in _VALUES), "")
        place = next((filled[slot] for slot in slots if slot in ("area", "floor")), "")
        said_kind = "light" if domain == "light" else filled["cover_classes"]
        targets = (
            frozenset({target.id})
            if "name" in slots
            else frozenset(each.id for each in home.entities if each.domain == domain)
        )
        verb = _VERBS[intent, domain]
        meaning = Meaning(verb, targets, said_kind, place, value)
        keep = (filled["name"], place, value)
        return Said(sentence, meaning, home, "home assistant", keep)

    def _filling(self, target: Entity, home: Home) -> dict[str, str]:
        draw = self.draw
        kinds = kind_words_of(target) or ["device"]
        return {
            "name": target.name.casefold(),
            "area": (target.area or draw.choice(home.areas)).casefold(),
            "floor": draw.choice(home.floors or ("upstairs",)).casefold(),
            "cover_classes": draw.choice(kinds),
            "brightness": str(draw.randint(1, 100)),
            "temperature": str(draw.randint(15, 27)),
            "position": str(draw.randint(0, 100)),
            "fan_speed": str(draw.randint(0, 100)),
            "color": draw.choice(list(COLOURS)),
            "on_off_states": draw.choice(("on", "off")),
            "cover_states": draw.choice(("open", "closed")),
            "lock_states": draw.choice(("locked", "unlocked")),
        }


def home_assistant(
    homes: HomeMaker, draw: random.Random, *, held_out: bool
) -> HomeAssistantTemplates:
    """The templates of the installed package for what frames can say."""
    from home_assistant_intents import get_intents

    data = get_intents("en")
    assert data is not None
    groups: dict[tuple[str, str], list[tuple[str, Mapping[str, str]]]] = {}
    for intent, body in data["intents"].items():
        for each in body["data"]:
            for domain in _domains_of(intent, each):
                if (intent, domain) not in _VERBS:
                    continue
                for template in each["sentences"]:
                    kept = _held_out(template) == held_out
                    if kept and _known(template, each, data):
                        rows = groups.setdefault((intent, domain), [])
                        rows.append((template, each.get("expansion_rules", {})))
    return HomeAssistantTemplates(homes, draw, data, groups)


def _domains_of(intent: str, each: Mapping[str, Any]) -> list[str]:
    said = each.get("slots", {}).get("domain") or each.get("requires_context", {}).get("domain")
    if said is None:
        if intent in ("HassTurnOn", "HassTurnOff", "HassGetState"):
            return ["light", "switch", "fan"]
        return [_ALONE[intent]] if intent in _ALONE else []
    return [said] if isinstance(said, str) else list(said)


def _known(template: str, each: Mapping[str, Any], data: Mapping[str, Any]) -> bool:
    """True where every slot, also of the rules inside, is one that can be filled."""
    known = {
        "name",
        "area",
        "floor",
        "cover_classes",
        "on_off_states",
        "cover_states",
        "lock_states",
        *_VALUES,
    }
    rules = {**data["expansion_rules"], **each.get("expansion_rules", {})}
    open_ones, seen = [template], {template}
    while open_ones:
        text = open_ones.pop()
        if not set(_SLOT.findall(text)) <= known:
            return False
        for name in re.findall(r"<([^>]*)>", text):
            inner = rules.get(name)
            if inner is None:
                return False
            if inner not in seen:
                seen.add(inner)
                open_ones.append(inner)
    return True


class HomeLlm:
    """Draws sentences of home-llm's piles (MIT, acon96/home-llm).

    Args:
        folder: with the piles as CSV files.
        homes: makes the homes.
        draw: the source of randomness.
        held_out: draw from the held-out sentences only, or from the others only.
    """

    def __init__(
        self, folder: Path, homes: HomeMaker, draw: random.Random, *, held_out: bool
    ) -> None:
        self.homes = homes
        self.draw = draw
        self._templated = [
            row
            for row in _rows(folder / "pile_of_templated_actions.csv", "phrase", held_out)
            if "|" not in row["device_type"]
        ]
        self._specific = _rows(folder / "pile_of_specific_actions.csv", "phrase", held_out)
        self._status = _rows(folder / "pile_of_status_requests.csv", "phrase", held_out)

    def said(self) -> Said:
        """A sentence of one of the piles."""
        chance = self.draw.random()
        while True:
            found = (
                self._templates()
                if chance < 0.35
                else self._specifics()
                if chance < 0.8
                else self._requests()
            )
            if found is not None:
                return found
            chance = self.draw.random()

    def _templates(self) -> Said | None:
        row = self.draw.choice(self._templated)
        domain = _DOMAINS.get(row["device_type"], row["device_type"])
        verb = _SERVICES.get(f"{domain}.{row['service']}")
        home = self._home_with(domain)
        if home is None:
            return None
        target = self.draw.choice([each for each in home.entities if each.domain == domain])
        filled = {
            "device_name": target.name.casefold(),
            "brightness": str(self.draw.randint(1, 100)),
            "color": self.draw.choice(list(COLOURS)),
            "temp_f": str(self.draw.randint(60, 78)),
            "temp_c": str(self.draw.randint(15, 27)),
        }
        slots = _PLACEHOLDER.findall(row["phrase"])
        if not set(slots) <= set(filled) or "increase" in row["service"]:
            return None
        values = [filled[slot] for slot in slots if slot != "device_name"]
        if values and verb != "set" and domain == "light":
            verb = "set"
        if verb == "set" and not values:
            return None
        sentence = _PLACEHOLDER.sub(lambda match: filled[match[1]], row["phrase"])
        value = values[0] if values else ""
        meaning = Meaning(verb or NONE, frozenset({target.id}), value=value)
        return Said(sentence, meaning, home, "home-llm templates", (filled["device_name"], value))

    def _specifics(self) -> Said | None:
        row = self.draw.choice(self._specific)
        device, _, service = row["service_name"].partition(".")
        domain = _DOMAINS.get(device, device)
        verb = _SERVICES.get(f"{domain}.{service}")
        if domain == "media_player" or (verb is None and "speed" in service):
            return None
        place = re.sub(r"(?<=[a-z])\d+$| \d+$", "", row["device_name"].replace("_", " ")).strip()
        base = self.homes.make()
        word = {"cover": "blinds" if device == "blinds" else "garage door"}.get(domain, domain)
        target = entity(f"{domain}.said", f"{place.capitalize()} {word}", place.capitalize())
        home = home_of((*base.entities, target), [*map(Area, base.areas), Area(place.capitalize())])
        meaning = Meaning(verb or NONE, frozenset({target.id}), word, place)
        return Said(row["phrase"], meaning, home, "home-llm sentences", (place, word))

    def _requests(self) -> Said | None:
        row = self.draw.choice(self._status)
        domain = _DOMAINS.get(row["device_type"], row["device_type"])
        home = self._home_with(domain)
        if home is None:
            return None
        target = self.draw.choice([each for each in home.entities if each.domain == domain])
        name = target.name.casefold()
        sentence = row["phrase"].replace("<device_name>", name)
        if "<" in sentence:
            return None
        return Said(
            sentence, Meaning("ask", frozenset({target.id})), home, "home-llm status", (name,)
        )

    def _home_with(self, domain: str) -> Home | None:
        if domain not in self.homes.words.kinds:
            return None
        return self.homes.make(must=domain)


class Clinc150:
    """Draws CLINC150's requests that are nobody's command (CC BY 3.0, clinc/oos-eval).

    Only its training part is used: benchmarks ask from the others.

    Args:
        path: of the file.
        homes: makes the homes; half of them have devices named after words of the request.
        draw: the source of randomness.
        held_out: draw from the held-out requests only, or from the others only.
    """

    def __init__(
        self, path: Path, homes: HomeMaker, draw: random.Random, *, held_out: bool
    ) -> None:
        self.homes = homes
        self.draw = draw
        rows = map(json.loads, path.read_text(encoding="utf-8").splitlines())
        self._requests = [
            row["sentence"]
            for row in rows
            if row["split"] in ("train", "oos_train")
            and row["intent"] not in _LEFT_OUT
            and _held_out(row["sentence"]) == held_out
        ]

    def said(self) -> Said:
        """A request in a home that has something of the same name."""
        sentence = self.draw.choice(self._requests)
        words = _WORD.findall(sentence.casefold())
        named = [self._device(words)] if words and self.draw.random() < 0.85 else []
        return Said(sentence, Meaning(NONE), self.homes.make(named=named), "clinc150")

    def _device(self, words: Sequence[str]) -> str:
        at = self.draw.randrange(len(words))
        name = " ".join(words[at : at + self.draw.choice((1, 1, 2))])
        return name if self.draw.random() < 0.5 else f"{name} {self.draw.choice(('light', 'plug'))}"


def _rows(path: Path, key: str, held_out: bool) -> list[dict[str, str]]:  # noqa: FBT001
    with path.open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if _held_out(row[key]) == held_out]


def _held_out(text: str) -> bool:
    return hashlib.sha256(text.encode()).digest()[0] % 12 == 5
