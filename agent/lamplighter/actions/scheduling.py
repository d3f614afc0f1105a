"""What is to be done later: delayed commands and timers, kept on disk until they are due."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Any

import structlog

from lamplighter.store.outbound.outbox import BROKER
from lamplighter.store.records.schedule import Schedule, Scheduled
from lamplighter.timekeeping.timekeeper import Stamp
from lamplighter.understanding.interpretation import Ask, Later, Timer

_log = structlog.get_logger("schedule")


@dataclass(frozen=True, slots=True)
class Change:
    """What an ask changes in the schedule.

    Attributes:
        speech: what to say when it is done.
        write: makes the change within a work of the store's: the one that keeps the reply. So an
            ask that comes again after a crash changes nothing a second time.
    """

    speech: str
    write: Callable[[sqlite3.Connection], None] | None = None


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
    """

    id: int
    late: float
    created: float
    text: str
    message: str
    name: str
    length: float
    ask: dict[str, Any]
    confirmed: bool = False

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


class Scheduler:
    """Adds, cancels and runs what is due. Lives on the asyncio loop.

    Args:
        schedule: where it is kept.
        stamp: the time by both clocks.
        grace: seconds after which something overdue (the gateway was off) is missed, not run.
        run: carries a due command out.
        begun: whether a command was sent by an earlier run and only its reply is missing.
        announce: tells that a timer is over, or that something was missed.
    """

    def __init__(
        self,
        schedule: Schedule,
        *,
        stamp: Callable[[], Stamp],
        grace: float,
        run: Callable[[Due], Awaitable[None]],
        announce: Callable[[Due, str], Awaitable[None]],
        begun: Callable[[Due], bool] = lambda _due: False,
    ) -> None:
        self.schedule = schedule
        self.stamp = stamp
        self.grace = grace
        self.run = run
        self.announce = announce
        self.begun = begun

    def add(self, later: Later, ask: Ask, *, confirmed: bool = False) -> Change:
        """Something is to be kept for later.

        ``confirmed`` notes that a yes was given to what is risky about it.
        """
        data = {
            "message": later.message,
            "name": later.name,
            "length": later.delay_s,
            "confirmed": confirmed,
            "ask": {
                "area": ask.area,
                "user": ask.user,
                "language": ask.language,
                "origin": ask.origin,
            },
        }
        item = self._item(later.delay_s, later.text, data)
        _log.info("scheduled", in_s=later.delay_s, timer=not later.text)
        return Change(later.speech, lambda connection: self._insert(connection, item))

    def waiting(self) -> list[Due]:
        """Everything that waits, soonest first."""
        now = self.stamp()
        return [_due(item, now) for item in self.schedule.waiting()]

    async def tick(self, now: float) -> None:
        """Carries out what is due, and returns when that is done.

        An entry leaves the schedule in the transaction that answers it. Cut short before, it is
        due again: a command that was sent by then is concluded, and never sent twice.
        """
        moment = self.stamp().at(now)
        due = [_due(item, moment) for item in self.schedule.due(moment)]
        await asyncio.gather(*(self._fall_due(each) for each in due))

    async def _fall_due(self, due: Due) -> None:
        if due.late > self.grace and not (due.text and self.begun(due)):
            _log.warning("schedule_missed", id=due.id, late_s=round(due.late))
            await self.announce(due, f"I missed “{due.text or due.message}”: I was off then.")
        elif due.text:
            await self.run(due)
        else:
            await self.announce(due, due.message)

    def operate(self, timer: Timer, ask: Ask) -> Change:
        """An operation on what waits."""
        found = [due for due in self.waiting() if _meant(due, timer, ask)]
        if not found:
            named = timer.name or timer.length_s
            return Change("There is no such timer." if named else "No timer is set.")
        if timer.operation == "cancel_all":
            speech = f"Cancelled {len(found)} {'timer' if len(found) == 1 else 'timers'}."
            return Change(speech, lambda connection: self._cancel(connection, found))
        own = [due for due in found if _asked_by(due, ask)]
        if timer.operation == "status":
            return Change(" ".join(self._status(due) for due in own or found))
        if not own and len(found) > 1:
            listed = ", ".join(_called(due) for due in found)
            return Change(f"Which one do you mean: {listed}?")
        # "The timer" is the one that the asker set last.
        return self._operate_on(max(own or found, key=lambda each: each.id), timer)

    def _operate_on(self, due: Due, timer: Timer) -> Change:
        if timer.operation == "cancel":
            speech = f"Cancelled {_called(due)}."
            return Change(speech, lambda connection: self._cancel(connection, [due]))
        if timer.operation in ("increase", "decrease"):
            by = timer.by_s if timer.operation == "increase" else -timer.by_s
            return self._move(due, by)
        return Change("I can't pause a timer; I can cancel it or change its length.")

    def _item(self, delay_s: float, text: str, data: dict[str, Any]) -> Scheduled:
        now = self.stamp()
        return Scheduled(
            now.wall + delay_s,
            "ask" if text else "timer",
            text,
            data,
            now.wall,
            boot=now.boot,
            uptime=now.uptime + delay_s,
        )

    def _insert(self, connection: sqlite3.Connection, item: Scheduled) -> None:
        self.schedule.insert(connection, item)

    def _cancel(self, connection: sqlite3.Connection, found: Iterable[Due]) -> None:
        for due in found:
            self.schedule.cancel(connection, due.id)

    def _move(self, due: Due, by: float) -> Change:
        """Ends it so many seconds later (or earlier); it keeps everything else."""
        left = max(0.0, by - due.late)
        data = {
            "message": due.message,
            "name": due.name,
            "length": due.length + by,
            "confirmed": due.confirmed,
            "ask": due.ask,
        }
        item = self._item(left, due.text, data)

        def write(connection: sqlite3.Connection) -> None:
            # Where it fell due meanwhile, there is nothing left to be moved.
            if self.schedule.cancel(connection, due.id):
                self.schedule.insert(connection, item)

        called = _called(due)
        return Change(f"{called[0].upper()}{called[1:]} now has {_span(left)} left.", write)

    def _status(self, due: Due) -> str:
        called = _called(due)
        return f"{called[0].upper()}{called[1:]}: {_span(-due.late)} left."


def _due(item: Scheduled, now: Stamp) -> Due:
    return Due(
        id=item.id,
        late=item.late(now),
        created=item.created,
        text=item.text,
        message=item.data.get("message", ""),
        name=item.data.get("name", ""),
        length=item.data.get("length", 0.0),
        ask=item.data.get("ask", {}),
        confirmed=item.data.get("confirmed") is True,
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


def _asked_by(due: Due, ask: Ask) -> bool:
    """Whether the asker set it: the same user, or where nobody is named the same area."""
    if ask.user or due.ask.get("user"):
        return bool(due.ask.get("user") == ask.user)
    return bool(due.ask.get("area") == ask.area)


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
