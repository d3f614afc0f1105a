"""Keeps the order of a topic's messages while several are on their way at once."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, KeysView
from dataclasses import dataclass

from lamplighter.link.outgoing import Outcome
from lamplighter.store.outbound.outbox_rows import OutboxRow


@dataclass(slots=True, eq=False)
class Flight:
    """A row on its way.

    Attributes:
        row: which.
        outcome: what became of it, None until that is known.
        stays: True where it has to go again, whatever became of it.
    """

    row: OutboxRow
    outcome: Outcome | None = None
    stays: bool = False


class TopicOrder:
    """All rows on their way, by topic, in the order they were sent."""

    def __init__(self) -> None:
        self._rows: dict[int, Flight] = {}
        self._topics: dict[str, deque[Flight]] = {}

    def __len__(self) -> int:
        return len(self._rows)

    def ids(self) -> KeysView[int]:
        """The rows' ids."""
        return self._rows.keys()

    def is_rewinding(self, topic: str) -> bool:
        """True while rows that have to go again are on their way: none may overtake them."""
        queue = self._topics.get(topic)
        return queue is not None and queue[-1].stays

    def add(self, row: OutboxRow) -> Flight:
        """A row leaves; behind those of its topic that are on their way."""
        flight = self._rows[row.id] = Flight(row)
        self._topics.setdefault(row.publication.topic, deque()).append(flight)
        return flight

    def withdraw(self, flight: Flight) -> None:
        """The row last added to its topic did not leave after all."""
        self._topics[flight.row.publication.topic].remove(flight)
        self._forget(flight)

    def settle(
        self, flight: Flight, outcome: Outcome, *, stays: Callable[[Flight], bool]
    ) -> Iterator[Flight]:
        """Notes an outcome, and yields the rows whose turn it is to be let go, or to go again.

        A row's turn comes when all rows before it on its topic had theirs. Once one has to go
        again, so has everything behind it: the last message of a topic must stay the last.

        Args:
            flight: the row.
            outcome: what became of it.
            stays: tells by its outcome whether a row has to go again.
        """
        flight.outcome = outcome
        queue = self._topics[flight.row.publication.topic]
        while queue and queue[0].outcome is not None:
            head = queue.popleft()
            if not head.stays and stays(head):
                head.stays = True
                for behind in queue:
                    behind.stays = True
            self._forget(head)
            yield head

    def _forget(self, flight: Flight) -> None:
        del self._rows[flight.row.id]
        topic = flight.row.publication.topic
        if not self._topics[topic]:
            del self._topics[topic]
