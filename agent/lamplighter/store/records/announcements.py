"""The messages by which entities were announced: with them a restart knows its home offline."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from lamplighter.store.encryption.sealing import Seals, readable
from lamplighter.store.files.readers import Readers
from lamplighter.store.writing.riders import Riding
from lamplighter.store.writing.storable import storable
from lamplighter.store.writing.writer import Writer

_DELAY = 0.2


@dataclass(frozen=True, slots=True)
class Announcement:
    """A message that announced something to a plugin; no payload: it was withdrawn."""

    plugin: str
    topic: str
    payload: bytes | None


class Announcements:
    """Keeps the last announcement of each topic.

    Args:
        writer: its commits are ridden on.
        readers: for reading.
        clock: UTC seconds.
        seals: encrypt payloads; None: they are stored plain.
    """

    def __init__(
        self,
        *,
        writer: Writer,
        readers: Readers,
        clock: Callable[[], float],
        seals: Seals | None = None,
    ) -> None:
        self._payloads = (seals or Seals()).column("announcements.payload")
        self.riding: Riding[Announcement] = Riding(writer.pulse, _DELAY, self._flush)
        self._readers = readers
        self._clock = clock

    def put(self, plugin: str, topic: str, payload: bytes) -> None:
        """Keeps an announcement, from any thread.

        It is on disk before, or together with, the deletion of an inbox row that is marked as
        done after this call.
        """
        self.riding.add([Announcement(plugin, storable(topic), payload)])

    def remove(self, plugin: str, topic: str) -> None:
        """Forgets an announcement; as :meth:`put`."""
        self.riding.add([Announcement(plugin, storable(topic), None)])

    def all(self) -> list[Announcement]:
        """All that are on disk, in the order in which they were last announced."""
        rows = self._readers.rows("SELECT plugin, topic, payload FROM announcements ORDER BY rowid")
        return readable(rows, self._announcement)

    def _announcement(self, row: tuple[str, str, bytes]) -> Announcement:
        plugin, topic, payload = row
        return Announcement(plugin, topic, self._payloads.open(topic, payload))

    def _flush(self, connection: sqlite3.Connection, changes: Sequence[Announcement]) -> None:
        now = self._clock()
        last = {(change.plugin, change.topic): change for change in changes}
        connection.executemany(
            "DELETE FROM announcements WHERE plugin = ? AND topic = ?",
            [key for key, change in last.items() if change.payload is None],
        )
        connection.executemany(
            "INSERT OR REPLACE INTO announcements (plugin, topic, payload, updated)"
            " VALUES (?, ?, ?, ?)",
            [
                (
                    change.plugin,
                    change.topic,
                    self._payloads.seal(change.topic, change.payload),
                    now,
                )
                for change in last.values()
                if change.payload is not None
            ],
        )
