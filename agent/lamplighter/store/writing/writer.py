"""The one thread that writes: it commits together whatever was queued while it was committing.

::

    network thread ──put──> inbox queue ─┐
    any thread ─────────> riding rows ───┼─> BEGIN … COMMIT (fsync) ──> acks, futures, notices
    any thread ──submit──> works ────────┘         │
                                                   └ full: room is made, and it is tried again
                                                     damaged: salvaged, and it is tried again

Nothing is reported as written before the commit that holds it is on disk. How long rows wait for
company is said by the pace (``flash``); a work is committed at once, unless it may ride.
"""

from __future__ import annotations

import math
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Any, TypeVar

from lamplighter.errors import StoreError, StoreFullError
from lamplighter.store.files.database import LOOKS, Trouble, trouble_of
from lamplighter.store.migrations import version_of
from lamplighter.store.writing.carriage import Caretaker, Failed, Job, Passengers, WriterHealth
from lamplighter.store.writing.flash import Pace
from lamplighter.store.writing.pulse import Pulse
from lamplighter.store.writing.riders import Rider, load

T = TypeVar("T")
Work = Callable[[sqlite3.Connection], T]

_FIRST_PAUSE = 0.1
_LONGEST_PAUSE = 2.0
# Of the room that the write-ahead log has, for works alone.
_LOG_RESERVE = 1 << 20
# Then others have their turn.
_MOST_PORTIONS = 64
_LOG_HELD = "the write-ahead log is as long as it may get: something has been reading for long"


