"""The end of what is done for a while: the steps that put it back, kept until they are due."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final

from lamplighter.actions.due import Due, Write, asker
from lamplighter.actions.entries import Entries
from lamplighter.actions.reversal import reversal
from lamplighter.understanding.interpretation import Act, Ask, Step
from lamplighter.understanding.speech import called, done, listed, wish
from lamplighter.understanding.timing.resolving import end_time
from lamplighter.understanding.timing.when import Delay, Until

LATEST_S: Final = 6 * 3600.0
"""An end that was missed comes late rather than never, for so long: a heater that was to be on for
half an hour is not left on because the gateway was off when it was due."""


@dataclass(frozen=True, slots=True)
class Ends:
    """Plans ends.

    Attributes:
        entries: the schedule.
    """

    entries: Entries

    def back(self, act: Act) -> tuple[Step, ...]:
        """What puts the act back at its end; nothing where it has none.

        What another end was to put back goes back to what it was before that.
        """
        if act.until is None:
            return ()
        kept = {step.entity_id: step for due in self._others(act) for step in due.steps}
        fresh = reversal(
            [step for step in act.steps if step.entity_id not in kept],
            self.entries.house,
            ends=True,
        )
        mine = {step.entity_id for step in act.steps}
        return (*fresh.steps, *(step for name, step in kept.items() if name in mine))

    def after(self, act: Act, ask: Ask, *, again: bool) -> Write | None:
        """Plans the end of an act that starts now; an end of the same things is replaced.

        Args:
            act: what is done.
            ask: who asked for it.
            again: True where it is done again and again.

        Raises:
            NoSuchTimeError: it ends at a time of the sun that there is not.
        """
        if act.until is None:
            return None
        seconds = self._seconds(act.until, again=again)
        steps = self.back(act)
        if not steps:
            return None
        others = self._others(act)
        when = Delay(seconds) if isinstance(act.until, Delay) else act.until
        end = self._end(steps, when=when, length=seconds, ask=asker(ask), confirmed=True)
        rests = [self._without(due, act) for due in others]

        def write(connection: sqlite3.Connection) -> None:
            self.entries.cancel(connection, others)
            for due in rests:
                if due.steps:
                    self.entries.insert(connection, due, max(0.0, -due.late))
            self.entries.insert(connection, end, seconds)

        return write

    def _seconds(self, until: Until, *, again: bool) -> float:
        if isinstance(until, Delay):
            return until.seconds
        now = self.entries.now()
        end = end_time(until, now, self.entries.house.home.location, again=again)
        return (end - now) / timedelta(seconds=1)

    def _others(self, act: Act) -> list[Due]:
        """The ends of the same things that were planned before."""
        mine = {step.entity_id for step in act.steps}
        return [
            due
            for due in self.entries.waiting()
            if due.steps and mine & {step.entity_id for step in due.steps}
        ]

    def _without(self, due: Due, act: Act) -> Due:
        """What is left of another end."""
        mine = {step.entity_id for step in act.steps}
        left = [step for step in due.steps if step.entity_id not in mine]
        return self._end(
            left, when=due.when, length=due.length, ask=due.ask, confirmed=due.confirmed
        )

    def _end(self, steps: Sequence[Step], **more: Any) -> Due:
        text, speech = self._words(steps)
        empty = Due(0, 0.0, 0.0, text, "", "", 0.0, {})
        about = tuple(dict.fromkeys(step.entity_id for step in steps))
        return replace(empty, steps=tuple(steps), speech=speech, about=about, **more)

    def _words(self, steps: Iterable[Step]) -> tuple[str, str]:
        """The steps as a command, and as what was done."""
        known = [(step, self.entries.house.get(step.entity_id)) for step in steps]
        found = [(step, entity) for step, entity in known if entity is not None]
        wishes = dict.fromkeys(
            wish(step, entity) if not step.params else f"put {called(entity)} back"
            for step, entity in found
        )
        said = done([step for step, _ in found], [entity for _, entity in found])
        return listed(wishes), said
