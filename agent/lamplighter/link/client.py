"""The paho client of one connection, on a stream of ours, and what it was told by the broker."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from math import ceil
from typing import Any

from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode
from paho.mqtt.subscribeoptions import SubscribeOptions

from lamplighter.link.outgoing import Limits
from lamplighter.link.packets import Publish
from lamplighter.link.settings import Broker
from lamplighter.link.stream import Stream
from lamplighter.plugin import Publication

# A broker keeps larger messages to itself (MQTT 5.0 section 3.1.2.11.4).
LARGEST_PACKET = 16 * 1024 * 1024
FIRST_MID = 0x8000
"""The lowest message id that paho never uses here."""

_QOS = 1
_LONGEST_EXPIRY = 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class Accepted:
    """The broker's answer to CONNECT; ``code`` is its reason code, 0 where it accepts."""

    code: int
    reason: str
    session_present: bool
    keepalive: int | None
    limits: Limits


@dataclass(slots=True)
class Replies:
    """What the broker said since the last look.

    paho calls back under its own locks, so its callbacks only note things here, and whoever acts
    on them holds none of those locks.
    """

    answer: Accepted | None = None
    goodbye: str | None = None
    published: list[tuple[int, int]] = field(default_factory=list)
    subscribed: list[tuple[int, list[int]]] = field(default_factory=list)
    unsubscribed: list[int] = field(default_factory=list)
    exactly_once: list[Publish] = field(default_factory=list)


class StreamClient(Client):
    """paho's client, which connects to the stream it is given.

    Its message ids stay below :data:`FIRST_MID`: those from there on are for what is published
    beside it.
    """

    def __init__(self, stream: Stream, **options: Any) -> None:
        super().__init__(CallbackAPIVersion.VERSION2, **options)
        self._stream = stream

    def _create_socket(self) -> Stream:
        return self._stream

    def _mid_generate(self) -> int:
        self._last_mid = self._last_mid % (FIRST_MID - 1) + 1
        return self._last_mid


def make_client(
    settings: Broker,
    stream: Stream,
    replies: Replies,
    *,
    client_id: str,
    will: Publication | None,
    clean: bool,
) -> Client:
    """A client that has queued its CONNECT into the stream.

    Raises:
        OSError: the password file can't be read.
    """
    v5 = settings.protocol == "5"
    client = StreamClient(
        stream,
        client_id=client_id,
        clean_session=None if v5 else clean,
        protocol=MQTTProtocolVersion.MQTTv5 if v5 else MQTTProtocolVersion.MQTTv311,
        reconnect_on_failure=False,
        manual_ack=True,
    )
    client.max_inflight_messages_set(0)
    if settings.username is not None:
        client.username_pw_set(settings.username, _password(settings))
    if will is not None:
        client.will_set(will.topic, will.payload, will.qos, will.retain)
    _listen(client, replies)
    if v5:
        client.connect(
            settings.host,
            settings.port,
            settings.keepalive,
            clean_start=clean,
            properties=_connect_properties(settings, clean=clean),
        )
    else:
        client.connect(settings.host, settings.port, settings.keepalive)
    return client


def subscribe(client: Client, filters: Iterable[str], *, v5: bool, retained: bool) -> int:
    """Queues one SUBSCRIBE at QoS 1; returns its message id.

    Args:
        client: a connected client.
        filters: the topic filters.
        v5: True for MQTT 5.
        retained: True to be sent the retained messages even where the broker has the
            subscription already. MQTT 3.1.1 always sends them.
    """
    handling = (
        SubscribeOptions.RETAIN_SEND_ON_SUBSCRIBE
        if retained
        else SubscribeOptions.RETAIN_SEND_IF_NEW_SUB
    )
    if v5:
        options = SubscribeOptions(qos=_QOS, retainHandling=handling)
        _, mid = client.subscribe([(topic_filter, options) for topic_filter in filters])
    else:
        _, mid = client.subscribe([(topic_filter, _QOS) for topic_filter in filters])
    return mid or 0


def pack_properties(publication: Publication, now: float) -> bytes:
    """The MQTT 5 properties of a publication as they are sent, their length in front."""
    properties = publish_properties(publication, now)
    if properties is None:
        return b"\0"
    packed: bytes = properties.pack()  # type: ignore[no-untyped-call]  # paho ships no types here
    return packed


