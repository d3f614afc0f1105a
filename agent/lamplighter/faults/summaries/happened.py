"""Episodes as their kept reports tell of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lamplighter.faults.condition import SIGNAL_KINDS, UPWARD


@dataclass(frozen=True, slots=True)
class Happened:
    """One episode, as its last report left it; times are UTC seconds.

    Attributes:
        episode: its id.
        asset: the machine.
        name: what people call the machine.
        area: where it stands, or None.
        severity: the gravest one that it had.
        started: the first onset.
        ended: when the last condition returned; None: no report says that it did.
        lead: what people call the signal that was first out.
        kind: what was wrong with that signal: the end of the condition's name.
        extreme: the furthest value of the leading signal; None where it has no direction.
        unit: of the leading signal.
        fault: the likely fault, or None.
        check: what to check first, or "".
        ended_by: the last thing that was done before it ended, or "".
        signal_only: whether nothing but signals (sensor, wiring, source) was at fault.
    """

    episode: str
    asset: str
    name: str
    area: str | None
    severity: str
    started: float
    ended: float | None
    lead: str
    kind: str
    extreme: float | None
    unit: str
    fault: str | None
    check: str
    ended_by: str
    signal_only: bool

    @property
    def machine(self) -> str:
        """What people call the machine, with its place."""
        return f"{self.name} ({self.area})" if self.area else self.name


def episodes_of(payloads: Iterable[Mapping[str, Any]]) -> list[Happened]:
    """The episodes that reports tell of, by their start; each as its latest report has it.

    Args:
        payloads: reports as they were published, in any order; what is none of an episode with
            its evidence is left out.
    """
    latest: dict[str, tuple[str, Happened]] = {}
    for payload in payloads:
        try:
            drawn, happened = _happened(payload)
        except (KeyError, TypeError, ValueError, IndexError):
            continue
        if happened.episode not in latest or drawn >= latest[happened.episode][0]:
            latest[happened.episode] = (drawn, happened)
    return sorted((each for _, each in latest.values()), key=lambda each: each.started)


def _happened(payload: Mapping[str, Any]) -> tuple[str, Happened]:
    evidence = payload["evidence"]
    signals = evidence["signals"]
    lead = signals[0]
    ended = evidence["ended"] if payload["kind"] == "closed" else None
    checks, ended_by = evidence.get("checks") or [], evidence.get("ended_by")
    kinds = {signal["kind"] for signal in signals}
    return str(evidence["drawn"]), Happened(
        episode=str(payload["episode"]),
        asset=str(payload["asset"]),
        name=str(payload["name"]),
        area=evidence.get("area"),
        severity=str(payload["severity"]),
        started=_seconds(payload["started"]),
        ended=None if ended is None else _seconds(ended),
        lead=str(lead["name"]),
        kind=str(lead["kind"]),
        extreme=_extreme(lead),
        unit=str(lead["unit"]),
        fault=evidence.get("fault"),
        check=str(checks[0]) if checks else "",
        ended_by=str(ended_by["text"]) if ended_by else "",
        signal_only=kinds <= set(map(str, SIGNAL_KINDS)),
    )


def _extreme(lead: Mapping[str, Any]) -> float | None:
    kind = str(lead["kind"])
    if kind in set(map(str, SIGNAL_KINDS)):
        return None
    value = lead.get("greatest" if kind in set(map(str, UPWARD)) else "least")
    return float(value) if value is not None else None


def _seconds(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()
