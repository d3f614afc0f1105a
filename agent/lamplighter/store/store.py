"""The store: everything the agent must not lose, in one SQLite database with one writer."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from lamplighter.errors import StoreError
from lamplighter.plugin import Message
from lamplighter.store.caretaker import DatabaseCaretaker
from lamplighter.store.encryption.sealing import Seals
from lamplighter.store.files.ballast import Ballast
from lamplighter.store.files.place import Place
from lamplighter.store.files.readers import Readers
from lamplighter.store.files.space import Space
from lamplighter.store.inbound.dead_letters import DeadLetters
from lamplighter.store.inbound.inbox import Inbox, InboxRow
from lamplighter.store.limits import Limits
from lamplighter.store.outbound.lane_bounds import bounds_of
from lamplighter.store.outbound.lane_reserve import LaneReserve
from lamplighter.store.outbound.outbox import Outbox
from lamplighter.store.records.ledger import Ledger
from lamplighter.store.records.records import Records
from lamplighter.store.records.wear_record import WearRecord
from lamplighter.store.recovery.integrity import Integrity, IntegrityCheck
from lamplighter.store.recovery.opening import OpenReport
from lamplighter.store.recovery.quarantine import Quarantine
from lamplighter.store.room import Room
from lamplighter.store.settings import Flash, Lanes
from lamplighter.store.writing.carriage import Passengers, WriterHealth
from lamplighter.store.writing.flash import Pace
from lamplighter.store.writing.wear import Wear, Written
from lamplighter.store.writing.writer import Writer
from lamplighter.timekeeping.timekeeper import Stamp

T = TypeVar("T")

_LONGEST_MESSAGE = 8 << 20


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
        self.max_bytes = max_bytes
        self.space = Space(self.place, max_bytes, spared=flash.profile != "disk")
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
        self._records = records = Records(
            writer=writer,
            readers=readers,
            ledger=ledger,
            limits=limits,
            clock=clock,
            seals=seals,
        )
        self.commands = records.commands
        self.states = records.states
        self.announcements = records.announcements
        self.snapshots = records.snapshots
        self.history = records.history
        self.alarms = records.alarms
        self.reports = records.reports
        self.audit = records.audit
        self.schedule = records.schedule
        self.orders = records.orders
        self.episodes = records.episodes
        self._wear_record = WearRecord(self.wear, self.pace, records.snapshots)
        self._room = Room(
            self.place,
            space=self.space,
            ballast=self.ballast,
            quarantine=Quarantine(self.place, max_bytes),
            reserve=self._reserve,
            ledger=ledger,
            outbox=self.outbox,
            dead_letters=self.dead_letters,
            retention=records.retention,
            clock=clock,
            again=writer.aside,
        )
        self._caretaker = DatabaseCaretaker(
            self.place,
            max_bytes=max_bytes,
            writer=writer,
            readers=readers,
            ahead=self.outbox.ahead,
            integrity=self.integrity,
            ledger=ledger,
            room=self._room,
            wear=self._wear_record,
            seals=seals,
            clock=clock,
            on_replaced=on_replaced,
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
        connection, report = self._caretaker.open()
        self.inbox.begin(connection)
        self._wear_record.begin()
        self.writer.start(connection, self._caretaker, self._passengers())
        self.integrity.start()
        return report

    def stop(self) -> None:
        """Commits what is queued, and closes all; no other thread may be reading."""
        self.watch()
        self.integrity.stop()
        self.readers.close()
        self.writer.stop()
        self._caretaker.release()

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
        self._caretaker.watch()

    def checkpoint(self) -> Future[None]:
        """Copies the write-ahead log into the database file."""
        return self.writer.aside(self.space.empty_log)

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

    def _passengers(self) -> Passengers:
        return Passengers(
            # With the removals: a message leaves the inbox with what was made of it, or later.
            removals=(
                self.inbox.removals,
                self.outbox.removals,
                self.outbox.ahead,
                self.outbox.additions,
                self.outbox.traffic,
            ),
            riders=(
                self._reserve,
                self.inbox.burials,
                self.ledger.riding,
                *self._records.riders(),
                self.outbox.keeper,
                self.outbox.attempts,
                self.inbox,
            ),
            listeners=(self.outbox.notify, self.commands.notify),
        )

    def _trim(self, connection: sqlite3.Connection, now: float) -> None:
        if not self._caretaker.is_sound(connection):
            return
        self._records.trim_history(connection, now)
        connection.execute("BEGIN IMMEDIATE")
        self.dead_letters.trim(connection, now)
        self._records.trim(connection, now)
        self.ledger.trim(connection)
        connection.execute("COMMIT")
        self._wear_record.keep()
        self._caretaker.unlock(connection)
        self._room.tend(connection, full=self.writer.health().full_since is not None)


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
