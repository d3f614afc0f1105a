"""What goes on all the time beside the messages: ticks, bounds, health, watchdog, retention."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable
from typing import Any

import structlog

from lamplighter.assembly import Parts
from lamplighter.plugin import Message
from lamplighter.service_notify import ServiceNotifier

_log = structlog.get_logger("upkeep")

_TICK = 1.0
_HEALTH_EVERY = 30.0
_TRIM_EVERY = 60.0
_EXPIRED_SINCE = 5.0
_DISK_PATIENCE = 60.0


class Upkeep:
    """Owns the periodic tasks. A defect in one call is logged and hurts only that call.

    Args:
        parts: what is kept up.
        clock: UTC seconds.
        notifier: systemd's watchdog is fed through it.
    """

    def __init__(self, parts: Parts, clock: Callable[[], float], notifier: ServiceNotifier) -> None:
        self.parts = parts
        self.clock = clock
        self.notifier = notifier
        self._disk = ""
        self._failing_since: float | None = None
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Starts the tasks on the running loop."""
        wanted: list[tuple[float, Callable[[], Any]]] = [
            (_TICK, self.tick),
            (_HEALTH_EVERY, self.parts.presence.publish_health),
            (_TRIM_EVERY, self.trim),
            # By itself: what is due waits for its devices to confirm it.
            (_TICK, self.run_schedule),
        ]
        if self.notifier.watchdog_every:
            wanted.append((self.notifier.watchdog_every, self.feed_watchdog))
        loop = asyncio.get_running_loop()
        self._tasks = [loop.create_task(_repeat(seconds, call)) for seconds, call in wanted]

    async def stop(self) -> None:
        """Ends the tasks."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def tick(self) -> None:
        """A second has passed."""
        parts = self.parts
        # First: nobody else may see the new time of a clock that was set.
        if parts.clock_watch.look():
            parts.presence.publish_health()
        now = self.clock()
        message = Message("", b"", arrived=now)
        for name, event in parts.host.tick(now):
            parts.reception.take(name, event, message)
        parts.machines.tick(now, connected=parts.link.state().connected)
        parts.shifts.tick()
        parts.orders.watch.tick()
        # What is on its way just now may still arrive: a little later it is surely late.
        parts.store.outbox.expire(now - _EXPIRED_SINCE)
        parts.publishing.tick()
        parts.gate.look()
        parts.store.watch()
        self.mind_disk()
        parts.link_watch.sweep()
        if parts.upstream is not None:
            parts.upstream.tick()

    async def run_schedule(self) -> None:
        """Carries out what is due."""
        await self.parts.scheduler.tick(self.clock())

    def mind_disk(self) -> None:
        """Says at once when the disk is full or fails, and when it is well again."""
        writer = self.parts.store.writer.health()
        if writer.full_since is not None:
            state = "log_held" if writer.log_held else "disk_full"
        else:
            state = "disk_fails" * bool(writer.failing)
        if state == self._disk:
            return
        before, self._disk = self._disk, state
        path = str(self.parts.store.place.folder)
        if state:
            _log.error(state, path=path, reason=writer.failing)
        else:
            _log.info("disk_is_well", path=path, before=before)
        self.parts.presence.publish_health()

    def trim(self) -> None:
        """Applies retention, by a clock that takes no leaps."""
        watch = self.parts.clock_watch
        watch.keep()
        watch.trim()
        self.parts.store.trim(watch.timekeeper.before())

    def feed_watchdog(self) -> None:
        """Feeds systemd's watchdog, from this loop and only while threads and disk are well.

        A full disk is no reason to starve it: a restart makes no room, and control goes on.
        """
        writer = self.parts.store.writer.health()
        link = self.parts.link.is_alive()
        failing = writer.failing if writer.full_since is None else ""
        now = self.parts.clock_watch.timekeeper.uptime()
        if not failing:
            self._failing_since = None
        elif self._failing_since is None:
            self._failing_since = now
        lasting = self._failing_since is not None and now - self._failing_since > _DISK_PATIENCE
        if link and writer.alive and not lasting:
            self.notifier.send("WATCHDOG=1")
        else:
            _log.error("watchdog_not_fed", link=link, writer=writer.alive, disk=failing)


async def _repeat(seconds: float, call: Callable[[], Any]) -> None:
    while True:
        await asyncio.sleep(seconds)
        try:
            result = call()
            if inspect.isawaitable(result):
                await result
        except Exception:  # noqa: BLE001 - a supervisor: one call must not end the others
            _log.exception("upkeep_failed", call=getattr(call, "__name__", str(call)))
