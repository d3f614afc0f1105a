"""What is to be done later: delayed commands and timers, kept on disk until they are due."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Protocol

import structlog

from lamplighter.understanding.interpretation import Ask, Later, Timer

_log = structlog.get_logger("schedule")


@dataclass(frozen=True, slots=True)
class Due:
    """Something scheduled.

    Attributes:
        id: its row.
        due: UTC seconds.
        text: the command, or "" for a timer.
        message: what to announce.
        name: the timer's name, or "".
        length: seconds it was started with.
        ask: who asked, as a mapping of area, user, language.
    """

    id: int
    due: float
    text: str
    message: str
    name: str
    length: float
    ask: dict[str, Any]


class ScheduleStore(Protocol):
    """Where scheduled things are kept (see ``store/schedule.py``)."""

    def add(self, due: float, entry: dict[str, Any]) -> int:
        """Keeps an entry, durably; returns its id."""

    def waiting(self) -> list[tuple[int, float, dict[str, Any]]]:
        """Id, due time and entry of everything that waits, soonest first."""

    def close(self, entry_id: int, outcome: str) -> None:
        """Marks an entry as run, cancelled or missed."""


class Scheduler:
    """Adds, cancels and runs what is due. Lives on the asyncio loop.

    Args:
        store: where it is kept.
        clock: UTC seconds.
        grace: seconds after which something overdue (the gateway was off) is missed, not run.
        run: carries a due command out.
        announce: tells that a timer is over, or that something was missed.
    """

    def __init__(
        self,
        store: ScheduleStore,
        *,
        clock: Callable[[], float],
        grace: float,
        run: Callable[[Due], Awaitable[None]],
        announce: Callable[[Due, str], Awaitable[None]],
    ) -> None:
        self.store = store
        self.clock = clock
        self.grace = grace
        self.run = run
        self.announce = announce

    def add(self, later: Later, ask: Ask) -> str:
        """Keeps something for later; returns what to say now."""
        entry = {
            "text": later.text,
            "message": later.message,
            "name": later.name,
            "length": later.delay_s,
            "ask": {"area": ask.area, "user": ask.user, "language": ask.language},
        }
        entry_id = self.store.add(self.clock() + later.delay_s, entry)
        _log.info("scheduled", id=entry_id, in_s=later.delay_s, timer=not later.text)
        return later.speech

    def waiting(self) -> list[Due]:
        """Everything that waits, soonest first."""
        return [_due(*row) for row in self.store.waiting()]

    async def tick(self, now: float) -> None:
        """Runs what is due. Each entry is closed before it runs: it never runs twice."""
        for due in self.waiting():
            if due.due > now:
                break
            late = now - due.due
            if late > self.grace:
                self.store.close(due.id, "missed")
                _log.warning("schedule_missed", id=due.id, late_s=round(late))
                await self.announce(due, f"I missed “{due.text or due.message}”: I was off then.")
                continue
            self.store.close(due.id, "run")
            if due.text:
                await self.run(due)
            else:
                await self.announce(due, due.message)

    def operate(self, timer: Timer, ask: Ask) -> str:
        """Carries out an operation on what waits; returns what to say."""
        found = [due for due in self.waiting() if _meant(due, timer, ask)]
        if not found:
            return "There is no such timer." if timer.name or timer.length_s else "No timer is set."
        if timer.operation == "cancel_all":
            for due in found:
                self.store.close(due.id, "cancelled")
            return f"Cancelled {len(found)} {'timer' if len(found) == 1 else 'timers'}."
        if timer.operation == "status":
            return " ".join(self._status(due) for due in found)
        return self._operate_on(found[0], timer)

    def _operate_on(self, due: Due, timer: Timer) -> str:
        if timer.operation == "cancel":
            self.store.close(due.id, "cancelled")
            return f"Cancelled {_called(due)}."
        if timer.operation in ("increase", "decrease"):
            by = timer.by_s if timer.operation == "increase" else -timer.by_s
            self.store.close(due.id, "cancelled")
            entry = {
                "text": due.text,
                "message": due.message,
                "name": due.name,
                "length": due.length + by,
                "ask": due.ask,
            }
            self.store.add(max(due.due + by, self.clock()), entry)
            return f"{_called(due)[0].upper()}{_called(due)[1:]} now ends {_span(due.due + by - self.clock())} from now."
        return "I can't pause a timer yet; I can cancel it or change its length."

    def _status(self, due: Due) -> str:
        called = _called(due)
        return f"{called[0].upper()}{called[1:]}: {_span(due.due - self.clock())} left."


def _due(entry_id: int, due: float, entry: dict[str, Any]) -> Due:
    return Due(
        id=entry_id,
        due=due,
        text=entry.get("text", ""),
        message=entry.get("message", ""),
        name=entry.get("name", ""),
        length=entry.get("length", 0.0),
        ask=entry.get("ask", {}),
    )


def _meant(due: Due, timer: Timer, ask: Ask) -> bool:
    if timer.name and timer.name.casefold() != due.name.casefold():
        return False
    if timer.length_s is not None and abs(timer.length_s - due.length) > 0.5:
        return False
    area = timer.area
    if area is None:
        return True
    return (due.ask.get("area") or ask.area or "").casefold() == area.casefold()


def _called(due: Due) -> str:
    if due.text:
        return f"“{due.text}”"
    return f"the {due.name} timer" if due.name else f"the {_span(due.length)} timer"


def _span(seconds: float) -> str:
    """A duration in words: "1 hour 5 minutes"."""
    left = max(0, round(seconds))
    parts = []
    for unit, size in (("hour", 3600), ("minute", 60), ("second", 1)):
        count, left = divmod(left, size)
        if count:
            parts.append(f"{count} {unit}{'' if count == 1 else 's'}")
    return " ".join(parts[:2]) or "0 seconds"
