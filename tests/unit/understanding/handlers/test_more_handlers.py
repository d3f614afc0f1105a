"""Intents of our own: tilt, swing, speeds by number, ends of ranges, relative numbers."""

from __future__ import annotations

from typing import Any

import pytest

from lamplighter.catalogue.entity import Entity, Flag, Number, Service, State
from lamplighter.understanding.handlers import plan
from lamplighter.understanding.handlers.outcome import Cannot
from lamplighter.understanding.intents import Intent
from lamplighter.understanding.interpretation import Step

PERCENT = Number(0, 100, 1, "%")


def entity(entity_id: str, unit: str = "", **services: dict[str, Any]) -> Entity:
    offered = {name: Service(name, params) for name, params in services.items()}
    domain = entity_id.split(".", maxsplit=1)[0]
    return Entity(entity_id, entity_id, "test", domain, "Thing", offered, unit=unit)


STOVE = entity("climate.stove", set_temperature={"temperature": Number(45, 90, 1, "°F")})
FAN = entity(
    "fan.loft",
    turn_on={},
    set_percentage={"percentage": Number(0, 100, 25, "%")},
    oscillate={"oscillating": Flag()},
)
SLATS = entity("cover.slats", open={}, set_tilt_position={"tilt_position": PERCENT})
BOOST = entity("number.boost", "min", set_value={"value": Number(0, 120, 1)})
MIST = entity("humidifier.mist", set_humidity={"humidity": Number(30, 80)})
LAMP = entity("light.lamp", turn_on={"brightness_pct": PERCENT}, turn_off={})
WHITE = entity("light.white", turn_on={"color_temp_kelvin": Number(2200, 5000)}, turn_off={})


@pytest.mark.parametrize(
    ("intent", "thing", "state", "expected"),
    [
        (
            Intent("HassClimateSetTemperature", {"temperature": 20, "temperature_unit": "°C"}),
            STOVE,
            State(),
            ("set_temperature", {"temperature": 68}),
        ),
        (
            Intent("HomeChangeTemperature", {"temperature_step": 1, "by": 40}),
            STOVE,
            State("heat", {"temperature": 66}),
            ("set_temperature", {"temperature": 90}),
        ),
        (
            Intent("HomeSetTemperatureEnd", {"extreme": "minimum"}),
            STOVE,
            State(),
            ("set_temperature", {"temperature": 45}),
        ),
        (
            Intent("HomeSetSpeedLevel", {"level": 3}),
            FAN,
            State(),
            ("set_percentage", {"percentage": 75}),
        ),
        (
            Intent("HomeOscillate", {"oscillating": False}),
            FAN,
            State(),
            ("oscillate", {"oscillating": False}),
        ),
        (
            Intent("HomeSetTilt", {"tilt_position": 40}),
            SLATS,
            State(),
            ("set_tilt_position", {"tilt_position": 40}),
        ),
        (
            Intent("HomeSetNumber", {"number": 1.5, "unit": "hours"}),
            BOOST,
            State(),
            ("set_value", {"value": 90}),
        ),
        (
            Intent("HomeSetNumber", {"number": 50, "unit": "%"}),
            BOOST,
            State(),
            ("set_value", {"value": 60}),
        ),
        (
            Intent("HomeSetNumber", {"number": 100, "extreme": "maximum"}),
            BOOST,
            State(),
            ("set_value", {"value": 120}),
        ),
        (
            Intent("HomeChangeNumber", {"number_step": -1}),
            BOOST,
            State("30"),
            ("set_value", {"value": 18}),
        ),
        (
            Intent("HomeChangeHumidity", {"humidity_step": 5, "by": 30}),
            MIST,
            State("on", {"humidity": 60}),
            ("set_humidity", {"humidity": 80}),
        ),
        (
            Intent("HomeChangeBrightness", {"brightness_step": 20, "factor": 2}),
            LAMP,
            State("on", {"brightness_pct": 30}),
            ("turn_on", {"brightness_pct": 60}),
        ),
        (
            Intent("HassLightSet", {"temperature": 1900}),
            WHITE,
            State(),
            ("turn_on", {"color_temp_kelvin": 2200}),
        ),
    ],
)
def test_what_is_wanted_becomes_what_the_device_takes(
    intent: Intent, thing: Entity, state: State, expected: tuple[str, dict[str, Any]]
) -> None:
    service, params = expected
    assert plan(intent, thing, state) == Step(thing.id, service, params)


@pytest.mark.parametrize(
    ("intent", "slots", "thing", "state"),
    [
        ("HomeSetSpeedLevel", {"level": 5}, FAN, State()),
        ("HomeSetNumber", {"number": 20, "unit": "°C"}, BOOST, State()),
        ("HomeChangeNumber", {"number_step": 1}, BOOST, State("unknown")),
        ("HomeChangeHumidity", {"humidity_step": 5}, MIST, State("on", {"humidity": 80})),
        ("HomeSetTilt", {"tilt_position": 40}, entity("cover.plain", open={}), State()),
        ("HomeOscillate", {}, entity("fan.plain", turn_on={}), State()),
        ("HassLightSet", {"temperature": 3000}, LAMP, State()),
    ],
)
def test_what_can_not_be_done_is_said(
    intent: str, slots: dict[str, Any], thing: Entity, state: State
) -> None:
    assert isinstance(plan(Intent(intent, slots), thing, state), Cannot)
