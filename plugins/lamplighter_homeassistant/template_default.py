"""The rule of Home Assistant's template functions for a value that they can't convert."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

REQUIRED: Any = object()
"""Stands for a default that was not given."""


def or_default(name: str, convert: Callable[[], Any], value: Any, default: Any) -> Any:
    """What ``convert`` returns, or the default where the value can't be converted.

    Raises:
        ValueError: it can't be converted and no default was given; names function and value.
    """
    try:
        return convert()
    except (ValueError, TypeError, ArithmeticError) as error:
        if default is REQUIRED:
            raise ValueError(f"{name} got invalid input {value!r} and no default") from error
        return default
