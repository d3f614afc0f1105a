"""Is what is kept sound, what waits in it, and what was lost lately?"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from lamplighter.doctor.finding import Finding, Remedy, failed, ok, unknown, warning
from lamplighter.store.files.database import connect_for_reading
from lamplighter.store.files.place import Place
from lamplighter.store.records.ledger import Reason
from lamplighter.store.store import open_for_reading

# A reader holds the write-ahead log of a running daemon: not for long.
_CHECK_S = 1.0
_DAY = 86400.0
_LOST_ROWS = 10_000
# What went out as a part of another message.
_NOT_LOST = frozenset({Reason.THINNED, Reason.COALESCED})


def look_at_stored(folder: Path, now: float) -> Iterator[Finding]:
    """Reads the store of a daemon, running or not, without touching it.

    Raises:
        StoreError: it can't be read.
    """
    place = Place(folder)
    if not place.database.exists():
        yield ok("store", f"nothing is kept yet in {folder}")
        return
    yield _integrity(place)
    store = open_for_reading(folder)
    try:
        waiting = sum(each.rows for each in store.outbox.depth())
        inbox, buried = store.inbox.depth(), store.dead_letters.count()
        lost: Counter[str] = Counter()
        uncounted: Counter[str] = Counter()
        for loss in store.ledger.losses(since=now - _DAY, limit=_LOST_ROWS):
            if loss.reason in _NOT_LOST:
                continue
            what = f"{loss.lane} {loss.reason}"
            if loss.count:
                lost[what] += loss.count
            else:
                uncounted[what] += 1
    finally:
        store.readers.close()
    yield ok(
        "store",
        f"{waiting:,} messages wait to be sent, {inbox:,} to be handled; {buried:,} were not"
        " understood",
    )
    yield _losses(lost, uncounted)
    for damaged in place.quarantined():
        yield warning(
            "store",
            f"a damaged database is kept as {damaged} ({damaged.stat().st_size:,} bytes)",
            "what could be read of it was taken over; it only takes up room",
            Remedy(f"rm {damaged}*", "shell, when nobody wants to look into it"),
        )


def _integrity(place: Place) -> Finding:
    """SQLite's own check, for a few seconds: a large file is seen in part only."""
    try:
        connection = connect_for_reading(place.database)
    except sqlite3.Error as error:
        return failed("store integrity", str(error))
    timer = threading.Timer(_CHECK_S, connection.interrupt)
    timer.start()
    started = time.monotonic()
    try:
        (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_INTERRUPT:
            found = "interrupted"
        else:
            found = str(error)
    finally:
        timer.cancel()
        timer.join()
        connection.close()
    size = place.database.stat().st_size
    if found == "ok":
        took = time.monotonic() - started
        return ok("store integrity", f"{size:,} bytes checked in {took:.1f} s, none damaged")
    if found == "interrupted":
        return unknown(
            "store integrity", f"no damage found in {_CHECK_S:g} s; {size:,} bytes take longer"
        )
    return failed(
        "store integrity",
        str(found).replace("\n", " "),
        "a running daemon puts a damaged database aside by itself and saves what reads",
        Remedy("systemctl restart lamplighter", "shell, as root"),
    )


def _losses(lost: Counter[str], uncounted: Counter[str]) -> Finding:
    """Counts as the metrics have them: of some losses nobody knows how many messages they took."""
    if not lost and not uncounted:
        return ok("ledger", "nothing was lost in the last day")
    told = []
    if lost:
        told.append(f"{lost.total():,} messages lost in the last day: {_listed(lost)}")
    if uncounted:
        told.append(f"losses of unknown count in the last day: {_listed(uncounted)}")
    return warning(
        "ledger",
        "; ".join(told),
        "evicted and full mean that there was no room, expired that it could not leave in time,"
        " gap that the broker forgot our session",
        Remedy("lamplighter outbox", "shell, for topics and times"),
    )


def _listed(counts: Counter[str]) -> str:
    return ", ".join(f"{what}: {count:,}" for what, count in counts.most_common(5))
