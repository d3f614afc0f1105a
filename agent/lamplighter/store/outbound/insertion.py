"""Putting rows into the outbox: within their lanes' bounds, and never before their elders."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from lamplighter.errors import LaneFullError
from lamplighter.store.outbound.lane_bounds import ROW_BYTES
from lamplighter.store.outbound.lane_keeper import LaneKeeper
from lamplighter.store.outbound.lane_rows import refusal
from lamplighter.store.outbound.lanes import Lane
from lamplighter.store.outbound.outbox_rows import INSERT, NewRow, in_order, insert_all
from lamplighter.store.outbound.traffic import Traffic
from lamplighter.store.records.ledger import Ledger, Reason
from lamplighter.store.writing.pulse import Pulse
from lamplighter.store.writing.riders import UNSTORABLE, Riding

_RIDING_DELAY = 0.05


class Insertion:
    """Puts rows in, on the writer's thread.

    Args:
        keeper: keeps the lanes within their bounds.
        ledger: told of what is not put in.
        traffic: counts what is.
        pulse: the writer's.

    Attributes:
        riding: rows of any thread that go in with the writer's next commit; a rider of it.
    """

    def __init__(
        self, *, keeper: LaneKeeper, ledger: Ledger, traffic: Traffic, pulse: Pulse
    ) -> None:
        self.riding: Riding[NewRow] = Riding(pulse, _RIDING_DELAY, self.insert_all, size=_size_of)
        self._keeper = keeper
        self._ledger = ledger
        self._traffic = traffic
        self._grown: set[tuple[str, int]] = set()

    def insert(self, connection: sqlite3.Connection, row: NewRow) -> int:
        """Puts a row in and returns its id.

        Raises:
            LaneFullError: the lane has no room for it, and none is to be made.
        """
        if row.lane < Lane.TELEMETRY:
            self._keeper.pull(connection, row.lane, row.topic, row.link)
        try:
            self._keeper.admit(connection, row)
        except LaneFullError:
            # With a later commit: this one takes back what belongs to the row.
            self._ledger.account(refusal(row, Reason.FULL))
            raise
        cursor = connection.execute(INSERT, row)
        self._note([row])
        return int(cursor.lastrowid or 0)

    def insert_all(self, connection: sqlite3.Connection, rows: Sequence[NewRow]) -> None:
        """Puts rows in; what there is no room for ends in the ledger."""
        ordered, urgent = in_order(rows)
        put: Sequence[NewRow] = ordered
        connection.execute("SAVEPOINT additions")
        try:
            for lane, topic, link in urgent:
                self._keeper.pull(connection, lane, topic, link)
            if self._keeper.admit_all(connection, ordered):
                insert_all(connection, ordered)
            else:
                put = self._one_by_one(connection, ordered)
        except UNSTORABLE:
            connection.execute("ROLLBACK TO additions")
            put = self._one_by_one(connection, rows)
        connection.execute("RELEASE additions")
        self._note(put)

    def take_grown(self) -> set[tuple[str, int]]:
        """Links and lanes that rows were put into since the last call."""
        grown = self._grown
        if grown:
            self._grown = set()
        return grown

    def _one_by_one(
        self, connection: sqlite3.Connection, rows: Sequence[NewRow]
    ) -> Sequence[NewRow]:
        """The rows that there was room for, and that the database can hold."""
        put = []
        for row in rows:
            try:
                self._keeper.pull(connection, row.lane, row.topic, row.link)
                self._keeper.admit(connection, row)
                connection.execute(INSERT, row)
                put.append(row)
            except UNSTORABLE as error:
                self._ledger.insert(connection, refusal(row, f"{Reason.UNSTORABLE}: {error}"))
            except LaneFullError:
                self._ledger.insert(connection, refusal(row, Reason.FULL))
        return put

    def _note(self, rows: Sequence[NewRow]) -> None:
        self._grown.update((row.link, row.lane) for row in rows)
        self._traffic.put((row.link, row.lane) for row in rows)


def _size_of(row: NewRow) -> int:
    return len(row.payload) + len(row.topic) + ROW_BYTES
