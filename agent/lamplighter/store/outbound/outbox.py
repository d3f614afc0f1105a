"""The outbox: what is to leave is on disk until the broker has it, or accounted for.

Rows go out by lane, and within a lane as they came. The order of a topic is kept always: a row
that is put in before its elders of the same topic pulls them into its lane.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from concurrent.futures import Future
from functools import partial

from lamplighter.plugin import Publication
from lamplighter.store.encryption.sealing import Seals
from lamplighter.store.files.readers import Readers
from lamplighter.store.outbound import deadlines
from lamplighter.store.outbound.discards import Discards, Expired
from lamplighter.store.outbound.insertion import Insertion
from lamplighter.store.outbound.lane_bounds import Bound
from lamplighter.store.outbound.lane_keeper import LaneKeeper
from lamplighter.store.outbound.lanes import Lane
from lamplighter.store.outbound.outbox_rows import MAY_BE_OVER, NewRow, OutboxRow, new_row
from lamplighter.store.outbound.read_ahead import ReadAhead
from lamplighter.store.outbound.restamping import restamp
from lamplighter.store.outbound.traffic import Traffic
from lamplighter.store.outbound.waiting import LaneDepth, WaitingRows
from lamplighter.store.records.ledger import Ledger, Reason
from lamplighter.store.writing.riders import Riding, removals
from lamplighter.store.writing.writer import Writer
from lamplighter.timekeeping.timekeeper import Stamp

BROKER = "broker"
UPSTREAM = "upstream"
_SENT_DELAY = 0.05
_ATTEMPT_DELAY = 1.0

Copies = Callable[[Publication, Lane], Sequence[tuple[Publication, Lane, str]]]
"""What goes upstream of a publication for the local broker: what, how urgent, by which rule."""


class Outbox:
    """Takes publications from any thread.

    Args:
        writer: commits them.
        readers: for reading.
        ledger: told of what expires or is dropped.
        on_rows: called on the writer's thread when new rows are on disk; must not raise.
        stamp: the time by the wall's clock, and by the one that never steps.
        bounds: how much may wait in each lane of a link; a lane that is not in it has no bound.
        seals: encrypt payloads; None: they are stored plain.

    Attributes:
        keeper: keeps the lanes within their bounds; a rider of the writer, as ``additions`` is.
        copies: set where there is an upstream broker; called on the writer's thread.
        expired: set by who is to be told of rows that expire; called within the transaction.
    """

    def __init__(
        self,
        *,
        writer: Writer,
        readers: Readers,
        ledger: Ledger,
        on_rows: Callable[[], None],
        stamp: Callable[[], Stamp],
        bounds: Mapping[Lane, Bound] | None = None,
        seals: Seals | None = None,
    ) -> None:
        self._payloads = (seals or Seals()).column("outbox.payload")
        self._writer = writer
        self._on_rows = on_rows
        self._stamp = stamp
        self.copies: Copies = lambda _publication, _lane: ()
        self.expired: Expired = lambda _connection, _rows: None
        self.traffic = Traffic()
        self._waiting = WaitingRows(
            readers, self._payloads, partial(self._discard, reason=Reason.UNREADABLE)
        )
        self.ahead = ReadAhead(
            fetch=self._waiting.following,
            leaving=deadlines.leaving,
            thawed=on_rows,
            monotonic=writer.pulse.now,
        )
        self.keeper = LaneKeeper(
            bounds or {},
            ledger=ledger,
            pulse=writer.pulse,
            stamp=stamp,
            alter=self.ahead.alter,
            payloads=self._payloads,
        )
        self._insertion = Insertion(
            keeper=self.keeper, ledger=ledger, traffic=self.traffic, pulse=writer.pulse
        )
        self._discards = Discards(
            ahead=self.ahead,
            ledger=ledger,
            stamp=stamp,
            payloads=self._payloads,
            expired=self._tell_expired,
        )
        self.additions = self._insertion.riding
        self.removals = removals("outbox", writer.pulse, _SENT_DELAY, self.ahead.forget)
        self.attempts: Riding[int] = Riding(writer.pulse, _ATTEMPT_DELAY, _count_attempts)

    def insert(
        self,
        connection: sqlite3.Connection,
        publication: Publication,
        lane: Lane,
        *,
        command: str | None = None,
        link: str = BROKER,
        rule: str | None = None,
        once: bool = False,
    ) -> int:
        """Puts a publication in, within a work of the writer's; returns its row's id.

        Args:
            connection: the work's.
            publication: what is to be published.
            lane: how urgent it is.
            command: key of the command that it carries out.
            link: which broker it is for.
            rule: name of the forward rule that it is put in by.
            once: it must not be sent twice.

        Raises:
            LaneFullError: the lane has no room for it, and none is to be made.
        """
        row = self._row(publication, lane, command, link, rule, once=once)
        number = self._insertion.insert(connection, row)
        if link == BROKER:
            self._copy(connection, publication, lane)
        return number

    def put(
        self,
        publication: Publication,
        lane: Lane,
        *,
        command: str | None = None,
        link: str = BROKER,
        rule: str | None = None,
        once: bool = False,
    ) -> Future[int]:
        """Puts a publication in; the future has its row's id when it is on disk.

        Where the disk is to be spared, states and telemetry wait for company before that.
        It has a LaneFullError where the lane has no room, and none is to be made. Arguments as
        for :meth:`insert`.
        """
        return self._writer.submit(
            lambda connection: self.insert(
                connection, publication, lane, command=command, link=link, rule=rule, once=once
            ),
            rides=lane >= Lane.STATES,
        )

    def add(
        self, publication: Publication, lane: Lane, *, link: str, rule: str | None = None
    ) -> None:
        """Puts a publication in, with the writer's next commit, at the latest one of its own soon.

        For many: nobody is told of the row, or of its end. It is on disk before, or together with,
        the removal of any inbox row that is handed over after this call. What the lane has no
        room for ends in the ledger. Arguments as for :meth:`insert`; from any thread.
        """
        self.additions.add([self._row(publication, lane, None, link, rule, once=False)])

    def due(
        self,
        limit: int,
        *,
        now: float,
        in_flight: Collection[int] = (),
        held: Collection[str] = (),
        link: str = BROKER,
    ) -> list[OutboxRow]:
        """The rows that are to leave next, in order.

        Args:
            limit: the most to be returned.
            now: UTC seconds; what has expired is left out.
            in_flight: ids of rows that are on their way already.
            held: topics whose rows are to wait.
            link: for which broker.
        """
        return self.ahead.due(link, limit, self._stamp().at(now), in_flight, held)

    def younger(self, after: int, limit: int, *, now: float, link: str) -> list[OutboxRow]:
        """Rows as they came, from the one after ``after``, however many wait before it.

        Arguments as for :meth:`due`; commands and alarms, which go first anyway, are left out.
        """
        stamp = self._stamp().at(now)
        return self.ahead.lend(
            link, lambda gone: self._waiting.younger(after, limit, now=stamp, link=link, gone=gone)
        )

    def has_elders(self, row: OutboxRow, apart: Collection[int]) -> bool:
        """Whether rows of its topic wait that came before it, those of ``apart`` not counted."""
        return self._waiting.has_elders(row, self.ahead.gone().union(apart))

    def has(self, number: int) -> bool:
        """Whether a row with this id is there still.

        Raises:
            StoreError: the database can't be read.
        """
        return self._waiting.has(number)

    def age(self, row: OutboxRow) -> float:
        """Seconds since a row was put in; within one boot whatever the clock was set to."""
        now = self._stamp()
        if row.boot == now.boot and row.uptime is not None:
            return now.uptime - row.uptime
        return now.wall - row.created

    def last_id(self) -> int:
        """The highest id that any row ever had; 0 where there was none."""
        return self._waiting.last_id()

    def sent(self, ids: Iterable[int], *, at_once: bool = False) -> None:
        """Rows that the broker has: not due any more, deleted with a commit of the next 50 ms.

        Args:
            ids: of the rows.
            at_once: True to be deleted with the next commit: until then, a crash sends them again.
        """
        gone = list(ids)
        self.ahead.leave(gone)
        self.removals.add(gone, at_once=at_once)

    def tried(self, ids: Iterable[int]) -> None:
        """Rows whose publishing failed: counted in ``attempts``, and they stay due."""
        self.attempts.add(ids)

    def drop(self, ids: Collection[int], reason: str) -> Future[list[OutboxRow]]:
        """Gives rows up that the broker will never take; recorded in the ledger."""
        self.ahead.leave(ids)
        dropping = self._discard(ids, reason)
        dropping.add_done_callback(partial(self._dropped, ids))
        return dropping

    def expire(self, now: float, in_flight: Collection[int] = ()) -> Future[list[OutboxRow]]:
        """Removes what has expired and has not left; recorded in the ledger.

        Some at a time: the future has the first of them, the others follow with later commits.

        Args:
            now: UTC seconds.
            in_flight: ids of rows that are on their way already: they are not expired.
        """

        def work(connection: sqlite3.Connection) -> list[OutboxRow]:
            late, more = self._discards.expire(connection, self._stamp().at(now), in_flight)
            if more:
                self._writer.submit(work)
            return late

        return self._writer.submit(work)

    def take_over(self) -> Future[list[OutboxRow]]:
        """Sees to what an earlier run left, before anything is sent; returns what it gave up.

        That is what may have been sent and must not be sent twice (``uncertain`` in the ledger),
        and commands of which nobody knows how old they are (``expired``).
        """
        return self._writer.submit(self._discards.take_over)

    def inherit(self, limit: int) -> Future[bool]:
        """Sees to at most so many of the other rows that an earlier boot left; True: to all.

        Until then they do not expire by how long they were to last. After :meth:`take_over`.
        """

        def work(connection: sqlite3.Connection) -> bool:
            self.ahead.alter()
            return deadlines.inherit(connection, self._stamp(), limit) < limit

        return self._writer.submit(work)

    def restamp(self, after: int, limit: int) -> Future[int | None]:
        """Dates rows of this boot anew, as the clock says now; see :func:`restamping.restamp`."""

        def work(connection: sqlite3.Connection) -> int | None:
            self.ahead.alter()
            return restamp(connection, self._stamp(), after, limit)

        return self._writer.submit(work)

    def begin(self, ids: Collection[int]) -> Future[None]:
        """Notes that rows that must not be sent twice are about to be sent; to be awaited first."""

        def work(connection: sqlite3.Connection) -> None:
            connection.executemany(
                "UPDATE outbox SET once = ? WHERE id = ?", [(MAY_BE_OVER, row) for row in ids]
            )

        return self._writer.submit(work)

    def evict(self, connection: sqlite3.Connection, lane: Lane, rows: int) -> int:
        """Gives the oldest rows of a lane of each link up, to make room; returns how many."""
        return self.keeper.evict(connection, lane, rows)

    def depth(self) -> list[LaneDepth]:
        """What waits, by link and lane; empty lanes left out. As quick for millions as for one."""
        return self._waiting.depth()

    def rows(self, after: int = 0, limit: int = 1000) -> list[OutboxRow]:
        """Rows as they came, for people to look at, from the one after ``after``."""
        return self._waiting.as_they_came(after, limit)

    def notify(self) -> None:
        """Tells of new rows; the writer calls it after a commit, works alone included."""
        self.traffic.settle(committed=True)
        if grown := self._insertion.take_grown():
            self.ahead.grow(grown)
            self._on_rows()

    def _row(
        self,
        publication: Publication,
        lane: Lane,
        command: str | None,
        link: str,
        rule: str | None,
        *,
        once: bool,
    ) -> NewRow:
        return new_row(
            publication,
            lane,
            link=link,
            command=command,
            rule=rule,
            stamp=self._stamp(),
            once=once,
            payloads=self._payloads,
        )

    def _tell_expired(self, connection: sqlite3.Connection, rows: Sequence[OutboxRow]) -> None:
        self.expired(connection, rows)

    def _copy(self, connection: sqlite3.Connection, publication: Publication, lane: Lane) -> None:
        """In the same transaction; what upstream has no room for does not stop what is for here."""
        made = [
            self._row(copy, its, None, UPSTREAM, rule, once=False)
            for copy, its, rule in self.copies(publication, lane)
        ]
        if made:
            self._insertion.insert_all(connection, made)

    def _discard(self, ids: Collection[int], reason: str) -> Future[list[OutboxRow]]:
        return self._writer.submit(lambda connection: self._discards.drop(connection, ids, reason))

    def _dropped(self, ids: Collection[int], dropping: Future[list[OutboxRow]]) -> None:
        """They are deleted; or, where that failed, they are due again."""
        if dropping.cancelled() or dropping.exception() is not None:
            self.ahead.stay(ids)
        else:
            self.ahead.forget(ids)


def _count_attempts(connection: sqlite3.Connection, ids: Sequence[int]) -> None:
    connection.executemany(
        "UPDATE outbox SET attempts = attempts + 1 WHERE id = ?", [(row,) for row in ids]
    )
