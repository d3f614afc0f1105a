"""What entities were last heard to say, so that a restart knows it at once."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from lamplighter.catalogue.entity import State
from lamplighter.store.encryption.sealing import Seals, readable
from lamplighter.store.files.readers import Readers
from lamplighter.store.records.ledger import Ledger, Loss
from lamplighter.store.writing.riders import Riding, write_rows
from lamplighter.store.writing.storable import storable
from lamplighter.store.writing.writer import Writer

_DELAY = 1.0


@dataclass(frozen=True, slots=True)
class _Change:
    entity_id: str
    state: State | None
    attributes: str = ""


class States:
    """Keeps the last state of each entity.

    Args:
        writer: its commits are ridden on.
        readers: for reading.
        ledger: told of states that can't be stored.
        clock: UTC seconds.
        seals: encrypt values and attributes; None: they are stored plain.
    """

    def __init__(
        self,
        *,
        writer: Writer,
        readers: Readers,
        ledger: Ledger,
        clock: Callable[[], float],
        seals: Seals | None = None,
    ) -> None:
        self._values = (seals or Seals()).texts("states.value")
        self._attributes = (seals or Seals()).texts("states.attributes")
        self.riding: Riding[_Change] = Riding(writer.pulse, _DELAY, self._flush)
        self._readers = readers
        self._ledger = ledger
        self._clock = clock

    def put(self, entity_id: str, state: State) -> None:
        """Keeps a state, from any thread: on disk with the next commit, within a second.

        Raises:
            TypeError: an attribute is no JSON.
        """
        attributes = json.dumps(dict(state.attributes), separators=(",", ":"))
        self.riding.add([_Change(storable(entity_id), state, attributes)])

    def remove(self, entity_ids: Iterable[str]) -> None:
        """Forgets entities that are gone."""
        self.riding.add([_Change(storable(entity_id), None) for entity_id in entity_ids])

    def all(self) -> dict[str, State]:
        """The states that are on disk, by entity id."""
        rows = self._readers.rows(
            "SELECT entity_id, value, attributes, available, changed, updated FROM states"
        )
        return dict(readable(rows, self._state))

    def _state(self, row: tuple[Any, ...]) -> tuple[str, State]:
        entity_id, value, attributes, available, changed, updated = row
        said = None if value is None else self._values.open(entity_id, value)
        more = json.loads(self._attributes.open(entity_id, attributes))
        return entity_id, State(said, more, bool(available), changed, updated)

    def _flush(self, connection: sqlite3.Connection, changes: Sequence[_Change]) -> None:
        last = {change.entity_id: change for change in changes}
        kept = [change for change in last.values() if change.state is not None]
        gone = [(change.entity_id,) for change in last.values() if change.state is None]
        connection.executemany("DELETE FROM states WHERE entity_id = ?", gone)
        refused = write_rows(
            connection,
            "INSERT OR REPLACE INTO states"
            " (entity_id, value, attributes, available, changed, updated)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            [
                (
                    change.entity_id,
                    None
                    if change.state.value is None
                    else self._values.seal(change.entity_id, storable(change.state.value)),
                    self._attributes.seal(change.entity_id, change.attributes),
                    change.state.available,
                    change.state.changed,
                    change.state.updated,
                )
                for change in kept
                if change.state is not None
            ],
        )
        now = self._clock()
        for position, reason in refused:
            entity_id = kept[position].entity_id
            self._ledger.insert(
                connection, Loss("states", entity_id, f"unstorable: {reason}", 1, 0, now, now)
            )
