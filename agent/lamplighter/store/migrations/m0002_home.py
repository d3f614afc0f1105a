"""Step 2: what is known of the home: announcements, states, and their history."""

from __future__ import annotations

from typing import Any


def apply(database: Any) -> None:
    """Makes the tables; ``database`` is a ``sqlite_utils.Database`` within a transaction."""
    database.table("announcements").create(
        {"plugin": str, "topic": str, "payload": bytes, "updated": float},
        pk=("plugin", "topic"),
        not_null={"payload", "updated"},
        strict=True,
    )
    database.table("states").create(
        {
            "entity_id": str,
            "value": str,
            "attributes": str,
            "available": int,
            "changed": float,
            "updated": float,
        },
        pk="entity_id",
        not_null={"attributes", "available", "changed", "updated"},
        strict=True,
    )
    database.table("series").create(
        {"id": int, "name": str}, pk="id", not_null={"name"}, strict=True
    )
    database.table("series").create_index(["name"], "series_name", unique=True)
    for table, kind in (("samples", "REAL"), ("texts", "TEXT")):
        # The key is the row: half the size of a table with an index, and read in order of time.
        database.execute(
            f"""
            CREATE TABLE {table} (
                series INTEGER NOT NULL,
                time REAL NOT NULL,
                value {kind} NOT NULL,
                PRIMARY KEY (series, time)
            ) STRICT, WITHOUT ROWID
            """
        )
