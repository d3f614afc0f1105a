"""The network thread of a link: connect, serve, wait, connect again.

Everything here runs in that thread; :class:`lamplighter.link.link.Link` is what others see.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

import structlog

from lamplighter.link.backoff import Backoff
from lamplighter.link.client import Accepted, Replies, make_client
from lamplighter.link.connection import Connection
from lamplighter.link.ending import End
from lamplighter.link.events import (
    Connected,
    ConnectFailed,
    ConnectRefused,
    Disconnected,
    HandoverFailed,
    LinkEvent,
    SessionLost,
    Subscribed,
)
from lamplighter.link.outgoing import Fate, Outcome
from lamplighter.link.packets import Publish
from lamplighter.link.received import Received
from lamplighter.link.settings import Broker
from lamplighter.link.state import Counters
from lamplighter.link.stream import open_stream
from lamplighter.link.subscriptions import Subscriptions
from lamplighter.link.wake import Waker
from lamplighter.plugin import Message, Publication

_LOG = structlog.get_logger("lamplighter.link")

_FAREWELL_WITHIN_S = 1.0
_CONNECT_WITHIN_S = 10.0
_REFUSED_RETRY_S = 60.0
# A connection that lasted so long was a good one; shorter ones let the delays grow.
_GOOD_AFTER_S = 5.0
# A broker that stays away for weeks is no news every few seconds.
_SAY_AGAIN_AFTER_S = 600.0
# Server unavailable, server busy, quota exceeded, connection rate exceeded: these pass by waiting.
_PASSING = frozenset({0x88, 0x89, 0x97, 0x9F})


class Network:
    """The life of a link in its thread. Arguments as of :class:`lamplighter.link.link.Link`.

    Attributes:
        lock: guards ``connection``: an ack must not meet a connection it is not of.
        connection: the current one, accepted or in the making.
        epoch: number of the current connection, or of the last.
        stopping: set to end the thread, before it is woken.
        farewell: what is published then.
        paused: nothing is read while True.
        since: UTC seconds since when the link is (not) connected.
        session_present: what the broker said on the last connection.
        last_error: why the last connection ended or failed.
    """

    def __init__(
        self,
        settings: Broker,
        *,
        name: str,
        client_id: str,
        will: Publication | None,
        clean: bool,
        clock: Callable[[], float],
        monotonic: Callable[[], float],
        random: Callable[[], float],
        on_message: Callable[[Received], None],
        on_event: Callable[[LinkEvent], None],
        subscriptions: Subscriptions,
        counters: Counters,
        backoff: Backoff,
    ) -> None:
        self.lock = threading.Lock()
        self.connection: Connection | None = None
        self.epoch = 0
        self.stopping = False
        self.farewell: Publication | None = None
        self.paused = False
        self.since: float | None = None
        self.session_present = False
        self.last_error = ""
        self._settings = settings
        self._client_id = client_id
        self._will = will
        self._clean = clean
        self._clock = clock
        self._monotonic = monotonic
        self._random = random
        self._on_message = on_message
        self._on_event = on_event
        self._subscriptions = subscriptions
        self._counters = counters
        self._name = name
        self._log = _LOG.bind(link=name, host=settings.host, port=settings.port)
        self._backoff = backoff
        self._accepted_at: float | None = None
        self._last_heard: float | None = None
        self._expects_session = False
        self._leave_by: float | None = None
        self._waved = False
        self._said = ""
        self._said_at = 0.0

    def run(self, waker: Waker) -> None:
        """Serves connections until :attr:`stopping`."""
        self.since = self._clock()
        self._expects_session = self._subscriptions.load() and not self._clean
        while not self.stopping:
            try:
                delay = self._attempt(waker)
            except Exception as error:  # noqa: BLE001 - this thread must outlive any fault in it
                self._log.exception("link_fault")
                delay = self._failed(f"internal error: {error!r}")
            if delay and not self.stopping:
                waker.wait(delay)

    def _attempt(self, waker: Waker) -> float:
        """Lives through one connection; returns the seconds to wait before the next."""
        replies = Replies()
        try:
            stream = open_stream(self._settings, timeout=_CONNECT_WITHIN_S)
        except OSError as error:
            return self._failed(_reason(error))
        try:
            client = make_client(
                self._settings,
                stream,
                replies,
                client_id=self._client_id,
                will=self._will,
                clean=self._clean,
            )
        except (OSError, UnicodeDecodeError) as error:
            stream.close()
            return self._failed(f"password file: {_reason(error)}")
        self.epoch += 1
        connection = Connection(
            client=client,
            stream=stream,
            replies=replies,
            waker=waker,
            owner=self,
            epoch=self.epoch,
            v5=self._settings.protocol == "5",
            keepalive=self._settings.keepalive,
            clock=self._clock,
            monotonic=self._monotonic,
        )
        self._accepted_at = None
        with self.lock:
            self.connection = connection
            connection.paused = self.paused
        try:
            end = connection.run()
        finally:
            with self.lock:
                self.connection = None
        return self._ended(connection, end)

    def deliver(self, connection: Connection, publish: Publish) -> bool:
        """Hands a message over; what fails is not acked, and False is returned."""
        topic, payload, qos, retain, duplicate, mid, response_topic, correlation, expiry = publish
        counters = self._counters
        counters.received += 1
        counters.received_bytes += len(payload)
        arrived = self._clock()
        message = Message(
            topic,
            payload,
            qos,
            retain,
            arrived,
            response_topic,
            correlation,
            duplicate,
            self._name,
            None if expiry is None else arrived + expiry,
        )
        try:
            self._on_message(Received(message, connection.epoch, mid))
        except Exception as error:  # noqa: BLE001 - the message stays with the broker, the thread alive
            counters.handover_failures += 1
            self._emit(HandoverFailed(topic, repr(error)))
            return False
        return True

    def accepted(self, connection: Connection, answer: Accepted) -> None:
        """The broker accepted the connection: tells so, and whether the session is lost."""
        now = self._clock()
        self.since = now
        self.session_present = answer.session_present
        self._accepted_at = self._monotonic()
        self._said = ""
        self._counters.connections += 1
        lost = self._expects_session and not answer.session_present
        self._expects_session = not self._clean
        self._subscriptions.begin(session_present=answer.session_present)
        self._emit(
            Connected(connection.epoch, answer.session_present, answer.limits.receive_maximum)
        )
        if lost:
            self._counters.gaps += 1
            self._emit(SessionLost(self._last_heard, now))

    def subscribed(self, mid: int, codes: list[int]) -> None:
        """The broker answered a SUBSCRIBE."""
        for event in self._subscriptions.subscribed(mid, codes):
            self._emit(event)
        complete = self._subscriptions.completed()
        if complete is not None:
            self._emit(complete)

    def unsubscribed(self, mid: int) -> None:
        """The broker answered an UNSUBSCRIBE."""
        self._subscriptions.unsubscribed(mid)

    def answered(self, outcome: Outcome) -> None:
        """Counts what became of a publication."""
        if outcome.fate is Fate.DELIVERED:
            self._counters.sent += 1
        elif outcome.fate is Fate.REFUSED:
            self._counters.refused += 1

    def turn(self, connection: Connection) -> None:
        """Keeps the subscriptions as wanted; leaves when asked to."""
        if self.stopping:
            self._leave(connection)
        elif self._subscriptions.due():
            self._subscribe(connection)

    def _subscribe(self, connection: Connection) -> None:
        for problem in self._subscriptions.problems():
            self._emit(problem)
        for ask in self._subscriptions.asks():
            if ask.subscribe:
                mid = connection.subscribe(ask.filters, retained=ask.retained)
            else:
                mid = connection.unsubscribe(ask.filters)
            self._subscriptions.sent(mid, ask)

    def _leave(self, connection: Connection) -> None:
        """Publishes the farewell, waits shortly until the broker has it, and says goodbye."""
        if self._leave_by is None:
            self._leave_by = self._monotonic() + _FAREWELL_WITHIN_S
            self._waved = self.farewell is None or not connection.publish(
                [(self.farewell, None)], self._taken
            )
        if self._waved or self._monotonic() >= self._leave_by:
            connection.leave()

    def _taken(self, _answers: Sequence[tuple[Any, Outcome]]) -> None:
        self._waved = True

    def _ended(self, connection: Connection, end: End) -> float:
        now = self._monotonic()
        if self._accepted_at is None:
            if end.code is not None:
                return self._refused(end, end.code)
            return self._failed(end.reason)
        self.since = self._clock()
        self._last_heard = self.since - (now - connection.last_in)
        self.last_error = "" if self.stopping else end.reason
        if self.stopping:
            self._emit(Disconnected(connection.epoch, end.reason, None))
            return 0
        if now - self._accepted_at >= _GOOD_AFTER_S:
            self._backoff.reset()
        delay = self._backoff.next()
        self._emit(Disconnected(connection.epoch, end.reason, delay))
        return delay

    def _refused(self, end: End, code: int) -> float:
        self.last_error = f"refused: {end.reason}"
        delay = self._backoff.next()
        if code not in _PASSING:
            delay = _REFUSED_RETRY_S * (1 + self._random()) / 2
        self._emit(ConnectRefused(code, end.reason, delay))
        return delay

    def _failed(self, reason: str) -> float:
        self.last_error = reason
        delay = self._backoff.next()
        self._emit(ConnectFailed(reason, delay))
        return delay

    def _emit(self, event: LinkEvent) -> None:
        quiet = isinstance(event, Connected | Subscribed) or (
            isinstance(event, Disconnected) and event.retry_in is None
        )
        facts = {name: _rounded(getattr(event, name)) for name in event.__dataclass_fields__}
        say = self._log.info if quiet else self._log.warning
        if isinstance(event, ConnectFailed | ConnectRefused) and self._was_said(event.reason):
            say = self._log.debug
        say(_snake(type(event).__name__), **facts)
        try:
            self._on_event(event)
        except Exception:  # noqa: BLE001 - a fault in a listener must not end the network thread
            self._log.exception("link_listener_fault")

    def _was_said(self, reason: str) -> bool:
        """True where the same failure was logged a while ago, and nothing else since."""
        now = self._monotonic()
        if reason == self._said and now - self._said_at < _SAY_AGAIN_AFTER_S:
            return True
        self._said, self._said_at = reason, now
        return False


def _rounded(value: object) -> object:
    """Seconds as a log line needs them."""
    return round(value, 2) if isinstance(value, float) else value


def _snake(name: str) -> str:
    words = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)
    return f"link{words}"


def _reason(error: OSError | UnicodeDecodeError) -> str:
    if isinstance(error, UnicodeDecodeError):
        return "is not UTF-8"
    named = f"{error.filename}: " if error.filename else ""
    return f"{named}{error.strerror or error}"
