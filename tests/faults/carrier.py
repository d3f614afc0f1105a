"""The agent's way in and way out without what is between them: store, link and pump."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TypeVar

from lamplighter.link.backoff import Backoff
from lamplighter.link.events import LinkEvent, Subscribed
from lamplighter.link.link import Link
from lamplighter.link.pump import Pump
from lamplighter.link.settings import Broker
from lamplighter.plugin import Publication
from lamplighter.store.inbound.inbox import InboxRow
from lamplighter.store.outbound.lanes import Lane
from lamplighter.store.store import Store

MAX_BYTES = 64 << 20
E = TypeVar("E", bound=LinkEvent)


@dataclass(slots=True)
class Account:
    """What became of all messages of a run, one direction.

    Attributes:
        sent: by whoever sends, different ones.
        acked: by whoever takes them over.
        stored: on the agent's disk, or delivered by the broker.
        duplicated: copies on the wire beyond the first.
        lost: acked, and nowhere to be found.
    """

    sent: int
    acked: int
    stored: int
    duplicated: int
    lost: int

    def __str__(self) -> str:
        return ", ".join(f"{name} {value}" for name, value in asdict(self).items())


def account(sent: set[bytes], wire: Counter[bytes], acked: set[bytes], kept: set[bytes]) -> Account:
    """Counts a direction: what was sent, seen on the wire, acknowledged, and kept at the end."""
    return Account(
        sent=len(sent),
        acked=len(acked),
        stored=len(kept),
        duplicated=wire.total() - len(wire),
        lost=len(acked - kept),
    )


class Carrier:
    """A link with a store behind it, wired as the daemon does it. Nothing is processed.

    Args:
        folder: of the store.
        settings: the broker.
    """

    def __init__(
        self, folder: Path, settings: Broker, *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self.events: list[LinkEvent] = []
        self.store = Store(
            folder,
            max_bytes=MAX_BYTES,
            on_committed=self._committed,
            on_outbox=self._wake,
            on_replaced=lambda _report: None,
        )
        self.link = Link(
            settings,
            name="broker",
            client_id="agent",
            clock=time.time,
            monotonic=monotonic,
            random=lambda: 0.0,
            on_message=self.store.inbox.put,
            on_event=self._event,
            load_filters=lambda: self.store.snapshots.get("filters") or (),
            save_filters=lambda filters: self.store.snapshots.put("filters", sorted(filters)),
            backoff=Backoff(lambda: 0.0, first=0.02, most=0.1),
        )
        self.pump = Pump(
            outbox=self.store.outbox,
            link=self.link,
            name="broker",
            clock=time.time,
            monotonic=monotonic,
        )
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="carrier")
        self._task: asyncio.Task[None] | None = None

    def start(self, *filters: str) -> None:
        """Opens the store and starts link and pump; returns at once."""
        self.store.start()
        self._thread.start()
        self.link.subscribe(filters)
        self.link.start()

    def stop(self) -> None:
        """Ends all of it."""
        self.link.stop()
        self._loop.call_soon_threadsafe(self._cancel)
        self._thread.join(10)
        self.store.stop()

    def put(self, topic: str, payload: bytes, lane: Lane = Lane.STATES) -> None:
        """Puts a message into the outbox; returns when it is on disk."""
        self.store.outbox.put(Publication(topic, payload, qos=1), lane).result(20)

    def put_all(self, topic: str, payloads: Sequence[bytes], lane: Lane = Lane.STATES) -> int:
        """Puts many into the outbox; returns how many, when they are on disk."""
        last = [
            self.store.outbox.put(Publication(topic, payload, qos=1), lane) for payload in payloads
        ]
        last[-1].result(60)
        return len(last)

    def told(self, kind: type[E]) -> list[E]:
        """The events of a kind so far."""
        return [event for event in tuple(self.events) if isinstance(event, kind)]

    def waiting(self) -> int:
        """Rows of the outbox."""
        return sum(each.rows for each in self.store.outbox.depth())

    def subscribed(self) -> bool:
        """True where the broker has answered for every filter at least once."""
        return bool(self.told(Subscribed))

    def inbox_rows(self) -> list[tuple[str, bytes]]:
        """Topic and payload of all that came in, in order, copies included.

        Read by a connection of its own: what it sees is on disk.
        """
        connection = sqlite3.connect(f"file:{self.store.place.database}?mode=ro", uri=True)
        try:
            return connection.execute("SELECT topic, payload FROM inbox ORDER BY id").fetchall()
        finally:
            connection.close()

    def inbox_of(self, topic: str) -> list[bytes]:
        """Payloads of one topic, in order, copies included."""
        return [payload for at, payload in self.inbox_rows() if at == topic]

    def inbox(self) -> list[bytes]:
        """Payloads of all that came in, in order, copies included."""
        return [payload for _, payload in self.inbox_rows()]

    def _committed(self, rows: Sequence[InboxRow]) -> None:
        self.link.ack((row.received.epoch, row.received.mid) for row in rows)

    def _event(self, event: LinkEvent) -> None:
        self.events.append(event)
        self._wake()

    def _wake(self) -> None:
        self.pump.wake()

    def _run(self) -> None:
        self._task = self._loop.create_task(self.pump.run())
        with suppress(asyncio.CancelledError):
            self._loop.run_until_complete(self._task)
        self._loop.close()

    def _cancel(self) -> None:
        if self._task is not None:
            self._task.cancel()
