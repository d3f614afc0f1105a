"""The sandboxed jinja2 environment with the names Home Assistant's templates use."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, tzinfo
from typing import Any

import jinja2
from jinja2.sandbox import ImmutableSandboxedEnvironment


class NothingDefinedError(jinja2.UndefinedError):
    """``is_defined`` met an undefined value: the message holds nothing for this template."""


def environment(clock: Callable[[], float], zone: tzinfo) -> jinja2.Environment:
    """A fresh environment; rendering in it reaches no file, no network and no Python internals."""
    engine = ImmutableSandboxedEnvironment(undefined=jinja2.Undefined, autoescape=False)
    engine.filters["is_defined"] = _is_defined
    engine.globals["utcnow"] = lambda: datetime.fromtimestamp(clock(), UTC)
    engine.globals["now"] = lambda: datetime.fromtimestamp(clock(), zone)
    return engine


def _is_defined(value: Any) -> Any:
    if isinstance(value, jinja2.Undefined):
        raise NothingDefinedError("nothing defined")
    return value
