"""A home with sensors of every kind, for tests of conditions."""

from __future__ import annotations

import pytest

from lamplighter.catalogue.catalogue import Catalogue
from lamplighter.catalogue.entity import Choice, Entity, Reading, Service
from lamplighter.config import Area, Floor, Home
from lamplighter.understanding import names
from lamplighter.understanding.rule_parser import Situation

SENSORS = (
    ("binary_sensor.hall_motion", "Hallway motion", "Hallway", "motion", "", "off"),
    ("binary_sensor.lounge_motion", "Lounge presence", "Living Room", "occupancy", "", "off"),
    ("binary_sensor.back", "Back Door", "Kitchen", "door", "", "off"),
    ("binary_sensor.front", "Front Door", "Hallway", "door", "", "off"),
    ("binary_sensor.bedroom_window", "Bedroom window", "Bedroom", "window", "", "on"),
    ("binary_sensor.bath_window", "Bathroom window", "Bathroom", "window", "", "off"),
    ("binary_sensor.leak", "Sink leak", "Kitchen", "moisture", "", "off"),
    ("binary_sensor.smoke", "Landing smoke", "Hallway", "smoke", "", "off"),
    ("binary_sensor.home", "Anyone home", None, "presence", "", "on"),
    ("sensor.freezer", "Freezer", "Utility", "temperature", "°C", "-18.5"),
    ("sensor.freezer_power", "Freezer power", "Utility", "power", "W", "60"),
    ("sensor.attic", "Attic temperature", "Attic", "temperature", "°C", "7"),
    ("sensor.bath", "Bathroom humidity", "Bathroom", "humidity", "%", "61"),
    ("sensor.pump", "Pump pressure", "Utility", "pressure", "bar", "2.4"),
    ("sensor.outside", "Weather station", "Garden", "temperature", "°C", "11"),
    ("sensor.lock_battery", "Front door lock battery", "Hallway", "battery", "%", "80"),
    ("lock.front", "Front door lock", "Hallway", None, "", "locked"),
    ("light.hall", "Hall light", "Hallway", None, "", "off"),
    ("light.porch", "Porch light", "Porch", None, "", "off"),
    ("switch.frost", "Frost heater", "Attic", None, "", "off"),
    ("climate.lounge", "Lounge thermostat", "Living Room", None, "", "heat"),
    ("climate.bedroom", "Bedroom thermostat", "Bedroom", None, "", "heat"),
    ("cover.garage", "Garage door", "Garage", "garage", "", "closed"),
    ("vacuum.rover", "Rover", "Living Room", None, "", "docked"),
)


@pytest.fixture
def catalogue() -> Catalogue:
    """The home's catalogue with the state of every entity."""
    areas = (
        Area("Living Room", "Ground", ("lounge",)),
        Area("Kitchen", "Ground"),
        Area("Bedroom", "Upstairs"),
        Area("Bathroom", "Upstairs"),
    )
    found = Catalogue(Home(areas=areas, floors=(Floor("Ground"), Floor("Upstairs"))))
    for entity_id, name, area, device_class, unit, value in SENSORS:
        domain = entity_id.split(".", maxsplit=1)[0]
        category = "diagnostic" if device_class == "battery" else None
        found.announce(
            Entity(
                entity_id,
                entity_id,
                "test",
                domain,
                name,
                area=area,
                device_class=device_class,
                unit=unit,
                category=category,
            )
        )
        found.read(entity_id, Reading(value), 1000.0)
    found.read("climate.lounge", Reading("heat", {"current_temperature": 19.5}), 1000.0)
    modes = Choice(("Home", "Away", "Night"))
    service = Service("select_option", {"option": modes})
    found.announce(
        Entity(
            "select.mode",
            "select.mode",
            "test",
            "select",
            "House mode",
            {"select_option": service},
            area="Hallway",
        )
    )
    found.read("select.mode", Reading("Home"), 1000.0)
    return found


@pytest.fixture
def situation(catalogue: Catalogue) -> Situation:
    """The home as somebody finds it who is nowhere in particular."""
    known = names.collect(1, catalogue.entities(), catalogue.areas, catalogue.floors)
    return Situation(known, None, "en", lambda _intent: True, state_of=catalogue.state)
