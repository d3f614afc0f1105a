"""What the daemon does when its link comes, goes, or was forgotten by the broker."""

from __future__ import annotations

from collections.abc import Callable

import structlog

from lamplighter.link import events
from lamplighter.link.pump import Pump
from lamplighter.plugin import Message
from lamplighter.plugin_host import PluginHost
from lamplighter.presence import Presence
from lamplighter.reception import Reception
from lamplighter.store.outbound.outbox import BROKER
from lamplighter.store.records.ledger import ANY_TOPIC, Loss, Reason

_log = structlog.get_logger("link")

_SWEEP_AFTER = 30.0


class LinkWatch:
    """Greets the broker after each connection, and notes gaps. Lives on the asyncio loop.

    Args:
        pump: told when the way out opens and closes.
        host: plugins that announce themselves on connection.
        reception: what they want published goes through it; it knows what was announced.
        presence: says online.
        refresh: asks the broker for the retained messages of every filter once more.
        account: puts a loss into the ledger.
        clock: UTC seconds.
        monotonic: seconds that never jump.
    """

    def __init__(
        self,
        *,
        pump: Pump,
        host: PluginHost,
        reception: Reception,
        presence: Presence,
        refresh: Callable[[], None],
        account: Callable[[Loss], None],
        clock: Callable[[], float],
        monotonic: Callable[[], float],
    ) -> None:
        self.pump = pump
        self.host = host
        self.reception = reception
        self.presence = presence
        self.refresh = refresh
        self.account = account
        self.clock = clock
        self.monotonic = monotonic
        self.last_gap: dict[str, float | None] | None = None
        self._gap_is_open = False
        self._sweep_at: float | None = None
        self._flooded = False

    def take(self, event: events.LinkEvent) -> None:
        """Acts on one event of the link, which has logged it."""
        if isinstance(event, events.Connected):
            self._greet(fresh=not event.session_present)
        elif isinstance(event, events.Subscribed):
            self._close_gap()
            # Whoever sees "online" may ask: the question must find us listening.
            self.presence.online()
            self.presence.publish_health()
            self._await_announcements()
        elif isinstance(event, events.Disconnected):
            self._sweep_at = None
        elif isinstance(event, events.SessionLost):
            self.last_gap = {"since": event.since, "until": event.until}
            self._gap_is_open = True
            self._account(event.since or event.until, event.until)

    def sweep(self) -> None:
        """Withdraws devices that a fresh session did not announce again, when that is due."""
        if self._sweep_at is None or self.monotonic() < self._sweep_at:
            return
        self._sweep_at = None
        unseen, self.reception.unseen = self.reception.unseen, set()
        for plugin, topic in unseen:
            _log.info("announcement_gone", plugin=plugin, topic=topic)
            message = Message(topic, b"", retain=True, arrived=self.clock())
            for name, event in self.host.deliver(plugin, message):
                self.reception.take(name, event, message)

    def _greet(self, *, fresh: bool) -> None:
        message = Message("", b"", arrived=self.clock())
        for name, event in self.host.connected():
            self.reception.take(name, event, message)
        self.pump.wake()
        self._flooded = fresh
        if fresh:
            # The broker now sends every retained announcement; what stays unseen is gone.
            self.reception.unseen = set(self.reception.kept)

    def _close_gap(self) -> None:
        """What came before everything was subscribed again is missed as well."""
        if self._gap_is_open and self.last_gap is not None:
            now = self.clock()
            self.last_gap = {**self.last_gap, "until": now}
            self._account(self.last_gap["since"] or now, now)
        self._gap_is_open = False

    def _account(self, since: float, until: float) -> None:
        # Added up by day, both ends of a gap are within one line.
        self.account(Loss("inbox", ANY_TOPIC, Reason.GAP, 0, 0, since, until, link=BROKER))

    def _await_announcements(self) -> None:
        """Gives the announcements of a fresh session their time, on one whole connection."""
        if not self.reception.unseen:
            return
        if not self._flooded:
            # The connection before this one ended amid them: the broker is asked once more.
            self.refresh()
        self._sweep_at = self.monotonic() + _SWEEP_AFTER
