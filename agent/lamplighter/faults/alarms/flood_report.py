"""The summary of an alarm flood: one when it begins, one when it is over."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from lamplighter.faults.alarms.flood import FloodTold, Tally
from lamplighter.faults.condition import Severity
from lamplighter.faults.evidence.record import iso
from lamplighter.faults.wording import clock_time, duration

NAME = "Alarm flood"
ALL_MACHINES = "all"
_MOST_NAMED = 3


def flood_report(told: FloodTold) -> dict[str, Any]:
    """What is published on ``reports``, with the keys of every report."""
    tally = told.tally
    stamp = datetime.fromtimestamp(tally.began, UTC).strftime("%Y%m%dT%H%M%SZ")
    over = told.kind == "flood_over"
    return {
        "id": f"flood-{stamp}-{2 if over else 1}",
        "episode": f"flood-{stamp}",
        "asset": ALL_MACHINES,
        "name": NAME,
        "kind": told.kind,
        "text": _over(tally) if over else _begun(tally),
        "severity": str(tally.gravest),
        "started": iso(tally.began),
        "ended": None if tally.ended is None else iso(tally.ended),
        "conditions": [],
        "written_by": "template",
        "model": "",
        "problems": [],
        "evidence": {
            "alarms": tally.alarms,
            "severities": dict(tally.severities),
            "machines": dict(tally.machines.most_common()),
            "first": tally.first,
        },
    }


def _begun(tally: Tally) -> str:
    return (
        f"Alarm flood since {clock_time(tally.began)} UTC: {_counted(tally)}. The first was"
        f" {tally.first}. {_most(tally)} While it lasts, only the gravest episodes are reported at"
        " once; every alarm is published, and the other reports follow."
    )


def _over(tally: Tally) -> str:
    lasted = duration((tally.ended or tally.began) - tally.began)
    return (
        f"The alarm flood that began at {clock_time(tally.began)} UTC is over after {lasted}:"
        f" {_counted(tally)}. The first was {tally.first}. {_most(tally)}"
    )


def _counted(tally: Tally) -> str:
    critical = tally.severities[str(Severity.CRITICAL)]
    machines = len(tally.machines)
    said = f"{tally.alarms} {'alarm' if tally.alarms == 1 else 'alarms'} of {machines}"
    return f"{said} {'machine' if machines == 1 else 'machines'}, {critical or 'none'} critical"


def _most(tally: Tally) -> str:
    named = ", ".join(f"{name} ({n})" for name, n in tally.machines.most_common(_MOST_NAMED))
    return f"Most came from {named}."
