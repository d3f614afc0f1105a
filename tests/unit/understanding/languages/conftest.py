"""Homes with names in other languages, and a way to understand in them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lamplighter.catalogue.catalogue import Catalogue
from lamplighter.catalogue.entity import Entity, Number, Parameter, Reading, Service
from lamplighter.config import Area, Floor, Home
from lamplighter.understanding.templates import Templates
from lamplighter.understanding.understanding import Understanding

PERCENT = Number(0, 100, 1, "%")
SERVICES: dict[str, dict[str, dict[str, Parameter]]] = {
    "light": {"turn_on": {"brightness_pct": PERCENT}, "turn_off": {}},
    "fan": {"turn_on": {}, "turn_off": {}},
    "switch": {"turn_on": {}, "turn_off": {}},
    "lock": {"lock": {}, "unlock": {}},
    "cover": {"open": {}, "close": {}, "set_position": {"position": PERCENT}},
    "climate": {"set_temperature": {"temperature": Number(5, 30, 0.5, "°C")}},
    "scene": {"turn_on": {}},
}


def device(entity_id: str, name: str, area: str | None = None) -> Entity:
    """A device with every service of its domain."""
    domain = entity_id.split(".", maxsplit=1)[0]
    offered = {key: Service(key, params) for key, params in SERVICES[domain].items()}
    classes = {"cover": "curtain"}
    return Entity(
        entity_id,
        entity_id,
        "test",
        domain,
        name,
        offered,
        area=area,
        device_class=classes.get(domain),
        confirmable=True,
    )


def home_of(*devices: Entity, floor: str | None = None) -> Catalogue:
    """A catalogue of these devices in their areas."""
    areas = tuple(Area(each, floor) for each in dict.fromkeys(d.area for d in devices) if each)
    found = Catalogue(Home(areas=areas, floors=(Floor(floor),) if floor else ()))
    for each in devices:
        found.announce(each)
    return found


@pytest.fixture
def chinese_home() -> Catalogue:
    """A flat with Chinese names."""
    found = home_of(
        device("light.kitchen", "厨房灯", "厨房"),
        device("light.living", "客厅灯", "客厅"),
        device("light.bed", "卧室灯", "卧室"),
        device("fan.living", "落地扇", "客厅"),
        device("cover.living", "客厅窗帘", "客厅"),
        device("climate.living", "空调", "客厅"),
        device("lock.door", "大门", "客厅"),
        device("switch.kettle", "热水壶", "厨房"),
    )
    found.read("climate.living", Reading("cool", {"temperature": 24}), 1000.0)
    found.read("light.kitchen", Reading("on"), 1000.0)
    found.read("light.living", Reading("off"), 1000.0)
    found.read("light.bed", Reading("off"), 1000.0)
    return found


@pytest.fixture
def mixed_home() -> Catalogue:
    """A house in which several languages are spoken."""
    return home_of(
        device("light.a", "Küchenlicht", "Küche"),
        device("fan.a", "Ventilator", "Küche"),
        device("lock.a", "Haustür", "Flur"),
        device("climate.a", "Thermostat", "Küche"),
        device("light.b", "lampe de chevet", "Chambre"),
        device("light.c", "lámpara verde", "Cocina"),
        device("light.d", "Kitchen light", "Kitchen"),
        device("light.e", "厨房灯", "厨房"),
    )


@pytest.fixture
def understanding_of(
    templates: Callable[[str], Templates],
) -> Callable[[Catalogue, str], Understanding]:
    """Understanding of a home by rules alone."""

    def made(catalogue: Catalogue, language: str) -> Understanding:
        return Understanding(
            catalogue, None, clock=lambda: 1000.0, language=language, templates=templates
        )

    return made
