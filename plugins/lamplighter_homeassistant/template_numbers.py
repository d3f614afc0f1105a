"""Home Assistant's numeric template functions, under the names they have there."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from lamplighter_homeassistant.template_default import REQUIRED, or_default

_MAX_PRECISION = 300


def to_float(value: Any, default: Any = REQUIRED) -> Any:
    """The value as a float, or the default where it is none."""
    return or_default("float", lambda: float(value), value, default)


def to_int(value: Any, default: Any = REQUIRED, base: int = 10) -> Any:
    """The value as a whole number, fractions cut off, or the default where it is none."""

    def convert() -> int:
        if isinstance(value, str):
            try:
                return int(value, base)
            except ValueError:
                return int(float(value))
        return int(value)

    return or_default("int", convert, value, default)


def is_number(value: Any) -> bool:
    """Whether the value is, or reads as, a finite number."""
    try:
        return math.isfinite(float(value))
    except (ValueError, TypeError, OverflowError):
        return False


def rounded(value: Any, precision: int = 0, method: str = "common", default: Any = REQUIRED) -> Any:
    """The value rounded: ``common`` (half to even), ``ceil``, ``floor`` or ``half`` (to 0.5)."""

    def convert() -> float:
        if abs(precision) > _MAX_PRECISION:
            raise ValueError(precision)
        number = float(value)
        scale = 10.0**precision
        by_method = {
            "ceil": lambda: math.ceil(number * scale) / scale,
            "floor": lambda: math.floor(number * scale) / scale,
            "half": lambda: round(number * 2) / 2,
        }
        result = by_method.get(method, lambda: round(number, precision))()
        return int(result) if precision == 0 else result

    return or_default("round", convert, value, default)


def multiply(value: Any, amount: Any, default: Any = REQUIRED) -> Any:
    """The value times the amount."""
    return or_default("multiply", lambda: float(value) * amount, value, default)


def add(value: Any, amount: Any, default: Any = REQUIRED) -> Any:
    """The value plus the amount."""
    return or_default("add", lambda: float(value) + amount, value, default)


def logarithm(value: Any, base: Any = math.e, default: Any = REQUIRED) -> Any:
    """The logarithm of the value, natural where no base is given."""
    return or_default("log", lambda: math.log(float(value), float(base)), value, default)


def clamp(value: Any, minimum: Any, maximum: Any) -> float:
    """The value, held between the two bounds."""
    return max(float(minimum), min(float(maximum), float(value)))


def remap(value: Any, in_min: Any, in_max: Any, out_min: Any, out_max: Any) -> float:
    """The value moved linearly from one range to another."""
    low, high = float(in_min), float(in_max)
    start, end = float(out_min), float(out_max)
    return start + (float(value) - low) / (high - low) * (end - start)


def bitwise_and(first: Any, second: Any) -> Any:
    """The bits set in both."""
    return first & second


def bitwise_or(first: Any, second: Any) -> Any:
    """The bits set in either."""
    return first | second


def bitwise_xor(first: Any, second: Any) -> Any:
    """The bits set in one of both."""
    return first ^ second


def _of_one(name: str, function: Callable[[float], float]) -> Callable[..., Any]:
    def convert(value: Any, default: Any = REQUIRED) -> Any:
        return or_default(name, lambda: function(float(value)), value, default)

    return convert


def _of_many(name: str, function: Callable[[Sequence[Any]], Any]) -> Callable[..., Any]:
    """A function of one iterable (and a default after it), or of several arguments."""

    def convert(*args: Any, default: Any = REQUIRED) -> Any:
        if not args:
            raise TypeError(f"{name} expected at least 1 argument, got 0")
        items: Sequence[Any] = args
        if isinstance(args[0], Iterable):
            items = list(args[0])
            default = args[1] if len(args) > 1 and default is REQUIRED else default
        return or_default(name, lambda: function(items), args, default)

    return convert


_SAME: Mapping[str, Callable[..., Any]] = {
    "add": add,
    "average": _of_many("average", statistics.fmean),
    "bitwise_and": bitwise_and,
    "bitwise_or": bitwise_or,
    "bitwise_xor": bitwise_xor,
    "clamp": clamp,
    "float": to_float,
    "int": to_int,
    "is_number": is_number,
    "log": logarithm,
    "median": _of_many("median", statistics.median),
    "multiply": multiply,
    "remap": remap,
    "sqrt": _of_one("sqrt", math.sqrt),
    "statistical_mode": _of_many("statistical_mode", statistics.mode),
    **{
        name: _of_one(name, function)
        for name, function in (
            ("sin", math.sin),
            ("cos", math.cos),
            ("tan", math.tan),
            ("asin", math.asin),
            ("acos", math.acos),
            ("atan", math.atan),
        )
    },
}

FILTERS: Mapping[str, Callable[..., Any]] = {**_SAME, "round": rounded}
GLOBALS: Mapping[str, Any] = {
    **{name: function for name, function in _SAME.items() if name not in ("add", "multiply")},
    "max": _of_many("max", max),
    "min": _of_many("min", min),
    "e": math.e,
    "pi": math.pi,
    "tau": math.tau,
}
TESTS: Mapping[str, Callable[..., Any]] = {"is_number": is_number}
