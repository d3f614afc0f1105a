"""Measures one built model in a process of its own; prints a JSON object.

Run as ``python -m tools.model.scoring FOLDER speed --threads 1 2`` or
``python -m tools.model.scoring FOLDER quality --text FILE --cases FILE ...``.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from lamplighter.model.bundle.manifest import read_manifest
from lamplighter.model.bundle.task_cases import read_cases
from lamplighter.model.bundle.task_gate import run_task
from lamplighter.model.fidelity.perplexity import perplexity
from lamplighter.model.language_model import LanguageModel, open_model
from lamplighter.model.measure import measure
from lamplighter.model.request import Completion, Request

_WINDOW = 512
_CONTEXT = 1024


def speed(folder: Path, threads: Sequence[int]) -> dict[str, Any]:
    """Return what ``lamplighter model bench`` finds, by the number of threads.

    Raises:
        ModelError: the model is altered or can't be run.
    """
    return {str(count): measure(folder, threads=count) for count in threads}


def quality(folder: Path, text: Path, sets: Sequence[Path], threads: int) -> dict[str, Any]:
    """Return the perplexity on a text and the accuracy on sets of cases.

    Returns:
        ``nats`` is the sum of -log p over the text's tokens but the first of each window, which
        models with different tokens can be compared by; ``predicted`` is how many those are.

    Raises:
        ModelError: the model, the text or a set can't be read or run.
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
    model.start()
    tokens = model.encode(text.read_text(encoding="utf-8"))
    window = min(_WINDOW, manifest.context)
    found = perplexity(model.session, tokens, window=window)
    predicted = len(tokens) - math.ceil(len(tokens) / window)
    tasks = {}
    for path in sets:
        outcome = run_task(read_cases(path), lambda request: _complete(model, request))
        tasks[path.stem] = {"accuracy": outcome.accuracy, "cases": outcome.total}
    model.stop()
    return {"nats": math.log(found) * predicted, "predicted": predicted, "tasks": tasks}


def _complete(model: LanguageModel, request: Request) -> Completion:
    steps = model.complete(request, time.monotonic())
    while True:
        try:
            next(steps)
        except StopIteration as done:
            completion: Completion = done.value
            return completion


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("what", choices=("speed", "quality"))
    parser.add_argument("--text", type=Path)
    parser.add_argument("--cases", type=Path, nargs="*", default=[])
    parser.add_argument("--threads", type=int, nargs="+", default=[2])
    options = parser.parse_args(arguments)
    if options.what == "speed":
        found = speed(options.folder, options.threads)
    else:
        found = quality(options.folder, options.text, options.cases, options.threads[0])
    print(json.dumps(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
