"""``lamplighter episodes``: the machines' episodes that are over, and what helped."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from lamplighter.commands.options import (
    config_option,
    json_option,
    print_json,
    print_table,
    read_config,
)
from lamplighter.commands.stored import stored_in
from lamplighter.errors import StoreError
from lamplighter.store.files.place import Place
from lamplighter.store.records.episodes import EpisodeRecord

_WAIT_S = 10.0


@click.group(invoke_without_command=True)
@config_option
@json_option
@click.option("--asset", help="Only those of one machine.")
@click.option("--limit", default=20, show_default=True, help="How many at most.")
@click.pass_context
def episodes(
    context: click.Context,
    *,
    config_path: Path | None,
    as_json: bool,
    asset: str | None,
    limit: int,
) -> None:
    """List the machines' episodes that are over, the latest first."""
    context.obj = config_path
    if context.invoked_subcommand is not None:
        return
    with stored_in(read_config(config_path).store) as stored:
        kept = stored.episodes.latest(limit, asset)
    if as_json:
        print_json([_plain(record) for record in kept])
        return
    rows = [
        (
            record.episode,
            record.data.get("name", record.asset),
            record.severity,
            _span(record.ended - record.started),
            record.data.get("fault") or "",
            record.helped or record.data.get("done", ""),
        )
        for record in kept
    ]
    columns = ("EPISODE", "MACHINE", "SEVERITY", "LASTED", "LIKELY FAULT", "WHAT HELPED")
    print_table(columns, rows, empty="No episode is over yet.")


@episodes.command()
@config_option
@click.argument("episode")
@click.argument("text", nargs=-1, required=True)
@click.pass_obj
def helped(
    of_group: Path | None, *, config_path: Path | None, episode: str, text: tuple[str, ...]
) -> None:
    """Say what helped in an episode: later reports of episodes like it tell of it."""
    said = " ".join(" ".join(text).split())
    if not said:
        raise click.UsageError("TEXT must not be empty")
    settings = read_config(config_path or of_group).store
    database = Place(settings.path).database
    with stored_in(settings) as stored:
        if stored.episodes.get(episode) is None:
            raise StoreError(database, f"there is no episode {episode!r}")
        # The same seals as the daemon's: what people say is encrypted where the rest is.
        record = stored.episodes
        try:
            with closing(sqlite3.connect(database, timeout=_WAIT_S)) as connection, connection:
                record.tell(connection, episode, said)
        except sqlite3.Error as error:
            raise StoreError(database, f"what helped is not kept: {error}") from error
    click.echo(f"{episode}: {said}")


def _plain(record: EpisodeRecord) -> dict[str, Any]:
    return {
        "episode": record.episode,
        "asset": record.asset,
        "class": record.machine_class,
        "started": _iso(record.started),
        "ended": _iso(record.ended),
        "severity": record.severity,
        "helped": record.helped,
        **record.data,
    }


def _iso(time: float) -> str:
    return datetime.fromtimestamp(time, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _span(seconds: float) -> str:
    from lamplighter.faults.wording import duration

    return duration(seconds)
