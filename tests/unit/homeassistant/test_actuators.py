"""What holds for every component that acts, whatever a device announces or says."""

from __future__ import annotations

import importlib
import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lamplighter.catalogue.entity import Choice, Colour, Flag, Number, Parameter, Text
from lamplighter.errors import PayloadError, TemplateError
from lamplighter.plugin import Message
from lamplighter_homeassistant.component import Described
from lamplighter_homeassistant.keys import DiscoveryConfig

STATE = {"command_topic": "x/set", "state_topic": "x"}
CONFIGS: Mapping[str, Mapping[str, Any]] = {
    "alarm_control_panel": STATE,
    "climate": {
        f"{key}_topic": "x"
        for key in (
            "action",
            "current_temperature",
            "current_humidity",
            "mode_state",
            "fan_mode_state",
            "temperature_state",
            "swing_mode_state",
            "preset_mode_state",
        )
    },
    "cover": {**STATE, "position_topic": "x", "tilt_status_topic": "x"},
    "fan": {
        **STATE,
        "percentage_state_topic": "x",
        "oscillation_state_topic": "x",
        "preset_mode_state_topic": "x",
        "direction_state_topic": "x",
    },
    "humidifier": {
        **STATE,
        "target_humidity_command_topic": "x/to",
        "target_humidity_state_topic": "x",
        "current_humidity_topic": "x",
        "mode_state_topic": "x",
        "action_topic": "x",
    },
    "lawn_mower": {"activity_state_topic": "x"},
    "light": {
        **STATE,
        **{
            f"{key}_state_topic": "x"
            for key in (
                *("brightness", "color_temp", "color_mode", "effect"),
                *("hs", "rgb", "rgbw", "rgbww", "xy"),
            )
        },
    },
    "light json": {
        **STATE,
        "schema": "json",
        "effect": True,
        "supported_color_modes": ["hs", "rgb", "rgbw", "rgbww", "xy", "color_temp"],
    },
    "light template": {
        **STATE,
        "schema": "template",
        "command_on_template": "on",
        "command_off_template": "off",
        **{f"{key}_template": "{{ value }}" for key in ("state", "brightness", "red", "green")},
        **{f"{key}_template": "{{ value }}" for key in ("blue", "color_temp", "effect")},
    },
    "lock": STATE,
    "siren": STATE,
    "vacuum": STATE,
    "valve": STATE,
    "valve positioned": {**STATE, "reports_position": True},
    "water_heater": {
        "mode_state_topic": "x",
        "temperature_state_topic": "x",
        "current_temperature_topic": "x",
    },
}
WORDS = st.sampled_from(["ON", "OFF", "None", "", " ", "none", "open", "1e400", "NaN", "0", "-1"])
NUMBERS = st.integers() | st.floats()
JSON = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.text() | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
KEYS_SAID = (
    *("state", "brightness", "color_mode", "color_temp", "effect", "position", "tilt_position"),
    *("tone", "duration", "volume_level", "fan_speed", "battery_level"),
)
SHADE = st.dictionaries(st.sampled_from(list("rgbcwhsxy")), JSON)
SAID = st.fixed_dictionaries({}, optional={**dict.fromkeys(KEYS_SAID, JSON), "color": SHADE})
PAYLOADS = st.one_of(
    st.binary(max_size=30),
    st.text(max_size=30).map(str.encode),
    WORDS.map(str.encode),
    NUMBERS.map(lambda number: str(number).encode()),
    st.lists(NUMBERS, min_size=2, max_size=5).map(
        lambda values: ",".join(map(str, values)).encode()
    ),
    SAID.map(lambda said: json.dumps(said).encode()),
)


def describe(config: DiscoveryConfig) -> Described:
    module = importlib.import_module(f"lamplighter_homeassistant.components.{config.component}")
    described = module.describe(config)
    assert isinstance(described, Described)
    return described


@pytest.mark.parametrize("name", CONFIGS)
@settings(max_examples=60, deadline=None)
@given(payloads=st.lists(PAYLOADS, max_size=4))
def test_whatever_a_device_says_is_read_or_refused(name: str, payloads: list[bytes]) -> None:
    config = DiscoveryConfig("d", CONFIGS[name], name.split(maxsplit=1)[0])
    described = describe(config)
    heard = 0
    for payload in payloads:
        for read in described.reads["x"]:
            try:
                reading = read(Message("x", payload))
            except (PayloadError, TemplateError) as error:
                assert str(error)
            else:
                assert reading is None or reading.value or reading.attributes
            heard += 1
    assert heard == len(payloads) * len(described.reads["x"])


