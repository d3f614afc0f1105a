"""Logging: JSON lines off a terminal, levels, no secrets, short payloads."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator

import pytest
import structlog

from lamplighter import log


@pytest.fixture(autouse=True)
def restore() -> Iterator[None]:
    yield
    structlog.reset_defaults()


def test_lines_are_json_off_a_terminal_and_levels_are_kept() -> None:
    out = io.StringIO()
    log.configure("warning", stream=out)
    structlog.get_logger("x").info("quiet")
    structlog.get_logger("x").warning("loud", topic="a/b")
    [line] = out.getvalue().splitlines()
    row = json.loads(line)
    assert (row["event"], row["level"], row["topic"]) == ("loud", "warning", "a/b")


def test_secrets_are_never_written() -> None:
    out = io.StringIO()
    log.configure("debug", "json", stream=out)
    structlog.get_logger("x").info("login", password="hunter2", pin="1234")
    assert "hunter2" not in out.getvalue()
    assert "1234" not in out.getvalue()


def test_the_console_format_names_event_and_facts() -> None:
    out = io.StringIO()
    log.configure("info", "console", stream=out)
    structlog.get_logger("x").info("started", node="n")
    assert "started" in out.getvalue()
    assert "node=n" in out.getvalue()


def test_a_long_payload_is_cut() -> None:
    assert log.excerpt(b"abc") == "abc"
    assert log.excerpt(b"x" * 500).endswith("… (500 bytes)")
