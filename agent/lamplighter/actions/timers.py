"""What people do to timers that run: ask, cancel, pause, make longer or shorter."""

from __future__ import annotations

import re
import sqlite3
from dataclasses import dataclass, replace
from typing import Final

from lamplighter.actions.due import Change, Due
from lamplighter.actions.entries import Entries
from lamplighter.understanding.interpretation import Ask, Timer
from lamplighter.understanding.timing.timers import REMINDER
from lamplighter.understanding.timing.when import Delay
from lamplighter.understanding.wording import key_of

_PASSED: Final = re.compile(r": [\w ]+ have passed\.$")


@dataclass(frozen=True, slots=True)
class Timers:
    """Operates on what waits and counts down: timers, and commands after a while.

    Attributes:
        entries: the schedule.
    """

    entries: Entries

    def operate(self, timer: Timer, ask: Ask) -> Change:
        """One operation."""
        found = [due for due in self.entries.waiting() if _meant(due, timer, ask)]
        if not found:
            named = timer.name or timer.length_s
            return Change("There is no such timer." if named else "No timer is set.")
        if timer.operation == "cancel_all":
            speech = f"Cancelled {len(found)} {'timer' if len(found) == 1 else 'timers'}."
            return Change(speech, lambda connection: self.entries.cancel(connection, found))
        own = [due for due in found if asked_by(due, ask)]
        if timer.operation == "status":
            return Change(" ".join(_status(due) for due in own or found))
        if not own and len(found) > 1:
            listed = ", ".join(called(due) for due in found)
            return Change(f"Which one do you mean: {listed}?")
        # "The timer" is the one that the asker set last.
        return self._operate_on(max(own or found, key=lambda each: each.id), timer)

    def _operate_on(self, due: Due, timer: Timer) -> Change:
        match timer.operation:
            case "cancel":
                speech = f"Cancelled {called(due)}."
                return Change(speech, lambda connection: self.entries.cancel(connection, [due]))
            case "increase" | "decrease":
                by = timer.by_s if timer.operation == "increase" else -timer.by_s
                return self._move(due, by)
            case "pause":
                return self._pause(due)
            case _:
                return self._resume(due)

    def _move(self, due: Due, by: float) -> Change:
        """Ends it so many seconds later (or earlier); it keeps everything else."""
        left = max(0.0, _left(due) + by)
        paused = None if due.left is None else left
        length = due.length + by
        message = _PASSED.sub(f": {span(length)} have passed.", due.message)
        moved = replace(due, length=length, left=paused, message=message)
        speech = f"{_capital(called(due))} now has {span(left)} left."
        return self._replaced(due, moved, left, speech)

    def _pause(self, due: Due) -> Change:
        if not due.timer:
            return Change("I can't pause that; I can cancel it or change its length.")
        if due.left is not None:
            return Change(f"{_capital(called(due))} is paused already, {span(due.left)} left.")
        left = _left(due)
        speech = f"Paused {called(due)}, {span(left)} left."
        return self._replaced(due, replace(due, left=left), left, speech)

    def _resume(self, due: Due) -> Change:
        if due.left is None:
            return Change(f"{_capital(called(due))} is running, {span(_left(due))} left.")
        speech = f"{_capital(called(due))} goes on, {span(due.left)} left."
        return self._replaced(due, replace(due, left=None), due.left, speech)

    def _replaced(self, due: Due, by: Due, seconds: float, speech: str) -> Change:
        def write(connection: sqlite3.Connection) -> None:
            # Where it fell due meanwhile, there is nothing left to be changed.
            if self.entries.schedule.cancel(connection, due.id):
                self.entries.insert(connection, by, seconds)

        return Change(speech, write)


def _meant(due: Due, timer: Timer, ask: Ask) -> bool:
    """Whether it counts down, and is the one that is described."""
    if due.steps or not isinstance(due.when, Delay):
        return False
    if timer.name and key_of(timer.name) != key_of(due.name):
        return False
    if timer.length_s is not None and abs(timer.length_s - due.length) > 0.5:
        return False
    area = timer.area
    if area is None:
        return True
    return (due.ask.get("area") or ask.area or "").casefold() == area.casefold()


def asked_by(due: Due, ask: Ask) -> bool:
    """Whether the asker set it: the same user, or where nobody is named the same area."""
    if ask.user or due.ask.get("user"):
        return bool(due.ask.get("user") == ask.user)
    return bool(due.ask.get("area") == ask.area)


def called(due: Due) -> str:
    """What it is called to people: its command, its name or its length."""
    if due.text:
        return f"“{due.text}”"
    if due.message.startswith(REMINDER):
        return f"the reminder “{due.message.removeprefix(REMINDER).rstrip('.')}”"
    return f"the {due.name} timer" if due.name else f"the {span(due.length)} timer"


def span(seconds: float) -> str:
    """A duration in words: "1 hour 5 minutes"."""
    left = max(0, round(seconds))
    parts = []
    for unit, size in (("hour", 3600), ("minute", 60), ("second", 1)):
        count, left = divmod(left, size)
        if count:
            parts.append(f"{count} {unit}{'' if count == 1 else 's'}")
    return " ".join(parts[:2]) or "0 seconds"


def _left(due: Due) -> float:
    return -due.late if due.left is None else due.left


def _status(due: Due) -> str:
    paused = "" if due.left is None else ", paused"
    return f"{_capital(called(due))}: {span(_left(due))} left{paused}."


def _capital(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}"
