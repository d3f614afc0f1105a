"""Home Assistant templates, rendered in a sandbox.

Source of the names and rules: Home Assistant's templating documentation
(https://www.home-assistant.io/docs/configuration/templating/).
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from datetime import UTC, tzinfo
from typing import Any

import jinja2

from lamplighter.errors import TemplateError
from lamplighter_homeassistant.json_text import parse_json, well_formed
from lamplighter_homeassistant.template_environment import NothingDefinedError, environment
from lamplighter_homeassistant.template_sandbox import Sandbox

MAX_TEMPLATE = 16_384
MAX_OUTPUT = 65_536
CACHE_SIZE = 4_096

_ABSENT = object()


class Templates:
    """Compiles templates when they are first rendered, and keeps the latest.

    Args:
        clock: UTC seconds since the epoch, for ``now()`` and ``utcnow()``.
        zone: the local time zone, for ``timestamp_local`` and the like.
    """

    def __init__(self, clock: Callable[[], float] = time.time, zone: tzinfo = UTC) -> None:
        self._clock = clock
        self._zone = zone
        self._environment: Sandbox | None = None
        self._compiled: OrderedDict[str, jinja2.Template] = OrderedDict()
        self._checked: OrderedDict[str, str | None] = OrderedDict()
        self._parsed: tuple[str, Any] = ("", _ABSENT)

    def check(self, template: str) -> None:
        """Refuse a template that can't be compiled, without the cost of compiling it.

        Raises:
            TemplateError: a mistake in its syntax, an unknown filter or test, or it is too long.
        """
        if template not in self._checked:
            self._checked[template] = self._problem(template)
            if len(self._checked) > CACHE_SIZE:
                self._checked.popitem(last=False)
        if problem := self._checked[template]:
            raise TemplateError(_short(template), problem)

    def value(self, template: str, payload: str, more: Mapping[str, Any] | None = None) -> str:
        """What a value template makes of a payload.

        ``value`` is the payload; ``value_json`` is there where it is JSON; ``more`` holds further
        variables.

        Returns:
            The text; "" where ``is_defined`` found that the payload holds nothing for it.

        Raises:
            TemplateError: it does not compile, or fails.
        """
        variables = {**(more or {}), "value": payload}
        parsed = self._json(payload)
        if parsed is not _ABSENT:
            variables["value_json"] = parsed
        try:
            return self._render(template, variables).strip()
        except NothingDefinedError:
            return ""

    def command(self, template: str, value: Any, variables: Mapping[str, Any]) -> str:
        """What a command template makes of a value and more variables.

        Raises:
            TemplateError: it does not compile, or fails.
        """
        try:
            return self._render(template, {"value": value, **variables}).strip()
        except NothingDefinedError as error:
            raise TemplateError(_short(template), str(error)) from error

    def _render(self, template: str, variables: Mapping[str, Any]) -> str:
        if "{" not in template:
            return template
        compiled = self._compile(template)
        self._engine().begin()
        pieces: list[str] = []
        length = 0
        try:
            for piece in compiled.generate(variables):
                pieces.append(piece)
                length += len(piece)
                if length > MAX_OUTPUT:
                    raise TemplateError(_short(template), f"more than {MAX_OUTPUT} characters")
        except NothingDefinedError:
            raise
        except (
            jinja2.TemplateError,
            ArithmeticError,
            AttributeError,
            LookupError,
            RecursionError,
            TypeError,
            ValueError,
        ) as error:
            raise TemplateError(_short(template), _reason(error)) from error
        text = "".join(pieces)
        if not well_formed(text):
            raise TemplateError(_short(template), "half a surrogate pair")
        return text

    def _compile(self, template: str) -> jinja2.Template:
        if (compiled := self._compiled.get(template)) is not None:
            self._compiled.move_to_end(template)
            return compiled
        self.check(template)
        compiled = self._engine().from_string(template)
        self._compiled[template] = compiled
        if len(self._compiled) > CACHE_SIZE:
            self._compiled.popitem(last=False)
        return compiled

    def _problem(self, template: str) -> str | None:
        if len(template) > MAX_TEMPLATE:
            return f"more than {MAX_TEMPLATE} characters"
        if "{" not in template:
            return None
        engine = self._engine()
        try:
            tree = engine.parse(template)
        except (jinja2.TemplateSyntaxError, RecursionError) as error:
            return _reason(error)
        for kind, known in (
            (jinja2.nodes.Filter, engine.filters),
            (jinja2.nodes.Test, engine.tests),
        ):
            for node in tree.find_all(kind):
                if node.name not in known:
                    return f"unknown {kind.__name__.lower()} {node.name!r}"
        return None

    def _json(self, payload: str) -> Any:
        # The entities of one device read the same message one after the other.
        if self._parsed[1] is _ABSENT or self._parsed[0] != payload:
            self._parsed = (payload, parse_json(payload, _ABSENT))
        return self._parsed[1]

    def _engine(self) -> Sandbox:
        if self._environment is None:
            self._environment = environment(self._clock, self._zone)
        return self._environment


def _reason(error: Exception) -> str:
    return str(error) or type(error).__name__


def _short(template: str) -> str:
    return template if len(template) <= 120 else f"{template[:117]}..."
