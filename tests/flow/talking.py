"""Conversations with a small simulated home: the daemon's own parts, a real store, a set clock."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

from tools.understanding.homes import PLUGIN, SimulatedHome
from tools.understanding.house import House

from lamplighter.actions.settings import Policy
from lamplighter.catalogue.entity import Colour, Entity, Number, Service, State
from lamplighter.config import Area, Floor, Home
from lamplighter.understanding.templates import load

NOW = 1_700_000_000.0
PERCENT = Number(0, 100, 1, "%")
SERVICES: Mapping[str, Mapping[str, Mapping[str, Any]]] = {
    "light": {"turn_on": {"brightness_pct": PERCENT, "rgb_color": Colour()}, "turn_off": {}},
    "fan": {"turn_on": {}, "turn_off": {}, "set_percentage": {"percentage": PERCENT}},
    "switch": {"turn_on": {}, "turn_off": {}},
    "cover": {"open": {}, "close": {}, "stop": {}, "set_position": {"position": PERCENT}},
    "lock": {"lock": {}, "unlock": {}},
    "climate": {"set_temperature": {"temperature": Number(7, 30, 0.5, "°C")}},
    "button": {"press": {}},
    "binary_sensor": {},
    "sensor": {},
}
LIT = {"brightness_pct": 40}
THINGS: tuple[tuple[str, str, str, str, Mapping[str, Any]], ...] = (
    ("light.ceiling", "Kitchen ceiling light", "Kitchen", "off", LIT),
    ("light.counter", "Kitchen counter light", "Kitchen", "off", LIT),
    ("light.bedside", "Bedside lamp", "Bedroom", "off", LIT),
    ("light.hall", "Hall light", "Hall", "off", LIT),
    ("fan.bedroom", "Ceiling fan", "Bedroom", "off", {}),
    ("cover.left", "Left blind", "Living Room", "open", {"position": 100}),
    ("cover.right", "Right blind", "Living Room", "open", {"position": 100}),
    ("cover.garage", "Garage door", "Garage", "closed", {"position": 0}),
    ("lock.back", "Back door", "Hall", "locked", {}),
    ("lock.front", "Front door", "Hall", "locked", {}),
    ("climate.bedroom", "Bedroom thermostat", "Bedroom", "heat", {"temperature": 20}),
    ("button.router", "Router restart", "Hall", "", {}),
    ("binary_sensor.kitchen", "Kitchen window", "Kitchen", "off", {}),
    ("binary_sensor.bedroom", "Bedroom window", "Bedroom", "on", {}),
)
CLASSES = {
    "cover.left": "blind",
    "cover.right": "blind",
    "cover.garage": "garage",
    "binary_sensor.kitchen": "window",
    "binary_sensor.bedroom": "window",
}

templates = lru_cache(load)


def entity(entity_id: str, name: str, area: str | None, **facts: Any) -> Entity:
    """An entity of the simulated home."""
    domain = entity_id.split(".", maxsplit=1)[0]
    offered = {each: Service(each, params) for each, params in SERVICES[domain].items()}
    return Entity(
        entity_id,
        entity_id,
        PLUGIN,
        domain,
        name,
        offered,
        device_class=CLASSES.get(entity_id),
        area=area,
        confirmable=domain != "button",
        **facts,
    )


def small_home(*more: Entity, states: Mapping[str, str] | None = None) -> SimulatedHome:
    """The home, with more in it."""
    found = {
        each[0]: State(each[3] or None, each[4], available=True, changed=NOW, updated=NOW)
        for each in THINGS
    }
    for each in more:
        value = (states or {}).get(each.id)
        found[each.id] = State(value, available=True, changed=NOW, updated=NOW)
    areas = (
        Area("Kitchen", "Ground floor"),
        Area("Living Room", "Ground floor"),
        Area("Hall", "Ground floor"),
        Area("Bedroom", "Upstairs"),
        Area("Garage"),
    )
    home = Home(areas=areas, floors=(Floor("Ground floor"), Floor("Upstairs")))
    own = tuple(entity(each[0], each[1], each[2]) for each in THINGS)
    return SimulatedHome("small", home, (*own, *more), found, (), NOW)


class Talk:
    """Says things and hears what becomes of them."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.last: Mapping[str, Any] = {}

    async def say(self, text: str, user: str | None = None, area: str | None = None) -> str:
        """The outcome of what is said; ``last`` is the whole reply."""
        turn = await self.house.say(text, user=user, area=area)
        assert turn.reply is not None
        self.last = turn.reply
        return str(turn.reply["outcome"])

    async def all(self, *texts: str, user: str | None = None) -> list[str]:
        """The outcomes of what is said, one after the other."""
        return [await self.say(text, user=user) for text in texts]

    def state(self, entity_id: str) -> str | None:
        """The entity's state now."""
        return self.house.parts.catalogue.state(entity_id).value

    def attribute(self, entity_id: str, name: str) -> Any:
        """An attribute of the entity's state."""
        return self.house.parts.catalogue.state(entity_id).attributes.get(name)

    @property
    def speech(self) -> str:
        """What was said last."""
        return str(self.last["speech"])

    def use(self, policy: Policy) -> None:
        """The configuration was read again, with another policy."""
        self.house.parts.commander.policy = policy


@asynccontextmanager
async def talk(folder: Path, home: SimulatedHome | None = None) -> AsyncIterator[Talk]:
    """A conversation with the small home, or with another."""
    house = House(home or small_home(), folder, templates)
    await house.start()
    try:
        yield Talk(house)
    finally:
        await house.stop()
