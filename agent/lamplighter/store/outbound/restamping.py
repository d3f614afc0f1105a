"""Sets right what was dated by a clock that was wrong; each function is a work of the writer's."""

from __future__ import annotations

import sqlite3

from lamplighter.store.records.ledger import ANY_TOPIC, Loss, Reason
from lamplighter.timekeeping.timekeeper import RELEASED, Stamp, Step

_SERIES = ("samples", "texts")
_DATED = (
    ("audit", "time"),
    ("reports", "created"),
    ("alarms", "since"),
    ("alarms", "updated"),
    ("states", "changed"),
    ("states", "updated"),
)
_FUTURE = f"{Reason.OTHER}: dated after now"


def set_right(connection: sqlite3.Connection, step: Step) -> None:
    """What is due in this boot, what commands are remembered by, what has an impossible date."""
    now = step.now
    connection.execute(
        "UPDATE schedule SET due = ? + uptime WHERE state = 'waiting' AND boot = ?"
        " AND uptime IS NOT NULL",
        (now.wall - now.uptime, now.boot),
    )
    if step.aged_by:
        # Remembered by the clock for ageing: as long ago as before, by that clock's new reading.
        connection.execute("UPDATE commands SET finished = finished + ?", (step.aged_by,))
    if now.trusted and step.by:
        _move(connection, step.by, now)


def restamp(connection: sqlite3.Connection, now: Stamp, after: int, limit: int) -> int | None:
    """Dates rows of the outbox anew that were put in within this boot, as the clock now says.

    Args:
        connection: the work's.
        now: a moment by the clock that is right.
        after: rows up to this one are done.
        limit: how many rows to look at.

    Returns:
        The last row looked at; None where there are no more.
    """
    if not now.trusted:
        return None
    (last,) = connection.execute(
        "SELECT max(id) FROM (SELECT id FROM outbox WHERE id > ? ORDER BY id LIMIT ?)",
        (after, limit),
    ).fetchone()
    if last is None:
        return None
    connection.execute(
        "UPDATE outbox SET created = ?1 + uptime, trusted = 1 WHERE id > ?2 AND id <= ?3"
        " AND boot = ?4 AND uptime IS NOT NULL"
        " AND (NOT trusted OR abs(created - ?1 - uptime) > 1.0)",
        (now.wall - now.uptime, after, last, now.boot),
    )
    return int(last)


def give_up_the_future(connection: sqlite3.Connection, latest: float, now: float) -> list[Loss]:
    """Removes history dated after ``latest``; returns what to put into the ledger."""
    losses = []
    for table in _SERIES:
        count = 0
        for (series,) in connection.execute("SELECT id FROM series").fetchall():
            count += connection.execute(
                f"DELETE FROM {table} WHERE series = ? AND time > ?",  # noqa: S608 - one of ours
                (series, latest),
            ).rowcount
        if count:
            losses.append(Loss("history", ANY_TOPIC, _FUTURE, count, 0, now, now))
    return losses


def _move(connection: sqlite3.Connection, by: float, now: Stamp) -> None:
    """Moves what the wrong clock of before dated to when it was; only what can't be otherwise.

    Set back, that is what is dated after now. Set forward from before there was this program, it
    is what was dated since the boot then. What a clock a day behind dated can't be told from what
    was really measured yesterday, and stays.
    """
    before = now.wall - by
    if by < 0:
        first, last = now.wall, before
    elif before < RELEASED:
        first, last = before - now.uptime, before
    else:
        return
    for table, column in _DATED:
        connection.execute(
            f"UPDATE {table} SET {column} = {column} + ?"  # noqa: S608 - names of ours
            f" WHERE {column} > ? AND {column} <= ?",
            (by, first, last + 1.0),
        )
    for table in _SERIES:
        for (series,) in connection.execute("SELECT id FROM series").fetchall():
            connection.execute(
                f"UPDATE OR REPLACE {table} SET time = time + ?"  # noqa: S608 - one of ours
                " WHERE series = ? AND time > ? AND time <= ?",
                (by, series, first, last + 1.0),
            )
