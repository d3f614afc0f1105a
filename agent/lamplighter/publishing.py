"""Publications of the daemon's own: kept in memory while the disk refuses them, and tried again.

Alarms and answers come from nowhere else: where the outbox can't take one, it would be gone. Topics
keep their order, so while one of a topic is not on disk the next ones stand behind it. What can't
be kept in time, or finds too many before it, ends in the ledger.
"""

from __future__ import annotations

import threading
from collections import Counter, deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import structlog

from lamplighter.errors import StoreError
from lamplighter.plugin import Publication
from lamplighter.store.outbound.lanes import Lane
from lamplighter.store.outbound.outbox import BROKER
from lamplighter.store.records.ledger import Loss, Reason

_log = structlog.get_logger("store")

_PATIENCE_S = 600.0
# Of each lane, so that none stands in another's way.
_MOST = 2000
_MOST_BYTES = 1 << 20
_TOO_LONG = "the disk did not take it for too long"
_TOO_MANY = "too many wait for the disk"


class Publish(Protocol):
    """Puts a message into the outbox; the future has its row when it is on disk."""

    def __call__(self, publication: Publication, lane: Lane, link: str = ...) -> Future[int]:
        """Takes what is published, how urgent it is, and which broker it is for."""


@dataclass(slots=True, eq=False)
class _Waiting:
    """A publication that is not on disk yet.

    Attributes:
        since: monotonic seconds when it came.
        created: UTC seconds of that.
        tried: monotonic seconds when it was refused last.
        counted: True once it had to wait, for the disk or for its elders.
    """

    publication: Publication
    lane: Lane
    link: str
    since: float
    created: float
    tried: float = 0.0
    counted: bool = False
    future: Future[int] = field(default_factory=Future)

    @property
    def line(self) -> tuple[str, str]:
        """Whose order it keeps."""
        return self.link, self.publication.topic

    @property
    def bytes(self) -> int:
        return len(self.publication.payload) + len(self.publication.topic)


