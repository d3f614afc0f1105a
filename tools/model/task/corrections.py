"""Training samples from what people corrected at home: ``lamplighter corrections export``.

Run as ``python -m tools.model.task.corrections EXPORT OUT``. Each line of the export has a sentence
that was misread and what it turned out to mean. It becomes the sentence with its right frame,
said in several ways, in the form of every other sample (see ``generate``). What no frame can say
is left out, and counted by the reason.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from tools.model.task.generate import SEED, Sample
from tools.model.task.gold import Dropped, Meaning, read
from tools.model.task.homes import Home, entity, home_of
from tools.model.task.speakers import Speakers

from lamplighter.config import Area, Floor
from lamplighter.understanding.frame_grammar import all_mentions
from lamplighter.understanding.frames import NONE, SETTING, VERBS, Mentions, Verb
from lamplighter.understanding.kinds import KINDS
from lamplighter.understanding.normalise import plain

Row = Mapping[str, Any]

SOURCE = "corrections"
_WAYS = 8
_PLACING = frozenset({"name", "area", "floor", "kind", "ids", "domain", "device_class"})


def home_of_correction(row: Row) -> Home:
    """The part of the home that a correction is about: its devices and their places."""
    known: Mapping[str, Row] = row["names"]
    entities = [
        entity(key, each["name"], each["area"], each["device_class"]) for key, each in known.items()
    ]
    floors = {each["floor"] for each in known.values() if each["floor"]}
    areas = {each["area"]: each["floor"] for each in known.values() if each["area"]}
    if row["area"]:
        areas.setdefault(row["area"], None)
    return home_of(
        entities,
        [Area(name, floor) for name, floor in areas.items()],
        [Floor(name) for name in sorted(floors)],
    )


def meaning_of(row: Row, mentions: Mentions) -> Meaning:
    """What the sentence turned out to mean, in its own words.

    Raises:
        Dropped: no frame can say it.
    """
    if not row["meant"]:
        return Meaning(NONE)
    if len(row["meant"]) > 1:
        raise Dropped("several commands")
    targets = frozenset(step["entity_id"] for step in row["meant_steps"])
    if not targets:
        raise Dropped("it is about no device")
    intent = row["meant"][0]
    domains = {each.partition(".")[0] for each in targets}
    verb = verb_of(intent, domains)
    kind = next((said for said, key in mentions.kinds.items() if domains & KINDS[key].domains), "")
    area = next(iter(mentions.areas), "")
    return Meaning(verb, targets, kind, area, _value(intent, mentions) if verb == SETTING else "")


def verb_of(intent: Row, domains: Iterable[str]) -> str:
    """The frame's verb for an intent about devices of these domains.

    Raises:
        Dropped: there is none.
    """
    said = set(domains)
    for name, verb in VERBS.items():
        if name != SETTING and said & (verb.domains or said) and _stands_for(verb, intent, said):
            return name
    if intent["name"].startswith(("HassLightSet", "HassClimateSet", "HassFanSet", "HassSet")):
        return SETTING
    if intent["name"].startswith("HomeSet"):
        return SETTING
    raise Dropped("no verb says it")


def _stands_for(verb: Verb, intent: Row, domains: set[str]) -> bool:
    names = {verb.by_domain.get(domain, verb.intent) for domain in domains}
    if names != {intent["name"]}:
        return False
    slots: Row = intent["slots"]
    return all(
        key in slots and math.copysign(1, float(slots[key])) == math.copysign(1, float(step))
        for key, step in verb.slots.items()
    )


def _value(intent: Row, mentions: Mentions) -> str:
    wanted = {str(value) for key, value in intent["slots"].items() if key not in _PLACING}
    for said, value in mentions.values.items():
        if str(value) in wanted:
            return said
    raise Dropped("its value is not said in it")


def samples(rows: Iterable[Row], draw: random.Random, counts: Counter[str]) -> Iterator[Sample]:
    """The samples of corrections, each sentence as it was said and in other ways."""
    speakers = Speakers(draw)
    for row in rows:
        try:
            yield from _said_in_ways(row, speakers)
            counts["used"] += 1
        except Dropped as dropped:
            counts[dropped.reason] += 1


def _said_in_ways(row: Row, speakers: Speakers) -> Iterator[Sample]:
    if not str(row["language"]).casefold().startswith("en"):
        raise Dropped("another language")
    home = home_of_correction(row)
    said = str(row["said"])
    mentions = all_mentions(plain(said), home.names)
    meaning = meaning_of(row, mentions)
    keep = (*mentions.kinds, *mentions.names, *mentions.areas, *mentions.values)
    first, frame = read(said, meaning, home)
    line = NONE if frame.verb == NONE else frame.line()
    texts = {first: line}
    for _ in range(_WAYS - 1):
        try:
            text, frame = read(speakers.say(said, keep), meaning, home)
        except Dropped:
            continue  # one way of saying it that can't be read
        texts[text] = NONE if frame.verb == NONE else frame.line()
    for text, answer in texts.items():
        yield Sample(text, answer, SOURCE, home)


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the samples of an export."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("export", type=Path, help="what `lamplighter corrections export` printed")
    parser.add_argument("out", type=Path, help="the file to write")
    parser.add_argument("--seed", type=int, default=SEED)
    options = parser.parse_args(arguments)
    counts: Counter[str] = Counter()
    lines = options.export.read_text(encoding="utf-8").splitlines()
    draw = random.Random(options.seed)  # noqa: S311 - seeded data
    with options.out.open("w", encoding="utf-8") as file:
        for sample in samples(map(json.loads, lines), draw, counts):
            file.write(json.dumps(sample.row(), ensure_ascii=False) + "\n")
    for reason, count in counts.most_common():
        print(f"{count:6} {reason}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
