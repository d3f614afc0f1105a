"""What is told of the signals' own health: one record a signal, when its status changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from lamplighter.faults.signals.quality import Oddity
from lamplighter.faults.signals.status import Health, SignalStatus


@dataclass(frozen=True, slots=True)
class SignalChanged:
    """A signal's NE 107 status changed: to be published, retained, on ``signals/<asset>/<tag>``.

    Attributes:
        asset: the machine.
        tag: its signal.
        record: what to publish.
    """

    asset: str
    tag: str
    record: dict[str, Any]


def signal_record(asset: str, tag: str, name: str, health: Health, since: str) -> dict[str, Any]:
    """The record of a signal.

    Args:
        asset: the machine.
        tag: its signal.
        name: what people call the signal.
        health: its status and the reason.
        since: when that was first seen, ISO 8601.
    """
    return {
        "asset": asset,
        "tag": tag,
        "name": name,
        "status": str(health.status),
        "why": health.why,
        "since": since,
    }


def quality_facts(
    counts: Mapping[Oddity, int], statuses: Iterable[SignalStatus], signals: int
) -> dict[str, Any]:
    """How the signals are: how many by status, and what wrong input came since the start.

    Args:
        counts: wrong input by kind.
        statuses: of the signals that are not good.
        signals: how many signals there are.
    """
    found = Counter(str(status) for status in statuses)
    good = signals - sum(found.values())
    return {
        "signals": signals,
        "status": {"good": good, **dict(sorted(found.items()))},
        "wrong_input": {str(oddity): counts.get(oddity, 0) for oddity in Oddity},
    }
