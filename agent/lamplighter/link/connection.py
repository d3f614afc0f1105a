"""One connection to a broker, from CONNECT to its end. A new paho client serves each.

So nothing of an ended connection (message ids, half a packet, paho's own queue) can leak into the
next. All of it runs in the network thread, but for ``ack``, ``publish`` and ``pause``, which any
thread may call.

    socket ──> stream.fill ──┬─> PUBLISH: decoded here ──> deliver
                             ├─> PUBACK: decoded here ───> answers ──┐
                             └─> anything else: lent to paho ──> replies ──> act
    socket <── stream.flush <── acks, publications, pings, what paho queued
"""

from __future__ import annotations

import select
import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeVar

from paho.mqtt.client import Client, error_string
from paho.mqtt.enums import MQTTErrorCode

from lamplighter.link.client import Accepted, Replies, subscribe
from lamplighter.link.ending import End, EndedError
from lamplighter.link.in_flight import Answers, InFlight
from lamplighter.link.liveness import Liveness
from lamplighter.link.outgoing import Limits, Outcome
from lamplighter.link.packets import (
    DISCONNECT,
    PINGREQ,
    Frame,
    MalformedError,
    Publish,
    decode_puback,
    decode_publish,
)
from lamplighter.link.stream import Stream
from lamplighter.link.unacked import Unacked
from lamplighter.link.wake import Waker
from lamplighter.plugin import Publication

_ANSWER_WITHIN_S = 10.0
_UNSUPPORTED_PROTOCOL = 0x84
# While so much waits to be sent, nothing is read: every message read makes an ack to be sent.
_UNSENT_BOUND = 1024 * 1024

T = TypeVar("T")


class Owner(Protocol):
    """Who is told about a connection, in the network thread, outside of all of paho's locks."""

    def deliver(self, connection: Connection, publish: Publish) -> bool:
        """A message came. Must not raise; False where it could not be handed over."""

    def accepted(self, connection: Connection, answer: Accepted) -> None:
        """The broker accepted the connection."""

    def subscribed(self, mid: int, codes: list[int]) -> None:
        """The broker answered a SUBSCRIBE."""

    def unsubscribed(self, mid: int) -> None:
        """The broker answered an UNSUBSCRIBE."""

    def answered(self, outcome: Outcome) -> None:
        """A publication has come to its end; called in any thread."""

    def turn(self, connection: Connection) -> None:
        """Called in every turn of an accepted connection, at least once a second."""


