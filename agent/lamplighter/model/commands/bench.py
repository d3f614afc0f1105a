"""``lamplighter model bench``: how fast a model is here."""

from __future__ import annotations

import json
import os
from pathlib import Path

import click

from lamplighter.model import locate
from lamplighter.model.commands.reporting import print_rows, reports_errors


@click.command()
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@click.option("--threads", default=min(2, os.cpu_count() or 1), show_default=True, type=int)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@reports_errors
def bench(folder: Path | None, threads: int, *, as_json: bool) -> None:
    """Measure loading, reading and writing speed, and memory, of the model in FOLDER."""
    from lamplighter.model.measure import measure

    figures = measure(locate.model_folder(folder), threads=threads)
    if as_json:
        click.echo(json.dumps(figures, indent=2))
        return
    print_rows([{"figure": name, "value": value} for name, value in figures.items()])
