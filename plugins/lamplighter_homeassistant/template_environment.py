"""The sandbox with the names that Home Assistant's templates use."""

from __future__ import annotations

from collections.abc import Callable
from datetime import tzinfo
from typing import Any

import jinja2

from lamplighter_homeassistant import template_numbers, template_times, template_values
from lamplighter_homeassistant.template_sandbox import Sandbox


class NothingDefinedError(jinja2.UndefinedError):
    """``is_defined`` met an undefined value: the message holds nothing for this template."""


def environment(clock: Callable[[], float], zone: tzinfo) -> Sandbox:
    """A fresh environment.

    Args:
        clock: UTC seconds since the epoch.
        zone: the local time zone.
    """
    engine = Sandbox()
    times = template_times.Times(clock, zone)
    # Other entities are not in reach of a device's template.
    apart: dict[str, Any] = {"states": _unknown, "state_attr": _nothing}
    absent: dict[str, Any] = {"has_value": _no, "is_state": _no, "is_state_attr": _no}
    engine.filters.update(template_numbers.FILTERS)
    engine.filters.update(template_values.FILTERS)
    engine.filters.update(times.filters())
    engine.filters.update(apart, is_defined=_is_defined, has_value=_no)
    engine.tests.update(template_numbers.TESTS)
    engine.tests.update(template_values.TESTS)
    engine.tests.update(template_times.TESTS)
    engine.tests.update(absent)
    engine.globals.update(template_numbers.GLOBALS)
    engine.globals.update(template_values.GLOBALS)
    engine.globals.update(times.functions())
    engine.globals.update(apart, **absent)
    engine.seal()
    return engine


def _is_defined(value: Any) -> Any:
    if isinstance(value, jinja2.Undefined):
        raise NothingDefinedError("nothing defined")
    return value


def _unknown(_entity_id: str = "", *_: Any, **__: Any) -> str:
    return "unknown"


def _nothing(*_: Any, **__: Any) -> None:
    return None


def _no(*_: Any, **__: Any) -> bool:
    return False
