"""What is planned, in words, and found again by words: "cancel the bedroom thing"."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Final

from lamplighter.actions.due import Change, Due, Write
from lamplighter.actions.entries import Entries
from lamplighter.actions.timers import asked_by, called, span
from lamplighter.catalogue.entity import Entity
from lamplighter.config import Location
from lamplighter.understanding.interpretation import Ask, Planned
from lamplighter.understanding.kinds import KINDS, kinds_said
from lamplighter.understanding.speech import listed, sentence
from lamplighter.understanding.timing.days import single_day
from lamplighter.understanding.timing.phrases import extract
from lamplighter.understanding.timing.requests import JUST_NOW
from lamplighter.understanding.timing.when import (
    Delay,
    Interval,
    Moment,
    Recurring,
    SunMoment,
    When,
)
from lamplighter.understanding.timing.wording import lasting, spoken
from lamplighter.understanding.timing.words import Words
from lamplighter.understanding.wording import key_of

_MOST: Final = 6
_JUST_NOW_S: Final = 300.0
_UNTOLD: Final = frozenset(
    key_of(
        "the thing that this one command schedule scheduled plan planned about for of my at on in "
        "to a an all any job task event what i you said from with and is are was entry it going "
        "happening every each set up order order's routine do"
    )
)
_TIMERS: Final = frozenset({"timer", "alarm", "countdown", "reminder"})
_GERUND: Final = re.compile(r"(?:turn|switch|clos|open|lock|dim|start|run|sett?|heat|put)+ing")
"""What is done to a thing: that it says "turning" and not "turn" makes it no other plan."""
_PRONOUN: Final = re.compile(r"\b(?:it|them|those|these|that|again)\b", re.IGNORECASE)
_EVENING: Final = time(17)
_PARTS: Final = frozenset({"tonight", "this evening"})


@dataclass(frozen=True, slots=True)
class Planning:
    """Lists what is planned, and cancels it.

    Attributes:
        entries: the schedule.
    """

    entries: Entries

    def operate(self, planned: Planned, ask: Ask) -> Change:
        """One operation; whoever lives here may change what somebody else planned."""
        waiting = self.entries.waiting()
        if not waiting:
            return Change("Nothing is planned.")
        if planned.said == JUST_NOW:
            found = self._just_now(waiting, ask)
        else:
            found = self._meant(waiting, planned.said)
        if not found:
            return Change("Nothing like that is planned.")
        if planned.operation == "list":
            return Change(self._told(found))
        several = len(found) > 1 and planned.said != JUST_NOW
        if planned.operation == "cancel" and several:
            said = [self._line(due) for due in found]
            mine = [due for due in found if due.ask.get("user") == ask.user]
            if not planned.said or len(mine) != 1 or not ask.user:
                return Change(f"Which one do you mean: {_some(said, 'or')}?")
            found = mine
        told = sentence(f"cancelled {_some([self._line(due) for due in found], 'and')}")
        return Change(told, lambda connection: self.entries.cancel(connection, found))

    def replaced(self, write: Write, ask: Ask) -> Write:
        """Writes, and cancels what the asker planned last in the same transaction."""
        before = self._just_now(self.entries.waiting(), ask)

        def both(connection: sqlite3.Connection) -> None:
            self.entries.cancel(connection, before)
            write(connection)

        return both

    def _just_now(self, waiting: Sequence[Due], ask: Ask) -> list[Due]:
        """What the asker planned last, where that was minutes ago: all of that sentence."""
        since = self.entries.stamp().wall - _JUST_NOW_S
        mine = [due for due in waiting if asked_by(due, ask) and due.created >= since]
        last = max((due.created for due in mine), default=0.0)
        return [due for due in mine if last - due.created < 1.0]

    def _told(self, found: Sequence[Due]) -> str:
        lines = [self._line(due) for due in found]
        if len(lines) == 1:
            return sentence(f"planned: {lines[0]}")
        return f"{len(lines)} things are planned: {'; '.join(lines[:_MOST])}{_more(lines)}."

    def _line(self, due: Due) -> str:
        """What it is and when: "“close the blinds” tomorrow at 7:30"."""
        if due.timer and isinstance(due.when, Delay):
            left = -due.late if due.left is None else due.left
            paused = "" if due.left is None else ", paused"
            return f"{called(due)} ({span(left)} left{paused})"
        until = f" {lasting(due.until, self.entries.now(), self._location)}" if due.until else ""
        return f"{called(due)}{self._meaning(due)} {self._when(due)}{until}"

    def _meaning(self, due: Due) -> str:
        """What "it" is in the command, for who does not remember the sentence."""
        if not _PRONOUN.search(due.text):
            return ""
        known = [entity for name in due.about if (entity := self.entries.house.get(name))]
        return f" ({listed(entity.name for entity in known[:_MOST])})" if known else ""

    def _when(self, due: Due) -> str:
        now, when = self.entries.now(), due.when
        if isinstance(when, Delay):
            return f"in {span(-due.late)}"
        if isinstance(when, Moment):
            # As it is dated: what was said at night for "tomorrow" is for today by now.
            at = self.entries.local(due.at)
            when = Moment(at.date(), at.time().replace(microsecond=0))
        return spoken(when, now, self._location)

    @property
    def _location(self) -> Location | None:
        return self.entries.house.home.location

    def _meant(self, waiting: Sequence[Due], said: str) -> list[Due]:
        """Those that every word of the description fits."""
        now = self.entries.now()
        timed = extract(said.replace("'s", ""), now, values=False)
        rest = timed.rest if timed.said else said
        wanted = [word for word in key_of(rest) if word not in _UNTOLD]
        fits_time = self._time_filter(timed.when, " ".join(timed.said), now)
        return [
            due
            for due in waiting
            if fits_time(due) and all(self._fits(due, word) for word in wanted)
        ]

    def _time_filter(self, when: When | None, said: str, now: datetime) -> Callable[[Due], bool]:
        day = single_day(Words.of(said), 0, now.date())
        if said in _PARTS:
            return lambda due: (
                self._at(due).date() == now.date() and self._at(due).time() > _EVENING
            )
        if day is not None:
            return lambda due: self._at(due).date() == day[0]
        return lambda due: when is None or self._is_at(due, when)

    def _at(self, due: Due) -> datetime:
        return self.entries.local(due.at)

    def _late(self, due: Due) -> bool:
        return self._at(due).time() >= _EVENING

    def _is_at(self, due: Due, when: When) -> bool:
        """Whether it is at that time of day; half the days' clock: at seven may be either."""
        if isinstance(when, Delay | Interval):
            return isinstance(due.when, type(when)) and _seconds(due) == when.seconds
        if isinstance(when, SunMoment) or (isinstance(when, Recurring) and when.at is None):
            return isinstance(due.when, SunMoment | Recurring) and due.when.event == when.event
        exact, at = self._at(due), when.at or time()
        same = (exact.hour % 12, exact.minute) == (at.hour % 12, at.minute)
        return same and (due.again or isinstance(when, Moment))

    def _fits(self, due: Due, word: str) -> bool:
        """Whether the word is of its text, its name, or of the things that it is about."""
        if word in _TIMERS:
            return due.timer
        entities = [entity for name in due.about if (entity := self.entries.house.get(name))]
        if word in _words_of(due, entities) or _GERUND.fullmatch(word):
            return True
        kinds = [KINDS[name] for name in kinds_said((word,))]
        return any(kind.covers(entity) for kind in kinds for entity in entities)


def _words_of(due: Due, entities: Iterable[Entity]) -> frozenset[str]:
    said = [due.text, due.name, due.message, span(due.length)]
    for entity in entities:
        said += [entity.name, *entity.aliases, entity.area or "", entity.domain.replace("_", " ")]
    return frozenset(word for each in said for word in key_of(each))


def _seconds(due: Due) -> float:
    return due.when.seconds if isinstance(due.when, Interval) else due.length


def _some(lines: Sequence[str], last: str) -> str:
    if len(lines) > _MOST:
        return f"{'; '.join(lines[:_MOST])}{_more(lines)}"
    return listed(lines, last)


def _more(lines: Sequence[str]) -> str:
    more = len(lines) - _MOST
    return f"; and {more} more" if more > 0 else ""
