"""The parts of the agent that are measured, wired as the daemon has them."""

from __future__ import annotations

import asyncio
import random
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from tools.store_figures.conditions import TOPIC

from lamplighter.link.events import LinkEvent
from lamplighter.link.link import Link
from lamplighter.link.pump import Pump
from lamplighter.link.received import Received
from lamplighter.link.settings import Broker
from lamplighter.store.inbound.inbox import InboxRow
from lamplighter.store.outbound.outbox_rows import OutboxRow
from lamplighter.store.settings import Lanes
from lamplighter.store.store import Store

MAX_BYTES = 64 << 30
_WITHIN_S = 20.0


class Agent:
    """Store, link, and the pump on an asyncio loop of its own thread.

    Args:
        folder: of the store.
        port: of the broker.
        protocol: ``5`` or ``3.1.1``.
        on_done: told of messages that are on disk and acknowledged; in the writer's thread.

    Attributes:
        sent: rows that the broker has taken.
    """

    def __init__(
        self,
        folder: Path,
        port: int,
        protocol: str,
        on_done: Callable[[Sequence[InboxRow]], None] = lambda _rows: None,
    ) -> None:
        self.sent = 0
        self._on_done = on_done
        self.store = Store(
            folder,
            max_bytes=MAX_BYTES,
            on_committed=self._on_committed,
            on_outbox=self._wake,
            on_replaced=lambda _report: None,
            lanes=Lanes(),
        )
        self.link = Link(
            Broker(port=port, protocol=protocol),
            name="broker",
            client_id="bench-agent",
            clock=time.time,
            monotonic=time.monotonic,
            random=random.random,
            on_message=self._on_message,
            on_event=self._on_event,
        )
        self._pump: Pump | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None
        self._thread = threading.Thread(target=self._serve, name="loop", daemon=True)

    def open(self) -> None:
        """Opens the store; nothing is sent or received yet."""
        self.store.start()

    def connect(self, *, receives: bool = False) -> None:
        """Connects, and lets rows leave; returns when the broker has accepted."""
        if receives:
            self.link.subscribe([TOPIC])
        self._thread.start()
        self.link.start()
        deadline = time.monotonic() + _WITHIN_S
        while not self.link.state().connected:
            if time.monotonic() > deadline:
                raise TimeoutError("the broker does not accept")
            time.sleep(0.001)

    def waiting(self) -> int:
        """Rows in the outbox, as it is on disk."""
        return sum(depth.rows for depth in self.store.outbox.depth())

    def close(self) -> None:
        """Ends all of it."""
        loop, task = self._loop, self._task
        if loop is not None and task is not None:
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(task.cancel)
            self._thread.join(_WITHIN_S)
        self.link.stop()
        self.store.stop()

    def _serve(self) -> None:
        with suppress(asyncio.CancelledError):
            asyncio.run(self._run_pump())

    async def _run_pump(self) -> None:
        self._loop, self._task = asyncio.get_running_loop(), asyncio.current_task()
        self._pump = Pump(
            outbox=self.store.outbox,
            link=self.link,
            name="broker",
            clock=time.time,
            monotonic=time.monotonic,
            on_sent=self._on_sent,
        )
        await self._pump.run()

    def _on_sent(self, _row: OutboxRow) -> None:
        self.sent += 1

    def _on_message(self, received: Received) -> None:
        if received.message.topic == TOPIC:
            self.store.inbox.put(received)

    def _on_committed(self, rows: Sequence[InboxRow]) -> None:
        self.link.ack([(row.received.epoch, row.received.mid) for row in rows])
        self.store.inbox.done([row.id for row in rows])
        self._on_done(rows)

    def _on_event(self, _event: LinkEvent) -> None:
        self._wake()

    def _wake(self) -> None:
        if self._pump is not None:
            self._pump.wake()
