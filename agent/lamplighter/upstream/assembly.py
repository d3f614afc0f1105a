"""Puts the upstream broker's parts together. Nothing is started here."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable, Sequence

from lamplighter.link.backoff import Backoff
from lamplighter.link.events import LinkEvent
from lamplighter.link.link import Link
from lamplighter.link.pump import Pump
from lamplighter.link.received import Received
from lamplighter.link.settings import Broker
from lamplighter.plugin import Publication
from lamplighter.presence import will
from lamplighter.store.ledger import Loss, Reason
from lamplighter.store.outbox import UPSTREAM
from lamplighter.store.outbox_rows import OutboxRow
from lamplighter.store.store import Store
from lamplighter.upstream.departures import Departures
from lamplighter.upstream.forwarding import FORWARD, Forwarder
from lamplighter.upstream.ledger_feed import LedgerFeed
from lamplighter.upstream.pacing import Pacer
from lamplighter.upstream.rules import Forwarded, Rules, Withheld
from lamplighter.upstream.service import Alarm, UpstreamService
from lamplighter.upstream.settings import Upstream

_FILTERS = "subscribed_filters/"


def assemble_upstream(
    settings: Upstream,
    local: Broker,
    root: str,
    store: Store,
    *,
    clock: Callable[[], float],
    monotonic: Callable[[], float],
    chance: random.Random,
    on_message: Callable[[Received], None],
    on_event: Callable[[LinkEvent], None],
) -> UpstreamService:
    """The upstream broker's parts.

    Args:
        settings: what the user set.
        local: the local broker.
        root: ``lamplighter/<node>``.
        store: where everything waits.
        clock: UTC seconds.
        monotonic: seconds that never step.
        chance: for jitter.
        on_message: takes what comes from upstream, in the link's thread.
        on_event: told what happens to the upstream link, in any thread.
    """
    node = root.partition("/")[2]

    def make_rules(wanted: Upstream) -> Rules:
        return Rules(wanted.forward, root, monotonic=monotonic)

    def make_link(
        name: str,
        broker: Broker,
        client_id: str,
        *,
        on_event: Callable[[LinkEvent], None] = lambda _event: None,
        last_will: Publication | None = None,
        backoff: Backoff | None = None,
    ) -> Link:
        kept = _FILTERS + name
        return Link(
            broker,
            name=name,
            client_id=client_id,
            clock=clock,
            monotonic=monotonic,
            random=chance.random,
            on_message=on_message,
            on_event=on_event,
            will=last_will,
            load_filters=lambda: store.snapshots.get(kept) or (),
            save_filters=lambda filters: store.snapshots.put(kept, sorted(filters)),
            backoff=backoff,
        )

    there = settings.client_id or f"lamplighter-{node}-upstream"
    here = f"{local.client_id or f'lamplighter-{node}'}-forward"
    # Many agents share that broker: they are not to come back all at once.
    slow = Backoff(chance.random, first=1.0, most=60.0)
    link = make_link(
        UPSTREAM, settings, there, on_event=on_event, last_will=will(root), backoff=slow
    )
    tap = make_link(FORWARD, local, here)
    forwarder = Forwarder(
        make_rules(settings),
        keep=lambda made: _keep(store, made),
        account=lambda withheld: _account(store, withheld, clock()),
    )
    store.outbox.copies = forwarder.of_own
    pacer = Pacer(settings.pace, monotonic=monotonic, random=chance.random)
    alarm = Alarm(lambda: pump.wake())  # noqa: PLW0108 - the pump is made below
    departures = Departures(
        store.outbox,
        pacer,
        rule_of=forwarder.settings_of,
        company=lambda: forwarder.rules.company,
        largest=lambda: forwarder.rules.largest,
        node=node,
        age=store.outbox.age,
        monotonic=monotonic,
        wake_in=alarm.set,
    )
    feed = LedgerFeed(store, root, clock=clock, monotonic=monotonic)

    def sent(row: OutboxRow) -> None:
        store.outbox.traffic.sent(row.link, row.lane)
        feed.settled(row.id)

    pump = Pump(
        outbox=departures,
        link=link,
        name=UPSTREAM,
        clock=clock,
        monotonic=monotonic,
        on_sent=sent,
        on_given_up=lambda row, _reason: feed.settled(row.id),
    )
    return UpstreamService(
        settings,
        root,
        link=link,
        tap=tap,
        pump=pump,
        departures=departures,
        pacer=pacer,
        forwarder=forwarder,
        feed=feed,
        make_rules=make_rules,
    )


def _keep(store: Store, made: Sequence[Forwarded]) -> None:
    for each in made:
        store.outbox.add(each.publication, each.lane, link=UPSTREAM, rule=each.rule)


def _account(store: Store, withheld: Withheld, now: float) -> None:
    reason = f"{Reason.UNSENDABLE}: {withheld.reason}"
    loss = Loss(
        withheld.lane.label, withheld.topic, reason, 1, withheld.size, now, now, link=UPSTREAM
    )

    def work(connection: sqlite3.Connection) -> None:
        store.ledger.insert(connection, loss)

    store.submit(work)
