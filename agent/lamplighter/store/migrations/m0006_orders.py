"""Step 6: standing orders."""

from __future__ import annotations

from typing import Any


def apply(database: Any) -> None:
    """Makes the table; ``database`` is a ``sqlite_utils.Database`` within a transaction."""
    # AUTOINCREMENT: a number is never used again, as what was done is explained by it.
    database.execute(
        """
        CREATE TABLE orders (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            created REAL NOT NULL,
            kind TEXT NOT NULL,
            state TEXT NOT NULL,
            acted REAL,
            data TEXT NOT NULL
        ) STRICT
        """
    )
