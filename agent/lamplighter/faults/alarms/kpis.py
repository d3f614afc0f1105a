"""The alarm system's key figures as they are published on ``alarm_kpis``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lamplighter.faults.alarms.flood import Tally
from lamplighter.faults.alarms.life_cycle import State
from lamplighter.faults.alarms.machine_alarms import Plant
from lamplighter.faults.alarms.raised import Raised
from lamplighter.faults.condition import Severity
from lamplighter.faults.evidence.record import iso

_MOST_LISTED = 10
_WAITING = frozenset(
    {State.UNACKNOWLEDGED, State.RETURNED_UNACKNOWLEDGED, State.LATCHED_UNACKNOWLEDGED}
)


@dataclass(frozen=True, slots=True)
class Standing:
    """An alarm that is not normal, and whether it chatters."""

    raised: Raised
    chattering: bool


def kpis(plant: Plant, standing: Sequence[Standing], now: float) -> dict[str, Any]:
    """The figures of the last day, or since they are counted, and how alarms stand now.

    Args:
        plant: what was counted; what is older than a day is left out already.
        standing: every alarm that is not normal.
        now: the agent's clock.
    """
    figures, flood = plant.figures, plant.flood
    figures.begin(now)
    rates, day = figures.rates(now), figures.sums()
    since = figures.since(now)
    total = sum(day.alarms.values())
    shown = [each.raised for each in standing if not each.raised.alarm.hidden]
    states = Counter(each.raised.alarm.state for each in standing)
    chattering = [each.raised for each in standing if each.chattering]
    stale = _stale(shown, now - plant.config.stale_alarm_after)
    floods = [*figures.floods, *([flood.present] if flood.present else [])]
    return {
        "since": iso(since),
        "alarms": total,
        "per_10_min": rates.now,
        "mean_per_10_min": round(rates.mean, 2),
        "peak_per_10_min": rates.peak,
        "peak_at": None if rates.peak_at is None else iso(rates.peak_at),
        "priorities": {str(each): day.severities[str(each)] for each in Severity},
        "standing": sum(raised.alarm.active for raised in shown),
        "unacknowledged": sum(raised.alarm.state in _WAITING for raised in shown),
        "shelved": states[State.SHELVED],
        "suppressed": states[State.SUPPRESSED],
        "out_of_service": states[State.OUT_OF_SERVICE],
        "chattering": [_named(each) for each in chattering[:_MOST_LISTED]],
        "chattering_count": len(chattering),
        "chattered": _top(day.chattered),
        "stale": [
            {**_named(each), "since": iso(each.since or now)} for each in stale[:_MOST_LISTED]
        ],
        "stale_count": len(stale),
        "flood": flood.present is not None,
        "floods": [_flood(each) for each in floods[-_MOST_LISTED:]],
        "flood_share": round(_flooded(floods, since, now), 4),
        "top": _top(day.alarms),
        "acknowledged": day.acknowledged,
        "mean_time_to_acknowledge_s": _mean(day.waited, day.acknowledged),
    }


def _named(raised: Raised) -> dict[str, Any]:
    condition = raised.condition
    return {"asset": condition.asset, "condition": condition.key, "name": condition.name}


def _stale(shown: Sequence[Raised], before: float) -> list[Raised]:
    """Those that have stood since before a time, the oldest first."""
    since = ((each.since, each) for each in shown if each.alarm.active)
    old = [(time, each) for time, each in since if time is not None and time <= before]
    return [each for _, each in sorted(old, key=lambda pair: pair[0])]


def _top(counts: Counter[str]) -> list[dict[str, Any]]:
    """The most frequent ones; those that were counted without a name are left out."""
    total = sum(counts.values())
    rows = []
    for key, number in sorted(counts.items(), key=lambda each: (-each[1], each[0])):
        asset, _, condition = key.partition("/")
        if condition:
            share = round(number / total, 3)
            rows.append({"asset": asset, "condition": condition, "count": number, "share": share})
    return rows[:_MOST_LISTED]


def _flood(tally: Tally) -> dict[str, Any]:
    ended = None if tally.ended is None else iso(tally.ended)
    return {"began": iso(tally.began), "ended": ended, "alarms": tally.alarms}


def _flooded(floods: Sequence[Tally], since: float, now: float) -> float:
    """The share of the time that was a flood."""
    if now <= since:
        return 0.0
    spans = ((max(each.began, since), each.ended or now) for each in floods)
    return min(1.0, sum(max(0.0, end - start) for start, end in spans) / (now - since))


def _mean(total: float, number: int) -> float | None:
    return round(total / number, 1) if number else None
