"""Which rows of the outbox are too late to leave, whatever the clock was set to meanwhile.

A row put in within this boot lasts so many seconds of uptime. What an earlier boot left has only
the wall's clock: :func:`inherit` turns its seconds into a time of day once, after the start, or
finds that nobody can say how old it is.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from lamplighter.store.outbound.outbox_rows import COLUMNS, OutboxRow, row_of
from lamplighter.timekeeping.timekeeper import Stamp

IN_TIME = (
    "(expires_at IS NULL OR (expires_at > :wall OR NOT :trusted AND lane > 0)"
    " AND (:trusted OR lane > 0 OR boot IS :boot))"
    " AND (lasts IS NULL OR CASE WHEN boot IS :boot THEN uptime + lasts > :uptime"
    " ELSE lane > 0 OR :trusted AND trusted AND created + lasts > :wall END)"
)
"""A condition on rows, by the values of :func:`moment`.

While the clock is not trusted, only commands (lane 0) expire by it, those of this boot by what it
says, and all that an earlier boot left: better not run than run too late. They do not depend on
:func:`inherit` having come to them.
"""

_LATE = (
    # Each of these has an index of its own, so that nothing is read but what is late.
    "expires_at <= :wall AND (:trusted OR lane = 0)",
    "boot IS :boot AND lasts IS NOT NULL AND uptime + lasts <= :uptime",
    (
        "link IN (SELECT link FROM lane_counts) AND lane = 0 AND expires_at IS NOT NULL"
        " AND NOT :trusted AND boot IS NOT :boot"
    ),
    (
        "link IN (SELECT link FROM lane_counts) AND lane = 0 AND lasts IS NOT NULL"
        " AND boot IS NOT :boot AND NOT (:trusted AND trusted AND created + lasts > :wall)"
    ),
)


def moment(now: Stamp) -> Mapping[str, Any]:
    """The values that the conditions are about."""
    return {"wall": now.wall, "boot": now.boot, "uptime": now.uptime, "trusted": now.trusted}


def late(connection: sqlite3.Connection, now: Stamp, limit: int = -1) -> list[OutboxRow]:
    """The rows that are not in time any more; at most ``limit`` of each kind, if not negative."""
    found = {
        values[0]: row_of(values)
        for condition in _LATE
        for values in connection.execute(
            f"SELECT {COLUMNS} FROM outbox WHERE {condition} LIMIT :limit",  # noqa: S608 - constants
            {**moment(now), "limit": limit},
        )
    }
    return list(found.values())


def in_time(row: OutboxRow, now: Stamp) -> bool:
    """Whether :data:`IN_TIME` is true of a row."""
    expires_at, lasts = row.publication.expires_at, row.publication.lasts
    if expires_at is not None:
        patient = not now.trusted and row.lane > 0
        if not (expires_at > now.wall or patient):
            return False
        if not (now.trusted or row.lane > 0 or row.boot == now.boot):
            return False
    if lasts is None:
        return True
    if row.boot != now.boot:
        return row.lane > 0 or (now.trusted and row.trusted and row.created + lasts > now.wall)
    # SQLite says of a comparison with NULL that it is not true.
    return row.uptime is not None and now.uptime is not None and row.uptime + lasts > now.uptime


def leaving(row: OutboxRow, now: Stamp) -> OutboxRow | None:
    """The row with the time at which it expires by the clock of now, for the receiving broker.

    None where it is too late for it.
    """
    publication = row.publication
    if publication.expires_at is None and publication.lasts is None:
        return row
    return _with_expiry(row, now) if in_time(row, now) else None


def _with_expiry(row: OutboxRow, now: Stamp) -> OutboxRow:
    lasts = row.publication.lasts
    if lasts is None or row.uptime is None or (row.boot != now.boot and row.lane > 0):
        return row
    until = row.created + lasts
    if row.boot == now.boot:
        until = now.wall + row.uptime + lasts - now.uptime
    said = row.publication.expires_at
    until = until if said is None else min(said, until)
    return replace(row, publication=replace(row.publication, expires_at=until))


def unknown_age(connection: sqlite3.Connection, now: Stamp) -> list[OutboxRow]:
    """Commands that an earlier boot left, and of which nobody knows how old they are."""
    return _commands(connection, "lasts IS NOT NULL AND boot IS NOT :boot AND NOT trusted", now)


def begun(connection: sqlite3.Connection, now: Stamp) -> list[OutboxRow]:
    """Commands that must not be sent twice, and may have been sent."""
    return _commands(connection, "once = 2", now)


def inherit(connection: sqlite3.Connection, now: Stamp, limit: int) -> int:
    """Gives what an earlier boot left a time of day to expire at; returns how many rows it did.

    What is no command, and of an age that nobody knows, does not expire by it any more.
    """
    cursor = connection.execute(
        "UPDATE outbox SET lasts = NULL, expires_at = CASE WHEN trusted"
        " THEN min(coalesce(expires_at, created + lasts), created + lasts) ELSE expires_at END"
        " WHERE id IN (SELECT id FROM outbox WHERE lasts IS NOT NULL AND boot IS NOT :boot"
        " LIMIT :limit)",
        {"boot": now.boot, "limit": limit},
    )
    return cursor.rowcount


def _commands(connection: sqlite3.Connection, condition: str, now: Stamp) -> list[OutboxRow]:
    """Those of the lane of commands alone: it is short, where others may have millions of rows."""
    found = connection.execute(
        f"SELECT {COLUMNS} FROM outbox WHERE link IN (SELECT link FROM lane_counts)"  # noqa: S608 - constants
        f" AND lane = 0 AND {condition}",
        moment(now),
    )
    return [row_of(values) for values in found.fetchall()]