class Writer:
    """Owns the writing connection and the thread it is used on.

    Args:
        path: the database, for errors.
        clock: UTC seconds.
        monotonic: seconds of a clock that never steps.
        pace: how long rows may wait for company; None: not at all.
    """

    def __init__(
        self,
        path: Path,
        *,
        clock: Callable[[], float],
        monotonic: Callable[[], float] = time.monotonic,
        pace: Pace | None = None,
    ) -> None:
        self.path = path
        self.pulse = Pulse(monotonic, pace)
        self._clock = clock
        self._passengers = Passengers()
        self._caretaker: Caretaker | None = None
        self._connection: sqlite3.Connection | None = None
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()
        self._open = False
        self._stopping = False
        self._jobs: deque[Job] = deque()
        self._jobs_due = math.inf
        self._held: list[Job] = []
        self._suspicion = ""
        self._looks = 0
        self._pause = 0.0
        self._not_before = -math.inf
        self._relief_after = -math.inf
        self._more = False
        self._log_held = False
        self._full_since: float | None = None
        self._failing = ""
        self._refused = 0
        self._commits = 0
        self._last_commit_ms = 0.0

    def start(
        self, connection: sqlite3.Connection, caretaker: Caretaker, passengers: Passengers
    ) -> None:
        """Takes over an open connection and starts the thread."""
        self._connection = connection
        self._caretaker = caretaker
        self._passengers = passengers
        self._stopping = False
        self._open = True
        self._thread = threading.Thread(target=self._run, name="store-writer", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Commits what is queued if that can be done now, then ends the thread."""
        self._stopping = True
        self.pulse.wake()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def submit(self, work: Work[T], *, rides: bool = False) -> Future[T]:
        """Runs ``work`` within the next transaction, from any thread.

        Where ``rides`` is true, that may be as late as the pace allows: nobody waits for it.
        The future resolves after the commit. A work that raises is rolled back alone, and its
        error is the future's. The future fails with StoreFullError where there is no room, with
        StoreError where the storage fails or the writer is not running.
        """
        longest = self.pulse.pace.longest() if rides else 0.0
        return self._queue(
            Job(work, Future(), self.pulse.number()),
            self.pulse.now() + longest if longest else -math.inf,
        )

    def aside(self, work: Work[T]) -> Future[T]:
        """Runs ``work`` between transactions: for what SQLite does not do within one.

        A transaction that it begins and does not end is rolled back.
        """
        return self._queue(Job(work, Future(), self.pulse.number(), aside=True))

    def suspect(self, reason: str) -> None:
        """A reader found the database damaged: it will be replaced."""
        self._suspicion = reason
        self.pulse.wake()

    def health(self) -> WriterHealth:
        """How the writer is now, from any thread."""
        thread = self._thread
        return WriterHealth(
            alive=thread is not None and thread.is_alive(),
            works=len(self._jobs) + len(self._held),
            commits=self._commits,
            last_commit_ms=self._last_commit_ms,
            full_since=self._full_since,
            failing=self._failing,
            log_held=self._log_held,
        )

    def _queue(self, job: Job, due: float = -math.inf) -> Future[Any]:
        with self._lock:
            if self._open:
                self._jobs.append(job)
            else:
                job.future.set_exception(StoreError(self.path, "is not open for writing"))
            sooner = due < self._jobs_due
            if sooner:
                self._jobs_due = due
        if sooner:
            self.pulse.wake()
        return job.future

    def _run(self) -> None:
        try:
            while not self._stopping:
                self._rest()
                self._round()
            # Twice: the first one may only have made room for the second.
            rounds = 0
            while self._waiting() and (rounds < 2 or self._more):
                self._round()
                rounds += 1
        finally:
            self._end()

    def _end(self) -> None:
        with self._lock:
            self._open = False
        self._refuse(StoreError(self.path, self._failing or "was closed"))
        if self._connection is not None and self._caretaker is not None:
            try:
                self._caretaker.farewell(self._connection)
            except sqlite3.Error as error:
                self._failing = str(error)
            self._connection.close()
            self._connection = None

    def _rest(self) -> None:
        while not self._stopping:
            self.pulse.clear()
            until = self._next()
            if until <= self.pulse.now():
                return
            self.pulse.sleep(until)

    def _next(self) -> float:
        if self._held or self._suspicion or self._jobs_due == -math.inf:
            return -math.inf
        due = min((rider.deadline() for rider in self._passengers.all()), default=math.inf)
        return max(min(due, self._jobs_due), self._not_before)

    def _waiting(self) -> bool:
        return bool(self._jobs or self._held) or any(
            rider.deadline() < math.inf for rider in self._passengers.all()
        )

    def _round(self) -> None:
        if self._suspicion or (self._connection is None and self.pulse.now() >= self._not_before):
            self._replace(self._suspicion or self._failing)
        connection = self._connection
        if connection is None:
            self._refuse(StoreError(self.path, self._failing))
            return
        try:
            self._log_held = False
            self._bound_log(connection, _LOG_RESERVE)
            self._commit(connection, self._passengers.all(), in_order=True)
        except sqlite3.Error as error:
            self._roll_back(connection)
            self._treat(connection, error)
        else:
            self._be_well()

    def _be_well(self) -> None:
        self._looks = 0
        self._full_since = None
        self._log_held = False
        self._failing = ""
        self._pause = 0.0
        self._not_before = -math.inf
        self.pulse.portion.grow()

    def _commit(
        self,
        connection: sqlite3.Connection,
        riders: Sequence[Rider],
        *,
        works: bool = True,
        in_order: bool = False,
    ) -> None:
        """Commits a portion of what the riders have, and works.

        Args:
            connection: the transaction's.
            riders: what goes.
            works: whether works go.
            in_order: works wait for rows that were handed over before them.
        """
        started = self.pulse.now()
        self._more = False
        loaded = load(riders, self.pulse)
        connection.execute("BEGIN IMMEDIATE")
        for rider in riders:
            rider.write(connection)
        # After the riders: what was submitted before a row was marked as done is never later.
        if works:
            self._take(loaded.through if in_order and loaded.through < loaded.last else math.inf)
        inside = [job for job in self._held if not job.aside] if works else []
        results = [self._perform(connection, job) for job in inside]
        connection.execute("COMMIT")
        self._more = loaded.through < loaded.last
        self._commits += 1
        self._last_commit_ms = (self.pulse.now() - started) * 1000
        self.pulse.pace.committed()
        for rider in riders:
            rider.settle(committed=True)
        if works:
            for listener in self._passengers.listeners:
                listener()
        for job, result in zip(inside, results, strict=True):
            job.resolve(result)
        if works:
            self._held = [job for job in self._held if job.aside]
            self._run_asides(connection)

    def _run_asides(self, connection: sqlite3.Connection) -> None:
        while self._held:
            result = self._call(connection, self._held[0])
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            self._held.pop(0).resolve(result)

    def _take(self, through: float = math.inf) -> None:
        # Reset before the queue is emptied: what is queued meanwhile is taken now, or sets it.
        self._jobs_due = math.inf
        while self._jobs:
            if self._jobs[0].number > through:
                self._jobs_due = -math.inf
                return
            job = self._jobs.popleft()
            if job.future.set_running_or_notify_cancel():
                self._held.append(job)

    def _perform(self, connection: sqlite3.Connection, job: Job) -> Any:
        connection.execute("SAVEPOINT work")
        result = self._call(connection, job)
        if isinstance(result, Failed):
            connection.execute("ROLLBACK TO work")
        connection.execute("RELEASE work")
        return result

    def _call(self, connection: sqlite3.Connection, job: Job) -> Any:
        try:
            return job.run(connection)
        except sqlite3.Error as error:
            if trouble_of(error, self.path.parent) is not Trouble.STATEMENT or _lost(connection):
                raise
            return Failed(error)
        except Exception as error:  # noqa: BLE001 - whoever submitted the work gets its error
            return Failed(error)

    def _roll_back(self, connection: sqlite3.Connection) -> None:
        try:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
        except sqlite3.Error as error:
            self._failing = str(error)
        for rider in self._passengers.all():
            rider.settle(committed=False)

    def _treat(self, connection: sqlite3.Connection, error: sqlite3.Error) -> None:
        trouble = trouble_of(error, self.path.parent)
        if trouble is Trouble.STATEMENT:
            if not _lost(connection):
                raise error
            trouble = Trouble.CORRUPT
        if trouble is Trouble.CORRUPT:
            # SQLite says the same of a page that did not read just then: so it is looked at again.
            self._looks += 1
            if self._looks >= LOOKS:
                self._looks = 0
                self._replace(str(error))
        elif trouble is Trouble.FULL:
            self._relieve(connection, error)
        else:
            self._failing = str(error)
            self._refuse(StoreError(self.path, str(error)))
            self._back_off()

    def _replace(self, reason: str) -> None:
        self._suspicion = ""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        assert self._caretaker is not None
        try:
            self._connection = self._caretaker.replace(reason)
            # Whoever found the same damage meanwhile spoke of the old file.
            self._suspicion = ""
        except StoreError as error:
            self._failing = str(error)
            self._back_off()
        self._forgive_once(StoreError(self.path, reason))

    def _forgive_once(self, error: StoreError) -> None:
        """Works are tried again with a new database; one that fails there too is to blame."""
        held, self._held = self._held, []
        for job in held:
            if job.tried:
                job.future.set_exception(error)
            else:
                job.tried = True
                self._held.append(job)

    def _relieve(self, connection: sqlite3.Connection, error: sqlite3.Error) -> None:
        if self._full_since is None:
            self._full_since = self._clock()
        self._failing = str(error)
        self.pulse.portion.shrink()
        refused = self._refused
        try:
            # What is given up would only make a log longer that can't be emptied.
            made = not self._log_held and self._make_room(connection)
            self._bound_log(connection, 0)
            # Deletions and works alone: a command's row counts for more than the next reading.
            self._carry(connection, self._passengers.removals)
            if self._has_log_room(connection, _LOG_RESERVE) and self._carry_some(
                connection, self._passengers.all()
            ):
                # A commit without what was refused for want of room does not make the store well.
                if self._refused == refused:
                    self._be_well()
            elif not made:
                self._back_off()
        except sqlite3.Error as again:
            self._roll_back(connection)
            self._failing = str(again)
            self._refuse(StoreFullError(self.path, str(again)))
            self._back_off()

    def _carry(self, connection: sqlite3.Connection, riders: Sequence[Rider]) -> None:
        """Commits what there is, as much at a time as there is room for.

        Raises:
            sqlite3.Error: not even one row goes.
        """
        for _ in range(_MOST_PORTIONS):
            if not self._carry_some(connection, riders):
                raise self._no_room()
            if not self._more:
                return
            self.pulse.portion.grow()

    def _carry_some(self, connection: sqlite3.Connection, riders: Sequence[Rider]) -> bool:
        """Commits as much as there is room for, once; False where not even one row goes."""
        while True:
            try:
                self._commit(connection, riders)
            except sqlite3.Error as error:
                self._give_way(connection, error)
                if self._held or self._jobs:
                    self._carry_works(connection)
                if not self.pulse.portion.shrink():
                    return False
            else:
                return True

    def _carry_works(self, connection: sqlite3.Connection) -> None:
        """Commits works without anything else, or refuses them."""
        try:
            self._commit(connection, ())
        except sqlite3.Error as error:
            self._give_way(connection, error)
            self._refuse(StoreFullError(self.path, str(error)))

    def _give_way(self, connection: sqlite3.Connection, error: sqlite3.Error) -> None:
        """Rolls back what found no room; raises what is another trouble."""
        if trouble_of(error, self.path.parent) is not Trouble.FULL:
            raise error
        self._roll_back(connection)
        self._failing = str(error)

    def _no_room(self) -> sqlite3.OperationalError:
        error = sqlite3.OperationalError(self._failing)
        error.sqlite_errorcode = sqlite3.SQLITE_FULL
        return error

    def _bound_log(self, connection: sqlite3.Connection, reserve: int) -> None:
        assert self._caretaker is not None
        if self._has_log_room(connection, reserve):
            return
        # After a burst it is long, and nobody reads.
        self._caretaker.empty_log(connection)
        self._log_held = not self._has_log_room(connection, reserve)
        if self._log_held:
            error = sqlite3.OperationalError(_LOG_HELD)
            error.sqlite_errorcode = sqlite3.SQLITE_FULL
            raise error

    def _has_log_room(self, connection: sqlite3.Connection, reserve: int) -> bool:
        assert self._caretaker is not None
        return self._caretaker.log_room(connection) > reserve

    def _make_room(self, connection: sqlite3.Connection) -> bool:
        """Has room made, at most as often as the pauses are long; False where it is too soon."""
        if self.pulse.now() < self._relief_after:
            return False
        self._relief_after = self.pulse.now() + max(self._pause, _FIRST_PAUSE)
        assert self._caretaker is not None
        try:
            self._commit(connection, self._passengers.removals, works=False)
        except sqlite3.Error as error:
            # Not even deleting fits: the ballast has to go first.
            self._give_way(connection, error)
        try:
            self._caretaker.make_room(connection)
        except sqlite3.Error as error:
            # What there is may do for a little all the same.
            self._give_way(connection, error)
        return True

    def _refuse(self, error: StoreError) -> None:
        self._take()
        jobs, self._held = self._held, []
        self._refused += len(jobs)
        for job in jobs:
            job.future.set_exception(error)

    def _back_off(self) -> None:
        self._pause = min(_LONGEST_PAUSE, max(_FIRST_PAUSE, self._pause * 2))
        self._not_before = self.pulse.now() + self._pause


def _lost(connection: sqlite3.Connection) -> bool:
    """True where the tables are gone: the file was emptied, or replaced, underneath."""
    try:
        return version_of(connection) is None
    except sqlite3.Error:
        return True
