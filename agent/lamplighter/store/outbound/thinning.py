"""Readings summed up: least, mean, greatest, count, first and last of every number in them.

A thinned payload is a JSON object that says so itself::

    {"thinned": true, "from": 1700000000.0, "to": 1700000009.5, "count": 3,
     "values": {"temperature": {"min": 20.1, "mean": 20.6, "max": 21, "sum": 61.8, "count": 3,
                                "first": 20.1, "last": 21}},
     "others": {"unit": "C"}}

``values`` has one entry for each number, by its dotted path; a payload that is nothing but a
number is called ``value``. ``others`` has what is no number, as it was in the last message that
had it. Numbers are decimal: summing sums up again gives what summing all at once would have.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Context, Decimal
from typing import Any

PLAIN = "value"
"""What a payload's number is called that has no name."""

_LONGEST = 64 << 10
_MOST_FIELDS = 256
_DEEPEST = 16
_MOST_DIGITS = 40
_LARGEST_EXPONENT = 330
# Digits enough for any sum of what _is_reading takes, so that none is ever rounded.
_SUMS = Context(prec=760)
_MEANS = Context(prec=17)


@dataclass(frozen=True, slots=True)
class Span:
    """What became of one number over some messages."""

    minimum: Decimal
    maximum: Decimal
    total: Decimal
    count: int
    first: Decimal
    last: Decimal


@dataclass(frozen=True, slots=True)
class Summary:
    """What some messages of a topic said.

    Attributes:
        start: UTC seconds of the first.
        end: UTC seconds of the last.
        count: how many there were.
        values: the numbers, by path.
        others: what else was in them, by path, as it was last.
    """

    start: float
    end: float
    count: int
    values: Mapping[str, Span] = field(default_factory=dict)
    others: Mapping[str, Any] = field(default_factory=dict)


def summary_of(payload: bytes, at: float, *, merged: int = 1) -> Summary | None:
    """A message, or an earlier summary, as a summary; None where there is no number in it.

    Args:
        payload: what the message says.
        at: UTC seconds when it was put in.
        merged: how many messages it stands for; more than one where it is a summary.
    """
    if len(payload) > _LONGEST:
        return None
    try:
        document = _DECODER.decode(payload.decode())
        if merged > 1:
            return _read(document)
        values, others = _flatten(document)
    except (ValueError, KeyError, TypeError, ArithmeticError, RecursionError):
        return None
    spans = {path: Span(each, each, each, 1, each, each) for path, each in values.items()}
    return Summary(at, at, 1, spans, others) if spans else None


def merge(summaries: Sequence[Summary]) -> Summary:
    """Summaries in the order of their messages, as one; there must be one at least."""
    values: dict[str, Span] = {}
    others: dict[str, Any] = {}
    for each in summaries:
        others.update(each.others)
        for path, span in each.values.items():
            values[path] = _join(values[path], span) if path in values else span
    return Summary(
        summaries[0].start,
        summaries[-1].end,
        sum(each.count for each in summaries),
        values,
        others,
    )


def payload_of(summary: Summary) -> bytes:
    """The payload that says it."""
    values = ",".join(f"{json.dumps(path)}:{_span(span)}" for path, span in summary.values.items())
    others = ""
    if summary.others:
        others = f',"others":{json.dumps(summary.others, default=_plain, separators=(",", ":"))}'
    return (
        f'{{"thinned":true,"from":{summary.start!r},"to":{summary.end!r},'
        f'"count":{summary.count},"values":{{{values}}}{others}}}'
    ).encode()


def start_of(payload: bytes) -> float | None:
    """UTC seconds of the first message of a thinned payload; None where it does not read."""
    try:
        return float(json.loads(payload)["from"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


def _join(one: Span, other: Span) -> Span:
    return Span(
        min(one.minimum, other.minimum),
        max(one.maximum, other.maximum),
        _SUMS.add(one.total, other.total),
        one.count + other.count,
        one.first,
        other.last,
    )


def _span(span: Span) -> str:
    mean = _MEANS.divide(span.total, Decimal(span.count))
    return (
        f'{{"min":{span.minimum},"mean":{mean},"max":{span.maximum},"sum":{span.total},'
        f'"count":{span.count},"first":{span.first},"last":{span.last}}}'
    )


def _read(document: Any) -> Summary:
    if document["thinned"] is not True:
        raise ValueError
    spans = {path: _read_span(each) for path, each in document["values"].items()}
    count = int(document["count"])
    start, end = float(document["from"]), float(document["to"])
    return Summary(start, end, count, spans, document.get("others", {}))


def _read_span(span: Any) -> Span:
    numbers = [span[key] for key in ("min", "max", "sum", "first", "last")]
    if not all(isinstance(each, Decimal) for each in numbers):
        raise ValueError
    minimum, maximum, total, first, last = numbers
    return Span(minimum, maximum, total, int(span["count"]), first, last)


def _flatten(document: Any) -> tuple[dict[str, Decimal], dict[str, Any]]:
    """Numbers, and what else there is, by path."""
    values: dict[str, Decimal] = {}
    others: dict[str, Any] = {}
    stack: list[tuple[str, Any, int]] = [("", document, 0)]
    while stack:
        path, found, depth = stack.pop()
        if isinstance(found, dict) and depth < _DEEPEST:
            if len(stack) + len(values) + len(found) > _MOST_FIELDS:
                raise ValueError
            inner = f"{path}." if path else ""
            stack += [(inner + key, each, depth + 1) for key, each in reversed(found.items())]
        elif _is_reading(found):
            values[path or PLAIN] = found
        else:
            others[path or PLAIN] = found
    return values, others


def _is_reading(found: Any) -> bool:
    return (
        isinstance(found, Decimal)
        and len(found.as_tuple().digits) <= _MOST_DIGITS
        and abs(found.adjusted()) <= _LARGEST_EXPONENT
    )


def _plain(number: Decimal) -> int | float | str:
    """A number that is no reading, or stands within something that is none."""
    if not _is_reading(number):
        return str(number)
    return int(number) if number == number.to_integral_value() else float(number)


def _refuse(constant: str) -> None:
    """NaN and the infinities are no JSON."""
    raise ValueError(constant)


_DECODER = json.JSONDecoder(parse_float=Decimal, parse_int=Decimal, parse_constant=_refuse)
