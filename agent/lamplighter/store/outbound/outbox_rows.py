"""A row of the outbox."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any, NamedTuple

from lamplighter.errors import UnreadableError
from lamplighter.plugin import Publication
from lamplighter.store.encryption.sealing import Column
from lamplighter.store.outbound.lanes import Lane
from lamplighter.timekeeping.timekeeper import Stamp

_TOGETHER = 50

COLUMNS = (
    "id, link, lane, attempts, command, created, boot, uptime, once, merged,"
    " rule, topic, payload, qos, retain, expires_at, response_topic, correlation,"
    " trusted, lasts"
)

INSERT = (
    "INSERT INTO outbox (link, lane, command, created, boot, uptime, once,"
    " rule, topic, payload, qos, retain, expires_at, response_topic, correlation,"
    " trusted, lasts)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
"""Takes a :class:`NewRow`."""

MAY_BE_OVER = 2
"""Value of ``once`` in a row that must not be sent twice, and may have been sent."""

UNCERTAIN = "uncertain"
"""Why a row is given up that may have been sent, and must not be sent twice."""

PULL = "UPDATE outbox SET lane = ?1 WHERE topic = ?2 AND link = ?3 AND lane > ?1"
"""Takes lane, topic and link: the elders of a topic in lower lanes follow into this one."""


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """A publication that waits.

    Attributes:
        id: its row; grows in order of insertion, never used again.
        link: which broker it is for.
        lane: how urgent it is.
        attempts: how often publishing it failed.
        command: key of the command that it carries out, or None.
        created: UTC seconds when it was put in, by the clock of then.
        publication: what is to be published.
        boot: id of the boot in which it was put in, or None where that is not known.
        uptime: seconds from that boot until then, or None.
        once: 1 where it must not be sent twice, 2 where that one time may be over, else 0.
        merged: how many messages it stands for.
        rule: name of the forward rule that it was put in by, or None.
        trusted: whether ``created`` is by a clock that was known, or likely, to be right.
    """

    id: int
    link: str
    lane: Lane
    attempts: int
    command: str | None
    created: float
    publication: Publication
    boot: str | None = None
    uptime: float | None = None
    once: int = 0
    merged: int = 1
    rule: str | None = None
    trusted: bool = False


def row_of(values: Sequence[Any]) -> OutboxRow:
    """The row that :data:`COLUMNS` hold, its payload as it is stored; see :func:`opened`."""
    (number, link, lane, attempts, command, created, boot, uptime, once, merged, *rest) = values
    rule, topic, payload, qos, retain, expires_at, answer, correlation, trusted, lasts = rest
    publication = Publication(
        topic=topic,
        payload=payload,
        qos=qos,
        retain=bool(retain),
        expires_at=expires_at,
        response_topic=answer,
        correlation=correlation,
        lasts=lasts,
    )
    return OutboxRow(
        number,
        link,
        Lane(lane),
        attempts,
        command,
        created,
        publication,
        boot,
        uptime,
        once,
        merged,
        rule,
        bool(trusted),
    )


def opened(row: OutboxRow, payloads: Column) -> OutboxRow | None:
    """The row with its payload as it was put in; None where it does not open.

    Raises:
        StoreKeyError: it is encrypted with a key that is not given.
    """
    publication = row.publication
    try:
        payload = payloads.open(publication.topic, publication.payload)
    except UnreadableError:
        return None
    if payload is publication.payload:
        return row
    return replace(row, publication=replace(publication, payload=payload))


class NewRow(NamedTuple):
    """Values for :data:`INSERT`; see :class:`OutboxRow`."""

    link: str
    lane: int
    command: str | None
    created: float
    boot: str | None
    uptime: float | None
    once: bool
    rule: str | None
    topic: str
    payload: bytes
    qos: int
    retain: bool
    expires_at: float | None
    response_topic: str | None
    correlation: bytes | None
    trusted: bool
    lasts: float | None


def new_row(
    publication: Publication,
    lane: Lane,
    *,
    link: str,
    command: str | None,
    rule: str | None,
    stamp: Stamp,
    once: bool,
    payloads: Column,
) -> NewRow:
    """A row for a publication, sealed by ``payloads``; others as for :class:`OutboxRow`."""
    return NewRow(
        link,
        lane,
        command,
        stamp.wall,
        stamp.boot,
        stamp.uptime,
        once,
        rule,
        publication.topic,
        payloads.seal(publication.topic, publication.payload),
        publication.qos,
        publication.retain,
        publication.expires_at,
        publication.response_topic,
        publication.correlation,
        stamp.trusted,
        publication.lasts,
    )


def in_order(rows: Sequence[NewRow]) -> tuple[list[NewRow], list[tuple[int, str, str]]]:
    """Rows with none in a lower lane than a later one of its topic, so that order is kept.

    Returns:
        The rows, and lane, topic, link of those whose elders on disk have to follow.
    """
    urgent: dict[tuple[str, str], int] = {}
    found: list[NewRow] = []
    for row in reversed(rows):
        key = row.topic, row.link
        lane = min(row.lane, urgent.get(key, row.lane))
        if lane < Lane.TELEMETRY:
            urgent[key] = lane
        found.append(row if lane == row.lane else row._replace(lane=lane))
    found.reverse()
    return found, [(lane, topic, link) for (topic, link), lane in urgent.items()]


def insert_all(connection: sqlite3.Connection, rows: Sequence[NewRow]) -> None:
    """Puts rows in, many with one statement: it is the statements that the triggers make slow."""
    head, _, values = INSERT.partition(" VALUES ")
    whole = len(rows) // _TOGETHER * _TOGETHER
    if whole:
        sql = f"{head} VALUES {', '.join([values] * _TOGETHER)}"
        for start in range(0, whole, _TOGETHER):
            connection.execute(sql, [*chain.from_iterable(rows[start : start + _TOGETHER])])
    connection.executemany(INSERT, rows[whole:])
