"""Taking an export in: all of it is looked at before anything is written, and no row comes twice.

Which rows of which store were taken in is kept beside them, in the same transactions: an import
that was interrupted goes on where it stopped, and the same export again adds nothing. Rows that
were exported from this very store are here, or were and are done with: of these only history is
added.
"""

from __future__ import annotations

import bisect
import json
import math
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lamplighter.errors import RowError, StoreError
from lamplighter.store.copies.export import TIMES, from_json
from lamplighter.store.encryption.columns import ENCRYPTED
from lamplighter.store.encryption.keys import keys_in_use, note_keys
from lamplighter.store.encryption.sealing import Seals
from lamplighter.store.files.device import refusal
from lamplighter.store.files.durable import make_folder
from lamplighter.store.files.identity import BORN, identity_of
from lamplighter.store.files.ownership import Ownership
from lamplighter.store.files.place import Place
from lamplighter.store.recovery.opening import close_cleanly, open_database

_BATCH = 1000
_NOTHING = "nothing was taken in"
_GOES_ON = "and the same import again goes on from there"
_LONGEST_LINE = 64 << 20
# Of another machine's clock, and of an index that is this database's own.
_NOT_TAKEN = {"boot", "uptime", "attempts", "change"}
# Once more does no harm: nothing is done for them, and their keys tell whether they are there.
_HISTORY = {"samples", "texts", "commands", "ledger"}
_TYPES: dict[str, tuple[type, ...]] = {
    "TEXT": (str,),
    "INTEGER": (int,),
    "REAL": (int, float),
    "BLOB": (bytes,),
}


@dataclass(slots=True)
class Imported:
    """What was taken in, by table; ``known`` are rows that are here, or were and are done with."""

    rows: dict[str, int] = field(default_factory=dict)
    known: int = 0


@dataclass(slots=True)
class Ranges:
    """Numbers that were seen, as ranges of which both ends are included."""

    pairs: list[list[int]] = field(default_factory=list)

    def __contains__(self, number: int) -> bool:
        at = bisect.bisect_right(self.pairs, number, key=lambda pair: pair[0])
        return at > 0 and number <= self.pairs[at - 1][1]

    def add(self, number: int) -> None:
        """Adds a number that is not in."""
        at = bisect.bisect_right(self.pairs, number, key=lambda pair: pair[0])
        joins_before = at > 0 and self.pairs[at - 1][1] == number - 1
        joins_after = at < len(self.pairs) and self.pairs[at][0] == number + 1
        if joins_before and joins_after:
            self.pairs[at - 1][1] = self.pairs.pop(at)[1]
        elif joins_before:
            self.pairs[at - 1][1] = number
        elif joins_after:
            self.pairs[at][0] = number
        else:
            self.pairs.insert(at, [number, number])


def take_in(place: Place, seals: Seals, source: Path, *, max_bytes: int, now: float) -> Imported:
    """Adds the rows of an export to a database; no daemon may be using it.

    Where a row of the same key is there (a state, an alarm), that one stays.

    Args:
        place: the database; made if there is none.
        seals: encrypts what is taken in.
        source: the export.
        max_bytes: bound of the database.
        now: UTC seconds.

    Raises:
        StoreError: a daemon uses the database, a line is wrong (it is named, and nothing was
            taken in), or the database can't be written.
    """
    try:
        make_folder(place.folder)
    except OSError as error:
        raise refusal(place.folder, error) from error
    ownership = Ownership(place.lock)
    ownership.take()
    try:
        connection, _ = open_database(place, max_bytes=max_bytes, now=now)
        try:
            taking = _Taking(connection, place.database, seals, source, now)
            taking.look()
            return taking.take()
        except sqlite3.Error as error:
            reason = f"can't be written: {error}; what was taken in so far stays, {_GOES_ON}"
            raise StoreError(place.database, reason) from error
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            close_cleanly(connection)
            connection.close()
    finally:
        ownership.release()


