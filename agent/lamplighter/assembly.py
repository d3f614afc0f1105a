"""Puts the daemon's parts together: who is handed what. Nothing is started here.

::

    link ──> store.inbox ──> intake ──> plugins ──> reception ──> catalogue, store, machines
                               │                                         │
                               ├──> commander ──> executor ──> store.outbox ──> pump ──> link
                               └──> control
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import structlog

from lamplighter.actions.alarm_deeds import alarm_entities
from lamplighter.actions.commander import Commander
from lamplighter.actions.dialogue import Dialogue
from lamplighter.actions.execution import Executor
from lamplighter.actions.journal import CommandJournal
from lamplighter.actions.scheduling import Scheduler
from lamplighter.area_actions import AreaActions
from lamplighter.catalogue.catalogue import Catalogue
from lamplighter.clock_watch import ClockWatch
from lamplighter.config import Config
from lamplighter.control import Control
from lamplighter.faults.machines.expansion import as_watched
from lamplighter.faults.monitor import FaultMonitor
from lamplighter.gate import Gate
from lamplighter.intake import Handler, Intake
from lamplighter.link.events import LinkEvent
from lamplighter.link.link import Link
from lamplighter.link.pump import Pump
from lamplighter.link.received import Received
from lamplighter.link_watch import LinkWatch
from lamplighter.machine_watch import MachineWatch
from lamplighter.model_service import ModelService
from lamplighter.orders.daylight import Daylight
from lamplighter.orders.orderbook import SEEN, OrderBook
from lamplighter.orders.watch import Watch
from lamplighter.plugin_host import PluginHost, load_plugins
from lamplighter.presence import Presence, will
from lamplighter.publishing import Publishing
from lamplighter.reception import Reception
from lamplighter.shift_summaries import ShiftSummaries
from lamplighter.store.encryption.keys import seals_of
from lamplighter.store.inbound.inbox import InboxRow
from lamplighter.store.limits import Limits
from lamplighter.store.outbound.lanes import Lane
from lamplighter.store.outbound.outbox import UPSTREAM
from lamplighter.store.outbound.outbox_rows import OutboxRow
from lamplighter.store.recovery.opening import OpenReport
from lamplighter.store.store import Store
from lamplighter.timekeeping.clocks import host_clocks
from lamplighter.timekeeping.timekeeper import Timekeeper
from lamplighter.understanding.questions.history import Past
from lamplighter.understanding.questions.machines import Plant, StoredIncidents
from lamplighter.understanding.timing.zones import home_zone
from lamplighter.understanding.understanding import Understanding
from lamplighter.upstream.assembly import assemble_upstream, make_tap
from lamplighter.upstream.forwarding import FORWARD
from lamplighter.upstream.remote import RemotePolicy
from lamplighter.upstream.service import UpstreamService
from lamplighter.upstream.settings import commands
from lamplighter.upstream.tap import Tap

_log = structlog.get_logger("store")

_FILTERS = "subscribed_filters"
_LINK = "broker"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What comes in from outside.

    Attributes:
        clock: UTC seconds.
        monotonic: seconds that never jump.
        random: for jitter.
        timekeeper: says how far the clock is to be trusted; ``clock`` is its.
    """

    clock: Callable[[], float]
    monotonic: Callable[[], float]
    random: random.Random
    timekeeper: Timekeeper = field(default_factory=lambda: Timekeeper(host_clocks()))


