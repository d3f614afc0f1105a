"""Publications of one connection, from the ask to the broker's answer.

::

    send ──> queued packets ──> written ──> pending ──PUBACK──> answered ──> those who asked
      └─> waiting, while the broker takes no more at once
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

from paho.mqtt.client import Client

from lamplighter.link.client import FIRST_MID, pack_properties, publish_properties
from lamplighter.link.outgoing import DELIVERED, LOST, Limits, Outcome, outcome_of
from lamplighter.link.packets import encode_publish
from lamplighter.plugin import Publication

_LAST_MID = 0xFFFF
_MOST_PENDING = 0x4000

Answers = Callable[[Sequence[tuple[Any, Outcome]]], None]
"""Told what became of publications, each by the token it was sent with; never called with none."""

Asker = tuple[Any, Answers]
"""A token, and who is told what became of its publication."""


class InFlight:
    """What was published and has no answer yet.

    ``send`` and ``send_waiting`` are called with the connection's lock held, all others in the
    network thread.

    Args:
        client: publishes what is to be delivered exactly once.
        packets: where packets are queued to be written.
        v5: True for MQTT 5.
        clock: UTC seconds since the epoch.
        told: told the outcome of every publication.

    Attributes:
        limits: what the broker takes.
    """

    def __init__(
        self,
        *,
        client: Client,
        packets: deque[bytes],
        v5: bool,
        clock: Callable[[], float],
        told: Callable[[Outcome], None],
    ) -> None:
        self.limits = Limits()
        self._client = client
        self._packets = packets
        self._v5 = v5
        self._clock = clock
        self._told = told
        self._last_mid = FIRST_MID - 1
        self._pending: dict[int, Asker] = {}
        # QoS 0 has no answer: its publications are done once written.
        self._unwritten: deque[Asker] = deque()
        self._answered: list[tuple[Asker, Outcome]] = []
        # Beyond what the broker takes at once; few, as the pump keeps to it.
        self._waiting: deque[tuple[Publication, Asker]] = deque()

    def __len__(self) -> int:
        return len(self._pending) + len(self._unwritten) + len(self._waiting)

    def has_room(self, count: int) -> bool:
        """False where the broker would owe thousands of answers with so many more."""
        return len(self._pending) + count <= _MOST_PENDING

    def send(
        self, publications: Sequence[tuple[Publication, Any]], answers: Answers
    ) -> list[tuple[Any, Outcome]]:
        """Queues messages; returns those that must not be sent, which are answered by nobody."""
        refused = []
        for publication, token in publications:
            refusal = self.limits.refusal(publication)
            if refusal is not None:
                refused.append((token, refusal))
            elif self._waiting or (publication.qos and not self._takes_more()):
                # What waits goes first, also where there is room by now: topics keep their order.
                self._waiting.append((publication, (token, answers)))
            else:
                self._send(publication, (token, answers))
        return refused

    def send_waiting(self) -> None:
        """Queues as many of those that wait as the broker takes now."""
        while self._waiting and self._takes_more():
            publication, asker = self._waiting.popleft()
            expires_at = publication.expires_at
            if expires_at is not None and expires_at <= self._clock():
                # It was in time when it came, and never left.
                self._answered.append((asker, LOST))
            else:
                self._send(publication, asker)

    def _takes_more(self) -> bool:
        return len(self._pending) < self.limits.receive_maximum

    def unwritten(self) -> int:
        """How many publications of QoS 0 have their packets in the queue, or behind it."""
        return len(self._unwritten)

    def written(self, count: int) -> None:
        """The packets of the first so many publications of QoS 0 are written: they are done."""
        for _ in range(count):
            self._answered.append((self._unwritten.popleft(), DELIVERED))

    def oldest(self) -> int:
        """The message id that has been waiting longest for its answer, or 0."""
        return next(iter(self._pending), 0)

    def answer(self, mid: int, code: int) -> None:
        """Notes what the broker said of a publication; other ids are none of ours."""
        asker = self._pending.pop(mid, None)
        if asker is not None:
            self._answered.append((asker, outcome_of(code)))

    def pass_answers(self) -> bool:
        """Tells those who published what was noted; False where there was nothing."""
        if not self._answered:
            return False
        answered, self._answered = self._answered, []
        self._pass(answered)
        return True

    def end(self) -> None:
        """The connection is over: whatever has no answer is lost."""
        lost = [*self._pending.values(), *self._unwritten, *(asker for _, asker in self._waiting)]
        self._pending.clear()
        self._waiting.clear()
        self._unwritten.clear()
        self._pass([(asker, LOST) for asker in lost])

    def _send(self, publication: Publication, asker: Asker) -> None:
        qos = min(publication.qos, self.limits.qos)
        if qos > 1:
            info = self._client.publish(
                publication.topic,
                publication.payload,
                qos,
                publication.retain,
                publish_properties(publication, self._clock()) if self._v5 else None,
            )
            self._pending[info.mid] = asker
            return
        mid = self._next_mid() if qos else 0
        self._packets.append(
            encode_publish(
                publication.topic.encode(),
                publication.payload,
                qos=qos,
                retain=publication.retain,
                mid=mid,
                properties=pack_properties(publication, self._clock()) if self._v5 else None,
            )
        )
        # After its packet: by the time it is seen here, the packet is seen as well.
        if qos:
            self._pending[mid] = asker
        else:
            self._unwritten.append(asker)

    def _next_mid(self) -> int:
        """A message id that is not in use; there is one, as far fewer may be pending."""
        mid = self._last_mid
        while True:
            mid = mid + 1 if mid < _LAST_MID else FIRST_MID
            if mid not in self._pending:
                self._last_mid = mid
                return mid

    def _pass(self, answered: Sequence[tuple[Asker, Outcome]]) -> None:
        """Tells all at once: every call may wake another thread."""
        found: dict[Answers, list[tuple[Any, Outcome]]] = {}
        for (token, answers), outcome in answered:
            self._told(outcome)
            found.setdefault(answers, []).append((token, outcome))
        for answers, outcomes in found.items():
            answers(outcomes)
