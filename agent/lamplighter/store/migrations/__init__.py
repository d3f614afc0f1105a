"""The schema in numbered steps; a step that was released is never changed, only followed.

The steps and sqlite-utils are imported only where a step has to be taken, so that a normal start
pays for neither. Tables are STRICT: what a damaged page turns into another type is refused.
"""

from __future__ import annotations

import sqlite3
from importlib import import_module

STEPS = (
    "m0001_messages",
    "m0002_home",
    "m0003_records",
    "m0004_snapshots",
    "m0005_lanes",
    "m0006_orders",
    "m0007_episodes",
    "m0008_questions",
)
CURRENT = len(STEPS)


def is_ours(connection: sqlite3.Connection) -> bool:
    """True where the database has the table of the marker row, whether its row reads or not.

    Raises:
        sqlite3.Error: the table of tables can't be read.
    """
    (count,) = connection.execute(
        "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'schema'"
    ).fetchone()
    return bool(count)


def version_of(connection: sqlite3.Connection) -> int | None:
    """The schema's version by its marker row; None where there is no such row.

    A file of no bytes is a valid empty database to SQLite: only the row shows that it was ours.

    Raises:
        sqlite3.Error: the database can't be read.
    """
    if not is_ours(connection):
        return None
    row = connection.execute("SELECT version FROM schema WHERE id = 1").fetchone()
    return int(row[0]) if row else None


def migrate(connection: sqlite3.Connection, now: float, *, to: int = CURRENT) -> int:
    """Takes the steps that are missing, each in a transaction of its own.

    Args:
        connection: in autocommit mode.
        now: UTC seconds, kept as the time of making and of each step.
        to: the version to stop at.

    Returns:
        The number of steps taken.

    Raises:
        sqlite3.Error: a step failed; the database is as after the last one that did not.
    """
    version = version_of(connection) or 0
    for number in range(version + 1, to + 1):
        _take(connection, number, now)
    return max(0, to - version)


def _take(connection: sqlite3.Connection, number: int, now: float) -> None:
    from sqlite_utils import Database

    step = import_module(f"{__name__}.{STEPS[number - 1]}")
    connection.execute("BEGIN IMMEDIATE")
    try:
        database = Database(connection, recursive_triggers=False, execute_plugins=False)
        if number == 1:
            database.table("schema").create(
                {"id": int, "version": int, "created": float, "migrated": float, "opened": int},
                pk="id",
                not_null={"version", "created", "migrated", "opened"},
                strict=True,
            )
        step.apply(database)
        connection.execute(
            "INSERT INTO schema (id, version, created, migrated, opened) VALUES (1, ?, ?, ?, 0)"
            " ON CONFLICT (id) DO UPDATE SET version = excluded.version,"
            " migrated = excluded.migrated",
            (number, now, now),
        )
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