class Publishing:
    """Puts publications into the outbox, from any thread.

    Args:
        put: puts one in, for a link; the future tells when it is on disk.
        account: puts a loss into the ledger.
        clock: UTC seconds.
        monotonic: seconds that never jump.
    """

    def __init__(
        self,
        put: Callable[[Publication, Lane, str], Future[int]],
        account: Callable[[Loss], None],
        *,
        clock: Callable[[], float],
        monotonic: Callable[[], float],
    ) -> None:
        self.put = put
        self.account = account
        self.clock = clock
        self.monotonic = monotonic
        self._lock = threading.Lock()
        # The first of each is being put in, or was refused.
        self._lines: dict[tuple[str, str], deque[_Waiting]] = {}
        self._refused: list[_Waiting] = []
        self._count: Counter[Lane] = Counter()
        self._bytes: Counter[Lane] = Counter()
        self._closed = False

    @property
    def waiting(self) -> int:
        """How many wait for the disk, or behind one that does."""
        return sum(self._count.values())

    def __call__(self, publication: Publication, lane: Lane, link: str = BROKER) -> Future[int]:
        """Puts a publication in; of commands and alarms, after all others of its topic.

        The future has its row's id when it is on disk. It has a LaneFullError where its lane has
        no room for it, and a StoreError where it could not be kept: a command or an alarm within
        ten minutes, others at once.
        """
        one = _Waiting(publication, lane, link, self.monotonic(), self.clock())
        one.future.set_running_or_notify_cancel()
        if lane > Lane.ALARMS:
            self._try(one)
            return one.future
        with self._lock:
            line = self._lines.setdefault(one.line, deque())
            first = not line
            stands = first or self._takes(one)
            if stands:
                line.append(one)
        if first:
            self._try(one)
        elif not stands:
            self._lose(one, _TOO_MANY)
        return one.future

    def tick(self) -> None:
        """Tries again what was refused: of each lane the one whose last try is longest ago.

        To be called every second or so. What goes through lets the next one of its lane try.
        """
        late = self.monotonic() - _PATIENCE_S
        with self._lock:
            given_up = [one for one in self._refused if one.since < late]
            self._refused = [one for one in self._refused if one.since >= late]
        for one in given_up:
            self._leave(one)
            self._lose(one, _TOO_LONG)
        for lane in Lane:
            self._try_again(lane)

    def stop(self) -> None:
        """Tries all once more with the store's last commits; what then fails is accounted for."""
        with self._lock:
            self._closed = True
            refused, self._refused = self._refused, []
        for one in refused:
            self._try(one)

    def _try(self, one: _Waiting) -> None:
        putting = self.put(one.publication, one.lane, one.link)
        putting.add_done_callback(lambda done: self._tried(one, done))

    def _try_again(self, lane: Lane) -> None:
        with self._lock:
            mine = [one for one in self._refused if one.lane == lane]
            if not mine:
                return
            one = min(mine, key=lambda each: each.tried)
            self._refused.remove(one)
        self._try(one)

    def _tried(self, one: _Waiting, done: Future[int]) -> None:
        """On the writer's thread, or wherever the store is closed."""
        error = done.exception()
        if error is None:
            self._leave(one)
            one.future.set_result(done.result())
            self._try_again(one.lane)
        elif not isinstance(error, StoreError):
            self._leave(one)
            # What a lane has no room for, the outbox has accounted for.
            self._note(one, str(error))
            one.future.set_exception(error)
        elif self._closed or one.lane > Lane.ALARMS:
            for each in (one, *self._leave_all(one)):
                self._lose(each, str(error))
        elif not self._waits(one):
            self._leave(one)
            self._lose(one, _TOO_MANY)

    def _waits(self, one: _Waiting) -> bool:
        """Has one that was refused wait for its next try, where there is room for it."""
        with self._lock:
            if not self._takes(one):
                return False
            if not one.tried:
                _log.warning("publication_waits", topic=one.publication.topic)
            one.tried = self.monotonic()
            self._refused.append(one)
        return True

    def _takes(self, one: _Waiting) -> bool:
        """Counts one that has to wait; False where too many do."""
        if one.counted:
            return True
        lane = one.lane
        if self._count[lane] >= _MOST or self._bytes[lane] + one.bytes > _MOST_BYTES:
            return False
        self._count[lane] += 1
        self._bytes[lane] += one.bytes
        one.counted = True
        return True

    def _leave(self, one: _Waiting) -> None:
        """The first of a topic does not wait any more: now the next one is put in."""
        with self._lock:
            line = self._lines.get(one.line)
            if line is None or line[0] is not one:
                return  # of a lane that does not wait
            self._uncount(line.popleft())
            if not line:
                del self._lines[one.line]
            after = line[0] if line else None
        if after is not None:
            self._try(after)

    def _leave_all(self, one: _Waiting) -> list[_Waiting]:
        """Nothing of a topic waits any more; returns what stood behind its first one."""
        with self._lock:
            line = self._lines.get(one.line)
            if line is None or line[0] is not one:
                return []
            del self._lines[one.line]
            for each in line:
                self._uncount(each)
        return list(line)[1:]

    def _uncount(self, one: _Waiting) -> None:
        if one.counted:
            self._count[one.lane] -= 1
            self._bytes[one.lane] -= one.bytes

    def _lose(self, one: _Waiting, why: str) -> None:
        self._note(one, why)
        loss = Loss(
            one.lane.label,
            one.publication.topic,
            f"{Reason.FULL}: {why}",
            1,
            len(one.publication.payload),
            one.created,
            one.created,
            link=one.link,
            at=self.clock(),
        )
        self.account(loss)
        one.future.set_exception(StoreError(Path(one.publication.topic), why))

    @staticmethod
    def _note(one: _Waiting, why: str) -> None:
        _log.error("not_kept", topic=one.publication.topic, reason=why)
