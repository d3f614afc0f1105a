"""Every figure of understanding, as one object."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.machine_facts import facts
from tools.understanding_figures import asking
from tools.understanding_figures.cases import SEED, Case, cases, is_command, requests, some
from tools.understanding_figures.chinese import chinese
from tools.understanding_figures.conversations import conversations
from tools.understanding_figures.home import home_of_cases
from tools.understanding_figures.latency import SIZES, latency, quantile, resident_mib
from tools.understanding_figures.noise import VARIATIONS
from tools.understanding_figures.scoring import COMPARED, Tally

from lamplighter.model.engine import Engine
from lamplighter.understanding.intents import QUESTIONS
from lamplighter.understanding.model_parser import ModelParser
from lamplighter.understanding.reading import Parser
from lamplighter.understanding.understanding import Understanding

MODEL = Path(sys.prefix) / "share" / "lamplighter" / "models" / "smollm2-135m"
LOOSE = Path(__file__).parents[2] / "tests" / "data" / "frames" / "loose.tsv"


@dataclass(frozen=True, slots=True)
class Extent:
    """How much is measured.

    Attributes:
        clinc: CLINC150's requests.
        sample: cases of each set that the model is asked alone; 0 leaves the model out.
        talks: whether the conversations written blind are had.
    """

    clinc: int = 2000
    sample: int = 100
    talks: bool = True


async def measure(extent: Extent, *, model: Path = MODEL) -> dict[str, Any]:
    """Every figure; without a built model, those that need none."""
    found: dict[str, Any] = {"machine": facts(), "seed": SEED, "compared": COMPARED}
    if not extent.sample or not (model / "manifest.json").is_file():
        found["model"] = "not asked for" if not extent.sample else f"no built model in {model}"
        return found | await _figures(extent, None)
    with Engine(model, threads=2) as engine:
        parser = ModelParser(engine)
        await parser.warm()
        found["model"] = {"name": engine.name, "version": engine.version}
        return found | await _figures(extent, parser)


async def _figures(extent: Extent, model: Parser | None) -> dict[str, Any]:
    chosen = cases()
    ways = [asking.RULES, *((asking.MODEL, asking.BOTH) if model is not None else ())]
    found: dict[str, Any] = {}
    for name in ways:
        found[name] = await _by(name, chosen, extent, model)
    found["latency"] = [
        await latency(size, [case for case in chosen if is_command(case)], model, loose())
        for size in SIZES
    ]
    found["rules_memory_mib"] = await _memory()
    if extent.talks:
        found["conversations"] = {
            name: await conversations(None if name == asking.RULES else model)
            for name in ways
            if name != asking.MODEL
        }
    return found


async def _by(
    name: str, chosen: Sequence[Case], extent: Extent, model: Parser | None
) -> dict[str, Any]:
    """One way on every set. The model alone is slow, and is asked a sample of the commands."""
    way = await asking.way_of(name, home_of_cases(), model)
    commands = [case for case in chosen if is_command(case)]
    alone = name == asking.MODEL
    asked = some(commands, extent.sample) if alone else commands
    tallies: dict[str, Tally] = {}
    times: list[float] = []
    for title, vary in VARIATIONS.items():
        tallies[title], took = await asking.asked(way, asked, vary)
        times += took
    if not alone:
        tallies |= await _further(way, chosen, name)
    quiet = await asking.chatter(way, requests(extent.clinc))
    misses = {title: tally.misses for title, tally in tallies.items()}
    return {
        "sets": {title: tally.row() for title, tally in tallies.items()},
        "p50_ms": quantile(times, 0.5),
        "p95_ms": quantile(times, 0.95),
        "clinc150": {key: value for key, value in quiet.items() if key != "misses"},
        "misses": misses | {"clinc150": quiet["misses"]},
    }


async def _further(way: asking.Way, chosen: Sequence[Case], name: str) -> dict[str, Tally]:
    """Sets that the model alone has nothing to do with: it reads one command, in English."""
    plain = VARIATIONS["commands"]
    rest = [case for case in chosen if not is_command(case)]
    questions = [case for case in rest if case["intent"] in QUESTIONS]
    clocks = [case for case in rest if case["intent"] not in QUESTIONS]
    found = {
        "two joined": await asking.joined(way, [case for case in chosen if is_command(case)], 300),
        "questions": (await asking.asked(way, questions, plain))[0],
        "timers, clock": (await asking.asked(way, clocks, plain))[0],
    }
    if name == asking.RULES:
        found |= await chinese()
    return found


async def _memory() -> float:
    """What a process grows by when the rules are loaded, in MiB; less where they were before."""
    before = resident_mib()
    await Understanding(home_of_cases(), None, clock=time.time).start()
    return round(resident_mib() - before, 1)


def loose() -> list[str]:
    """Sentences that no rule knows; the devices of other homes are named in them."""
    rows = LOOSE.read_text(encoding="utf-8").splitlines()
    return [row.split("\t")[2] for row in rows]
