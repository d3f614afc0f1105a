"""What is scheduled, as the schedule keeps it and as whoever carries it out needs it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from lamplighter.store.outbound.outbox import BROKER
from lamplighter.store.records.schedule import Scheduled
from lamplighter.timekeeping.timekeeper import Stamp
from lamplighter.understanding.intent_json import (
    intents_from_json,
    intents_to_json,
    until_from_json,
    when_from_json,
    when_to_json,
)
from lamplighter.understanding.intents import Intent
from lamplighter.understanding.interpretation import Ask, Step
from lamplighter.understanding.timing.when import Delay, Interval, Recurring, Until, When

Write = Callable[[sqlite3.Connection], None]

ASK: Final = "ask"
TIMER: Final = "timer"
STEPS: Final = "steps"
"""The kinds of the schedule's entries: a command, a timer, and the end of something."""


@dataclass(frozen=True, slots=True)
class Change:
    """What an ask changes in the schedule.

    Attributes:
        speech: what to say when it is done.
        write: makes the change within a work of the store's: the one that keeps the reply. So an
            ask that comes again after a crash changes nothing a second time.
    """

    speech: str
    write: Write | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """Something scheduled.

    Attributes:
        id: its row.
        late: seconds since it was due, negative before.
        created: UTC seconds when it was scheduled, by the clock of then.
        text: the command, or "" for a timer.
        message: what to announce.
        name: the timer's name, or "".
        length: seconds it was started with.
        ask: who asked: area, user, language, and over which link (origin).
        confirmed: whether a yes was given to what is risky about it.
        at: UTC seconds when it is due.
        when: as it was said; what was kept before times were has a Delay.
        intents: what the command was understood as; empty: its text is interpreted anew.
        until: when what it changes is put back after that, or None.
        steps: what is done, where that is known to the step: the end of something.
        speech: what to say once the steps are done.
        left: seconds that a paused timer has left, or None where it runs.
        last: UTC seconds when what recurs was done last, or None.
        about: ids of the entities that it is about, by which people find it again.
    """

    id: int
    late: float
    created: float
    text: str
    message: str
    name: str
    length: float
    ask: Mapping[str, Any]
    confirmed: bool = False
    at: float = 0.0
    when: When = field(default=Delay(0.0))
    intents: tuple[Intent, ...] = ()
    until: Until | None = None
    steps: tuple[Step, ...] = ()
    speech: str = ""
    left: float | None = None
    last: float | None = None
    about: tuple[str, ...] = ()

    @property
    def timer(self) -> bool:
        """True for a plain timer, which only announces something."""
        return not self.text

    @property
    def again(self) -> bool:
        """True where it goes on after it was done."""
        return isinstance(self.when, Interval | Recurring)

    def said(self) -> Ask:
        """The command as whoever scheduled it would say it now."""
        return Ask(
            text=self.text,
            id=f"schedule-{self.id}",
            area=self.ask.get("area"),
            user=self.ask.get("user"),
            language=self.ask.get("language") or "en",
            origin=self.ask.get("origin") or BROKER,
        )

    def kept(self) -> dict[str, Any]:
        """The data that its row keeps."""
        kept: dict[str, Any] = {
            "message": self.message,
            "name": self.name,
            "length": self.length,
            "confirmed": self.confirmed,
            "ask": dict(self.ask),
            "when": when_to_json(self.when),
        }
        if self.intents:
            kept["intents"] = intents_to_json(self.intents)
        if self.until is not None:
            kept["until"] = when_to_json(self.until)
        if self.steps:
            kept["steps"] = steps_to_json(self.steps)
            kept["speech"] = self.speech
        if self.left is not None:
            kept["left"] = self.left
        if self.last is not None:
            kept["last"] = self.last
        if self.about:
            kept["about"] = list(self.about)
        return kept

    @property
    def kind(self) -> str:
        """The kind of its row."""
        if self.steps:
            return STEPS
        return ASK if self.text else TIMER


def due_of(item: Scheduled, now: Stamp) -> Due:
    """What a row of the schedule keeps; rows of before times were kept read as well."""
    data = item.data
    length = data.get("length", 0.0)
    return Due(
        id=item.id,
        late=item.late(now),
        created=item.created,
        text=item.text,
        message=data.get("message", ""),
        name=data.get("name", ""),
        length=length,
        ask=data.get("ask", {}),
        confirmed=data.get("confirmed") is True,
        at=item.due,
        when=when_from_json(data["when"]) if "when" in data else Delay(length),
        intents=intents_from_json(data.get("intents", ())),
        until=until_from_json(data["until"]) if "until" in data else None,
        steps=steps_from_json(data.get("steps", ())),
        speech=data.get("speech", ""),
        left=data.get("left"),
        last=data.get("last"),
        about=tuple(data.get("about", ())),
    )


def asker(ask: Ask) -> dict[str, Any]:
    """Who asked, as it is kept."""
    return {"area": ask.area, "user": ask.user, "language": ask.language, "origin": ask.origin}


def steps_to_json(steps: Sequence[Step]) -> list[dict[str, Any]]:
    """Steps in JSON's types; their parameters are of those already."""
    return [
        {"entity": step.entity_id, "service": step.service, "params": dict(step.params)}
        for step in steps
    ]


def steps_from_json(kept: Sequence[Mapping[str, Any]]) -> tuple[Step, ...]:
    """The steps that were kept."""
    return tuple(Step(each["entity"], each["service"], each["params"]) for each in kept)
