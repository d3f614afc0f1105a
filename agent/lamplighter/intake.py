"""Where committed messages go: upstream, commands, control, plugins; and what becomes of misfits.

Every message here is already on disk and acknowledged. It leaves the inbox only when it was
handled, or buried among the dead letters with the reason.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence

import structlog

from lamplighter.errors import LamplighterError
from lamplighter.plugin import Event, Message
from lamplighter.plugin_host import PluginHost
from lamplighter.store.inbox import InboxRow
from lamplighter.store.outbox import BROKER

_log = structlog.get_logger("intake")

_LONGEST_REASON = 300

Handler = Callable[[Message, bool], Awaitable[None]]


class Intake:
    """Routes rows of the inbox in their order. Lives on the asyncio loop.

    Args:
        host: the plugins.
        handlers: by topic: what handles it in a task of its own; the second argument says
            whether the message was left over by an earlier run.
        take_event: what to do with a plugin's event.
        done: marks rows as handled.
        bury: keeps a row that can't be handled, with the reason.
        forward: puts what goes upstream into the outbox: before the row is done, so that its
            deletion is never on disk without it.
        remote: the handlers of what comes from upstream, by topic.
    """

    def __init__(
        self,
        host: PluginHost,
        handlers: dict[str, Handler],
        *,
        take_event: Callable[[str, Event, Message], None],
        done: Callable[[Sequence[int]], None],
        bury: Callable[[InboxRow, str], None],
        forward: Callable[[InboxRow], None] = lambda _row: None,
        remote: Mapping[str, Handler] | None = None,
    ) -> None:
        self.host = host
        self.handlers = handlers
        self.take_event = take_event
        self.done = done
        self.bury = bury
        self.forward = forward
        self.remote = remote or {}
        self.received = 0
        self.buried = 0
        self._tasks: set[asyncio.Task[None]] = set()

    def take(self, rows: Iterable[InboxRow], *, replayed: bool = False) -> None:
        """Handles rows, or starts to: those of a handler are done when its task ends."""
        handled: list[int] = []
        for row in rows:
            self.received += 1
            message = row.received.message
            here = message.link == BROKER
            handler = (self.handlers if here else self.remote).get(message.topic)
            if not self._forwarded(row):
                continue
            if handler is not None:
                self._start(handler, row, replayed=replayed)
            elif not here:
                self._bury(row, "nothing that upstream may ask for")
            elif self._give_to_plugins(row):
                handled.append(row.id)
        if handled:
            self.done(handled)

    @property
    def running(self) -> int:
        """How many messages are being handled in tasks of their own."""
        return len(self._tasks)

    async def finish(self, within: float) -> None:
        """Waits for running tasks, at most so many seconds; what remains stays in the inbox."""
        if not self._tasks:
            return
        _, unfinished = await asyncio.wait(self._tasks, timeout=within)
        for task in unfinished:
            task.cancel()
        await asyncio.gather(*unfinished, return_exceptions=True)

    def _forwarded(self, row: InboxRow) -> bool:
        try:
            self.forward(row)
        except Exception as error:  # noqa: BLE001 - a supervisor: one message must not stop the rest
            _log.exception("message_failed", topic=row.received.message.topic)
            self._bury(row, f"{type(error).__name__}: {error}")
            return False
        return True

    def _give_to_plugins(self, row: InboxRow) -> bool:
        message = row.received.message
        failures = self.host.failures.total()
        try:
            for name, event in self.host.receive(message):
                self.take_event(name, event, message)
        except Exception as error:  # noqa: BLE001 - a supervisor: one message must not stop the rest
            _log.exception("message_failed", topic=message.topic)
            self._bury(row, f"{type(error).__name__}: {error}")
            return False
        if self.host.failures.total() > failures:
            self._bury(row, "a plugin failed on it")
            return False
        return True

    def _start(self, handler: Handler, row: InboxRow, *, replayed: bool) -> None:
        task = asyncio.get_running_loop().create_task(self._run(handler, row, replayed=replayed))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _run(self, handler: Handler, row: InboxRow, *, replayed: bool) -> None:
        try:
            await handler(row.received.message, replayed)
        except LamplighterError as error:
            self._bury(row, str(error))
        except Exception as error:  # noqa: BLE001 - a supervisor: one defect must not stop the rest
            _log.exception("message_failed", topic=row.received.message.topic)
            self._bury(row, f"{type(error).__name__}: {error}")
        else:
            self.done([row.id])

    def _bury(self, row: InboxRow, why: str) -> None:
        self.buried += 1
        reason = why[:_LONGEST_REASON]  # it may quote the payload
        topic = row.received.message.topic
        _log.warning("message_buried", topic=topic, reason=reason, buried=self.buried)
        self.bury(row, reason)
