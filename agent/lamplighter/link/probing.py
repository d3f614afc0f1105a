"""A short connection that tries a broker out, with a time limit on every wait."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from types import TracebackType
from typing import Any, Self

from paho.mqtt.client import Client, ConnectFlags, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode
from paho.mqtt.subscribeoptions import SubscribeOptions

from lamplighter.errors import LinkError
from lamplighter.link.settings import Broker
from lamplighter.link.stream import tls_context

# TCP, TLS and the broker's answer, each.
_CONNECT_S = 5.0
_ANSWER_S = 5.0
_KEEPALIVE_S = 10
_IN_FLIGHT = 100
_FILTERS_AT_ONCE = 8
_MOST_HEARD = 200_000
_QOS = 1
REFUSED = 0x80


@dataclass(frozen=True, slots=True)
class Granted:
    """What the broker said when it accepted the connection; MQTT 3.1.1 has only the first two.

    Attributes:
        session_present: it has kept the session.
        took_ms: from the first packet to its answer.
        session_expiry: seconds it keeps the session, None where it does as it was asked.
        receive_maximum: unacknowledged QoS 1 messages it takes at once.
        packet_size: bytes of the largest packet, None without a limit.
        retain: it keeps retained messages.
        qos: the highest quality of service.
        wildcards: it takes filters with wildcards.
        shared: it takes shared subscriptions.
        keepalive: seconds, where it wants another than it was told.
    """

    session_present: bool
    took_ms: float
    session_expiry: int | None = None
    receive_maximum: int = 65535
    packet_size: int | None = None
    retain: bool = True
    qos: int = 2
    wildcards: bool = True
    shared: bool = True
    keepalive: int | None = None


@dataclass(frozen=True, slots=True)
class Heard:
    """A message that came."""

    topic: str
    payload: bytes
    retain: bool


class Probe:
    """A connection of its own, to be used in a ``with`` statement by one thread.

    Args:
        broker: where, and how to speak to it.
        client_id: must not be that of a running daemon: a broker has one connection for each.
        clean: True to begin without a session, and to leave none.
        session_expiry: seconds the broker is asked to keep the session (MQTT 5).
        monotonic: seconds that never step.

    Entering raises :class:`LinkError` where the broker can't be reached, refuses or says nothing.
    """

    def __init__(
        self,
        broker: Broker,
        *,
        client_id: str,
        clean: bool = True,
        session_expiry: int = 0,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._broker = broker
        self._client_id = client_id
        self._clean = clean
        self._session_expiry = session_expiry
        self._monotonic = monotonic
        self._v5 = broker.protocol == "5"
        self._where = f"{broker.host}:{broker.port}"
        self._news = threading.Condition()
        self._answer: tuple[ReasonCode, bool, Properties | None] | None = None
        self._ended = ""
        self._granted: dict[int, list[int]] = {}
        self._published: dict[int, int] = {}
        self._heard: list[Heard] = []
        self._client: Client | None = None
        self.granted = Granted(session_present=False, took_ms=0.0)

    def __enter__(self) -> Self:
        client = self._client = self._make()
        try:
            self._connect(client)
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._end()

    def subscribe(self, filters: Sequence[str], *, retained: bool = True) -> list[int]:
        """Subscribes at QoS 1; returns the broker's code for each: 0x80 and above is a refusal.

        Args:
            filters: topic filters.
            retained: False to be spared the retained messages, which MQTT 5 only can.

        Raises:
            LinkError: there was no answer.
        """
        codes: list[int] = []
        for start in range(0, len(filters), _FILTERS_AT_ONCE):
            codes += self._subscribe(filters[start : start + _FILTERS_AT_ONCE], retained=retained)
        return codes

    def publish(
        self, topic: str, payloads: Sequence[bytes], *, until: float, retain: bool = False
    ) -> list[int]:
        """Publishes at QoS 1; returns the codes of those answered, in the order of sending.

        Args:
            topic: one topic for all.
            payloads: one message each.
            until: on the monotonic clock; what is not answered then is left out.
            retain: as retained messages.

        Raises:
            LinkError: the connection ended.
        """
        client = self._connected()
        window = min(_IN_FLIGHT, self.granted.receive_maximum)
        mids: list[int] = []
        for payload in payloads:
            if not self._await_answers(len(mids) - window + 1, until):
                break
            mids.append(client.publish(topic, payload, _QOS, retain).mid)
        self._await_answers(len(mids), until)
        with self._news:
            answered, self._published = self._published, {}
        return [answered[mid] for mid in mids if mid in answered]

    def take(self, count: int, *, idle: float, until: float) -> list[Heard]:
        """Messages that came, in order, each once; what came is not returned again.

        Args:
            count: returns when there are so many.
            idle: seconds without a message after which no more are awaited.
            until: on the monotonic clock: waits no longer than that.
        """
        with self._news:
            while len(self._heard) < count and not self._ended:
                before = len(self._heard)
                left = min(idle, until - self._monotonic())
                if left <= 0 or not self._news.wait_for(partial(self._is_news, before), left):
                    break
            heard, self._heard = self._heard, []
            return heard

    def _await_answers(self, count: int, until: float) -> bool:
        """Whether so many publications were answered in time."""
        with self._news:
            self._news.wait_for(
                lambda: self._ended or len(self._published) >= count,
                max(0.0, until - self._monotonic()),
            )
            if self._ended:
                raise LinkError(self._where, self._ended)
            return len(self._published) >= count

    def _is_news(self, before: int) -> bool:
        return bool(self._ended) or len(self._heard) > before

    def _make(self) -> Client:
        broker = self._broker
        client = Client(
            CallbackAPIVersion.VERSION2,
            client_id=self._client_id,
            clean_session=None if self._v5 else self._clean,
            protocol=MQTTProtocolVersion.MQTTv5 if self._v5 else MQTTProtocolVersion.MQTTv311,
            reconnect_on_failure=False,
        )
        client.connect_timeout = _CONNECT_S
        # paho does not heed the broker's own bound: publish() does.
        client.max_inflight_messages_set(0)
        try:
            if broker.username is not None:
                client.username_pw_set(broker.username, _password(broker))
            if broker.tls is not None:
                client.tls_set_context(tls_context(broker.tls))
        except OSError as error:
            raise LinkError(self._where, str(error)) from error
        client.on_connect = self._on_connect
        client.on_disconnect = self._on_disconnect
        client.on_subscribe = self._on_subscribe
        client.on_publish = self._on_publish
        client.on_message = self._on_message
        return client

    def _connect(self, client: Client) -> None:
        more: dict[str, Any] = {}
        if self._v5:
            properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]  # paho ships no types here
            properties.SessionExpiryInterval = self._session_expiry
            more = {"clean_start": self._clean, "properties": properties}
        started = self._monotonic()
        try:
            client.connect(self._broker.host, self._broker.port, _KEEPALIVE_S, **more)
        except (OSError, ValueError) as error:
            raise LinkError(self._where, f"can't connect: {error}") from error
        client.loop_start()
        with self._news:
            self._news.wait_for(lambda: self._answer or self._ended, _ANSWER_S)
            answer = self._answer
        if answer is None:
            reason = self._ended or f"no answer within {_ANSWER_S:g} s (is that an MQTT port?)"
            raise LinkError(self._where, reason)
        code, present, found = answer
        if code.is_failure:
            raise LinkError(self._where, f"refused the connection: {str(code).lower()}")
        self.granted = _granted(found, present, (self._monotonic() - started) * 1000)

    def _subscribe(self, filters: Sequence[str], *, retained: bool) -> list[int]:
        client = self._connected()
        if self._v5:
            handling = (
                SubscribeOptions.RETAIN_SEND_ON_SUBSCRIBE
                if retained
                else SubscribeOptions.RETAIN_DO_NOT_SEND
            )
            options = SubscribeOptions(qos=_QOS, retainHandling=handling)
            _, mid = client.subscribe([(each, options) for each in filters])
        else:
            _, mid = client.subscribe([(each, _QOS) for each in filters])
        with self._news:
            self._news.wait_for(lambda: self._ended or mid in self._granted, _ANSWER_S)
            if mid is None or mid not in self._granted:
                raise LinkError(self._where, self._ended or "did not answer a subscription")
            return self._granted.pop(mid)

    def _connected(self) -> Client:
        if self._client is None or self._ended:
            raise LinkError(self._where, self._ended or "not connected")
        return self._client

    def _end(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            client.disconnect()
            client.loop_stop()

    def _on_connect(
        self, _c: Client, _u: Any, flags: ConnectFlags, code: ReasonCode, found: Properties | None
    ) -> None:
        with self._news:
            self._answer = (code, flags.session_present, found)
            self._news.notify_all()

    def _on_disconnect(self, _c: Client, _u: Any, _f: Any, code: ReasonCode, _p: Any) -> None:
        with self._news:
            self._ended = f"the connection ended: {str(code).lower()}"
            self._news.notify_all()

    def _on_subscribe(
        self, _c: Client, _u: Any, mid: int, codes: list[ReasonCode], _p: Any
    ) -> None:
        with self._news:
            self._granted[mid] = [code.value for code in codes]
            self._news.notify_all()

    def _on_publish(self, _c: Client, _u: Any, mid: int, code: ReasonCode, _p: Any) -> None:
        with self._news:
            self._published[mid] = code.value
            self._news.notify_all()

    def _on_message(self, _c: Client, _u: Any, message: MQTTMessage) -> None:
        try:
            topic = message.topic
        except UnicodeDecodeError:
            return  # not one of ours; paho decodes only now
        with self._news:
            if len(self._heard) < _MOST_HEARD:
                self._heard.append(Heard(topic, bytes(message.payload), message.retain))
            self._news.notify_all()


def _granted(found: Properties | None, session_present: bool, took_ms: float) -> Granted:  # noqa: FBT001 - as paho says it
    return Granted(
        session_present=session_present,
        took_ms=took_ms,
        session_expiry=getattr(found, "SessionExpiryInterval", None),
        receive_maximum=getattr(found, "ReceiveMaximum", 65535),
        packet_size=getattr(found, "MaximumPacketSize", None),
        retain=bool(getattr(found, "RetainAvailable", 1)),
        qos=getattr(found, "MaximumQoS", 2),
        wildcards=bool(getattr(found, "WildcardSubscriptionAvailable", 1)),
        shared=bool(getattr(found, "SharedSubscriptionAvailable", 1)),
        keepalive=getattr(found, "ServerKeepAlive", None),
    )


def _password(broker: Broker) -> str | None:
    if broker.password_file is None:
        return None
    return broker.password_file.read_text(encoding="utf-8").rstrip("\r\n")
