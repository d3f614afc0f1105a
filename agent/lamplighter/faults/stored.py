"""Reads what an earlier run kept: each value must be of its type, or the whole is damaged."""

from __future__ import annotations

from sys import float_info
from typing import Any

from lamplighter.errors import PayloadError

SNAPSHOT = "the snapshot"
_GREATEST_COUNT = 1 << 53
# The years 100 and 9900: what is added to them is a time, too.
_EARLIEST, _LATEST = -59_011_459_200.0, 250_246_540_800.0


def mapping(value: Any, name: str) -> dict[str, Any]:
    """The value as a JSON object.

    Raises:
        PayloadError: it is none.
    """
    if not isinstance(value, dict):
        raise PayloadError(SNAPSHOT, "is no object", name)
    return value


def text(value: Any, name: str) -> str:
    """The value as a text.

    Raises:
        PayloadError: it is none.
    """
    if not isinstance(value, str):
        raise PayloadError(SNAPSHOT, "is no text", name)
    return value


def flag(value: Any, name: str) -> bool:
    """The value as true or false.

    Raises:
        PayloadError: it is neither.
    """
    if not isinstance(value, bool):
        raise PayloadError(SNAPSHOT, "is neither true nor false", name)
    return value


def number(value: Any, name: str) -> float:
    """The value as a finite number.

    Raises:
        PayloadError: it is none.
    """
    if isinstance(value, bool) or not isinstance(value, int | float) or not _is_finite(value):
        raise PayloadError(SNAPSHOT, "is no number", name)
    return value


def moment(value: Any, name: str) -> float:
    """The value as UTC seconds within the years that a calendar has.

    Raises:
        PayloadError: it is none.
    """
    found = number(value, name)
    if not _EARLIEST <= found <= _LATEST:
        raise PayloadError(SNAPSHOT, "is no time", name)
    return found


def maybe_moment(value: Any, name: str) -> float | None:
    """The value as UTC seconds, or None.

    Raises:
        PayloadError: it is neither.
    """
    return None if value is None else moment(value, name)


def rows(value: Any, name: str) -> list[Any]:
    """The value as a JSON array; None is an empty one.

    Raises:
        PayloadError: it is neither.
    """
    if value is not None and not isinstance(value, list | tuple):
        raise PayloadError(SNAPSHOT, "is no list", name)
    return list(value or ())


def count(value: Any, name: str) -> int:
    """The value as a whole number from 0 that a float can hold, too.

    Raises:
        PayloadError: it is none.
    """
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _GREATEST_COUNT:
        raise PayloadError(SNAPSHOT, "is no count", name)
    return value


def maybe_number(value: Any, name: str) -> float | None:
    """The value as a finite number, or None.

    Raises:
        PayloadError: it is neither.
    """
    return None if value is None else number(value, name)


def maybe_text(value: Any, name: str) -> str | None:
    """The value as a text, or None.

    Raises:
        PayloadError: it is neither.
    """
    return None if value is None else text(value, name)


def _is_finite(value: float) -> bool:
    # JSON can hold whole numbers that are too great to be any other kind.
    return abs(value) <= float_info.max
