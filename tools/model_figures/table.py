"""The figures of the model for people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from tools.model_figures.llama_child import NEW, PREFIX, WRITTEN

_FILE_WIDTH = 120
_LEFT = 2
NOTES = (
    "Speeds are tokens a second: the best of three within a process, the median of the rounds. "
    "Decode begins after 300 tokens. Sentence: "
    f"{NEW} tokens read and {WRITTEN} written after a prefix of {PREFIX} that is already there. "
    "MiB added: what loading and all of this added to the process's resident memory. Every model "
    "is measured in a process of its own, in turns."
)


def show(found: Mapping[str, Any]) -> None:
    """Prints what was measured."""
    console = Console()
    if not console.is_terminal:
        console = Console(width=_FILE_WIDTH)
    if found.get("peer_skipped"):
        console.print(f"llama.cpp was left out: {found['peer_skipped']}")
    _print(console, "speed and memory", _SPEEDS, found["speeds"])
    _print(console, "a sentence's frame through the engine", _SENTENCES, found["sentences"])
    _print(console, "in the daemon, warmed up", _MEMORY, found["memory"])
    _print(console, "fidelity", _PERPLEXITIES, found.get("perplexities", ()))
    console.print(NOTES, style="dim")
    for target in found["targets"]:
        mark = "reached" if target["reached"] else "NOT reached"
        console.print(f"{target['figure']}: {target['measured']} ({target['target']}): {mark}")
    machine = found["machine"]
    versions = ", ".join(f"{name} {version}" for name, version in machine["versions"].items())
    console.print(
        f"{machine['cpu']}, {machine['cores']} cores, Python {machine['python']}, {versions}",
        style="dim",
    )


# heading -> key of a row and its format
_SPEEDS = {
    "engine": ("side", ""),
    "model": ("model", ""),
    "threads": ("threads", "d"),
    "file MiB": ("mib", ".0f"),
    "prefill 64": ("prefill_64_per_s", ",.0f"),
    "prefill 512": ("prefill_512_per_s", ",.0f"),
    "decode": ("decode_per_s", ",.1f"),
    "sentence ms": ("sentence_ms", ".0f"),
    "load s": ("load_s", ".2f"),
    "MiB added": ("memory_added_mib", ".0f"),
}
_SENTENCES = {
    "model": ("model", ""),
    "text": ("text", ""),
    "threads": ("threads", "d"),
    "tokens": ("tokens", "d"),
    "choices": ("choices", "d"),
    "forced skipped ms": ("skipping_ms", ".0f"),
    "one by one ms": ("one_by_one_ms", ".0f"),
}
_MEMORY = {
    "model": ("model", ""),
    "MiB before": ("before_mib", ".0f"),
    "MiB added": ("added_mib", ".0f"),
}
_PERPLEXITIES = {
    "engine": ("side", ""),
    "model": ("model", ""),
    "perplexity": ("perplexity", ".3f"),
    "of its source": ("source", ".3f"),
}


def _print(
    console: Console,
    title: str,
    columns: Mapping[str, tuple[str, str]],
    rows: Iterable[Mapping[str, Any]],
) -> None:
    rows = list(rows)
    if not rows:
        return
    table = Table(title=title)
    for number, heading in enumerate(columns):
        table.add_column(heading, justify="left" if number < _LEFT else "right")
    for row in rows:
        table.add_row(*_cells(row, list(columns.values())))
    console.print(table)


def _cells(row: Mapping[str, Any], columns: Sequence[tuple[str, str]]) -> list[str]:
    return [format(row[key], form) if key in row else "" for key, form in columns]
