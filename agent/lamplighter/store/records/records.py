"""All that is kept besides messages: what was done, seen and said, and what is to be done later."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

from lamplighter.store.encryption.sealing import Seals
from lamplighter.store.files.readers import Readers
from lamplighter.store.limits import Limits
from lamplighter.store.records.alarms import Alarms
from lamplighter.store.records.announcements import Announcements
from lamplighter.store.records.audit import Audit
from lamplighter.store.records.commands import Commands
from lamplighter.store.records.episodes import Episodes
from lamplighter.store.records.history import History
from lamplighter.store.records.ledger import Ledger
from lamplighter.store.records.orders import OrderRecords
from lamplighter.store.records.reports import Reports
from lamplighter.store.records.retention import TRIM_ROWS, Retention
from lamplighter.store.records.schedule import Schedule
from lamplighter.store.records.snapshots import Snapshots
from lamplighter.store.records.states import States
from lamplighter.store.writing.riders import Rider
from lamplighter.store.writing.writer import Writer


class Records:
    """The tables, each with how much of it is kept.

    Args:
        writer: commits them.
        readers: for reading.
        ledger: told of what is given up before its time.
        limits: how much of each is kept.
        clock: UTC seconds.
        seals: encrypt what people and devices say.
    """

    def __init__(
        self,
        *,
        writer: Writer,
        readers: Readers,
        ledger: Ledger,
        limits: Limits,
        clock: Callable[[], float],
        seals: Seals,
    ) -> None:
        self._writer = writer
        self.retention = Retention(
            ledger, keep=limits.history_seconds, max_rows=limits.history_rows
        )
        self.commands = Commands(readers, keep=limits.command_seconds, seals=seals)
        self.states = States(
            writer=writer, readers=readers, ledger=ledger, clock=clock, seals=seals
        )
        self.announcements = Announcements(writer=writer, readers=readers, clock=clock, seals=seals)
        self.snapshots = Snapshots(writer=writer, readers=readers, clock=clock, seals=seals)
        self.history = History(
            writer=writer,
            readers=readers,
            ledger=ledger,
            retention=self.retention,
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
        self.orders = OrderRecords(writer=writer, readers=readers, seals=seals)
        self.episodes = Episodes(
            writer=writer,
            readers=readers,
            keep=limits.episode_seconds,
            max_rows=limits.episodes,
            seals=seals,
        )
        self.schedule = Schedule(
            writer=writer, readers=readers, keep=limits.schedule_seconds, seals=seals
        )

    def riders(self) -> tuple[Rider, ...]:
        """Those that ride on the writer's commits, in the order in which they are written."""
        return (
            self.announcements.riding,
            self.snapshots.riding,
            self.states.riding,
            self.history.riding,
        )

    def trim(self, connection: sqlite3.Connection, now: float) -> None:
        """Gives up what is too old or too many, but for the history, within a transaction."""
        self.commands.trim(connection, now)
        self.alarms.trim(connection, now)
        self.reports.trim(connection)
        self.audit.trim(connection, now)
        self.schedule.trim(connection, now)
        self.episodes.trim(connection, now)

    def trim_history(self, connection: sqlite3.Connection, now: float) -> None:
        """Gives up samples that are too old or too many, a slice at a time, outside of one."""
        connection.execute("BEGIN IMMEDIATE")
        removed = self.retention.trim(connection, now)
        connection.execute("COMMIT")
        if removed >= TRIM_ROWS:
            self._writer.aside(lambda later: self.trim_history(later, now))
