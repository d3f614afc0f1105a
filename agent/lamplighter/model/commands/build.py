"""``lamplighter model build``: a model from a recipe."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from lamplighter.errors import ModelError
from lamplighter.model import locate
from lamplighter.model.build.recipe import load_recipe
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
    manifest = None if force else _sound(target, plan.as_dict())
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


def _sound(target: Path, recipe: dict[str, Any]) -> Manifest | None:
    """Return the manifest of a model that is there, unaltered and of this recipe; else None."""
    try:
        manifest = verify(target)
    except ModelError:
        return None
    return manifest if manifest.recipe == recipe else None


@contextmanager
def _progress(*, shown: bool) -> Iterator[Callable[[str, float], None]]:
    """Yield a callback that draws a bar for each step, or prints the step without a terminal."""
    from lamplighter.model.build.building import STEPS

    if not shown:
        yield lambda _step, _share: None
    elif sys.stderr.isatty():
        yield from _bars(STEPS)
    else:
        started: set[str] = set()

        def say(step: str, _share: float) -> None:
            if step not in started:
                started.add(step)
                click.echo(f"{step} …", err=True)

        yield say


def _bars(steps: tuple[str, ...]) -> Iterator[Callable[[str, float], None]]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description:9}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as bars:
        tasks = {step: bars.add_task(step, total=1.0, start=False) for step in steps}

        def draw(step: str, share: float) -> None:
            bars.start_task(tasks[step])
            bars.update(tasks[step], completed=share)

        yield draw
