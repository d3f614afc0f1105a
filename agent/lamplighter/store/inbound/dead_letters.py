"""Dead letters: messages that could not be handled, kept for a person to look at."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, replace
from typing import Any

from lamplighter.plugin import Message
from lamplighter.store.encryption.sealing import Seals, readable
from lamplighter.store.files.readers import Readers
from lamplighter.store.inbound.messages import COLUMNS, message_of, values_of
from lamplighter.store.records.ledger import ANY_TOPIC, Ledger, Loss
from lamplighter.store.writing.riders import write_rows
from lamplighter.store.writing.storable import storable

_KEPT_BYTES = 64 << 10
_INSERT = (
    f"INSERT INTO dead_letters (buried, reason, bytes, {COLUMNS})"  # noqa: S608 - a constant
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A message that could not be handled.

    Attributes:
        id: grows with time.
        message: the message; a long payload is cut.
        buried: UTC seconds.
        reason: why it could not be handled.
        bytes: length of the whole payload.
    """

    id: int
    message: Message
    buried: float
    reason: str
    bytes: int


class DeadLetters:
    """Keeps the last ones; older ones are counted in the ledger.

    Args:
        readers: for reading.
        ledger: told of those given up.
        keep: how many are kept.
        seals: encrypt payloads and reasons, which may quote them; None: they are stored plain.
    """

    def __init__(
        self, readers: Readers, ledger: Ledger, *, keep: int, seals: Seals | None = None
    ) -> None:
        self._readers = readers
        self._ledger = ledger
        self._keep = keep
        self._payloads = (seals or Seals()).column("dead_letters.payload")
        self._reasons = (seals or Seals()).texts("dead_letters.reason")

    def insert(
        self, connection: sqlite3.Connection, message: Message, reason: str, now: float
    ) -> None:
        """Keeps a message, within a transaction of the writer's."""
        cut = replace(message, payload=message.payload[:_KEPT_BYTES])
        # Where a field is what can't be stored, topic and payload are kept without the others.
        bare = Message(cut.topic, cut.payload, arrived=now, link=cut.link)
        for kept in (cut, bare):
            why = self._reasons.seal(kept.topic, storable(reason))
            row = (now, why, len(message.payload), *values_of(kept, self._payloads))
            if not write_rows(connection, _INSERT, [row]):
                return

    def latest(self, limit: int = 100) -> list[DeadLetter]:
        """The last ones, newest first."""
        rows = self._readers.rows(
            f"SELECT id, buried, reason, bytes, {COLUMNS}"  # noqa: S608 - constant
            " FROM dead_letters ORDER BY id DESC LIMIT ?",
            (limit,),
        )
        return readable(rows, self._letter)

    def _letter(self, row: tuple[Any, ...]) -> DeadLetter:
        number, buried, reason, size, *columns = row
        message = message_of(columns, self._payloads)
        return DeadLetter(number, message, buried, self._reasons.open(columns[0], reason), size)

    def count(self) -> int:
        """How many are kept."""
        row = self._readers.row("SELECT count(*) FROM dead_letters")
        return int(row[0]) if row else 0

    def halve(self, connection: sqlite3.Connection, now: float) -> int:
        """Gives up the older half, to make room; returns how many."""
        (count,) = connection.execute("SELECT count(*) FROM dead_letters").fetchone()
        return self.trim(connection, now, keep=count // 2)

    def trim(self, connection: sqlite3.Connection, now: float, *, keep: int | None = None) -> int:
        """Gives up the oldest beyond ``keep``; returns how many."""
        kept = self._keep if keep is None else keep
        sizes = connection.execute(
            "DELETE FROM dead_letters WHERE id <="
            " (SELECT id FROM dead_letters ORDER BY id DESC LIMIT 1 OFFSET ?) RETURNING bytes",
            (kept,),
        ).fetchall()
        if sizes:
            total = sum(size for (size,) in sizes)
            loss = Loss("dead_letters", ANY_TOPIC, "evicted", len(sizes), total, now, now)
            self._ledger.insert(connection, loss)
        return len(sizes)
