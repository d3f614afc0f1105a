"""Replies in the language that was spoken: what was done, and that something was not understood.

Only plain outcomes are said in other languages than English, in a form that needs no grammar:
"Küchenlicht, Flurlicht: eingeschaltet." Everything else stays in English, and true.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from importlib import resources
from typing import Any

import yaml

from lamplighter.catalogue.entity import Entity
from lamplighter.understanding import speech
from lamplighter.understanding.interpretation import Act, Interpretation, NotUnderstood, Step
from lamplighter.understanding.languages.tags import base_of, language_of
from lamplighter.understanding.spoken_numbers import tidy_number

_UNITS = {
    "brightness_pct": " %",
    "percentage": " %",
    "position": " %",
    "tilt_position": " %",
    "humidity": " %",
    "temperature": "°",
    "color_temp_kelvin": " K",
}
_SAME = {"start_mowing": "start", "open_valve": "open", "close_valve": "close"}


def in_language(
    found: Interpretation, language: str, entities: Mapping[str, Entity], sorry: str
) -> Interpretation:
    """The interpretation, with its speech in the language where it only says what is done.

    Args:
        found: what was understood.
        language: a BCP 47 tag.
        entities: entities by id.
        sorry: how it is said in English that nothing was understood.
    """
    result = found.result
    if isinstance(result, NotUnderstood) and result.speech == sorry:
        said = not_understood(language)
        return replace(found, result=replace(result, speech=said)) if said else found
    if not isinstance(result, Act):
        return found
    acting = [entities[step.entity_id] for step in result.steps]
    if result.speech != speech.done(result.steps, acting):
        return found  # it says more than what is done
    said = done(result.steps, acting, language)
    return replace(found, result=replace(result, speech=said)) if said else found


def done(steps: Sequence[Step], entities: Sequence[Entity], language: str) -> str:
    """What to say when these steps were carried out; "" where that can't be said there."""
    base = base_of(language_of(language) or language)
    phrases = _all().get(base)
    if phrases is None:
        return ""
    names: dict[str, list[str]] = {}
    for step, entity in zip(steps, entities, strict=True):
        phrase = _phrase(step, entity, phrases)
        if not phrase:
            return ""
        names.setdefault(phrase, []).append(entity.name)
    between = "、" if base == "zh" else ", "
    return ("" if base == "zh" else " ").join(
        phrase.replace("{names}", _listed(found, phrases, between))
        for phrase, found in names.items()
    )


def not_understood(language: str) -> str:
    """How Home Assistant says that it understood nothing; "" where the language has no words."""
    from home_assistant_intents import get_intents

    known = language_of(language)
    found = get_intents(known) if known else None
    said = ((found or {}).get("responses", {}).get("errors", {})).get("no_intent", "")
    return "" if not isinstance(said, str) or "{" in said else said.strip()


def _listed(names: Sequence[str], phrases: Mapping[str, str], between: str) -> str:
    if len(names) <= speech.MAX_NAMED:
        return between.join(names)
    return phrases["devices"].replace("{count}", str(len(names)))


def _phrase(step: Step, entity: Entity, phrases: Mapping[str, str]) -> str:
    if step.params:
        values = [_value(name, value) for name, value in step.params.items()]
        return phrases["set"].replace("{value}", ", ".join(values)) if all(values) else ""
    if entity.domain == "scene":
        return phrases["activate"]
    return phrases.get(_SAME.get(step.service, step.service), "")


def _value(name: str, value: Any) -> str:
    """A number with its unit; "" for what would need words."""
    if name not in _UNITS or isinstance(value, bool) or not isinstance(value, int | float):
        return ""
    return f"{tidy_number(value)}{_UNITS[name]}"


@lru_cache(maxsize=1)
def _all() -> Mapping[str, Mapping[str, str]]:
    text = (resources.files(__package__) / "replies.yaml").read_text(encoding="utf-8")
    found: Mapping[str, Mapping[str, str]] = yaml.safe_load(text)
    return found
