"""A link keeps one connection to a broker up, and loses nothing when it can't.

It owns the network thread. Inbound, a message is handed over and acknowledged only when
:meth:`Link.ack` is told its epoch and message id; outbound, :meth:`Link.publish` sends while
connected and says what became of it. Nothing is queued here: what waits, waits in the store.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from lamplighter.link.backoff import Backoff
from lamplighter.link.connection import Connection
from lamplighter.link.events import LinkEvent
from lamplighter.link.in_flight import Answers
from lamplighter.link.network import Network
from lamplighter.link.outgoing import Outcome
from lamplighter.link.received import Received
from lamplighter.link.settings import Broker
from lamplighter.link.state import Counters, LinkState
from lamplighter.link.subscriptions import Subscriptions
from lamplighter.link.wake import Waker
from lamplighter.plugin import Publication

_WINDOW = 20
_STOP_WITHIN_S = 2.0


class Link:
    """A link to one broker.

    Args:
        settings: the broker and how to speak to it.
        name: ``broker`` or ``upstream``, for logs and health.
        client_id: stable over restarts: the broker keeps the session under it.
        will: published by the broker where the connection ends without a goodbye.
        clean: True to begin without a session at every connection (Sparkplug hosts do); nothing
            is kept for us while away then, and no lost session is reported.
        clock: UTC seconds since the epoch.
        monotonic: seconds that never step.
        random: floats in [0, 1), for the jitter of delays.
        on_message: takes a message; called in the network thread, so it has to be quick. It may
            block for moments to slow the broker down; for longer there is :meth:`pause`. Where it
            raises, the message is not acked, and the broker keeps it.
        on_event: told what happens, in any thread, without any lock held.
        load_filters: returns the filters that were subscribed by earlier runs.
        save_filters: keeps them; called in the network thread.
        backoff: how long to wait before each attempt to connect.
    """

    def __init__(
        self,
        settings: Broker,
        *,
        name: str,
        client_id: str,
        clock: Callable[[], float],
        monotonic: Callable[[], float],
        random: Callable[[], float],
        on_message: Callable[[Received], None],
        on_event: Callable[[LinkEvent], None],
        will: Publication | None = None,
        clean: bool = False,
        load_filters: Callable[[], Iterable[str]] = frozenset,
        save_filters: Callable[[frozenset[str]], None] = lambda _filters: None,
        backoff: Backoff | None = None,
    ) -> None:
        self._name = name
        self._monotonic = monotonic
        self._counters = Counters()
        self._subscriptions = Subscriptions(
            load=load_filters, save=save_filters, monotonic=monotonic
        )
        self._network = Network(
            settings,
            name=name,
            client_id=client_id,
            will=will,
            clean=clean,
            clock=clock,
            monotonic=monotonic,
            random=random,
            on_message=on_message,
            on_event=on_event,
            subscriptions=self._subscriptions,
            counters=self._counters,
            backoff=backoff or Backoff(random),
        )
        self._waker: Waker | None = None
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Starts the network thread and returns; the broker may be away."""
        waker = self._waker = Waker()
        self._thread = threading.Thread(
            target=self._network.run, args=(waker,), name=f"link-{self._name}", daemon=True
        )
        self._thread.start()

    def stop(self, farewell: Publication | None = None) -> None:
        """Says goodbye and ends the network thread; takes at most two seconds.

        Args:
            farewell: published first, if connected: a clean goodbye suppresses the will.
        """
        if self._thread is None or self._waker is None:
            return
        self._network.farewell = farewell
        self._network.stopping = True
        self._waker.wake()
        self._thread.join(_STOP_WITHIN_S)
        # A thread that is still connecting ends by itself when that fails; it needs the waker.
        if not self._thread.is_alive():
            self._waker.close()
            self._waker = None
            self._thread = None

    def subscribe(self, filters: Iterable[str]) -> None:
        """Sets all topic filters wanted, now and after every reconnect; the rest is dropped."""
        self._subscriptions.want(filters)
        self._wake()

    def refresh(self, filters: Iterable[str]) -> None:
        """Asks the broker for the retained messages of wanted filters once more."""
        self._subscriptions.refresh(filters)
        self._wake()

    def ack(self, tokens: Iterable[tuple[int, int]]) -> None:
        """Acknowledges messages to the broker, in the order given. Any thread.

        Args:
            tokens: epoch and message id of each. Those of an ended connection are ignored: the
                broker sends such messages again, and the ids may be of others by now.
        """
        network, counters = self._network, self._counters
        with network.lock:
            connection = network.connection
            epoch = None if connection is None else connection.epoch
            mids = []
            stale = 0
            for of, mid in tokens:
                if of != epoch:
                    stale += 1
                elif mid:
                    mids.append(mid)
            if connection is not None and mids and not connection.ack(mids):
                stale += len(mids)
                mids = []
            counters.acked += len(mids)
            counters.stale_acks += stale

    def publish(self, publication: Publication, done: Callable[[Outcome], None]) -> bool:
        """Sends a message if connected. Any thread.

        Args:
            publication: what to send.
            done: called once with the outcome, in the network thread or before this returns.

        Returns:
            False where there is no connection: nothing was sent, and ``done`` is not called.
        """
        return self.publish_all([(publication, None)], lambda answers: done(answers[0][1]))

    def publish_all(
        self, publications: Sequence[tuple[Publication, Any]], answers: Answers
    ) -> bool:
        """Sends messages in their order if connected. Any thread.

        Args:
            publications: what to send, each with a token of the caller's.
            answers: called with tokens and outcomes, each token once, as they become known: in
                the network thread, or before this returns.

        Returns:
            False where there is no connection: nothing was sent, and ``answers`` is not called.
        """
        connection = self._network.connection
        return connection is not None and connection.publish(publications, answers)

    def window(self) -> int:
        """How many publications may be in flight at once now; 0 while not connected."""
        connection = self._network.connection
        if connection is None or not connection.is_open:
            return 0
        return min(_WINDOW, connection.limits.receive_maximum)

    def pause(self) -> None:
        """Stops reading from the broker, because the store can't take more now.

        What is in the kernel's and one receive buffer stays there. QoS 1 messages stay with the
        broker; it also keeps or drops QoS 0 by its own bounds. The answers to publications and
        subscriptions are not read either, so a pause stops the way out as well.
        """
        self._set_paused(paused=True)

    def resume(self) -> None:
        """Reads from the broker again."""
        self._set_paused(paused=False)

    def state(self) -> LinkState:
        """How the link is now. Any thread."""
        network, count = self._network, self._counters
        connection = network.connection
        alive = self.is_alive()
        if connection is not None and not (connection.is_open and alive):
            connection = None
        return LinkState(
            name=self._name,
            connected=connection is not None,
            since=network.since,
            epoch=network.epoch,
            last_packet_age_s=_age(connection, self._monotonic()),
            in_flight=0 if connection is None else connection.in_flight,
            paused=network.paused,
            reconnects=max(0, count.connections - 1),
            gaps=count.gaps,
            session_present=network.session_present,
            last_error=network.last_error,
            received=count.received,
            received_bytes=count.received_bytes,
            acked=count.acked,
            stale_acks=count.stale_acks,
            sent=count.sent,
            refused=count.refused,
            handover_failures=count.handover_failures,
        )

    def is_alive(self) -> bool:
        """Whether the network thread runs; without it nothing comes in or goes out. Any thread."""
        return self._thread is not None and self._thread.is_alive()

    def _set_paused(self, *, paused: bool) -> None:
        with self._network.lock:
            self._network.paused = paused
            if self._network.connection is not None:
                self._network.connection.pause(paused=paused)

    def _wake(self) -> None:
        waker = self._waker
        if waker is not None:
            waker.wake()


def _age(connection: Connection | None, now: float) -> float | None:
    return None if connection is None else now - connection.last_in
