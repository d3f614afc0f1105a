"""Parse, then ground, against retrieved devices in the prompt: the same sentences in both ways.

The one way is the daemon's: the model reads the sentence alone and writes a frame whose words are
the sentence's; what they mean is looked up afterwards. The other retrieves the handful of devices
that the sentence can mean, lists them in the prompt, and has the model choose among them. Both
decode under a grammar; neither is held back by ``caution``: the readings themselves are compared.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.model.task.homes import read_homes
from tools.understanding_figures.latency import quantile
from tools.understanding_figures.measure import LOOSE, MODEL

from lamplighter.catalogue.entity import Entity
from lamplighter.model.decoding import grammar
from lamplighter.model.engine import Engine
from lamplighter.model.prompt import chat
from lamplighter.model.request import Request
from lamplighter.understanding.caution import hindrance
from lamplighter.understanding.frame_grammar import IMPLIED, all_mentions, line_of
from lamplighter.understanding.frames import FIRST_VERBS, NONE, SETTING, VERBS, Frame, Mentions
from lamplighter.understanding.kinds import KINDS
from lamplighter.understanding.model_parser import WIDE_TASK, ModelParser, Thresholds
from lamplighter.understanding.names import Names
from lamplighter.understanding.normalise import fold, plain

FRAMES = LOOSE.with_name("sentences.tsv")
MOST = 8
"""Devices that are listed at most."""

ALL = "all of them"
_INSTRUCTION = (
    "You read what people say at home. You get the devices that may be meant and write one line: "
    f"verb|device|value, or {NONE} where nothing is wanted of them. Verbs: {', '.join(VERBS)}."
)
_EXAMPLES = (
    ("Attic lamp (light); Attic fan (fan)", "it's so dark in the attic", "on|Attic lamp|"),
    ("Study fan (fan)", "we don't need the fan in the study any more", "off|Study fan|"),
    ("Left blind (cover); Right blind (cover)", "could the blinds go up", f"open|{ALL}|"),
    ("Design lamp (light)", "what films did the light designer work on", NONE),
    ("Boiler (climate)", "it is freezing, do something about the heating", "warmer|Boiler|"),
    ("Study heater (climate)", "i'd like the study heater at 19", "set|Study heater|19"),
    ("Porch lock (lock)", "tell me a joke about a lock", NONE),
    ("Boiler (climate)", "any idea how the boiler is doing", "ask|Boiler|"),
)


@dataclass(frozen=True, slots=True)
class Meant:
    """What a reading comes to: what is done, to which entities, with what value."""

    verb: str
    entities: frozenset[str] = frozenset()
    value: str = ""


NOTHING = Meant(NONE)


@dataclass(frozen=True, slots=True)
class Read:
    """One reading of a sentence."""

    meant: Meant
    confidence: float
    tokens: int
    milliseconds: float


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence with its home and what it means."""

    text: str
    names: Names
    mentions: Mentions
    right: Meant


def sentences(path: Path) -> Iterator[Sentence]:
    """The sentences of a hand-written set that the model is asked."""
    homes = read_homes(path.with_name("homes.json"))
    for row in path.read_text(encoding="utf-8").splitlines():
        home, line, said = row.split("\t")
        names, text = homes[home].names, plain(said)
        mentions = all_mentions(text, names)
        if mentions.device() and not hindrance(text):
            frame = Frame(NONE) if line == NONE else Frame(*line.split("|"))
            yield Sentence(text, names, mentions, grounded(frame, mentions, names))


def grounded(frame: Frame, mentions: Mentions, names: Names) -> Meant:
    """What a frame comes to in a home."""
    if frame.verb == NONE:
        return NOTHING
    domains = VERBS[frame.verb].domains
    if frame.name:
        about = names.named(frame.name) or names.partly_named(frame.name)
    else:
        kind = KINDS[mentions.kinds.get(frame.kind) or IMPLIED[frame.kind]]
        about = tuple(each for each in names.entities.values() if kind.covers(each))
    if frame.area:
        areas = areas_called(frame.area, names)
        about = tuple(each for each in about if each.area and fold(each.area) in areas)
    able = frozenset(each.id for each in about if not domains or each.domain in domains)
    return Meant(frame.verb, able, _value(frame.value, mentions))


def areas_called(place: str, names: Names) -> frozenset[str]:
    """The folded names of the areas that a place's name stands for."""
    area = names.areas.get(fold(place))
    return frozenset({fold(area.name)}) if area else names.areas_on(place)


def retrieved(mentions: Mentions, names: Names) -> tuple[Entity, ...]:
    """The devices that the sentence can mean, by names, else by kinds; those of its places first.

    Where some are in a place that is mentioned, the others are left out.
    """
    found: dict[str, Entity] = {}
    for name in mentions.names:
        found |= {each.id: each for each in names.named(name) or names.partly_named(name)}
    for key in () if found else mentions.kinds.values():
        found |= {each.id: each for each in names.entities.values() if KINDS[key].covers(each)}
    areas = frozenset().union(*(areas_called(area, names) for area in mentions.areas))
    there = [each for each in found.values() if each.area and fold(each.area) in areas]
    return tuple(there or found.values())[:MOST]


def prompt_of(devices: Sequence[Entity], text: str) -> str:
    """The user's turn: the devices, then what was said."""
    listed = "; ".join(f"{each.name} ({each.domain})" for each in devices)
    return f"Devices: {listed}\nSaid: {text}"


