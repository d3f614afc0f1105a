"""What was done to devices is told to the machines in their area, with who asked for it."""

from __future__ import annotations

from typing import Any

import pytest

from lamplighter.area_actions import AreaActions
from lamplighter.catalogue.catalogue import Catalogue
from lamplighter.catalogue.entity import Entity
from lamplighter.config import Home
from lamplighter.faults.evidence.record import ActionTaken, Evidence
from lamplighter.faults.monitor import EpisodeDue, FaultMonitor
from lamplighter.faults.settings import Faults, Limits, Machine, Tag
from lamplighter.plugin import Sample
from lamplighter.understanding.interpretation import Ask

START = 1_772_373_909.0


class Hall:
    """A pump in the boiler house with a fan and a lamp."""

    def __init__(self) -> None:
        self.now = START
        pump = Machine("p1", area="Boiler house", tags={"t": Tag("t", limits=Limits(high=5.0))})
        self.monitor = FaultMonitor([pump], clock=lambda: self.now, config=Faults(settle=5.0))
        self.catalogue = Catalogue(Home())
        for name, area in (("Exhaust fan", "boiler house"), ("Lamp", "Hall"), ("Stray", None)):
            entity_id = f"fan.{name.replace(' ', '_').lower()}"
            self.catalogue.announce(Entity(entity_id, name, "test", "fan", name, area=area))
        self.actions = AreaActions(self.catalogue, self.monitor, lambda: self.now)

    def do(self, name: str, user: str | None = None, **changes: Any) -> None:
        action = {
            "device": f"fan.{name.replace(' ', '_').lower()}",
            "name": name,
            "service": "fan.set_percentage",
            "params": {"percentage": 80.0, "mode": "on"},
            "confirmed": True,
            **changes,
        }
        self.actions.take(Ask("faster", user=user), [action])

    def evidence(self) -> Evidence:
        self.monitor.sample(Sample("p1", "t", 9.0, self.now))
        self.now += 10.0
        changes = self.monitor.tick(self.now)
        return next(each.evidence for each in changes if isinstance(each, EpisodeDue))


def test_an_action_in_the_machines_area_is_told() -> None:
    hall = Hall()
    hall.do("Exhaust fan", "kim")
    hall.do("Exhaust fan")
    hall.do("Lamp")
    hall.do("Stray")
    hall.do("Unknown")
    said = "Exhaust fan: set percentage (percentage 80)"
    assert hall.evidence().actions == (
        ActionTaken(said, "kim", START),
        ActionTaken(said, "the agent", START),
    )


@pytest.mark.parametrize("changes", [{"confirmed": False}, {"problem": "is waiting"}])
def test_what_failed_is_not_told(changes: dict[str, Any]) -> None:
    hall = Hall()
    hall.do("Exhaust fan", **changes)
    assert hall.evidence().actions == ()
