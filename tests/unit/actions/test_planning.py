"""What is planned is found by the words that people use for it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from tests.flow.parts import Clock
from tests.unit.core.stand_ins import store_in

from lamplighter.actions.due import Due
from lamplighter.actions.scheduling import Scheduler
from lamplighter.catalogue.catalogue import Catalogue
from lamplighter.catalogue.entity import Entity
from lamplighter.config import Area, Home
from lamplighter.timekeeping.timekeeper import Stamp
from lamplighter.understanding.interpretation import Ask, Later, Planned, ScheduleOperation
from lamplighter.understanding.timing.when import Delay, Interval, Moment, Recurring

NOON = datetime(2026, 11, 20, 12, tzinfo=ZoneInfo("Europe/Zurich"))
ANN = Ask("x", user="ann")
PLANS = {
    "lamp": (
        Later(0.0, "turn off the reading lamp", "", when=Moment(date(2026, 11, 20), time(19))),
        "light.reading",
    ),
    "blinds": (
        Later(0.0, "open the blinds", "", when=Recurring(at=time(7, 30))),
        "cover.lounge",
    ),
    "heating": (
        Later(0.0, "set it to 21", "", when=Moment(date(2026, 11, 21), time(6))),
        "climate.hall",
    ),
    "fan": (Later(600.0, "turn on the fan", "", when=Delay(600.0)), "fan.bedroom"),
    "pump": (Later(7200.0, "run the pump", "", when=Interval(7200.0)), "switch.pump"),
    "pizza": (Later(600.0, "", "", message="Your pizza timer is done.", name="pizza"), ""),
}


class Desk:
    """A scheduler in a small home, with everything of ``PLANS`` planned by Ann."""

    def __init__(self, folder: Path) -> None:
        self.clock = Clock(NOON.timestamp())
        self.store = store_in(folder, self.clock)
        house = Catalogue(Home(areas=(Area("Bedroom"), Area("Lounge")), time_zone="Europe/Zurich"))
        for entity_id, name, area in (
            ("light.reading", "Reading Lamp", "Bedroom"),
            ("cover.lounge", "Lounge Blinds", "Lounge"),
            ("climate.hall", "Thermostat", None),
            ("fan.bedroom", "Tower", "Bedroom"),
            ("switch.pump", "Pump", None),
        ):
            domain = entity_id.partition(".")[0]
            house.announce(Entity(entity_id, entity_id, "p", domain, name, area=area))
        self.scheduler = Scheduler(
            self.store.schedule,
            house=house,
            stamp=lambda: Stamp(self.clock.now, "b", self.clock.now, trusted=True),
            grace=60.0,
            run=self.nothing,
            announce=self.nothing,
        )

    async def nothing(self, *_due: object) -> None:
        raise AssertionError

    def plan(self) -> None:
        for later, about in PLANS.values():
            change = self.scheduler.add(later, ANN, about=(about,) if about else ())
            assert change.write is not None
            self.store.submit(change.write).result(5.0)

    def operate(self, operation: ScheduleOperation, said: str = "") -> str:
        change = self.scheduler.operate(Planned(operation, said), ANN)
        if change.write is not None:
            self.store.submit(change.write).result(5.0)
        return change.speech

    def left(self) -> set[str]:
        return {_name(due) for due in self.scheduler.waiting()}


def _name(due: Due) -> str:
    if due.name:
        return due.name
    return next(key for key, (later, _) in PLANS.items() if later.text == due.text)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path)
    desk.store.start()
    desk.plan()
    yield desk
    desk.store.stop()


@pytest.mark.parametrize(
    ("said", "gone"),
    [
        ("the reading lamp", "lamp"),
        ("turning off the lamp", "lamp"),
        ("the lights at seven", "lamp"),
        ("the one at 7 pm", "lamp"),
        ("the lounge thing", "blinds"),
        ("the blinds", "blinds"),
        ("the thing at half past seven", "blinds"),
        ("the heating", "heating"),
        ("tomorrow's heating", "heating"),
        ("the fan", "fan"),
        ("the tower", "fan"),
        ("the pump every two hours", "pump"),
        ("the pizza timer", "pizza"),
        ("the timer", "pizza"),
    ],
)
def test_one_is_found_and_cancelled(desk: Desk, said: str, gone: str) -> None:
    assert desk.operate("cancel", said).startswith("Cancelled ")
    assert desk.left() == set(PLANS) - {gone}


@pytest.mark.parametrize("said", ["the garage", "the lamp at nine", "the bedroom blinds"])
def test_what_is_not_planned_is_not_cancelled(desk: Desk, said: str) -> None:
    assert desk.operate("cancel", said) == "Nothing like that is planned."
    assert desk.left() == set(PLANS)


def test_which_of_several_is_asked(desk: Desk) -> None:
    assert desk.operate("cancel", "the bedroom thing") == (
        "Which one do you mean: “turn on the fan” in 10 minutes or "
        "“turn off the reading lamp” today at 19:00?"
    )
    assert desk.left() == set(PLANS)


def test_what_is_planned_for_a_day_or_an_evening(desk: Desk) -> None:
    assert desk.operate("list", "tomorrow") == (
        "2 things are planned: “set it to 21” (Thermostat) tomorrow at 6:00; "
        "“open the blinds” every day at 7:30."
    )
    assert desk.operate("list", "tonight") == (
        "Planned: “turn off the reading lamp” today at 19:00."
    )
    assert desk.operate("list", "timers") == "Planned: the pizza timer (10 minutes left)."


def test_all_of_a_room(desk: Desk) -> None:
    desk.operate("cancel_all", "the bedroom")
    assert desk.left() == set(PLANS) - {"lamp", "fan"}
    desk.operate("cancel_all")
    assert desk.left() == set()
    assert desk.operate("list") == "Nothing is planned."
