"""Checks the parameters of a service call against what the service takes."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

from lamplighter.catalogue.entity import (
    Choice,
    Colour,
    Entity,
    Flag,
    Number,
    Parameter,
    Service,
    Text,
)
from lamplighter.errors import ServiceError

_FLAGS = {"true": True, "on": True, "yes": True, "false": False, "off": False, "no": False}


def checked(entity: Entity, service: str, params: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters as their kinds want them: numbers as numbers, options as they are spelled.

    A parameter that is None counts as not given.

    Raises:
        ServiceError: no such service, an unknown or missing parameter, or a value it can't take.
    """
    known = entity.services.get(service)
    if known is None:
        offered = ", ".join(entity.services) or "none"
        raise ServiceError(entity.id, service, f"is no service of it; it has: {offered}")
    given = {name: value for name, value in params.items() if value is not None}
    _check_names(entity, known, given)
    return {
        name: _value(entity, service, name, known.params[name], value)
        for name, value in given.items()
    }


def _check_names(entity: Entity, service: Service, given: Mapping[str, Any]) -> None:
    for name in given:
        if name not in service.params:
            taken = ", ".join(service.params) or "none"
            raise ServiceError(entity.id, service.name, f"takes no {name}; it takes: {taken}")
    missing = sorted(service.required - given.keys())
    if missing:
        raise ServiceError(entity.id, service.name, f"needs {', '.join(missing)}")


def _value(entity: Entity, service: str, name: str, kind: Parameter, value: Any) -> Any:
    try:
        match kind:
            case Number():
                return _number(kind, value)
            case Choice():
                return _choice(kind, value)
            case Text():
                return _text(kind, value)
            case Colour():
                return _colour(value)
            case Flag():
                return _flag(value)
    except ValueError as error:
        raise ServiceError(entity.id, service, f"{name}: {error}") from error


def _number(kind: Number, value: Any) -> float:
    try:
        number = math.nan if isinstance(value, bool) else float(value)
    except (TypeError, ValueError, OverflowError):
        number = math.nan
    if not math.isfinite(number):
        raise ValueError(f"{value!r} is not a number")
    if not kind.minimum <= number <= kind.maximum:
        unit = f" {kind.unit}" if kind.unit else ""
        raise ValueError(f"{number:g} is not within {kind.minimum:g} to {kind.maximum:g}{unit}")
    return number


def _choice(kind: Choice, value: Any) -> str:
    wanted = str(value)
    if wanted in kind.options:
        return wanted
    for option in kind.options:
        if option.casefold() == wanted.casefold():
            return option
    raise ValueError(f"{wanted!r} is none of {', '.join(kind.options)}")


def _text(kind: Text, value: Any) -> str:
    text = str(value)
    if not kind.minimum <= len(text) <= kind.maximum:
        raise ValueError(f"has {len(text)} characters, not {kind.minimum} to {kind.maximum}")
    if kind.pattern and re.match(kind.pattern, text) is None:
        raise ValueError(f"{text!r} does not match {kind.pattern}")
    return text


def _colour(value: Any) -> list[int]:
    if isinstance(value, list | tuple) and len(value) == 3:
        parts = [part for part in value if isinstance(part, int) and 0 <= part <= 255]
        if len(parts) == 3:
            return parts
    raise ValueError(f"{value!r} is not [red, green, blue] of 0 to 255 each")


def _flag(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    known = _FLAGS.get(str(value).casefold())
    if known is None:
        raise ValueError(f"{value!r} is neither true nor false")
    return known
