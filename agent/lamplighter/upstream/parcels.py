"""What leaves as one packet: a message as it waits on disk, or several in an envelope."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from lamplighter.plugin import Publication
from lamplighter.store.outbound.outbox_rows import OutboxRow
from lamplighter.upstream.compression import ENCODING, compressed
from lamplighter.upstream.envelopes import Envelope, Item, encode, size_of
from lamplighter.upstream.mapping import TopicTemplate
from lamplighter.upstream.settings import Batch, Forward

_CONTENT = {"json": "application/json", "ndjson": "application/x-ndjson"}


@dataclass(slots=True)
class Parcel:
    """Rows that leave together; ``late`` where they are of the backlog."""

    rows: list[OutboxRow]
    late: bool
    rule: Forward | None = None
    size: int = 0

    def takes(self, row: OutboxRow, batch: Batch, most: int) -> bool:
        """Whether there is room for another row, at most ``most`` in all."""
        size = size_of(row.publication.topic, row.publication.payload)
        return len(self.rows) < min(batch.count, most) and self.size + size <= batch.bytes

    def add(self, row: OutboxRow) -> None:
        """Puts a row in."""
        self.rows.append(row)
        self.size += size_of(row.publication.topic, row.publication.payload)


@dataclass(slots=True)
class Packing:
    """Puts rows into parcels, in their order.

    Args:
        rule_of: the rule of a row that has one which is still there.
        age: seconds since a row was put in.
        most: the most rows for an envelope of a rule, where the broker refused larger ones.
    """

    rule_of: Callable[[OutboxRow], Forward | None]
    age: Callable[[OutboxRow], float]
    most: dict[str, int] = field(default_factory=dict)

    def pack(self, rows: Sequence[tuple[OutboxRow, bool]]) -> tuple[list[Parcel], list[OutboxRow]]:
        """The parcels that are ready, and the rows that still wait for company.

        Args:
            rows: each with whether it is of the backlog.
        """
        ready: list[Parcel] = []
        open_parcels: dict[tuple[str, bool], Parcel] = {}
        for row, late in rows:
            rule = self.rule_of(row)
            if rule is None or rule.batch is None:
                ready.append(Parcel([row], late, rule))
                continue
            key = (rule.title, late)
            if not late and (rule.title, True) in open_parcels:
                # This row may be of a topic in there, and has to leave behind it.
                ready.append(open_parcels.pop((rule.title, True)))
            most = self.most.get(rule.title, rule.batch.count)
            parcel = open_parcels.get(key)
            if parcel is not None and not parcel.takes(row, rule.batch, most):
                ready.append(open_parcels.pop(key))
                parcel = None
            if parcel is None:
                parcel = open_parcels[key] = Parcel([], late, rule)
            parcel.add(row)
        waiting: list[OutboxRow] = []
        for parcel in open_parcels.values():
            if self._is_full(parcel) or self.wait(parcel.rows[0]) <= 0:
                ready.append(parcel)
            else:
                waiting += parcel.rows
        return ready, waiting

    def wait(self, row: OutboxRow) -> float:
        """Seconds that a row of an envelope goes on waiting for others."""
        rule = self.rule_of(row)
        if rule is None or rule.batch is None:
            return 0.0
        return rule.batch.seconds - self.age(row)

    def _is_full(self, parcel: Parcel) -> bool:
        assert parcel.rule is not None
        assert parcel.rule.batch is not None
        batch = parcel.rule.batch
        most = min(batch.count, self.most.get(parcel.rule.title, batch.count))
        return len(parcel.rows) >= most or parcel.size >= batch.bytes


def publication_of(parcel: Parcel, node: str) -> Publication:
    """What is published for a parcel: compressed where its rule says so, with its stamps."""
    rule = parcel.rule
    if rule is None:
        return parcel.rows[0].publication
    content = None
    if rule.batch is None:
        publication = parcel.rows[0].publication
        marks = _stamps(parcel.rows[0])
    else:
        publication = _envelope(parcel.rows, rule, rule.batch, node)
        content = _CONTENT[rule.batch.format]
        marks = ()
    frame = compressed(publication.payload, rule.compress_above)
    if frame is not None:
        publication = replace(publication, payload=frame)
        marks = (*marks, ("content-encoding", ENCODING))
    return replace(publication, user_properties=marks, content_type=content)


def topic_of(batch: Batch, node: str) -> str:
    """The topic that a rule's envelopes leave on."""
    return TopicTemplate(batch.to, node).expand("") or batch.to


def _envelope(rows: Sequence[OutboxRow], rule: Forward, batch: Batch, node: str) -> Publication:
    envelope = Envelope(node, rule.title, tuple(_item(row) for row in rows))
    expiries = [row.publication.expires_at for row in rows]
    known = [each for each in expiries if each is not None]
    return Publication(
        topic_of(batch, node),
        encode(envelope, lines=batch.format == "ndjson"),
        qos=rule.qos,
        expires_at=max(known) if len(known) == len(rows) else None,
    )


def _item(row: OutboxRow) -> Item:
    publication = row.publication
    return Item(
        topic=publication.topic,
        payload=publication.payload,
        id=row.id,
        at=row.created,
        boot=row.boot or None,
        up=row.uptime if row.boot else None,
        retain=publication.retain,
        merged=row.merged,
    )


def _stamps(row: OutboxRow) -> tuple[tuple[str, str], ...]:
    """When a message was taken in, by both clocks, and its number: for MQTT 5."""
    marks = [("id", str(row.id)), ("at", f"{row.created:.3f}")]
    if row.boot and row.uptime is not None:
        marks += [("boot", row.boot), ("up", f"{row.uptime:.3f}")]
    if row.merged > 1:
        marks.append(("merged", str(row.merged)))
    return tuple(marks)
