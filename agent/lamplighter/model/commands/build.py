"""``lamplighter model build``: a model from a recipe."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from lamplighter.errors import ModelError
from lamplighter.model import locate
from lamplighter.model.build.progress import STEPS, Progress
from lamplighter.model.build.recipe import load_recipe
from lamplighter.model.build.record import record_of
from lamplighter.model.bundle.manifest import Manifest, verify
from lamplighter.model.commands.reporting import MIB, reports_errors


@click.command()
@click.argument("recipe", default=locate.DEFAULT_MODEL)
@click.option("--out", type=click.Path(path_type=Path), help="The folder to build into.")
@click.option("--force", is_flag=True, help="Build even where a sound model is there already.")
@click.option("--json", "as_json", is_flag=True, help="Print the manifest as JSON.")
@reports_errors
def build(recipe: str, out: Path | None, *, force: bool, as_json: bool) -> None:
    """Build a model from RECIPE: a name (smollm2-135m) or a YAML file."""
    plan = load_recipe(locate.find_recipe(recipe))
    target = out or locate.models_folder() / plan.name
    manifest = None if force else _sound(target, record_of(plan))
    if manifest is None:
        from lamplighter.model.build.building import build_model

        with _progress(shown=not as_json) as progress:
            manifest = build_model(plan, target, cache=cache_folder(), progress=progress)
    if as_json:
        click.echo(json.dumps({"folder": str(target), **manifest.as_dict()}, indent=2))
        return
    size = manifest.bytes / MIB
    click.echo(f"{manifest.name} {manifest.version} is ready in {target} ({size:.0f} MiB)")


def cache_folder() -> Path:
    """Return the user's folder for fetched files (XDG Base Directory Specification)."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "lamplighter"


def _sound(target: Path, record: dict[str, Any]) -> Manifest | None:
    """Return the manifest of a model that is there, unaltered and of this recipe; else None."""
    try:
        manifest = verify(target)
    except ModelError:
        return None
    return manifest if manifest.recipe == record else None


@contextmanager
def _progress(*, shown: bool) -> Iterator[Progress]:
    """Yield what draws a bar for each step, or prints plain lines where there is no terminal."""
    if not shown:
        yield lambda _step, _share, _detail="": None
    elif sys.stderr.isatty():
        yield from _bars()
    else:
        yield PlainProgress(lambda line: click.echo(line, err=True), time.monotonic)


class PlainProgress:
    """Prints a line when a step begins, and then one now and then while it goes on.

    Args:
        say: prints a line.
        clock: seconds, from any beginning.
        every: seconds between two lines of one step.
    """

    def __init__(
        self, say: Callable[[str], None], clock: Callable[[], float], every: float = 10.0
    ) -> None:
        self._say = say
        self._clock = clock
        self._every = every
        self._step = ""
        self._said = 0.0

    def __call__(self, step: str, share: float, detail: str = "", /) -> None:
        """Print a line if it is time for one."""
        now = self._clock()
        if step == self._step and now - self._said < self._every:
            return
        begun = step != self._step
        self._step, self._said = step, now
        amount = f" ({detail})" if detail else ""
        self._say(f"{step} …" if begun else f"{step} {share:.0%}{amount}")


def _bars() -> Iterator[Progress]:
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    columns = (
        TextColumn("{task.description:9}"),
        BarColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[detail]}"),
    )
    with Bars(*columns, console=Console(stderr=True)) as bars:
        tasks = {step: bars.add_task(step, total=1.0, start=False, detail="") for step in STEPS}

        def draw(step: str, share: float, detail: str = "", /) -> None:
            bars.start_task(tasks[step])
            bars.update(tasks[step], completed=share, detail=detail)

        yield draw
