"""A hundred lights on one connection, and a stopwatch at their side."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

AREAS = (
    *("Kitchen", "Living Room", "Bedroom", "Bathroom", "Hallway"),
    *("Office", "Garage", "Attic", "Cellar", "Guest Room"),
)
KINDS = (
    *("Ceiling Light", "Desk Lamp", "Floor Lamp", "Wall Light", "Shelf Light"),
    *("Corner Lamp", "Window Light", "Reading Lamp", "Door Light", "Night Light"),
)
_WAIT = 30.0


def names(count: int) -> list[str]:
    """The first ``count`` (at most 100) names: every kind of light in every area."""
    return [f"{area} {kind}" for kind in KINDS for area in AREAS][:count]


class Fleet:
    """Announces lights, answers their commands at once, and sees what the daemon says.

    Args:
        port: a listener on this machine that speaks MQTT 5.
        root: the daemon's topic root, such as ``lamplighter/bench``.
        lights: the lights' names.
    """

    def __init__(self, port: int, root: str, lights: list[str]) -> None:
        self.port = port
        self.root = root
        self.lights = {self._slug(name): name for name in lights}
        self.commanded: dict[str, float] = {}
        self.replies: dict[str, dict[str, Any]] = {}
        self.status: list[tuple[float, str]] = []
        self.health: list[tuple[float, dict[str, Any]]] = []
        self._news = threading.Condition()
        self._client = mqtt.Client(
            CallbackAPIVersion.VERSION2, client_id="fleet", protocol=MQTTProtocolVersion.MQTTv5
        )

    def start(self) -> None:
        """Connects, and watches."""
        self._client.on_message = self._on_message
        self._client.on_socket_open = _at_once
        self._client.connect("127.0.0.1", self.port)
        own = (f"{self.root}/reply", f"{self.root}/status", f"{self.root}/health")
        self._client.subscribe([("fleet/+/set", 1), *((topic, 1) for topic in own)])
        self._client.loop_start()

    def stop(self) -> None:
        """Disconnects."""
        self._client.disconnect()
        self._client.loop_stop()

    def announce(self) -> None:
        """Publishes every light's discovery message and state, retained."""
        for slug, name in self.lights.items():
            config = {
                "name": None,
                "unique_id": f"fleet_{slug}",
                "schema": "json",
                "brightness": True,
                "supported_color_modes": ["brightness"],
                "command_topic": f"fleet/{slug}/set",
                "state_topic": f"fleet/{slug}/state",
                "device": {"identifiers": [f"fleet_{slug}"], "name": name},
            }
            topic = f"homeassistant/light/fleet_{slug}/config"
            self._client.publish(topic, json.dumps(config), qos=1, retain=True)
            self._say(slug, {"state": "OFF"})

    def ask(self, text: str, identifier: str) -> float:
        """Publishes an ask; the moment just before, by ``time.perf_counter``."""
        payload = json.dumps({"id": identifier, "text": text})
        before = time.perf_counter()
        self._client.publish(f"{self.root}/ask", payload, qos=1)
        return before

    def reply(self, identifier: str, timeout: float = _WAIT) -> dict[str, Any]:
        """The reply with this id.

        Raises:
            TimeoutError: none came.
        """
        self._wait(lambda: identifier in self.replies, timeout, f"reply {identifier}")
        return self.replies[identifier]

    def online_after(self, since: float, timeout: float = _WAIT) -> float:
        """When the daemon said ``online`` after ``since``, by ``time.perf_counter``."""

        def said() -> Iterator[float]:
            return (at for at, word in self.status if at > since and word == "online")

        self._wait(lambda: any(True for _ in said()), timeout, "online")
        return next(said())

    def healthy_after(self, since: float, key: str, value: Any, timeout: float = _WAIT) -> float:
        """When ``health`` first had ``value`` at the dotted ``key`` after ``since``."""

        def said() -> Iterator[float]:
            return (at for at, facts in self.health if at > since and _at(facts, key) == value)

        self._wait(lambda: any(True for _ in said()), timeout, f"health {key} {value}")
        return next(said())

    def _wait(self, ready: Any, timeout: float, what: str) -> None:
        with self._news:
            if not self._news.wait_for(ready, timeout):
                raise TimeoutError(f"no {what} within {timeout:g} s")

    def _on_message(self, _client: mqtt.Client, _data: object, message: mqtt.MQTTMessage) -> None:
        now = time.perf_counter()
        if message.topic.startswith("fleet/"):
            slug = message.topic.split("/")[1]
            self.commanded.setdefault(f"{slug} {json.loads(message.payload)['state']}", now)
            self._say(slug, json.loads(message.payload))
            return
        with self._news:
            # A retained message tells of before.
            if not message.retain:
                self._take(message.topic.rpartition("/")[2], message.payload.decode(), now)
            self._news.notify_all()

    def _take(self, leaf: str, payload: str, now: float) -> None:
        if leaf == "status":
            self.status.append((now, payload))
        elif leaf == "health":
            self.health.append((now, json.loads(payload)))
        else:
            reply = json.loads(payload)
            self.replies[reply["id"]] = reply

    def _say(self, slug: str, state: dict[str, Any]) -> None:
        full = {"brightness": 255, "color_mode": "brightness", **state}
        self._client.publish(f"fleet/{slug}/state", json.dumps(full), qos=1, retain=True)

    @staticmethod
    def _slug(name: str) -> str:
        return name.casefold().replace(" ", "_")


def _at_once(_client: mqtt.Client, _data: object, sock: Any) -> None:
    """Sends small packets at once: Nagle's algorithm would add up to 40 ms to each figure."""
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def _at(facts: dict[str, Any], key: str) -> Any:
    value: Any = facts
    for part in key.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return value
