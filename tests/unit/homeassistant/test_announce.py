from __future__ import annotations

import json
from typing import Any

from tests.unit.homeassistant.announced import Home, agent

from lamplighter.errors import PayloadError
from lamplighter.faults.alarms.controls import parse_control
from lamplighter_homeassistant.announce import AgentDevice
from lamplighter_homeassistant.messages import parse

ROOT = "lamplighter/gw-1"


def shown(device: AgentDevice) -> dict[str, Any]:
    message: dict[str, Any] = json.loads(device.announcement().payload)
    return message


def as_devices_see_it() -> Home:
    """The agent's announcement, taken in as that of any device."""
    home = Home()
    payload = {**shown(agent()), "o": {"name": "Any"}}
    home.tell("homeassistant/device/elsewhere/config", payload)
    assert not home.refused
    return home


def test_the_announcement_is_retained_and_device_based() -> None:
    message = agent().announcement()
    assert (message.topic, message.retain, message.qos) == (
        "homeassistant/device/lamplighter_gw_1/config",
        True,
        1,
    )
    payload = shown(agent())
    assert payload["dev"]["ids"] == ["lamplighter_gw_1"]
    assert payload["o"]["name"] == "Lamplighter"
    # Home Assistant refuses a device's message for any key at its top that it does not know.
    assert set(payload) == {"dev", "o", "avty_t", "cmps"}


def test_every_component_is_one_that_discovery_understands() -> None:
    home = as_devices_see_it()
    assert sorted(home.entities) == [
        "binary_sensor.lamplighter_gw_1_alarm_flood",
        "binary_sensor.lamplighter_gw_1_pump_problem",
        "button.lamplighter_gw_1_acknowledge_all",
        "button.lamplighter_gw_1_pump_acknowledge",
        "button.lamplighter_gw_1_pump_shelve_for_an_hour",
        "event.lamplighter_gw_1_report",
        "sensor.lamplighter_gw_1_active_alarms",
        "sensor.lamplighter_gw_1_alarms_in_10_minutes",
        "sensor.lamplighter_gw_1_last_reply",
        "sensor.lamplighter_gw_1_pump_alarm",
        "sensor.lamplighter_gw_1_queue_depth",
        "text.lamplighter_gw_1_command",
    ]
    assert {entity.device.id for entity in home.entities.values() if entity.device} == {
        "lamplighter_gw_1"
    }


def test_components_read_what_the_agent_publishes() -> None:
    home = as_devices_see_it()
    home.tell(f"{ROOT}/status", "online")
    home.tell(f"{ROOT}/health", {"outbox": {"depth": 3}, "alarms": {"active": 1}})
    home.tell(f"{ROOT}/reply", {"speech": "x" * 400, "outcome": "done"})
    overview = {"problem": True, "state": "unacknowledged", "alarms": ["Pump oil high"]}
    home.tell(f"{ROOT}/machines/pump", overview)
    home.tell(f"{ROOT}/alarm_kpis", {"per_10_min": 4, "flood": False})
    report = {"kind": "opened", "text": 'Oil "high" <90', "asset": "pump", "name": "Pump"}
    home.tell(f"{ROOT}/reports", {**report, "severity": "warning", "id": "r1"})
    assert all(home.available.values())
    assert home.values == {
        "sensor.lamplighter_gw_1_queue_depth": "3",
        "sensor.lamplighter_gw_1_active_alarms": "1",
        "sensor.lamplighter_gw_1_last_reply": "x" * 255,
        "binary_sensor.lamplighter_gw_1_pump_problem": "on",
        "binary_sensor.lamplighter_gw_1_alarm_flood": "off",
        "sensor.lamplighter_gw_1_pump_alarm": "unacknowledged",
        "sensor.lamplighter_gw_1_alarms_in_10_minutes": "4",
        "event.lamplighter_gw_1_report": "opened",
    }
    assert home.attributes["event.lamplighter_gw_1_report"]["text"] == 'Oil "high" <90'
    assert home.attributes["sensor.lamplighter_gw_1_pump_alarm"]["alarms"] == ["Pump oil high"]