def publish_properties(publication: Publication, now: float) -> Properties | None:
    """The MQTT 5 properties of a publication; an expiry in whole seconds, at least 1."""
    if (
        publication.expires_at is None
        and publication.response_topic is None
        and publication.correlation is None
        and publication.content_type is None
        and not publication.user_properties
    ):
        return None
    properties = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]  # paho ships no types here
    if publication.expires_at is not None:
        # In this order of arguments nothing comes out that is no number.
        left = max(1.0, min(_LONGEST_EXPIRY, publication.expires_at - now))
        properties.MessageExpiryInterval = ceil(left)
    if publication.response_topic is not None:
        properties.ResponseTopic = publication.response_topic
    if publication.correlation is not None:
        properties.CorrelationData = publication.correlation
    if publication.content_type is not None:
        properties.ContentType = publication.content_type
    if publication.user_properties:
        properties.UserProperty = list(publication.user_properties)
    return properties


def _password(settings: Broker) -> str | None:
    """Read at every connect, so that a new password needs no restart."""
    if settings.password_file is None:
        return None
    return settings.password_file.read_text(encoding="utf-8").rstrip("\r\n")


def _connect_properties(settings: Broker, *, clean: bool) -> Properties:
    properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]  # paho ships no types here
    properties.SessionExpiryInterval = 0 if clean else settings.session_expiry
    properties.ReceiveMaximum = settings.receive_maximum
    properties.MaximumPacketSize = LARGEST_PACKET
    return properties


def _listen(client: Client, replies: Replies) -> None:
    def on_connect(
        _client: Client, _data: Any, flags: ConnectFlags, code: ReasonCode, found: Properties | None
    ) -> None:
        replies.answer = Accepted(
            code=code.value,
            reason=str(code),
            session_present=flags.session_present,
            keepalive=getattr(found, "ServerKeepAlive", None),
            limits=_limits(found),
        )

    def on_disconnect(
        _client: Client, _data: Any, flags: DisconnectFlags, code: ReasonCode, _found: object
    ) -> None:
        if flags.is_disconnect_packet_from_server:
            replies.goodbye = f"the broker ended the connection: {str(code).lower()}"

    def on_publish(_client: Client, _data: Any, mid: int, code: ReasonCode, _found: object) -> None:
        replies.published.append((mid, code.value))

    def on_subscribe(
        _client: Client, _data: Any, mid: int, codes: list[ReasonCode], _found: object
    ) -> None:
        replies.subscribed.append((mid, [code.value for code in codes]))

    def on_unsubscribe(_client: Client, _data: Any, mid: int, _codes: Any, _found: object) -> None:
        replies.unsubscribed.append(mid)

    def on_message(_client: Client, _data: Any, message: MQTTMessage) -> None:
        replies.exactly_once.append(_publish_of(message))

    client.on_connect = on_connect
    client.on_disconnect = on_disconnect
    client.on_publish = on_publish
    client.on_subscribe = on_subscribe
    client.on_unsubscribe = on_unsubscribe
    client.on_message = on_message
    # With this set, paho leaves all writing to whoever runs its loop: the network thread.
    client.on_socket_register_write = lambda _client, _data, _sock: None


def _limits(found: Properties | None) -> Limits:
    return Limits(
        receive_maximum=getattr(found, "ReceiveMaximum", 65535),
        packet_size=getattr(found, "MaximumPacketSize", None),
        retain=bool(getattr(found, "RetainAvailable", 1)),
        qos=getattr(found, "MaximumQoS", 2),
    )


def _publish_of(message: MQTTMessage) -> Publish:
    """A QoS 2 message: nothing asks for them, but an old session may still hold some."""
    try:
        topic = message.topic
    except UnicodeDecodeError as error:
        topic = error.object.decode("utf-8", "backslashreplace")
    found = message.properties
    return Publish(
        topic=topic,
        payload=bytes(message.payload),
        qos=message.qos,
        retain=message.retain,
        duplicate=message.dup,
        mid=message.mid,
        response_topic=getattr(found, "ResponseTopic", None),
        correlation=getattr(found, "CorrelationData", None),
        expiry=getattr(found, "MessageExpiryInterval", None),
    )
