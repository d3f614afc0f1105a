"""The pump empties the store's outbox into the link.

A row leaves the outbox when the broker has it. What is on its way when a connection ends goes
again; so a message arrives at least once, and those of a topic in their order: where one has to
go again, all behind it on its topic do too.

Rows that must not be sent twice (``once``) are the exception: that one is about to be sent is on
disk before it is, and where nobody knows whether it arrived, it is given up as uncertain.

    outbox.due ──> publish (a few at once) ──> outcome ──┬─> delivered ──> outbox.sent
         ^                                               ├─> refused for good ──> outbox.drop
         └────────── wait ── topic held for a while <────┴─> refused for now, or lost
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable, Collection, Iterable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, Protocol

import structlog

from lamplighter.errors import StoreError
from lamplighter.link.in_flight import Answers
from lamplighter.link.outgoing import Fate, Outcome, gives_up
from lamplighter.link.topic_order import Flight, TopicOrder
from lamplighter.plugin import Publication
from lamplighter.store.outbound.outbox_rows import MAY_BE_OVER, UNCERTAIN, OutboxRow

_LOG = structlog.get_logger("lamplighter.link")

_LOOK_AGAIN_S = 5.0
_AFTER_FAULT_S = 0.5
_FIRST_HOLD_S = 2.0
_LONGEST_HOLD_S = 600.0
# Short at first: on a line that often breaks, an innocent row may have been alone on it.
_FIRST_QUARANTINE_S = 2.0
_LONGEST_QUARANTINE_S = 3600.0
# A row that was on its way at so many ends of connections may be what ends them.
_SUSPECT_AFTER = 3
_MOST_SKIPPED = 1000
_MOST_REMEMBERED = 1000


class Outbox(Protocol):
    """What the pump needs of :class:`lamplighter.store.outbound.outbox.Outbox`."""

    def due(
        self,
        limit: int,
        *,
        now: float,
        in_flight: Collection[int] = (),
        held: Collection[str] = (),
        link: str = ...,
    ) -> list[OutboxRow]:
        """The rows to leave next, in order, without the expired, those in flight, held topics."""

    def sent(self, ids: Iterable[int], *, at_once: bool = False) -> None:
        """Rows that the broker has; ``at_once`` where a crash must hardly find them waiting."""

    def tried(self, ids: Iterable[int]) -> None:
        """Rows that were refused and stay."""

    def drop(self, ids: Collection[int], reason: str) -> Any:
        """Rows that are given up, to be recorded."""

    def begin(self, ids: Collection[int]) -> Future[None]:
        """Rows that must not be sent twice, and are sent when this is on disk."""


class Publisher(Protocol):
    """What the pump needs of :class:`lamplighter.link.link.Link`."""

    def publish_all(
        self, publications: Sequence[tuple[Publication, Any]], answers: Answers
    ) -> bool:
        """Sends all of them in order; False where there is no connection."""

    def window(self) -> int:
        """How many may be in flight at once now."""


@dataclass(frozen=True, slots=True)
class PumpState:
    """How the pump is: for ``health``.

    Attributes:
        in_flight: rows that the broker has not answered yet.
        held: topics that wait after a refusal, or because they seem to end connections.
        last_refusal: the last refusal in words, empty where there was none.
        faults: defects that stopped it for a moment each.
    """

    in_flight: int
    held: int
    last_refusal: str
    faults: int


class Pump:
    """Runs in the asyncio loop; only :meth:`wake` is for any thread.

    Args:
        outbox: where rows wait.
        link: what sends them.
        name: the link's name in the outbox.
        clock: UTC seconds since the epoch, for expiry.
        monotonic: seconds that never step, for waiting.
        on_sent: told each row that the broker has.
        on_given_up: told each row that no broker will take, and why.
    """

    def __init__(
        self,
        *,
        outbox: Outbox,
        link: Publisher,
        name: str,
        clock: Callable[[], float],
        monotonic: Callable[[], float],
        on_sent: Callable[[OutboxRow], None] = lambda _row: None,
        on_given_up: Callable[[OutboxRow, str], None] = lambda _row, _reason: None,
    ) -> None:
        self._outbox = outbox
        self._link = link
        self._name = name
        self._clock = clock
        self._monotonic = monotonic
        self._on_sent = on_sent
        self._on_given_up = on_given_up
        self._order = TopicOrder()
        self._outcomes: deque[tuple[Flight, Outcome]] = deque()
        # Topics that wait, until when; and what is known of rows that made trouble.
        self._held: dict[str, float] = {}
        self._refusals: dict[int, int] = {}
        self._losses: dict[int, int] = {}
        self._alone: int | None = None
        # Rows that must not be sent twice: those whose note is on its way to the disk, by topic,
        # those that came of it, and those that may be sent.
        self._beginning: dict[str, int] = {}
        self._noted: deque[tuple[OutboxRow, bool]] = deque()
        self._begun: set[int] = set()
        # Rows of waiting topics, so that they are not looked at again and again.
        self._skipped: set[int] = set()
        self._last_refusal = ""
        self.faults = 0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._news = asyncio.Event()
        self._woken = False

    async def run(self) -> None:
        """Sends rows until it is cancelled."""
        self._loop = asyncio.get_running_loop()
        try:
            while True:
                self._news.clear()
                # Before the look at what there is: what comes after it wakes again.
                self._woken = False
                if not self._work():
                    # What else waits must leave, but not by turns that never end.
                    await asyncio.sleep(_AFTER_FAULT_S)
                    continue
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(self._patience()):
                        await self._news.wait()
        finally:
            self._loop = None

    def _work(self) -> bool:
        """Acts on what came, and sends what may leave; False where that failed."""
        try:
            self.settle()
            self._take_notes()
            self._send()
        except Exception:  # noqa: BLE001 - a supervisor: without a pump nothing ever leaves
            self.faults += 1
            _LOG.exception("pump_fault", link=self._name, faults=self.faults)
            return False
        return True

    def wake(self) -> None:
        """There are new rows, or a new connection."""
        loop = self._loop
        if loop is not None and not self._woken:
            self._woken = True
            # The loop may have closed meanwhile: then nobody is to be woken any more.
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(self._news.set)

    def state(self) -> PumpState:
        """How the pump is now."""
        return PumpState(len(self._order), len(self._held), self._last_refusal, self.faults)

    def _patience(self) -> float:
        """Seconds to wait at most; news come by :meth:`wake`."""
        until = min(self._held.values(), default=None)
        if until is None:
            return _LOOK_AGAIN_S
        return min(_LOOK_AGAIN_S, max(0.0, until - self._monotonic()))

    def _send(self) -> None:
        """Fills the window with rows that are due."""
        self._release()
        while (free := self._free()) > 0 and len(self._skipped) < _MOST_SKIPPED:
            # Twice as far each time, so that many rows of a held topic cost few looks.
            rows = self._due(max(free, 2 * len(self._skipped)))
            if not rows or not self._send_rows(rows, free):
                return

    def _waits(self, topic: str) -> bool:
        return topic in self._held or topic in self._beginning or self._order.is_rewinding(topic)

    def _release(self) -> None:
        """Lets topics go whose time has come."""
        now = self._monotonic()
        held = {topic: until for topic, until in self._held.items() if until > now}
        if len(held) < len(self._held):
            self._skipped.clear()
        self._held = held

    def _free(self) -> int:
        if self._alone is not None:
            return 0
        return self._link.window() - len(self._order)

    def _due(self, limit: int) -> list[OutboxRow]:
        try:
            return self._outbox.due(
                limit,
                now=self._clock(),
                in_flight=self._skipped.union(self._order.ids()),
                held=self._held.keys(),
                link=self._name,
            )
        except StoreError as error:
            _LOG.warning("outbox_unreadable", link=self._name, reason=str(error))
            return []

    def _send_rows(self, rows: Iterable[OutboxRow], free: int) -> bool:
        """Sends rows as far as they may go; False where no other may follow now."""
        flights: list[Flight] = []
        full = False
        for row in rows:
            if self._waits(row.publication.topic):
                self._skipped.add(row.id)
                continue
            if row.once and row.id not in self._begun:
                if row.once == MAY_BE_OVER:
                    self._give_up_uncertain(row)
                else:
                    self._begin(row)
                continue
            suspect = self._losses.get(row.id, 0) >= _SUSPECT_AFTER
            full = len(flights) >= free or (suspect and len(self._order) > 0)
            if full:
                break
            flights.append(self._order.add(row))
            if suspect:
                self._alone = row.id
                break
        batch = [(flight.row.publication, flight) for flight in flights]
        sent = False
        try:
            sent = not flights or self._link.publish_all(batch, self._done)
        finally:
            if not sent:
                for flight in reversed(flights):
                    self._order.withdraw(flight)
                self._alone = None
        return sent and not full

    def _give_up_uncertain(self, row: OutboxRow) -> None:
        """Lets a row go that an earlier run may have sent, where the start could not see to it."""
        self._skipped.add(row.id)
        self._outbox.drop([row.id], UNCERTAIN)
        self._on_given_up(row, UNCERTAIN)

    def _begin(self, row: OutboxRow) -> None:
        """Has it noted that a row may have been sent; until then it and its topic wait."""
        self._skipped.add(row.id)
        self._beginning[row.publication.topic] = row.id

        def noted(future: Future[None]) -> None:
            self._noted.append((row, not future.cancelled() and future.exception() is None))
            self.wake()

        self._outbox.begin([row.id]).add_done_callback(noted)

    def _take_notes(self) -> None:
        """Lets rows go that are noted by now."""
        while self._noted:
            row, well = self._noted.popleft()
            topic = row.publication.topic
            del self._beginning[topic]
            if well:
                self._begun.add(row.id)
                self._skipped.clear()
            else:
                self._held[topic] = self._monotonic() + _FIRST_HOLD_S

    def _done(self, answers: Sequence[tuple[Flight, Outcome]]) -> None:
        """Takes outcomes, in any thread."""
        self._outcomes.extend(answers)
        self.wake()

    def settle(self) -> None:
        """Acts on the outcomes that came; after :meth:`run` has ended, on the last of them."""
        sent: list[OutboxRow] = []
        while self._outcomes:
            flight, outcome = self._outcomes.popleft()
            if flight.row.id == self._alone:
                self._alone = None
                self._hold_culprit(flight.row, outcome)
            for settled in self._order.settle(flight, outcome, stays=self._stays):
                if settled.stays and not _is_over(settled):
                    self._skipped.clear()
                    self._keep(settled)
                else:
                    sent.extend(self._finish(settled))
        if sent:
            # A device must not be told twice; nobody minds a reading that comes again.
            commands = any(row.command is not None for row in sent)
            self._outbox.sent([row.id for row in sent], at_once=commands)

    def _stays(self, flight: Flight) -> bool:
        """Whether a row is to go again, by its outcome alone."""
        outcome = flight.outcome
        if outcome is None or outcome.fate is Fate.LOST:
            return not flight.row.once
        if outcome.fate is Fate.DELIVERED:
            return False
        return not gives_up(outcome.code, self._attempts(flight.row))

    def _attempts(self, row: OutboxRow) -> int:
        return max(row.attempts, self._refusals.get(row.id, 0)) + 1

    def _finish(self, flight: Flight) -> list[OutboxRow]:
        """Lets a row go that was delivered, or given up; returns it if it was delivered."""
        row = flight.row
        self._refusals.pop(row.id, None)
        self._losses.pop(row.id, None)
        self._begun.discard(row.id)
        if flight.outcome is None or flight.outcome.fate is Fate.DELIVERED:
            self._on_sent(row)
            return [row]
        reason = UNCERTAIN
        if flight.outcome.fate is Fate.REFUSED:
            reason = f"refused: {flight.outcome.reason}"
            self._last_refusal = f"{row.publication.topic}: {flight.outcome.reason}"
        _LOG.warning("outbox_given_up", link=self._name, topic=row.publication.topic, reason=reason)
        self._outbox.drop([row.id], reason)
        self._on_given_up(row, reason)
        return []

    def _keep(self, flight: Flight) -> None:
        """Notes why a row has to go again."""
        row, outcome = flight.row, flight.outcome
        if outcome is None or outcome.fate is Fate.DELIVERED:
            return
        if outcome.fate is Fate.LOST:
            _count_up(self._losses, row.id)
            return
        attempts = _count_up(self._refusals, row.id, row.attempts)
        self._last_refusal = f"{row.publication.topic}: {outcome.reason}"
        self._outbox.tried([row.id])
        hold = min(_FIRST_HOLD_S * 2 ** min(attempts - 1, 16), _LONGEST_HOLD_S)
        self._held[row.publication.topic] = self._monotonic() + hold

    def _hold_culprit(self, row: OutboxRow, outcome: Outcome) -> None:
        """A row that was sent alone and lost ends connections: others go first for a while."""
        if outcome.fate is not Fate.LOST:
            return
        times = self._losses.get(row.id, 0) - _SUSPECT_AFTER
        hold = min(_FIRST_QUARANTINE_S * 2 ** max(times, 0), _LONGEST_QUARANTINE_S)
        self._held[row.publication.topic] = self._monotonic() + hold
        self._last_refusal = f"{row.publication.topic}: the connection ends when it is sent"
        _LOG.warning("outbox_row_held", link=self._name, topic=row.publication.topic, seconds=hold)


def _is_over(flight: Flight) -> bool:
    """Whether a row must not be sent again, though its topic's order asks for it."""
    return bool(flight.row.once) and (
        flight.outcome is None or flight.outcome.fate is not Fate.REFUSED
    )


def _count_up(counts: dict[int, int], row: int, least: int = 0) -> int:
    """Counts one more of a row; of many rows the oldest are forgotten, as some never come again."""
    counts[row] = count = max(counts.get(row, 0), least) + 1
    while len(counts) > _MOST_REMEMBERED:
        del counts[next(iter(counts))]
    return count
