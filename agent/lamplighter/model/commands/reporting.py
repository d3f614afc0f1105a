"""How subcommands tell what went wrong, and print rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, ParamSpec

import click

from lamplighter.errors import LamplighterError

P = ParamSpec("P")
MIB = 1024 * 1024


def reports_errors(command: Callable[P, None]) -> Callable[P, None]:
    """Turn the errors that are expected into one clear line and exit code 1."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except LamplighterError as error:
            raise click.ClickException(str(error)) from error

    return run


def print_rows(rows: Sequence[dict[str, Any]]) -> None:
    """Print a table with a column for every key, in the order in which they appear."""
    from lamplighter.commands.options import print_table

    columns = list(dict.fromkeys(key for row in rows for key in row))
    print_table(columns, ([row.get(column) for column in columns] for row in rows), empty="")