class _Taking:
    """One import: the file, read twice, and the connection it goes to."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        database: Path,
        seals: Seals,
        source: Path,
        now: float,
    ) -> None:
        self._connection = connection
        self._database = database
        self._seals = seals
        self._source = source
        self._now = now
        self._columns = {
            table: {
                row[1]: (row[2], bool(row[3]) and row[4] is None)
                for row in connection.execute(f"PRAGMA table_info({table})")
            }
            for table in TIMES
        }
        self._origin = ""
        self._identity = identity_of(connection)
        self._seen: dict[str, Ranges] = {}
        self._series: dict[str, int] = {}
        self._change = 0

    def look(self) -> None:
        """Looks at every line."""
        self._seals.check(keys_in_use(self._connection), self._database)
        for number, line in self._lines():
            try:
                self._values(line)
            except RowError as error:
                raise StoreError(self._source, f"line {number}: {error}; {_NOTHING}") from error

    def take(self) -> Imported:
        """Writes the rows, some at a time."""
        key = self._seals.current
        if key is not None:
            fingerprints = [*keys_in_use(self._connection), key.fingerprint]
            note_keys(self._connection, fingerprints, self._now)
        self._recall()
        imported = Imported()
        batch: list[dict[str, Any]] = []
        for _, line in self._lines():
            batch.append(line)
            if len(batch) >= _BATCH:
                self._write(batch, imported)
                batch = []
        self._write(batch, imported)
        return imported

    def _lines(self) -> Iterator[tuple[int, dict[str, Any]]]:
        """The numbers and objects of all lines but the header and the last one's count."""
        try:
            with self._source.open(encoding="utf-8") as file:
                for number, text in enumerate(iter(lambda: file.readline(_LONGEST_LINE), ""), 1):
                    line = self._parsed(number, text)
                    if number == 1:
                        self._begin(line)
                    elif "unreadable" not in line:
                        yield number, line
        except (OSError, UnicodeDecodeError) as error:
            raise StoreError(self._source, str(error)) from error

    def _parsed(self, number: int, text: str) -> dict[str, Any]:
        try:
            line = json.loads(text)
        except (ValueError, RecursionError) as error:
            what = "is no JSON" if text.endswith("\n") else "is cut off, or no JSON"
            reason = f"line {number}: {what}: {error}; {_NOTHING}"
            raise StoreError(self._source, reason) from error
        if not isinstance(line, dict):
            raise StoreError(self._source, f"line {number}: is no JSON object; {_NOTHING}")
        return line

    def _begin(self, line: Mapping[str, Any]) -> None:
        origin = line.get("origin")
        if line.get("lamplighter") != "export" or not isinstance(origin, str):
            raise StoreError(self._source, "line 1: is not the header of an export")
        self._origin = origin

    def _values(self, line: Mapping[str, Any]) -> tuple[str, int, dict[str, Any]]:
        """Table, id and values of a line.

        Raises:
            RowError: it can't be a row of that table.
        """
        table, number, row = line.get("table"), line.get("id"), line.get("row")
        if not isinstance(table, str) or table not in self._columns:
            raise RowError(f"there is no table {table!r}")
        if isinstance(number, bool) or not isinstance(number, int | float):
            raise RowError("has no id")
        if not isinstance(row, dict):
            raise RowError("has no row")
        columns = self._columns[table]
        values: dict[str, Any] = {}
        for name, said in row.items():
            if name not in columns or name == "id":
                raise RowError(f"{table} has no column {name!r}")
            values[name] = self._value(table, name, said)
        for name, (_, needed) in columns.items():
            if needed and name not in values and name not in _NOT_TAKEN and name != "id":
                raise RowError(f"{name} is missing")
        return table, int(number), values

    def _value(self, table: str, name: str, said: Any) -> Any:
        try:
            value = from_json(said)
        except RowError as error:
            raise RowError(f"{name} {error}") from error
        kind = "TEXT" if name == "series" else self._columns[table][name][0]
        if isinstance(value, bool) or not isinstance(value, _TYPES[kind]):
            raise RowError(f"{name} is no {kind}")
        if isinstance(value, float) and not math.isfinite(value):
            raise RowError(f"{name} is not a finite number")
        if isinstance(value, int) and not -(2**63) <= value < 2**63:
            raise RowError(f"{name} is too large")
        return value

    def _recall(self) -> None:
        row = self._connection.execute(
            "SELECT data FROM snapshots WHERE name = ?", (self._name(),)
        ).fetchone()
        if row is not None:
            kept = json.loads(self._seals.texts("snapshots.data").open(self._name(), row[0]))
            self._seen = {table: Ranges(pairs) for table, pairs in kept.items()}

    def _name(self) -> str:
        return f"imported/{self._origin}"

    def _write(self, batch: list[dict[str, Any]], imported: Imported) -> None:
        self._connection.execute("BEGIN IMMEDIATE")
        (self._change,) = self._connection.execute(
            "SELECT coalesce(max(change), 0) FROM ledger"
        ).fetchone()
        for line in batch:
            table, number, values = self._values(line)
            if self._was_here(table, number, values) or self._is_known(table, number):
                imported.known += 1
            elif self._insert(table, values):
                imported.rows[table] = imported.rows.get(table, 0) + 1
            else:
                imported.known += 1
        data = json.dumps({table: ranges.pairs for table, ranges in self._seen.items()})
        self._connection.execute(
            "INSERT OR REPLACE INTO snapshots (name, data, updated) VALUES (?, ?, ?)",
            (self._name(), self._seals.texts("snapshots.data").seal(self._name(), data), self._now),
        )
        self._connection.execute("COMMIT")

    def _was_here(self, table: str, number: int, values: Mapping[str, Any]) -> bool:
        if table in BORN:
            return self._identity.had(self._origin, table, number, values[BORN[table]])
        return self._origin == self._identity.origin and table not in _HISTORY

    def _is_known(self, table: str, number: int) -> bool:
        if "id" not in self._columns[table]:
            # Its key tells whether it is there.
            return False
        seen = self._seen.setdefault(table, Ranges())
        if number in seen:
            return True
        seen.add(number)
        return False

    def _insert(self, table: str, values: dict[str, Any]) -> bool:
        values = {name: value for name, value in values.items() if name not in _NOT_TAKEN}
        if "series" in values:
            values["series"] = self._series_id(values["series"])
        if table == "ledger":
            self._change += 1
            values["change"] = self._change
        for column in ENCRYPTED:
            value = values.get(column.column)
            if column.table == table and value is not None:
                seals = self._seals
                sealer: Any = (seals.texts if column.is_text else seals.column)(column.name)
                values[column.column] = sealer.seal(str(values[column.bound]), value)
        names = ", ".join(values)
        marks = ", ".join("?" * len(values))
        cursor = self._connection.execute(
            f"INSERT OR IGNORE INTO {table} ({names}) VALUES ({marks})",  # noqa: S608 - names of ours
            list(values.values()),
        )
        return cursor.rowcount == 1

    def _series_id(self, name: str) -> int:
        if name not in self._series:
            self._connection.execute("INSERT OR IGNORE INTO series (name) VALUES (?)", (name,))
            row = self._connection.execute("SELECT id FROM series WHERE name = ?", (name,))
            self._series[name] = row.fetchone()[0]
        return self._series[name]
