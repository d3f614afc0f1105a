"""How well Home Assistant's Chinese test sentences are understood, plainly and in polite forms.

Rules alone understand them: the model knows English.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lamplighter.catalogue.catalogue import Catalogue
from lamplighter.catalogue.entity import Colour, Entity, Number, Parameter, Reading, Service
from lamplighter.catalogue.vocabulary import SERVICES
from lamplighter.config import Area, Floor, Home
from lamplighter.understanding.intents import HANDLED_OF_HOME_ASSISTANT, QUESTIONS
from lamplighter.understanding.interpretation import Act, Ask, Clarify, Interpretation
from lamplighter.understanding.understanding import Understanding

LANGUAGE = "zh-CN"
FOREIGN = frozenset({"person", "weather", "todo", "media_player", "script", "input_boolean"})
"""Domains that the catalogue does not have."""
FORMS = (
    "{}",
    "请{}",
    "麻烦{}",
    "帮我{}一下",
    "可以{}吗",
    "{}好吗",
    "{}谢谢",
    "能不能{}",
    "那个{}",
    "请问可以帮我{}吗?",
)
COMPARED = (
    "A case is right when the intent, its values and what it is about are the case's: either the "
    "same name, area, floor and kind, or a command that acts on exactly the case's targets. Floors "
    "that two of the test files name differently (一, 一楼) are one floor. Polite forms are put "
    "around commands only."
)
_ABOUT = frozenset({"name", "area", "floor", "domain", "device_class"})
_PARAMS: Mapping[tuple[str, str], Mapping[str, Parameter]] = {
    ("light", "turn_on"): {
        "brightness_pct": Number(0, 100),
        "rgb_color": Colour(),
        "color_temp_kelvin": Number(1000, 10000),
    },
    ("climate", "set_temperature"): {"temperature": Number(0, 100)},
    ("cover", "set_position"): {"position": Number(0, 100)},
    ("valve", "set_position"): {"position": Number(0, 100)},
    ("fan", "set_percentage"): {"percentage": Number(0, 100)},
}


@dataclass(slots=True)
class Count:
    """Counts of one form; ``wrong_actions`` touch what a case does not name, or do otherwise."""

    cases: int = 0
    right: int = 0
    wrong_actions: int = 0
    asked_back: int = 0
    misses: list[str] = field(default_factory=list)

    def row(self) -> dict[str, Any]:
        """The counts for a table."""
        return {
            "cases": self.cases,
            "right": self.right,
            "right_percent": round(100 * self.right / self.cases, 1) if self.cases else 0.0,
            "wrong_actions": self.wrong_actions,
            "asked_back": self.asked_back,
        }


class _Placed(Catalogue):
    """A catalogue that leaves entities in the areas they were announced in."""

    def announce(self, entity: Entity) -> bool:
        changed = super().announce(entity)
        self._entities[entity.id] = entity
        return changed


def home(data: Path) -> Catalogue:
    """The merged home that the cases are about."""
    merged = json.loads((data / "homes_zh-CN.json").read_text(encoding="utf-8"))["merged"]
    floors = {each["id"]: _storey(each["name"]) for each in merged["floors"]}
    areas = {each["id"]: each["name"] for each in merged["areas"]}
    catalogue = _Placed(
        Home(
            language=LANGUAGE,
            areas=tuple(Area(each["name"], floors.get(each["floor"])) for each in merged["areas"]),
            floors=tuple(Floor(name, (f"{name}楼",)) for name in dict.fromkeys(floors.values())),
        )
    )
    for each in merged["entities"]:
        if each["domain"] not in FOREIGN:
            catalogue.announce(_entity(each, areas))
            catalogue.read(each["id"], Reading(str(each["state"]), each["attributes"]), 0.0)
    return catalogue


def _entity(each: Mapping[str, Any], areas: Mapping[str, str]) -> Entity:
    domain = each["domain"]
    services = SERVICES.get(domain, ())
    return Entity(
        id=each["id"],
        unique_id=each["id"],
        plugin="bench",
        domain=domain,
        name=each["name"],
        services={name: Service(name, _PARAMS.get((domain, name), {})) for name in services},
        device_class=each["attributes"].get("device_class"),
        unit=str(each["attributes"].get("unit_of_measurement", "")),
        aliases=tuple(each["aliases"]),
        area=areas.get(each["area"]),
    )


def _storey(name: str) -> str:
    return name.removesuffix("楼")


def cases(data: Path) -> list[dict[str, Any]]:
    """The cases for intents and domains that exist here."""
    lines = (data / "cases_zh-CN.jsonl").read_text(encoding="utf-8").splitlines()
    return [
        case
        for case in map(json.loads, lines)
        if case["intent"] in HANDLED_OF_HOME_ASSISTANT
        and not any(target.split(".")[0] in FOREIGN for target in case["targets"])
        and case["slots"].get("state") != "home"
    ]


def is_command(case: Mapping[str, Any]) -> bool:
    """True for what acts on a device."""
    asks = case["intent"] in QUESTIONS or "Timer" in case["intent"] or "Get" in case["intent"]
    return not asks and case["intent"] != "HassNevermind"


def is_right(found: Interpretation, case: Mapping[str, Any]) -> bool:
    """See ``COMPARED``."""
    if len(found.intents) != 1 or found.intents[0].name != case["intent"]:
        return False
    intent = found.intents[0]
    ours, theirs = _texts(intent.slots), _texts(case["slots"])
    if intent.here and "area" not in theirs:
        ours.pop("area", None)
    if _values(ours) != _values(theirs):
        return False
    acted, targets = _acted_on(found), set(case["targets"])
    if acted and acted == targets:
        return True
    about = {key: value for key, value in ours.items() if key in theirs or key != "domain"}
    if not targets or about != theirs:
        return about == theirs
    by_name = "name" in theirs or case["intent"] in QUESTIONS
    return acted <= targets if by_name else acted == targets


def _texts(slots: Mapping[str, Any]) -> dict[str, str]:
    texts = {key: str(value).casefold() for key, value in slots.items()}
    return {key: _storey(text) if key == "floor" else text for key, text in texts.items()}


def _values(slots: Mapping[str, str]) -> dict[str, str]:
    return {key: value for key, value in slots.items() if key not in _ABOUT}


def _acted_on(found: Interpretation) -> set[str]:
    result = found.result
    return {step.entity_id for step in result.steps} if isinstance(result, Act) else set()


async def count(
    understanding: Understanding, chosen: Iterable[Mapping[str, Any]], form: str
) -> Count:
    """Asks every case in a form."""
    found = Count()
    for case in chosen:
        text = form.format(case["sentence"])
        ask = Ask(text, area=case["context"].get("area"), language=LANGUAGE)
        interpretation = await understanding.interpret(ask)
        found.cases += 1
        found.asked_back += isinstance(interpretation.result, Clarify)
        if is_right(interpretation, case):
            found.right += 1
            continue
        found.wrong_actions += bool(_acted_on(interpretation) - set(case["targets"]))
        seen = [(intent.name, dict(intent.slots)) for intent in interpretation.intents]
        kind = type(interpretation.result).__name__
        found.misses.append(f"{text} | {case['intent']} {case['slots']} | {kind} {seen}")
    return found


async def chinese(data: Path) -> dict[str, Any]:
    """Rows and misses by form; ``data`` is the folder with ``cases_zh-CN.jsonl``."""
    understanding = Understanding(home(data), None, clock=time.time, language=LANGUAGE)
    await understanding.start()
    every = cases(data)
    commands = [case for case in every if is_command(case)]
    counts = {
        form: await count(understanding, every if form == "{}" else commands, form)
        for form in FORMS
    }
    understanding.stop()
    return {
        "compared": COMPARED,
        "sets": {form: found.row() for form, found in counts.items()},
        "misses": {form: found.misses for form, found in counts.items()},
    }
