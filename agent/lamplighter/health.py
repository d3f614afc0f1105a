"""The ``health`` topic: how the daemon is, in one JSON object."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from lamplighter.assembly import Parts, Surroundings
from lamplighter.process_facts import latencies, memory
from lamplighter.store.outbox import LaneDepth


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