class Connection:
    """A connection in the making, or made.

    Args:
        client: a paho client that has queued its CONNECT into ``stream``.
        stream: the connected socket; closed at the end.
        replies: where the client notes what the broker says.
        waker: ends the wait for the socket.
        owner: who is told.
        epoch: the connection's number.
        v5: True for MQTT 5.
        keepalive: seconds without a packet after which one is sent, or asked for.
        clock: UTC seconds since the epoch.
        monotonic: seconds that never step.
    """

    def __init__(
        self,
        *,
        client: Client,
        stream: Stream,
        replies: Replies,
        waker: Waker,
        owner: Owner,
        epoch: int,
        v5: bool,
        keepalive: int,
        clock: Callable[[], float],
        monotonic: Callable[[], float],
    ) -> None:
        self.epoch = epoch
        self.paused = False
        self._client = client
        self._stream = stream
        self._replies = replies
        self._waker = waker
        self._owner = owner
        self._v5 = v5
        self._life = Liveness(keepalive, monotonic)
        self._monotonic = monotonic
        self._began = monotonic()
        self._accepted = False
        self._lock = threading.Lock()
        self._open = False
        self._packets: deque[bytes] = deque()
        self._in_flight = InFlight(
            client=client, packets=self._packets, v5=v5, clock=clock, told=owner.answered
        )
        self._unacked = Unacked()

    @property
    def limits(self) -> Limits:
        """What the broker takes."""
        return self._in_flight.limits

    @property
    def in_flight(self) -> int:
        """Publications that the broker has not answered yet."""
        return len(self._in_flight)

    @property
    def last_in(self) -> float:
        """When the broker was last heard, by the monotonic clock."""
        return self._life.last_in

    @property
    def is_open(self) -> bool:
        """True from the broker's acceptance to the end."""
        return self._open

    def ack(self, mids: list[int]) -> bool:
        """Acknowledges messages of this connection, in this order. Any thread.

        Returns:
            False where the connection has ended.
        """
        with self._lock:
            if not self._open:
                return False
            self._packets.append(self._unacked.acks(mids))
        self._waker.wake()
        return True

    def publish(self, publications: Sequence[tuple[Publication, Any]], answers: Answers) -> bool:
        """Sends messages. Any thread.

        Args:
            publications: what to send, each with a token of the caller's; the QoS is lowered to
                what the broker can do.
            answers: told the outcome of each once, mostly in the network thread; where the broker
                would end the connection over a message, before this returns.

        Returns:
            False where the connection is not (or no longer) there, or the broker owes thousands of
            answers; nothing was sent then, and nothing is answered.
        """
        with self._lock:
            if not self._open or not self._in_flight.has_room(len(publications)):
                return False
            refused = self._in_flight.send(publications, answers)
        self._waker.wake()
        if refused:
            for _, refusal in refused:
                self._owner.answered(refusal)
            answers(refused)
        return True

    def pause(self, *, paused: bool) -> None:
        """Stops or goes on reading. Any thread. Pings go on, so that the broker stays."""
        self.paused = paused
        self._life.heard()
        self._waker.wake()

    def subscribe(self, filters: list[str], *, retained: bool) -> int:
        """Queues one SUBSCRIBE at QoS 1 and returns its message id. Network thread only."""
        return subscribe(self._client, filters, v5=self._v5, retained=retained)

    def unsubscribe(self, filters: list[str]) -> int:
        """Queues one UNSUBSCRIBE and returns its message id. Network thread only."""
        return self._client.unsubscribe(filters)[1] or 0

    def leave(self) -> None:
        """Says goodbye, so that the broker does not publish the will. Network thread only.

        Raises:
            EndedError: always; it leads out of :meth:`run`.
        """
        self._write()
        self._stream.send(DISCONNECT)
        self._stream.finish()
        raise EndedError(End("stopped"))

    def run(self) -> End:
        """Serves the connection until it ends, and says why it did."""
        try:
            while True:
                self._take_turn()
        except EndedError as error:
            return error.end
        except MalformedError as error:
            return End(f"the broker sent nonsense: {error}")
        except OSError as error:
            return End(error.strerror or str(error))
        finally:
            self._close()

    def _take_turn(self) -> None:
        self._write()
        self._wait()
        self._read()
        self._act()
        if self._accepted:
            self._owner.turn(self)
        self._keep_alive()

    def _wait(self) -> None:
        """Waits for the socket or a wake-up, and receives what is there."""
        reading = self._reads()
        events = select.POLLIN if reading else 0
        if self._stream.unsent():
            events |= select.POLLOUT
        poll = select.poll()
        poll.register(self._waker.fileno(), select.POLLIN)
        poll.register(self._stream.fileno(), events)
        ready = reading and self._stream.pending()
        found = dict(poll.poll(0 if ready else self._life.patience() * 1000 + 1))
        if self._waker.fileno() in found:
            self._waker.clear()
        state = found.get(self._stream.fileno(), 0)
        if not reading and state & (select.POLLHUP | select.POLLERR):
            raise EndedError(End("the connection broke"))
        readable = state & (select.POLLIN | select.POLLHUP | select.POLLERR)
        if (ready or (reading and readable)) and self._stream.fill():
            self._life.heard()

    def _reads(self) -> bool:
        """False while the store, or the way back to the broker, can't take more."""
        return not (self._accepted and self.paused) and self._stream.unsent() < _UNSENT_BOUND

    def _read(self) -> None:
        while self._reads():
            frame = self._stream.next_frame()
            if frame is None:
                break
            kind = frame.first & 0xF6
            if kind in (0x30, 0x32):
                publish = decode_publish(self._stream.buffer, frame, v5=self._v5)
                self._stream.at = frame.end
                self._deliver(publish)
            elif kind & 0xF0 == 0x40:
                mid, code = decode_puback(self._stream.buffer, frame, v5=self._v5)
                self._stream.at = frame.end
                self._in_flight.answer(mid, code)
            else:
                self._lend(frame)
        if self._stream.ended:
            reason = "the broker closed the connection"
            raise EndedError(End(reason if self._accepted else f"{reason} without an answer"))

    def _deliver(self, publish: Publish) -> None:
        """Hands a message over, unless it is with us already."""
        # Noted before that: it may be acknowledged before the owner returns.
        if self._unacked.take(publish) and not self._owner.deliver(self, publish):
            self._unacked.forget(publish.mid)

    def _lend(self, frame: Frame) -> None:
        self._stream.lend(frame)
        code = self._client.loop_read()
        if not self._accepted:
            self._check_answer(code)
        if self._replies.goodbye is not None:
            self._act()
            raise EndedError(End(self._replies.goodbye))
        if code != MQTTErrorCode.MQTT_ERR_SUCCESS:
            raise EndedError(End(f"the broker sent nonsense: {error_string(code).lower()}"))

    def _check_answer(self, code: MQTTErrorCode) -> None:
        answer = self._replies.answer
        if answer is None:
            if code == MQTTErrorCode.MQTT_ERR_PROTOCOL:
                raise EndedError(End("unsupported protocol version", _UNSUPPORTED_PROTOCOL))
            return
        if answer.code:
            raise EndedError(End(answer.reason.lower(), answer.code))
        self._in_flight.limits = answer.limits
        self._life.keepalive = answer.keepalive or self._life.keepalive
        self._accepted = True
        with self._lock:
            self._open = True
        self._owner.accepted(self, answer)

    def _act(self) -> None:
        """Passes on what paho noted."""
        replies = self._replies
        while replies.exactly_once:
            publish = replies.exactly_once.pop(0)
            with self._lock:
                self._unacked.take_exactly_once(publish.mid)
            self._owner.deliver(self, publish)
        for mid, code in _taken(replies.published):
            self._in_flight.answer(mid, code)
        if self._in_flight.pass_answers():
            with self._lock:
                self._in_flight.send_waiting()
        for mid, codes in _taken(replies.subscribed):
            self._owner.subscribed(mid, codes)
        for mid in _taken(replies.unsubscribed):
            self._owner.unsubscribed(mid)

    def _write(self) -> None:
        unwritten = self._in_flight.unwritten()
        while self._packets:
            self._stream.send(self._packets.popleft())
        self._in_flight.written(unwritten)
        if self._client.want_write():
            self._client.loop_write()
        if self._stream.unsent():
            before = self._stream.unsent()
            self._stream.flush()
            if self._stream.unsent() < before:
                self._life.sent()
        self._act()

    def _keep_alive(self) -> None:
        if not self._accepted:
            if self._monotonic() - self._began >= _ANSWER_WITHIN_S:
                raise EndedError(End("the broker does not answer"))
            return
        with self._lock:
            oldest = self._in_flight.oldest()
        reason = self._life.end(
            reading=not self.paused, oldest=oldest, on_the_way=self._stream.on_the_way
        )
        if reason is not None:
            raise EndedError(End(reason))
        if self._life.wants_ping():
            self._stream.send(PINGREQ)
            self._stream.flush()

    def _close(self) -> None:
        with self._lock:
            self._open = False
        self._act()
        self._stream.close()
        self._in_flight.end()


def _taken(items: list[T]) -> list[T]:
    """Empties a list and returns what was in it."""
    taken = items[:]
    del items[: len(taken)]
    return taken
