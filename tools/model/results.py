"""What was measured of each variant, kept on disk so that an interrupted table goes on."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lamplighter.errors import ModelError
from lamplighter.model.bundle.manifest import read_manifest

_MIB = 1024 * 1024
_LAST_WORDS = 300


@dataclass(frozen=True, slots=True)
class Result:
    """One variant's figures; None where a figure has not been measured.

    Attributes:
        name: of the variant.
        kind: what is done.
        mib: size of its folder.
        memory: MiB that it adds to a process.
        prefill: tokens a second of a prompt of 512.
        decode: tokens a second after 300.
        perplexity: on a text, by the first variant's count of tokens.
        accuracy: of each set of cases, 0 to 1.
    """

    name: str
    kind: str
    mib: float
    memory: float | None
    prefill: float | None
    decode: float | None
    perplexity: float | None
    accuracy: Mapping[str, float]


class Notebook:
    """Figures of built models, one file each; those of an older build are not used.

    Args:
        folder: for the files.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, model: Path) -> dict[str, Any]:
        """Return what is known of a built model: a mapping of what was measured.

        Raises:
            ModelError: there is no such model.
        """
        version = read_manifest(model).version
        try:
            known = json.loads(self._file(model).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {"version": version}
        return known if known.get("version") == version else {"version": version}

    def add(self, model: Path, what: str, found: Any) -> None:
        """Keep a figure.

        Raises:
            ModelError: there is no such model.
        """
        known = {**self.read(model), what: found}
        self._folder.mkdir(parents=True, exist_ok=True)
        part = self._file(model).with_suffix(".part")
        part.write_text(json.dumps(known, indent=2) + "\n", encoding="utf-8")
        part.replace(self._file(model))

    def _file(self, model: Path) -> Path:
        return self._folder / f"{model.name}.json"


def measured(model: Path, what: str, *options: str | Path) -> Any:
    """Return what ``tools.model.scoring`` says of a model, asked in a process of its own.

    Raises:
        ModelError: it failed.
    """
    command = [sys.executable, "-m", "tools.model.scoring", str(model), what, *map(str, options)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    if ended.returncode:
        raise ModelError(model.name, f"can't be measured: {ended.stderr[-_LAST_WORDS:]}")
    return json.loads(ended.stdout.splitlines()[-1])


def result(
    name: str, kind: str, mib: float, known: Mapping[str, Any], words: int, *, threads: int = 1
) -> Result:
    """Return a variant's figures.

    Args:
        name: of the variant.
        kind: what is done.
        mib: size of its folder.
        known: from a ``Notebook``.
        words: predicted tokens of the first variant: a model with fewer tokens cuts the same
            text into more, and is compared by what the whole text costs it.
        threads: whose speeds are taken.
    """
    speeds = known.get("speed", {})
    speed = speeds.get(str(threads), {})
    quality = known.get("quality", {})
    tasks = quality.get("tasks", {})
    return Result(
        name=name,
        kind=kind,
        mib=mib,
        # Of the first number of threads: a process that has held a model before adds less.
        memory=speeds.get("1", {}).get("memory_added_mib"),
        prefill=speed.get("prefill_512_tokens_per_s"),
        decode=speed.get("decode_at_300_tokens_per_s"),
        perplexity=math.exp(quality["nats"] / words) if quality and words else None,
        accuracy={task: figures["accuracy"] for task, figures in tasks.items()},
    )


def collect(
    rows: Iterable[tuple[str, str, Path]], notebook: Notebook, *, threads: int = 1
) -> list[Result]:
    """Return the figures of built variants: rows of name, kind and folder.

    The first with a perplexity is what the others' are counted by.

    Raises:
        ModelError: one of them is not there.
    """
    known = [(name, kind, path, notebook.read(path)) for name, kind, path in rows]
    words = next((each["quality"]["predicted"] for *_, each in known if "quality" in each), 0)
    return [
        result(name, kind, read_manifest(path).bytes / _MIB, each, words, threads=threads)
        for name, kind, path, each in known
    ]


def on_the_edge(results: Sequence[Result], task: str) -> set[str]:
    """Return the names of variants that no other beats in both speed and accuracy."""
    known = [
        (each.name, each.decode, each.accuracy[task])
        for each in results
        if each.decode is not None and task in each.accuracy
    ]
    return {
        name
        for name, speed, accuracy in known
        if not any(
            other_speed >= speed
            and other_accuracy >= accuracy
            and (other_speed, other_accuracy) != (speed, accuracy)
            for _, other_speed, other_accuracy in known
        )
    }
