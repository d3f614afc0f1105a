"""What leaves for upstream next: live traffic first, the backlog behind it at its pace.

It stands between the outbox and the pump, which takes it for the outbox::

    outbox ──due──────> oldest first ──┐
           ──younger──> live, past the ├─> parcels ──> pump ──> link
                        backlog of ────┘
                        other topics

The order of a topic is kept: a live message waits behind the backlog of its own topic, unless
its rule lets it overtake. Commands, replies and alarms are never held back.
"""

from __future__ import annotations

import math
from collections import Counter, deque
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import replace
from typing import Any, NamedTuple, Protocol

from lamplighter.store.outbound.lanes import Lane
from lamplighter.store.outbound.outbox import UPSTREAM
from lamplighter.store.outbound.outbox_rows import OutboxRow
from lamplighter.upstream.pacing import Pacer
from lamplighter.upstream.parcels import Packing, Parcel, publication_of, topic_of
from lamplighter.upstream.settings import Forward

_LOOK = 200
_LOOK_BYTES = 4 << 20
_LOOK_EVERY_S = 0.05
_REMEMBER_S = 1.0
_MOST_REMEMBERED = 20_000
_MOST_PARKED = 5000
_TOO_LARGE = "packet too large"


class Outbox(Protocol):
    """What this needs of :class:`lamplighter.store.outbound.outbox.Outbox`."""

    def due(
        self,
        limit: int,
        *,
        now: float,
        in_flight: Collection[int] = (),
        held: Collection[str] = (),
        link: str = ...,
    ) -> list[OutboxRow]:
        """The rows to leave next, by lane and age."""

    def younger(self, after: int, limit: int, *, now: float, link: str) -> list[OutboxRow]:
        """The rows behind one, as they came."""

    def has_elders(self, row: OutboxRow, apart: Collection[int]) -> bool:
        """Whether older rows of its topic wait."""

    def last_id(self) -> int:
        """The highest id of any row."""

    def sent(self, ids: Iterable[int], *, at_once: bool = False) -> None:
        """Rows that the broker has."""

    def tried(self, ids: Iterable[int]) -> None:
        """Rows that were refused and stay."""

    def begin(self, ids: Collection[int]) -> Future[None]:
        """Rows that must not be sent twice, and are sent when this is on disk."""

    def drop(self, ids: Collection[int], reason: str) -> Any:
        """Rows that are given up."""


class _Handed(NamedTuple):
    """What was handed out as one: ids and lanes of its rows, and its rule."""

    ids: list[int]
    lanes: list[Lane]
    rule: str | None


