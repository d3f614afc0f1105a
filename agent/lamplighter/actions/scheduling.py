"""What is to be done later: delayed commands, habits and timers, kept on disk until they are due.

A delay counts by uptime, so that a clock set anew makes it neither sooner nor later; a time of day
follows the wall's clock. What recurs is put in anew in the transaction that answers it.
"""

from __future__ import annotations

import asyncio
import math
import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import tzinfo
from typing import Final

import structlog

from lamplighter.actions.due import Change, Due, Write, asker
from lamplighter.actions.ends import LATEST_S, Ends
from lamplighter.actions.entries import Entries, House
from lamplighter.actions.planning import Planning
from lamplighter.actions.timers import Timers
from lamplighter.errors import NoSuchTimeError
from lamplighter.store.records.schedule import Schedule
from lamplighter.timekeeping.timekeeper import Stamp
from lamplighter.understanding.interpretation import Act, Ask, Later, Planned, Step, Timer
from lamplighter.understanding.timing.when import Delay, Interval
from lamplighter.understanding.timing.wording import lasting
from lamplighter.understanding.timing.zones import home_zone

__all__ = ["Change", "Due", "Scheduler"]

_log = structlog.get_logger("schedule")

_STEP_S: Final = 1.0
_LEAP_S: Final = 86400.0
_CLOCK_UNSURE: Final = "I can't plan that: I don't know yet what time it is."


