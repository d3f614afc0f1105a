"""The outbox's lanes and the ledger in figures, for health and metrics alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lamplighter.store.outbound.lane_bounds import Count
from lamplighter.store.outbound.lanes import Lane
from lamplighter.store.outbound.outbox import Outbox

_MOST_KINDS = 12
OTHER = "other"


@dataclass(frozen=True, slots=True)
class LaneFacts:
    """A lane of a link.

    Attributes:
        link: which broker it is for.
        lane: which.
        rows: how many wait.
        bytes: of their payloads and topics.
        oldest_s: seconds since the oldest was put in; 0 where none waits.
        put: rows put in since the start.
        sent: rows that the broker took since the start.
        used: part of the lane's bound that is used; None where it has none.
    """

    link: str
    lane: Lane
    rows: int
    bytes: int
    oldest_s: float
    put: int
    sent: int
    used: float | None = None


def lane_facts(outbox: Outbox, links: Sequence[str], now: float) -> list[LaneFacts]:
    """Every lane of every link named, and of others that something waits for.

    Raises:
        StoreError: the database can't be read.
    """
    depths = {(each.link, each.lane): each for each in outbox.depth()}
    put, sent = outbox.traffic.totals()
    wanted = {(link, lane): None for link in links for lane in Lane}
    facts = []
    for link, lane in dict.fromkeys((*wanted, *sorted(depths))):
        depth = depths.get((link, lane))
        rows, size, oldest = (depth.rows, depth.bytes, depth.oldest) if depth else (0, 0, now)
        # A clock that was set back must not make ages negative.
        age = max(0.0, now - oldest)
        key = (link, lane)
        bound = outbox.keeper.bounds.get(lane)
        used = None if bound is None else bound.used(Count(rows, size))
        facts.append(
            LaneFacts(link, lane, rows, size, age, put.get(key, 0), sent.get(key, 0), used)
        )
    return facts


def losses_by_kind(totals: Mapping[str, Mapping[str, int]]) -> dict[str, dict[str, int]]:
    """The ledger's counts by lane and kind of reason: what stands before its first colon.

    Bounded, whatever brokers give as reasons: the rarest kinds of a lane add up to ``other``.
    """
    found: dict[str, dict[str, int]] = {}
    for lane, reasons in totals.items():
        kinds: Counter[str] = Counter()
        for reason, count in reasons.items():
            kinds[reason.partition(":")[0]] += count
        common = dict(kinds.most_common(_MOST_KINDS))
        rest = kinds.total() - sum(common.values())
        found[lane] = common | ({OTHER: common.get(OTHER, 0) + rest} if rest else {})
    return found
