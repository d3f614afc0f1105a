"""The store: everything the agent must not lose, in one SQLite database with one writer."""

from __future__ import annotations

import math
import sqlite3
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from lamplighter.errors import StoreError, StoreFullError
from lamplighter.plugin import Message
from lamplighter.store.encryption.keys import keys_in_use, note_keys
from lamplighter.store.encryption.sealing import Seals
from lamplighter.store.files.ballast import Ballast
from lamplighter.store.files.database import WAL_PAGES, Trouble, trouble_of
from lamplighter.store.files.device import refusal
from lamplighter.store.files.durable import make_folder
from lamplighter.store.files.file_watch import FileWatch
from lamplighter.store.files.ownership import Ownership
from lamplighter.store.files.place import Place
from lamplighter.store.files.readers import Readers
from lamplighter.store.files.space import SLICE_PAGES, Space, free_pages
from lamplighter.store.inbound.dead_letters import DeadLetters
from lamplighter.store.inbound.inbox import Inbox, InboxRow
from lamplighter.store.limits import Limits
from lamplighter.store.outbound.lane_bounds import bounds_of
from lamplighter.store.outbound.lane_reserve import LaneReserve
from lamplighter.store.outbound.lanes import Lane
from lamplighter.store.outbound.ledger import Ledger, Loss, Reason
from lamplighter.store.outbound.outbox import Outbox
from lamplighter.store.records.alarms import Alarms
from lamplighter.store.records.announcements import Announcements
from lamplighter.store.records.audit import Audit
from lamplighter.store.records.commands import Commands
from lamplighter.store.records.history import History
from lamplighter.store.records.reports import Reports
from lamplighter.store.records.retention import TRIM_ROWS, Retention
from lamplighter.store.records.schedule import Schedule
from lamplighter.store.records.snapshots import Snapshots
from lamplighter.store.records.states import States
from lamplighter.store.recovery.integrity import Integrity, IntegrityCheck
from lamplighter.store.recovery.opening import (
    OpenReport,
    close_cleanly,
    open_database,
    replace_database,
    take_copy,
)
from lamplighter.store.recovery.quarantine import Dropped, Quarantine, record
from lamplighter.store.recovery.replacement import copy_out
from lamplighter.store.settings import Flash, Lanes
from lamplighter.store.writing.carriage import Passengers, WriterHealth
from lamplighter.store.writing.flash import Pace
from lamplighter.store.writing.wear import Wear, Written
from lamplighter.store.writing.writer import Writer
from lamplighter.timekeeping.timekeeper import Stamp

T = TypeVar("T")

WRITTEN = "written"

_LONGEST_MESSAGE = 8 << 20
# More than a batch of the inbox, or a full disk would hold it up for ever.
_SPARE_PAGES = 192
_WORTH_PAGES = 8
_EVICTIONS = 10
_EVICTED_ROWS = 50
_COPY_AGAIN = 60.0


@dataclass(frozen=True, slots=True)
class StoreHealth:
    """How the store is.

    Attributes:
        writer: the writer.
        inbox_queued: messages in memory that wait for their commit.
        inbox_bytes: bytes of these.
        bytes: on disk.
        max_bytes: bound of these.
        ballast: True while space is kept for a full disk.
        written: what this process wrote to its disks, at the last look a few seconds ago.
        longest_commit: seconds that rows wait for company at most.
        integrity: what the check in the background has found.
    """

    writer: WriterHealth
    inbox_queued: int
    inbox_bytes: int
    bytes: int
    max_bytes: int
    ballast: bool
    written: Written
    longest_commit: float
    integrity: Integrity