def test_buttons_acknowledge_and_shelve_a_machines_alarms() -> None:
    home = as_devices_see_it()
    sent = {}
    for key in ("acknowledge_all", "pump_acknowledge", "pump_shelve_for_an_hour"):
        entity = home.entities[f"button.lamplighter_gw_1_{key}"]
        (message,) = home.plugin.command(entity, "press", {})
        assert (message.topic, message.retain) == (f"{ROOT}/control", False)
        sent[key] = json.loads(message.payload)
    user = {"user": "Home Assistant"}
    assert sent == {
        "acknowledge_all": {"op": "ack", "asset": "*", **user},
        "pump_acknowledge": {"op": "ack", "asset": "pump", **user},
        "pump_shelve_for_an_hour": {"op": "shelve", "asset": "pump", "minutes": 60, **user},
    }
    assert [parse_control(each, now=0.0).user for each in sent.values()] == ["Home Assistant"] * 3


def test_of_very_many_machines_none_is_shown_by_itself() -> None:
    machines = [(f"m{number}", f"Machine {number}") for number in range(51)]
    few = AgentDevice("homeassistant", "gw", ROOT, machines[:50]).components()
    many = AgentDevice("homeassistant", "gw", ROOT, machines).components()
    none = AgentDevice("homeassistant", "gw", ROOT, []).components()
    assert len(few) - len(many) == 4 * 50
    assert set(many) - set(none) == {"alarm_rate", "alarm_flood", "ack_all"}


def test_the_text_entity_asks_the_agent() -> None:
    home = as_devices_see_it()
    entity = home.entities["text.lamplighter_gw_1_command"]
    (sent,) = home.plugin.command(entity, "set_value", {"value": "lights off"})
    assert (sent.topic, sent.payload) == (f"{ROOT}/ask", b"lights off")


def test_another_agents_device_is_ignored_with_the_reason() -> None:
    home = Home()
    home.tell("homeassistant/device/elsewhere/config", agent().announcement().payload)
    assert home.entities == {}
    assert {each.reason for each in home.refused} == {"ignored: another Lamplighter"}


def test_an_old_announcement_is_tidied_once() -> None:
    device = agent()
    old = shown(device)
    old["cmps"]["problem_pump_gone"] = {"p": "binary_sensor", "uniq_id": "x", "stat_t": "y"}
    removal, announcement = device.tidy(json.dumps(old).encode(), wanted=True)
    assert json.loads(removal.payload)["cmps"]["problem_pump_gone"] == {"p": "binary_sensor"}
    assert announcement == device.announcement()
    assert not device.tidy(removal.payload, wanted=True)
    assert not device.tidy(announcement.payload, wanted=True)


def test_an_announcement_that_is_no_such_thing_is_left_alone() -> None:
    for payload in (b"", b"{", b"[]", b'{"cmps": 5}', b'{"cmps": {"a": 5}}', b"\xff"):
        assert not agent().tidy(payload, wanted=True)


def test_an_agent_that_shall_not_be_seen_takes_its_announcement_back() -> None:
    (taken,) = agent().tidy(agent().announcement().payload, wanted=False)
    assert (taken.topic, taken.payload, taken.retain) == (agent().topic, b"", True)
    assert not agent().tidy(b"", wanted=False)


def test_names_of_any_script_stay_apart() -> None:
    machines = [("泵", "A"), ("风扇", "B"), ("pump", "C")]
    device = AgentDevice("homeassistant", "网关", "lamplighter/网关", machines)
    keys = [key for key in device.components() if key.startswith("problem_")]
    assert len(keys) == 3
    other = AgentDevice("homeassistant", "路由", "lamplighter/路由", [])
    assert device.topic != other.topic
    try:
        parse(device.topic, device.announcement().payload, "homeassistant")
    except PayloadError as error:  # pragma: no cover - the failure of this test
        raise AssertionError(error) from error
