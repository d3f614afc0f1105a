"""PLACEHOLDER of the lead so that imports work: its owner overwrites this file."""

from __future__ import annotations

from lamplighter.understanding.interpretation import Planned


def request(text: str) -> Planned | None:  # noqa: ARG001
    """Nothing yet."""
    return None
