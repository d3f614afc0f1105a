"""Reports as they are published, of made-up episodes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from lamplighter.faults.evidence.record import iso

NOON = 1_772_366_400.0  # 2026-03-01 12:00:00 UTC
HOUR = 3600.0

Reported = Callable[..., dict[str, Any]]


def reported(
    asset: str = "pump-3",
    *,
    at: float = NOON,
    lasted: float | None = 600.0,
    name: str = "Feed pump 3",
    severity: str = "warning",
    kind: str = "high",
    fault: str | None = None,
    check: str = "",
    drawn: float = 0.0,
) -> dict[str, Any]:
    """The last report of an episode; ``lasted`` None: it is open."""
    ended = None if lasted is None else iso(at + lasted)
    return {
        "episode": f"{asset}-{iso(at)}",
        "asset": asset,
        "name": name,
        "kind": "opened" if ended is None else "closed",
        "severity": severity,
        "started": iso(at),
        "ended": ended,
        "evidence": {
            "drawn": iso(at + drawn),
            "ended": ended,
            "area": None,
            "fault": fault,
            "checks": [check] if check else [],
            "signals": [
                {
                    "name": "vibration",
                    "kind": kind,
                    "unit": "mm/s",
                    "greatest": 7.25,
                    "least": 1.5,
                }
            ],
        },
    }


@pytest.fixture(name="reported")
def _reported() -> Reported:
    return reported
