"""The demo home and pump as a process on a real broker: announcements, commands, last wills."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from tools.demo.broker import HOST, EmbeddedBroker, free_port
from tools.demo.home import nodes
from tools.demo.machine import COMMAND, LOG, TELEMETRY

pytestmark = pytest.mark.broker

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 15.0
VACUUM = "valetudo/robbie"


class Observer:
    """Sees every message, and waits for those that a test wants."""

    def __init__(self) -> None:
        self.latest: dict[str, str] = {}
        self.count = 0
        self._news = threading.Condition()
        self.client = mqtt.Client(CallbackAPIVersion.VERSION2, protocol=MQTTProtocolVersion.MQTTv5)
        self.client.on_message = self._on_message

    def start(self, port: int) -> None:
        self.client.connect(HOST, port)
        self.client.subscribe("#", 0)
        self.client.loop_start()

    def stop(self) -> None:
        self.client.disconnect()
        self.client.loop_stop()

    def publish(self, topic: str, payload: str) -> None:
        self.client.publish(topic, payload, qos=1)

    def wait_for(self, topic: str, *parts: str) -> str:
        """The latest message on the topic that contains all parts."""

        def there() -> bool:
            return topic in self.latest and all(part in self.latest[topic] for part in parts)

        with self._news:
            assert self._news.wait_for(there, PATIENCE), f"{topic}: {self.latest.get(topic)}"
            return self.latest[topic]

    def forget(self, topic: str) -> None:
        with self._news:
            self.latest.pop(topic, None)

    def _on_message(self, _client: mqtt.Client, _data: object, message: mqtt.MQTTMessage) -> None:
        with self._news:
            self.latest[message.topic] = message.payload.decode()
            self.count += 1
            self._news.notify_all()


def _demo(port: int, *options: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tools.demo", "--port", str(port), "--speed", "10", *options]
    return subprocess.Popen(command, cwd=ROOT)


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    broker = EmbeddedBroker(tmp_path_factory.mktemp("broker"), free_port(19830))
    broker.start()
    assert broker.running
    yield broker.port
    broker.stop()
    assert not broker.running


@pytest.fixture(scope="module")
def observer(port: int) -> Iterator[Observer]:
    observer = Observer()
    observer.start(port)
    yield observer
    observer.stop()


@pytest.fixture(scope="module")
def living(port: int, observer: Observer) -> Iterator[Observer]:
    """An observer of a demo that runs."""
    process = _demo(port, "--fault-after", "5")
    for topic in _expected():
        observer.wait_for(topic)
    yield observer
    process.terminate()
    assert process.wait(PATIENCE) == 0


def _expected() -> dict[str, Any]:
    return {
        f"homeassistant/{topic}": config
        for node in nodes("homeassistant")
        for device in node.devices
        for topic, config in device.announcements().items()
    }


def test_every_device_is_announced_and_online(living: Observer) -> None:
    configs = {topic: json.loads(living.wait_for(topic)) for topic in _expected()}
    assert configs == _expected()
    assert len({device.name for node in nodes("") for device in node.devices}) >= 16
    for node in nodes("homeassistant"):
        assert living.wait_for(node.will_topic) == node.there


# Friendly name, what follows /set, payload, the device whose state shows it, and how.
ZIGBEE = [
    ("Kitchen Ceiling Light", "", '{"state": "ON"}', "Kitchen Ceiling Light", '"ON"'),
    ("Living Room Lamp", "", '{"color": {"x": 0.7, "y": 0.3}}', "Living Room Lamp", "0.7"),
    ("Living Room Blinds", "", '{"position": 40}', "Living Room Blinds", '"position": 40'),
    ("Bedroom Thermostat", "/occupied_heating_setpoint", "23.5", "Bedroom Thermostat", "23.5"),
    ("Front Door Lock", "", "LOCK", "Front Door Lock", '"locked"'),
    ("Living Room Fan", "/fan_mode", "7", "Living Room Fan", '"7"'),
    ("TV Plug", "", "OFF", "TV Plug", '"power": 0'),
    ("Movie Night", "", '{ "scene_recall": 1 }', "Living Room Lamp", '"brightness": 40'),
]
COMMANDS = [
    *(
        (f"zigbee2mqtt/{name}/set{key}", payload, f"zigbee2mqtt/{shown_by}", shows)
        for name, key, payload, shown_by, shows in ZIGBEE
    ),
    ("kitchen_counter_lights/cmnd/Dimmer", "35", "kitchen_counter_lights/tele/STATE", ": 35"),
    ("coffee_machine/cmnd/POWER", "ON", "coffee_machine/tele/STATE", '"POWER": "ON"'),
    ("hallway_dimmer/set", "on,99", "hallway_dimmer/state", "on,99"),
    ("garage/cover/door/command", "OPEN", "garage/cover/door/state", "opening"),
    ("garden/valve/valve/command", "OPEN", "garden/valve/valve/state", "open"),
    ("garden/number/watering_time/command", "25", "garden/number/watering_time/state", "25"),
    ("garden/button/water_now/command", "PRESS", "garden/button/water_now/presses", "1"),
    ("house/select/mode/command", "Night", "house/select/mode/state", "Night"),
    (f"{VACUUM}/BasicControlCapability/operation/set", "START", f"{VACUUM}/hass/state", "cleaning"),
    ("bedroom_humidifier/set/target", "55", "bedroom_humidifier/state", '"target": 55'),
    ("house_alarm/panel/set", "ARM_AWAY", "house_alarm/panel/state", "armed_away"),
    ("house_alarm/siren/set", '{"state": "ON"}', "house_alarm/siren/state", "ON"),
]


@pytest.mark.parametrize(("topic", "payload", "state", "shows"), COMMANDS)
def test_a_command_leads_to_a_state(
    living: Observer, topic: str, payload: str, state: str, shows: str
) -> None:
    living.forget(state)
    living.publish(topic, payload)
    living.wait_for(state, shows)


def test_a_bad_command_changes_nothing_and_hurts_nothing(living: Observer) -> None:
    living.publish("hallway_dimmer/set", "explode")
    living.publish("hallway_dimmer/set", "on,12")
    assert living.wait_for("hallway_dimmer/state", "12") == "on,12"


def test_home_assistants_birth_makes_all_announce_again(living: Observer) -> None:
    for topic in _expected():
        living.forget(topic)
    living.publish("homeassistant/status", "online")
    for topic in _expected():
        living.wait_for(topic)


def test_the_pump_fails_as_told_and_takes_a_new_bearing(living: Observer) -> None:
    living.wait_for(LOG, "vibration")
    living.publish(COMMAND, "reset")
    living.forget(TELEMETRY)
    values = json.loads(living.wait_for(TELEMETRY))
    assert set(values) == {
        *("time", "bearing_temperature", "vibration_rms", "discharge_pressure"),
        *("motor_current", "flow"),
    }
    living.wait_for(TELEMETRY, '"vibration_rms": 2.')


def test_a_killed_home_goes_offline_by_its_last_wills(
    tmp_path: Path,
) -> None:
    broker = EmbeddedBroker(tmp_path, free_port(19930))
    broker.start()
    observer = Observer()
    observer.start(broker.port)
    process = _demo(broker.port)
    try:
        for node in nodes("homeassistant"):
            observer.wait_for(node.will_topic, node.there)
        process.send_signal(signal.SIGKILL)
        process.wait(PATIENCE)
        observer.wait_for("zigbee2mqtt/bridge/state", "offline")
        observer.wait_for("garage/status", "offline")
        observer.wait_for("coffee_machine/tele/LWT", "Offline")
    finally:
        process.kill()
        process.wait(PATIENCE)
        observer.stop()
        broker.stop()
