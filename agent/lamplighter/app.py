"""The daemon's life: startup, main loop, shutdown.

All of it runs on one asyncio loop. Three threads have one owner each: paho's belongs to the link,
SQLite's writer to the store, the model's to its engine.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import signal
import time
from collections.abc import Callable, Coroutine, Iterable, Sequence
from pathlib import Path
from typing import Any

import structlog

from lamplighter.assembly import Hooks, Surroundings, assemble
from lamplighter.config import Config
from lamplighter.errors import StoreDeviceError, StoreError, StoreFullError
from lamplighter.health import LaneRates, facts_of
from lamplighter.link.events import LinkEvent
from lamplighter.metrics.collect import families_of
from lamplighter.metrics.families import Family
from lamplighter.metrics.rates import Rates
from lamplighter.metrics.server import MetricsServer
from lamplighter.plugin import Message
from lamplighter.reload import reload
from lamplighter.service_notify import ServiceNotifier
from lamplighter.starting import StartNotice
from lamplighter.store.inbound.inbox import InboxRow
from lamplighter.store.recovery.opening import OpenReport
from lamplighter.store.recovery.phase import phase_of
from lamplighter.timekeeping.clocks import host_clocks
from lamplighter.timekeeping.timekeeper import Timekeeper
from lamplighter.understanding.model_parser import ModelParser
from lamplighter.upkeep import Upkeep

_log = structlog.get_logger("app")

# A burst of announcements becomes one change of subscriptions.
_RESUBSCRIBE_AFTER = 0.1
_TAKE_OVER_S = 20.0
# Ten minutes in all; then systemd starts another process, which begins anew.
_DISK_PAUSES = (1.0, 2.0, 4.0, 8.0, 15.0, *([30.0] * 19))


def run_daemon(config: Config, path: Path | None) -> int:
    """Runs the daemon until SIGTERM or SIGINT; returns the exit code.

    Raises:
        LamplighterError: it could not start.
    """
    timekeeper = Timekeeper(host_clocks())
    chance = random.Random()  # noqa: S311 - jitter only
    around = Surroundings(timekeeper.clock, time.monotonic, chance, timekeeper)
    return asyncio.run(App(config, path, around, ServiceNotifier()).run())


class App:
    """One daemon.

    Args:
        config: its configuration.
        path: the file it came from, read again on reload; None: there is none.
        around: time and chance.
        notifier: tells systemd.
    """

    def __init__(
        self, config: Config, path: Path | None, around: Surroundings, notifier: ServiceNotifier
    ) -> None:
        self.config = config
        self.path = path
        self.around = around
        self.notifier = notifier

    async def run(self) -> int:
        """Starts, runs until told to stop, and stops."""
        self._loop = asyncio.get_running_loop()
        self._stopping = asyncio.Event()
        self._reload_wanted = asyncio.Event()
        self._filters_wanted = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._rates: LaneRates = Rates(self.around.monotonic)
        for number in (signal.SIGTERM, signal.SIGINT):
            self._loop.add_signal_handler(number, self._stopping.set)
        self._loop.add_signal_handler(signal.SIGHUP, self._reload_wanted.set)
        self.parts = assemble(self.config, self.around, self._hooks())
        self.upkeep = Upkeep(self.parts, self.around.clock, self.notifier)
        self._started = self.around.monotonic()
        self._metrics = MetricsServer(self.config.metrics, self._families, self.around.monotonic)
        self._disk_fault = ""
        notice = StartNotice(self.notifier, self._phase)
        try:
            notice.start()
            if await self._opened():
                self.startup(notice)
                await self._stopping.wait()
        finally:
            notice.stop()
            await self.shutdown()
        return 0

    def startup(self, notice: StartNotice) -> None:
        """Knows the devices again, and connects; the model loads meanwhile. The store is open."""
        parts = self.parts
        parts.clock_watch.begin()
        self._take_over()
        self._recall()
        parts.orders.start()
        parts.machines.start()
        parts.shifts.start()
        parts.commander.start()
        parts.link.subscribe(self._filters())
        self._replay()
        self._spawn(parts.pump.run(), self._look_after_model())
        if parts.upstream is not None:
            self._spawn(parts.upstream.pump.run())
        self._spawn(self._follow_filters(), self._follow_reloads(), self._metrics.run())
        self.upkeep.start()
        parts.link.start()
        if parts.upstream is not None:
            parts.upstream.start()
        else:
            # What an earlier run had forwarded is unsubscribed.
            parts.tap.want(())
        notice.stop()
        self.notifier.send("READY=1", f"STATUS=node {self.config.node}")
        broker = f"{self.config.broker.host}:{self.config.broker.port}"
        _log.info("started", node=self.config.node, broker=broker, entities=len(parts.catalogue))

    async def shutdown(self) -> None:
        """Finishes what it can in three seconds, says goodbye, and closes the store."""
        self.notifier.send("STOPPING=1")
        parts = self.parts
        await self.upkeep.stop()
        await parts.intake.finish(1.0)
        await parts.orders.stop()
        await parts.machines.stop(0.5)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        goodbyes = [asyncio.to_thread(parts.link.stop, parts.presence.farewell())]
        goodbyes.append(asyncio.to_thread(parts.tap.stop))
        if parts.upstream is not None:
            goodbyes.append(asyncio.to_thread(parts.upstream.stop))
        await asyncio.gather(*goodbyes, asyncio.to_thread(parts.models.stop))
        parts.clock_watch.keep()
        # What the broker took while saying goodbye must not go to it again at the next start.
        parts.pump.settle()
        if parts.upstream is not None:
            parts.upstream.pump.settle()
        parts.publishing.stop()
        await asyncio.to_thread(parts.store.stop)
        _log.info("stopped", node=self.config.node)

    def _hooks(self) -> Hooks:
        return Hooks(
            committed=self._committed,
            waiting=self._wake_pumps,
            replaced=lambda report: self._soon(lambda: self._replaced(report)),
            link_event=lambda event: self._soon(lambda: self.parts.link_watch.take(event)),
            upstream_event=lambda event: self._soon(lambda: self._take_upstream(event)),
            filters_changed=self._filters_wanted.set,
            reload=self._reload_wanted.set,
            facts=lambda: facts_of(self.parts, self.around, self._started, self._rates),
        )

    def _families(self) -> Iterable[Family]:
        return families_of(self.parts, self.around, self._started, self.parts.presence.versions)

    def _soon(self, call: Callable[[], None]) -> None:
        """Calls on the loop, from any thread. After its end nothing is called, and nothing lost."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(call)

    def _committed(self, rows: Sequence[InboxRow]) -> None:
        # Each link numbers its connections and messages by itself.
        tokens: dict[str, list[tuple[int, int]]] = {}
        for row in rows:
            received = row.received
            tokens.setdefault(received.message.link, []).append((received.epoch, received.mid))
        for name, of_link in tokens.items():
            self.parts.links[name].ack(of_link)
        self._soon(lambda: self._take(rows))

    def _wake_pumps(self) -> None:
        """Called on the writer's thread when there are new rows; pumps may be woken by any."""
        self.parts.pump.wake()
        if self.parts.upstream is not None:
            self.parts.upstream.pump.wake()

    def _take_upstream(self, event: LinkEvent) -> None:
        if self.parts.upstream is not None and self.parts.upstream.take(event):
            self.parts.presence.publish_health()

    def _take(self, rows: Sequence[InboxRow]) -> None:
        self.parts.intake.take(row for row in rows if not row.buried)
        self.parts.gate.taken(rows)

    async def _opened(self) -> bool:
        """Opens the store, tried again for a while where its disk hinders that.

        Returns:
            False where the daemon was told to stop meanwhile.
        """
        for pause in _DISK_PAUSES:
            try:
                self._open_store()
            except (StoreDeviceError, StoreFullError) as error:
                self._disk_fault = str(error)
                _log.error("store_waits_for_its_disk", reason=str(error), wait=pause)
            else:
                return True
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), pause)
                return False
        self._open_store()
        return True

    def _open_store(self) -> None:
        report = self.parts.store.start()
        self._disk_fault = ""
        if report.quarantined is not None:
            _log_damage(report)

    def _phase(self) -> str:
        """What the start is busy with; called on the notice's thread."""
        if self._disk_fault:
            return f"waiting for the disk: {self._disk_fault}"
        return phase_of(self.parts.store.place)

    def _take_over(self) -> None:
        """Sees to commands that the last run left, before anything is sent."""
        lost = self.parts.store.outbox.take_over()
        try:
            lost.result(_TAKE_OVER_S)
        except (StoreError, TimeoutError) as error:
            _log.warning("outbox_not_taken_over", reason=str(error))
        self.parts.clock_watch.inherit()

    def _replaced(self, report: OpenReport) -> None:
        """The database was replaced while running: what could not be salvaged is kept anew."""
        _log_damage(report)
        self.parts.reception.keep_again()
        self.parts.machines.keep_again()
        if self.parts.upstream is not None:
            self.parts.upstream.feed.begin_again()

    def _recall(self) -> None:
        """Knows devices and states again before the broker says anything."""
        parts = self.parts
        parts.host.filters()
        # Read first: an announcement alone says nothing yet, and that is kept, too.
        states = parts.store.states.all()
        for kept in parts.store.announcements.all():
            payload = kept.payload or b""
            parts.reception.kept[kept.plugin, kept.topic] = payload
            message = Message(kept.topic, payload, retain=True, arrived=self.around.clock())
            try:
                for name, event in parts.host.deliver(kept.plugin, message):
                    parts.reception.take(name, event, message)
            except Exception:  # noqa: BLE001 - a supervisor: one announcement must not stop the start
                _log.exception("announcement_not_recalled", topic=kept.topic)
        for entity_id, state in states.items():
            if parts.catalogue.get(entity_id) is not None:
                parts.catalogue.restore(entity_id, state)
                parts.store.states.put(entity_id, state)

    def _replay(self) -> None:
        """Handles what was committed, and not yet handled when the last run ended."""
        after, count = 0, 0
        while rows := self.parts.store.inbox.pending(after):
            self.parts.intake.take(rows, replayed=True)
            after = rows[-1].id
            count += len(rows)
        if count:
            _log.info("inbox_replayed", rows=count)

    def _filters(self) -> frozenset[str]:
        own = {f"{self.config.root}/ask", f"{self.config.root}/control"}
        return self.parts.host.filters() | own

    def _spawn(self, *coroutines: Coroutine[Any, Any, None]) -> None:
        self._tasks += [self._loop.create_task(each) for each in coroutines]

    async def _look_after_model(self) -> None:
        """Loads the model, and from then on follows its coming and going."""
        await self.parts.understanding.start()
        self.parts.models.changed = self._model_changed
        await self.parts.models.start()
        self.parts.presence.publish_health()
        await self.parts.models.run()

    def _model_changed(self) -> None:
        engine = self.parts.models.engine
        parser = None if engine is None else ModelParser(engine)
        self.parts.understanding.use(parser, away=self.parts.models.away())
        if parser is not None:
            self._spawn(parser.warm())
        self.parts.presence.publish_health()

    async def _follow_filters(self) -> None:
        """Subscribes what the plugins want, a moment after entities came or went."""
        while True:
            await self._filters_wanted.wait()
            await asyncio.sleep(_RESUBSCRIBE_AFTER)
            self._filters_wanted.clear()
            self.parts.link.subscribe(self._filters())

    async def _follow_reloads(self) -> None:
        """Takes over a changed configuration, on SIGHUP or by the control topic."""
        while True:
            await self._reload_wanted.wait()
            self._reload_wanted.clear()
            self.notifier.send("RELOADING=1", f"MONOTONIC_USEC={time.monotonic_ns() // 1000}")
            self.config = reload(self.path, self.config, self.parts)
            self.notifier.send("READY=1")
            self._filters_wanted.set()


def _log_damage(report: OpenReport) -> None:
    _log.error(
        "store_was_damaged",
        kept_as=str(report.quarantined),
        salvaged=report.salvaged,
        reason=report.reason,
    )
