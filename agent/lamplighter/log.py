"""Logging by structlog: JSON under systemd or into a file, colours on a terminal.

Events are short names (``ask_answered``), facts are keys. No secret and no full payload is
logged at info level or above: :func:`excerpt` shortens payloads for debug.
"""

from __future__ import annotations

import logging
import sys
from typing import TextIO

import structlog

_EXCERPT = 120
_SECRET_KEYS = frozenset({"password", "pin", "token", "secret"})


def configure(level: str, form: str = "auto", *, stream: TextIO | None = None) -> None:
    """Sets up logging for the whole process.

    Args:
        level: debug, info, warning or error.
        form: ``json``, ``console``, or ``auto``: console where the stream is a terminal.
        stream: where lines go; standard error if not given.
    """
    out = sys.stderr if stream is None else stream
    console = form == "console" or (form == "auto" and out.isatty())
    renderer: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer(colors=out.isatty(), pad_event_to=24)
        if console
        else structlog.processors.JSONRenderer()
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="%H:%M:%S" if console else "iso", utc=not console),
            _without_secrets,
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.getLevelNamesMapping()[level.upper()]
        ),
        logger_factory=structlog.WriteLoggerFactory(file=out),
        cache_logger_on_first_use=False,
    )


def excerpt(payload: bytes) -> str:
    """The start of a payload as text, for debug lines."""
    text = payload[:_EXCERPT].decode("utf-8", "replace")
    return text if len(payload) <= _EXCERPT else f"{text}… ({len(payload)} bytes)"


def _without_secrets(
    _logger: object, _method: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    for key in _SECRET_KEYS.intersection(event):
        event[key] = "***"
    return event