class Departures:
    """The outbox as the upstream pump sees it. Lives on the asyncio loop.

    Args:
        outbox: where rows wait.
        pacer: how fast a backlog may leave.
        rule_of: the settings of a rule by its name, or None.
        company: the longest that a rule lets its messages wait for company, in seconds.
        largest: the most messages that a rule puts into an envelope.
        node: the node's name.
        age: seconds since a row was put in, whatever the clock did meanwhile.
        monotonic: seconds that never step.
        wake_in: has the pump woken in so many seconds.
    """

    def __init__(
        self,
        outbox: Outbox,
        pacer: Pacer,
        *,
        rule_of: Callable[[str], Forward | None],
        company: Callable[[], float],
        largest: Callable[[], int],
        node: str,
        age: Callable[[OutboxRow], float],
        monotonic: Callable[[], float],
        wake_in: Callable[[float], None],
    ) -> None:
        self.outbox = outbox
        self.pacer = pacer
        self.node = node
        self.age = age
        self.monotonic = monotonic
        self.wake_in = wake_in
        self._rule_of = rule_of
        self._company = company
        self._largest = largest
        self._packing = Packing(self._rule, age)
        # What was handed out, by the id it goes by (its first row's).
        self._members: dict[int, _Handed] = {}
        # Rows that were read and did not leave: they wait for company, or for their pace.
        self._kept: dict[int, OutboxRow] = {}
        # Rows, by their ids, of envelopes on topics that the pump holds.
        self._parked: set[int] = set()
        self._look_after = -math.inf
        # Up to which row it is known that none is live and may go before others.
        self._looked = 0
        self._marks: deque[tuple[float, int]] = deque()
        self._blocked: dict[str, float] = {}
        self._mean = 512.0

    def start(self) -> None:
        """Whatever waits now was left by an earlier run: all of it is backlog.

        Raises:
            StoreError: the database can't be read.
        """
        self._looked = self.outbox.last_id()

    def tick(self) -> None:
        """A second has passed: notes which rows are no longer young, so that none is looked at.

        Raises:
            StoreError: the database can't be read.
        """
        now = self.monotonic()
        self._marks.append((now, self.outbox.last_id()))
        young = now - self.pacer.settings.live_within - self._company()
        while len(self._marks) > 1 and self._marks[1][0] <= young:
            self._looked = max(self._looked, self._marks.popleft()[1])

    def due(
        self,
        limit: int,
        *,
        now: float,
        in_flight: Collection[int] = (),
        held: Collection[str] = (),
        link: str = UPSTREAM,
    ) -> list[OutboxRow]:
        """The next to leave, envelopes as rows of their own.

        Arguments as of the outbox.
        """
        flying = self._expand(in_flight)
        self._members = {key: self._members[key] for key in in_flight if key in self._members}
        rows = self._read(limit, now, flying, held, link)
        if any(self._is_late(row) for row in rows if row.lane > Lane.ALARMS):
            chosen = self._sorted(rows, limit, now, flying, link)
        else:
            chosen = [(row, False) for row in rows]
        if held:
            chosen = [each for each in chosen if self._leaves_on(each[0]) not in held]
        return self._hand_out(chosen, limit)

    def lanes_of(self, row: OutboxRow) -> Mapping[Lane, int]:
        """How many rows of which lanes are in what was handed out as this row."""
        known = self._members.get(row.id)
        return Counter((row.lane,) if known is None else known.lanes)

    def sent(self, ids: Iterable[int], *, at_once: bool = False) -> None:
        """As of the outbox; for an envelope, all that was in it."""
        self.outbox.sent(self._expand(ids, forget=True), at_once=at_once)

    def tried(self, ids: Iterable[int]) -> None:
        """As of the outbox."""
        self.outbox.tried(self._expand(ids))

    def begin(self, ids: Collection[int]) -> Future[None]:
        """As of the outbox."""
        return self.outbox.begin(self._expand(ids))

    def drop(self, ids: Collection[int], reason: str) -> Any:
        """As of the outbox; an envelope that is too large is made smaller, and stays."""
        hopeless = [
            each for each in ids if not (reason.endswith(_TOO_LARGE) and self._shrink(each))
        ]
        return self.outbox.drop(list(self._expand(hopeless, forget=True)), reason)

    def _read(
        self, limit: int, now: float, flying: set[int], held: Collection[str], link: str
    ) -> list[OutboxRow]:
        """The rows to choose from, by lane and age, with those that were kept back before."""
        self._kept = {
            number: row
            for number, row in self._kept.items()
            if number not in flying and not _has_expired(row, now)
        }
        self._park(held)
        room = max(_LOOK, 2 * self._largest())
        if len(self._kept) >= room and self.monotonic() < self._look_after:
            self.wake_in(_LOOK_EVERY_S)
            found = []
        else:
            self._look_after = self.monotonic() + _LOOK_EVERY_S
            span = max(limit, min(room, int(_LOOK_BYTES / self._mean)) - len(self._kept))
            apart = flying.union(self._kept, self._parked)
            found = self.outbox.due(span, now=now, in_flight=apart, held=held, link=link)
        full = len(self._kept) >= room
        for row in found:
            self._mean += (len(row.publication.payload) + 1 - self._mean) / 64
            # Where enough wait for their pace, only what is urgent is worth being kept as well.
            if not full or row.lane <= Lane.ALARMS:
                self._kept[row.id] = row
        if held:
            self._park(held)
        return sorted(self._kept.values(), key=lambda row: (row.lane, row.id))

    def _park(self, held: Collection[str]) -> None:
        """Puts rows aside whose envelopes leave on a held topic, so that those behind are seen."""
        if not held:
            self._parked.clear()
            return
        for number, row in list(self._kept.items()):
            if self._leaves_on(row) in held:
                del self._kept[number]
                if len(self._parked) < _MOST_PARKED:
                    self._parked.add(number)

    def _sorted(
        self, rows: Sequence[OutboxRow], limit: int, now: float, flying: set[int], link: str
    ) -> list[tuple[OutboxRow, bool]]:
        """What is urgent, then what is live, then the backlog as far as its pace allows."""
        urgent = [row for row in rows if row.lane <= Lane.ALARMS]
        chosen = [(row, False) for row in urgent]
        chosen += [(row, False) for row in self._live(limit, now, flying, link)]
        taken = {row.id for row, _ in chosen}
        allowed = self.pacer.allows()
        stopped: set[str] = set()
        for row in rows:
            topic = row.publication.topic
            if row.id in taken or row.lane <= Lane.ALARMS:
                continue
            late = self._is_late(row)
            if (late and not allowed) or topic in stopped:
                # What is behind it on its topic has to wait as well.
                stopped.add(topic)
            else:
                chosen.append((row, late))
        if stopped:
            self.wake_in(self.pacer.wait())
        return chosen

    def _live(self, limit: int, now: float, flying: set[int], link: str) -> list[OutboxRow]:
        """Young rows that nothing of their own topic waits before; each is looked at once."""
        found: list[OutboxRow] = []
        passed = self._looked
        known = set(flying)
        for row in self.outbox.younger(self._looked, _LOOK, now=now, link=link):
            if row.id in flying:
                passed = row.id if not found else passed
                continue
            if not self._is_late(row) and self._may_overtake(row, known):
                found.append(row)
                known.add(row.id)
                if len(found) >= limit:
                    break
            elif not found:
                passed = row.id
        self._looked = max(self._looked, passed)
        found.sort(key=lambda row: (row.lane, row.id))
        return found

    def _may_overtake(self, row: OutboxRow, known: set[int]) -> bool:
        rule = self._rule(row)
        if rule is not None and rule.overtake and not row.publication.retain:
            return True
        topic, now = row.publication.topic, self.monotonic()
        if self._blocked.get(topic, -math.inf) > now:
            return False
        if self.outbox.has_elders(row, known):
            if len(self._blocked) >= _MOST_REMEMBERED:
                self._blocked.clear()
            self._blocked[topic] = now + _REMEMBER_S
            return False
        return True

    def _hand_out(self, chosen: Sequence[tuple[OutboxRow, bool]], limit: int) -> list[OutboxRow]:
        parcels, waiting = self._packing.pack(chosen)
        if waiting:
            self.wake_in(max(0.0, min(map(self._packing.wait, waiting))))
        handed: list[OutboxRow] = []
        stopped: set[str] = set()
        for parcel in parcels:
            if len(handed) >= limit:
                break
            if stopped and any(row.publication.topic in stopped for row in parcel.rows):
                continue
            if parcel.late:
                if not self.pacer.allows():
                    stopped.update(row.publication.topic for row in parcel.rows)
                    continue
                self.pacer.spend(len(parcel.rows))
            handed.append(self._handed(parcel))
        if stopped:
            self.wake_in(self.pacer.wait())
        return handed

    def _handed(self, parcel: Parcel) -> OutboxRow:
        first = parcel.rows[0]
        for row in parcel.rows:
            self._kept.pop(row.id, None)
        self._members[first.id] = _Handed(
            [row.id for row in parcel.rows], [row.lane for row in parcel.rows], first.rule
        )
        return replace(first, publication=publication_of(parcel, self.node))

    def _shrink(self, number: int) -> bool:
        """Halves the envelopes of a rule whose envelope was too large; False for a single row."""
        known = self._members.get(number)
        if known is None or len(known.ids) < 2 or known.rule is None:
            return False
        self._packing.most[known.rule] = len(known.ids) // 2
        return True

    def _expand(self, ids: Iterable[int], *, forget: bool = False) -> set[int]:
        found: set[int] = set()
        for number in ids:
            known = self._members.pop(number, None) if forget else self._members.get(number)
            found.update(known.ids if known else (number,))
        return found

    def _rule(self, row: OutboxRow) -> Forward | None:
        return None if row.rule is None else self._rule_of(row.rule)

    def _leaves_on(self, row: OutboxRow) -> str:
        """The topic of what a row leaves in."""
        rule = self._rule(row)
        if rule is None or rule.batch is None:
            return row.publication.topic
        return topic_of(rule.batch, self.node)

    def _is_late(self, row: OutboxRow) -> bool:
        return self.age(row) > self._live_within(self._rule(row))

    def _live_within(self, rule: Forward | None) -> float:
        company = 0.0 if rule is None or rule.batch is None else rule.batch.seconds
        return self.pacer.settings.live_within + company


def _has_expired(row: OutboxRow, now: float) -> bool:
    expires_at = row.publication.expires_at
    return expires_at is not None and expires_at <= now
