"""Leaves fields out of JSON payloads, so that they never reach the disk's queue or the wire.

It fails safe: what may hold a field and can't be searched for it does not pass.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from lamplighter.errors import LamplighterError

_ANY = "*"
_BOM = "\ufeff"
# A number, ON, not_home, 21.5 °C: too little to hold a field.
_PLAIN = re.compile(r"[\w .+/%°-]{0,64}|[+-]?\d{1,32},\d{1,30}")


class UnredactableError(LamplighterError):
    """The payload may hold what is to be left out, and can't be read."""


class Redaction:
    """What is left out.

    Args:
        paths: dotted paths such as ``network.ip`` or ``clients.*.mac``; ``*`` stands for any key
            of an object or any place in a list, a number for that place. They lead from the
            whole payload, from each element of a list that is the whole payload, and from JSON
            that is written in a text of it.
    """

    def __init__(self, paths: tuple[str, ...]) -> None:
        self.paths = [path.split(".") for path in paths]

    def apply(self, payload: bytes) -> bytes:
        """The payload without the fields; the very same bytes where it has none of them.

        A number or a short plain word has no fields and passes.

        Raises:
            UnredactableError: it is neither that nor a JSON object or list (or one broken off, too
                deep to be read, or with a key twice): the fields may be in it.
        """
        if not self.paths:
            return payload
        try:
            text = payload.decode("utf-8").removeprefix(_BOM).strip()
        except UnicodeDecodeError as error:
            raise UnredactableError("is neither JSON nor text") from error
        if not text.startswith(("{", "[")):
            if _PLAIN.fullmatch(text) is None:
                raise UnredactableError("is a text that may hold fields")
            return payload
        try:
            found = _opened(_read(text))
            roots = [found, *_written_in(found)]
            removed = [
                _remove(each, path)
                for root in roots
                for path in self.paths
                for each in _starts(root)
            ]
            return _encoded(_text_of(found)) if any(removed) else payload
        except (ValueError, RecursionError) as error:
            raise UnredactableError("is JSON that can't be read") from error


def path_problem(path: str) -> str | None:
    """Says why a text is no path, or None where it is one."""
    return None if all(path.split(".")) else f"must be a dotted path of keys, not {path!r}"


class _Number(str):
    """A number as it was written: some of them no float can hold."""

    __slots__ = ()


@dataclass(slots=True)
class _Inner:
    """JSON in a text.

    Attributes:
        text: as it was written.
        value: what it says.
        before: what it said, as it would be written again.
    """

    text: str
    value: Any
    before: str


def _read(text: str) -> Any:
    """What JSON says, numbers as they are written, and JSON in the texts of its objects read."""
    return json.loads(
        text,
        object_pairs_hook=_object,
        parse_float=_Number,
        parse_int=_Number,
        parse_constant=_Number,
    )


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = {key: _opened(value) for key, value in pairs}
    if len(found) < len(pairs):
        # Readers differ in which of them counts.
        raise UnredactableError("has a key twice")
    return found


def _opened(value: Any) -> Any:
    """JSON that is written in a text; anything else as it is."""
    if isinstance(value, list):
        value[:] = [_opened(each) for each in value]
    if not isinstance(value, str) or isinstance(value, _Number):
        return value
    bare = value.removeprefix(_BOM).strip()
    if not bare.startswith(("{", "[", '"')):
        return value
    try:
        inner = _opened(_read(bare))
    except ValueError:
        return value
    if isinstance(inner, str):
        return value
    return _Inner(value, inner, _text_of(inner))


def _written_in(found: Any) -> Iterable[Any]:
    """What is written as JSON in texts, at any depth."""
    if isinstance(found, _Inner):
        yield found.value
        yield from _written_in(found.value)
    elif isinstance(found, dict | list):
        for each in found.values() if isinstance(found, dict) else found:
            yield from _written_in(each)


def _starts(root: Any) -> Iterable[Any]:
    """Where paths begin: a list's elements, and then the whole."""
    if isinstance(root, list):
        for each in root:
            yield from _starts(each)
    yield root


def _remove(found: Any, path: list[str]) -> bool:
    """Removes what the path leads to; True where there was something."""
    if isinstance(found, _Inner):
        return _remove(found.value, path)
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


def _text_of(value: Any) -> str:
    if isinstance(value, _Number):
        return str(value)
    if isinstance(value, _Inner):
        now = _text_of(value.value)
        return _text_of(value.text if now == value.before else now)
    if isinstance(value, dict):
        pairs = (f"{_text_of(key)}:{_text_of(each)}" for key, each in value.items())
        return f"{{{','.join(pairs)}}}"
    if isinstance(value, list):
        return f"[{','.join(map(_text_of, value))}]"
    return json.dumps(value, ensure_ascii=False)


def _encoded(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:
        # Half a surrogate pair can be written as an escape only; it stands in texts alone.
        return "".join(
            f"\\u{ord(each):04x}" if "\ud800" <= each <= "\udfff" else each for each in text
        ).encode()
