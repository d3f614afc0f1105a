"""The ``health`` topic: how the daemon is, in one JSON object."""

from __future__ import annotations

import platform
import statistics
from collections.abc import Sequence
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lamplighter import __version__
from lamplighter.store.outbox import LaneDepth

if TYPE_CHECKING:
    from lamplighter.assembly import Parts, Surroundings

_PACKAGES = ("paho-mqtt", "onnxruntime", "tokenizers", "hassil", "home-assistant-intents")


def versions() -> dict[str, str]:
    """The versions of Lamplighter, Python and the packages that matter most."""
    found = {name: version(name) for name in _PACKAGES}
    return {"lamplighter": __version__, "python": platform.python_version(), **found}


def memory() -> dict[str, float | None]:
    """Resident memory now and at its peak, in MiB, as Linux counts it; None elsewhere."""
    facts: dict[str, float | None] = {"rss_mib": None, "peak_mib": None}
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    except OSError:
        return facts
    for line in lines:
        name, _, value = line.partition(":")
        if name == "VmRSS":
            facts["rss_mib"] = round(int(value.split()[0]) / 1024, 1)
        elif name == "VmHWM":
            facts["peak_mib"] = round(int(value.split()[0]) / 1024, 1)
    return facts


def latencies(samples_ms: Sequence[float]) -> dict[str, float | int | None]:
    """Median and 95th percentile of the last asks, in milliseconds; None without any."""
    if not samples_ms:
        return {"asks": 0, "p50_ms": None, "p95_ms": None}
    ordered = sorted(samples_ms)
    return {
        "asks": len(ordered),
        "p50_ms": round(statistics.median(ordered), 1),
        "p95_ms": round(ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))], 1),
    }


def facts_of(parts: Parts, around: Surroundings, started: float) -> dict[str, Any]:
    """What ``health`` consists of, but for the versions.

    Args:
        parts: the daemon's parts.
        around: its clocks.
        started: when it was started, on the monotonic clock.
    """
    now = around.clock()
    return {
        "at": round(now, 3),
        "uptime_s": round(around.monotonic() - started, 1),
        "links": {"broker": asdict(parts.link.state())},
        "inbox": {
            "depth": parts.store.inbox.depth(),
            "received": parts.intake.received,
            "buried": parts.intake.buried,
            "refused": parts.reception.refused,
        },
        "outbox": _outbox(parts.store.outbox.depth(), now),
        "losses": parts.store.ledger.totals(),
        "disk": {"bytes": parts.store.bytes_used(), **asdict(parts.store.writer.health())},
        "model": {**parts.models.health(), "reports": dict(parts.machines.written)},
        "alarms": {"active": len(parts.machines.active)},
        "entities": len(parts.catalogue),
        "plugin_failures": dict(parts.host.failures),
        "latency": latencies(parts.commander.latencies_ms),
        "memory": memory(),
        "last_gap": parts.link_watch.last_gap,
    }


def _outbox(lanes: Sequence[LaneDepth], now: float) -> dict[str, Any]:
    return {
        "depth": sum(each.rows for each in lanes),
        "oldest_s": round(max((now - each.oldest for each in lanes), default=0.0), 1),
        "lanes": {
            each.lane.label: {
                "depth": each.rows,
                "bytes": each.bytes,
                "oldest_s": round(now - each.oldest, 1),
            }
            for each in lanes
        },
    }
