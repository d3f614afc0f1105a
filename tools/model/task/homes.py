"""Homes to say sentences about: random ones with names never seen, and given ones."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from lamplighter.catalogue.entity import Choice, Entity, Parameter, Service
from lamplighter.catalogue.vocabulary import SERVICES
from lamplighter.config import Area, Floor
from lamplighter.understanding.kinds import KINDS, plural_of
from lamplighter.understanding.names import Names, collect

PARTS = Path(__file__).with_name("wordings") / "names.yaml"
COMMON_DOMAINS = (
    ("light", 30),
    ("switch", 14),
    ("cover", 14),
    ("climate", 9),
    ("fan", 8),
    ("lock", 6),
    ("vacuum", 5),
    ("sensor", 4),
    ("humidifier", 2),
    ("valve", 2),
    ("lawn_mower", 2),
    ("water_heater", 2),
    ("siren", 1),
    ("scene", 2),
    ("select", 1),
    ("number", 2),
    ("alarm_control_panel", 2),
    ("button", 1),
)
"""Domains and how frequent they are in a home."""


@dataclass(frozen=True, slots=True)
class Home:
    """A home: what has a name in it, as the daemon knows it."""

    names: Names
    areas: tuple[str, ...]
    floors: tuple[str, ...]

    @property
    def entities(self) -> tuple[Entity, ...]:
        """Every entity."""
        return tuple(self.names.entities.values())


def home_of(
    entities: Sequence[Entity], areas: Sequence[Area], floors: Sequence[Floor] = ()
) -> Home:
    """The home with these entities and places."""
    return Home(
        collect(1, entities, areas, floors),
        tuple(area.name for area in areas),
        tuple(floor.name for floor in floors),
    )


def read_homes(path: Path) -> dict[str, Home]:
    """The homes of a JSON file, by name.

    Each has ``floors`` (names), ``areas`` (name, floor, aliases) and ``entities`` (id, name,
    area, device class).
    """
    found = json.loads(path.read_text(encoding="utf-8"))
    return {name: _given(data) for name, data in found.items()}


def _given(data: Mapping[str, Any]) -> Home:
    areas = [Area(name, floor, tuple(aliases)) for name, floor, aliases in data["areas"]]
    entities = [entity(each[0], each[1], each[2], each[3]) for each in data["entities"]]
    return home_of(entities, areas, [Floor(name) for name in data["floors"]])


def entity(
    entity_id: str,
    name: str,
    area: str | None,
    device_class: str | None = None,
    *,
    aliases: tuple[str, ...] = (),
    options: tuple[str, ...] = (),
) -> Entity:
    """An entity with every service of its domain."""
    domain = entity_id.split(".", maxsplit=1)[0]
    params: dict[str, Parameter] = {"option": Choice(options)} if options else {}
    services = {
        service: Service(service, params if service == "select_option" else {})
        for service in SERVICES.get(domain, ())
    }
    return Entity(
        id=entity_id,
        unique_id=entity_id,
        plugin="task",
        domain=domain,
        name=name,
        services=services,
        device_class=device_class,
        aliases=aliases,
        area=area,
    )


@lru_cache(maxsize=1)
def _all_parts() -> Mapping[str, Any]:
    found: Mapping[str, Any] = yaml.safe_load(PARTS.read_text(encoding="utf-8"))
    return found


@dataclass(frozen=True, slots=True)
class Parts:
    """The words that random names are made of.

    Attributes:
        lists: words by what they are used for.
        kinds: for each domain rows of (word, device class).
    """

    lists: Mapping[str, Sequence[str]]
    kinds: Mapping[str, Sequence[tuple[str, str | None]]]


def parts(*, held_out: bool) -> Parts:
    """The words for training, or those kept back for validation: no word is in both."""
    found = _all_parts()
    lists = {
        key: [word for number, word in enumerate(words) if (number % 7 == 3) == held_out]
        for key, words in found["lists"].items()
    }
    kinds = {
        domain: [(str(row[0]), row[1] if len(row) > 1 else None) for row in rows]
        for domain, rows in found["kinds"].items()
    }
    return Parts(lists, kinds)


class HomeMaker:
    """Makes random homes.

    Args:
        words: what their names are made of.
        draw: the source of randomness.
    """

    def __init__(self, words: Parts, draw: random.Random) -> None:
        self.words = words
        self.draw = draw

    def make(self, *, must: str = "", named: Sequence[str] = ()) -> Home:
        """A home of 5 to 16 entities.

        Args:
            must: a domain of which there is at least one entity; "" for any.
            named: names that some entities of any domain have.
        """
        draw = self.draw
        storeys = self.words.lists["floors"]
        floors = [Floor(name) for name in draw.sample(storeys, min(2, len(storeys)))]
        floors = floors if draw.random() < 0.4 else []
        areas = [
            Area(
                self.room(),
                draw.choice(floors).name if floors else None,
                (self.room(),) if draw.random() < 0.1 else (),
            )
            for _ in range(draw.randint(3, 7))
        ]
        areas = list({area.name.casefold(): area for area in areas}.values())
        domains = [name for name, share in COMMON_DOMAINS for _ in range(share)]
        chosen = [draw.choice(domains) for _ in range(draw.randint(5, 15))]
        chosen += [must] if must else []
        entities = [self._entity(domain, areas, number) for number, domain in enumerate(chosen)]
        for number, name in enumerate(named):
            area = draw.choice(areas).name if draw.random() < 0.7 else None
            domain = draw.choice(("switch", "light", "switch", "cover", "scene", "fan"))
            entities.append(entity(f"{domain}.n{number}", name, area))
        return home_of(entities, areas, floors)

    def room(self) -> str:
        """A room's name."""
        draw, lists = self.draw, self.words.lists
        chance = draw.random()
        if chance < 0.72:
            name = draw.choice(lists["rooms"])
        elif chance < 0.82:
            name = f"{draw.choice(lists['people'])}'s {draw.choice(('room', 'bedroom', 'office'))}"
        elif chance < 0.92:
            name = f"{draw.choice(lists['adjectives'])} {draw.choice(lists['rooms'])}"
        else:
            name = f"{draw.choice(lists['rooms'])} {draw.randint(1, 3)}"
        return self._cased(name)

    def made_up(self) -> str:
        """A word that nobody has seen."""
        draw = self.draw
        syllables = self.words.lists["syllables"]
        return "".join(draw.choice(syllables) for _ in range(draw.randint(2, 3))).capitalize()

    def _entity(self, domain: str, areas: Sequence[Area], number: int) -> Entity:
        draw = self.draw
        word, device_class = draw.choice(self.words.kinds[domain])
        area = draw.choice(areas).name if draw.random() < 0.85 else None
        name = self._cased(self._name(domain, word, area))
        aliases = (self._cased(self._name(domain, word, area)),) if draw.random() < 0.06 else ()
        offered = self.words.lists["options"]
        count = min(4, len(offered)) if domain == "select" else 0
        options = tuple(draw.sample(offered, count))
        identifier = f"{domain}.e{number}"
        return entity(identifier, name, area, device_class, aliases=aliases, options=options)

    def _name(self, domain: str, word: str, area: str | None) -> str:
        draw, lists = self.draw, self.words.lists
        chance = draw.random()
        if domain in ("vacuum", "lawn_mower") and chance < 0.6:
            return self.made_up() if draw.random() < 0.4 else draw.choice(lists["pets"])
        if domain == "switch" and chance < 0.6:
            return draw.choice(lists["appliances"])
        if domain == "alarm_control_panel" and chance < 0.8:
            return word
        if domain == "scene":
            return f"{draw.choice(lists['moods'])}{draw.choice((' scene', ' mode', '', ' time'))}"
        return f"{self._which(area)} {word}".strip()

    def _which(self, area: str | None) -> str:
        """What tells a device from others of its kind; "" for nothing."""
        draw, lists = self.draw, self.words.lists
        return draw.choices(
            (
                area or draw.choice(lists["objects"]),
                draw.choice(lists["objects"]),
                draw.choice(lists["adjectives"]),
                f"{draw.choice(lists['people'])}'s",
                self.made_up(),
                "",
            ),
            (40, 20, 18, 7, 7, 8),
        )[0]

    def _cased(self, name: str) -> str:
        return name[:1].upper() + name[1:] if self.draw.random() < 0.8 else name.title()


def kind_words_of(each: Entity) -> list[str]:
    """What the entity can be called by its kind, singular and plural."""
    return [
        said
        for kind in KINDS.values()
        if kind.covers(each)
        for word in kind.words
        for said in (word, plural_of(word))
    ]
