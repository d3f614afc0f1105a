"""Measures a model's gates; run as a process of its own by ``gates``.

A model that crashes the runtime, hangs, or takes all memory is a failed gate, and no harm.
Writes one JSON object a line: ``{"progress": [GATE, SHARE]}``, ``{"result": {...}}``, or
``{"error": TEXT}`` as the last one; ``{"done": true}`` after the last result.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from lamplighter.errors import ModelError
from lamplighter.model.bundle.floor_gates import memory_gate, speed_gates
from lamplighter.model.bundle.gate_report import GateResult
from lamplighter.model.bundle.manifest import Manifest, read_manifest
from lamplighter.model.bundle.perplexity_gate import perplexity_gate
from lamplighter.model.bundle.task_gate import task_gate
from lamplighter.model.language_model import LanguageModel, open_model
from lamplighter.model.request import Completion, Request
from lamplighter.model.runtime.memory import resident_mib

_CONTEXT = 1024
_OOM = Path("/proc/self/oom_score_adj")
Progress = Callable[[str, float], None]


def measure(folder: Path, *, threads: int, progress: Progress) -> Iterator[GateResult]:
    """Load a model and yield the result of each of its gates.

    Args:
        folder: the model's; its files are not checked here.
        threads: to compute with.
        progress: called with a gate's name and the share of it that is done.

    Raises:
        ModelError: it can't be loaded or run.
    """
    manifest = read_manifest(folder)
    model = open_model(
        folder,
        manifest,
        threads=threads,
        context=min(_CONTEXT, manifest.context),
        prefix_folder=None,
        clock=time.monotonic,
    )
    before = resident_mib()
    progress("load", 0.0)
    model.start()
    try:
        yield from _measure(model, manifest, folder, before, progress)
    finally:
        model.stop()


def _measure(
    model: LanguageModel, manifest: Manifest, folder: Path, before: float, progress: Progress
) -> Iterator[GateResult]:
    gates = manifest.gates
    progress("speed", 0.0)
    yield from speed_gates(gates, model.session, time.perf_counter)
    # Now, while it holds what it does in use: the rows of logits that perplexity takes are more.
    yield from memory_gate(gates, resident_mib() - before)
    if gates.perplexity is not None:
        progress("perplexity", 0.0)
        yield perplexity_gate(gates.perplexity, folder, model.session, model.encode)
    for task in gates.tasks:
        name = f"task {task.name}"

        def share(done: float, name: str = name) -> None:
            progress(name, done)

        yield task_gate(task, folder, lambda asked: _complete(model, asked), progress=share)


def _complete(model: LanguageModel, request: Request) -> Completion:
    steps = model.complete(request, time.monotonic())
    while True:
        try:
            next(steps)
        except StopIteration as done:
            completion: Completion = done.value
            return completion


def main(folder: str, threads: str) -> None:
    """Measure the gates of the model in a folder, and write what comes out."""
    with suppress(OSError):
        # Where memory runs out, this process goes first: not the daemon.
        _OOM.write_text("1000", encoding="ascii")

    def progress(gate: str, share: float) -> None:
        _write({"progress": [gate, share]})

    try:
        for result in measure(Path(folder), threads=int(threads), progress=progress):
            _write({"result": asdict(result)})
    except ModelError as error:
        _write({"error": str(error)})
    else:
        _write({"done": True})


def _write(value: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(value) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