@dataclass(frozen=True, slots=True)
class Hooks:
    """What the parts tell the app.

    Attributes:
        committed: rows of the inbox are on disk; called on the writer's thread.
        waiting: new rows of the outbox are on disk; called on the writer's thread.
        replaced: a damaged database was replaced; called on the writer's thread.
        link_event: something happened to the link; called on any thread.
        upstream_event: the same of the link to the upstream broker.
        filters_changed: an entity came or went.
        reload: somebody wants the configuration read again.
        facts: what health consists of.
    """

    committed: Callable[[Sequence[InboxRow]], None]
    waiting: Callable[[], None]
    replaced: Callable[[OpenReport], None]
    link_event: Callable[[LinkEvent], None]
    upstream_event: Callable[[LinkEvent], None]
    filters_changed: Callable[[], None]
    reload: Callable[[], None]
    facts: Callable[[], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Parts:
    """Every part of the daemon."""

    store: Store
    link: Link
    links: dict[str, Link]
    link_watch: LinkWatch
    pump: Pump
    publishing: Publishing
    host: PluginHost
    catalogue: Catalogue
    reception: Reception
    machines: MachineWatch
    shifts: ShiftSummaries
    models: ModelService
    understanding: Understanding
    executor: Executor
    commander: Commander
    scheduler: Scheduler
    orders: OrderBook
    gate: Gate
    intake: Intake
    presence: Presence
    upstream: UpstreamService | None
    tap: Tap
    clock_watch: ClockWatch


def assemble(config: Config, around: Surroundings, hooks: Hooks) -> Parts:
    """Every part, connected to the others.

    Raises:
        PluginError: a plugin can't be loaded or refuses its settings.
    """
    store = _store(config, around, hooks)
    host = PluginHost(load_plugins(config, around.clock))
    catalogue = Catalogue(config.home)
    link = _link(config, around, hooks, store, _late(lambda: gate.receive))
    tap = make_tap(
        config.broker,
        config.node,
        store,
        clock=around.clock,
        monotonic=around.monotonic,
        chance=around.random,
        on_message=_late(lambda: gate.receive),
    )
    upstream = _upstream(
        config, around, hooks, store, tap=tap, on_message=_late(lambda: gate.receive)
    )
    presence = Presence(
        link, config.root, hooks.facts, upstream.say if upstream else lambda _health: None
    )
    models = ModelService(config.model, config.store.path)
    publish = Publishing(
        lambda publication, lane, link: store.outbox.put(publication, lane, link=link),
        store.ledger.account,
        clock=around.clock,
        monotonic=around.monotonic,
    )
    machines = MachineWatch(
        FaultMonitor(
            config.machines,
            clock=around.clock,
            config=config.faults,
            zone=home_zone(config.home.time_zone),
        ),
        store,
        models,
        root=config.root,
        clock=around.clock,
        publish=publish,
    )
    shifts = ShiftSummaries(
        store.reports,
        store.snapshots,
        shifts=config.faults.shifts if config.machines else (),
        zone=home_zone(config.home.time_zone),
        root=config.root,
        clock=around.clock,
        publish=publish,
    )
    understanding = Understanding(
        catalogue,
        None,
        clock=around.clock,
        language=config.home.language,
        past=Past(store.history, around.clock, home_zone(config.home.time_zone)),
        plant=Plant(
            tuple(map(as_watched, config.machines)),
            StoredIncidents(store.alarms, store.reports, store.episodes, store.audit),
            config.faults.shifts,
            machines.monitor.health,
        ),
    )
    executor = Executor(
        catalogue,
        lambda entity: host.plugins[entity.plugin],
        clock=around.clock,
        confirm_within=config.actions.confirm_within,
        expire_after=config.actions.expire_after,
    )
    journal = CommandJournal(
        store,
        config.root,
        around.clock,
        around.timekeeper.ageing,
        carried_out=AreaActions(catalogue, machines.monitor, around.clock).take,
    )
    store.outbox.expired = journal.expired
    orders = _order_book(catalogue, store, around, lambda: commander)
    commander = Commander(
        understanding=understanding,
        executor=executor,
        dialogue=Dialogue(around.monotonic),
        schedule=store.schedule,
        journal=journal,
        policy=config.policy,
        language=config.home.language,
        clock=around.clock,
        monotonic=around.monotonic,
        stamp=around.timekeeper.stamp,
        remote=RemotePolicy(upstream.remote) if upstream else None,
        keep_corrections=config.actions.keep_corrections,
        orders=orders,
        alarms=machines,
        machines=alarm_entities(config.machines),
    )
    pump = Pump(
        outbox=store.outbox,
        link=link,
        name=_LINK,
        clock=around.clock,
        monotonic=around.monotonic,
        on_sent=lambda row: _note_sent(row, store, executor),
        on_given_up=executor.row_given_up,
    )
    reception = Reception(
        catalogue,
        store,
        clock=around.clock,
        state_changed=lambda entity_id: _heard(entity_id, executor, orders),
        filters_changed=hooks.filters_changed,
        sample=machines.sample,
        log_line=machines.log_line,
        publish=lambda publication: publish(publication, Lane.STATES),
    )
    control = Control(
        machines,
        reload=hooks.reload,
        flush=pump.wake,
        publish=publish,
        remote=lambda: upstream.remote().control if upstream else (),
        swap_model=models.swap_soon,
    )
    intake = Intake(
        host,
        {
            f"{config.root}/ask": commander.handle,
            f"{config.root}/control": control.handle,
        },
        take_event=reception.take,
        done=store.inbox.done,
        bury=store.inbox.bury,
        forward=upstream.forwarder.take if upstream else lambda _row: None,
        remote=_remote_handlers(config.root, upstream, commander, control),
    )
    links = {_LINK: link, FORWARD: tap.link}
    if upstream is not None:
        links[UPSTREAM] = upstream.link
    gate = Gate(
        put=store.inbox.put,
        pause=_each([one.pause for one in links.values()]),
        resume=_each([one.resume for one in links.values()]),
        running=lambda: intake.running,
    )
    link_watch = LinkWatch(
        pump=pump,
        host=host,
        reception=reception,
        presence=presence,
        refresh=lambda: link.refresh(host.filters()),
        account=store.ledger.account,
        clock=around.clock,
        monotonic=around.monotonic,
    )
    return Parts(
        store=store,
        link=link,
        links=links,
        link_watch=link_watch,
        pump=pump,
        publishing=publish,
        host=host,
        catalogue=catalogue,
        reception=reception,
        machines=machines,
        shifts=shifts,
        models=models,
        understanding=understanding,
        executor=executor,
        commander=commander,
        scheduler=commander.scheduler,
        orders=orders,
        gate=gate,
        intake=intake,
        presence=presence,
        upstream=upstream,
        tap=tap,
        clock_watch=ClockWatch(around.timekeeper, store, machines.clock_set, host.clock_set),
    )


def _order_book(
    catalogue: Catalogue, store: Store, around: Surroundings, commander: Callable[[], Commander]
) -> OrderBook:
    watch = Watch(
        catalogue,
        daylight=lambda: Daylight(home_zone(catalogue.home.time_zone), catalogue.home.location),
        clock=around.clock,
        ageing=around.timekeeper.ageing,
        run=lambda kept, news: commander().run_order(kept, news),
        announce=lambda kept, speech: commander().announce_order(kept, speech),
        remember=lambda seen: store.snapshots.put(SEEN, seen),
        note=store.orders.note,
    )
    return OrderBook(store, watch, around.clock)


def _upstream(
    config: Config,
    around: Surroundings,
    hooks: Hooks,
    store: Store,
    *,
    tap: Tap,
    on_message: Callable[[Received], None],
) -> UpstreamService | None:
    if config.upstream is None:
        return None
    return assemble_upstream(
        config.upstream,
        config.root,
        store,
        tap,
        clock=around.clock,
        monotonic=around.monotonic,
        chance=around.random,
        on_message=on_message,
        on_event=hooks.upstream_event,
    )


def _remote_handlers(
    root: str, upstream: UpstreamService | None, commander: Commander, control: Control
) -> dict[str, Handler]:
    """What upstream may ask for; where it may not, what an old session still hands over is not."""
    if upstream is None:
        return {}
    ask, operate = commands(root)
    return {
        ask: upstream.guarded(commander.handle),
        operate: upstream.guarded(control.handle),
    }


def _heard(entity_id: str, executor: Executor, orders: OrderBook) -> None:
    executor.state_changed(entity_id)
    orders.watch.state_changed(entity_id)


def _note_sent(row: OutboxRow, store: Store, executor: Executor) -> None:
    store.outbox.traffic.sent(row.link, row.lane)
    executor.row_sent(row.id)


def _each(calls: Sequence[Callable[[], None]]) -> Callable[[], None]:
    """Several calls as one."""

    def call() -> None:
        for each in calls:
            each()

    return call


def _late(found: Callable[[], Callable[[Received], None]]) -> Callable[[Received], None]:
    """A call of what is made only after it was handed on."""

    def call(received: Received) -> None:
        found()(received)

    return call


def _store(config: Config, around: Surroundings, hooks: Hooks) -> Store:
    urgent = {f"{config.root}/ask", f"{config.root}/control"}
    return Store(
        config.store.path,
        max_bytes=config.store.max_bytes,
        on_committed=hooks.committed,
        on_outbox=hooks.waiting,
        on_replaced=hooks.replaced,
        limits=Limits(
            history_seconds=config.store.history_days * 86400,
            history_rows=config.store.history_rows,
        ),
        clock=around.clock,
        monotonic=around.monotonic,
        stamp=around.timekeeper.stamp,
        flash=config.store.flash,
        lanes=config.store.lanes,
        seals=seals_of(config.store.encryption),
        urgent=lambda message: message.topic in urgent,
    )


def _link(
    config: Config,
    around: Surroundings,
    hooks: Hooks,
    store: Store,
    on_message: Callable[[Received], None],
) -> Link:
    return Link(
        config.broker,
        name=_LINK,
        client_id=config.broker.client_id or f"lamplighter-{config.node}",
        clock=around.clock,
        monotonic=around.monotonic,
        random=around.random.random,
        on_message=on_message,
        on_event=hooks.link_event,
        will=will(config.root),
        load_filters=lambda: store.snapshots.get(_FILTERS) or (),
        save_filters=lambda filters: store.snapshots.put(_FILTERS, sorted(filters)),
    )
