"""Room for what is to be kept: on a full disk, or at the bound, what matters least gives way.

In this order: databases that were put aside, the ballast, then the oldest samples, telemetry and
dead letters.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence

from lamplighter.store.files.ballast import Ballast
from lamplighter.store.files.database import WAL_PAGES, Trouble, trouble_of
from lamplighter.store.files.place import Place
from lamplighter.store.files.space import SLICE_PAGES, Space, free_pages
from lamplighter.store.inbound.dead_letters import DeadLetters
from lamplighter.store.outbound.lane_reserve import LaneReserve
from lamplighter.store.outbound.lanes import Lane
from lamplighter.store.outbound.outbox import Outbox
from lamplighter.store.records.ledger import Ledger
from lamplighter.store.records.retention import Retention
from lamplighter.store.recovery.quarantine import Dropped, Quarantine, record

# So much more than is needed that it is not to be done again at once.
_SPARE_PAGES = 192
_WORTH_PAGES = 8
_EVICTIONS = 10
_EVICTED_ROWS = 50


class Room:
    """Makes room and keeps the bounds; used on the writer's thread, but before its start.

    Args:
        place: the files.
        space: the bound on them.
        ballast: space kept for a full disk.
        quarantine: databases that were put aside.
        reserve: space kept for commands and alarms.
        ledger: told of what was given up.
        outbox: gives telemetry up.
        dead_letters: gives the oldest up.
        retention: gives samples up.
        clock: UTC seconds.
        again: has the next slice done after what else waits to be committed.
    """

    def __init__(
        self,
        place: Place,
        *,
        space: Space,
        ballast: Ballast,
        quarantine: Quarantine,
        reserve: LaneReserve,
        ledger: Ledger,
        outbox: Outbox,
        dead_letters: DeadLetters,
        retention: Retention,
        clock: Callable[[], float],
        again: Callable[[Callable[[sqlite3.Connection], None]], object],
    ) -> None:
        self._place = place
        self._space = space
        self._ballast = ballast
        self._quarantine = quarantine
        self._reserve = reserve
        self._ledger = ledger
        self._outbox = outbox
        self._dead_letters = dead_letters
        self._retention = retention
        self._clock = clock
        self._again = again
        self._dropped: list[Dropped] = []

    def begin(self, connection: sqlite3.Connection) -> None:
        """Takes up a database that was just opened."""
        self._retention.forget()
        self._tidy(connection, self._quarantine.trim())
        self._ballast.take()
        self._bound(connection)

    def give_up_reserves(self) -> bool:
        """Gives up all that is kept in case: even reading needs a little space.

        Returns:
            False where there was nothing.
        """
        released = self._ballast.release()
        while given := self._quarantine.give_way():
            self._dropped += given
        return released or bool(self._dropped)

    def release_ballast(self) -> None:
        """Gives the space up that is kept for a full disk, until :meth:`begin`."""
        self._ballast.release()

    def tend(self, connection: sqlite3.Connection, *, full: bool) -> None:
        """Gives back what is free, and gives up what is beyond the bound; every minute or so.

        Args:
            connection: the writer's, outside of a transaction.
            full: the writer finds no room at present.
        """
        self._tidy(connection, self._quarantine.trim())
        self._space.give_back(connection, self._again)
        self._shrink(connection)
        if not full:
            if self._ballast.held():
                self._bound(connection)
            else:
                self._weigh(connection)

    def log_room(self, connection: sqlite3.Connection) -> int:
        """Bytes by which the write-ahead log may still grow."""
        return self._space.log_room(connection)

    def make_room(self, connection: sqlite3.Connection) -> None:
        """Gives up what matters least, where the database has no free pages.

        Raises:
            sqlite3.Error: not even that could be written.
        """
        if dropped := self._quarantine.give_way():
            self._weigh(connection)
            self._tidy(connection, dropped)
            return
        self._weigh(connection)
        self.empty_log(connection)
        free = free_pages(connection)
        enough = _SPARE_PAGES + self._reserve.free_pages_kept(connection)
        if free >= enough or self._space.is_held(connection):
            return
        for part in (1, 2, 4, 8):
            # Where the log has no room for so many changes, less at a time.
            if self._give_up(connection, free + (enough - free) // part):
                break
        self._space.empty_log(connection)

    def _give_up(self, connection: sqlite3.Connection, enough: int) -> bool:
        """Evicts in a transaction of its own; False where that found no room on the disk."""
        free = free_pages(connection)
        self._retention.forget()
        try:
            connection.execute("BEGIN IMMEDIATE")
            made = self._evict(connection, enough) - free
            # Where others fill the disk, what little we have would be given up for nothing.
            connection.execute("COMMIT" if made >= _WORTH_PAGES else "ROLLBACK")
        except sqlite3.Error as error:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            if trouble_of(error, self._place.folder) is not Trouble.FULL:
                raise
            self.empty_log(connection)
            return False
        finally:
            self._retention.forget()
        return True

    def empty_log(self, connection: sqlite3.Connection) -> None:
        """Copies the write-ahead log home and empties it, if the disk has room for that.

        Raises:
            sqlite3.Error: the storage failed.
        """
        try:
            self._space.empty_log(connection)
        except sqlite3.Error as error:
            # The file would have to grow for it: first something is given up.
            if trouble_of(error, self._place.folder) is not Trouble.FULL:
                raise

    def _evict(self, connection: sqlite3.Connection, enough: int) -> int:
        """Gives up the oldest, a share at a time, until there is room; returns the free pages."""
        now = self._clock()
        rows = _EVICTED_ROWS
        # Lines on what went before are summed up before anything else goes.
        self._ledger.trim(connection)
        before = free_pages(connection)
        if before >= enough:
            return before
        for _ in range(_EVICTIONS):
            self._retention.evict(connection, now)
            # Few at first: of long messages these are room enough.
            given = self._outbox.evict(connection, Lane.TELEMETRY, rows)
            self._dead_letters.halve(connection, now)
            free = free_pages(connection)
            if free >= enough:
                break
            rows = _rows_for(enough - free, given, free - before, most=2 * rows)
            before = free
        return free

    def _shrink(self, connection: sqlite3.Connection) -> None:
        """Gives up the oldest, a slice at a time, where the bound is less than there is."""
        if self._space.excess(connection) == 0:
            return
        free = free_pages(connection)
        connection.execute("BEGIN IMMEDIATE")
        self._evict(connection, free + SLICE_PAGES)
        connection.execute("COMMIT")
        if free_pages(connection) > free:
            self._space.give_back(connection, self._again)
            self._again(self._shrink)

    def _tidy(self, connection: sqlite3.Connection, dropped: Sequence[Dropped]) -> None:
        """Has what gave way in the ledger, as soon as that can be written."""
        self._dropped += dropped
        if not self._dropped:
            return
        try:
            connection.execute("BEGIN IMMEDIATE")
            record(connection, self._ledger, self._dropped, self._clock())
            connection.execute("COMMIT")
        except sqlite3.Error as error:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            if trouble_of(error, self._place.folder) is not Trouble.FULL:
                raise
        else:
            self._dropped = []

    def _weigh(self, connection: sqlite3.Connection) -> None:
        """Gives the ballast up on a full disk, and takes it again when there is space.

        While it is given up the file may not grow: its space is for deletions, and new rows would
        use it up. They find room where rows were deleted.
        """
        self._reserve.suspended = self._ballast.short()
        if self._reserve.suspended:
            self._ballast.release()
            (pages,) = connection.execute("PRAGMA page_count").fetchone()
            self._space.bound(connection, pages, log_pages=WAL_PAGES)
        else:
            self._ballast.take()
            self._bound(connection)

    def _bound(self, connection: sqlite3.Connection) -> None:
        self._space.bound(connection, self._space.pages(), log_pages=self._space.log_pages())


def _rows_for(pages: int, given: int, freed: int, *, most: int) -> int:
    """How many rows make so many pages free, where so many given up freed so much."""
    if freed <= 0 or given <= 0:
        return most
    return min(most, max(_EVICTED_ROWS, -(-pages * given // freed)))
