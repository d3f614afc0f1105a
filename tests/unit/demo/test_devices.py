"""Every device of the demo home by itself: commands in, states out."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tools.demo import home
from tools.demo.devices.base import Device, approach, switched, within
from tools.demo.devices.bundle import AlarmHub, Humidifier
from tools.demo.devices.climate import Thermostat
from tools.demo.devices.controls import Button, Number, Select
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


def _state(device: Device, topic: str) -> dict[str, Any]:
    parsed: dict[str, Any] = json.loads(device.states()[topic])
    return parsed


def test_a_json_light_takes_state_brightness_and_colour() -> None:
    light = JsonLight("Lamp", "Den", 1, colour=True)
    payload = {"state": "ON", "brightness": 100, "color": {"x": 0.7, "y": 0.3}}
    light.receive("zigbee2mqtt/Lamp/set", json.dumps(payload))
    state = _state(light, "zigbee2mqtt/Lamp")
    assert (state["state"], state["brightness"], state["color_mode"]) == ("ON", 100, "xy")
    assert state["color"] == {"x": 0.7, "y": 0.3}


def test_a_json_light_at_brightness_0_is_off_and_remembers_its_level() -> None:
    light = JsonLight("Lamp", "Den", 1)
    light.receive("zigbee2mqtt/Lamp/set", '{"brightness": 90}')
    light.receive("zigbee2mqtt/Lamp/set", '{"brightness": 0}')
    assert (light.values["state"], light.values["brightness"]) == ("OFF", 90)


def test_a_command_that_is_half_wrong_changes_nothing() -> None:
    light = JsonLight("Lamp", "Den", 1)
    before = dict(light.values)
    with pytest.raises(ValueError, match="colour"):
        light.receive("zigbee2mqtt/Lamp/set", '{"state": "ON", "color": {"x": 0.1, "y": 0.1}}')
    assert light.values == before


def test_tasmota_dims_switches_and_toggles() -> None:
    light = TasmotaDimmer("Shelf", "Den", "ABBD20")
    light.receive("shelf/cmnd/Dimmer", "30")
    assert _state(light, "shelf/tele/STATE")["POWER"] == "ON"
    assert _state(light, "shelf/tele/STATE")["Dimmer"] == 30
    light.receive("shelf/cmnd/POWER", "toggle")
    assert _state(light, "shelf/tele/STATE")["POWER"] == "OFF"
    relay = TasmotaRelay("Kettle", "Den", "35EBF6")
    relay.receive("kettle/cmnd/POWER", "ON")
    assert _state(relay, "kettle/tele/STATE")["POWER"] == "ON"


def test_a_template_light_speaks_plain_text() -> None:
    light = TemplateLight("Hall", "Hall", "hall")
    light.receive("hall/set", "on,77")
    assert light.states() == {"hall/state": "on,77"}
    light.receive("hall/set", "off")
    assert light.states() == {"hall/state": "off,77"}


def test_a_blind_takes_four_seconds_and_can_be_stopped() -> None:
    blind = Blind("Blind", "Den", 1)
    blind.receive("zigbee2mqtt/Blind/set", "CLOSE")
    blind.step(1)
    assert blind.values["position"] == 75
    blind.receive("zigbee2mqtt/Blind/set", "STOP")
    blind.step(1)
    assert blind.values["position"] == 75
    blind.receive("zigbee2mqtt/Blind/set", '{"position": 0}')
    blind.step(3)
    assert (blind.values["position"], blind.values["state"]) == (0, "CLOSE")


def test_a_garage_door_says_which_way_it_moves() -> None:
    node = EsphomeNode("Garage", "Garage", "garage", "a020", [GarageDoor()])
    node.receive("garage/cover/door/command", "OPEN")
    assert node.states()["garage/cover/door/state"] == "opening"
    node.step(12)
    assert node.states()["garage/cover/door/state"] == "open"
    node.receive("garage/cover/door/position/command", "50")
    assert node.states()["garage/cover/door/state"] == "closing"
    node.step(6)
    assert node.states()["garage/cover/door/position/state"] == "50"


def test_a_valve_opens_within_two_seconds() -> None:
    node = EsphomeNode("Garden", "Garden", "garden", "a020", [Valve()])
    node.receive("garden/valve/valve/command", "OPEN")
    node.step(2)
    assert node.states() == {"garden/valve/valve/state": "open"}


def test_a_lock_locks_and_unlocks() -> None:
    lock = Lock("Door", "Hall", 1)
    lock.receive("zigbee2mqtt/Door/set", "LOCK")
    assert lock.values["state"] == "LOCK"
    lock.receive("zigbee2mqtt/Door/set", "UNLOCK")
    assert lock.values["lock_state"] == "unlocked"
    assert _state(lock, "zigbee2mqtt/Door/availability") == {"state": "online"}


def test_a_thermostat_heats_its_room_to_the_setpoint() -> None:
    device = Thermostat("Heat", "Den", 1, celsius=18)
    device.receive("zigbee2mqtt/Heat/set/occupied_heating_setpoint", "19.26")
    assert device.values["occupied_heating_setpoint"] == 19.5
    assert device.values["running_state"] == "heat"
    device.step(100)
    assert (device.values["local_temperature"], device.values["running_state"]) == (19.5, "idle")
    device.receive("zigbee2mqtt/Heat/set/system_mode", "off")
    device.step(100)
    assert device.values["local_temperature"] < 19.5


def test_a_purifier_has_speeds_a_preset_and_a_switch() -> None:
    fan = Purifier("Fan", "Den", 1)
    fan.receive("zigbee2mqtt/Fan/set/fan_state", "ON")
    assert (fan.values["fan_state"], fan.values["fan_mode"]) == ("ON", "auto")
    fan.receive("zigbee2mqtt/Fan/set/fan_mode", "4")
    assert (fan.values["fan_state"], fan.values["fan_mode"]) == ("ON", "4")
    fan.receive("zigbee2mqtt/Fan/set/fan_state", "ON")
    assert fan.values["fan_mode"] == "4"
    fan.receive("zigbee2mqtt/Fan/set/fan_mode", "off")
    assert fan.values["fan_state"] == "OFF"


def test_a_plug_counts_energy_only_while_it_is_on() -> None:
    plug = Plug("TV", "Den", 1, watts=1000)
    plug.step(3600)
    assert plug.values["energy"] == pytest.approx(13.4)
    plug.receive("zigbee2mqtt/TV/set", "OFF")
    plug.step(3600)
    assert (plug.values["power"], plug.values["energy"]) == (0, pytest.approx(13.4))


def test_sensors_live_by_themselves() -> None:
    climate = ClimateSensor("Air", "Den", 1, celsius=20, humidity=50)
    first = climate.values["temperature"]
    climate.step(150)
    assert climate.values["temperature"] > first
    motion = Motion("Move", "Den", 2, every=10, seen=2)
    motion.step(8)
    assert motion.values["occupancy"] is True
    motion.step(2)
    assert motion.values["occupancy"] is False
    window = Contact("Window", "Den", 3, device_class="window", closed=False)
    with pytest.raises(ValueError, match="takes no command"):
        window.receive("zigbee2mqtt/Window/set", "ON")


def test_a_scene_sets_its_members() -> None:
    lamp = JsonLight("Lamp", "Den", 1)
    scene = Scene("Film", "Den", 2, members=[(lamp, {"state": "ON", "brightness": 40})])
    scene.receive("zigbee2mqtt/Film/set", '{ "scene_recall": 1 }')
    assert (lamp.values["state"], lamp.values["brightness"]) == ("ON", 40)
    with pytest.raises(ValueError, match="no scene"):
        scene.receive("zigbee2mqtt/Film/set", '{ "scene_recall": 2 }')


def test_controls_of_an_esphome_node() -> None:
    parts = (Select("mode", ("Home", "Away")), Number("minutes", minimum=1, maximum=60, value=5))
    button = Button("go")
    node = EsphomeNode("House", "Hall", "house", "a020", [*parts, button])
    node.receive("house/select/mode/command", "Away")
    node.receive("house/number/minutes/command", "30")
    node.receive("house/button/go/command", "PRESS")
    assert node.states()["house/select/mode/state"] == "Away"
    assert node.states()["house/number/minutes/state"] == "30"
    assert button.presses == 1
    for topic, payload in (("select/mode", "Party"), ("number/minutes", "61")):
        with pytest.raises(ValueError, match=r"option|between"):
            node.receive(f"house/{topic}/command", payload)
    with pytest.raises(ValueError, match="nothing at"):
        node.receive("house/text/other/command", "x")


def test_a_vacuum_drives_home() -> None:
    robot = Vacuum("Robbie", "Den", "robbie")
    operation = "valetudo/robbie/BasicControlCapability/operation/set"
    robot.receive(operation, "START")
    assert robot.state == "cleaning"
    robot.receive(operation, "HOME")
    assert robot.state == "returning"
    robot.step(5)
    assert robot.state == "docked"
    robot.receive("valetudo/robbie/FanSpeedControlCapability/preset/set", "high")
    assert robot.speed == "high"


def test_a_humidifier_moistens_the_air_to_its_target() -> None:
    device = Humidifier("Mist", "Den", "mist")
    for key, payload in (("power", "ON"), ("target", "60"), ("mode", "eco")):
        device.receive(f"mist/set/{key}", payload)
    device.step(1000)
    assert _state(device, "mist/state") == {
        "power": "ON",
        "target": 60,
        "mode": "eco",
        "humidity": 60,
    }


def test_disarming_ends_the_siren() -> None:
    hub = AlarmHub("Alarm", "Hall", "alarm")
    hub.receive("alarm/panel/set", "ARM_NIGHT")
    assert hub.states()["alarm/panel/state"] == "armed_night"
    hub.receive("alarm/panel/set", "TRIGGER")
    assert hub.states() == {"alarm/panel/state": "triggered", "alarm/siren/state": "ON"}
    hub.receive("alarm/panel/set", "DISARM")
    assert hub.states() == {"alarm/panel/state": "disarmed", "alarm/siren/state": "OFF"}
    hub.receive("alarm/siren/set", '{"state": "ON"}')
    assert hub.states()["alarm/siren/state"] == "ON"


_COMMANDS = ("ON", "OFF", "TOGGLE", "OPEN", "CLOSE", "STOP", "LOCK", "START", "50", "-1", "nan")
_ATTRIBUTES = ("state", "brightness", "color", "color_temp", "position", "fan_mode", "scene_recall")
_json_values = st.one_of(
    st.none(), st.booleans(), st.floats(), st.text(max_size=5), st.sampled_from(_COMMANDS)
)
_payloads = st.one_of(
    st.text(max_size=20),
    st.sampled_from(_COMMANDS),
    st.dictionaries(
        st.sampled_from(_ATTRIBUTES), st.one_of(_json_values, st.dictionaries(st.text(), st.none()))
    ).map(json.dumps),
)


@given(data=st.data(), payload=_payloads, seconds=st.floats(0, 1000))
def test_whatever_a_device_is_told_it_stays_well(
    data: st.DataObject, payload: str, seconds: float
) -> None:
    nodes = home.nodes("homeassistant")
    device = data.draw(st.sampled_from([device for node in nodes for device in node.devices]))
    topic = data.draw(st.sampled_from(device.filters() or ("x/set",))).replace("+", "state")
    before = dict(device.states())
    try:
        device.receive(topic, payload)
    except ValueError:
        assert dict(device.states()) == before
    device.step(seconds)
    assert set(before) <= set(device.states())


def test_numbers_and_switch_words_are_checked() -> None:
    assert within("5", 0, 10) == 5
    for bad in ("11", "nan", None, "x"):
        with pytest.raises(ValueError, match=r"between|number|convert"):
            within(bad, 0, 10)
    assert switched("toggle", now=True) is False
    with pytest.raises(ValueError, match="switch command"):
        switched("maybe", now=True)


@given(value=st.floats(-100, 100), target=st.floats(-100, 100), most=st.floats(0, 50))
def test_approach_never_overshoots(value: float, target: float, most: float) -> None:
    moved = approach(value, target, most)
    assert min(value, target) <= moved <= max(value, target)
    assert abs(moved - value) <= most + 1e-9 or moved == target
