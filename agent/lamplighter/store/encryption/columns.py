"""Which columns are encrypted, and what each value is bound to."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EncryptedColumn:
    """A column; ``bound`` is the one whose value in the same row it is bound to."""

    table: str
    column: str
    bound: str
    is_text: bool

    @property
    def name(self) -> str:
        """As :meth:`Seals.column` and :meth:`Seals.texts` know it."""
        return f"{self.table}.{self.column}"


ENCRYPTED = (
    EncryptedColumn("inbox", "payload", "topic", is_text=False),
    EncryptedColumn("outbox", "payload", "topic", is_text=False),
    EncryptedColumn("dead_letters", "payload", "topic", is_text=False),
    EncryptedColumn("dead_letters", "reason", "topic", is_text=True),
    EncryptedColumn("announcements", "payload", "topic", is_text=False),
    EncryptedColumn("states", "value", "entity_id", is_text=True),
    EncryptedColumn("states", "attributes", "entity_id", is_text=True),
    EncryptedColumn("texts", "value", "series", is_text=True),
    EncryptedColumn("commands", "reply", "key", is_text=True),
    EncryptedColumn("alarms", "data", "asset", is_text=True),
    EncryptedColumn("reports", "title", "asset", is_text=True),
    EncryptedColumn("reports", "text", "asset", is_text=True),
    EncryptedColumn("reports", "data", "asset", is_text=True),
    EncryptedColumn("audit", "data", "device", is_text=True),
    EncryptedColumn("schedule", "text", "kind", is_text=True),
    EncryptedColumn("schedule", "data", "kind", is_text=True),
    EncryptedColumn("orders", "data", "kind", is_text=True),
    EncryptedColumn("episodes", "data", "asset", is_text=True),
    EncryptedColumn("episodes", "helped", "asset", is_text=True),
    EncryptedColumn("snapshots", "data", "name", is_text=True),
)
