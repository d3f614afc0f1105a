"""Home Assistant's template functions for texts, JSON, bytes and lists, under their names there."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import struct
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

from lamplighter_homeassistant.slug import slugify
from lamplighter_homeassistant.template_bounds import MAX_LENGTH
from lamplighter_homeassistant.template_default import REQUIRED, or_default
from lamplighter_homeassistant.template_patterns import bounded_text, compiled

_TRUE = frozenset({"1", "true", "yes", "on", "enable"})
_FALSE = frozenset({"0", "false", "no", "off", "disable"})
_TEENS = range(11, 14)


def to_bool(value: Any, default: Any = REQUIRED) -> Any:
    """True or false from Home Assistant's spellings."""

    def convert() -> bool:
        if isinstance(value, bool | int | float):
            return value != 0
        word = str(value).lower().strip()
        if word not in _TRUE | _FALSE:
            raise ValueError(value)
        return word in _TRUE

    return or_default("bool", convert, value, default)


def iif(value: Any, if_true: Any = True, if_false: Any = False, if_none: Any = REQUIRED) -> Any:  # noqa: FBT002 - values, not switches
    """``if_true`` or ``if_false`` by the value; ``if_none``, where given, for None."""
    if value is None and if_none is not REQUIRED:
        return if_none
    return if_true if value else if_false


def from_json(value: Any, default: Any = REQUIRED) -> Any:
    """The value of a JSON text."""
    return or_default("from_json", lambda: json.loads(value), value, default)


def to_json(
    value: Any,
    ensure_ascii: bool = False,  # noqa: FBT001, FBT002 - the shape that templates call it with
    pretty_print: bool = False,  # noqa: FBT001, FBT002 - the shape that templates call it with
    sort_keys: bool = False,  # noqa: FBT001, FBT002 - the shape that templates call it with
) -> str:
    """The value as JSON, without spaces unless it is to be pretty."""
    return json.dumps(
        value,
        ensure_ascii=ensure_ascii,
        indent=2 if pretty_print else None,
        sort_keys=sort_keys,
        separators=(",", ": ") if pretty_print else (",", ":"),
    )


def from_hex(value: str) -> bytes:
    """The bytes of hexadecimal digits."""
    return bytes.fromhex(value)


def base64_encode(value: str | bytes) -> str:
    """Base64 of a text or of bytes."""
    return base64.b64encode(value.encode() if isinstance(value, str) else value).decode()


def base64_decode(value: str, encoding: str | None = "utf-8") -> str | bytes:
    """The text of Base64; its bytes where the encoding is None."""
    raw = base64.b64decode(value)
    return raw.decode(encoding) if encoding else raw


def pack(value: Any, form: str) -> bytes | None:
    """The value as bytes in a format of struct, or None where it does not fit."""
    if re.search(r"\d{4}", form):
        raise ValueError(f"format {form!r} is too long")
    try:
        return struct.pack(form, value)
    except struct.error:
        return None


def unpack(value: bytes, form: str, offset: int = 0) -> Any:
    """The first value in bytes by a format of struct, or None where they do not fit."""
    try:
        return struct.unpack_from(form, value, offset)[0]
    except struct.error:
        return None


def ordinal(value: Any) -> str:
    """The number with st, nd, rd or th."""
    text = str(value)
    if int(text[-2:]) % 100 in _TEENS:
        return f"{text}th"
    return text + {"1": "st", "2": "nd", "3": "rd"}.get(text[-1], "th")


def contains(value: Any, item: Any) -> bool:
    """Whether the item is in the value."""
    return item in value


def regex_match(
    value: Any,
    find: str = "",
    ignorecase: bool = False,  # noqa: FBT001, FBT002 - the shape that templates call it with
) -> bool:
    """Whether the value starts with the expression."""
    return bool(_expression(find, ignorecase).match(bounded_text(value)))


def regex_search(
    value: Any,
    find: str = "",
    ignorecase: bool = False,  # noqa: FBT001, FBT002 - the shape that templates call it with
) -> bool:
    """Whether the value holds the expression."""
    return bool(_expression(find, ignorecase).search(bounded_text(value)))


def regex_replace(
    value: Any = "",
    find: str = "",
    replace: str = "",
    ignorecase: bool = False,  # noqa: FBT001, FBT002 - the shape that templates call it with
) -> str:
    """The value with every match replaced."""
    left = MAX_LENGTH

    def put(found: re.Match[str]) -> str:
        nonlocal left
        text = found.expand(replace)
        left -= len(text)
        if left < 0:
            raise ValueError(f"regex_replace makes more than {MAX_LENGTH} characters")
        return text

    return _expression(find, ignorecase).sub(put, bounded_text(value))


