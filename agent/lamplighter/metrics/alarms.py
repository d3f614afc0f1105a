"""The alarm system's key figures for Prometheus; those of the last day, as they are published."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from lamplighter.metrics.families import Family, Sample, gauge, gauges

_NOW = (
    ("per_10_min", "alarms_per_10_minutes", "Alarms that came in the last ten minutes."),
    ("mean_per_10_min", "alarms_per_10_minutes_mean", "Their mean over the last day."),
    ("peak_per_10_min", "alarms_per_10_minutes_peak", "Their peak in the last day."),
    ("standing", "alarms_standing", "Alarms that are active and shown."),
    ("unacknowledged", "alarms_unacknowledged", "Alarms that wait for an operator."),
    ("shelved", "alarms_shelved", "Alarms that are shelved."),
    ("suppressed", "alarms_suppressed", "Alarms that are suppressed by design."),
    ("out_of_service", "alarms_out_of_service", "Alarms that are out of service."),
    ("chattering_count", "alarms_chattering", "Alarms that chatter."),
    ("stale_count", "alarms_stale", "Alarms that have stood for too long."),
    ("flood", "alarms_flood", "Whether there is an alarm flood."),
    ("flood_share", "alarms_flood_share", "Share of the last day that was a flood."),
    (
        "mean_time_to_acknowledge_s",
        "alarms_time_to_acknowledge_seconds",
        "Mean time from an alarm to its acknowledgement in the last day.",
    ),
)


def alarm_families(kpis: Mapping[str, Any]) -> Iterator[Family]:
    """The figures as metrics; none where there are none yet."""
    if not kpis:
        return
    for key, name, text in _NOW:
        yield gauge(f"lamplighter_{name}", text, kpis[key])
    yield gauges(
        "lamplighter_alarms_of_priority",
        "Alarms that came in the last day, by severity.",
        (Sample(count, {"severity": name}) for name, count in kpis["priorities"].items()),
    )