KEYS = (
    *("command_topic", "state_topic", "schema", "brightness", "brightness_scale", "optimistic"),
    *("supported_color_modes", "effect", "effect_list", "min_mireds", "max_kelvin", "rgb"),
    *("rgb_command_topic", "white_command_topic", "on_command_type", "command_on_template"),
    *("position_open", "position_closed", "position_topic", "set_position_topic", "tilt_max"),
    *("payload_open", "payload_stop", "reports_position", "code", "code_format"),
    *("supported_features", "fan_speed_list", "modes", "preset_modes", "min_temp", "max_temp"),
    *("temperature_unit", "temp_step", "speed_range_min", "speed_range_max", "min_humidity"),
    *("mode_command_topic", "temperature_command_topic", "available_tones", "support_duration"),
    *("value_template", "command_template", "state_value_template", "device_class", "qos"),
    *("target_humidity_command_topic", "preset_mode_command_topic", "flash_time_short"),
)


@pytest.mark.parametrize("name", sorted(CONFIGS))
@settings(max_examples=60, deadline=None)
@given(changes=st.dictionaries(st.sampled_from(KEYS), JSON, min_size=1, max_size=3))
def test_whatever_a_device_announces_is_described_or_refused(
    name: str, changes: dict[str, Any]
) -> None:
    config = DiscoveryConfig("d", {**CONFIGS[name], **changes}, name.split(maxsplit=1)[0])
    try:
        described = describe(config)
    except PayloadError as error:
        assert error.topic == "d"
        assert error.key
    else:
        assert described.services.keys() == described.commands.keys()
        assert all(name == service.name for name, service in described.services.items())
        assert all(one.required <= one.params.keys() for one in described.services.values())


TOLD: Mapping[str, Mapping[str, Any]] = {
    "light": {
        **STATE,
        **{
            f"{key}_command_topic": "x/to"
            for key in ("brightness", "color_temp", "rgbww", "effect")
        },
        "effect_list": ["rain"],
    },
    "light colours": {
        **STATE,
        **{f"{key}_command_topic": "x/to" for key in ("rgb", "rgbw", "white", "color_temp")},
        "on_command_type": "brightness",
    },
    "light json": {
        **STATE,
        "schema": "json",
        "supported_color_modes": ["rgbw", "white", "color_temp"],
    },
    "light old": {**STATE, "schema": "json", "rgb": True, "xy": True, "color_temp": True},
    "fan": {
        **STATE,
        **{f"{key}_command_topic": "x/to" for key in ("percentage", "oscillation", "direction")},
    },
    "cover": {
        **STATE,
        "set_position_topic": "x/to",
        "position_topic": "x",
        "tilt_command_topic": "x/to",
        "tilt_min": 90,
        "tilt_max": -90,
    },
    "siren": {**STATE, "available_tones": ["ping", 3]},
    "valve": {**STATE, "reports_position": True, "position_open": -20},
    "climate": {
        f"{key}_command_topic": "x/to"
        for key in ("mode", "temperature", "fan_mode", "swing_mode", "target_humidity")
    },
}


def values_of(kind: Parameter) -> st.SearchStrategy[Any]:
    match kind:
        case Number():
            return st.floats(kind.minimum, kind.maximum)
        case Choice():
            return st.sampled_from(kind.options)
        case Text():
            return st.text(min_size=kind.minimum, max_size=20)
        case Colour():
            return st.lists(st.integers(0, 255), min_size=3, max_size=3)
        case Flag():
            return st.booleans()


@pytest.mark.parametrize("name", TOLD)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_every_service_can_be_carried_out_with_what_it_takes(
    name: str, data: st.DataObject
) -> None:
    config = DiscoveryConfig("d", TOLD[name], name.split(maxsplit=1)[0])
    described = describe(config)
    for service, offered in described.services.items():
        needed = {key: values_of(kind) for key, kind in offered.params.items()}
        optional = {key: values for key, values in needed.items() if key not in offered.required}
        required = {key: needed[key] for key in offered.required}
        params = data.draw(st.fixed_dictionaries(required, optional=optional))
        messages = described.commands[service](params)
        assert messages or not params
        assert all(message.topic in ("x/set", "x/to") for message in messages)
        assert all(message.payload for message in messages)
