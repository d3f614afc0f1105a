"""Measures a built model in a process of its own, as ``llama_child`` does llama.cpp."""

from __future__ import annotations

import asyncio
import gc
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tools.model_figures import llama_child
from tools.model_figures.frame import GRAMMAR, LONGEST, PREFIX_TURNS, TURNS

from lamplighter.model.bundle import manifest as files
from lamplighter.model.decoding.constrained import Constrained
from lamplighter.model.engine import Engine
from lamplighter.model.fidelity.perplexity import perplexity as perplexity_of
from lamplighter.model.prompt import chat
from lamplighter.model.request import Completion, Request
from lamplighter.model.runtime.memory import release_loaded, resident_mib
from lamplighter.model.runtime.session import Session

# As the agent reads: no step is longer.
CHUNK = 128
_SENTENCES = 12
_REPORT_TOKENS = 120


def speed(folder: str, threads: int, tokens: Sequence[int]) -> dict[str, Any]:
    """Loading, reading, writing, restoring, and the memory that all of it takes."""
    where = Path(folder)
    before = resident_mib()
    began = time.perf_counter()
    session = Session(where / files.GRAPH, threads=threads, context=llama_child.CONTEXT)
    session.start()
    load = time.perf_counter() - began
    release_loaded(where / files.WEIGHTS)

    def forward(new: Sequence[int]) -> int:
        return int(session.forward(new)[-1].argmax())

    found = llama_child.timed(forward, session.truncate, tokens, chunk=CHUNK)
    session.truncate(llama_child.PREFIX)
    snapshot = session.snapshot()
    restore = llama_child.best(lambda: session.restore(snapshot))
    return {"load_s": load, **found, "restore_ms": restore * 1000,
            "memory_added_mib": resident_mib() - before}  # fmt: skip


def sentence(folder: str, threads: int) -> dict[str, Any]:
    """A sentence's frame through the engine, its prefix cached, with and without forced tokens."""
    return asyncio.run(_sentence(Path(folder), threads))


async def _sentence(folder: Path, threads: int) -> dict[str, Any]:
    with Engine(folder, threads=threads, context=llama_child.CONTEXT) as engine:
        skipped = await _best(engine)
        forced, Constrained._forced = Constrained._forced, _none  # type: ignore[method-assign, assignment]  # noqa: SLF001
        try:
            each = await _best(engine)
        finally:
            Constrained._forced = forced  # type: ignore[method-assign]  # noqa: SLF001
    return {
        "text": skipped.text,
        "tokens": skipped.tokens,
        "choices": len(skipped.branches),
        "skipping_ms": skipped.elapsed_ms,
        "one_by_one_ms": each.elapsed_ms,
    }


def _none(_: Constrained) -> list[int]:
    return []


async def _best(engine: Engine) -> Completion:
    completions = [await engine.complete(_frame()) for _ in range(llama_child.REPEATS + 1)]
    return min(completions[1:], key=lambda completion: completion.elapsed_ms)


def _frame() -> Request:
    return Request(prefix=PREFIX_TURNS, turns=TURNS, grammar=GRAMMAR, max_tokens=LONGEST)


def memory(folder: str, threads: int) -> dict[str, Any]:
    """What an engine adds to a process that has imported everything else of the daemon.

    After a dozen frames and a text of the length of a report.
    """
    import lamplighter.assembly  # noqa: F401 - it brings the daemon's modules

    gc.collect()
    before = resident_mib()
    after = asyncio.run(_resident_after_use(Path(folder), threads))
    return {"before_mib": before, "added_mib": after - before}


async def _resident_after_use(folder: Path, threads: int) -> float:
    told = Request(
        prefix=(chat.system("You write reports."),),
        turns=(chat.user("The pump stopped at 7:41, what now? " * 12), chat.assistant_prefix()),
        max_tokens=_REPORT_TOKENS,
    )
    with Engine(folder, threads=threads, context=llama_child.CONTEXT) as engine:
        for _ in range(_SENTENCES):
            await engine.complete(_frame())
        await engine.complete(told)
        await engine.complete(_frame())
        return resident_mib()


def perplexity(folder: str, threads: int, tokens: Sequence[int]) -> dict[str, Any]:
    """As ``llama_child.perplexity``."""
    session = Session(Path(folder) / files.GRAPH, threads=threads, context=llama_child.CONTEXT)
    session.start()
    return {"perplexity": perplexity_of(session, tokens, window=llama_child.WINDOW)}


def main() -> None:
    """Prints one JSON object."""
    what, folder, threads, *rest = sys.argv[1:]
    if what in ("sentence", "memory"):
        found = {"sentence": sentence, "memory": memory}[what](folder, int(threads))
    else:
        tokens = json.loads(Path(rest[0]).read_text(encoding="utf-8"))
        found = {"speed": speed, "perplexity": perplexity}[what](folder, int(threads), tokens)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
