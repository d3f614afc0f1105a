"""Three homes to find devices in: a small flat, a villa with many like names, and a plant."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tests.unit.understanding.conftest import (
    CLIMATE,
    COVER,
    DIMMABLE,
    PERCENT,
    VACUUM,
    entity,
    services,
)

from lamplighter.catalogue.catalogue import Catalogue
from lamplighter.catalogue.entity import Entity, Number, Reading
from lamplighter.config import Area, Floor, Home

LIGHT = services(turn_on=DIMMABLE, turn_off={})
FAN = services(turn_on={}, turn_off={}, set_percentage={"percentage": PERCENT})
LOCK = services(lock={}, unlock={})
VALVE = services(open={}, close={})
OUTLET = "outlet"


def _home(
    areas: Iterable[Area],
    entities: Iterable[Entity],
    states: Mapping[str, str],
    floors: Iterable[str] = (),
) -> Catalogue:
    found = Catalogue(Home(areas=tuple(areas), floors=tuple(map(Floor, floors))))
    for each in entities:
        found.announce(each)
    for entity_id, value in states.items():
        found.read(entity_id, Reading(value), 1000.0)
    return found


def flat() -> Catalogue:
    """Three rooms and a balcony, one device of most kinds."""
    areas = (Area("Wohnküche"), Area("Schlafzimmer"), Area("Bad"), Area("Balcony"))
    entities = (
        entity("light.kitchen", "Pendant", "Wohnküche", services=LIGHT),
        entity("light.sofa", "Couch lamp", "Wohnküche", services=LIGHT),
        entity("light.bed", "Nightstand", "Schlafzimmer", services=LIGHT),
        entity("light.balcony", "Fairy lights", "Balcony"),
        entity("switch.tv", "Telly", "Wohnküche", device_class=OUTLET),
        entity("switch.heater", "Oil radiator", "Schlafzimmer"),
        entity("fan.box", "Box fan", "Schlafzimmer", services=FAN),
        entity("cover.window", "Roller", "Schlafzimmer", device_class="shutter", services=COVER),
        entity("lock.door", "Flat door", None, services=LOCK),
        entity("vacuum.susi", "Süsi", "Wohnküche", services=VACUUM),
    )
    return _home(areas, entities, {"fan.box": "on"})


_ROOMS = (
    ("Kitchen", "Ground"),
    ("Living Room", "Ground"),
    ("Hallway", "Ground"),
    ("Study", "Ground"),
    ("Guest WC", "Ground"),
    ("Master Bedroom", "First"),
    ("Mia's Room", "First"),
    ("Leo's Room", "First"),
    ("Bathroom", "First"),
    ("Attic", "Top floor"),
    ("Cellar", "Basement"),
)
_SERVED = ("Kitchen", "Living Room", "Study", "Master Bedroom", "Mia's Room", "Leo's Room")


def villa() -> Catalogue:
    """Four floors, more than a hundred names, most of them like another one."""
    areas = [Area(name, floor) for name, floor in _ROOMS]
    areas += [Area("Garden"), Area("Terrace"), Area("Garage")]
    states = {"fan.desk": "on", "fan.ceiling": "off", "fan.attic": "off"}
    entities = [
        entity(f"light.{_slug(area.name)}_{n}", f"{area.name} {what}", area.name, services=LIGHT)
        for area in areas
        for n, what in enumerate(("ceiling light", "wall light"))
        if area.name not in ("Garden", "Garage")
    ]
    for room in _SERVED:
        slug = _slug(room)
        entities += [
            entity(f"cover.{slug}", f"{room} blind", room, device_class="blind", services=COVER),
            entity(f"climate.{slug}", f"{room} thermostat", room, services=CLIMATE),
            entity(f"switch.{slug}_a", f"{room} socket 1", room, device_class=OUTLET),
            entity(f"switch.{slug}_b", f"{room} socket 2", room, device_class=OUTLET),
            entity(
                f"sensor.{slug}",
                f"{room} temperature",
                room,
                device_class="temperature",
                unit="°C",
                services={},
            ),
        ]
        states[f"cover.{slug}"] = "closed"
    entities += _particular()
    states |= {each.id: "off" for each in entities if each.domain == "light"}
    return _home(areas, entities, states, ("Ground", "First", "Top floor", "Basement"))


def _particular() -> list[Entity]:
    return [
        entity("light.reading", "Reading lamp", "Living Room", services=LIGHT),
        entity("light.floor", "Floor lamp", "Living Room", services=LIGHT),
        entity("light.left", "Bedside lamp left", "Master Bedroom", services=LIGHT),
        entity("light.right", "Bedside lamp right", "Master Bedroom", services=LIGHT),
        entity("light.desk", "Desk lamp", "Study", services=LIGHT),
        entity("light.leo_desk", "Leo desk lamp", "Leo's Room", services=LIGHT),
        entity("light.mia", "Mia's nightlight", "Mia's Room", services=LIGHT),
        entity("light.spots", "Garden spots", "Garden", services=LIGHT),
        entity("light.shed", "Outdoor lantern", None, services=LIGHT),
        entity("light.hue1", "Hue 1", "Hallway", services=LIGHT),
        entity("light.hue2", "Hue 02", "Hallway", services=LIGHT),
        entity("fan.desk", "Desk fan", "Study", services=FAN),
        entity("fan.ceiling", "Ceiling fan", "Master Bedroom", services=FAN),
        entity("fan.attic", "Attic fan", "Attic", services=FAN),
        entity("switch.washer", "Washing machine", "Cellar"),
        entity("switch.frost", "Frost heater", "Attic"),
        entity("switch.pump", "Pond pump", "Garden"),
        entity("switch.fridge", "Refrigerator", "Kitchen"),
        entity("switch.tree", "Christmas tree", "Living Room"),
        entity("valve.tap", "Greenhouse tap", "Garden", services=VALVE),
        entity("valve.lawn", "Lawn sprinkler", "Garden", services=VALVE),
        entity("cover.garage", "Garage door", "Garage", device_class="garage", services=COVER),
        entity("lock.front", "Front door", "Hallway", services=LOCK),
        entity("lock.back", "Back door", "Kitchen", services=LOCK),
        entity("switch.led", "Hue 1 status", "Hallway", category="config"),
    ]


def plant() -> Catalogue:
    """Halls with pumps and valves that only numbers tell apart."""
    areas = [Area(f"Hall {n}") for n in range(1, 4)] + [Area("Compressor room")]
    entities = [
        entity(f"switch.pump_{hall}{n}", f"Pump {hall}{n:02d}", f"Hall {hall}")
        for hall in range(1, 4)
        for n in range(1, 8)
    ]
    entities += [
        entity(f"valve.v{n}", f"Valve V-{n}", f"Hall {(n - 1) % 3 + 1}", services=VALVE)
        for n in range(1, 13)
    ]
    entities += [
        entity("switch.compressor", "Main compressor", "Compressor room"),
        entity("switch.dryer", "Air dryer", "Compressor room"),
        entity("fan.roof", "Roof extractor", "Hall 2", services=FAN),
        entity("siren.hall", "Evacuation siren", "Hall 1"),
        entity(
            "number.setpoint",
            "Line pressure",
            "Compressor room",
            services=services(set_value={"value": Number(0, 10, 0.1, "bar")}),
        ),
    ]
    return _home(areas, entities, {})


def _slug(name: str) -> str:
    return name.lower().replace(" ", "_").replace("'", "")
