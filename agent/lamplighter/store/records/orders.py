"""Standing orders: kept until somebody has them forgotten."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, Literal

from lamplighter.store.encryption.sealing import Seals, readable
from lamplighter.store.files.readers import Readers
from lamplighter.store.writing.writer import Writer

OrderState = Literal["on", "off", "suspended"]
_KIND = "order"


@dataclass(frozen=True, slots=True)
class OrderRecord:
    """A standing order as it is kept.

    Attributes:
        created: UTC seconds.
        data: what it is; JSON.
        state: ``on``; ``off`` by somebody's word; ``suspended`` because it acted too often.
        acted: UTC seconds when it last did something, or None.
        id: its row, 0 before it has one.
    """

    created: float
    data: Mapping[str, Any] = field(default_factory=dict)
    state: OrderState = "on"
    acted: float | None = None
    id: int = 0


class OrderRecords:
    """Keeps standing orders; ``seals`` encrypt what they say."""

    def __init__(self, *, writer: Writer, readers: Readers, seals: Seals | None = None) -> None:
        self._data = (seals or Seals()).texts("orders.data")
        self._writer = writer
        self._readers = readers

    def insert(self, connection: sqlite3.Connection, record: OrderRecord) -> int:
        """Keeps an order within a work of the writer's; returns its number."""
        cursor = connection.execute(
            "INSERT INTO orders (created, kind, state, acted, data) VALUES (?, ?, ?, ?, ?)",
            (
                record.created,
                _KIND,
                record.state,
                record.acted,
                self._data.seal(_KIND, json.dumps(dict(record.data), separators=(",", ":"))),
            ),
        )
        return int(cursor.lastrowid or 0)

    def put(self, record: OrderRecord) -> Future[int]:
        """Keeps an order; the future has its number when it is on disk."""
        return self._writer.submit(lambda connection: self.insert(connection, record))

    def switch(self, connection: sqlite3.Connection, number: int, state: OrderState) -> bool:
        """Switches an order on or off, within a work of the writer's; False where there is none."""
        cursor = connection.execute("UPDATE orders SET state = ? WHERE id = ?", (state, number))
        return cursor.rowcount == 1

    def note(self, number: int, acted: float, state: OrderState) -> Future[None]:
        """Notes when an order acted, and whether it goes on; the future is done when on disk."""

        def work(connection: sqlite3.Connection) -> None:
            connection.execute(
                "UPDATE orders SET acted = ?, state = CASE WHEN state = 'off' THEN state ELSE ? END"
                " WHERE id = ?",
                (acted, state, number),
            )

        return self._writer.submit(work)

    def remove(self, connection: sqlite3.Connection, number: int) -> bool:
        """Forgets an order within a work of the writer's; False where there is none."""
        return connection.execute("DELETE FROM orders WHERE id = ?", (number,)).rowcount == 1

    def all(self) -> list[OrderRecord]:
        """All orders, the oldest first."""
        rows = self._readers.rows(
            "SELECT id, created, kind, state, acted, data FROM orders ORDER BY id"
        )
        return readable(rows, self._record)

    def _record(self, row: tuple[Any, ...]) -> OrderRecord:
        number, created, kind, state, acted, data = row
        return OrderRecord(created, json.loads(self._data.open(kind, data)), state, acted, number)
