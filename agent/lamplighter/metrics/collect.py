"""Draws the figures from the daemon's parts; on the loop, without waiting for anything."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from lamplighter.assembly import Parts, Surroundings
from lamplighter.errors import StoreError
from lamplighter.health import outbox_links
from lamplighter.link.state import LinkState
from lamplighter.metrics.alarms import alarm_families
from lamplighter.metrics.families import (
    Family,
    Sample,
    counter,
    counters,
    gauge,
    gauges,
)
from lamplighter.metrics.queues import LaneFacts, lane_facts, losses_by_kind
from lamplighter.process_facts import latencies, memory

_MIB = 1024 * 1024


def families_of(
    parts: Parts, around: Surroundings, started: float, versions: dict[str, str]
) -> Iterator[Family]:
    """Everything that is measured.

    Args:
        parts: the daemon's parts.
        around: its clocks.
        started: when it was started, on the monotonic clock.
        versions: of Lamplighter and what it is made of.
    """
    labels = {name.replace("-", "_"): version for name, version in versions.items()}
    text = "Versions of Lamplighter and what it is made of."
    yield Family("lamplighter_build", "info", text, (Sample(1, labels),))
    uptime = around.monotonic() - started
    yield gauge("lamplighter_uptime_seconds", "Time since the daemon was started.", uptime)
    keeper = around.timekeeper
    text = "Whether the clock is known, or likely, to be right."
    yield gauge("lamplighter_clock_trusted", text, keeper.trusted)
    yield counter("lamplighter_clock_steps", "Times that the clock was set anew.", keeper.steps)
    yield from _links([link.state() for link in parts.links.values()])
    yield from _upstream(parts)
    yield from _kept(parts, around.clock())
    yield from _inbox(parts)
    yield from _store(parts)
    yield from _model(parts)
    yield from _process(parts)


def _kept(parts: Parts, now: float) -> Iterator[Family]:
    """What has to be read from the database; nothing but that where it can't be."""
    readable = True
    try:
        lanes = lane_facts(parts.store.outbox, outbox_links(parts), now)
        losses = losses_by_kind(parts.store.ledger.totals())
        uncounted = losses_by_kind(parts.store.ledger.uncounted())
        inbox, buried = parts.store.inbox.depth(), parts.store.dead_letters.count()
    except StoreError:
        readable = False
    text = "Whether the database can be read."
    yield gauge("lamplighter_store_readable", text, readable)
    if not readable:
        return
    yield from _outbox(lanes)
    yield counters(
        "lamplighter_losses",
        "Messages given up since ever, by lane and kind of reason, as in the ledger.",
        _by_reason(losses),
    )
    yield counters(
        "lamplighter_loss_events",
        "Losses of which nobody knows the count, of the same kind once a day; not in the losses.",
        _by_reason(uncounted),
    )
    yield gauge("lamplighter_inbox_rows", "Messages on disk that are not handled yet.", inbox)
    yield gauge("lamplighter_dead_letters", "Messages kept that were not understood.", buried)


def _by_reason(counts: Mapping[str, Mapping[str, int]]) -> Iterator[Sample]:
    for lane, reasons in sorted(counts.items()):
        for reason, count in sorted(reasons.items()):
            yield Sample(count, {"lane": lane, "reason": reason})


def _outbox(lanes: Sequence[LaneFacts]) -> Iterator[Family]:
    def by_lane(value: Callable[[LaneFacts], float]) -> Iterator[Sample]:
        for each in lanes:
            yield Sample(value(each), {"link": each.link, "lane": each.lane.label})

    def of(name: str) -> str:
        return f"lamplighter_outbox_{name}"

    yield gauges(of("rows"), "Messages that wait to be sent.", by_lane(lambda it: it.rows))
    yield gauges(of("bytes"), "Payloads and topics of these.", by_lane(lambda it: it.bytes))
    yield gauges(
        of("oldest_age_seconds"), "Age of the oldest of these.", by_lane(lambda it: it.oldest_s)
    )
    yield gauges(
        of("used_ratio"),
        "How much of the lane's bound that is; at 0.8 its policy begins to work.",
        (
            each
            for each in by_lane(lambda it: -1 if it.used is None else it.used)
            if each.value >= 0
        ),
    )
    yield counters(of("put"), "Messages put in since the start.", by_lane(lambda it: it.put))
    yield counters(
        of("sent"), "Messages that the broker took since the start.", by_lane(lambda it: it.sent)
    )


def _links(states: Sequence[LinkState]) -> Iterator[Family]:
    def by_link(value: Callable[[LinkState], float | None]) -> Iterator[Sample]:
        for state in states:
            found = value(state)
            if found is not None:
                yield Sample(found, {"link": state.name})

    now: tuple[tuple[str, str, Callable[[LinkState], float | None]], ...] = (
        ("connected", "Whether the broker has accepted the connection.", lambda it: it.connected),
        (
            "last_packet_age_seconds",
            "Time since the broker was last heard.",
            lambda it: it.last_packet_age_s,
        ),
        ("in_flight", "Publications that the broker has not answered.", lambda it: it.in_flight),
        ("paused", "Whether nothing is read because the store is full.", lambda it: it.paused),
    )
    ever: tuple[tuple[str, str, Callable[[LinkState], float | None]], ...] = (
        ("reconnects", "Connections after the first one.", lambda it: it.reconnects),
        ("gaps", "Times that the broker had forgotten the session.", lambda it: it.gaps),
        ("received", "Messages received, duplicates included.", lambda it: it.received),
        ("received_bytes", "Bytes of their payloads.", lambda it: it.received_bytes),
        ("acked", "Messages acknowledged to the broker.", lambda it: it.acked),
        (
            "stale_acks",
            "Acknowledgements that came after the end of their connection.",
            lambda it: it.stale_acks,
        ),
        ("sent", "Publications that the broker took.", lambda it: it.sent),
        ("refused", "Publications that the broker refused.", lambda it: it.refused),
        (
            "handover_failures",
            "Messages that could not be handed over.",
            lambda it: it.handover_failures,
        ),
    )
    for name, text, value in now:
        yield gauges(f"lamplighter_link_{name}", text, by_link(value))
    for name, text, value in ever:
        yield counters(f"lamplighter_link_{name}", text, by_link(value))


