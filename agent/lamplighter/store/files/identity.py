"""Which store this is, and of which others it began as a copy: so that an import knows its own.

An export names the store that it is from. All rows of an export of this very store are here, or
were and are done with. A backup that is put in place begins a store of its own: what it shares
with the one it was made of ends there, and is noted.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field

NAME = "identity"
"""The snapshot in which it is kept; never encrypted: it says nothing of what is."""

BORN = {
    "outbox": "created",
    "inbox": "arrived",
    "dead_letters": "buried",
    "reports": "created",
    "audit": "time",
    "schedule": "created",
    "orders": "created",
}
"""The tables whose rows have numbers, with the column that says when each was put in."""

_ANCESTORS = 16
_BYTES = 8


@dataclass(frozen=True, slots=True)
class Ancestor:
    """A store that this one began as a copy of.

    Attributes:
        origin: which.
        until: UTC seconds of the newest row in the copy.
        marks: the highest number in the copy, by table.
    """

    origin: str
    until: float
    marks: Mapping[str, int] = field(default_factory=dict)

    def shared(self, table: str, number: int, born: float) -> bool:
        """True for a row that the copy had, or that was done with before it was made."""
        # Numbers of the outbox are never used again; of the others, the highest may be.
        known = table == "outbox" or born <= self.until
        return known and number <= self.marks.get(table, 0)


@dataclass(frozen=True, slots=True)
class Identity:
    """A store: ``origin`` tells it from all others; ``ancestors``, the latest first."""

    origin: str
    ancestors: tuple[Ancestor, ...] = ()

    def had(self, origin: str, table: str, number: int, born: float) -> bool:
        """True for a row that is here, or was and is done with.

        Args:
            origin: the store that it was exported from.
            table: one of :data:`BORN`.
            number: its number there.
            born: UTC seconds when it was put in.
        """
        return origin == self.origin or any(
            each.shared(table, number, born) for each in self.ancestors if each.origin == origin
        )


def identity_of(connection: sqlite3.Connection) -> Identity:
    """Which store a database is; a database without a note is told by when it was made.

    Raises:
        sqlite3.Error: it can't be read.
    """
    if _has_snapshots(connection):
        row = connection.execute("SELECT data FROM snapshots WHERE name = ?", (NAME,)).fetchone()
        if row is not None:
            try:
                kept = json.loads(row[0])
                ancestors = tuple(Ancestor(**each) for each in kept["ancestors"])
                return Identity(str(kept["origin"]), ancestors)
            except (ValueError, TypeError, KeyError):
                pass
    made = connection.execute("SELECT created FROM schema WHERE id = 1").fetchone()
    return Identity(hashlib.sha256(repr(made).encode()).hexdigest()[: 2 * _BYTES])


def begin(
    connection: sqlite3.Connection,
    now: float,
    random_bytes: Callable[[int], bytes] = os.urandom,
) -> None:
    """Makes a new database a store of its own, and notes of what it is a copy.

    Args:
        connection: the database, not yet in use.
        now: UTC seconds.
        random_bytes: unpredictable bytes.

    Raises:
        sqlite3.Error: it can't be read or written.
    """
    if not _has_snapshots(connection):
        return
    before = identity_of(connection)
    marks, until = _marks(connection)
    ancestors = (Ancestor(before.origin, until, marks), *before.ancestors)[:_ANCESTORS]
    _write(connection, Identity(random_bytes(_BYTES).hex(), ancestors), now)


def pin(connection: sqlite3.Connection, now: float) -> None:
    """Notes which store this is, where that was not noted yet.

    Raises:
        sqlite3.Error: it can't be read or written.
    """
    found = connection.execute("SELECT 1 FROM snapshots WHERE name = ?", (NAME,)).fetchone()
    if found is None:
        _write(connection, identity_of(connection), now)


def _write(connection: sqlite3.Connection, identity: Identity, now: float) -> None:
    connection.execute(
        "INSERT OR REPLACE INTO snapshots (name, data, updated) VALUES (?, ?, ?)",
        (NAME, json.dumps(asdict(identity), separators=(",", ":")), now),
    )


def _marks(connection: sqlite3.Connection) -> tuple[dict[str, int], float]:
    """The highest number by table, and when the newest row was put in."""
    marks: dict[str, int] = {}
    until = 0.0
    for table, born in BORN.items():
        number, newest = connection.execute(
            f"SELECT coalesce(max(id), 0), coalesce(max({born}), 0) FROM {table}"  # noqa: S608 - ours
        ).fetchone()
        marks[table], until = int(number), max(until, float(newest))
    used = connection.execute("SELECT max(seq) FROM sqlite_sequence WHERE name = 'outbox'")
    marks["outbox"] = max(marks["outbox"], used.fetchone()[0] or 0)
    return marks, until


def _has_snapshots(connection: sqlite3.Connection) -> bool:
    (count,) = connection.execute(
        "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'snapshots'"
    ).fetchone()
    return bool(count)
