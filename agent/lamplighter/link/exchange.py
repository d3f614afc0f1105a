"""One question and its answer over a short connection, for the command line."""

from __future__ import annotations

import queue
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from lamplighter.errors import LinkError
from lamplighter.link.settings import Broker
from lamplighter.link.stream import tls_context
from lamplighter.plugin import Publication

_CONNECT_WITHIN = 5.0
_STATUS_WITHIN = 2.0
_QOS = 1


@dataclass(slots=True)
class _Heard:
    """What paho's thread noted, in order."""

    notes: queue.Queue[tuple[str, Any]] = field(default_factory=queue.Queue)

    def wait_for(self, kind: str, deadline: float) -> Any:
        """The next note of a kind; others are dropped. None once the deadline has passed."""
        while (left := deadline - time.monotonic()) > 0:
            try:
                found, value = self.notes.get(timeout=left)
            except queue.Empty:
                return None
            if found == kind:
                return value
        return None


def exchange(
    broker: Broker,
    publication: Publication,
    *,
    reply_topic: str,
    accept: Callable[[bytes], bool],
    status_topic: str,
    timeout: float,
) -> bytes | None:
    """Publishes a message and returns the first accepted reply, or None after ``timeout`` seconds.

    Raises:
        LinkError: the broker can't be reached or refuses, or nobody is there to answer.
    """
    heard = _Heard()
    client = _client(broker, heard)
    where = f"{broker.host}:{broker.port}"
    try:
        client.connect(broker.host, broker.port, keepalive=broker.keepalive)
    except OSError as error:
        raise LinkError(where, f"can't connect: {error}") from error
    client.loop_start()
    try:
        _connected(heard, where)
        client.subscribe([(reply_topic, _QOS), (status_topic, _QOS)])
        if heard.wait_for("subscribed", time.monotonic() + _CONNECT_WITHIN) is None:
            raise LinkError(where, "did not answer a subscription")
        # The retained status comes at once: nothing is asked of a node that is away.
        _refuse_offline(heard, where, status_topic, time.monotonic() + _STATUS_WITHIN)
        client.publish(publication.topic, publication.payload, qos=_QOS)
        return _reply(heard, where, reply_topic, accept, time.monotonic() + timeout)
    finally:
        client.disconnect()
        client.loop_stop()


def _client(broker: Broker, heard: _Heard) -> Client:
    v5 = broker.protocol == "5"
    client = Client(
        CallbackAPIVersion.VERSION2,
        client_id="",
        protocol=MQTTProtocolVersion.MQTTv5 if v5 else MQTTProtocolVersion.MQTTv311,
    )
    if broker.username is not None:
        client.username_pw_set(broker.username, _password(broker))
    if broker.tls is not None:
        try:
            client.tls_set_context(tls_context(broker.tls))
        except OSError as error:
            raise LinkError(f"{broker.host}:{broker.port}", f"TLS: {error}") from error

    def on_connect(_c: Client, _u: Any, _f: Any, code: Any, properties: Any) -> None:
        granted = properties.json() if properties is not None else {}
        heard.notes.put(("connected", (code, granted)))

    def on_message(_c: Client, _u: Any, message: MQTTMessage) -> None:
        heard.notes.put(("message", (message.topic, message.payload, message.retain)))

    def on_subscribe(*_: Any) -> None:
        heard.notes.put(("subscribed", True))

    client.on_connect = on_connect
    client.on_message = on_message
    client.on_subscribe = on_subscribe
    return client


def _password(broker: Broker) -> str | None:
    if broker.password_file is None:
        return None
    try:
        return broker.password_file.read_text(encoding="utf-8").rstrip("\n")
    except OSError as error:
        raise LinkError(broker.host, f"password file: {error}") from error


def _connected(heard: _Heard, where: str) -> dict[str, Any]:
    answer = heard.wait_for("connected", time.monotonic() + _CONNECT_WITHIN)
    if answer is None:
        raise LinkError(where, f"no answer within {_CONNECT_WITHIN:g} s (wrong port or login?)")
    code, granted = answer
    if code.is_failure:
        raise LinkError(where, f"refused the connection: {code}")
    return dict(granted)


def _refuse_offline(heard: _Heard, where: str, status_topic: str, deadline: float) -> None:
    noted = heard.wait_for("message", deadline)
    node = status_topic.removesuffix("/status").rpartition("/")[2]
    if noted is None:
        raise LinkError(where, f"no {node} was ever here; is that its node's name?")
    if noted[0] == status_topic and noted[1] == b"offline":
        raise LinkError(where, f"{node} is offline: start it with lamplighter run")


def _reply(
    heard: _Heard, where: str, reply_topic: str, accept: Callable[[bytes], bool], deadline: float
) -> bytes | None:
    """The accepted reply; a retained ``offline`` means that there will be none."""
    while (noted := heard.wait_for("message", deadline)) is not None:
        topic, payload, _ = noted
        if topic == reply_topic:
            if accept(payload):
                return bytes(payload)
        elif payload == b"offline":
            node = topic.removesuffix("/status").rpartition("/")[2]
            raise LinkError(where, f"{node} is offline: start it with lamplighter run")
    return None
