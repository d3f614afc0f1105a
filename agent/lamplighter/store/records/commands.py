"""Commands: executed once in effect, however often they are delivered.

A command is recorded as finished in the same transaction that puts its actions into the outbox.
So a crash before that leaves no trace of it, and the redelivered command runs; after it, the
redelivered command is answered with the reply that was kept.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum

from lamplighter.store.encryption.sealing import Seals, readable
from lamplighter.store.files.readers import Readers


class Progress(Enum):
    """How far a command is."""

    NEW = "new"
    RUNNING = "running"
    FINISHED = "finished"


@dataclass(frozen=True, slots=True)
class CommandStatus:
    """What is known of a command.

    Attributes:
        progress: how far it is.
        reply: JSON, kept from when it was finished.
        lost: by topic, why messages of it were given up since; see :class:`ledger.Reason`.
    """

    progress: Progress
    reply: str | None = None
    lost: Mapping[str, str] = field(default_factory=dict)


class Commands:
    """Remembers commands by key.

    Args:
        readers: for reading.
        keep: seconds that a finished command is remembered.
        seals: encrypt replies; None: they are stored plain.
    """

    def __init__(self, readers: Readers, *, keep: float, seals: Seals | None = None) -> None:
        self._replies = (seals or Seals()).texts("commands.reply")
        self._readers = readers
        self._keep = keep
        self._lock = threading.Lock()
        self._running: set[str] = set()
        self._finished: list[str] = []

    def begin(self, key: str, now: float, window: float) -> CommandStatus:
        """Takes a command on: only NEW means that it is to be run.

        Args:
            key: the sender's id, or a hash of the content where there is none.
            now: UTC seconds.
            window: seconds after its end in which the same key means the same command. A clock
                that was set back counts as within.

        Raises:
            StoreError: the database can't be read; the command was not taken on.
        """
        with self._lock:
            if key in self._running:
                return CommandStatus(Progress.RUNNING)
            row = self._readers.row(
                "SELECT finished, reply, coalesce(lost, '{}') FROM commands WHERE key = ?", (key,)
            )
            if row is not None and now - row[0] < window:
                return CommandStatus(
                    Progress.FINISHED, self._reply(key, row[1]), json.loads(row[2])
                )
            self._running.add(key)
        return CommandStatus(Progress.NEW)

    def finished(self, key: str) -> bool:
        """Whether a command with this key is recorded as finished.

        Raises:
            StoreError: the database can't be read.
        """
        return self._readers.row("SELECT 1 FROM commands WHERE key = ?", (key,)) is not None

    def abandon(self, key: str) -> None:
        """The command was given up without an effect: the same key is new again."""
        with self._lock:
            self._running.discard(key)

    def finish(self, connection: sqlite3.Connection, key: str, reply: str, now: float) -> None:
        """Records the end, within the work that puts the command's actions into the outbox.

        Args:
            connection: the work's.
            key: as given to :meth:`begin`.
            reply: JSON, given again to whoever sends the command again.
            now: UTC seconds.
        """
        connection.execute(
            "INSERT OR REPLACE INTO commands (key, finished, reply) VALUES (?, ?, ?)",
            (key, now, self._replies.seal(key, reply)),
        )
        self._finished.append(key)

    def kept(self, connection: sqlite3.Connection, key: str) -> str | None:
        """The reply that is kept, within a work of the writer's; None where there is none."""
        row = connection.execute("SELECT reply FROM commands WHERE key = ?", (key,)).fetchone()
        return None if row is None else self._reply(key, row[0])

    def amend(self, connection: sqlite3.Connection, key: str, reply: str) -> None:
        """Keeps another reply, within a work; the command ended when it did."""
        connection.execute(
            "UPDATE commands SET reply = ? WHERE key = ?", (self._replies.seal(key, reply), key)
        )

    @staticmethod
    def lost(connection: sqlite3.Connection, key: str) -> dict[str, str]:
        """By topic, why messages of a command were given up so far, within a work."""
        row = connection.execute(
            "SELECT coalesce(lost, '{}') FROM commands WHERE key = ?", (key,)
        ).fetchone()
        return {} if row is None else dict(json.loads(row[0]))

    def _reply(self, key: str, stored: str) -> str | None:
        # Without its reply, it is finished all the same.
        found = readable([stored], lambda each: self._replies.open(key, each))
        return found[0] if found else None

    def notify(self) -> None:
        """Forgets what ran and is on disk now; the writer calls it after a commit."""
        if not self._finished:
            return
        finished, self._finished = self._finished, []
        with self._lock:
            self._running.difference_update(finished)

    def trim(self, connection: sqlite3.Connection, now: float) -> None:
        """Forgets commands that finished too long ago."""
        connection.execute("DELETE FROM commands WHERE finished < ?", (now - self._keep,))


def note_lost(
    connection: sqlite3.Connection, messages: Iterable[tuple[str, str]], reason: str
) -> None:
    """Notes that messages of commands, by key and topic, were given up, within that work.

    Whoever concludes such a command after a crash must not take them for sent.
    """
    connection.executemany(
        "UPDATE commands SET lost = json_patch(coalesce(lost, '{}'), json_object(?, ?))"
        " WHERE key = ?",
        [(topic, reason, key) for key, topic in messages],
    )
