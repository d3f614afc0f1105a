"""A daemon as its own process, and a small home of devices that it can find, on a real broker."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

NODE = "test"
ROOT = f"lamplighter/{NODE}"
WITHIN = 15.0

Heard = tuple[str, bytes, bool]


class Daemon:
    """``lamplighter run`` in a process of its own."""

    def __init__(self, folder: Path, port: int, extra: str = "") -> None:
        self.folder = folder
        self.config = folder / "lamplighter.yaml"
        self.log = folder / "daemon.log"
        self.process: subprocess.Popen[bytes] | None = None
        folder.mkdir(parents=True, exist_ok=True)
        self.config.write_text(
            f"node: {NODE}\n"
            f"broker: {{port: {port}}}\n"
            f"store: {{path: {folder / 'store'}}}\n"
            "model: {enabled: false}\n"
            "home: {areas: [{name: Kitchen, floor: Ground}, {name: Hall, floor: Ground}]}\n"
            "actions: {confirm_within: 1.5, expire_after: 3}\n" + extra
        )

    def start(self, **environment: str) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "lamplighter", "run", "--config", str(self.config)],
                stdout=log,
                stderr=log,
                env={**os.environ, **environment},
            )

    def kill(self) -> None:
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        return self._end(signal.SIGTERM)

    def send(self, number: signal.Signals) -> None:
        assert self.process is not None
        self.process.send_signal(number)

    def wait(self) -> int:
        assert self.process is not None
        return self.process.wait(WITHIN)

    def logged(self, event: str) -> list[dict[str, Any]]:
        lines = self.log.read_text().splitlines()
        rows = [json.loads(line) for line in lines if line.startswith("{")]
        return [row for row in rows if row.get("event") == event]

    def _end(self, how: signal.Signals) -> int:
        if self.process is None:
            return 0
        self.process.send_signal(how)
        code = self.process.wait(WITHIN)
        self.process = None
        return code


class Person:
    """Somebody at the broker: publishes, and hears what was subscribed."""

    def __init__(self, port: int, *filters: str) -> None:
        self.port = port
        self.filters = filters
        self.heard: queue.Queue[Heard] = queue.Queue()
        self.client = Client(
            CallbackAPIVersion.VERSION2, protocol=MQTTProtocolVersion.MQTTv5, client_id=""
        )
        self.client.reconnect_delay_set(1, 1)
        self.client.on_message = self._on_message
        self.client.on_connect = self._on_connect
        self.client.on_subscribe = lambda *_: self.heard.put(("subscribed", b"", False))

    def start(self) -> None:
        self.client.connect("127.0.0.1", self.port)
        self.client.loop_start()
        if self.filters:
            self.hear("subscribed")

    def stop(self) -> None:
        self.client.disconnect()
        self.client.loop_stop()

    def publish(self, topic: str, payload: Any, **options: Any) -> None:
        data = payload if isinstance(payload, str | bytes) else json.dumps(payload)
        info = self.client.publish(topic, data, qos=1, **options)
        info.wait_for_publish(WITHIN)

    def ask(self, text: str, **more: Any) -> dict[str, Any]:
        """Asks over the ``ask`` topic and returns the reply with the same id."""
        ask_id = more.setdefault("id", f"{time.monotonic_ns()}")
        self.publish(f"{ROOT}/ask", {"text": text, **more})
        return self.reply(ask_id)

    def ask_with_response_topic(self, text: str) -> tuple[dict[str, Any], MQTTMessage]:
        """Asks in plain text with an MQTT 5 response topic; returns what came there."""
        found: queue.Queue[MQTTMessage] = queue.Queue()
        self.client.message_callback_add("answers/me", lambda _c, _u, message: found.put(message))
        self.client.subscribe("answers/me", qos=1)
        self.hear("subscribed")
        properties = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]  # paho's
        properties.ResponseTopic = "answers/me"
        properties.CorrelationData = b"\x01\x02"
        self.publish(f"{ROOT}/ask", text, properties=properties)
        message = found.get(timeout=WITHIN)
        return json.loads(message.payload), message

    def reply(self, ask_id: str) -> dict[str, Any]:
        """The reply with this id."""
        _, payload, _ = self.hear(
            f"{ROOT}/reply", lambda payload: json.loads(payload).get("id") == ask_id
        )
        reply: dict[str, Any] = json.loads(payload)
        return reply

    def hear(self, topic: str, accept: Callable[[bytes], bool] = lambda _payload: True) -> Heard:
        """The next message on a topic that is accepted; everything before it is dropped."""
        deadline = time.monotonic() + WITHIN
        while True:
            left = deadline - time.monotonic()
            try:
                message = self.heard.get(timeout=max(0.01, left))
            except queue.Empty:
                raise AssertionError(f"nothing on {topic}") from None
            if message[0] == topic and accept(message[1]):
                return message

    def silence(self, topic: str, seconds: float = 0.5) -> bool:
        """True where nothing more came on a topic for so long."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            try:
                message = self.heard.get(timeout=left)
            except queue.Empty:
                return True
            if message[0] == topic:
                return False
        return True

    def _on_connect(self, client: Client, *_: Any) -> None:
        if self.filters:
            client.subscribe([(each, 1) for each in self.filters])

    def _on_message(self, _client: Client, _data: Any, message: MQTTMessage) -> None:
        self.heard.put((message.topic, bytes(message.payload), message.retain))


LIGHT = {
    "name": "Kitchen light",
    "unique_id": "l1",
    "schema": "json",
    "command_topic": "dev/light/set",
    "state_topic": "dev/light",
    "brightness": True,
    "supported_color_modes": ["brightness"],
}
LOCK = {
    "name": "Front door",
    "unique_id": "k1",
    "command_topic": "dev/lock/set",
    "state_topic": "dev/lock",
    "state_locked": "LOCKED",
    "state_unlocked": "UNLOCKED",
}
DEAD = {
    "name": "Hall lamp",
    "unique_id": "l2",
    "command_topic": "dev/dead/set",
    "state_topic": "dev/dead",
}


class Devices(Person):
    """A light and a lock that answer, and a lamp that does not."""

    def __init__(self, port: int) -> None:
        super().__init__(port, "dev/light/set", "dev/lock/set", "dev/dead/set")
        self.commands: list[tuple[str, bytes]] = []

    def announce(self) -> None:
        for component, object_id, config in (
            ("light", "l1", LIGHT),
            ("lock", "k1", LOCK),
            ("light", "l2", DEAD),
        ):
            self.publish(f"homeassistant/{component}/{object_id}/config", config, retain=True)
        self.publish("dev/light", {"state": "OFF"}, retain=True)
        self.publish("dev/lock", "LOCKED", retain=True)
        self.publish("dev/dead", "OFF", retain=True)

    def _on_message(self, _client: Client, _data: Any, message: MQTTMessage) -> None:
        payload = bytes(message.payload)
        self.commands.append((message.topic, payload))
        if message.topic == "dev/light/set":
            self.client.publish("dev/light", payload, qos=1, retain=True)
        elif message.topic == "dev/lock/set":
            self.client.publish("dev/lock", payload + b"ED", qos=1, retain=True)
