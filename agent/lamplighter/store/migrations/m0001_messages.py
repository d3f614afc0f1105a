"""Step 1: messages on their way in and out, what became of commands, and what was lost."""

from __future__ import annotations

from typing import Any


def apply(database: Any) -> None:
    """Makes the tables; ``database`` is a ``sqlite_utils.Database`` within a transaction."""
    _inbound(database)
    _outbound(database)
    database.table("ledger").create(
        {
            "lane": str,
            "topic": str,
            "reason": str,
            "day": int,
            "count": int,
            "bytes": int,
            "first": float,
            "last": float,
        },
        pk=("lane", "topic", "reason", "day"),
        not_null={"count", "bytes", "first", "last"},
        strict=True,
    )


def _inbound(database: Any) -> None:
    message = {
        "id": int,
        "topic": str,
        "payload": bytes,
        "qos": int,
        "retain": int,
        "arrived": float,
        "response_topic": str,
        "correlation": bytes,
        "duplicate": int,
    }
    known = {"topic", "payload", "qos", "retain", "arrived", "duplicate"}
    database.table("inbox").create(message, pk="id", not_null=known, strict=True)
    database.table("dead_letters").create(
        {**message, "buried": float, "reason": str, "bytes": int},
        pk="id",
        not_null={*known, "buried", "reason", "bytes"},
        strict=True,
    )


def _outbound(database: Any) -> None:
    # AUTOINCREMENT: an id is never used again, so an ack that comes late can't hit another row.
    database.execute(
        """
        CREATE TABLE outbox (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            link TEXT NOT NULL,
            lane INTEGER NOT NULL,
            topic TEXT NOT NULL,
            payload BLOB NOT NULL,
            qos INTEGER NOT NULL,
            retain INTEGER NOT NULL,
            created REAL NOT NULL,
            expires_at REAL,
            response_topic TEXT,
            correlation BLOB,
            command TEXT,
            attempts INTEGER NOT NULL DEFAULT 0
        ) STRICT
        """
    )
    database.table("outbox").create_index(["link", "lane", "id"], "outbox_order")
    database.table("outbox").create_index(["topic"], "outbox_topic")
    database.execute(
        "CREATE INDEX outbox_expiry ON outbox (expires_at) WHERE expires_at IS NOT NULL"
    )
    database.table("commands").create(
        {"key": str, "finished": float, "reply": str},
        pk="key",
        not_null={"finished", "reply"},
        strict=True,
    )
    database.table("commands").create_index(["finished"], "commands_finished")
