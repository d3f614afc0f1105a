"""Evidence as JSON without a loss, so that cases that were drawn once stay what they are."""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import asdict, fields, is_dataclass
from enum import Enum
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from lamplighter.faults.evidence.record import Evidence


def to_dict(evidence: Evidence) -> dict[str, Any]:
    """The evidence as JSON can hold it; unlike its own ``to_dict``, times stay numbers."""
    return asdict(evidence)


def from_dict(stored: Mapping[str, Any]) -> Evidence:
    """The evidence that :func:`to_dict` described.

    A field that came later has its default.

    Raises:
        KeyError: it has a field that evidence has not.
        TypeError: a field without a default is missing.
        ValueError: a value is not one of its enumeration.
    """
    found: Evidence = _read(Evidence, stored)
    return found


def _read(kind: Any, value: Any) -> Any:
    if value is None:
        return None
    origin = get_origin(kind)
    if origin in {Union, types.UnionType}:
        return _read(next(each for each in get_args(kind) if each is not type(None)), value)
    if origin is tuple:
        return tuple(_read(get_args(kind)[0], item) for item in value)
    return _of_class(kind, value) if isinstance(kind, type) else value


def _of_class(kind: type[Any], value: Any) -> Any:
    if is_dataclass(kind):
        hints = _hints(kind)
        # A plain call, so that a missing field is an error and an unknown one is too.
        return kind(**{key: _read(hints[key], item) for key, item in value.items()})
    return kind(value) if issubclass(kind, Enum) or kind is float else value


@cache
def _hints(kind: type[Any]) -> dict[str, Any]:
    hints = get_type_hints(kind)
    return {field.name: hints[field.name] for field in fields(kind)}
