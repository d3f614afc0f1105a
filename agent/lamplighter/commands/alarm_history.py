"""``lamplighter alarms history``: who did what to which alarms, from the store's audit."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from lamplighter.commands.options import (
    config_option,
    json_option,
    print_json,
    print_table,
    read_config,
)
from lamplighter.commands.stored import stored_in
from lamplighter.store.records.audit import OF_ALARMS, AuditEntry


@click.command()
@config_option
@json_option
@click.option("--asset", help="Of one machine only.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 10_000))
@click.pass_context
def history(
    context: click.Context,
    *,
    config_path: Path | None,
    asset: str | None,
    limit: int,
    as_json: bool,
) -> None:
    """List operations on alarms, the latest first: when, who, what."""
    above = context.parent.params.get("config_path") if context.parent else None
    config = read_config(config_path or above)
    with stored_in(config.store) as stored:
        entries = stored.audit.of_alarms(limit, asset)
    if as_json:
        print_json([_document(entry) for entry in entries])
        return
    rows = [
        (
            _time(entry.time),
            entry.data.get("user", ""),
            entry.action.removeprefix(OF_ALARMS),
            entry.device,
            _what(entry),
            f"{entry.data['minutes']:g}" if "minutes" in entry.data else "",
        )
        for entry in entries
    ]
    columns = ("WHEN", "WHO", "WHAT", "ASSET", "ALARMS", "MINUTES")
    print_table(columns, rows, empty="Nobody has operated on alarms.")


def _document(entry: AuditEntry) -> dict[str, object]:
    op = entry.action.removeprefix(OF_ALARMS)
    return {"time": _time(entry.time), "op": op, "asset": entry.device, **entry.data}


def _what(entry: AuditEntry) -> str:
    data = entry.data
    if "note" in data:
        return str(data["note"])
    if "window" in data:
        return f"window {data['window'] or ''}".strip()
    named = ", ".join(data.get("conditions", ()))
    more = int(data.get("count", 0)) - len(data.get("conditions", ()))
    return f"{named} and {more} more" if more > 0 else named


def _time(time: float) -> str:
    return datetime.fromtimestamp(time, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
