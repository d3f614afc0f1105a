"""The sets of sentences: Home Assistant's test sentences, and CLINC150's requests."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from typing import Any

from tools.understanding_figures.home import DATA, FOREIGN

from lamplighter.understanding.intents import HANDLED_OF_HOME_ASSISTANT, QUESTIONS

SEED = 20261122
TRAINED_ON = frozenset({"train", "oos_train"})
"""Parts of CLINC150 that the default model was trained with; nothing is measured on them."""
TUNED_ON = frozenset({"val", "oos_val"})
"""Parts that thresholds may be chosen on; what is left are the figures."""

Case = dict[str, Any]


def cases(language: str = "en") -> list[Case]:
    """Home Assistant's cases of a language, for intents and domains that exist here."""
    lines = (DATA / f"cases_{language}.jsonl").read_text(encoding="utf-8").splitlines()
    found = [json.loads(line) for line in lines]
    return [
        case
        for case in found
        if case["intent"] in HANDLED_OF_HOME_ASSISTANT
        and not any(target.split(".")[0] in FOREIGN for target in case["targets"])
        and case["slots"].get("state") != "home"
    ]


def is_command(case: Case) -> bool:
    """True for cases that tell a device something."""
    return not (
        case["intent"] in QUESTIONS
        or "Timer" in case["intent"]
        or case["intent"] in ("HassGetCurrentDate", "HassGetCurrentTime", "HassNevermind")
    )


def pairs(chosen: Sequence[Case], count: int = 300) -> Iterator[tuple[Case, Case]]:
    """Pairs of cases to be joined by "and"; the same every time."""
    draw = random.Random(SEED)  # noqa: S311 - a seeded sample, not a secret
    for _ in range(count):
        first, second = draw.sample(chosen, 2)
        yield first, second


def some(chosen: Sequence[Case], count: int) -> list[Case]:
    """At most so many of the cases, the same every time."""
    draw = random.Random(SEED)  # noqa: S311 - a seeded sample, not a secret
    return draw.sample(list(chosen), min(count, len(chosen)))


def requests(count: int, splits: frozenset[str] = frozenset()) -> list[str]:
    """CLINC150's requests that are nobody's command for a home, and that no model was trained with.

    Args:
        count: at most so many, the same every time.
        splits: of these parts only; where empty, of all but those that something was trained with
            or chosen on.
    """
    lines = (DATA / "clinc150.jsonl").read_text(encoding="utf-8").splitlines()
    others = [
        each["sentence"]
        for each in map(json.loads, lines)
        if each["intent"] != "smart_home"
        and each["split"] not in TRAINED_ON
        and (each["split"] in splits if splits else each["split"] not in TUNED_ON)
    ]
    draw = random.Random(SEED)  # noqa: S311 - a seeded sample, not a secret
    return draw.sample(others, min(count, len(others)))
