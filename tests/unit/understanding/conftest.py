"""A home of two floors and its catalogue, made by hand, for every test of understanding."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import pytest

from lamplighter.catalogue.catalogue import Catalogue
from lamplighter.catalogue.entity import (
    Choice,
    Colour,
    Entity,
    Number,
    Parameter,
    Reading,
    Service,
    Text,
)
from lamplighter.config import Area, Floor, Home
from lamplighter.understanding.templates import Templates, load

PERCENT = Number(0, 100, 1, "%")
DIMMABLE = {"brightness_pct": PERCENT}
COLOURED: dict[str, Parameter] = {
    **DIMMABLE,
    "rgb_color": Colour(),
    "color_temp_kelvin": Number(2202, 6535, 0, "K"),
}


def services(**params: Mapping[str, Parameter]) -> dict[str, Service]:
    """Services by name, each with its parameters, all of them optional."""
    return {name: Service(name, taken) for name, taken in params.items()}


def entity(entity_id: str, name: str, area: str | None, **facts: Any) -> Entity:
    """An entity with on and off, or with the services given."""
    domain = entity_id.split(".", maxsplit=1)[0]
    offered = facts.pop("services", services(turn_on={}, turn_off={}))
    return Entity(
        entity_id, entity_id, "test", domain, name, offered, area=area, confirmable=True, **facts
    )


COVER = services(open={}, close={}, stop={}, set_position={"position": PERCENT})
MODES = Choice(("off", "heat", "cool", "auto"))
CLIMATE = services(
    set_temperature={"temperature": Number(7, 30, 0.5, "°C")},
    set_hvac_mode={"hvac_mode": MODES},
    set_preset_mode={"preset_mode": Choice(("none", "eco", "boost"))},
)
VACUUM = services(start={}, pause={}, stop={}, return_to_base={}, locate={})

ENTITIES = (
    entity(
        "light.ceiling",
        "Kitchen ceiling light",
        "Kitchen",
        services=services(turn_on=DIMMABLE, turn_off={}),
    ),
    entity("light.counter", "Kitchen counter light", "Kitchen"),
    entity("light.hall", "Hall light", "Hall", aliases=("Entrance lamp",)),
    entity(
        "light.reading",
        "Reading lamp",
        "Living Room",
        services=services(turn_on=COLOURED, turn_off={}),
    ),
    entity(
        "light.bedside", "Bedside lamp", "Bedroom", services=services(turn_on=DIMMABLE, turn_off={})
    ),
    entity("switch.coffee", "Coffee machine", "Kitchen"),
    entity("switch.patio", "Patio socket", "Patio", device_class="outlet"),
    entity(
        "fan.ceiling",
        "Ceiling fan",
        "Living Room",
        services=services(turn_on={}, turn_off={}, set_percentage={"percentage": PERCENT}),
    ),
    entity("cover.left", "Left blind", "Living Room", device_class="blind", services=COVER),
    entity("cover.right", "Right blind", "Living Room", device_class="blind", services=COVER),
    entity("cover.garage", "Garage door", "Garage", device_class="garage", services=COVER),
    entity("lock.back", "Back door lock", "Hall", services=services(lock={}, unlock={})),
    entity("lock.front", "Front door", "Hall", services=services(lock={}, unlock={})),
    entity("climate.bedroom", "Bedroom thermostat", "Bedroom", services=CLIMATE),
    entity("vacuum.rover", "Rover", "Living Room", services=VACUUM),
    entity("valve.garden", "Garden valve", "Patio", services=services(open={}, close={})),
    entity(
        "humidifier.bed",
        "Bedroom humidifier",
        "Bedroom",
        services=services(
            turn_on={},
            turn_off={},
            set_humidity={"humidity": Number(30, 80)},
            set_mode={"mode": Choice(("normal", "sleep"))},
        ),
    ),
    entity(
        "select.mode",
        "Washer programme",
        "Hall",
        services=services(select_option={"option": Choice(("cotton", "quick_wash"))}),
    ),
    entity(
        "number.delay",
        "Pump delay",
        "Garage",
        services=services(set_value={"value": Number(0, 60)}),
    ),
    entity("text.sign", "Door sign", "Hall", services=services(set_value={"value": Text(0, 20)})),
    entity("button.restart", "Router restart", "Hall", services=services(press={})),
    entity("scene.movie", "Movie night", None, services=services(turn_on={})),
    entity("siren.alarm", "Indoor siren", "Hall"),
    entity(
        "alarm_control_panel.house",
        "House alarm",
        "Hall",
        services=services(arm_home={}, arm_away={}, disarm={}),
    ),
    entity(
        "lawn_mower.clippy",
        "Clippy",
        "Patio",
        services=services(start_mowing={}, pause={}, dock={}),
    ),
    entity(
        "sensor.bedroom",
        "Bedroom temperature",
        "Bedroom",
        device_class="temperature",
        unit="°C",
        services={},
    ),
    entity(
        "sensor.outside",
        "Outside temperature",
        "Patio",
        device_class="temperature",
        unit="°C",
        services={},
    ),
    entity(
        "sensor.bath",
        "Bathroom humidity",
        "Bathroom",
        device_class="humidity",
        unit="%",
        services={},
    ),
    entity("binary_sensor.window", "Bedroom window", "Bedroom", device_class="window", services={}),
    entity(
        "binary_sensor.kitchen", "Kitchen window", "Kitchen", device_class="window", services={}
    ),
    entity("switch.led", "Rover status LED", "Living Room", category="config"),
)

STATES = {
    "light.ceiling": Reading("on", {"brightness_pct": 40}),
    "light.counter": Reading("off"),
    "light.hall": Reading("on"),
    "lock.back": Reading("locked"),
    "lock.front": Reading("unlocked"),
    "cover.garage": Reading("closed"),
    "climate.bedroom": Reading("heat", {"temperature": 20, "current_temperature": 19.5}),
    "sensor.bedroom": Reading("19.2"),
    "sensor.outside": Reading("4.5"),
    "sensor.bath": Reading("61"),
    "binary_sensor.window": Reading("on"),
    "binary_sensor.kitchen": Reading("off"),
    "fan.ceiling": Reading("on", {"percentage": 30}),
}


@pytest.fixture
def catalogue() -> Catalogue:
    """The home's catalogue, with states of some of its entities."""
    found = Catalogue(
        Home(
            areas=(
                Area("Kitchen", "Ground floor", ("cookhouse",)),
                Area("Living Room", "Ground floor", ("lounge",)),
                Area("Hall", "Ground floor"),
                Area("Bedroom", "Upstairs"),
                Area("Bathroom", "Upstairs"),
                Area("Garage"),
                Area("Patio"),
            ),
            floors=(Floor("Ground floor"), Floor("Upstairs", ("first floor",))),
        )
    )
    for each in ENTITIES:
        found.announce(each)
    for entity_id, reading in STATES.items():
        found.read(entity_id, reading, 1000.0)
    return found


@pytest.fixture(scope="session")
def templates() -> Callable[[str], Templates]:
    """Loads the templates of a language once for all tests."""
    return lru_cache(load)
