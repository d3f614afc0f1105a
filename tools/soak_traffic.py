"""Who uses the daemon while it is soaked: a machine that counts, and a person who dims lights."""

from __future__ import annotations

import json
import threading
import time
from typing import Any

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from tests.broker.daemons import ROOT, Devices

READINGS = "plant/press"
TANK = "plant/tank"
MACHINES = f"""
machines:
  - asset: press
    tags:
      count: {{topic: {READINGS}, path: n, time_path: t}}
  - asset: tank
    tags:
      level: {{topic: {TANK}, path: m, limits: {{high: 10, on_delay: 0.5}}}}
"""
"""Lines of the daemon's configuration: one machine to be counted, one that alarms."""

_ALARM_EVERY_S = 7.0


def client(name: str) -> Client:
    """A client whose session the broker keeps, and that sends again what was not acknowledged."""
    made = Client(
        CallbackAPIVersion.VERSION2,
        client_id=name,
        clean_session=False,
        protocol=MQTTProtocolVersion.MQTTv311,
    )
    made.reconnect_delay_set(1, 2)
    made.max_inflight_messages_set(100)
    return made


class Sender:
    """Publishes numbered messages at QoS 1 in a thread of its own.

    Args:
        port: the broker's.
        rate: readings a second; a command comes every twenty readings, at most two a second.
    """

    def __init__(self, port: int, rate: float) -> None:
        self.readings = 0
        self.asks = 0
        self._port = port
        self._rate = rate
        self._client = client("sender")
        self._began = time.time()
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sender")

    def start(self) -> None:
        """Sends from now on."""
        self._client.connect("127.0.0.1", self._port)
        self._client.loop_start()
        self._thread.start()

    def finish(self, within: float) -> bool:
        """Sends no more; True where the broker acknowledged everything in time."""
        self._ending.set()
        self._thread.join()
        deadline = time.monotonic() + within
        # What came while there was no connection waits in the client, too.
        while self._client._out_messages:  # noqa: SLF001 - the only way to know
            if time.monotonic() > deadline:
                return False
            time.sleep(0.05)
        return True

    def close(self) -> None:
        """Disconnects."""
        self._ending.set()
        self._client.disconnect()
        self._client.loop_stop()

    def _run(self) -> None:
        began = time.monotonic()
        asks_rate = min(2.0, self._rate / 20)
        alarms = 0
        while not self._ending.wait(0.01):
            elapsed = time.monotonic() - began
            while self.readings < elapsed * self._rate:
                self.readings += 1
                value = {"n": self.readings, "t": self._began + self.readings / 1000}
                self._publish(READINGS, value)
            while self.asks < elapsed * asks_rate:
                self.asks += 1
                text = f"set the kitchen light to {self.asks % 100 + 1} percent"
                self._publish(f"{ROOT}/ask", {"text": text, "id": f"ask-{self.asks}"})
            while alarms < elapsed / _ALARM_EVERY_S:
                alarms += 1
                self._publish(TANK, {"m": 12 if alarms % 2 else 5, "no": alarms})

    def _publish(self, topic: str, value: dict[str, Any]) -> None:
        self._client.publish(topic, json.dumps(value), qos=1)


class Listener:
    """Hears the replies by a session that the broker keeps."""

    def __init__(self, port: int) -> None:
        self.replies: dict[str, int] = {}
        self.health: dict[str, Any] = {}
        self._port = port
        self._client = client("listener")
        self._client.on_connect = lambda found, *_: found.subscribe(
            [(f"{ROOT}/reply", 1), (f"{ROOT}/health", 1)]
        )
        self._client.on_message = self._on_message

    def start(self) -> None:
        """Listens from now on."""
        self._client.connect("127.0.0.1", self._port)
        self._client.loop_start()

    def close(self) -> None:
        """Disconnects."""
        self._client.disconnect()
        self._client.loop_stop()

    def _on_message(self, _client: Client, _data: Any, message: MQTTMessage) -> None:
        value = json.loads(message.payload)
        if message.topic.endswith("/health"):
            self.health = value
        else:
            self.replies[value["id"]] = self.replies.get(value["id"], 0) + 1


class Home(Devices):
    """The devices; they announce themselves again whenever the broker may have forgotten them."""

    def __init__(self, port: int) -> None:
        super().__init__(port)
        self.client.on_connect = self._on_connection

    def announce_all(self) -> None:
        """Publishes the announcements and states, without waiting for the broker."""
        self.announce()

    def publish(self, topic: str, payload: Any, **options: Any) -> None:
        """Publishes without waiting: the broker may be down."""
        data = payload if isinstance(payload, str | bytes) else json.dumps(payload)
        self.client.publish(topic, data, qos=1, **options)

    def _on_connection(self, found: Client, *_: Any) -> None:
        found.subscribe([(each, 1) for each in self.filters])
        self.announce()
