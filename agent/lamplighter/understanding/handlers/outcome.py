"""What a handler returns, and the checks that all of them share."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from lamplighter.catalogue.entity import Choice, Entity, Number, Parameter, State, Text
from lamplighter.understanding.intents import Intent
from lamplighter.understanding.interpretation import Step
from lamplighter.understanding.names import spoken_option
from lamplighter.understanding.normalise import fold
from lamplighter.understanding.speech import called, listed
from lamplighter.understanding.spoken_numbers import tidy_number


@dataclass(frozen=True, slots=True)
class Cannot:
    """The entity can't do it.

    Attributes:
        speech: why, as a whole sentence.
        for_now: True where it could in another state: then it is still one of those meant.
    """

    speech: str
    for_now: bool = False


Handler = Callable[[Intent, Entity, State], Step | Cannot | None]
"""From an intent, an entity and its state to a step, a reason why not, or None (not its domain)."""


def call(entity: Entity, service: str, params: Mapping[str, Any] | None = None) -> Step | Cannot:
    """A step for a service of the entity, its parameters checked against what it takes."""
    offered = entity.services.get(service)
    if offered is None:
        return Cannot(f"{called(entity)} can't do that.")
    checked: dict[str, Any] = {}
    for name, value in (params or {}).items():
        parameter = offered.params.get(name)
        if parameter is None:
            return Cannot(f"{called(entity)} has no {name.replace('_', ' ')} to set.")
        fitted = fit(parameter, value)
        if isinstance(fitted, Cannot):
            return Cannot(f"{called(entity)} {fitted.speech}")
        checked[name] = fitted
    missing = offered.required - checked.keys() - {"code"}
    if missing:
        return Cannot(f"{called(entity)} needs to know the {', '.join(sorted(missing))}.")
    return Step(entity.id, service, checked)


def fit(parameter: Parameter, value: Any) -> Any:
    """The value as the parameter takes it, or ``Cannot`` with the end of a sentence."""
    if isinstance(parameter, Number):
        return _fit_number(parameter, float(value))
    if isinstance(parameter, Choice):
        for option in parameter.options:
            if fold(str(value)) in (spoken_option(option), fold(option)):
                return option
        return Cannot(f"takes {', '.join(parameter.options)}, not {value}.")
    if isinstance(parameter, Text) and not parameter.minimum <= len(value) <= parameter.maximum:
        return Cannot(f"takes a text of {parameter.minimum} to {parameter.maximum} characters.")
    return value


def _fit_number(parameter: Number, value: float) -> float | Cannot:
    low, high = tidy_number(parameter.minimum), tidy_number(parameter.maximum)
    if not low <= value <= high:
        unit = f" {parameter.unit}" if parameter.unit else ""
        return Cannot(f"takes {low} to {high}{unit}, not {tidy_number(value)}.")
    if parameter.step:
        steps = round((value - parameter.minimum) / parameter.step)
        value = min(parameter.minimum + steps * parameter.step, parameter.maximum)
    return tidy_number(value)


def step_by(intent: Intent, slot: str) -> float:
    """The change that was asked for: ``by`` points, else the slot's, times ``amount``."""
    step = float(intent.slots[slot])
    if "by" in intent.slots:
        return math.copysign(float(intent.slots["by"]), step)
    return step * float(intent.slots.get("amount", 1))


def limits_of(entity: Entity, service: str, parameter: str) -> Number | None:
    """The range of a numeric parameter; None where the service has no such parameter."""
    offered = entity.services.get(service)
    found = offered.params.get(parameter) if offered is not None else None
    return found if isinstance(found, Number) else None


def kept_within(limits: Number | None, value: float) -> float:
    """The value, or the end of the range that it is beyond; only for relative changes."""
    return value if limits is None else min(limits.maximum, max(limits.minimum, value))


def moved(entity: Entity, to: tuple[str, str], now: float, wanted: float) -> Step | Cannot:
    """A step to the percentage wanted, kept within 0 and 100; ``Cannot`` where it is there."""
    service, parameter = to
    kept = round(min(100.0, max(0.0, wanted)))
    if kept == round(now):
        return Cannot(f"{called(entity)} is already at {tidy_number(now)} %.", for_now=True)
    return call(entity, service, {parameter: kept})


_MAIN = (
    "option",
    "position",
    "temperature",
    "brightness_pct",
    "percentage",
    "humidity",
    "value",
    "mode",
    "preset_mode",
)
"""Parameters by how likely somebody means them who says "set it to"."""


def taken_by(entity: Entity) -> str:
    """What the entity can be set to: "0 to 100 %", "Home, Away and Night"; "" for nothing."""
    offered = {
        name: parameter
        for service in entity.services.values()
        for name, parameter in service.params.items()
    }
    for name in _MAIN:
        parameter = offered.get(name)
        if isinstance(parameter, Choice) and parameter.options:
            return listed(parameter.options, "or")
        if isinstance(parameter, Number):
            low, high = tidy_number(parameter.minimum), tidy_number(parameter.maximum)
            return f"{low} to {high} {parameter.unit}".rstrip()
    return ""


def takes(entity: Entity, service: str, parameter: str) -> bool:
    """True where the entity's service takes the parameter."""
    offered = entity.services.get(service)
    return offered is not None and parameter in offered.params
