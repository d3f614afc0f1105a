"""The demo home: which devices stand where, and on which connection."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence

from tools.demo.devices.base import Device
from tools.demo.devices.bundle import AlarmHub, Humidifier
from tools.demo.devices.climate import Thermostat
from tools.demo.devices.controls import Button, Number, Select, Thermometer
from tools.demo.devices.cover import Blind, GarageDoor
from tools.demo.devices.esphome import EsphomeNode
from tools.demo.devices.fan import Purifier
from tools.demo.devices.json_light import JsonLight
from tools.demo.devices.lock import Lock
from tools.demo.devices.plug import Plug
from tools.demo.devices.scene import Scene
from tools.demo.devices.sensors import ClimateSensor, Contact, Motion
from tools.demo.devices.tasmota_parts import TasmotaDimmer, TasmotaRelay
from tools.demo.devices.template_light import TemplateLight
from tools.demo.devices.vacuum import Vacuum
from tools.demo.devices.valve import Valve
from tools.demo.devices.zigbee2mqtt import BRIDGE_STATE, ZigbeeDevice
from tools.demo.node import Node

FLOORS = {
    "Kitchen": "Ground Floor",
    "Living Room": "Ground Floor",
    "Hallway": "Ground Floor",
    "Garage": "Ground Floor",
    "Garden": "Ground Floor",
    "Bedroom": "Upstairs",
    "Bathroom": "Upstairs",
}
"""The floor of each area."""

WITHOUT_AREA = {"switch.coffee_machine": "Kitchen"}
"""Tasmota suggests no area; what its name does not say, the configuration must."""

_BRIDGE_WORDS = ('{"state": "online"}', '{"state": "offline"}')
_TASMOTA_WORDS = ("Online", "Offline")
_OTHER_WORDS = ("online", "offline")


def zigbee_devices() -> list[ZigbeeDevice]:
    """The devices behind the Zigbee2MQTT bridge."""
    lamp = JsonLight("Living Room Lamp", "Living Room", 2, colour=True)
    blinds = Blind("Living Room Blinds", "Living Room", 5)
    return [
        JsonLight("Kitchen Ceiling Light", "Kitchen", 1),
        lamp,
        JsonLight("Bedroom Lamp", "Bedroom", 3, colour=True),
        JsonLight("Bathroom Mirror Light", "Bathroom", 4),
        blinds,
        Thermostat("Living Room Thermostat", "Living Room", 6, celsius=19.2),
        Thermostat("Bedroom Thermostat", "Bedroom", 7, celsius=18.4),
        Lock("Front Door Lock", "Hallway", 8),
        Purifier("Living Room Fan", "Living Room", 9),
        Plug("TV Plug", "Living Room", 10, watts=74),
        ClimateSensor("Kitchen Climate", "Kitchen", 11, celsius=21.3, humidity=46),
        ClimateSensor("Bathroom Climate", "Bathroom", 12, celsius=22.6, humidity=61),
        Motion("Hallway Sensor", "Hallway", 13, every=90, seen=15),
        Contact("Back Door", "Kitchen", 14, device_class="door", closed=True),
        Contact("Bedroom Window", "Bedroom", 15, device_class="window", closed=False),
        Scene(
            "Movie Night",
            "Living Room",
            16,
            members=[(lamp, {"state": "ON", "brightness": 40}), (blinds, {"position": 0})],
        ),
    ]


def tasmota_devices() -> list[TasmotaDimmer | TasmotaRelay]:
    """Devices flashed with Tasmota."""
    return [
        TasmotaDimmer("Kitchen Counter Lights", "Kitchen", "ABBD20"),
        TasmotaRelay("Coffee Machine", "Kitchen", "35EBF6"),
    ]


def esphome_nodes() -> list[EsphomeNode]:
    """Microcontrollers with ESPHome."""
    return [
        EsphomeNode("Garage", "Garage", "garage", "a020a61c3105", [GarageDoor(), Thermometer(14)]),
        EsphomeNode(
            "Garden",
            "Garden",
            "garden",
            "a020a61c3106",
            [
                Valve(),
                Number("watering_time", minimum=1, maximum=60, value=10),
                Button("water_now"),
            ],
        ),
        EsphomeNode(
            "House",
            "Hallway",
            "house",
            "a020a61c3107",
            [Select("mode", ("Home", "Away", "Night", "Guests"))],
        ),
    ]


def nodes(prefix: str, seed: int = 1) -> list[Node]:
    """Every connection of the home, made afresh; ``seed`` decides on latencies."""
    chance = random.Random(seed)  # noqa: S311 - latencies, no secrets

    def node(client_id: str, devices: Sequence[Device], will: tuple[str, str, str]) -> Node:
        return Node(client_id=client_id, devices=devices, will=will, prefix=prefix, chance=chance)

    vacuum = Vacuum("Robbie", "Living Room", "robbie")
    own: list[TemplateLight | Humidifier | AlarmHub | EsphomeNode] = [
        *esphome_nodes(),
        TemplateLight("Hallway Light", "Hallway", "hallway_dimmer"),
        Humidifier("Bedroom Humidifier", "Bedroom", "bedroom_humidifier"),
        AlarmHub("House Alarm", "Hallway", "house_alarm"),
    ]
    return [
        node("demo-zigbee2mqtt", zigbee_devices(), (BRIDGE_STATE, *_BRIDGE_WORDS)),
        *(
            node(f"DVES_{each.chip}", [each], (each.will_topic, *_TASMOTA_WORDS))
            for each in tasmota_devices()
        ),
        *(
            node(f"demo-{each.will_topic.split('/')[0]}", [each], (each.will_topic, *_OTHER_WORDS))
            for each in own
        ),
        node("demo-valetudo", [vacuum], (vacuum.will_topic, "ready", "lost")),
    ]


class Home:
    """All nodes together, and the time that passes for them."""

    def __init__(self, home_nodes: Sequence[Node], *, host: str, port: int) -> None:
        self.nodes = home_nodes
        self.host = host
        self.port = port

    async def run(self, stop: asyncio.Event, *, pace: float = 1.0) -> None:
        """Lives until ``stop`` is set; ``pace`` is the real seconds between two steps of 1 s."""
        for node in self.nodes:
            node.start(self.host, self.port)
        try:
            while not stop.is_set():
                try:
                    await asyncio.wait_for(stop.wait(), pace)
                except TimeoutError:
                    for node in self.nodes:
                        node.step(1.0)
        finally:
            for node in self.nodes:
                node.stop()
