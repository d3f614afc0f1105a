"""Where committed messages go: upstream, commands, control, plugins; and what becomes of misfits.

Every message here is already on disk and acknowledged. It leaves the inbox only when it was
handled, or buried among the dead letters with the reason.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence

import structlog

from lamplighter.errors import LamplighterError, StoreError
from lamplighter.plugin import Event, Message
from lamplighter.plugin_host import PluginHost
from lamplighter.store.inbound.inbox import InboxRow
from lamplighter.store.outbound.outbox import BROKER, UPSTREAM

_log = structlog.get_logger("intake")

_LONGEST_REASON = 300
# Ten minutes in all.
_PAUSES = (0.5, 1.0, 2.0, 4.0, *([10.0] * 60))

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
            deletion is never on disk without it. Such rows come over a link of their own.
        remote: the handlers of what comes from upstream, by topic.
        pauses: seconds between tries where the disk hinders a handler.
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
        pauses: Sequence[float] = _PAUSES,
    ) -> None:
        self.host = host
        self.handlers = handlers
        self.take_event = take_event
        self.done = done
        self.bury = bury
        self.forward = forward
        self.remote = remote or {}
        self.pauses = pauses
        self.received = 0
        self.buried = 0
        self._tasks: set[asyncio.Task[None]] = set()

    def take(self, rows: Iterable[InboxRow], *, replayed: bool = False) -> None:
        """Handles rows, or starts to: those of a handler are done when its task ends."""
        handled: list[int] = []
        for row in rows:
            self.received += 1
            handler = self._handler(row)
            if handler is not None:
                self._start(handler, row, replayed=replayed)
            elif self._is_done(row):
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

    def _handler(self, row: InboxRow) -> Handler | None:
        message = row.received.message
        if message.link == BROKER:
            return self.handlers.get(message.topic)
        return self.remote.get(message.topic) if message.link == UPSTREAM else None

    def _is_done(self, row: InboxRow) -> bool:
        """Gives a row to those whom it is for; False where it was buried, or is done already."""
        link = row.received.message.link
        if link == BROKER:
            return self._give_to_plugins(row)
        if link == UPSTREAM:
            self._bury(row, "nothing that upstream may ask for")
        elif self._forwarded(row):
            # At once: what is put in and not yet done is put in again after a crash.
            self.done([row.id])
        return False

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
            await self._handle(handler, row.received.message, replayed=replayed)
        except LamplighterError as error:
            self._bury(row, str(error))
        except Exception as error:  # noqa: BLE001 - a supervisor: one defect must not stop the rest
            _log.exception("message_failed", topic=row.received.message.topic)
            self._bury(row, f"{type(error).__name__}: {error}")
        else:
            self.done([row.id])

    async def _handle(self, handler: Handler, message: Message, *, replayed: bool) -> None:
        """Has a message handled, again and again while the disk is what hinders it.

        It is acknowledged, so it can only wait here, as others wait at the broker; that ends when
        nobody can still want it.
        """
        pauses = iter(self.pauses)
        while True:
            try:
                return await handler(message, replayed)
            except StoreError as error:
                pause = next(pauses, None)
                if pause is None:
                    raise
                _log.warning("message_waits", topic=message.topic, reason=str(error), wait=pause)
                await asyncio.sleep(pause)

    def _bury(self, row: InboxRow, why: str) -> None:
        self.buried += 1
        reason = why[:_LONGEST_REASON]  # it may quote the payload
        topic = row.received.message.topic
        _log.warning("message_buried", topic=topic, reason=reason, buried=self.buried)
        self.bury(row, reason)
