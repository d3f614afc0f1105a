"""Options and output that several subcommands share."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from lamplighter import config as configuration
from lamplighter.config import Config

_WIDE = 200
INSTALLED = Path("/etc/lamplighter/lamplighter.yaml")

F = TypeVar("F", bound=Callable[..., Any])


def config_option(command: F) -> F:
    """Adds ``--config``: a file, or ``$LAMPLIGHTER_CONFIG``, or the installed one, or defaults."""
    return click.option(
        "--config",
        "config_path",
        type=click.Path(dir_okay=False, path_type=Path),
        envvar="LAMPLIGHTER_CONFIG",
        help="Configuration file; by default the installed one, else every default.",
    )(command)


def json_option(command: F) -> F:
    """Adds ``--json``: one JSON document instead of a table."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON.")(command)


def read_config(path: Path | None) -> Config:
    """The configuration to use.

    Raises:
        ConfigError: with every problem found.
    """
    if path is None and not INSTALLED.exists():
        return Config()
    return configuration.read(path or INSTALLED)


def keep_numpy_single_threaded() -> None:
    """Keeps numpy's matrices on one thread, where it is not imported yet.

    Machines' matrices are so small that its threads would only wait for each other: a
    decomposition takes fifty times as long with them.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def print_json(value: Any) -> None:
    """Prints one JSON document."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def print_table(columns: Sequence[str], rows: Iterable[Sequence[Any]], *, empty: str) -> None:
    """Prints a table; ``empty`` where there are no rows."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(Text("" if cell is None else str(cell)) for cell in row))
    if table.row_count:
        # A pipe has no width: whoever reads it wants whole lines.
        Console(width=None if sys.stdout.isatty() else _WIDE).print(table)
    else:
        click.echo(empty)


def ago(then: float | None, now: float) -> str:
    """How long ago, in a few characters: ``12 s``, ``3 min``, ``5 h``, ``2 d``; "" for never."""
    if not then:
        return ""
    seconds = max(0.0, now - then)
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{int(seconds // size)} {unit}"
    return f"{int(seconds)} s"
