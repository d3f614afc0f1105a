"""How long sentences take: by the cache, by the rules, by the model; in small and large homes."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tools.understanding_figures.cases import Case
from tools.understanding_figures.home import home_of_cases

from lamplighter.understanding.interpretation import Ask
from lamplighter.understanding.reading import Parser
from lamplighter.understanding.understanding import Understanding

SIZES = (100, 1000)
"""Homes' sizes in entities; the smaller is the merged home as it is."""


async def latency(
    entities: int, chosen: Sequence[Case], model: Parser | None, by_model: Sequence[str]
) -> dict[str, Any]:
    """Milliseconds of ``interpret``, each command for the first and the second time.

    Args:
        entities: how many the home has at least.
        chosen: commands that the rules know.
        model: None leaves its times out.
        by_model: sentences that the rules don't know.
    """
    catalogue = home_of_cases(max(0, entities - len(home_of_cases())))
    understanding = Understanding(catalogue, model, clock=time.time)
    await understanding.start()
    started = time.perf_counter()
    catalogue.revision += 1
    understanding.prepare()
    found: dict[str, Any] = {
        "entities": len(catalogue),
        "sentences": len(chosen),
        "names_rebuilt_ms": round(1000 * (time.perf_counter() - started), 2),
    }
    asks = [Ask(case["sentence"], area=case["context"].get("area")) for case in chosen]
    for name in ("rules", "cache"):
        times = [await _timed(understanding, ask) for ask in asks]
        found |= {f"{name}_p50_ms": quantile(times, 0.5), f"{name}_p95_ms": quantile(times, 0.95)}
    if model is not None and by_model:
        times = [await _timed(understanding, Ask(text, area="Living Room")) for text in by_model]
        found |= {"model_p50_ms": quantile(times, 0.5), "model_p95_ms": quantile(times, 0.95)}
        found["model_sentences"] = len(times)
    return found


async def _timed(understanding: Understanding, ask: Ask) -> float:
    started = time.perf_counter()
    await understanding.interpret(ask)
    return 1000 * (time.perf_counter() - started)


def quantile(values: Sequence[float], share: float) -> float:
    """The value that so many are below, rounded; 0 for none."""
    return round(sorted(values)[int(share * (len(values) - 1))], 2) if values else 0.0


def resident_mib() -> float:
    """This process's resident memory."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096 / 2**20
