"""Every language: what its rules take to load, and whether its own sentences are known and told.

Sentences are drawn from the templates of each language, seeded; the names in them are a home's.
"""

from __future__ import annotations

import gc
import random
import statistics
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from home_assistant_intents import get_languages

from lamplighter.catalogue.entity import Entity
from lamplighter.config import Area, Floor
from lamplighter.understanding.languages.detection import Words, load_words, other_language
from lamplighter.understanding.languages.samples import Fill, Sample, drawn
from lamplighter.understanding.languages.tags import base_of
from lamplighter.understanding.names import Names, collect
from lamplighter.understanding.rules import Rules
from lamplighter.understanding.templates import Templates, load

SEED = 20261122
SENTENCES = 60
NAMED = {"name": "Kolibri {domain}", "area": "Zorba", "floor": "Yukka"}
"""Names that no language has as words."""
DOMAINS = ("climate", "cover", "fan", "lawn_mower", "light", "lock", "scene", "switch", "vacuum")
COMMANDS = (
    "HassTurnOn",
    "HassTurnOff",
    "HassLightSet",
    "HassSetPosition",
    "HassClimateSetTemperature",
    "HassFanSetSpeed",
    "HassVacuumStart",
    "HassVacuumReturnToBase",
)


@dataclass(frozen=True, slots=True)
class Row:
    """One language."""

    language: str
    templates: int
    load_ms: int
    memory_mib: float
    known_percent: int
    sentence_p50_ms: float
    sentence_p95_ms: float
    told_percent: int
    told_wrong_percent: int


def languages(only: tuple[str, ...] = ()) -> dict[str, Any]:
    """A row for each language, or for those given, and totals."""
    words = load_words()
    rows = [_row(language, words) for language in only or sorted(get_languages())]
    return {
        "sentences_each": SENTENCES,
        "languages": len(rows),
        "load_ms_p50": statistics.median(row.load_ms for row in rows),
        "load_ms_most": max(row.load_ms for row in rows),
        "memory_mib_most": max(row.memory_mib for row in rows),
        "known_percent_p50": statistics.median(row.known_percent for row in rows),
        "rows": [asdict(row) for row in rows],
    }


def _row(language: str, words: Words) -> Row:
    gc.collect()
    before, started = _resident_mib(), time.perf_counter()
    templates = load(language)
    took = time.perf_counter() - started
    gc.collect()
    grown = max(0.0, _resident_mib() - before)
    known, times = _known(templates)
    right, wrong = _told(templates, words)
    return Row(
        language=language,
        templates=sum(
            len(data.sentences)
            for intent in templates.devices.intents.values()
            for data in intent.data
        ),
        load_ms=round(1000 * took),
        memory_mib=round(grown, 1),
        known_percent=known,
        sentence_p50_ms=times[0],
        sentence_p95_ms=times[1],
        told_percent=right,
        told_wrong_percent=wrong,
    )


def _known(templates: Templates) -> tuple[int, tuple[float, float]]:
    """Which share of commands is recognised as what it is, and p50 and p95 of the time it takes."""
    rules, names = Rules(templates), _names()
    right, times = 0, []
    commands = list(islice(_commands(templates), SENTENCES))
    for sample in commands:
        started = time.perf_counter()
        found = rules.recognise(sample.text, names, NAMED["area"])
        times.append(1000 * (time.perf_counter() - started))
        right += found is not None and found.name == sample.intent
    times.sort()
    quantiles = (times[len(times) // 2], times[int(0.95 * (len(times) - 1))])
    return round(100 * right / len(commands)), (round(quantiles[0], 1), round(quantiles[1], 1))


def _commands(templates: Templates) -> Iterator[Sample]:
    draw = random.Random(SEED)  # noqa: S311 - seeded sentences
    for sample in drawn(templates.devices, draw, _fill(draw), COMMANDS):
        fitting = sorted(sample.domains & set(DOMAINS)) if sample.domains else ["light"]
        if fitting:
            text = sample.text.replace("{domain}", fitting[0])
            yield Sample(sample.intent, text, sample.domains)


def _names() -> Names:
    devices = [
        Entity(f"{domain}.a", domain, "bench", domain, f"Kolibri {domain}", {}, area="Zorba")
        for domain in DOMAINS
    ]
    return collect(1, devices, [Area("Zorba", "Yukka")], [Floor("Yukka")])


def _told(templates: Templates, words: Words) -> tuple[int, int]:
    """Which share of sentences is told to be in the language, in a home of another, and wrongly."""
    draw = random.Random(SEED)  # noqa: S311 - seeded sentences
    home = "de" if base_of(templates.language) == "en" else "en"
    names = {"kolibri", "zorba", "yukka", "domain"}
    samples = islice(drawn(templates.devices, draw, _fill(draw)), 5 * SENTENCES)
    told = [other_language(each.text, home, words, names) for each in samples]
    base = base_of(templates.language)
    right = sum(each is not None and base_of(each) == base for each in told)
    wrong = sum(each is not None and base_of(each) != base for each in told)
    return round(100 * right / len(told)), round(100 * wrong / len(told))


def _fill(draw: random.Random) -> Fill:
    def filled(name: str, values: Any) -> str | None:
        texts = [getattr(each.text_in, "text", "") for each in getattr(values, "values", ())]
        said = [text for text in texts if text]
        if said:
            return draw.choice(said)
        return NAMED.get(name, "20" if hasattr(values, "start") else None)

    return filled


def _resident_mib() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096 / 2**20