class Store:
    """Tables, writer and readers of one folder.

    Args:
        folder: where the files are; made if it is not there.
        max_bytes: bound of all files in use.
        on_committed: told, on the writer's thread, of messages that are on disk now.
        on_outbox: called on the writer's thread when new rows wait to leave.
        on_replaced: told, on the writer's thread, when a damaged database was replaced.
        limits: how much of each thing is kept.
        clock: UTC seconds.
        monotonic: seconds of a clock that never steps.
        stamp: the time by both clocks; None: ``clock`` stands for both, and is trusted.
        flash: how the disk is spared.
        urgent: whether a message that comes in must not wait for company.
        seals: encrypt what people and devices say; None: it is stored plain.
        lanes: the bounds of the outbox; None: its lanes have none.

    None of the callbacks may raise or take long.
    """

    def __init__(
        self,
        folder: Path,
        *,
        max_bytes: int,
        on_committed: Callable[[Sequence[InboxRow]], None],
        on_outbox: Callable[[], None],
        on_replaced: Callable[[OpenReport], None],
        limits: Limits | None = None,
        clock: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
        stamp: Callable[[], Stamp] | None = None,
        flash: Flash | None = None,
        urgent: Callable[[Message], bool] = lambda _: False,
        seals: Seals | None = None,
        lanes: Lanes | None = None,
    ) -> None:
        limits = limits or Limits()
        self.seals = seals = seals or Seals()
        flash = flash or Flash()
        self._reserve = LaneReserve(lanes)
        self.place = Place(folder)
        self._ownership = Ownership(self.place.lock)
        self._files = FileWatch(self.place)
        self._copied = False
        self._copy_after = -math.inf
        self.max_bytes = max_bytes
        self._on_replaced = on_replaced
        self._clock = clock
        self._dropped: list[Dropped] = []
        self._written: dict[str, int | None] = {}
        self.space = Space(self.place, max_bytes, spared=flash.profile != "disk")
        self.quarantine = Quarantine(self.place, max_bytes)
        self.ballast = Ballast(self.place.ballast, limits.ballast_bytes)
        self.wear = Wear(clock=clock, budget=flash.bytes_per_day)
        self.pace = Pace(flash, monotonic, self.wear)
        self.writer = writer = Writer(
            self.place.database, clock=clock, monotonic=monotonic, pace=self.pace
        )
        self.readers = readers = Readers(self.place.database, writer.suspect)
        self.integrity = IntegrityCheck(self.place, writer.suspect, monotonic=monotonic)
        self.ledger = ledger = Ledger(readers, keep=limits.ledger, pulse=writer.pulse)
        self.dead_letters = DeadLetters(readers, ledger, keep=limits.dead_letters, seals=seals)
        self.inbox = Inbox(
            writer=writer,
            readers=readers,
            dead_letters=self.dead_letters,
            on_committed=on_committed,
            clock=clock,
            max_message=min(max_bytes // 16, _LONGEST_MESSAGE),
            urgent=urgent,
            seals=seals,
        )
        self.outbox = Outbox(
            writer=writer,
            readers=readers,
            ledger=ledger,
            on_rows=on_outbox,
            stamp=stamp or (lambda: Stamp(clock(), "", clock(), trusted=True)),
            bounds=None if lanes is None else bounds_of(lanes, max_bytes),
            seals=seals,
        )
        self.commands = Commands(readers, keep=limits.command_seconds, seals=seals)
        self.states = States(
            writer=writer, readers=readers, ledger=ledger, clock=clock, seals=seals
        )
        self.announcements = Announcements(writer=writer, readers=readers, clock=clock, seals=seals)
        self.snapshots = Snapshots(writer=writer, readers=readers, clock=clock, seals=seals)
        self._retention = Retention(
            ledger, keep=limits.history_seconds, max_rows=limits.history_rows
        )
        self.history = History(
            writer=writer,
            readers=readers,
            ledger=ledger,
            retention=self._retention,
            clock=clock,
            seals=seals,
        )
        self.alarms = Alarms(writer=writer, readers=readers, keep=limits.alarm_seconds, seals=seals)
        self.reports = Reports(writer=writer, readers=readers, keep=limits.reports, seals=seals)
        self.audit = Audit(
            writer=writer,
            readers=readers,
            keep=limits.audit_seconds,
            max_rows=limits.audit_rows,
            seals=seals,
        )
        self.schedule = Schedule(
            writer=writer, readers=readers, keep=limits.schedule_seconds, seals=seals
        )

    def start(self) -> OpenReport:
        """Opens the database, whatever state it is in, and starts the writer.

        Raises:
            StoreFullError: there is no room for a new database.
            StoreDeviceError: the storage fails, or can't be written now.
            StoreKeyError: rows are encrypted with a key that is not given.
            StoreError: the folder can't be used, another daemon uses it, or the database is of a
                newer version.
        """
        try:
            make_folder(self.place.folder)
        except OSError as error:
            raise refusal(self.place.folder, error) from error
        self._ownership.take()
        try:
            connection, report = self._open()
        except BaseException:
            self._ownership.release()
            raise
        try:
            self._unlock(connection)
        except BaseException:
            close_cleanly(connection)
            connection.close()
            self._ownership.release()
            raise
        self._files.begin()
        self._tidy(connection, self.quarantine.trim())
        self.ballast.take()
        self._bound(connection)
        self.inbox.begin(connection)
        self.wear.begin(self.snapshots.get(WRITTEN))
        self._note_damage(report)
        self.writer.start(connection, self, self._passengers())
        self.integrity.start()
        return report

    def stop(self) -> None:
        """Commits what is queued, and closes all; no other thread may be reading."""
        self.watch()
        self.integrity.stop()
        self.readers.close()
        self.writer.stop()
        self._ownership.release()

    def submit(self, work: Callable[[sqlite3.Connection], T]) -> Future[T]:
        """Runs ``work`` within the next transaction; see :meth:`Writer.submit`."""
        return self.writer.submit(work)

    def trim(self, now: float) -> Future[None]:
        """Gives up what is too old or too many; to be called every minute or so."""
        return self.writer.aside(lambda connection: self._trim(connection, now))

    def watch(self) -> None:
        """Notices that files in use were deleted or exchanged, and has what is open put back.

        To be called every second or so.
        """
        now = self.writer.pulse.now()
        if now >= self._copy_after and self._files.astray():
            self._copy_after = now + _COPY_AGAIN
            self.writer.aside(self._copy_out)

    def checkpoint(self) -> Future[None]:
        """Copies the write-ahead log into the database file."""

        def work(connection: sqlite3.Connection) -> None:
            self.space.empty_log(connection)

        return self.writer.aside(work)

    def bytes_used(self) -> int:
        """Bytes on disk: all files of the folder that are the store's."""
        return self.place.bytes_used()

    def health(self) -> StoreHealth:
        """How the store is now."""
        return StoreHealth(
            writer=self.writer.health(),
            inbox_queued=self.inbox.queued,
            inbox_bytes=self.inbox.queued_bytes,
            bytes=self.bytes_used(),
            max_bytes=self.max_bytes,
            ballast=self.ballast.held(),
            written=self.wear.written(),
            longest_commit=self.pace.longest(),
            integrity=self.integrity.found(),
        )

    def replace(self, reason: str) -> sqlite3.Connection:
        """Replaces a damaged database while running; the writer calls it.

        Raises:
            StoreError: there is no room, or the folder can't be used.
        """
        self.ballast.release()
        self.integrity.stop()
        copied, self._copied = self._copied, False
        bound, now = self.max_bytes, self._clock()
        if copied:
            connection, report = take_copy(self.place, reason, max_bytes=bound, now=now)
        else:
            # What is on its way is answered by its number: no other row may be given that.
            last = self.outbox.ahead.highest()
            connection, report = replace_database(
                self.place, reason, max_bytes=bound, now=now, last_row=last
            )
        self._files.begin()
        self.readers.renew()
        self.outbox.ahead.stay(())
        self._retention.forget()
        self._tidy(connection, self.quarantine.trim())
        self.ballast.take()
        self._bound(connection)
        self.integrity.start()
        if not copied:
            self._note_damage(report)
        self._on_replaced(report)
        return connection

    def make_room(self, connection: sqlite3.Connection) -> None:
        """Gives up what matters least, where the database has no free pages; the writer calls it.

        Raises:
            sqlite3.Error: not even that could be written.
        """
        if dropped := self.quarantine.give_way():
            self._weigh(connection)
            self._tidy(connection, dropped)
            return
        self._weigh(connection)
        self._empty_log_if_it_fits(connection)
        free = free_pages(connection)
        enough = _SPARE_PAGES + self._reserve.free_pages_kept(connection)
        if free >= enough or self.space.is_held(connection):
            return
        for part in (1, 2, 4, 8):
            # Where the log has no room for so many changes, less at a time.
            if self._give_up(connection, free + (enough - free) // part):
                break
        self.space.empty_log(connection)

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
            if trouble_of(error, self.place.folder) is not Trouble.FULL:
                raise
            self._empty_log_if_it_fits(connection)
            return False
        finally:
            self._retention.forget()
        return True

    def _empty_log_if_it_fits(self, connection: sqlite3.Connection) -> None:
        try:
            self.space.empty_log(connection)
        except sqlite3.Error as error:
            # The file would have to grow for it: first something is given up.
            if trouble_of(error, self.place.folder) is not Trouble.FULL:
                raise

    def log_room(self, connection: sqlite3.Connection) -> int:
        """Bytes by which the write-ahead log may still grow; the writer asks."""
        return self.space.log_room(connection)

    def _note_damage(self, report: OpenReport) -> None:
        """Accounts for what was not saved of a damaged database, whatever that was."""
        if report.reason:
            saved = ", ".join(f"{rows} {table}" for table, rows in report.salvaged.items())
            reason = f"{Reason.DAMAGED}: {report.reason}; saved: {saved or 'nothing'}"
            now = self._clock()
            self.ledger.account(Loss("store", self.place.database.name, reason, 0, 0, now, now))

    def _copy_out(self, connection: sqlite3.Connection) -> None:
        reason = self._files.astray()
        if not reason:
            return
        copy_out(connection, self.place)
        self._ownership.keep()
        # The next thing that the writer does: nothing is written in between that is promised.
        self._copied = True
        self.writer.suspect(reason)

    def _evict(self, connection: sqlite3.Connection, enough: int = _SPARE_PAGES) -> int:
        """Gives up the oldest, a share at a time, until there is room; returns the free pages."""
        now = self._clock()
        for step in range(_EVICTIONS):
            self._retention.evict(connection, now)
            # Few at first: of long messages these are room enough.
            self.outbox.evict(connection, Lane.TELEMETRY, _EVICTED_ROWS << step)
            self.dead_letters.halve(connection, now)
            free = free_pages(connection)
            if free >= enough:
                break
        return free

    def farewell(self, connection: sqlite3.Connection) -> None:
        """Notes the clean end; the writer calls it.

        Raises:
            sqlite3.Error: it can't be written.
        """
        self.pace.sample()
        self.snapshots.write(connection, WRITTEN, self.wear.kept())
        close_cleanly(connection)

    def _open(self) -> tuple[sqlite3.Connection, OpenReport]:
        try:
            return open_database(self.place, max_bytes=self.max_bytes, now=self._clock())
        except StoreFullError:
            # Even reading needs a little space, for the index of the write-ahead log.
            released = self.ballast.release()
            while given := self.quarantine.give_way():
                self._dropped += given
            if not released and not self._dropped:
                raise
        return open_database(self.place, max_bytes=self.max_bytes, now=self._clock())

    def _passengers(self) -> Passengers:
        return Passengers(
            # With the removals: a message leaves the inbox with what was made of it, or later.
            removals=(
                self.inbox.removals,
                self.outbox.removals,
                self.outbox.ahead,
                self.outbox.additions,
            ),
            riders=(
                self._reserve,
                self.inbox.burials,
                self.ledger.riding,
                self.announcements.riding,
                self.snapshots.riding,
                self.states.riding,
                self.history.riding,
                self.outbox.keeper,
                self.outbox.attempts,
                self.inbox,
            ),
            listeners=(self.outbox.notify, self.commands.notify),
        )

    def _trim(self, connection: sqlite3.Connection, now: float) -> None:
        if harm := self._files.harm(connection):
            self.writer.suspect(harm)
            return
        self._trim_history(connection, now)
        connection.execute("BEGIN IMMEDIATE")
        self.dead_letters.trim(connection, now)
        self.commands.trim(connection, now)
        self.alarms.trim(connection, now)
        self.reports.trim(connection)
        self.audit.trim(connection, now)
        self.schedule.trim(connection, now)
        self.ledger.trim(connection)
        connection.execute("COMMIT")
        self._keep_written()
        self._unlock(connection)
        self._tidy(connection, self.quarantine.trim())
        self.space.give_back(connection, self.writer.aside)
        self._shrink(connection)
        if self.writer.health().full_since is None:
            if self.ballast.held():
                self._bound(connection)
            else:
                self._weigh(connection)

    def _trim_history(self, connection: sqlite3.Connection, now: float) -> None:
        connection.execute("BEGIN IMMEDIATE")
        removed = self._retention.trim(connection, now)
        connection.execute("COMMIT")
        if removed >= TRIM_ROWS:
            self.writer.aside(lambda later: self._trim_history(later, now))

    def _unlock(self, connection: sqlite3.Connection) -> None:
        """Sees whether the keys are there with which rows are encrypted, and notes a new one."""
        try:
            in_use = keys_in_use(connection)
        except sqlite3.Error:
            # Whoever writes next meets the damage, and has it mended.
            return
        self.seals.check(in_use)
        key = self.seals.current
        if key is None or key.fingerprint in in_use:
            return
        try:
            note_keys(connection, [*in_use, key.fingerprint], self._clock())
        except sqlite3.Error as error:
            # A full disk must not hinder the start; it is noted with the next trimming.
            if trouble_of(error, self.place.folder) is not Trouble.FULL:
                raise

    def _tidy(self, connection: sqlite3.Connection, dropped: Sequence[Dropped]) -> None:
        """Has what gave way in the ledger, as soon as that can be written."""
        self._dropped += dropped
        if not self._dropped:
            return
        try:
            connection.execute("BEGIN IMMEDIATE")
            record(connection, self.ledger, self._dropped, self._clock())
            connection.execute("COMMIT")
        except sqlite3.Error as error:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            if trouble_of(error, self.place.folder) is not Trouble.FULL:
                raise
        else:
            self._dropped = []

    def _shrink(self, connection: sqlite3.Connection) -> None:
        """Gives up the oldest, a slice at a time, where ``max_bytes`` is less than there is."""
        if self.space.excess(connection) == 0:
            return
        free = free_pages(connection)
        connection.execute("BEGIN IMMEDIATE")
        self._evict(connection, free + SLICE_PAGES)
        connection.execute("COMMIT")
        if free_pages(connection) > free:
            self.space.give_back(connection, self.writer.aside)
            self.writer.aside(self._shrink)

    def _keep_written(self) -> None:
        """Keeps what was written today, where it is worth a write."""
        self.pace.sample()
        kept = self.wear.kept()
        if self.wear.has_moved(self._written, kept):
            self._written = kept
            self.snapshots.put(WRITTEN, kept)

    def _weigh(self, connection: sqlite3.Connection) -> None:
        """Gives the ballast up on a full disk, and takes it again when there is space.

        While it is given up the file may not grow: its space is for deletions, and new rows would
        use it up. They find room where rows were deleted.
        """
        self._reserve.suspended = self.ballast.short()
        if self._reserve.suspended:
            self.ballast.release()
            (pages,) = connection.execute("PRAGMA page_count").fetchone()
            self.space.bound(connection, pages, log_pages=WAL_PAGES)
        else:
            self.ballast.take()
            self._bound(connection)

    def _bound(self, connection: sqlite3.Connection) -> None:
        self.space.bound(connection, self.space.pages(), log_pages=self.space.log_pages())


def open_for_reading(folder: Path, seals: Seals | None = None) -> Store:
    """The store of a daemon, running or not, to be read only; :meth:`Store.stop` closes it.

    Without ``seals``, what is encrypted can't be read.

    Raises:
        StoreError: there is none.
    """
    if not Place(folder).database.exists():
        raise StoreError(Place(folder).database, "there is no such database")
    return Store(
        folder,
        max_bytes=0,
        on_committed=lambda _: None,
        on_outbox=lambda: None,
        on_replaced=lambda _: None,
        seals=seals,
    )