def choice_of(devices: Sequence[Entity], mentions: Mentions, *, wide: bool) -> grammar.Part:
    """Every line about the devices: verbs that one of them can do, the sentence's values."""
    lines: list[grammar.Part] = []
    for verb, known in (VERBS if wide else FIRST_VERBS).items():
        able = [each.name for each in devices if not known.domains or each.domain in known.domains]
        if not able or (verb == SETTING and not mentions.values):
            continue
        values = list(mentions.values) if verb == SETTING else []
        lines.append(
            grammar.sequence(
                grammar.literal(f"{verb}|"),
                grammar.choice(*map(grammar.literal, dict.fromkeys((*able, ALL)))),
                grammar.literal("|"),
                grammar.names(values) if values else grammar.literal(""),
            )
        )
    return grammar.choice(grammar.literal(NONE), *lines)


class Comparison:
    """Has one model read sentences in both ways."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.parser = ModelParser(engine, deadline_s=60.0)
        self.wide = WIDE_TASK in engine.tasks
        turns = [chat.system(_INSTRUCTION)]
        for devices, said, line in _EXAMPLES:
            turns += [chat.user(f"Devices: {devices}\nSaid: {said}"), chat.assistant(line)]
        self._examples = tuple(turns)
        self._short = self.parser.prefix()

    async def by_frame(self, sentence: Sentence) -> Read:
        """The sentence alone in the prompt; grounded afterwards."""
        verbs = VERBS if self.wide else FIRST_VERBS
        part = line_of(sentence.mentions, verbs)
        text, read = await self._complete(self._short, sentence.text, part)
        frame = Frame(NONE) if text == NONE else Frame(*text.split("|"))
        return _read(grounded(frame, sentence.mentions, sentence.names), read)

    async def by_retrieval(self, sentence: Sentence) -> Read:
        """The devices that may be meant in the prompt; one of them chosen."""
        devices = retrieved(sentence.mentions, sentence.names)
        part = choice_of(devices, sentence.mentions, wide=self.wide)
        said = prompt_of(devices, sentence.text)
        text, read = await self._complete(self._examples, said, part)
        if text == NONE:
            return _read(NOTHING, read)
        verb, name, value = text.split("|")
        domains = VERBS[verb].domains
        chosen = frozenset(
            each.id
            for each in devices
            if name in (ALL, each.name) and (not domains or each.domain in domains)
        )
        return _read(Meant(verb, chosen, _value(value, sentence.mentions)), read)

    async def _complete(
        self, prefix: tuple[chat.Turn, ...], said: str, part: grammar.Part
    ) -> tuple[str, tuple[float, int, float]]:
        request = Request(
            prefix=prefix,
            turns=(chat.user(said), chat.assistant_prefix()),
            grammar=grammar.compile_grammar(part),
            max_tokens=48,
            deadline_s=60.0,
        )
        started = time.perf_counter()
        done = await self.engine.complete(request)
        took = 1000 * (time.perf_counter() - started)
        text = done.text if done.finished == "stop" else NONE
        return text, (done.confidence, done.prompt_tokens, took)


def _read(meant: Meant, read: tuple[float, int, float]) -> Read:
    return Read(meant, *read)


def _value(said: str, mentions: Mentions) -> str:
    return str(mentions.values.get(said, ""))


def row_of(found: Sequence[tuple[Sentence, Read]], thresholds: Thresholds) -> dict[str, Any]:
    """What would come of the readings, by the confidence alone."""
    sure = [(each, read) for each, read in found if read.confidence >= thresholds.act]
    asked = sum(
        thresholds.ask <= read.confidence < thresholds.act and read.meant != NOTHING
        for _, read in found
    )
    times = [read.milliseconds for _, read in found]
    return {
        "sentences": len(found),
        "read_right": sum(read.meant == each.right for each, read in found),
        "acted_rightly": sum(read.meant == each.right != NOTHING for each, read in sure),
        "wrong_actions": sum(
            read.meant not in (NOTHING, each.right) and read.meant.verb != "ask"
            for each, read in sure
        ),
        "asked": asked,
        "prompt_tokens": round(sum(read.tokens for _, read in found) / max(1, len(found))),
        "p50_ms": quantile(times, 0.5),
        "p95_ms": quantile(times, 0.95),
    }


async def compared(
    models: Sequence[Path] = (MODEL,), sets: Mapping[str, Path] | None = None
) -> list[dict[str, Any]]:
    """A row for each model, set and way."""
    rows: list[dict[str, Any]] = []
    for folder in models:
        with Engine(folder, threads=2) as engine:
            comparison = Comparison(engine)
            for title, path in (sets or {"frames": FRAMES, "loose": LOOSE}).items():
                every = list(sentences(path))
                for way in (comparison.by_frame, comparison.by_retrieval):
                    found = [(each, await way(each)) for each in every]
                    head = {"model": folder.name, "set": title, "way": way.__name__}
                    misses = [_miss(each, read) for each, read in found if read.meant != each.right]
                    rows.append(head | row_of(found, Thresholds()) | {"misses": misses})
    return rows


def _miss(sentence: Sentence, read: Read) -> str:
    return f"{sentence.text} | {sentence.right} | {read.meant} | {read.confidence:.2f}"


def show_compared(rows: Sequence[dict[str, Any]], *, misses: bool) -> str:
    """The rows for people."""
    lines = [" ".join(f"{key} {row[key]}" for key in row if key != "misses") for row in rows]
    if misses:
        for row in rows:
            lines += [f"\n-- misses: {row['model']}, {row['set']}, {row['way']}", *row["misses"]]
    return "\n".join(lines)
