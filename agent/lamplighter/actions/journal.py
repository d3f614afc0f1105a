"""What commands leave behind: their messages, their replies, and the note that they were done."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Callable, Sequence
from typing import Any

from lamplighter.actions.record import ActionRecord
from lamplighter.plugin import Publication
from lamplighter.store.outbound.lanes import Lane
from lamplighter.store.outbound.outbox import BROKER
from lamplighter.store.records.audit import AuditEntry
from lamplighter.store.records.commands import CommandStatus
from lamplighter.store.store import Store
from lamplighter.understanding.interpretation import Ask


class CommandJournal:
    """The commander's hand in the store. Every method commits before it returns.

    Args:
        store: where everything is kept.
        root: ``lamplighter/<node>``.
        clock: UTC seconds.
        ageing: UTC seconds of a clock that takes no leaps, by which commands are remembered;
            None: ``clock``.
    """

    def __init__(
        self,
        store: Store,
        root: str,
        clock: Callable[[], float],
        ageing: Callable[[], float] | None = None,
    ) -> None:
        self.store = store
        self.root = root
        self.clock = clock
        self.ageing = ageing or clock

    def begin(self, key: str, window: float) -> CommandStatus:
        """Takes a command on, unless it runs or finished within the last ``window`` seconds.

        Raises:
            StoreError: the database can't be read; the command was not taken on.
        """
        return self.store.commands.begin(key, self.ageing(), window)

    def finished(self, key: str) -> bool:
        """Whether a command's messages were sent, its reply maybe not.

        Raises:
            StoreError: the database can't be read.
        """
        return self.store.commands.finished(key)

    def abandon(self, key: str) -> None:
        """Lets go of a command that had no effect, so that it may come again."""
        self.store.commands.abandon(key)

    async def send(
        self,
        key: str,
        records: Sequence[ActionRecord],
        provisional: dict[str, Any],
    ) -> list[int]:
        """Puts the actions' messages into the outbox and notes the command as carried out.

        Args:
            key: what the command is remembered by.
            records: its actions.
            provisional: the reply should the daemon end before they are confirmed.

        Returns:
            The outbox rows, also set as each record's ``rows``.
        """

        def work(conn: sqlite3.Connection) -> list[list[int]]:
            outbox = self.store.outbox
            rows = [
                [
                    outbox.insert(conn, each, Lane.COMMANDS, command=key, once=record.once)
                    for each in record.publications
                ]
                for record in records
            ]
            self.store.commands.finish(conn, key, json.dumps(provisional), self.ageing())
            return rows

        made = await asyncio.wrap_future(self.store.submit(work))
        for record, rows in zip(records, made, strict=True):
            record.rows = rows
        return [row for rows in made for row in rows]

    async def answer(
        self,
        key: str | None,
        payload: dict[str, Any],
        response_topic: str | None = None,
        correlation: bytes | None = None,
        *,
        scheduled: int | None = None,
        carried_out: Ask | None = None,
        write: Callable[[sqlite3.Connection], None] | None = None,
        link: str = BROKER,
    ) -> None:
        """Publishes a reply, on the response topic too, and remembers it under ``key``.

        With ``carried_out``, whoever asked, the reply's actions are audited in the same
        transaction: each is kept, and published on ``actions``, once. ``scheduled`` is the entry of
        the schedule that is done by this; ``write`` is what else the ask changes; ``link`` is where
        it came from.
        """
        topics = [Publication(f"{self.root}/reply", _encoded(payload))]
        if response_topic:
            topics.append(Publication(response_topic, _encoded(payload), correlation=correlation))

        def work(conn: sqlite3.Connection) -> None:
            if carried_out is not None:
                self._audit(conn, carried_out, payload)
            if write is not None:
                write(conn)
            for publication in topics:
                self.store.outbox.insert(conn, publication, Lane.COMMANDS, link=link)
            if key is not None:
                self.store.commands.finish(conn, key, json.dumps(payload), self.ageing())
            if scheduled is not None:
                self.store.schedule.complete(conn, scheduled)

        await asyncio.wrap_future(self.store.submit(work))

    def _audit(self, conn: sqlite3.Connection, ask: Ask, payload: dict[str, Any]) -> None:
        now = self.clock()
        whose = {"id": ask.id, "at": now, "user": ask.user, "area": ask.area, "text": ask.text}
        whose |= {"origin": ask.origin}
        for action in payload["actions"]:
            entry = {**whose, "via": payload["via"], **action}
            kept = AuditEntry(now, action["device"], action["service"], entry)
            self.store.audit.insert(conn, kept)
            publication = Publication(f"{self.root}/actions", _encoded(entry))
            self.store.outbox.insert(conn, publication, Lane.COMMANDS)


def _encoded(payload: dict[str, Any]) -> bytes:
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
