"""``lamplighter replay``: what the daemon would have said of recorded values."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click

from lamplighter.commands.options import (
    config_option,
    keep_numpy_single_threaded,
    read_config,
)
from lamplighter.errors import ReplayError
from lamplighter.replay.entries import Unread

if TYPE_CHECKING:
    from lamplighter.config import Config
    from lamplighter.faults.monitor import Change
    from lamplighter.faults.reports.writer import Writer
    from lamplighter.replay.entries import Entry
    from lamplighter.replay.history import History, Played


@dataclass(frozen=True, slots=True)
class Recording:
    """A file to be played, and how it is to be read."""

    path: Path
    asset: str
    zone: tzinfo


@click.command()
@config_option
@click.argument("file", type=click.Path(dir_okay=False, exists=True, path_type=Path))
@click.option("--asset", help="The machine, where no column names it; by default the file's name.")
@click.option("--zone", default="UTC", help="Time zone of times that say none; by default UTC.")
@click.option("--model", is_flag=True, help="Let the model write the reports.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON document a line.")
def replay(
    *,
    config_path: Path | None,
    file: Path,
    asset: str | None,
    zone: str,
    model: bool,
    as_json: bool,
) -> None:
    """Play recorded values and print the alarms and reports that they lead to.

    FILE is CSV (a column of times and one a signal, or time, asset, tag and value), or recorded
    topics (mosquitto_sub -F '%U %t %p', or lines of JSON). Machines that the configuration does not
    have are watched by what is learned of their signals.
    """
    keep_numpy_single_threaded()
    recording = Recording(file, asset or file.name.split(".")[0], _zone(zone))
    asyncio.run(_play(recording, read_config(config_path), model=model, as_json=as_json))


def _zone(name: str) -> tzinfo:
    try:
        return UTC if name == "UTC" else ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise click.BadParameter(f"unknown time zone {name!r}", param_hint="--zone") from error


async def _play(recording: Recording, config: Config, *, model: bool, as_json: bool) -> None:
    from lamplighter.faults.alarms.flood import FloodTold
    from lamplighter.faults.alarms.flood_report import flood_report
    from lamplighter.faults.monitor import AlarmChanged, FaultMonitor
    from lamplighter.faults.reports.writer import ReportWriter
    from lamplighter.faults.signals.signal_board import SignalChanged
    from lamplighter.replay.files import format_of, machines_in
    from lamplighter.replay.history import History, ReplayClock
    from lamplighter.understanding.timing.zones import home_zone

    kind = format_of(recording.path)
    if kind == "topics" and not config.machines:
        reason = "holds topics, and the configuration has no machines to say what they mean"
        raise ReplayError(recording.path, reason)
    clock = ReplayClock()
    known = {machine.asset for machine in config.machines}
    extra = machines_in(_entries(recording, config, kind, Unread())) if kind == "csv" else ()
    machines = (*config.machines, *(each for each in extra if each.asset not in known))
    watched = {(machine.asset, tag) for machine in machines for tag in machine.tags}
    zone = home_zone(config.home.time_zone)
    monitor = FaultMonitor(machines, clock=clock, config=config.faults, zone=zone)
    history = History(monitor, clock, lambda asset, tag: (asset, tag) in watched)
    unread = Unread()
    async with _engine(config, wanted=model) as (engine, name):
        writer = ReportWriter(lexicon=monitor.lexicon(), model=name)
        changes = _changes(history, _entries(recording, config, kind, unread), config)
        count = {"alarms": 0, "reports": 0}
        for time, change in changes:
            if isinstance(change, AlarmChanged):
                count["alarms"] += change.record["state"] == "unacknowledged"
                _print(time, {"alarm": change.record}, _alarm(change.record), as_json=as_json)
            elif isinstance(change, SignalChanged):
                _print(time, {"signal": change.record}, _signal(change.record), as_json=as_json)
            else:
                count["reports"] += 1
                if isinstance(change, FloodTold):
                    payload = flood_report(change)
                else:
                    payload = (await writer.write(change.evidence, engine)).payload()
                _print(time, {"report": payload}, _report(payload), as_json=as_json)
    _summary(history.played, count, unread, as_json=as_json)


def _changes(
    history: History, entries: Iterator[Entry], config: Config
) -> Iterator[tuple[float, Change]]:
    yield from history.play(entries)
    yield from history.finish(config.faults.settle + config.faults.quiet + 2.0)


def _entries(recording: Recording, config: Config, kind: str, unread: Unread) -> Iterator[Entry]:
    from lamplighter.plugin_host import PluginHost, load_plugins
    from lamplighter.replay.columns import read_columns
    from lamplighter.replay.files import opened
    from lamplighter.replay.topics import read_topics

    with opened(recording.path) as file:
        if kind == "csv":
            yield from read_columns(
                file, recording.path, asset=recording.asset, zone=recording.zone, unread=unread
            )
            return
        host = PluginHost(load_plugins(config, lambda: 0.0))
        host.filters()
        yield from read_topics(
            file,
            receive=lambda message: [event for _, event in host.receive(message)],
            zone=recording.zone,
            unread=unread,
        )


@asynccontextmanager
async def _engine(config: Config, *, wanted: bool) -> AsyncIterator[tuple[Writer | None, str]]:
    if not wanted:
        yield None, ""
        return
    from lamplighter.model.engine import Engine
    from lamplighter.model.locate import model_folder

    engine = Engine(model_folder(config.model.path), threads=config.model.threads)
    engine.start()
    try:
        yield engine, f"{engine.name} {engine.version}".strip()
    finally:
        engine.stop()


def _print(time: float, document: dict[str, Any], text: str, *, as_json: bool) -> None:
    stamp = datetime.fromtimestamp(time, UTC)
    if as_json:
        click.echo(json.dumps({"time": stamp.isoformat(), **document}, ensure_ascii=False))
    else:
        click.echo(f"{stamp:%Y-%m-%d %H:%M:%S}  {text}")


def _signal(record: dict[str, Any]) -> str:
    why = f": {record['why']}" if record["why"] else ""
    return f"signal {record['asset']} {record['name']} is {record['status']}{why}"


def _alarm(record: dict[str, Any]) -> str:
    value = _with_unit(record["value"], record["unit"])
    limit = _with_unit(record["limit"], record["limit_unit"])
    beyond = f"{value} (limit {limit})" if limit else value
    return f"{record['state']:<24} {record['name']}: {beyond} [{record['severity']}]"


def _report(payload: dict[str, Any]) -> str:
    return f"report, {payload['kind']}, by {payload['written_by']}: {payload['text']}"


def _with_unit(value: float | None, unit: str) -> str:
    return "" if value is None else f"{value:g} {unit}".strip()


def _summary(played: Played, count: dict[str, int], unread: Unread, *, as_json: bool) -> None:
    found = {
        "values": played.values.total(),
        "signals": len(played.values),
        "log_lines": played.lines,
        **count,
        "not_watched": {f"{asset}/{tag}": n for (asset, tag), n in played.unknown.items()},
        "refused": dict(played.refused.most_common(5)),
        "unread_lines": unread.count,
        "unread": unread.examples,
    }
    if as_json:
        click.echo(json.dumps({"summary": found}, ensure_ascii=False))
        return
    click.echo(
        f"{_counted(played.values.total(), 'value')} of {_counted(len(played.values), 'signal')}, "
        f"{_counted(played.lines, 'log line')}: "
        f"{_counted(count['alarms'], 'alarm')}, {_counted(count['reports'], 'report')}."
    )
    for name, number in played.unknown.items():
        click.echo(f"Not watched: {name[0]}/{name[1]}, {number} values.")
    for reason, number in played.refused.most_common(5):
        click.echo(f"Refused {number} times: {reason}.")
    if unread.count:
        click.echo(
            f"{_counted(unread.count, 'line')} could not be read; {'; '.join(unread.examples)}."
        )


def _counted(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
