"""``lamplighter model``: build, list, verify and measure models."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec

import click

from lamplighter.errors import LamplighterError, ModelError
from lamplighter.model import locate
from lamplighter.model.build.recipe import load_recipe
from lamplighter.model.bundle.manifest import Manifest, read_manifest, verify

P = ParamSpec("P")
MIB = 1024 * 1024


def _reports_errors(command: Callable[P, None]) -> Callable[P, None]:
    """Turn the errors that are expected into one clear line and exit code 1."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except LamplighterError as error:
            raise click.ClickException(str(error)) from error

    return run


@click.group()
def model() -> None:
    """Build, list, verify and measure language models."""


@model.command()
@click.argument("recipe", default=locate.DEFAULT_MODEL)
@click.option("--out", type=click.Path(path_type=Path), help="The folder to build into.")
@click.option("--force", is_flag=True, help="Build even where a sound model is there already.")
@click.option("--json", "as_json", is_flag=True, help="Print the manifest as JSON.")
@_reports_errors
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
        click.echo(json.dumps({"folder": str(target), **asdict(manifest)}, indent=2))
        return
    size = manifest.bytes / MIB
    click.echo(f"{manifest.name} {manifest.version} is ready in {target} ({size:.0f} MiB)")


@model.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@_reports_errors
def list_models(*, as_json: bool) -> None:
    """List the models that are built, without checking their files."""
    rows = [_summary(folder) for folder in locate.built_models()]
    if as_json:
        click.echo(json.dumps(rows, indent=2))
    elif not rows:
        click.echo("No model is built. Build the default one with: lamplighter model build")
    else:
        _print_table(rows)


@model.command("verify")
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@_reports_errors
def verify_model(folder: Path | None, *, as_json: bool) -> None:
    """Check every file of the model in FOLDER (or of the default model) against its hash."""
    where = locate.model_folder(folder)
    manifest = verify(where)
    if as_json:
        click.echo(json.dumps({"folder": str(where), "verified": True, **asdict(manifest)}))
    else:
        click.echo(f"{manifest.name} {manifest.version}: {len(manifest.files)} files are sound")


@model.command()
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@click.option("--threads", default=min(2, os.cpu_count() or 1), show_default=True, type=int)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@_reports_errors
def bench(folder: Path | None, threads: int, *, as_json: bool) -> None:
    """Measure loading, reading and writing speed, and memory, of the model in FOLDER."""
    from lamplighter.model.measure import measure

    figures = measure(locate.model_folder(folder), threads=threads)
    if as_json:
        click.echo(json.dumps(figures, indent=2))
        return
    _print_table([{"figure": name, "value": value} for name, value in figures.items()])


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


def _summary(folder: Path) -> dict[str, Any]:
    try:
        manifest = read_manifest(folder)
    except ModelError as error:
        return {"name": folder.name, "folder": str(folder), "problem": error.reason}
    return {
        "name": manifest.name,
        "version": manifest.version,
        "MiB": round(manifest.bytes / MIB),
        "context": manifest.context,
        "licence": manifest.licence,
        "folder": str(folder),
    }


def _print_table(rows: list[dict[str, Any]]) -> None:
    from rich.console import Console
    from rich.table import Table

    columns = list(dict.fromkeys(key for row in rows for key in row))
    table = Table(box=None, header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(str(row.get(column, "")) for column in columns))
    Console().print(table)


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
