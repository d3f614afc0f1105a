"""A row of the outbox."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lamplighter.plugin import Publication
from lamplighter.store.lanes import Lane

COLUMNS = (
    "id, link, lane, attempts, command, rule, created, topic, payload, qos, retain, expires_at,"
    " response_topic, correlation"
)


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """A publication that waits.

    Attributes:
        id: its row; grows in order of insertion, never used again.
        link: which broker it is for.
        lane: how urgent it is.
        attempts: how often publishing it failed.
        command: key of the command that it carries out, or None.
        rule: name of the forward rule that it was put in by, or None.
        created: UTC seconds when it was put in.
        publication: what is to be published.
    """

    id: int
    link: str
    lane: Lane
    attempts: int
    command: str | None
    created: float
    publication: Publication
    rule: str | None = None


def row_of(values: Sequence[Any]) -> OutboxRow:
    """The row that :data:`COLUMNS` hold."""
    number, link, lane, attempts, command, rule, created, *rest = values
    topic, payload, qos, retain, expires_at, answer, correlation = rest
    publication = Publication(
        topic=topic,
        payload=payload,
        qos=qos,
        retain=bool(retain),
        expires_at=expires_at,
        response_topic=answer,
        correlation=correlation,
    )
    return OutboxRow(number, link, Lane(lane), attempts, command, created, publication, rule)


def values_of(publication: Publication, created: float) -> tuple[Any, ...]:
    """Values of the columns from ``topic`` to ``correlation``, ``created`` after ``retain``."""
    return (
        publication.topic,
        publication.payload,
        publication.qos,
        publication.retain,
        created,
        publication.expires_at,
        publication.response_topic,
        publication.correlation,
    )
