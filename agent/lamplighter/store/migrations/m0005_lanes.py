"""Step 5: what waits is counted by link and lane, and by which clock; losses by link, numbered."""

from __future__ import annotations

from typing import Any

_COUNTED = "rows = rows + excluded.rows, bytes = bytes + excluded.bytes"


def apply(database: Any) -> None:
    """Adds columns and counts; ``database`` is a ``sqlite_utils.Database`` within a transaction."""
    for table in ("inbox", "dead_letters"):
        database.execute(f"ALTER TABLE {table} ADD COLUMN link TEXT NOT NULL DEFAULT 'broker'")
        database.execute(f"ALTER TABLE {table} ADD COLUMN expires_at REAL")
    # The clock of the wall may be wrong: uptime within one boot never is.
    database.execute("ALTER TABLE outbox ADD COLUMN boot TEXT")
    database.execute("ALTER TABLE outbox ADD COLUMN uptime REAL")
    # 1 where the clock of the wall was known to be right when it was put in.
    database.execute("ALTER TABLE outbox ADD COLUMN trusted INTEGER NOT NULL DEFAULT 0")
    # Seconds from then after which it must not leave any more, however the wall's clock is set.
    database.execute("ALTER TABLE outbox ADD COLUMN lasts REAL")
    database.execute(
        "CREATE INDEX outbox_lasting ON outbox (boot, uptime + lasts) WHERE lasts IS NOT NULL"
    )
    # What is due in so many minutes is due by uptime, unless there was a boot in between.
    database.execute("ALTER TABLE schedule ADD COLUMN boot TEXT")
    database.execute("ALTER TABLE schedule ADD COLUMN uptime REAL")
    # Which messages of a command were given up and why: JSON, reasons by topic.
    database.execute("ALTER TABLE commands ADD COLUMN lost TEXT")
    # 1: it must not be sent twice (a toggle, a button); 2: it may have been.
    database.execute("ALTER TABLE outbox ADD COLUMN once INTEGER NOT NULL DEFAULT 0")
    # How many messages a row stands for, after thinning.
    database.execute("ALTER TABLE outbox ADD COLUMN merged INTEGER NOT NULL DEFAULT 1")
    # The forward rule that it was put in by: what leaves together, and how, is said there.
    database.execute("ALTER TABLE outbox ADD COLUMN rule TEXT")
    database.execute("DROP INDEX IF EXISTS outbox_topic")
    database.execute("CREATE INDEX outbox_topic ON outbox (topic, link, lane)")
    _count_lanes(database)
    _widen_ledger(database)


def _widen_ledger(database: Any) -> None:
    """By link, with a number for every change, so that what is new can be told to others."""
    database.execute("ALTER TABLE ledger RENAME TO ledger_before")
    database.table("ledger").create(
        {
            "link": str,
            "lane": str,
            "topic": str,
            "reason": str,
            "day": int,
            "count": int,
            "bytes": int,
            "first": float,
            "last": float,
            "at": float,
            "detail": str,
            "change": int,
        },
        pk=("link", "lane", "topic", "reason", "day"),
        not_null={"count", "bytes", "first", "last", "at", "detail", "change"},
        strict=True,
    )
    database.execute(
        "INSERT INTO ledger SELECT CASE WHEN lane IN ('commands', 'alarms', 'states', 'telemetry')"
        " THEN 'broker' ELSE '' END, lane, topic, reason, day, count, bytes, first, last, last,"
        " '', rowid FROM ledger_before"
    )
    database.execute("DROP TABLE ledger_before")
    database.table("ledger").create_index(["change"], "ledger_change")
    database.table("ledger").create_index(["at"], "ledger_at")


def _count_lanes(database: Any) -> None:
    """Counts by triggers: right whoever writes, and read without a look at the rows."""
    database.table("lane_counts").create(
        {"link": str, "lane": int, "rows": int, "bytes": int},
        pk=("link", "lane"),
        not_null={"rows", "bytes"},
        strict=True,
    )
    database.execute(
        "INSERT INTO lane_counts (link, lane, rows, bytes)"
        " SELECT link, lane, count(*), sum(length(payload) + length(topic)) FROM outbox"
        " GROUP BY link, lane"
    )
    _trigger(database, "outbox_put", "AFTER INSERT ON outbox", "new", 1)
    _trigger(database, "outbox_gone", "AFTER DELETE ON outbox", "old", -1)
    moved = "AFTER UPDATE OF lane, link, topic, payload ON outbox"
    _trigger(database, "outbox_moved_from", moved, "old", -1)
    _trigger(database, "outbox_moved_to", moved, "new", 1)


def _trigger(database: Any, name: str, event: str, row: str, sign: int) -> None:
    size = f"length({row}.payload) + length({row}.topic)"
    database.execute(
        f"CREATE TRIGGER {name} {event} BEGIN"  # noqa: S608 - names of ours
        f" INSERT INTO lane_counts (link, lane, rows, bytes)"
        f" VALUES ({row}.link, {row}.lane, {sign}, {sign} * ({size}))"
        f" ON CONFLICT (link, lane) DO UPDATE SET {_COUNTED}; END"
    )
