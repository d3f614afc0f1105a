"""What the daemon does when the clock of the wall is set, and what it keeps of time."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial

import structlog

from lamplighter.store.outbound.restamping import give_up_the_future, set_right
from lamplighter.store.store import Store
from lamplighter.timekeeping.timekeeper import Timekeeper

_log = structlog.get_logger("time")

_SNAPSHOT = "time"
_CHUNK = 10_000


class ClockWatch:
    """Follows the clock once a second. Lives on the asyncio loop.

    Args:
        timekeeper: tells the time.
        store: what is dated there is set right; it also keeps what the next run has to know.
        clock_set: told by how many seconds the clock was set, before anybody sees the new time.
    """

    def __init__(
        self, timekeeper: Timekeeper, store: Store, *clock_set: Callable[[float], None]
    ) -> None:
        self.timekeeper = timekeeper
        self.store = store
        self.clock_set = clock_set
        # What takes many transactions, because a backlog may be long: one at a time is enough.
        self._restamped: Future[int | None] | None = None
        self._inherited: Future[bool] | None = None

    def begin(self) -> None:
        """Goes on from what an earlier run kept; the store was opened, nothing else runs."""
        kept = self.store.snapshots.get(_SNAPSHOT)
        try:
            self.timekeeper.begin(kept)
        except (KeyError, TypeError, ValueError):
            _log.warning("time_not_restored")
            self.timekeeper.begin(None)
        self.keep()

    def inherit(self) -> None:
        """Sees to what an earlier boot left in the outbox, once its commands were taken over."""
        self._inherited = self.store.outbox.inherit(_CHUNK)

    def look(self) -> bool:
        """Acts on a clock that was set, and then returns True; goes on with what that takes."""
        step = self.timekeeper.look()
        if step is not None:
            if step.by:
                for told in self.clock_set:
                    told(step.by)
            self._note(self.store.submit(lambda connection: set_right(connection, step)))
            if step.now.trusted:
                self._restamp_after(0)
            self.keep()
        else:
            self._go_on()
        return step is not None

    def keep(self) -> None:
        """Keeps what the next run has to know; called every minute."""
        self.store.snapshots.put(_SNAPSHOT, self.timekeeper.kept())

    def trim(self) -> None:
        """Gives up what a wrong clock dated after now; called every minute."""
        latest = self.timekeeper.latest()
        if latest != float("inf"):
            now = self.timekeeper.clock()
            self._note(self.store.submit(partial(self._trim, latest=latest, now=now)))

    def _trim(self, connection: sqlite3.Connection, *, latest: float, now: float) -> None:
        for loss in give_up_the_future(connection, latest, now):
            self.store.ledger.insert(connection, loss)

    def _go_on(self) -> None:
        """The next piece of what takes many; what failed is tried again with the next start."""
        if self._inherited is not None and self._inherited.done():
            inherited, self._inherited = self._inherited, None
            if inherited.exception() is None and not inherited.result():
                self._inherited = self.store.outbox.inherit(_CHUNK)
        if self._restamped is not None and self._restamped.done():
            restamped, self._restamped = self._restamped, None
            last = restamped.result() if restamped.exception() is None else None
            if last is not None and self.timekeeper.trusted:
                self._restamp_after(last)

    def _restamp_after(self, row: int) -> None:
        self._restamped = self.store.outbox.restamp(row, _CHUNK)

    def _note(self, future: Future[None]) -> None:
        future.add_done_callback(_tell_failure)


def _tell_failure(future: Future[None]) -> None:
    if not future.cancelled() and (error := future.exception()) is not None:
        _log.warning("dates_not_set_right", reason=str(error))
