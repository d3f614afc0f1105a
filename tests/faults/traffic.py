"""Who sends to the agent, and who hears what it sends; both miss nothing."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

_WITHIN = 60.0


def _client(name: str) -> Client:
    client = Client(
        CallbackAPIVersion.VERSION2,
        client_id=name,
        clean_session=False,
        protocol=MQTTProtocolVersion.MQTTv311,
    )
    client.reconnect_delay_set(1, 1)
    client.max_inflight_messages_set(100)
    return client


class Source:
    """Publishes numbered messages at QoS 1, and knows which of them the broker has.

    Args:
        port: the broker's.
        message: topic and payload of a number; no two payloads are the same.
        rate: messages a second.
    """

    def __init__(
        self, port: int, message: Callable[[int], tuple[str, bytes]], rate: float = 300
    ) -> None:
        self.sent: list[bytes] = []
        self.client = _client("source")
        self._port = port
        self._message = message
        self._rate = rate
        self._mids: dict[int, bytes] = {}
        self._answered: list[int] = []
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="source")
        self.client.on_publish = lambda _client, _data, mid, *_: self._answered.append(mid)

    def start(self) -> None:
        """Publishes from now on."""
        self.client.connect("127.0.0.1", self._port)
        self.client.loop_start()
        self._thread.start()

    @property
    def acked(self) -> set[bytes]:
        """What the broker has acknowledged."""
        mids = self._mids
        return {mids[mid] for mid in tuple(self._answered) if mid in mids}

    def finish(self) -> None:
        """Publishes no more, and returns when the broker has acknowledged everything."""
        self._ending.set()
        self._thread.join()
        deadline = time.monotonic() + _WITHIN
        while len(self.acked) < len(self.sent):
            assert time.monotonic() < deadline, f"{len(self.acked)} of {len(self.sent)}"
            time.sleep(0.02)

    def close(self) -> None:
        """Disconnects."""
        self._ending.set()
        if self._thread.is_alive():
            self._thread.join()
        self.client.disconnect()
        self.client.loop_stop()

    def _run(self) -> None:
        began = time.monotonic()
        while not self._ending.wait(0.01):
            due = int((time.monotonic() - began) * self._rate)
            while len(self.sent) < due:
                topic, payload = self._message(len(self.sent))
                self.sent.append(payload)
                info = self.client.publish(topic, payload, qos=1)
                self._mids[info.mid] = payload


class Ear:
    """Keeps everything on some topics, by a session that outlives its connections.

    Args:
        port: the broker's.
        topic_filter: what it hears.
    """

    def __init__(self, port: int, topic_filter: str) -> None:
        self.heard: list[tuple[str, bytes]] = []
        self.client = _client("ear")
        self._port = port
        self._ready = threading.Event()
        self.client.on_connect = lambda client, *_: client.subscribe(topic_filter, 1)
        self.client.on_subscribe = lambda *_: self._ready.set()
        self.client.on_message = self._on_message

    def start(self) -> None:
        """Returns when it hears."""
        self.client.connect("127.0.0.1", self._port)
        self.client.loop_start()
        assert self._ready.wait(_WITHIN)

    def close(self) -> None:
        """Disconnects."""
        self.client.disconnect()
        self.client.loop_stop()

    def payloads(self, topic: str | None = None) -> list[bytes]:
        """What was heard, in order, copies included; of one topic or of all."""
        return [payload for at, payload in tuple(self.heard) if topic in (None, at)]

    def _on_message(self, _client: Client, _data: object, message: MQTTMessage) -> None:
        self.heard.append((message.topic, bytes(message.payload)))
