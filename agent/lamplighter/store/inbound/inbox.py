"""The inbox: what came in is on disk before it is acknowledged, and stays until it is handled."""

from __future__ import annotations

import itertools
import math
import sqlite3
import threading
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from lamplighter.errors import UnreadableError
from lamplighter.link.received import Received
from lamplighter.plugin import Message
from lamplighter.store.encryption.sealing import Seals
from lamplighter.store.files.readers import Readers
from lamplighter.store.inbound.dead_letters import DeadLetters
from lamplighter.store.inbound.messages import COLUMNS, message_of, values_of
from lamplighter.store.writing.flash import Company
from lamplighter.store.writing.riders import Riding, removals, write_rows
from lamplighter.store.writing.writer import Writer

_BATCH_ROWS = 1000
# A batch has to fit into the ballast: on a full disk that is all the log there is.
_BATCH_BYTES = 1 << 19
_ROW_BYTES = 200
_DONE_DELAY = 0.2
_NO_EPOCH = -1


@dataclass(frozen=True, slots=True)
class InboxRow:
    """A message that is in the inbox.

    Attributes:
        id: its row; grows in order of arrival.
        received: the message and its receipt; the epoch is -1 in a row of an earlier run, which
            no ack can match.
        buried: True where it is too long for the inbox and went to the dead letters at once: it
            is to be acknowledged and not to be processed.
    """

    id: int
    received: Received
    buried: bool = False


