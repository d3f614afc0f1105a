"""``lamplighter alarms``: the machines' alarms, read from the store."""

from __future__ import annotations

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


@click.command()
@config_option
@json_option
@click.option("--all", "everything", is_flag=True, help="Also those in normal state.")
@click.option("--reports", is_flag=True, help="The latest fault reports instead.")
def alarms(*, config_path: Path | None, everything: bool, reports: bool, as_json: bool) -> None:
    """List the machines' alarms, or their reports."""
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
        )
        for record in shown
    ]
    columns = ("ASSET", "CONDITION", "STATE", "SEVERITY", "VALUE THEN", "LIMIT", "SINCE")
    print_table(columns, rows, empty="No alarms.")


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
