"""``lamplighter outbox``: what waits to be sent, and what was lost on the way, and why.

Reads the store itself: beside a running daemon, or while none runs.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from lamplighter.commands.options import (
    ago,
    config_option,
    json_option,
    print_json,
    print_table,
    read_config,
)
from lamplighter.commands.stored import stored_in
from lamplighter.config import Config
from lamplighter.errors import StoreKeyError
from lamplighter.metrics.queues import LaneFacts, lane_facts
from lamplighter.store.inbound.dead_letters import DeadLetter
from lamplighter.store.outbound.lane_bounds import Bound, Count, bounds_of
from lamplighter.store.outbound.lanes import Lane
from lamplighter.store.records.ledger import Loss
from lamplighter.store.store import Store

_DAY = 86400.0


@click.command()
@config_option
@json_option
@click.option(
    "--days", type=click.FloatRange(min=0), help="Losses of the last so many days; else all."
)
@click.option(
    "--limit",
    type=click.IntRange(1, 100_000),
    default=100,
    show_default=True,
    help="Lines of the ledger, newest first.",
)
def outbox(*, config_path: Path | None, as_json: bool, days: float | None, limit: int) -> None:
    """Show what waits to be sent for each lane, and the ledger of what was not."""
    config = read_config(config_path)
    bounds = bounds_of(config.store.lanes, config.store.max_bytes)
    now = time.time()
    with stored_in(config.store) as stored:
        lanes = lane_facts(stored.outbox, _links(config), now)
        since = 0.0 if days is None else now - days * _DAY
        losses = stored.ledger.losses(since=since, limit=limit)
        dead = _letters(stored)
    if as_json:
        print_json(
            {
                "lanes": [_lane_json(each, bounds[each.lane], now) for each in lanes],
                "ledger": [asdict(each) for each in losses],
                "dead_letters": [_letter_json(each) for each in dead],
            }
        )
        return
    _print_lanes(lanes, bounds)
    _print_losses(losses, now)
    _print_letters(dead, now)


def _letters(stored: Store) -> list[DeadLetter]:
    """The latest dead letters; none where they are encrypted and the key is not to be had."""
    try:
        return stored.dead_letters.latest(20)
    except StoreKeyError as error:
        click.echo(f"lamplighter: {error}; what was not understood is not shown", err=True)
        return []


def _links(config: Config) -> list[str]:
    return ["broker"] if config.upstream is None else ["broker", "upstream"]


def _lane_json(each: LaneFacts, bound: Bound, now: float) -> dict[str, Any]:
    return {
        "link": each.link,
        "lane": each.lane.label,
        "rows": each.rows,
        "bytes": each.bytes,
        "oldest": now - each.oldest_s if each.rows else None,
        "oldest_s": round(each.oldest_s, 1),
        "used": round(bound.used(Count(each.rows, each.bytes)), 4),
        "max_rows": _finite(bound.max_rows),
        "max_bytes": _finite(bound.max_bytes),
        "max_age": _finite(bound.max_age),
        "when_full": bound.when_full,
    }


def _letter_json(each: DeadLetter) -> dict[str, Any]:
    return {
        "topic": each.message.topic,
        "reason": each.reason,
        "buried": each.buried,
        "bytes": len(each.message.payload),
    }


def _finite(bound: float) -> int | None:
    return None if math.isinf(bound) else int(bound)


def _print_lanes(lanes: Sequence[LaneFacts], bounds: Mapping[Lane, Bound]) -> None:
    print_table(
        ("LINK", "LANE", "WAITING", "BYTES", "OLDEST", "USED", "AT MOST", "WHEN FULL"),
        [_lane_row(each, bounds[each.lane]) for each in lanes],
        empty="",
    )
    if not any(each.rows for each in lanes):
        click.echo("Nothing waits to be sent.")


def _lane_row(each: LaneFacts, bound: Bound) -> tuple[str, ...]:
    limits = [_size(bound.max_bytes)]
    if not math.isinf(bound.max_rows):
        limits.append(f"{bound.max_rows:,.0f} messages")
    if not math.isinf(bound.max_age):
        limits.append(ago(1.0, bound.max_age + 1.0))
    return (
        each.link,
        each.lane.label,
        f"{each.rows:,}",
        _size(each.bytes),
        ago(1.0, each.oldest_s + 1.0) if each.rows else "",
        f"{bound.used(Count(each.rows, each.bytes)):.0%}",
        ", ".join(limits),
        bound.when_full,
    )


def _print_losses(losses: Sequence[Loss], now: float) -> None:
    if losses:
        click.echo("\nNot delivered as they were, and why:")
        print_table(
            ("LINK", "LANE", "TOPIC", "COUNT", "BYTES", "REASON", "FROM (UTC)", "TO (UTC)", "LAST"),
            _loss_rows(losses, now),
            empty="",
        )


def _loss_rows(losses: Sequence[Loss], now: float) -> Iterator[tuple[str, ...]]:
    for each in losses:
        yield (
            each.link,
            each.lane,
            each.topic,
            f"{each.count:,}" if each.count else "?",
            _size(each.bytes),
            f"{each.reason}: {each.detail}" if each.detail else each.reason,
            _stamp(each.first),
            _stamp(each.last),
            ago(each.last if each.at is None else each.at, now),
        )


def _print_letters(dead: Sequence[DeadLetter], now: float) -> None:
    if dead:
        click.echo("\nReceived and not understood (latest):")
        print_table(
            ("TOPIC", "REASON", "WHEN"),
            [(each.message.topic, each.reason, ago(each.buried, now)) for each in dead],
            empty="",
        )


def _stamp(seconds: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(seconds))


def _size(count: float) -> str:
    for unit in ("B", "KiB", "MiB"):
        if count < 1024:
            return f"{count:.0f} {unit}" if unit == "B" or count >= 10 else f"{count:.1f} {unit}"
        count /= 1024
    return f"{count:.1f} GiB"
