"""How well a built model reads sentences: the bundled set, and thresholds from held-out ones.

Run as ``python -m tools.model.task.measure FOLDER``. Thresholds are chosen on held-out samples of
the generator (names, templates and requests that training never saw), never on the bundled set.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.model.task.bundle import Written, read_sentences
from tools.model.task.generate import SEED, Generator

from lamplighter.model.engine import Engine
from lamplighter.understanding.caution import hindrance
from lamplighter.understanding.frames import NONE, VERBS
from lamplighter.understanding.intents import QUESTIONS
from lamplighter.understanding.model_parser import ModelParser

ACT = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98)


@dataclass(frozen=True, slots=True)
class Reading:
    """What the model made of a sentence.

    Attributes:
        text: the sentence as the model got it.
        gold: the right frame.
        line: the model's.
        confidence: the model's.
        plainly: whether it would be acted on where it is confident.
        source: where the sentence is from.
    """

    text: str
    gold: str
    line: str
    confidence: float
    plainly: bool
    source: str

    @property
    def right(self) -> bool:
        """True where it is the frame that it should be."""
        return self.line == self.gold


async def readings(
    parser: ModelParser, sentences: Iterable[tuple[str, Any, str, str]]
) -> list[Reading]:
    """The model's readings of rows of sentence, home, right frame and source."""
    return [await _reading(parser, *each) for each in sentences]


async def _reading(parser: ModelParser, text: str, home: Any, gold: str, source: str) -> Reading:
    frame, confidence = await parser.frame(text, parser.mentions(text, home.names))
    line = NONE if frame.verb == NONE else frame.line()
    verb = VERBS.get(frame.verb)
    plainly = verb is not None and (
        verb.intent in QUESTIONS or (bool(verb.starts.match(text)) and not verb.risky)
    )
    return Reading(text, gold, line, confidence, plainly, source)


def bundled(sentences: Iterable[Written]) -> Iterator[tuple[str, Any, str, str]]:
    """The hand-written sentences that reach the model."""
    from tools.model.task.bundle import case_of

    for each in sentences:
        case = case_of(each)
        if case is not None:
            yield case["turns"][0][1], each.home, each.line, "bundled"


def held_out(count: int, seed: int) -> Iterator[tuple[str, Any, str, str]]:
    """Held-out samples that reach the model."""
    for each in Generator(seed, held_out=True).samples(count):
        if not hindrance(each.text):
            yield each.text, each.home, each.line, each.source


def accuracy(found: Sequence[Reading]) -> dict[str, Any]:
    """Shares of right frames, verbs, and what went wrong between none and something."""
    nothing = [each for each in found if each.gold == NONE]
    something = [each for each in found if each.gold != NONE]
    verbs = sum(each.line.split("|")[0] == each.gold.split("|")[0] for each in found)
    by_verb: Counter[str] = Counter(each.gold.split("|")[0] for each in found if not each.right)
    return {
        "sentences": len(found),
        "right": sum(each.right for each in found),
        "right_percent": _percent(sum(each.right for each in found), len(found)),
        "right_verb_percent": _percent(verbs, len(found)),
        "none_read_as_something": sum(not each.right for each in nothing),
        "of_none": len(nothing),
        "something_read_as_none": sum(each.line == NONE for each in something),
        "of_something": len(something),
        "misses_by_verb": dict(by_verb.most_common()),
    }


def thresholds(found: Sequence[Reading]) -> list[dict[str, Any]]:
    """For each threshold: how many readings are above it, and how many of those are wrong."""
    rows = []
    for least in ACT:
        sure = [each for each in found if each.confidence >= least and each.line != NONE]
        plain = [each for each in sure if each.plainly]
        rows.append(
            {
                "confidence": least,
                "readings": len(sure),
                "wrong": sum(not each.right for each in sure),
                "wrong_none": sum(each.gold == NONE for each in sure),
                "plain": len(plain),
                "plain_wrong": sum(not each.right for each in plain),
                "plain_wrong_none": sum(each.gold == NONE for each in plain),
            }
        )
    return rows


def _percent(part: int, whole: int) -> float:
    return round(100 * part / whole, 1) if whole else 0.0


async def measure(folder: Path, *, count: int, threads: int, seed: int) -> dict[str, Any]:
    """Every figure of the model in a folder."""
    with Engine(folder, threads=threads) as engine:
        parser = ModelParser(engine, deadline_s=60.0)
        own = await readings(parser, bundled(read_sentences()))
        held = await readings(parser, held_out(count, seed)) if count else []
    return {
        "bundled": accuracy(own),
        "held_out": accuracy(held) if held else {},
        "thresholds": thresholds(held),
        "misses": [f"{each.text} | {each.gold} | {each.line}" for each in held if not each.right],
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="a built model")
    parser.add_argument("--count", type=int, default=1000, help="held-out sentences")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--misses", action="store_true", help="list the held-out misses")
    options = parser.parse_args(arguments)
    found = asyncio.run(
        measure(options.folder, count=options.count, threads=options.threads, seed=options.seed)
    )
    misses = found.pop("misses")
    print(json.dumps(found, indent=2))
    if options.misses:
        print(*misses, sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
