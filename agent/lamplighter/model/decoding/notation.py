"""Grammars as plain data, the way they stand in JSON files.

============================================  ================================================
data                                          what it is
============================================  ================================================
``"text"``                                    exactly this text
``[one, two, ...]``                           the parts, one after the other
``{"literal": "text", "any_case": true}``     the text in upper and lower case
``{"choice": [one, two, ...]}``               any one of the parts
``{"optional": part}``                        the part, or nothing
``{"repeat": part, "minimum": 0,              the part so many times
"maximum": 3, "separator": ", "}``
``{"names": ["a", "b"], "any_case": false}``  any one of many texts
``{"span": ["text"], "min_words": 1,          a run of whole words of one of the texts
"max_words": 8}``
``{"number": [low, high], "decimals": 1,      a number in a range
"step": 0.5}``
============================================  ================================================

What has a default in ``grammar`` may be left out, but ``maximum``. Nothing else is allowed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from lamplighter.errors import ModelError
from lamplighter.model.decoding import grammar as g
from lamplighter.model.decoding import parts

MAX_DEPTH = 32

_OPTIONS: Mapping[str, frozenset[str]] = {
    "literal": frozenset({"any_case"}),
    "choice": frozenset(),
    "optional": frozenset(),
    "repeat": frozenset({"minimum", "maximum", "separator"}),
    "names": frozenset({"any_case"}),
    "span": frozenset({"min_words", "max_words"}),
    "number": frozenset({"decimals", "step"}),
}


def part_from(data: object, where: str = "grammar") -> parts.Part:
    """Return the part that data describe.

    Args:
        data: texts, numbers, lists and dictionaries, as the table above says.
        where: what errors call the place of the data.

    Raises:
        ModelError: they describe no part, or one without any text; it names the place in them,
            for instance ``grammar.choice[2].names``.
    """
    return _read(data, where, 0)


def data_of(part: parts.Part) -> Any:
    """Return a part as data; ``part_from`` makes a part of them that accepts the same texts.

    Raises:
        ModelError: the part is not one that ``grammar`` makes.
    """
    match part:
        case parts.Sequence(members):
            return [data_of(member) for member in members]
        case parts.Choice(options):
            return {"choice": [data_of(option) for option in options]}
        case parts.Repeat(repeated, 0, 1):
            return {"optional": data_of(repeated)}
        case parts.Repeat(repeated, minimum, maximum, separator):
            counts = {"minimum": minimum, "maximum": maximum, "separator": separator}
            return {"repeat": data_of(repeated), **counts}
    return _leaf_data(part)


def _leaf_data(part: parts.Part) -> Any:
    match part:
        case parts.Literal(text, any_case):
            return {"literal": text, "any_case": True} if any_case else text
        case parts.Names(texts, any_case):
            return {"names": list(texts), **({"any_case": True} if any_case else {})}
        case parts.Span(texts, min_words, max_words):
            return {"span": list(texts), "min_words": min_words, "max_words": max_words}
        case parts.Number(low, high, decimals, step):
            exact = {"step": _plain(step)} if step else {"decimals": decimals}
            return {"number": [_plain(low), _plain(high)], **exact}
    raise ModelError("grammar", f"{type(part).__name__} can't be written as data")


def _plain(value: Any) -> int | float:
    return int(value) if value == int(value) else float(value)


def _read(data: object, where: str, depth: int) -> parts.Part:
    if depth > MAX_DEPTH:
        raise ModelError(where, f"is nested more than {MAX_DEPTH} deep")
    match data:
        case str():
            return g.literal(data)
        case list():
            return g.sequence(*_read_each(data, where, depth))
        case dict():
            return _read_named(data, where, depth)
    raise ModelError(where, f"must be a text, a list or an object, not {_kind(data)}")


def _read_each(data: list[Any], where: str, depth: int) -> list[parts.Part]:
    return [_read(each, f"{where}[{number}]", depth + 1) for number, each in enumerate(data)]


def _read_named(data: dict[Any, Any], where: str, depth: int) -> parts.Part:
    named = [name for name in data if name in _OPTIONS]
    if len(named) != 1:
        found = ", ".join(map(str, data)) or "nothing"
        raise ModelError(where, f"must have one of {', '.join(_OPTIONS)}; it has {found}")
    name = named[0]
    unknown = data.keys() - _OPTIONS[name] - {name}
    if unknown:
        raise ModelError(where, f"{name} has no {', '.join(sorted(map(str, unknown)))}")
    value, inner = data[name], f"{where}.{name}"
    checked: dict[str, Any] = {key: _option(key, data[key], where) for key in data if key != name}
    if name in ("optional", "repeat"):
        part = _read(value, inner, depth + 1)
        if name == "optional":
            return g.optional(part)
        if "maximum" not in data:
            raise ModelError(where, "repeat needs a maximum")
        return _made(where, lambda: g.repeat(part, **checked))
    if name == "choice":
        options = _read_each(_list(value, inner), inner, depth)
        return _made(inner, lambda: g.choice(*options))
    return _made(inner, lambda: _leaf(name, value, inner, checked))


def _leaf(name: str, value: object, where: str, options: dict[str, Any]) -> parts.Part:
    if name == "literal":
        return g.literal(_text(value, where), **options)
    rows = _list(value, where)
    if name == "number":
        if len(rows) != 2:
            raise ModelError(where, "must be the lowest and the highest number")
        low, high = (_number(each, f"{where}[{place}]") for place, each in enumerate(rows))
        return g.number(low, high, **options)
    texts = [_text(each, f"{where}[{place}]") for place, each in enumerate(rows)]
    return g.names(texts, **options) if name == "names" else g.span(texts, **options)


def _made(where: str, make: Callable[[], parts.Part]) -> parts.Part:
    """Return what ``make`` makes; what it says of a grammar is said of this place."""
    try:
        return make()
    except ModelError as error:
        if error.model != "grammar":
            raise
        raise ModelError(where, error.reason) from error


def _option(key: str, value: object, where: str) -> object:
    inner = f"{where}.{key}"
    if key == "any_case":
        if not isinstance(value, bool):
            raise ModelError(inner, f"must be true or false, not {_kind(value)}")
        return value
    if key == "separator":
        return _text(value, inner)
    if key == "step":
        return _number(value, inner)
    if isinstance(value, bool) or not isinstance(value, int):
        raise ModelError(inner, f"must be a whole number, not {_kind(value)}")
    return value


def _text(value: object, where: str) -> str:
    if not isinstance(value, str):
        raise ModelError(where, f"must be a text, not {_kind(value)}")
    return value


def _number(value: object, where: str) -> int | float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ModelError(where, f"must be a number, not {_kind(value)}")
    return value


def _list(value: object, where: str) -> list[Any]:
    if not isinstance(value, list):
        raise ModelError(where, f"must be a list, not {_kind(value)}")
    return value


def _kind(value: object) -> str:
    """Return what JSON calls a value's kind."""
    names = {"NoneType": "null", "bool": "true or false", "dict": "an object", "list": "a list"}
    names |= {"str": "a text", "int": "a number", "float": "a number"}
    name = type(value).__name__
    return names.get(name, name)
