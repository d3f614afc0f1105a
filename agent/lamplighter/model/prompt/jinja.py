"""The jinja dialect that chat templates are written in, in a sandbox.

Templates come with models, so they are nobody's code of ours. What they may call is what
``transformers`` offers them, as far as it concerns plain conversations.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from jinja2 import Template, TemplateError
from jinja2.ext import Extension
from jinja2.nodes import Node
from jinja2.parser import Parser
from jinja2.sandbox import ImmutableSandboxedEnvironment


class _Generation(Extension):
    """``{% generation %}``, which marks what the model wrote for training: its inside is kept."""

    tags = {"generation"}  # noqa: RUF012 - jinja declares it as what an instance may have

    def parse(self, parser: Parser) -> list[Node]:
        next(parser.stream)
        return parser.parse_statements(("name:endgeneration",), drop_needle=True)


def compile_template(source: str, now: Callable[[], datetime]) -> Template:
    """Return a chat template, ready to render.

    Args:
        source: the template.
        now: the local time, which some templates tell their model.

    Raises:
        jinja2.TemplateError: it is none.
    """
    environment = ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.loopcontrols", _Generation]
    )
    environment.filters["tojson"] = _to_json
    environment.globals["raise_exception"] = _raise_exception
    environment.globals["strftime_now"] = lambda form: now().strftime(form)
    return environment.from_string(source)


def _raise_exception(reason: str) -> None:
    """Refuse a conversation: chat templates call this by name."""
    raise TemplateError(reason)


def _to_json(value: Any, indent: int | None = None) -> str:
    """Return JSON as it stands in prompts; jinja's own filter escapes it for HTML."""
    return json.dumps(value, ensure_ascii=False, indent=indent)
