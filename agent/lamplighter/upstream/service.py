"""The upstream broker's place in the daemon: its link, its pump, and what they are fed with.

::

    local broker ──> tap ──> inbox ──> intake ──> forwarder ──┐
    alarms, reports, actions ─────────────────────────────────┼──> outbox ──> departures ──> pump
    ledger ──> ledger feed ───────────────────────────────────┘                               │
    upstream broker <── link <────────────────────────────────────────────────────────────────┘
              └──> link ──> inbox ──> intake ──> ask, control ──> replies ──> outbox
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import structlog

from lamplighter.errors import PayloadError, StoreError
from lamplighter.intake import Handler
from lamplighter.link import events
from lamplighter.link.link import Link
from lamplighter.link.pump import Pump
from lamplighter.plugin import Message, Publication
from lamplighter.presence import ONLINE, will
from lamplighter.store.outbound.lanes import Lane
from lamplighter.upstream.compression import ENCODING, compressed
from lamplighter.upstream.departures import Departures
from lamplighter.upstream.forwarding import Forwarder
from lamplighter.upstream.ledger_feed import LedgerFeed
from lamplighter.upstream.pacing import Pacer
from lamplighter.upstream.rules import Rules
from lamplighter.upstream.settings import Pace, Remote, Upstream, commands
from lamplighter.upstream.tap import Tap

_log = structlog.get_logger("upstream")

_SOONEST_S = 0.002


class UpstreamService:
    """Everything about the upstream broker. Lives on the asyncio loop.

    Args:
        settings: what the user set; :meth:`configure` changes what can be changed while running.
        root: ``lamplighter/<node>``.
        link: to the upstream broker.
        tap: over which messages come that are to be forwarded.
        pump: empties what :attr:`departures` says into the link.
        departures: what leaves next.
        pacer: how fast a backlog leaves.
        forwarder: what is taken of the local messages.
        feed: tells of losses.
        make_rules: compiles rules.
    """

    def __init__(
        self,
        settings: Upstream,
        root: str,
        *,
        link: Link,
        tap: Tap,
        pump: Pump,
        departures: Departures,
        pacer: Pacer,
        forwarder: Forwarder,
        feed: LedgerFeed,
        make_rules: Callable[[Upstream], Rules],
    ) -> None:
        self.settings = settings
        self.root = root
        self.link = link
        self.tap = tap
        self.pump = pump
        self.departures = departures
        self.pacer = pacer
        self.forwarder = forwarder
        self.feed = feed
        self.make_rules = make_rules
        self._unreadable = False

    def start(self) -> None:
        """Connects, and goes on connecting.

        Raises:
            StoreError: the database can't be read.
        """
        self.departures.start()
        self.link.subscribe(self._asked_there())
        self.link.start()
        self.tap.want(self.forwarder.rules.filters())
        where = f"{self.settings.host}:{self.settings.port}"
        _log.info("upstream_started", broker=where, rules=len(self.forwarder.rules))

    def stop(self) -> None:
        """Says goodbye; takes at most two seconds, in any thread."""
        self.link.stop(will(self.root))

    def remote(self) -> Remote:
        """What may be asked from upstream now."""
        return self.settings.remote

    def take(self, event: events.LinkEvent) -> bool:
        """Acts on one event of the link, which has logged it; True where online was said."""
        if isinstance(event, events.Connected):
            self.pacer.begin()
            self.pump.wake()
            if not self.remote().enabled:
                return self._say_online()
        elif isinstance(event, events.Subscribed):
            # Whoever sees "online" there may ask: the question must find us listening.
            return self._say_online()
        elif isinstance(event, events.Disconnected):
            self.pacer.close()
        return False

    def tick(self) -> None:
        """A second has passed."""
        try:
            self.departures.tick()
            if self.settings.ledger and self.link.state().connected:
                self.feed.tick()
        except StoreError as error:
            if not self._unreadable:
                _log.warning("upstream_waits", reason=str(error))
            self._unreadable = True
        else:
            self._unreadable = False

    def guarded(self, handler: Handler) -> Handler:
        """A handler for what comes from upstream, and only while that is allowed."""

        async def handle(message: Message, replayed: bool) -> None:  # noqa: FBT001 - the intake's handler signature
            if not self.remote().enabled:
                raise PayloadError(message.topic, "nothing may be asked from upstream here")
            if message.response_topic in commands(self.root):
                # The answer would come back as a question.
                message = replace(message, response_topic=None)
            await handler(message, replayed)

        return handle

    def say(self, publication: Publication) -> None:
        """Health: straight over the link where a rule wants it. What is old is worth nothing."""
        for made in self.forwarder.of_own(publication, Lane.STATES, sampled=True):
            rule = self.forwarder.rules.settings_of(made.rule)
            payload = made.publication.payload
            frame = compressed(payload, rule.compress_above if rule else None)
            sent = made.publication
            if frame is not None:
                marks = (("content-encoding", ENCODING),)
                sent = replace(sent, payload=frame, user_properties=marks)
            self.link.publish(sent, lambda _outcome: None)

    def configure(self, settings: Upstream) -> bool:
        """Takes over changed settings; False where some of them need a restart."""
        fits = _of_link(settings) == _of_link(self.settings)
        changed = settings.forward != self.settings.forward
        self.settings = replace(
            self.settings,
            forward=settings.forward,
            remote=settings.remote,
            pace=settings.pace,
            ledger=settings.ledger,
        )
        if changed:
            self.forwarder.configure(self.make_rules(settings))
            self.tap.want(self.forwarder.rules.filters())
        self.pacer.settings = settings.pace
        self.link.subscribe(self._asked_there())
        self.pump.wake()
        return fits

    def facts(self) -> dict[str, Any]:
        """For ``health``."""
        state = self.pump.state()
        return {
            "forwarded": dict(self.forwarder.forwarded),
            "withheld": dict(self.forwarder.withheld),
            "held_topics": state.held,
            "last_refusal": state.last_refusal[:200],
        }

    def _asked_there(self) -> tuple[str, ...]:
        return commands(self.root) if self.remote().enabled else ()

    def _say_online(self) -> bool:
        status = Publication(f"{self.root}/status", ONLINE, qos=1, retain=True)
        return self.link.publish(status, lambda _outcome: None)


class Alarm:
    """Has something called on the loop in a while; the soonest of several times counts.

    Args:
        call: what is called.
    """

    def __init__(self, call: Callable[[], None]) -> None:
        self.call = call
        self._handle: asyncio.TimerHandle | None = None

    def set(self, seconds: float) -> None:
        """Sets it; infinity sets nothing."""
        if math.isinf(seconds):
            return
        loop = asyncio.get_running_loop()
        when = loop.time() + max(seconds, _SOONEST_S)
        if self._handle is not None:
            if self._handle.when() <= when:
                return
            self._handle.cancel()
        self._handle = loop.call_at(when, self._ring)

    def _ring(self) -> None:
        self._handle = None
        self.call()


def _of_link(settings: Upstream) -> Upstream:
    """The settings that a running link can't change."""
    return replace(settings, forward=(), remote=Remote(), pace=Pace(), ledger=True)
