"""Step 7: episodes that are over, to be compared with later ones."""

from __future__ import annotations

from typing import Any


def apply(database: Any) -> None:
    """Makes the table; ``database`` is a ``sqlite_utils.Database`` within a transaction."""
    database.execute(
        """
        CREATE TABLE episodes (
            episode TEXT PRIMARY KEY,
            asset TEXT NOT NULL,
            class TEXT NOT NULL,
            started REAL NOT NULL,
            ended REAL NOT NULL,
            severity TEXT NOT NULL,
            signature BLOB NOT NULL,
            data TEXT NOT NULL,
            helped TEXT NOT NULL
        ) STRICT
        """
    )
    database.execute("CREATE INDEX episodes_class ON episodes (class)")
    database.execute("CREATE INDEX episodes_ended ON episodes (ended)")
