"""Bounds the memory between the broker and the intake: the link reads no faster than we handle.

What is paused stays with the broker (QoS 1), so nothing is lost by it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable

import structlog

from lamplighter.link.received import Received
from lamplighter.store.inbound.inbox import InboxRow

_log = structlog.get_logger("gate")

_MOST_BYTES = 16 * 1024 * 1024
_MOST_TASKS = 1000
_ROW_BYTES = 500  # what a message takes beside what came with it


class Gate:
    """Counts what came in and was not taken yet; pauses the link beyond a bound.

    Args:
        put: hands a message to the inbox.
        pause: stops reading from the broker.
        resume: reads again.
        running: how many messages are being handled in tasks of their own.
        most_bytes: the bound.
        most_tasks: the bound on ``running``.
    """

    def __init__(
        self,
        *,
        put: Callable[[Received], None],
        pause: Callable[[], None],
        resume: Callable[[], None],
        running: Callable[[], int],
        most_bytes: int = _MOST_BYTES,
        most_tasks: int = _MOST_TASKS,
    ) -> None:
        self.put = put
        self.pause = pause
        self.resume = resume
        self.running = running
        self.most_bytes = most_bytes
        self.most_tasks = most_tasks
        self.held = 0
        self.paused = False
        self._lock = threading.Lock()

    def receive(self, received: Received) -> None:
        """A message from the network thread."""
        with self._lock:
            self.held += _size(received)
        self.put(received)
        if self.held > self.most_bytes or self.running() > self.most_tasks:
            self._close()

    def taken(self, rows: Iterable[InboxRow]) -> None:
        """Rows that the intake has; called on the loop."""
        size = sum(_size(row.received) for row in rows)
        with self._lock:
            self.held = max(0, self.held - size)
        self.look()

    def look(self) -> None:
        """Reads again where there is room; called once a second as well."""
        with self._lock:
            room = self.held < self.most_bytes / 2 and self.running() < self.most_tasks / 2
            if not (self.paused and room):
                return
            self.paused = False
            self.resume()
        _log.info("reading_resumed", held_bytes=self.held)

    def _close(self) -> None:
        with self._lock:
            if self.paused:
                return
            self.paused = True
            # Under the lock: a pause that comes after the resume that follows it would be for ever.
            self.pause()
        _log.warning("reading_paused", held_bytes=self.held, running=self.running())


def _size(received: Received) -> int:
    message = received.message
    said = len(message.payload) + len(message.topic) + len(message.response_topic or "")
    return said + len(message.correlation or b"") + _ROW_BYTES
