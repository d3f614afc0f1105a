"""Giving rows of the outbox up: deleted, and in the ledger, in one transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Sequence

from lamplighter.store.encryption.sealing import Column
from lamplighter.store.outbound import deadlines
from lamplighter.store.outbound.lane_rows import Tally, delete
from lamplighter.store.outbound.outbox_rows import (
    COLUMNS,
    MAY_BE_OVER,
    UNCERTAIN,
    OutboxRow,
    row_of,
)
from lamplighter.store.outbound.read_ahead import ReadAhead
from lamplighter.store.records.commands import note_lost
from lamplighter.store.records.ledger import Ledger, Reason
from lamplighter.timekeeping.timekeeper import Stamp

_EXPIRED_ROWS = 500

Expired = Callable[[sqlite3.Connection, Sequence[OutboxRow]], None]
"""Told of rows that expired."""


class Discards:
    """Gives rows up, on the writer's thread, within its transactions.

    Args:
        ahead: told before waiting rows are changed.
        ledger: told of every row.
        stamp: the time.
        payloads: opens payloads.
        expired: told of rows that expire, within the transaction; must raise sqlite3.Error alone.
    """

    def __init__(
        self,
        *,
        ahead: ReadAhead,
        ledger: Ledger,
        stamp: Callable[[], Stamp],
        payloads: Column,
        expired: Expired = lambda _connection, _rows: None,
    ) -> None:
        self._ahead = ahead
        self._ledger = ledger
        self._stamp = stamp
        self._payloads = payloads
        self._expired = expired

    def drop(
        self, connection: sqlite3.Connection, ids: Collection[int], reason: str
    ) -> list[OutboxRow]:
        """Gives up those of these rows that are still there; returns them."""
        sql = f"SELECT {COLUMNS} FROM outbox WHERE id = ?"  # noqa: S608 - a constant
        found = (row_of(row) for number in ids for row in connection.execute(sql, (number,)))
        return self._lose(connection, list(found), reason)

    def expire(
        self, connection: sqlite3.Connection, now: Stamp, in_flight: Collection[int]
    ) -> tuple[list[OutboxRow], bool]:
        """Gives up some of what is too late and has not left.

        Returns:
            The rows, and True where there may be more.
        """
        found = deadlines.late(connection, now, _EXPIRED_ROWS)
        apart = self._ahead.gone().union(in_flight)
        late = [row for row in found if row.id not in apart]
        # Of what was about to be sent, nobody knows whether it was.
        begun = [row for row in late if row.once == MAY_BE_OVER]
        rest = [row for row in late if row.once < MAY_BE_OVER]
        self._lose(connection, begun, UNCERTAIN)
        self._lose(connection, rest, Reason.EXPIRED)
        return late, bool(late) and len(found) >= _EXPIRED_ROWS

    def take_over(self, connection: sqlite3.Connection) -> list[OutboxRow]:
        """Gives up, of what an earlier run left, what must not be sent any more; returns it."""
        now = self._stamp()
        self._ahead.alter()
        lost = self._lose(connection, deadlines.begun(connection, now), UNCERTAIN)
        unknown = deadlines.unknown_age(connection, now)
        return lost + self._lose(connection, unknown, Reason.EXPIRED)

    def _lose(
        self, connection: sqlite3.Connection, rows: list[OutboxRow], reason: str
    ) -> list[OutboxRow]:
        if rows:
            self._ahead.alter()
            tally = Tally(self._stamp().wall, self._payloads)
            for row in rows:
                tally.add_publication(row, reason)
            ordered = [
                (row.command, row.publication.topic) for row in rows if row.command is not None
            ]
            note_lost(connection, ordered, reason)
            delete(connection, (row.id for row in rows))
            tally.write(connection, self._ledger)
            if reason == Reason.EXPIRED:
                self._expired(connection, rows)
        return rows
