"""The compression laboratory's commands: see README.md beside this file."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from tools.machine_facts import facts
from tools.model import student as students
from tools.model.building import build_variant
from tools.model.depth import by_loss
from tools.model.distil import Step
from tools.model.parts import Parts, whole_model
from tools.model.plot import draw
from tools.model.results import Notebook, collect, measured
from tools.model.student_plan import Stage, load_student
from tools.model.table import as_markdown, as_table, tasks_of
from tools.model.task import generate
from tools.model.texts import Texts, find_grounds, prose
from tools.model.torch_llama import LossWithout, best_device, to_torch
from tools.model.variants import VARIANTS, Variant, folder_name, named

from lamplighter.model import locate
from lamplighter.model.build.recipe import Recipe, load_recipe
from lamplighter.model.commands.build import cache_folder
from lamplighter.model.commands.reporting import reports_errors

ROOT = Path(__file__).parents[2]
WORK = ROOT / "build" / "lab"
TEXT = ROOT / "config" / "models" / "texts" / "perplexity.txt"
FRAMES = ROOT / "config" / "models" / "tasks" / "frames.jsonl"
_TELL_EVERY = 10.0
_FILE_WIDTH = 160

_path = click.Path(path_type=Path)
_there = click.Path(exists=True, path_type=Path)
work_option = click.option("--work", type=_path, default=WORK, help="Folder for all that is made.")
recipe_option = click.option("--recipe", default=locate.DEFAULT_MODEL, help="Of the whole model.")
cases_option = click.option(
    "--cases",
    type=_there,
    required=True,
    multiple=True,
    help="Cases to train on and to choose by (JSON lines); again for each stage's own.",
)
names_argument = click.argument("names", nargs=-1)


@click.group()
def lab() -> None:
    """Compress the language model, and see what that costs."""


@lab.command()
@recipe_option
@click.option("--drop", default=16, show_default=True, help="How many layers.")
@click.option("--length", default=192, show_default=True, help="Tokens of each of three texts.")
@reports_errors
def layers(recipe: str, drop: int, length: int) -> None:
    """Find the layers that the model misses least, one after the other, by the loss."""
    _, whole = _whole(recipe)
    tokens = whole.tokenizer().encode(prose())
    rows = [tokens[start : start + length] for start in range(3000, len(tokens), 37000)][:3]
    loss = LossWithout(to_torch(whole.weights, device=best_device()), rows)
    dropped, losses = by_loss(whole.weights.architecture.layers, drop, loss)
    click.echo(f"loss of the whole: {loss(()):.3f}")
    click.echo(f"losses: {', '.join(f'{each:.3f}' for each in losses)}")
    click.echo(f"drop_layers: {list(dropped)}")


@lab.command(context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def cases(arguments: Sequence[str]) -> None:
    """Generate the task's cases: OUT [--count N] [--seed N] [--held-out]."""
    raise SystemExit(generate.main(arguments))


@lab.command()
@click.argument("plan", type=_there)
@recipe_option
@cases_option
@work_option
@click.option("--minutes", type=float, help="Stop after so long; the same command goes on later.")
@click.option("--held-out", type=_there, help="Cases to try the student on, and the whole model.")
@reports_errors
def student(
    *,
    plan: Path,
    recipe: str,
    cases: tuple[Path, ...],
    work: Path,
    minutes: float | None,
    held_out: Path | None,
) -> None:
    """Prune and train the student that PLAN (a YAML file) describes, and export it."""
    described = load_student(plan)
    folder = work / "students" / described.name
    texts = Texts(cases, prose())
    _, whole = _whole(recipe)
    parts = students.prune(described, whole, texts, folder)
    shape, size = parts.weights.architecture, parts.weights.parameters
    click.echo(f"{shape.layers} layers, {shape.vocabulary} tokens, {size:,} weights")
    model = to_torch(parts.weights, device=best_device())
    began = told = time.monotonic()
    tokens = 0
    for stage, run, step in students.train(described, model, parts, texts, folder, teacher=whole):
        tokens += step.tokens
        now = time.monotonic()
        if now - told >= _TELL_EVERY:
            told = now
            _tell(stage, step, tokens / (now - began))
        if minutes is not None and now - began > 60 * minutes:
            run.save()
            click.echo("stopped; the same command goes on from here")
            break
    students.export(parts, model, folder / students.EXPORT)
    click.echo(f"written to {folder / students.EXPORT}")
    if held_out:
        counts = students.tried(held_out, {"student": (model, parts), "whole": (None, whole)})
        click.echo(", ".join(f"{name}: {right} of {of} right" for name, right, of in counts))


