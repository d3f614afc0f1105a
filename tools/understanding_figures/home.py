"""The merged homes of Home Assistant's test sentences, as catalogues."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from lamplighter.catalogue.catalogue import Catalogue
from lamplighter.catalogue.entity import Colour, Entity, Number, Parameter, Reading, Service
from lamplighter.catalogue.vocabulary import SERVICES
from lamplighter.config import Area, Floor, Home

DATA = Path(__file__).parents[3] / "shared" / "data" / "intents"
"""Outside data that is not part of the repository; without it nothing is measured."""

FOREIGN = frozenset({"person", "weather", "todo", "media_player", "script", "input_boolean"})
"""Domains that the catalogue has no counterpart of."""

_PARAMS: dict[tuple[str, str], dict[str, Parameter]] = {
    ("light", "turn_on"): {
        "brightness_pct": Number(0, 100),
        "rgb_color": Colour(),
        "color_temp_kelvin": Number(1000, 10000),
    },
    ("climate", "set_temperature"): {"temperature": Number(0, 100)},
    ("cover", "set_position"): {"position": Number(0, 100)},
    ("valve", "set_position"): {"position": Number(0, 100)},
    ("fan", "set_percentage"): {"percentage": Number(0, 100)},
}


def services_of(domain: str) -> dict[str, Service]:
    """Every service of a domain, with the parameters that the cases set."""
    return {
        name: Service(name, _PARAMS.get((domain, name), {})) for name in SERVICES.get(domain, ())
    }


class PlacedCatalogue(Catalogue):
    """A catalogue that leaves entities where they were announced, also in no area.

    The cases count on "Hallway Light" being in no area; a real catalogue goes by its name.
    """

    def announce(self, entity: Entity) -> bool:
        """Takes the entity in as it is."""
        changed = super().announce(entity)
        self._entities[entity.id] = entity
        return changed


def home_of_cases(extra: int = 0, *, language: str = "en") -> Catalogue:
    """The merged home of a language's cases, with ``extra`` more entities in more rooms."""
    text = (DATA / f"homes_{language}.json").read_text(encoding="utf-8")
    data = json.loads(text)["merged"]
    floors = {floor["id"]: floor["name"] for floor in data["floors"]}
    areas = {area["id"]: area["name"] for area in data["areas"]}
    rooms = [Area(a["name"], floors.get(a["floor"])) for a in data["areas"]]
    more = [Area(f"Annex {number}") for number in range(extra // 20)]
    catalogue = PlacedCatalogue(
        Home(areas=(*rooms, *more), floors=tuple(Floor(name) for name in floors.values()))
    )
    for each in data["entities"]:
        if each["domain"] not in FOREIGN:
            catalogue.announce(_entity(each, areas))
            catalogue.read(each["id"], Reading(str(each["state"]), each["attributes"]), 0.0)
    for number in range(extra):
        catalogue.announce(_further(number))
    return catalogue


def _entity(each: dict[str, Any], areas: dict[str, str]) -> Entity:
    return Entity(
        id=each["id"],
        unique_id=each["id"],
        plugin="bench",
        domain=each["domain"],
        name=each["name"],
        services=services_of(each["domain"]),
        device_class=each["attributes"].get("device_class"),
        unit=str(each["attributes"].get("unit_of_measurement", "")),
        aliases=tuple(each["aliases"]),
        area=areas.get(each["area"]),
    )


def _further(number: int) -> Entity:
    domain = ("light", "switch", "sensor", "cover")[number % 4]
    return Entity(
        id=f"{domain}.x{number}",
        unique_id=f"x{number}",
        plugin="bench",
        domain=domain,
        name=f"Annex {number // 20} {domain} {'abcdefghijklmnopqrst'[number % 20]}",
        services=services_of(domain),
        area=f"Annex {number // 20}",
    )