class Inbox:
    """Takes messages from network threads; a rider of the writer.

    Args:
        writer: commits the rows; this is one of its riders.
        readers: for reading.
        dead_letters: where rows that can't be handled go.
        on_committed: called on the writer's thread, in order of arrival, with rows that are on
            disk now. It must be quick and must not raise.
        clock: UTC seconds.
        max_message: bytes of the longest payload that is taken in.
        urgent: whether a message must not wait for company.
        seals: encrypt payloads; None: they are stored plain.
    """

    def __init__(
        self,
        *,
        writer: Writer,
        readers: Readers,
        dead_letters: DeadLetters,
        on_committed: Callable[[Sequence[InboxRow]], None],
        clock: Callable[[], float],
        max_message: int,
        urgent: Callable[[Message], bool] = lambda _: False,
        seals: Seals | None = None,
    ) -> None:
        self.removals = removals("inbox", writer.pulse, _DONE_DELAY)
        self.burials: Riding[tuple[InboxRow, str]] = Riding(writer.pulse, _DONE_DELAY, self._bury)
        self._pulse = writer.pulse
        self._readers = readers
        self._dead_letters = dead_letters
        self._on_committed = on_committed
        self._clock = clock
        self._max_message = max_message
        self._payloads = (seals or Seals()).column("inbox.payload")
        self._company = Company(writer.pulse.pace, writer.pulse.now, urgent, _BATCH_BYTES // 2)
        self._lock = threading.Lock()
        self._ids = itertools.count(1)
        self._first_id = 1
        self._queue: deque[InboxRow] = deque()
        self._batch: list[InboxRow] = []
        self._again = False
        self._refused: dict[int, str] = {}
        self._queued_bytes = 0
        self.committed = 0

    def begin(self, connection: sqlite3.Connection) -> None:
        """Numbers new rows after those that an earlier run left; before the writer starts."""
        (last,) = connection.execute("SELECT coalesce(max(id), 0) FROM inbox").fetchone()
        self._first_id = last + 1
        self._ids = itertools.count(self._first_id)

    def put(self, received: Received) -> None:
        """Takes a message, from any thread: queued in memory, on disk with the next commit."""
        size = len(received.message.payload)
        with self._lock:
            self._queued_bytes += size + _ROW_BYTES
            self._queue.append(InboxRow(next(self._ids), received, size > self._max_message))
            sooner = self._company.joins(received, self._queued_bytes)
        if sooner:
            self._pulse.wake()

    @property
    def queued_bytes(self) -> int:
        """Bytes that wait in memory for their commit: beyond a bound, the link is to pause."""
        return self._queued_bytes

    @property
    def queued(self) -> int:
        """Rows that wait in memory for their commit."""
        return len(self._queue) + len(self._batch)

    def done(self, ids: Iterable[int]) -> None:
        """Rows that were handled: deleted with a commit of the next 200 ms."""
        self.removals.add(ids)

    def bury(self, row: InboxRow, reason: str) -> None:
        """Moves a row that can't be handled to the dead letters, in one transaction."""
        self.burials.add([(row, reason)])

    def pending(self, after: int = 0, limit: int = 1000) -> list[InboxRow]:
        """Rows that an earlier run left, in order of arrival, from the one after ``after``."""
        while True:
            rows = self._readers.rows(
                f"SELECT id, {COLUMNS} FROM inbox"  # noqa: S608 - a constant
                " WHERE id > ? AND id < ? ORDER BY id LIMIT ?",
                (after, self._first_id, limit),
            )
            found = [row for row in map(self._left_over, rows) if row is not None]
            if found or not rows:
                return found
            after = rows[-1][0]

    def depth(self) -> int:
        """Rows on disk that are not handled yet."""
        row = self._readers.row("SELECT count(*) FROM inbox")
        return int(row[0]) if row else 0

    def deadline(self) -> float:
        """At once where a transaction was rolled back, else when the company has waited enough."""
        return -math.inf if self._again else self._company.due()

    def write(self, connection: sqlite3.Connection) -> None:
        """Writes the rows that wait, up to a bound that keeps a commit short."""
        self._fill()
        if not self._batch:
            return
        kept = [row for row in self._batch if not row.buried]
        refused = write_rows(
            connection,
            f"INSERT OR REPLACE INTO inbox (id, {COLUMNS})"  # noqa: S608 - a constant
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [(row.id, *values_of(row.received.message, self._payloads)) for row in kept],
        )
        self._refused = {kept[position].id: reason for position, reason in refused}
        for row in self._batch:
            if row.buried:
                size = len(row.received.message.payload)
                self._refused[row.id] = f"too long: {size} bytes"
        if self._refused:
            self._set_aside(connection)

    def settle(self, *, committed: bool) -> None:
        """Reports the rows that are on disk; keeps them for a later transaction otherwise."""
        if not self._batch:
            return
        if not committed:
            self._queue.extendleft(reversed(self._batch))
            self._batch = []
            self._again = True
            return
        batch, self._batch = self._batch, []
        if self._refused:
            batch = [replace(row, buried=row.id in self._refused) for row in batch]
        with self._lock:
            self._queued_bytes -= sum(
                len(row.received.message.payload) + _ROW_BYTES for row in batch
            )
            self._company.acked(row.received for row in batch)
        self.committed += len(batch)
        self._on_committed(batch)

    def _fill(self) -> None:
        most = min(_BATCH_BYTES, self._pulse.portion.bytes)
        size = 0
        self._again = False
        while self._queue and len(self._batch) < _BATCH_ROWS and size < most:
            row = self._queue.popleft()
            size += len(row.received.message.payload) + _ROW_BYTES
            self._batch.append(row)
        with self._lock:
            self._company.left(some_remain=bool(self._queue))

    def _left_over(self, values: Sequence[Any]) -> InboxRow | None:
        """The row; None where it does not open, and is buried without what nobody can read."""
        number, *columns = values
        try:
            return InboxRow(number, Received(message_of(columns, self._payloads), _NO_EPOCH, 0))
        except UnreadableError as error:
            bare = Received(message_of([columns[0], b"", *columns[2:]]), _NO_EPOCH, 0)
            self.bury(InboxRow(number, bare), f"unreadable: {error.reason}")
        return None

    def _set_aside(self, connection: sqlite3.Connection) -> None:
        now = self._clock()
        for row in self._batch:
            reason = self._refused.get(row.id)
            if reason is not None:
                self._dead_letters.insert(connection, row.received.message, reason, now)

    def _bury(self, connection: sqlite3.Connection, rows: Sequence[tuple[InboxRow, str]]) -> None:
        now = self._clock()
        for row, reason in rows:
            self._dead_letters.insert(connection, row.received.message, reason, now)
            connection.execute("DELETE FROM inbox WHERE id = ?", (row.id,))
