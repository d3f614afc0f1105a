"""Step 4: what parts of the agent keep of themselves from one run to the next."""

from __future__ import annotations

from typing import Any


def apply(database: Any) -> None:
    """Makes the table; ``database`` is a ``sqlite_utils.Database`` within a transaction."""
    database.table("snapshots").create(
        {"name": str, "data": str, "updated": float},
        pk="name",
        not_null={"data", "updated"},
        strict=True,
    )
