"""``lamplighter outbox``: what waits to be sent, and what was lost on the way, and why."""

from __future__ import annotations

import time
from dataclasses import asdict
from pathlib import Path

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


@click.command()
@config_option
@json_option
def outbox(*, config_path: Path | None, as_json: bool) -> None:
    """Show what waits to be sent for each lane, and the ledger of what was not."""
    config = read_config(config_path)
    with stored_in(config.store.path) as stored:
        lanes = stored.outbox.depth()
        losses = stored.ledger.losses()
        dead = stored.dead_letters.latest(20)
    now = time.time()
    if as_json:
        print_json(
            {
                "lanes": [
                    {
                        "link": each.link,
                        "lane": each.lane.label,
                        "rows": each.rows,
                        "bytes": each.bytes,
                        "oldest": each.oldest,
                    }
                    for each in lanes
                ],
                "ledger": [asdict(each) for each in losses],
                "dead_letters": [
                    {
                        "topic": each.message.topic,
                        "reason": each.reason,
                        "buried": each.buried,
                        "bytes": len(each.message.payload),
                    }
                    for each in dead
                ],
            }
        )
        return
    rows = [(each.lane.label, each.rows, each.bytes, ago(each.oldest, now)) for each in lanes]
    print_table(("LANE", "WAITING", "BYTES", "OLDEST"), rows, empty="Nothing waits to be sent.")
    if losses:
        click.echo("\nNot delivered, and why:")
        print_table(
            ("LANE", "TOPIC", "COUNT", "REASON", "LAST"),
            [
                (each.lane, each.topic, each.count, each.reason, ago(each.last, now))
                for each in losses
            ],
            empty="",
        )
    if dead:
        click.echo("\nReceived and not understood (latest):")
        print_table(
            ("TOPIC", "REASON", "WHEN"),
            [(each.message.topic, each.reason, ago(each.buried, now)) for each in dead],
            empty="",
        )
