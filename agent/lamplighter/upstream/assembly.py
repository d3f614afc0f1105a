"""Puts the upstream broker's parts together. Nothing is started here."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

from lamplighter.link.backoff import Backoff
from lamplighter.link.events import LinkEvent, SessionLost
from lamplighter.link.link import Link
from lamplighter.link.pump import Pump
from lamplighter.link.received import Received
from lamplighter.link.settings import Broker
from lamplighter.presence import will
from lamplighter.store.outbound.outbox import UPSTREAM
from lamplighter.store.outbound.outbox_rows import OutboxRow
from lamplighter.store.records.ledger import ANY_TOPIC, Loss, Reason
from lamplighter.store.store import Store
from lamplighter.upstream.departures import Departures
from lamplighter.upstream.forwarding import FORWARD, Forwarder
from lamplighter.upstream.ledger_feed import LedgerFeed
from lamplighter.upstream.pacing import Pacer
from lamplighter.upstream.rules import Forwarded, Rules, Withheld
from lamplighter.upstream.service import Alarm, UpstreamService
from lamplighter.upstream.settings import Upstream
from lamplighter.upstream.tap import Tap

_FILTERS = "subscribed_filters/"


def assemble_upstream(
    settings: Upstream,
    root: str,
    store: Store,
    tap: Tap,
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
        root: ``lamplighter/<node>``.
        store: where everything waits.
        tap: over which messages come that are to be forwarded.
        clock: UTC seconds.
        monotonic: seconds that never step.
        chance: for jitter.
        on_message: takes what comes from upstream, in the link's thread.
        on_event: told what happens to the upstream link, in any thread.
    """
    node = root.partition("/")[2]

    def make_rules(wanted: Upstream) -> Rules:
        return Rules(wanted.forward, root, monotonic=monotonic)

    def take_event(event: LinkEvent) -> None:
        _note_gap(store, event, UPSTREAM)
        on_event(event)

    kept = _FILTERS + UPSTREAM
    link = Link(
        settings,
        name=UPSTREAM,
        client_id=settings.client_id or f"lamplighter-{node}-upstream",
        clock=clock,
        monotonic=monotonic,
        random=chance.random,
        on_message=on_message,
        on_event=take_event,
        will=will(root),
        load_filters=lambda: store.snapshots.get(kept) or (),
        save_filters=lambda filters: store.snapshots.put(kept, sorted(filters)),
        # Many agents share that broker: they are not to come back all at once.
        backoff=Backoff(chance.random, first=1.0, most=60.0),
    )
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
        for lane, rows in departures.lanes_of(row).items():
            store.outbox.traffic.sent(row.link, lane, rows)
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


def make_tap(
    local: Broker,
    node: str,
    store: Store,
    *,
    clock: Callable[[], float],
    monotonic: Callable[[], float],
    chance: random.Random,
    on_message: Callable[[Received], None],
) -> Tap:
    """The link for what is forwarded, with or without an upstream broker.

    Args:
        local: the local broker.
        node: the node's name.
        store: where it is noted what was subscribed.
        clock: UTC seconds.
        monotonic: seconds that never step.
        chance: for jitter.
        on_message: takes what comes, in the link's thread.
    """
    kept = _FILTERS + FORWARD

    def held() -> list[str]:
        return list(store.snapshots.get(kept) or ())

    link = Link(
        local,
        name=FORWARD,
        client_id=f"{local.client_id or f'lamplighter-{node}'}-forward",
        clock=clock,
        monotonic=monotonic,
        random=chance.random,
        on_message=on_message,
        on_event=lambda event: _note_gap(store, event, FORWARD),
        load_filters=held,
        save_filters=lambda filters: store.snapshots.put(kept, sorted(filters)),
    )
    return Tap(link, held)


def _note_gap(store: Store, event: LinkEvent, link: str) -> None:
    """What was to be forwarded, or was asked upstream, may be lost with a forgotten session."""
    if isinstance(event, SessionLost):
        since = event.since or event.until
        loss = Loss("inbox", ANY_TOPIC, Reason.GAP, 0, 0, since, event.until, link=link)
        store.ledger.account(loss)


def _keep(store: Store, made: Sequence[Forwarded]) -> None:
    for each in made:
        store.outbox.add(each.publication, each.lane, link=UPSTREAM, rule=each.rule)


def _account(store: Store, withheld: Withheld, now: float) -> None:
    reason = f"{Reason.UNSENDABLE}: {withheld.reason}"
    loss = Loss(
        withheld.lane.label, withheld.topic, reason, 1, withheld.size, now, now, link=UPSTREAM
    )
    # As the messages that are forwarded: not later than the deletion of its row of the inbox.
    store.ledger.account(loss)
