"""Step 8: indexes for questions about machines: what befell one of them, and who did what."""

from __future__ import annotations

from typing import Any


def apply(database: Any) -> None:
    """Makes the indexes; ``database`` is a ``sqlite_utils.Database`` within a transaction."""
    database.execute("CREATE INDEX reports_asset ON reports (asset, id)")
    database.execute("CREATE INDEX episodes_asset ON episodes (asset, ended)")
    database.execute(
        "CREATE INDEX audit_alarms ON audit (id) WHERE substr(action, 1, 6) = 'alarm.'"
    )