class Scheduler:
    """Adds, cancels and runs what is due. Lives on the asyncio loop.

    Args:
        schedule: where it is kept.
        house: the home: its entities, its time zone, and where it is.
        stamp: the time by both clocks.
        grace: seconds after which something overdue (the gateway was off) is missed, not run.
        run: carries a due command out.
        begun: whether a command was sent by an earlier run and only its reply is missing.
        announce: tells that a timer is over, or that something was missed.
        zone: the time zone of that name; of this machine where it is None.
    """

    def __init__(
        self,
        schedule: Schedule,
        *,
        house: House,
        stamp: Callable[[], Stamp],
        grace: float,
        run: Callable[[Due], Awaitable[None]],
        announce: Callable[[Due, str], Awaitable[None]],
        begun: Callable[[Due], bool] = lambda _due: False,
        zone: Callable[[str | None], tzinfo] = home_zone,
    ) -> None:
        self.schedule = schedule
        self.stamp = stamp
        self.grace = grace
        self.run = run
        self.announce = announce
        self.begun = begun
        self.entries = Entries(schedule, house, stamp, zone, grace)
        self._ends = Ends(self.entries)
        self._timers = Timers(self.entries)
        self._planning = Planning(self.entries)
        # From the uptime to UTC, as habits were dated last.
        self._offset: float | None = None

    def add(
        self, later: Later, ask: Ask, *, confirmed: bool = False, about: Sequence[str] = ()
    ) -> Change:
        """Something is to be kept for later, with what goes along with it.

        ``confirmed`` notes that a yes was given to what is risky about it; ``about`` are the ids
        of the entities that it is about. What can't be kept has no ``write``.
        """
        try:
            write = self._kept((later, *later.then), ask, confirmed=confirmed, about=about)
        except NoSuchTimeError as error:
            return Change(f"I can't plan that: {error.reason}.")
        if write is None:
            return Change(_CLOCK_UNSURE)
        _log.info("scheduled", in_s=later.delay_s, timer=not later.text)
        if later.instead:
            write = self._planning.replaced(write, ask)
        return Change(later.speech, write)

    def along(
        self, act: Act, ask: Ask, due: Due | None = None, *, confirmed: bool = False
    ) -> Write | None:
        """What is written along with an act: its end, and what comes later.

        Args:
            act: what is done now.
            ask: who asked for it.
            due: the entry that it comes of, or None.
            confirmed: whether a yes was given to what is risky about it.

        Raises:
            NoSuchTimeError: it ends, or goes on, at a time of the sun that there is not.
        """
        end = self._ends.after(act, ask, again=due is not None and due.again)
        later = self._kept(act.then, ask, confirmed=confirmed) if act.then else None

        def write(connection: sqlite3.Connection) -> None:
            for each in (end, later):
                if each is not None:
                    each(connection)

        return write if end or later else None

    def with_end(self, speech: str, act: Act) -> str:
        """What is said of an act, with its end where it has one: "..., for 10 minutes."."""
        if act.until is None or act.then or not self.back(act):
            return speech
        ends = lasting(act.until, self.entries.now(), self.entries.house.home.location)
        return f"{speech.rstrip('.')}, {ends}."

    def back(self, act: Act) -> tuple[Step, ...]:
        """The steps that end an act that is done for a while: they are judged with it."""
        return self._ends.back(act)

    def going_on(self, due: Due | None) -> Write | None:
        """What is written in the transaction that answers something due: when it is due again."""
        if due is None or not due.again:
            return None

        def write(connection: sqlite3.Connection) -> None:
            # Somebody may have cancelled it meanwhile.
            if self.schedule.complete(connection, due.id):
                self._insert_again(connection, due)

        return write

    def waiting(self) -> list[Due]:
        """Everything that waits, soonest first."""
        return self.entries.waiting()

    def operate(self, what: Timer | Planned, ask: Ask) -> Change:
        """An operation on what waits."""
        if isinstance(what, Planned):
            return self._planning.operate(what, ask)
        return self._timers.operate(what, ask)

    async def tick(self, now: float) -> None:
        """Carries out what is due, and returns when that is done.

        An entry leaves the schedule in the transaction that answers it. Cut short before, it is
        due again: a command that was sent by then is concluded, and never sent twice.
        """
        moment = self.stamp().at(now)
        await self._follow_clock(moment)
        await asyncio.gather(*(self._fall_due(each) for each in self.entries.due(moment)))

    async def _follow_clock(self, now: Stamp) -> None:
        """Dates habits anew where the wall's clock was set, and once after each start."""
        offset = now.wall - now.uptime
        if not now.trusted or (self._offset is not None and abs(offset - self._offset) < _STEP_S):
            return
        # A clock that leaps by days was never right: nothing was missed by that.
        overdue_s = math.inf if self._offset is None else _LEAP_S
        self._offset = offset
        try:
            moved = self.entries.moved(self.waiting(), overdue_s=overdue_s)
        except NoSuchTimeError as error:
            _log.warning("habit_not_dated", reason=error.reason)
            return
        if moved:
            await asyncio.wrap_future(self.schedule.move(moved))

    async def _fall_due(self, due: Due) -> None:
        latest = max(self.grace, LATEST_S) if due.steps else self.grace
        if due.late > latest and not (due.text and self.begun(due)):
            _log.warning("schedule_missed", id=due.id, late_s=round(due.late))
            await self.announce(due, f"I missed “{due.text or due.message}”: I was off then.")
        elif due.text:
            await self.run(due)
        else:
            await self.announce(due, due.message)

    def _kept(
        self,
        laters: tuple[Later, ...],
        ask: Ask,
        *,
        confirmed: bool,
        about: Sequence[str] = (),
    ) -> Write | None:
        """Puts all of them in; None where one needs the time and that is not known."""
        dated = []
        for later in laters:
            when = later.when or Delay(later.delay_s)
            if not isinstance(when, Delay | Interval) and not self.stamp().trusted:
                return None
            seconds = later.delay_s if isinstance(when, Delay) else self.entries.delay(when)
            new = Due(
                id=0,
                late=0.0,
                created=0.0,
                text=later.text,
                message=later.message,
                name=later.name,
                length=later.delay_s,
                ask=asker(ask),
                confirmed=confirmed,
                when=when,
                intents=later.intents,
                until=later.until,
                about=_about(later) or tuple(about),
            )
            dated.append((new, seconds))

        def write(connection: sqlite3.Connection) -> None:
            for new, seconds in dated:
                self.entries.insert(connection, new, seconds)

        return write

    def _insert_again(self, connection: sqlite3.Connection, due: Due) -> None:
        try:
            seconds = self.entries.next_delay(due)
        except NoSuchTimeError as error:
            _log.warning("habit_ended", id=due.id, reason=error.reason)
            return
        self.entries.insert(connection, replace(due, last=due.at), seconds)


def _about(later: Later) -> tuple[str, ...]:
    """The entities that its intents name by their ids."""
    named = [name for intent in later.intents for name in intent.slots.get("ids", ())]
    return tuple(dict.fromkeys(named))
