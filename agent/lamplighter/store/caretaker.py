"""The life of the database's files: opened whatever their state, watched, replaced, closed."""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Callable

from lamplighter.errors import StoreFullError
from lamplighter.store.encryption.keys import keys_in_use, note_keys
from lamplighter.store.encryption.sealing import Seals
from lamplighter.store.files.database import Trouble, trouble_of
from lamplighter.store.files.device import refusal
from lamplighter.store.files.durable import make_folder
from lamplighter.store.files.file_watch import FileWatch
from lamplighter.store.files.ownership import Ownership
from lamplighter.store.files.place import Place
from lamplighter.store.files.readers import Readers
from lamplighter.store.outbound.read_ahead import ReadAhead
from lamplighter.store.records.ledger import Ledger, Loss, Reason
from lamplighter.store.records.wear_record import WearRecord
from lamplighter.store.recovery.integrity import IntegrityCheck
from lamplighter.store.recovery.opening import (
    OpenReport,
    close_cleanly,
    open_database,
    replace_database,
    take_copy,
)
from lamplighter.store.recovery.replacement import copy_out
from lamplighter.store.room import Room
from lamplighter.store.writing.writer import Writer

_COPY_AGAIN = 60.0


class DatabaseCaretaker:
    """Opens and closes the database, and is the writer's ``Caretaker`` in between.

    Args:
        place: the files.
        max_bytes: bound of all of them.
        writer: told of damage.
        readers: renewed when the database is replaced.
        ahead: forgets what it read when the database is replaced.
        integrity: checks the database in the background.
        ledger: told what of a damaged database was saved.
        room: takes care of the space.
        wear: writes last what was written today.
        seals: the keys.
        clock: UTC seconds.
        on_replaced: told, on the writer's thread, when a damaged database was replaced.
    """

    def __init__(
        self,
        place: Place,
        *,
        max_bytes: int,
        writer: Writer,
        readers: Readers,
        ahead: ReadAhead,
        integrity: IntegrityCheck,
        ledger: Ledger,
        room: Room,
        wear: WearRecord,
        seals: Seals,
        clock: Callable[[], float],
        on_replaced: Callable[[OpenReport], None],
    ) -> None:
        self._place = place
        self._max_bytes = max_bytes
        self._writer = writer
        self._readers = readers
        self._ahead = ahead
        self._integrity = integrity
        self._ledger = ledger
        self._room = room
        self._wear = wear
        self._seals = seals
        self._clock = clock
        self._on_replaced = on_replaced
        self._ownership = Ownership(place.lock)
        self._files = FileWatch(place)
        self._copied = False
        self._copy_after = -math.inf

    def open(self) -> tuple[sqlite3.Connection, OpenReport]:
        """Takes the folder and opens the database, whatever state it is in.

        Raises:
            StoreFullError: there is no room for a new database.
            StoreDeviceError: the storage fails, or can't be written now.
            StoreKeyError: rows are encrypted with a key that is not given.
            StoreError: the folder can't be used, another daemon uses it, or the database is of a
                newer version.
        """
        try:
            make_folder(self._place.folder)
        except OSError as error:
            raise refusal(self._place.folder, error) from error
        self._ownership.take()
        try:
            connection, report = self._open()
        except BaseException:
            self._ownership.release()
            raise
        try:
            self.unlock(connection)
        except BaseException:
            close_cleanly(connection)
            connection.close()
            self._ownership.release()
            raise
        self._files.begin()
        self._room.begin(connection)
        self._note_damage(report)
        return connection, report

    def release(self) -> None:
        """Leaves the folder to others, after the database was closed."""
        self._ownership.release()

    def watch(self) -> None:
        """Notices that files in use were deleted or exchanged, and has what is open put back."""
        now = self._writer.pulse.now()
        if now >= self._copy_after and self._files.astray():
            self._copy_after = now + _COPY_AGAIN
            self._writer.aside(self._copy_out)

    def is_sound(self, connection: sqlite3.Connection) -> bool:
        """False where something was done to the file itself: then it is about to be replaced.

        Raises:
            sqlite3.Error: the storage failed.
        """
        if harm := self._files.harm(connection):
            self._writer.suspect(harm)
        return not harm

    def unlock(self, connection: sqlite3.Connection) -> None:
        """Sees whether the keys are there with which rows are encrypted, and notes a new one.

        Raises:
            StoreKeyError: one is not.
        """
        try:
            in_use = keys_in_use(connection)
        except sqlite3.Error:
            # Whoever writes next meets the damage, and has it mended.
            return
        self._seals.check(in_use, self._place.database)
        key = self._seals.current
        if key is None or key.fingerprint in in_use:
            return
        try:
            note_keys(connection, [*in_use, key.fingerprint], self._clock())
        except sqlite3.Error as error:
            # A full disk must not hinder the start; it is noted with the next trimming.
            if trouble_of(error, self._place.folder) is not Trouble.FULL:
                raise

    def replace(self, reason: str) -> sqlite3.Connection:
        """Replaces a damaged database while running; the writer calls it.

        Raises:
            StoreError: there is no room, or the folder can't be used.
        """
        self._room.release_ballast()
        self._integrity.stop()
        copied, self._copied = self._copied, False
        bound, now = self._max_bytes, self._clock()
        if copied:
            connection, report = take_copy(self._place, reason, max_bytes=bound, now=now)
        else:
            # What is on its way is answered by its number: no other row may be given that.
            last = self._ahead.highest()
            connection, report = replace_database(
                self._place, reason, max_bytes=bound, now=now, last_row=last
            )
        self._files.begin()
        self._readers.renew()
        self._ahead.stay(())
        self._room.begin(connection)
        self._integrity.start()
        if not copied:
            self._note_damage(report)
        self._on_replaced(report)
        return connection

    def make_room(self, connection: sqlite3.Connection) -> None:
        """Gives up what matters least, where the database has no free pages; the writer calls it.

        Raises:
            sqlite3.Error: not even that could be written.
        """
        self._room.make_room(connection)

    def log_room(self, connection: sqlite3.Connection) -> int:
        """Bytes by which the write-ahead log may still grow; the writer asks."""
        return self._room.log_room(connection)

    def empty_log(self, connection: sqlite3.Connection) -> None:
        """Copies the write-ahead log home, if nothing keeps it from that; the writer calls it.

        Raises:
            sqlite3.Error: the storage failed.
        """
        self._room.empty_log(connection)

    def farewell(self, connection: sqlite3.Connection) -> None:
        """Notes the clean end; the writer calls it.

        Raises:
            sqlite3.Error: it can't be written.
        """
        self._wear.write(connection)
        close_cleanly(connection)

    def _open(self) -> tuple[sqlite3.Connection, OpenReport]:
        try:
            return open_database(self._place, max_bytes=self._max_bytes, now=self._clock())
        except StoreFullError:
            # Even reading needs a little space, for the index of the write-ahead log.
            if not self._room.give_up_reserves():
                raise
        return open_database(self._place, max_bytes=self._max_bytes, now=self._clock())

    def _note_damage(self, report: OpenReport) -> None:
        """Accounts for what was not saved of a damaged database, whatever that was."""
        if report.reason:
            saved = ", ".join(f"{rows} {table}" for table, rows in report.salvaged.items())
            reason = f"{Reason.DAMAGED}: {report.reason}; saved: {saved or 'nothing'}"
            now = self._clock()
            self._ledger.account(Loss("store", self._place.database.name, reason, 0, 0, now, now))

    def _copy_out(self, connection: sqlite3.Connection) -> None:
        reason = self._files.astray()
        if not reason:
            return
        copy_out(connection, self._place)
        self._ownership.keep()
        # The next thing that the writer does: nothing is written in between that is promised.
        self._copied = True
        self._writer.suspect(reason)
