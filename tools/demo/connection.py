"""An MQTT connection whose events all happen on the asyncio loop."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Sequence
from typing import Any

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

_FAREWELL = 1.0  # s to wait for the broker to have the last message


def _at_once(_client: mqtt.Client, _userdata: object, sock: Any) -> None:
    """Sends small packets at once; Nagle's algorithm would hold them for up to 40 ms."""
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


class Connection:
    """Connects, and connects again; publishes; hands over what arrives.

    Args:
        client_id: its MQTT client id.
        will: topic and payload of the retained last will; published on a clean stop too, since a
            device that is switched off says goodbye in no other way.
        filters: what it subscribes to after each connection.
        connected: called after each connection.
        received: called with topic and text of each message.
    """

    def __init__(
        self,
        *,
        client_id: str,
        will: tuple[str, str],
        filters: Sequence[str],
        connected: Callable[[], None],
        received: Callable[[str, str], None],
    ) -> None:
        self.client_id = client_id
        self.will = will
        self.filters = filters
        self.connected = connected
        self.received = received
        self._client: mqtt.Client | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def start(self, host: str, port: int) -> None:
        """Begins to connect; must be called on the loop."""
        self._loop = asyncio.get_running_loop()
        client = mqtt.Client(
            CallbackAPIVersion.VERSION2,
            client_id=self.client_id,
            protocol=MQTTProtocolVersion.MQTTv5,
        )
        topic, payload = self.will
        client.will_set(topic, payload, qos=1, retain=True)
        client.reconnect_delay_set(min_delay=1, max_delay=5)
        client.on_connect = self._on_connect
        client.on_socket_open = _at_once
        client.on_message = self._on_message
        client.connect_async(host, port, keepalive=30)
        client.loop_start()
        self._client = client

    def stop(self) -> None:
        """Says goodbye and disconnects."""
        client, self._client, self._loop = self._client, None, None
        if client is None:
            return
        topic, payload = self.will
        if client.is_connected():
            farewell = client.publish(topic, payload, qos=1, retain=True)
            if farewell.rc == MQTTErrorCode.MQTT_ERR_SUCCESS:
                farewell.wait_for_publish(_FAREWELL)
        client.disconnect()
        client.loop_stop()

    def publish(self, topic: str, payload: str, *, qos: int = 1, retain: bool = False) -> bool:
        """Publishes; False, and nothing sent, while there is no connection."""
        client = self._client
        if client is None or not client.is_connected():
            return False
        client.publish(topic, payload, qos=qos, retain=retain)
        return True

    def later(self, delay: float, what: Callable[[], None]) -> None:
        """Calls on the loop after ``delay`` seconds, unless stopped."""
        if self._loop is not None:
            self._loop.call_later(delay, what)

    # The two below run on paho's thread: they only hand over to the loop.

    def _on_connect(
        self,
        client: mqtt.Client,
        _userdata: object,
        _flags: mqtt.ConnectFlags,
        reason: ReasonCode,
        _properties: Properties | None,
    ) -> None:
        loop = self._loop
        if reason.is_failure or loop is None:
            return
        client.subscribe([(each, 1) for each in self.filters])
        loop.call_soon_threadsafe(self.connected)

    def _on_message(
        self, _client: mqtt.Client, _userdata: object, message: mqtt.MQTTMessage
    ) -> None:
        loop = self._loop
        if loop is not None:
            text = message.payload.decode("utf-8", "replace")
            loop.call_soon_threadsafe(self.received, message.topic, text)
