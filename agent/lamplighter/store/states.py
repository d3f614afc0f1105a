"""What entities were last heard to say, so that a restart knows it at once."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from lamplighter.catalogue.entity import State
from lamplighter.store.ledger import Ledger, Loss
from lamplighter.store.messages import storable
from lamplighter.store.readers import Readers
from lamplighter.store.riders import Riding, write_rows
from lamplighter.store.writer import Writer

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
    """

    def __init__(
        self, *, writer: Writer, readers: Readers, ledger: Ledger, clock: Callable[[], float]
    ) -> None:
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
        return {
            entity_id: State(value, json.loads(attributes), bool(available), changed, updated)
            for entity_id, value, attributes, available, changed, updated in rows
        }

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
                    None if change.state.value is None else storable(change.state.value),
                    change.attributes,
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
