"""Asking the sets: by the rules alone, by the model alone, and by both."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any

from tools.understanding_figures.cases import SEED, Case, pairs
from tools.understanding_figures.noise import Vary
from tools.understanding_figures.scoring import Tally, acts

from lamplighter.catalogue.catalogue import Catalogue
from lamplighter.understanding.interpretation import Ask, Interpretation
from lamplighter.understanding.reading import Parser
from lamplighter.understanding.understanding import Understanding

Way = Callable[[Ask], Awaitable[Interpretation]]
"""A way to have a sentence interpreted."""

RULES, MODEL, BOTH = "rules", "model", "both"


async def way_of(name: str, catalogue: Catalogue, model: Parser | None) -> Way:
    """The way by this name: ``rules`` (with the readers), ``model`` alone, or ``both``."""
    understanding = Understanding(catalogue, None if name == RULES else model, clock=time.time)
    await understanding.start()
    return understanding.interpret_by_model if name == MODEL else understanding.interpret


async def asked(
    way: Way, chosen: Iterable[Case], vary: Vary, *, language: str = "en"
) -> tuple[Tally, list[float]]:
    """Every case asked, its sentence varied; and the milliseconds that each took."""
    draw = random.Random(SEED)  # noqa: S311 - seeded variations
    found, times = Tally(), []
    for case in chosen:
        text = vary(draw, case["sentence"])
        ask = Ask(text, area=case["context"].get("area"), language=language)
        started = time.perf_counter()
        interpretation = await way(ask)
        times.append(1000 * (time.perf_counter() - started))
        found.count(text, interpretation, case)
    return found, times


async def joined(way: Way, chosen: Sequence[Case], count: int) -> Tally:
    """Pairs of commands joined by "and": both intents right, in order, and nothing else done."""
    found = Tally()
    for pair in pairs(chosen, count):
        text = f"{pair[0]['sentence']} and {pair[1]['sentence']}"
        found.count_pair(text, await way(Ask(text, area="Living Room")), pair)
    return found


async def chatter(way: Way, sentences: Sequence[str]) -> dict[str, Any]:
    """Requests that are nobody's command for a home: how many lead to an action."""
    outcomes: Counter[str] = Counter()
    acted: list[str] = []
    for text in sentences:
        interpretation = await way(Ask(text, area="Living Room"))
        outcomes[type(interpretation.result).__name__] += 1
        if acts(interpretation):
            acted.append(f"{text} | {interpretation.explain}")
    share = round(100 * len(acted) / len(sentences), 2) if sentences else 0.0
    return {
        "requests": len(sentences),
        "acted": len(acted),
        "acted_percent": share,
        "outcomes": dict(outcomes),
        "misses": acted,
    }
