"""JSON as devices send it, held to what the rest of the agent can keep."""

from __future__ import annotations

import json
from typing import Any

MAX_DEPTH = 32
"""Levels of objects and lists within each other; no device needs as many."""


def strict_json(text: str) -> Any:
    """The JSON value of a text.

    Raises:
        ValueError: it is no JSON (RFC 8259: NaN and Infinity are none), nested more than
            MAX_DEPTH levels, or holds half a surrogate pair, which no text may.
    """
    try:
        value = json.loads(text, parse_constant=_no_constant)
    except RecursionError as error:
        raise ValueError(_TOO_DEEP) from error
    if _deeper(value, MAX_DEPTH):
        raise ValueError(_TOO_DEEP)
    # Only an escape can bring in half a pair, and most payloads hold none.
    if "\\u" in text and not well_formed(json.dumps(value, ensure_ascii=False)):
        raise ValueError("half a surrogate pair")
    return value


def parse_json(text: str, default: Any) -> Any:
    """The JSON value of a text, or ``default`` where ``strict_json`` refuses it."""
    try:
        return strict_json(text)
    except ValueError:
        return default


def well_formed(text: str) -> bool:
    """Whether the text can be written as UTF-8."""
    if text.isascii():
        return True
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


_TOO_DEEP = f"nested more than {MAX_DEPTH} levels"


def _deeper(value: Any, levels: int) -> bool:
    if isinstance(value, dict):
        value = value.values()
    elif not isinstance(value, list):
        return False
    return levels == 0 or any(
        _deeper(each, levels - 1) for each in value if isinstance(each, dict | list)
    )


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")