@lab.command()
@names_argument
@recipe_option
@cases_option
@work_option
@reports_errors
def build(names: Sequence[str], recipe: str, cases: tuple[Path, ...], work: Path) -> None:
    """Build variants (all, or those named) as the gateway would run them."""
    plan, whole = _whole(recipe)
    work.mkdir(parents=True, exist_ok=True)
    grounds = find_grounds(whole, Texts(cases, prose()), work)
    for variant in _chosen(names):
        manifest = build_variant(variant, plan, whole, grounds, work)
        click.echo(f"{variant.name}: {manifest.version}, {manifest.bytes / 1e6:.0f} MB")


@lab.command()
@names_argument
@work_option
@click.option("--text", type=_there, default=TEXT, help="For the perplexity.")
@click.option("--set", "sets", type=_there, multiple=True, default=(FRAMES,), help="For accuracy.")
@reports_errors
def quality(names: Sequence[str], work: Path, text: Path, sets: Sequence[Path]) -> None:
    """Measure perplexity and task accuracy of built variants, where that is not known yet."""
    _measure(names, work, "quality", ("--text", text, "--cases", *sets))


@lab.command()
@names_argument
@work_option
@reports_errors
def speed(names: Sequence[str], work: Path) -> None:
    """Measure speed and memory of built variants, where not known yet: leave the machine alone."""
    _measure(names, work, "speed", ("--threads", "1", "2"))


@lab.command()
@names_argument
@work_option
@click.option("--threads", default=1, show_default=True, help="Whose speeds are shown, 1 or 2.")
@click.option("--markdown", type=_path, help="Write the table there, too.")
@click.option("--plot", type=_path, help="Draw the trade-off into this PNG.")
@reports_errors
def table(
    names: Sequence[str], work: Path, threads: int, markdown: Path | None, plot: Path | None
) -> None:
    """Print what was measured of built variants: the trade-off."""
    there = [(each.name, each.kind, _built(work, each)) for each in _chosen(names)]
    there = [row for row in there if row[2].exists()]
    results = collect(there, Notebook(work / "results"), threads=threads)
    console = Console()
    if not console.is_terminal:
        console = Console(width=_FILE_WIDTH)
    console.print(as_table(results))
    console.print("speed: of decoding, times the first's. *: no other is both faster and better.")
    machine: dict[str, Any] = facts(("onnxruntime", "torch", "transformers"))
    console.print(f"{machine['cpu']}, {machine['cores']} cores, {machine['versions']}", style="dim")
    if markdown:
        markdown.write_text(as_markdown(results), encoding="utf-8")
    if plot:
        draw(results, tasks_of(results)[0], plot, threads=threads)


def _whole(recipe: str) -> tuple[Recipe, Parts]:
    plan = load_recipe(locate.find_recipe(recipe))
    return plan, whole_model(plan, cache=cache_folder())


def _chosen(names: Sequence[str]) -> list[Variant]:
    return [named(name) for name in names] or list(VARIANTS)


def _built(work: Path, variant: Variant) -> Path:
    return work / "variants" / folder_name(variant)


def _measure(names: Sequence[str], work: Path, what: str, options: Sequence[str | Path]) -> None:
    notebook = Notebook(work / "results")
    for variant in _chosen(names):
        model = _built(work, variant)
        if not names and not model.exists():
            continue
        if what not in notebook.read(model):
            notebook.add(model, what, measured(model, what, *options))
        click.echo(f"{variant.name}: {json.dumps(notebook.read(model)[what])}")


def _tell(stage: Stage, step: Step, pace: float) -> None:
    said = {
        "stage": stage.name,
        "step": step.number,
        "of": stage.plan.steps,
        "loss": round(step.loss, 4),
        "right": round(step.right, 4),
        "tokens_per_s": round(pace),
    }
    click.echo(json.dumps(said))


if __name__ == "__main__":
    lab()
