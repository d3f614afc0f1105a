"""A home and a watch over it, with clocks that go when they are told to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pytest

from lamplighter.catalogue.catalogue import Catalogue
from lamplighter.catalogue.entity import Entity, Reading
from lamplighter.config import Home
from lamplighter.orders.daylight import Daylight
from lamplighter.orders.kept import Kept
from lamplighter.orders.watch import Watch
from lamplighter.store.records.orders import OrderState

START = 1_700_000_000.0
"""The 14th of November 2023, 22:13 in UTC."""

ENTITIES = (
    ("binary_sensor.hall", "Hall motion", "motion", "", "off"),
    ("binary_sensor.back", "Back Door", "door", "", "off"),
    ("binary_sensor.front", "Front Door", "door", "", "off"),
    ("sensor.freezer", "Freezer", "temperature", "°C", "-18"),
    ("light.hall", "Hall light", None, "", "off"),
    ("light.porch", "Porch light", None, "", "off"),
)


class Watcher:
    """A watch and what it did."""

    def __init__(self, catalogue: Catalogue, daylight: Daylight | None = None) -> None:
        self.now = START
        self.catalogue = catalogue
        self.acted: list[int] = []
        self.news: list[str] = []
        self.announced: list[str] = []
        self.seen: Mapping[str, Any] = {}
        self.states: dict[int, OrderState] = {}
        self.broken = False
        self.watch = Watch(
            catalogue,
            daylight=lambda: daylight or Daylight(),
            clock=lambda: self.now,
            ageing=lambda: self.now,
            run=self._run,
            announce=self._announce,
            remember=self._remember,
            note=self._note,
        )

    async def say(self, entity_id: str, value: str, **attributes: Any) -> None:
        """A device tells something."""
        self.catalogue.read(entity_id, Reading(value, attributes), self.now)
        self.watch.state_changed(entity_id)
        await self.watch.finish(1.0)

    async def later(self, seconds: float) -> None:
        """Time goes by, with a tick at its end."""
        self.now += seconds
        self.watch.tick()
        await self.watch.finish(1.0)

    def again(self, orders: Iterable[Kept]) -> Watcher:
        """The next run, with the same home as it is known by then."""
        other = Watcher(self.catalogue)
        other.now = self.now
        other.watch.begin(orders, self.seen)
        return other

    async def _run(self, kept: Kept, news: str) -> None:
        if self.broken:
            raise RuntimeError(kept.name)
        self.acted.append(kept.id)
        if news:
            self.news.append(news)

    async def _announce(self, _kept: Kept, speech: str) -> None:
        self.announced.append(speech)

    def _remember(self, seen: Mapping[str, Any]) -> None:
        self.seen = seen

    def _note(self, number: int, _acted: float, state: OrderState) -> None:
        self.states[number] = state


@pytest.fixture
def catalogue() -> Catalogue:
    """A small home, every state known."""
    found = Catalogue(Home())
    for entity_id, name, device_class, unit, value in ENTITIES:
        domain = entity_id.split(".", maxsplit=1)[0]
        found.announce(
            Entity(entity_id, entity_id, "test", domain, name, device_class=device_class, unit=unit)
        )
        found.read(entity_id, Reading(value), START - 100)
    return found


@pytest.fixture
def watcher(catalogue: Catalogue) -> Watcher:
    """A watch without orders."""
    return Watcher(catalogue)
