"""The ``health`` topic: how the daemon is, in one JSON object of a few kilobytes at most."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from lamplighter.assembly import Parts, Surroundings
from lamplighter.errors import StoreError
from lamplighter.link.link import Link
from lamplighter.metrics.queues import LaneFacts, lane_facts, losses_by_kind
from lamplighter.metrics.rates import Rates
from lamplighter.process_facts import latencies, memory
from lamplighter.store.outbound.outbox import BROKER, UPSTREAM

LaneRates = Rates[tuple[str, str, str]]
"""How fast lanes are put in and sent: keyed by ``put`` or ``sent``, link, lane."""

_LONGEST_TEXT = 200


def facts_of(
    parts: Parts, around: Surroundings, started: float, rates: LaneRates | None = None
) -> dict[str, Any]:
    """What ``health`` consists of, but for the versions.

    Args:
        parts: the daemon's parts.
        around: its clocks.
        started: when it was started, on the monotonic clock.
        rates: remembers earlier counts; None: no rates are told.
    """
    now = around.clock()
    return {
        "at": round(now, 3),
        "clock": around.timekeeper.facts(),
        "uptime_s": round(around.monotonic() - started, 1),
        "links": _links(parts),
        "inbox": {
            **_inbox(parts),
            "received": parts.intake.received,
            "buried": parts.intake.buried,
            "refused": parts.reception.refused,
        },
        **_kept(parts, now, rates),
        "disk": _disk(parts),
        "model": {
            **parts.models.health(),
            "reports": dict(parts.machines.written),
            "template_because": dict(parts.machines.template_because),
        },
        "alarms": {"active": len(parts.machines.active), **parts.machines.board.summary()},
        "signals": parts.machines.signals.facts(),
        "entities": len(parts.catalogue),
        "plugin_failures": dict(parts.host.failures),
        "latency": latencies(parts.commander.latencies_ms),
        "memory": memory(),
        "last_gap": parts.link_watch.last_gap,
        "upstream": parts.upstream.facts() if parts.upstream else None,
    }


def outbox_links(parts: Parts) -> list[str]:
    """Links that the outbox has messages for, the local broker's first."""
    return [BROKER, *([UPSTREAM] if parts.upstream else [])]


def _links(parts: Parts) -> dict[str, Any]:
    links = {name: _link(link) for name, link in parts.links.items() if link.is_alive()}
    if BROKER in links:
        pump = parts.pump.state()
        links[BROKER] |= {
            "held_topics": pump.held,
            "last_refusal": pump.last_refusal[:_LONGEST_TEXT],
            "faults": pump.faults,
        }
    return links


def _link(link: Link) -> dict[str, Any]:
    state = asdict(link.state())
    return {**state, "last_error": state["last_error"][:_LONGEST_TEXT]}


def _inbox(parts: Parts) -> dict[str, Any]:
    health = parts.store.health()
    facts: dict[str, Any] = {
        "depth": None,
        "dead_letters": None,
        "queued": health.inbox_queued,
        "queued_bytes": health.inbox_bytes,
    }
    with contextlib.suppress(StoreError):
        facts["depth"] = parts.store.inbox.depth()
        facts["dead_letters"] = parts.store.dead_letters.count()
    return facts


def _disk(parts: Parts) -> dict[str, Any]:
    health = parts.store.health()
    writer = asdict(health.writer)
    return {
        "bytes": health.bytes,
        **writer,
        "failing": writer["failing"][:_LONGEST_TEXT],
        "max_bytes": health.max_bytes,
        "ballast": health.ballast,
        "written": asdict(health.written),
        "longest_commit": health.longest_commit,
        "integrity": {
            **asdict(health.integrity),
            "problem": health.integrity.problem[:_LONGEST_TEXT],
        },
    }


def _kept(parts: Parts, now: float, rates: LaneRates | None) -> dict[str, Any]:
    """Outbox and ledger; None for what can't be read now."""
    names = outbox_links(parts)
    try:
        lanes = lane_facts(parts.store.outbox, names, now)
        losses = losses_by_kind(parts.store.ledger.totals())
    except StoreError:
        return {"outbox": {"depth": None, "oldest_s": None, "lanes": {}}, "losses": None}
    speeds = {} if rates is None else _speeds(lanes, rates)
    outbox = {
        "depth": sum(each.rows for each in lanes),
        "oldest_s": round(max((each.oldest_s for each in lanes), default=0.0), 1),
        "lanes": _by_lane(lanes, names[0], speeds),
    }
    for name in names[1:]:
        outbox[name] = {"lanes": _by_lane(lanes, name, speeds)}
    return {"outbox": outbox, "losses": losses}


def _by_lane(
    lanes: Sequence[LaneFacts], link: str, speeds: dict[tuple[str, str, str], float]
) -> dict[str, Any]:
    """The lanes of a link in which something waits or moves."""
    found = {}
    for each in lanes:
        if each.link != link:
            continue
        label = each.lane.label
        told = {
            f"{way}_per_s": round(speeds[way, link, label], 2)
            for way in ("put", "sent")
            if (way, link, label) in speeds
        }
        if each.rows or any(told.values()):
            found[label] = {
                "depth": each.rows,
                "bytes": each.bytes,
                "oldest_s": round(each.oldest_s, 1),
                **({} if each.used is None else {"used": round(each.used, 3)}),
                **told,
            }
    return found


def _speeds(lanes: Sequence[LaneFacts], rates: LaneRates) -> dict[tuple[str, str, str], float]:
    counts = {("put", each.link, each.lane.label): each.put for each in lanes}
    counts |= {("sent", each.link, each.lane.label): each.sent for each in lanes}
    return rates.per_second(counts)