def regex_findall(
    value: Any,
    find: str = "",
    ignorecase: bool = False,  # noqa: FBT001, FBT002 - the shape that templates call it with
) -> list[Any]:
    """Every match in the value."""
    return _expression(find, ignorecase).findall(bounded_text(value))


def regex_findall_index(
    value: Any,
    find: str = "",
    index: int = 0,
    ignorecase: bool = False,  # noqa: FBT001, FBT002 - the shape that templates call it with
) -> Any:
    """One of the matches in the value."""
    return regex_findall(value, find, ignorecase)[index]


def flatten(value: Iterable[Any], levels: int | None = None) -> list[Any]:
    """A list of lists as one list, down to so many levels."""
    flat: list[Any] = []
    for item in value:
        if isinstance(item, Iterable) and not isinstance(item, str) and levels != 0:
            flat.extend(flatten(item, None if levels is None else levels - 1))
        else:
            flat.append(item)
    return flat


def version_key(value: Any) -> tuple[tuple[int, int | str], ...]:
    """A version as something that compares: numbers by value, the rest as text before them."""
    parts = re.findall(r"\d+|[a-z]+", str(value).lower())
    return tuple((1, int(part)) if part.isdigit() else (0, part) for part in parts)


def combine(*args: Mapping[Any, Any]) -> dict[Any, Any]:
    """Several dictionaries in one; the later ones win."""
    return {key: item for mapping in args for key, item in mapping.items()}


def typeof(value: Any) -> str:
    """The name of the value's type."""
    return type(value).__name__


def query(value: Mapping[str, Any]) -> str:
    """The mapping as the query of a URL."""
    return urlencode(value)


def slug(value: Any, separator: str = "_") -> str:
    """The text as an identifier."""
    if len(separator) > 1:
        raise ValueError(f"slugify takes one character as separator, not {separator!r}")
    return slugify(str(value), separator)


def is_string_like(value: Any) -> bool:
    """Whether the value is a text or bytes."""
    return isinstance(value, str | bytes | bytearray)


def _digest(name: str) -> Callable[[str], str]:
    def digest(value: str) -> str:
        return hashlib.new(name, str(value).encode(), usedforsecurity=False).hexdigest()

    return digest


def _is(kind: type) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, kind)


def _list_of(operation: Callable[[set[Any], set[Any]], set[Any]]) -> Callable[..., list[Any]]:
    return lambda value, other: list(operation(set(value), set(other)))


def _expression(find: str, ignorecase: bool) -> re.Pattern[str]:  # noqa: FBT001 - passed on
    return compiled(find, re.IGNORECASE if ignorecase else 0)


_BOTH: Mapping[str, Callable[..., Any]] = {
    "base64_decode": base64_decode,
    "base64_encode": base64_encode,
    "bool": to_bool,
    "combine": combine,
    "difference": _list_of(set.difference),
    "flatten": flatten,
    "iif": iif,
    "intersect": _list_of(set.intersection),
    "md5": _digest("md5"),
    "pack": pack,
    "sha1": _digest("sha1"),
    "sha256": _digest("sha256"),
    "sha512": _digest("sha512"),
    "slugify": slug,
    "symmetric_difference": _list_of(set.symmetric_difference),
    "typeof": typeof,
    "union": _list_of(set.union),
    "unpack": unpack,
    "version": version_key,
}

FILTERS: Mapping[str, Callable[..., Any]] = {
    **_BOTH,
    "contains": contains,
    "from_hex": from_hex,
    "from_json": from_json,
    "ord": ord,
    "ordinal": ordinal,
    "regex_findall": regex_findall,
    "regex_findall_index": regex_findall_index,
    "regex_match": regex_match,
    "regex_replace": regex_replace,
    "regex_search": regex_search,
    "to_json": to_json,
}
GLOBALS: Mapping[str, Callable[..., Any]] = {
    **_BOTH,
    "set": set,
    "tuple": tuple,
    "urlencode": query,
    "zip": zip,
}
TESTS: Mapping[str, Callable[..., Any]] = {
    "contains": contains,
    "list": _is(list),
    "match": regex_match,
    "search": regex_search,
    "set": _is(set),
    "string_like": is_string_like,
    "tuple": _is(tuple),
}
