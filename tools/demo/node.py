"""A bridge or microcontroller of the demo home: the devices that share one connection."""

from __future__ import annotations

import functools
import json
import random
import sys
from collections.abc import Sequence

from paho.mqtt.client import topic_matches_sub
from tools.demo.connection import Connection
from tools.demo.devices.base import Device

_LATENCY = (0.02, 0.05)  # s between a command and what the device does about it
_ANNOUNCE_JITTER = 0.3  # s, so that not all answer Home Assistant's birth message at once


class Node:
    """Announces its devices, brings them their commands, and publishes their states, retained.

    Args:
        client_id: its MQTT client id.
        devices: the devices behind this connection.
        will: the topic of its availability, the words for there and gone; the latter is the
            last will.
        prefix: the discovery prefix.
        chance: randomness for latency and jitter.
    """

    def __init__(
        self,
        *,
        client_id: str,
        devices: Sequence[Device],
        will: tuple[str, str, str],
        prefix: str,
        chance: random.Random,
    ) -> None:
        self.devices = devices
        self.will_topic, self.there, gone = will
        self.prefix = prefix
        self.chance = chance
        self._published: dict[str, str] = {}
        filters = {each for device in devices for each in device.filters()}
        self._connection = Connection(
            client_id=client_id,
            will=(self.will_topic, gone),
            filters=sorted({f"{prefix}/status", *filters}),
            connected=self.announce,
            received=self._received,
        )

    def start(self, host: str, port: int) -> None:
        """Begins to connect."""
        self._connection.start(host, port)

    def stop(self) -> None:
        """Goes offline."""
        self._connection.stop()

    def step(self, seconds: float) -> None:
        """Lets time pass for its devices, and publishes what changed."""
        for device in self.devices:
            device.step(seconds)
        self.publish_changes()

    def announce(self) -> None:
        """Publishes discovery, availability and every state."""
        for device in self.devices:
            for topic, config in device.announcements().items():
                self._publish(f"{self.prefix}/{topic}", json.dumps(config))
        self._publish(self.will_topic, self.there)
        self._published.clear()
        self.publish_changes()

    def publish_changes(self) -> None:
        """Publishes the states that differ from what was last published."""
        for device in self.devices:
            for topic, payload in device.states().items():
                if self._published.get(topic) != payload:
                    self._publish(topic, payload)

    def _publish(self, topic: str, payload: str) -> None:
        if self._connection.publish(topic, payload, retain=True):
            self._published[topic] = payload

    def _received(self, topic: str, payload: str) -> None:
        if topic == f"{self.prefix}/status":
            if payload == "online":
                self._connection.later(self.chance.uniform(0, _ANNOUNCE_JITTER), self.announce)
            return
        for device in self.devices:
            if any(topic_matches_sub(each, topic) for each in device.filters()):
                command = functools.partial(self._carry_out, device, topic, payload)
                self._connection.later(self.chance.uniform(*_LATENCY), command)

    def _carry_out(self, device: Device, topic: str, payload: str) -> None:
        try:
            device.receive(topic, payload)
        except ValueError as error:
            print(f"demo home: {error}", file=sys.stderr)
            return
        # Devices answer a command even where it changed nothing.
        for each in device.states():
            self._published.pop(each, None)
        self.publish_changes()
