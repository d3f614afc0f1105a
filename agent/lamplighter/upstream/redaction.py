"""Leaves fields out of JSON payloads, so that they never reach the disk's queue or the wire."""

from __future__ import annotations

import json
import math
from typing import Any

from lamplighter.errors import LamplighterError

_ANY = "*"
_BOM = "\ufeff"


class UnredactableError(LamplighterError):
    """The payload may hold what is to be left out, and can't be read."""


class Redaction:
    """What is left out.

    Args:
        paths: dotted paths such as ``network.ip`` or ``clients.*.mac``; ``*`` stands for any key
            of an object or any place in a list, a number for that place.
    """

    def __init__(self, paths: tuple[str, ...]) -> None:
        self.paths = [path.split(".") for path in paths]

    def apply(self, payload: bytes) -> bytes:
        """The payload without the fields; the very same bytes where it has none of them.

        Plain text has no fields and passes.

        Raises:
            UnredactableError: it is neither JSON nor plain text (or JSON broken off, or too deep
                to be read): the fields may be in it.
        """
        if not self.paths:
            return payload
        found = _read(payload)
        removed = [_remove(found, path) for path in self.paths]
        if not any(removed):
            return payload
        try:
            return json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode()
        except UnicodeEncodeError:
            # Half a surrogate pair can be written as an escape only.
            return json.dumps(found, separators=(",", ":")).encode()


def path_problem(path: str) -> str | None:
    """Says why a text is no path, or None where it is one."""
    return None if all(path.split(".")) else f"must be a dotted path of keys, not {path!r}"


def _read(payload: bytes) -> Any:
    try:
        text = payload.decode("utf-8").removeprefix(_BOM)
    except UnicodeDecodeError as error:
        raise UnredactableError("is neither JSON nor text") from error
    if not text.lstrip().startswith(("{", "[")):
        return None
    try:
        return json.loads(text, parse_float=_finite)
    except (ValueError, RecursionError) as error:
        raise UnredactableError("is JSON that can't be read") from error


def _finite(text: str) -> float:
    """A number that can be written again as it was."""
    number = float(text)
    if math.isinf(number):
        raise ValueError(text)
    return number


def _remove(found: Any, path: list[str]) -> bool:
    """Removes what the path leads to; True where there was something."""
    head, *rest = path
    keys: list[Any] = []
    if isinstance(found, dict):
        keys = list(found) if head == _ANY else [head] if head in found else []
    elif isinstance(found, list):
        # From the end, so that the places before stay where they are.
        keys = [place for place in reversed(range(len(found))) if head in (_ANY, str(place))]
    if rest:
        removed = [_remove(found[key], rest) for key in keys]
        return any(removed)
    for key in keys:
        del found[key]
    return bool(keys)
