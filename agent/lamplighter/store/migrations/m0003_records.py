"""Step 3: alarms, reports, the audit of actions, and what is scheduled."""

from __future__ import annotations

from typing import Any


def apply(database: Any) -> None:
    """Makes the tables; ``database`` is a ``sqlite_utils.Database`` within a transaction."""
    database.table("alarms").create(
        {
            "asset": str,
            "condition": str,
            "state": str,
            "severity": str,
            "since": float,
            "updated": float,
            "data": str,
        },
        pk=("asset", "condition"),
        not_null={"state", "severity", "since", "updated", "data"},
        strict=True,
    )
    database.table("reports").create(
        {"id": int, "created": float, "asset": str, "title": str, "text": str, "data": str},
        pk="id",
        not_null={"created", "asset", "title", "text", "data"},
        strict=True,
    )
    database.table("reports").create_index(["created"], "reports_created")
    database.table("audit").create(
        {"id": int, "time": float, "device": str, "action": str, "data": str},
        pk="id",
        not_null={"time", "device", "action", "data"},
        strict=True,
    )
    database.table("audit").create_index(["time"], "audit_time")
    database.table("schedule").create(
        {
            "id": int,
            "due": float,
            "kind": str,
            "text": str,
            "data": str,
            "created": float,
            "state": str,
        },
        pk="id",
        not_null={"due", "kind", "text", "data", "created", "state"},
        strict=True,
    )
    database.table("schedule").create_index(["state", "due"], "schedule_due")