def _upstream(parts: Parts) -> Iterator[Family]:
    if parts.upstream is None:
        return
    forwarder = parts.upstream.forwarder
    for name, text, counts in (
        ("forwarded", "Messages taken for the upstream broker, by rule.", forwarder.forwarded),
        ("withheld", "Messages that can't be made into one for it, by rule.", forwarder.withheld),
    ):
        yield counters(
            f"lamplighter_upstream_{name}",
            text,
            (Sample(count, {"rule": rule}) for rule, count in sorted(counts.items())),
        )


def _inbox(parts: Parts) -> Iterator[Family]:
    health = parts.store.health()
    yield gauge(
        "lamplighter_inbox_queued",
        "Messages in memory that wait for their commit.",
        health.inbox_queued,
    )
    yield gauge("lamplighter_inbox_queued_bytes", "Bytes of these.", health.inbox_bytes)
    yield counter("lamplighter_inbox_received", "Messages handled.", parts.intake.received)
    yield counter("lamplighter_inbox_buried", "Messages not understood.", parts.intake.buried)
    yield counter(
        "lamplighter_announcements_refused",
        "Announcements of devices that were refused.",
        parts.reception.refused,
    )


def _store(parts: Parts) -> Iterator[Family]:
    health = parts.store.health()
    writer = health.writer
    yield gauge("lamplighter_store_bytes", "Bytes on disk.", health.bytes)
    yield gauge("lamplighter_store_max_bytes", "Bound of these.", health.max_bytes)
    yield gauge(
        "lamplighter_store_full", "Whether there is no room.", writer.full_since is not None
    )
    yield gauge(
        "lamplighter_store_failing", "Whether nothing can be written.", bool(writer.failing)
    )
    yield gauge("lamplighter_store_writer_alive", "Whether the writer runs.", writer.alive)
    yield gauge(
        "lamplighter_store_ballast", "Whether space is kept for a full disk.", health.ballast
    )
    yield gauge("lamplighter_store_works", "Works that wait for a commit.", writer.works)
    yield counter("lamplighter_store_commits", "Commits since the start.", writer.commits)
    yield gauge(
        "lamplighter_store_last_commit_seconds",
        "How long the last commit took, rows and fsync.",
        writer.last_commit_ms / 1000,
    )
    yield gauges(
        "lamplighter_store_integrity",
        "What the check of the whole database in the background has found: 1 for what holds.",
        (
            Sample(state == health.integrity.state, {"state": state})
            for state in ("waiting", "checking", "sound", "damaged", "unfinished")
        ),
    )
    written = health.written
    yield gauge(
        "lamplighter_store_written_today_bytes",
        "What this process wrote to its disks since midnight UTC.",
        written.today,
    )
    yield gauge(
        "lamplighter_store_written_yesterday_bytes",
        "The same of the day before.",
        written.yesterday,
    )
    yield gauge(
        "lamplighter_store_write_budget_bytes", "What may be written a day.", written.budget
    )
    yield gauge(
        "lamplighter_store_strain",
        "0 within the budget, 1 far ahead of what the hour of the day allows.",
        written.strain,
    )


def _model(parts: Parts) -> Iterator[Family]:
    yield gauge(
        "lamplighter_model_loaded",
        "Whether the language model answers.",
        parts.models.engine is not None,
    )
    yield counters(
        "lamplighter_reports",
        "Fault reports written, by who wrote them.",
        (Sample(count, {"via": via}) for via, count in sorted(parts.machines.written.items())),
    )
    yield gauge("lamplighter_alarms_active", "Alarms that are active.", len(parts.machines.active))
    yield from _signals(parts)
    yield from alarm_families(parts.machines.board.kpis)
    yield gauge("lamplighter_entities", "Devices' entities known.", len(parts.catalogue))
    yield counters(
        "lamplighter_plugin_failures",
        "Calls of a plugin that failed.",
        (Sample(count, {"plugin": name}) for name, count in sorted(parts.host.failures.items())),
    )


def _signals(parts: Parts) -> Iterator[Family]:
    facts = parts.machines.signals.facts()
    yield gauges(
        "lamplighter_signals",
        "Machines' signals, by their own health (NAMUR NE 107).",
        (Sample(count, {"status": status}) for status, count in facts["status"].items()),
    )
    yield counters(
        "lamplighter_signals_wrong_input",
        "Values that came wrong, by what was wrong.",
        (Sample(count, {"kind": kind}) for kind, count in facts["wrong_input"].items()),
    )


def _process(parts: Parts) -> Iterator[Family]:
    samples = parts.commander.latencies_ms
    facts = latencies(samples)
    quantiles = ((facts["p50_ms"], "0.5"), (facts["p95_ms"], "0.95"))
    yield gauges(
        "lamplighter_ask_latency_seconds",
        "How long the last questions took to answer, by share of them.",
        (Sample(took / 1000, {"share": share}) for took, share in quantiles if took is not None),
    )
    used = memory()
    for name, text, mib in (
        ("resident", "Memory in use.", used["rss_mib"]),
        ("peak", "Memory in use at its peak.", used["peak_mib"]),
    ):
        yield gauge(f"lamplighter_memory_{name}_bytes", text, None if mib is None else mib * _MIB)
