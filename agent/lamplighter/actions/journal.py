"""What commands leave behind: their messages, their replies, and the note that they were done."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import structlog

from lamplighter.actions.record import ActionRecord
from lamplighter.actions.reply import expired, waits
from lamplighter.errors import LamplighterError, LaneFullError
from lamplighter.plugin import Publication
from lamplighter.store.outbound.lanes import Lane
from lamplighter.store.outbound.outbox import BROKER
from lamplighter.store.outbound.outbox_rows import OutboxRow
from lamplighter.store.records.audit import AuditEntry
from lamplighter.store.records.commands import CommandStatus
from lamplighter.store.records.ledger import Reason
from lamplighter.store.store import Store
from lamplighter.understanding.interpretation import Ask

_log = structlog.get_logger("commands")

_ADDRESS = "answer_to"
"""Beside a kept reply that is not the last word: where that is to go."""


class CommandJournal:
    """The commander's hand in the store. Every method commits before it returns.

    Args:
        store: where everything is kept.
        root: ``lamplighter/<node>``.
        clock: UTC seconds.
        ageing: UTC seconds of a clock that takes no leaps, by which commands are remembered;
            None: ``clock``.
        carried_out: told of an ask and its actions, as JSON, once they are in the audit.
    """

    def __init__(
        self,
        store: Store,
        root: str,
        clock: Callable[[], float],
        ageing: Callable[[], float] | None = None,
        carried_out: Callable[[Ask, Sequence[Mapping[str, Any]]], None] = lambda _ask, _did: None,
    ) -> None:
        self.store = store
        self.root = root
        self.clock = clock
        self.ageing = ageing or clock
        self.carried_out = carried_out

    def begin(self, key: str, window: float) -> CommandStatus:
        """Takes a command on, unless it runs or finished within the last ``window`` seconds.

        Raises:
            StoreError: the database can't be read; the command was not taken on.
        """
        status = self.store.commands.begin(key, self.ageing(), window)
        if status.reply is None or _ADDRESS not in status.reply:
            return status
        reply = json.loads(status.reply)
        reply.pop(_ADDRESS, None)
        return replace(status, reply=json.dumps(reply))

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
        write: Callable[[sqlite3.Connection], None] | None = None,
    ) -> list[int]:
        """Puts the actions' messages into the outbox and notes the command as carried out.

        Args:
            key: what the command is remembered by.
            records: its actions.
            provisional: the reply should the daemon end before they are confirmed.
            write: what else the command changes at once: what it leads to later.

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
            if write is not None:
                write(conn)
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
        it came from. What it says is waiting for the broker, and has expired by now, is said to
        have expired.
        """
        address = {
            "topic": response_topic,
            "correlation": None if correlation is None else correlation.hex(),
            "link": link,
        }

        def work(conn: sqlite3.Connection) -> None:
            said = payload if key is None else self._up_to_date(conn, key, payload)
            if carried_out is not None:
                self._audit(conn, carried_out, said)
            if write is not None:
                write(conn)
            for publication in self._replies(said, address):
                self.store.outbox.insert(conn, publication, Lane.COMMANDS, link=link)
            if key is not None:
                self.store.commands.finish(conn, key, _kept(said, address), self.ageing())
            if scheduled is not None:
                self.store.schedule.complete(conn, scheduled)

        await asyncio.wrap_future(self.store.submit(work))
        if carried_out is not None:
            self.carried_out(carried_out, payload["actions"])

    def expired(self, conn: sqlite3.Connection, rows: Sequence[OutboxRow]) -> None:
        """Answers commands once more that were said to wait for the broker, and expired there.

        Within the transaction in which these messages are given up, so once each.
        """
        topics: dict[str, set[str]] = {}
        for row in rows:
            if row.command is not None:
                topics.setdefault(row.command, set()).add(row.publication.topic)
        for key, of_command in topics.items():
            try:
                self._answer_again(conn, key, of_command)
            except (LamplighterError, LookupError, TypeError, ValueError) as error:
                # The rows are gone all the same; a reply that does not read is no reason to stay.
                _log.warning("expiry_not_answered", key=key, reason=str(error))

    def _answer_again(self, conn: sqlite3.Connection, key: str, topics: set[str]) -> None:
        kept = self.store.commands.kept(conn, key)
        if kept is None:
            return
        reply = json.loads(kept)
        address = reply.pop(_ADDRESS, {})
        last = expired(reply, topics)
        if last is None:
            return
        self.store.commands.amend(conn, key, _kept(last, address))
        for publication in self._replies(last, address):
            with contextlib.suppress(LaneFullError):  # then it is in the ledger
                self.store.outbox.insert(
                    conn, publication, Lane.COMMANDS, link=address.get("link", BROKER)
                )
        _log.info("command_expired", id=last.get("id"))

    def _up_to_date(
        self, conn: sqlite3.Connection, key: str, payload: dict[str, Any]
    ) -> dict[str, Any]:
        if not waits(payload):
            return payload
        lost = self.store.commands.lost(conn, key)
        topics = {topic for topic, reason in lost.items() if reason == Reason.EXPIRED}
        return expired(payload, topics) or payload

    def _replies(self, payload: dict[str, Any], address: dict[str, Any]) -> list[Publication]:
        """A reply for everybody, and for who asked for one of its own."""
        encoded = _encoded(payload)
        found = [Publication(f"{self.root}/reply", encoded)]
        if topic := address.get("topic"):
            mark = address.get("correlation")
            correlation = None if mark is None else bytes.fromhex(mark)
            found.append(Publication(topic, encoded, correlation=correlation))
        return found

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


def _kept(payload: dict[str, Any], address: dict[str, Any]) -> str:
    """A reply as it is remembered, with its address where another one may have to follow."""
    return json.dumps({**payload, _ADDRESS: address} if waits(payload) else payload)


def _encoded(payload: dict[str, Any]) -> bytes:
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
