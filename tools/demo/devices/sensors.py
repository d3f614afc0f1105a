"""Zigbee sensors: climate, motion, contact. They take no commands."""

from __future__ import annotations

import math
from collections.abc import Iterator

from tools.demo.devices.base import Config
from tools.demo.devices.zigbee2mqtt import ZigbeeDevice

_DRIFT_PERIOD = 600.0  # s: readings swing once in ten minutes


class ClimateSensor(ZigbeeDevice):
    """Temperature (°C) and relative humidity (%), swinging slowly about a middle."""

    maker = "Tuya"
    model = "Temperature & humidity sensor"

    def __init__(
        self, name: str, area: str, number: int, *, celsius: float, humidity: float
    ) -> None:
        super().__init__(name, area, number)
        self.middle = (celsius, humidity)
        self.elapsed = 0.0
        self.values["battery"] = 93
        self.step(0.0)

    def entities(self) -> Iterator[tuple[str, str, Config]]:
        """Two readings and the battery."""
        yield self.sensor("temperature", "°C")
        yield self.sensor("humidity", "%")
        yield self.sensor("battery", "%", category="diagnostic")

    def step(self, seconds: float) -> None:
        """Swings."""
        self.elapsed += seconds
        swing = math.sin(2 * math.pi * self.elapsed / _DRIFT_PERIOD)
        celsius, humidity = self.middle
        self.values |= {
            "temperature": round(celsius + 0.4 * swing, 1),
            "humidity": round(humidity - 2 * swing),
        }


class Motion(ZigbeeDevice):
    """Sees somebody for ``seen`` seconds every ``every`` seconds."""

    maker = "IKEA"
    model = "TRADFRI motion sensor"

    def __init__(self, name: str, area: str, number: int, *, every: float, seen: float) -> None:
        super().__init__(name, area, number)
        self.every = every
        self.seen = seen
        self.elapsed = 0.0
        self.values |= {"occupancy": False, "battery": 67}

    def entities(self) -> Iterator[tuple[str, str, Config]]:
        """Motion, named by its device class."""
        yield (
            "binary_sensor",
            "occupancy",
            {
                "device_class": "motion",
                "payload_off": False,
                "payload_on": True,
                "state_topic": self.topic,
                "value_template": '{{ value_json["occupancy"] }}',
            },
        )

    def step(self, seconds: float) -> None:
        """People come and go."""
        self.elapsed = (self.elapsed + seconds) % self.every
        self.values["occupancy"] = self.elapsed >= self.every - self.seen


class Contact(ZigbeeDevice):
    """A magnetic contact at a ``door`` or ``window``."""

    maker = "Aqara"
    model = "Door and window sensor"

    def __init__(
        self, name: str, area: str, number: int, *, device_class: str, closed: bool
    ) -> None:
        super().__init__(name, area, number)
        self.device_class = device_class
        self.values |= {"contact": closed, "battery": 100}

    def entities(self) -> Iterator[tuple[str, str, Config]]:
        """The contact; Zigbee2MQTT's ``contact`` is true where it is closed."""
        yield (
            "binary_sensor",
            "contact",
            {
                "device_class": self.device_class,
                "name": None,
                "payload_off": True,
                "payload_on": False,
                "state_topic": self.topic,
                "value_template": '{{ value_json["contact"] }}',
            },
        )
