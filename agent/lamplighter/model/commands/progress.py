"""What goes on while gates are measured, in one line."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click


@contextmanager
def gate_progress(*, shown: bool) -> Iterator[Callable[[str, float], None]]:
    """Yield a callback that shows a step and its share: a bar on a terminal, else a line each."""
    if not shown:
        yield lambda _step, _share: None
    elif sys.stderr.isatty():
        yield from _bar()
    else:
        started: set[str] = set()

        def say(step: str, _share: float) -> None:
            if step not in started:
                started.add(step)
                click.echo(f"{step} …", err=True)

        yield say


def _bar() -> Iterator[Callable[[str, float], None]]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description:16}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        task = bars.add_task("", total=1.0)

        def draw(step: str, share: float) -> None:
            bars.update(task, description=step, completed=share)

        yield draw
