"""``lamplighter summary``: what befell the machines, from the kept reports."""

from __future__ import annotations

import re
import time
from datetime import datetime
from pathlib import Path

import click

from lamplighter.commands.options import config_option, json_option, print_json, read_config
from lamplighter.commands.stored import stored_in
from lamplighter.understanding.timing.zones import home_zone

_UNITS = {"m": 60.0, "min": 60.0, "h": 3600.0, "d": 86400.0}


def _seconds(_context: click.Context, _parameter: click.Parameter, text: str) -> float:
    """The seconds of a span such as ``45min``, ``8h``, ``2d``."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*(m|min|h|d)", text.strip())
    if match is None:
        raise click.BadParameter(f"{text!r} is no span of time such as 45min, 8h or 2d")
    return float(match[1]) * _UNITS[match[2]]


@click.command()
@config_option
@json_option
@click.option("--last", default="24h", show_default=True, callback=_seconds, help="How far back.")
@click.option("--until", type=click.DateTime(), help="Until when, by the home's clock; now.")
def summary(
    *, config_path: Path | None, last: float, until: datetime | None, as_json: bool
) -> None:
    """Tell in a few sentences what befell the machines: of a shift, a night, a day."""
    from lamplighter.faults.summaries.happened import episodes_of
    from lamplighter.faults.summaries.summary import summarised
    from lamplighter.faults.summaries.telling import told
    from lamplighter.shift_summaries import LOOK_BACK_S

    config = read_config(config_path)
    zone = home_zone(config.home.time_zone)
    end = time.time() if until is None else until.replace(tzinfo=zone).timestamp()
    start = end - last
    with stored_in(config.store) as stored:
        rows = stored.reports.since(start - LOOK_BACK_S)
    found = summarised(episodes_of(row.data for row in rows), start, end)
    text = told(found, zone)
    if as_json:
        print_json({"text": text, **found.to_dict()})
    else:
        click.echo(text)
