"""What machines log, what people do and what they write down."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from tools.plant.held_out import PEOPLE, Split, allowed
from tools.plant.library import Sayings
from tools.plant.planning import Plan

_LEVELS = ("warning", "warning", "warning", "error", "info", "WARN")


@dataclass(frozen=True, slots=True)
class Line:
    """A log line, at a step."""

    step: int
    level: str
    text: str


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that somebody does at a step.

    ``op``: ``do`` (something to the machine, as ``text`` says), ``note`` (write ``text``), or an
    operation on all of the machine's alarms, as ``control`` names it.
    """

    step: int
    text: str
    by: str
    op: str = "do"


def lines(plan: Plan, draw: random.Random, sayings: Sayings) -> Iterator[Line]:
    """The machine's log, in order of time."""
    if plan.vendor is None:
        return
    forms = sayings.vendors[plan.vendor]
    form = draw.choice(forms)
    told = _messages(plan, draw, sayings)
    often = draw.uniform(0.05, 0.5)
    hushed = draw.random() < 0.5
    common = draw.sample(sayings.noise, 2)
    until = min(plan.length, int(min(plan.ends, plan.length)))
    for step in range(plan.length):
        fault = plan.onset + 2 <= step < until
        if fault and told and draw.random() < often:
            level, message = draw.choice(told)
        elif not hushed and draw.random() < 0.06:
            level, message = "info", draw.choice(common)
        else:
            continue
        at = plan.start + step * plan.step
        yield Line(step, level, _filled(draw, form, message, at))


def deeds(plan: Plan, draw: random.Random, sayings: Sayings) -> list[Deed]:
    """What people do, in order of time: acknowledge, help, look."""
    found: list[Deed] = []
    after = plan.onset + 4
    if draw.random() < 0.4:
        found.append(
            Deed(after + draw.randrange(1, 14), "", person(draw, plan.split, sayings), "ack")
        )
    if draw.random() < 0.35:
        step = after + draw.randrange(0, 22)
        text = draw.choice(sayings.actions)
        found.append(Deed(step, text, person(draw, plan.split, sayings)))
    if plan.fault and plan.ends < plan.length and draw.random() < 0.6:
        step = max(after, int(plan.ends) - draw.randrange(0, 3))
        text = draw.choice(plan.fault.helped)
        found.append(Deed(step, text, person(draw, plan.split, sayings)))
    found += _notes(plan, draw, sayings)
    return sorted(found, key=lambda deed: deed.step)


def _notes(plan: Plan, draw: random.Random, sayings: Sayings) -> Iterator[Deed]:
    """What people write about the machine while it is in trouble, or shortly before."""
    if draw.random() > 0.3:
        return
    own = list(plan.fault.notes) if plan.fault else []
    texts = [_sentence(text) for text in draw.sample(own, min(len(own), draw.choice((0, 1, 1))))]
    texts += draw.sample(sayings.asides, 1 if draw.random() < 0.6 or not texts else 0)
    for text in texts:
        step = plan.onset + draw.randrange(-10, 20)
        yield Deed(step, text, person(draw, plan.split, sayings), "note")


def person(draw: random.Random, split: Split, sayings: Sayings) -> str:
    """Who does or writes something."""
    return draw.choice(allowed(sayings.people, PEOPLE, split, chance=draw.random()))


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."


def _messages(plan: Plan, draw: random.Random, sayings: Sayings) -> list[tuple[str, str]]:
    """The messages that this episode's fault brings, at most four, with their levels."""
    own = list(plan.fault.log) if plan.fault else []
    own = draw.sample(own, min(len(own), draw.choice((1, 1, 2, 3))))
    if plan.courses and draw.random() < 0.5:
        key, course = next(iter(plan.courses.items()))
        general = sayings.general if course.to > 0 else sayings.general_low
        own.append(draw.choice(general).replace("$s", plan.signals[key].name))
    return [(draw.choice(_LEVELS), message) for message in own]


def _filled(draw: random.Random, form: str, message: str, at: float) -> str:
    """The line: the manner's own numbers are always the same for a message, its others vary."""
    same = random.Random(f"{form}{message}")  # noqa: S311 - a seeded simulation
    time = datetime.fromtimestamp(at, UTC).strftime("%H:%M:%S")
    frame = _numbered(same, form.replace("$time", time))
    said = message.replace("$t", "$n").replace("$p", str(draw.randrange(1, 4)))
    said = _numbered(draw, said)
    return frame.replace("$m", said).replace("$M", said.upper())


def _numbered(draw: random.Random, text: str) -> str:
    while "$n" in text:
        text = text.replace("$n", str(draw.randrange(1, draw.choice((9, 99, 4000)))), 1)
    return text
