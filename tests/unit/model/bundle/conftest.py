"""A tiny model that has gates."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from lamplighter.model.bundle import manifest as files
from lamplighter.model.bundle.gate_bounds import Gates, PerplexityBound, TaskBound

CASES = [
    {"turns": [["user", "the light"]], "grammar": {"choice": ["on", "off"]}, "answer": answer}
    for answer in ("on", "off")
]
# A random model is bound to pass these, and exactly one of the two cases.
EASY = Gates(
    perplexity=PerplexityBound(text="gate-text.txt", most=1e9),
    tasks=(TaskBound(name="lights", cases="gate-lights.jsonl", least=0.5),),
    prefill=0.1,
    decode=0.1,
    memory=2000.0,
)


def write_gated(tiny: Path, folder: Path, gates: Gates, *, name: str = "tiny") -> Path:
    shutil.copytree(tiny, folder)
    (folder / "gate-text.txt").write_text("the kitchen light is on. " * 9)
    (folder / "gate-lights.jsonl").write_text("\n".join(json.dumps(case) for case in CASES))
    replace(
        files.read_manifest(folder), gates=gates, name=name, files=files.list_files(folder)
    ).write(folder)
    return folder


@pytest.fixture(scope="session")
def make_gated(tiny: Path) -> Callable[..., Path]:
    """Return what writes a tiny model with gates into a new folder: (folder, gates, name=)."""

    def make(folder: Path, gates: Gates = EASY, *, name: str = "tiny") -> Path:
        return write_gated(tiny, folder, gates, name=name)

    return make
