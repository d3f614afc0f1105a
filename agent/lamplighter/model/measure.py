"""How fast a built model is on this machine, and how much memory it takes."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lamplighter.model.bundle import manifest as files
from lamplighter.model.runtime.memory import release_loaded, resident_mib
from lamplighter.model.runtime.session import Session


def measure(folder: Path, *, threads: int, repeats: int = 3) -> dict[str, Any]:
    """Measure a model: each figure is the best of some repeats, after one to warm up.

    Returns:
        Speeds in tokens a second, times in milliseconds, memory in MiB (what the model adds to
        the resident memory of this process), with the model's name and version.

    Raises:
        ModelError: the model is altered or can't be run.
    """
    manifest = files.verify(folder)
    before = resident_mib()
    session = Session(folder / files.GRAPH, threads=threads, context=min(1024, manifest.context))
    load = _seconds(session.start)
    release_loaded(folder / files.WEIGHTS)
    prefill = {length: _prefill(session, length, repeats) for length in (64, 512)}
    decode = _decode(session, repeats)
    session.truncate(300)
    snapshot = session.snapshot()
    restore = min(_seconds(lambda: session.restore(snapshot)) for _ in range(repeats))
    added = resident_mib() - before
    session.stop()
    return {
        "model": manifest.name,
        "version": manifest.version,
        "threads": threads,
        "load_ms": round(load * 1000, 1),
        "prefill_64_tokens_per_s": round(prefill[64], 1),
        "prefill_512_tokens_per_s": round(prefill[512], 1),
        "decode_at_300_tokens_per_s": round(decode, 1),
        "restore_300_tokens_ms": round(restore * 1000, 2),
        "memory_added_mib": round(added, 1),
    }


def _prefill(session: Session, length: int, repeats: int) -> float:
    tokens = [100 + number % 1000 for number in range(length)]

    def once() -> None:
        session.truncate(0)
        for start in range(0, length, 128):
            last = start + 128 >= length
            session.forward(tokens[start : start + 128], kept=1 if last else 0)

    once()
    return length / min(_seconds(once) for _ in range(repeats))


def _decode(session: Session, repeats: int, steps: int = 32) -> float:
    _prefill(session, 300, 1)

    def once() -> None:
        session.truncate(300)
        for _ in range(steps):
            session.forward([100])

    once()
    return steps / min(_seconds(once) for _ in range(repeats))


def _seconds(action: Callable[[], object]) -> float:
    start = time.perf_counter()
    action()
    return time.perf_counter() - start
