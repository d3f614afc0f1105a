"""``lamplighter alarms``: the machines' alarms, read from the store; operations on them."""

from __future__ import annotations

from pathlib import Path

import click

from lamplighter.commands.alarm_history import history
from lamplighter.commands.alarm_operations import OPERATIONS, note, window
from lamplighter.commands.options import (
    config_option,
    json_option,
    print_json,
    print_table,
    read_config,
)
from lamplighter.commands.stored import stored_in


@click.group(invoke_without_command=True)
@config_option
@json_option
@click.option("--all", "everything", is_flag=True, help="Also those in normal state.")
@click.option("--reports", is_flag=True, help="The latest fault reports instead.")
@click.pass_context
def alarms(
    context: click.Context,
    *,
    config_path: Path | None,
    everything: bool,
    reports: bool,
    as_json: bool,
) -> None:
    """List the machines' alarms, or their reports; or operate on alarms."""
    if context.invoked_subcommand is not None:
        return
    config = read_config(config_path)
    with stored_in(config.store) as stored:
        if reports:
            latest = [dict(report.data) for report in stored.reports.latest(20)]
            _show_reports(latest, as_json=as_json)
            return
        records = [dict(alarm.data) for alarm in stored.alarms.all()]
    shown = [record for record in records if everything or record["state"] != "normal"]
    if as_json:
        print_json(shown)
        return
    rows = [
        (
            record["asset"],
            record["condition"],
            record["state"],
            record["severity"],
            _with_unit(record["value"], record["unit"]),
            _with_unit(record["limit"], record.get("limit_unit", record["unit"])),
            record["since"],
            _by(record),
        )
        for record in shown
    ]
    columns = ("ASSET", "CONDITION", "STATE", "SEVERITY", "VALUE THEN", "LIMIT", "SINCE", "BY")
    print_table(columns, rows, empty="No alarms.")


for _command in (*OPERATIONS, window, note, history):
    alarms.add_command(_command)


def _by(record: dict[str, object]) -> str:
    """Who acknowledged or hid it: the reason for the state that shows."""
    keys = {
        "acknowledged": "ack",
        "latched_acknowledged": "ack",
        "shelved": "shelved",
        "suppressed_by_design": "suppressed",
        "out_of_service": "out_of_service",
    }
    mark = record.get(keys.get(str(record["state"]), ""))
    return str(mark.get("by", "")) if isinstance(mark, dict) else ""


def _show_reports(reports: list[dict[str, object]], *, as_json: bool) -> None:
    if as_json:
        print_json(reports)
        return
    if not reports:
        click.echo("No reports.")
    for report in reports:
        click.echo(f"{report['id']} ({report['kind']}, by {report['written_by']})")
        click.echo(f"  {report['text']}\n")


def _with_unit(value: float | None, unit: str) -> str:
    return "" if value is None else f"{value:g} {unit}".strip()
