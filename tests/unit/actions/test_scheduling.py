"""What is scheduled: kept, run once when due, missed when too late, changed by people."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from tests.flow.parts import Clock
from tests.unit.core.stand_ins import store_in

from lamplighter.actions.scheduling import Change, Due, Scheduler
from lamplighter.catalogue.catalogue import Catalogue
from lamplighter.config import Home
from lamplighter.store.records.schedule import Scheduled
from lamplighter.timekeeping.timekeeper import Stamp
from lamplighter.understanding.interpretation import Ask, Later, Timer, TimerOperation
from lamplighter.understanding.timing.when import Delay, Recurring

ASK = Ask("egg timer", area="Kitchen", user="ann", language="en")
EGG = Later(180.0, "", "Three minutes.", message="Your egg is ready.", name="Egg")
LAMP = Later(60.0, "lamp on", "In a minute.")


class Desk:
    """A scheduler on a real store; what falls due leaves it, as the journal sees to."""

    def __init__(self, folder: Path) -> None:
        self.clock = Clock()
        self.store = store_in(folder, self.clock)
        self.set_by = 0.0
        self.trusted = True
        self.ran: list[Due] = []
        self.announced: list[tuple[str, str]] = []
        self.scheduler = Scheduler(
            self.store.schedule,
            house=Catalogue(Home(time_zone="Europe/Zurich")),
            stamp=self.stamp,
            grace=60.0,
            run=self.run,
            announce=self.announce,
        )

    def stamp(self) -> Stamp:
        """The clock goes evenly here, unless the test sets it."""
        return Stamp(self.clock.now, "b1", self.clock.now - self.set_by, trusted=self.trusted)

    async def run(self, due: Due) -> None:
        self.ran.append(due)
        self.finish(due)

    async def announce(self, due: Due, speech: str) -> None:
        self.announced.append((due.name or due.text, speech))
        self.finish(due)

    def finish(self, due: Due) -> None:
        self.store.submit(lambda conn: self.store.schedule.complete(conn, due.id)).result(5.0)

    async def after(self, seconds: float) -> None:
        self.clock.now += seconds
        await self.scheduler.tick(self.clock.now)

    def add(self, later: Later) -> str:
        return self.keep(self.scheduler.add(later, ASK))

    def operate(self, operation: TimerOperation, **about: object) -> str:
        return self.keep(self.scheduler.operate(Timer(operation, **about), ASK))  # type: ignore[arg-type]  # fields

    def keep(self, change: Change) -> str:
        if change.write is not None:
            self.store.submit(change.write).result(5.0)
        return change.speech


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path)
    desk.store.start()
    yield desk
    desk.store.stop()


async def test_a_command_runs_once_when_it_is_due_with_who_asked(desk: Desk) -> None:
    assert desk.add(LAMP) == "In a minute."
    await desk.after(59.0)
    assert desk.ran == []
    await desk.after(1.0)
    await desk.after(1.0)
    [due] = desk.ran
    assert (due.text, due.late, due.created) == ("lamp on", 0.0, desk.clock.now - 61.0)
    assert due.ask == {"area": "Kitchen", "user": "ann", "language": "en", "origin": "broker"}
    assert desk.scheduler.waiting() == []


@pytest.mark.parametrize("by", [-86400.0, 3650 * 86400.0])
async def test_a_clock_set_anew_makes_nothing_due_sooner_or_later(desk: Desk, by: float) -> None:
    desk.add(LAMP)
    desk.add(EGG)
    desk.clock.now += by
    desk.set_by += by
    desk.trusted = False
    await desk.after(59.0)
    assert desk.ran == []
    assert desk.operate("status", name="egg") == "The Egg timer: 2 minutes 1 second left."
    await desk.after(2.0)
    assert [due.text for due in desk.ran] == ["lamp on"]
    await desk.after(120.0)
    assert desk.announced == [("Egg", "Your egg is ready.")]


async def test_a_timer_is_announced(desk: Desk) -> None:
    desk.add(EGG)
    await desk.after(180.0)
    assert desk.announced == [("Egg", "Your egg is ready.")]
    assert desk.ran == []


@pytest.mark.parametrize(
    ("later", "name", "speech"),
    [
        (LAMP, "lamp on", "I missed “lamp on”: I was off then."),
        (EGG, "Egg", "I missed “Your egg is ready.”: I was off then."),
    ],
)
async def test_what_is_too_late_is_said_and_not_done(
    desk: Desk, later: Later, name: str, speech: str
) -> None:
    desk.add(later)
    await desk.after(later.delay_s + 61.0)
    assert desk.ran == []
    assert desk.announced == [(name, speech)]


async def test_nothing_waits(desk: Desk) -> None:
    assert desk.operate("status") == "No timer is set."
    assert desk.operate("cancel", name="pizza") == "There is no such timer."


async def test_the_time_left_is_told(desk: Desk) -> None:
    desk.add(EGG)
    desk.add(Later(3725.0, "", "", name=""))
    desk.clock.now += 60.0
    assert desk.operate("status", name="egg") == "The Egg timer: 2 minutes left."
    told = desk.operate("status", length_s=3725.0)
    assert told == "The 1 hour 2 minutes timer: 1 hour 1 minute left."


async def test_the_named_one_is_cancelled_and_no_other(desk: Desk) -> None:
    desk.add(EGG)
    desk.add(LAMP)
    assert desk.operate("cancel", name="egg") == "Cancelled the Egg timer."
    assert [due.text for due in desk.scheduler.waiting()] == ["lamp on"]
    assert desk.operate("cancel_all") == "Cancelled 1 timer."
    await desk.after(200.0)
    assert (desk.ran, desk.announced) == ([], [])


async def test_a_timer_is_made_longer_and_shorter(desk: Desk) -> None:
    desk.add(EGG)
    longer = desk.operate("increase", by_s=60.0)
    assert longer == "The Egg timer now has 4 minutes left."
    await desk.after(200.0)
    assert desk.announced == []
    shorter = desk.operate("decrease", by_s=600.0)
    assert shorter == "The Egg timer now has 0 seconds left."
    await desk.after(0.0)
    assert desk.announced == [("Egg", "Your egg is ready.")]


async def test_timers_of_another_area_are_not_meant(desk: Desk) -> None:
    desk.add(EGG)
    assert desk.operate("cancel", area="Loft") == "No timer is set."
    assert desk.operate("cancel", area="kitchen") == "Cancelled the Egg timer."


async def test_a_timer_is_paused_and_goes_on_from_there(desk: Desk) -> None:
    desk.add(EGG)
    await desk.after(60.0)
    assert desk.operate("pause") == "Paused the Egg timer, 2 minutes left."
    assert "paused already" in desk.operate("pause")
    await desk.after(1000.0)
    assert desk.operate("status") == "The Egg timer: 2 minutes left, paused."
    assert desk.operate("increase", by_s=60.0) == "The Egg timer now has 3 minutes left."
    assert desk.operate("resume") == "The Egg timer goes on, 3 minutes left."
    assert "is running" in desk.operate("resume")
    await desk.after(179.0)
    assert desk.announced == []
    await desk.after(1.0)
    assert desk.announced == [("Egg", "Your egg is ready.")]


async def test_a_command_can_not_be_paused(desk: Desk) -> None:
    desk.add(LAMP)
    assert "can't pause" in desk.operate("pause")


DAILY = Later(0.0, "blinds up", "Every day at 7:00.", when=Recurring(at=time(7)))


def clock_time(due: Due) -> tuple[time, bool]:
    """When it is due at home; whether that is within a day."""
    at = datetime.fromtimestamp(due.at, ZoneInfo("Europe/Zurich"))
    return at.time(), due.late >= -86400.0


@pytest.mark.parametrize("by", [-400 * 86400.0, -3 * 3600.0, 3 * 3600.0, 200 * 86400.0])
async def test_a_habit_follows_the_clock_that_is_set(desk: Desk, by: float) -> None:
    desk.add(DAILY)
    await desk.after(0.0)
    desk.clock.now += by
    desk.set_by += by
    await desk.after(0.0)
    assert desk.ran == []
    [due] = desk.scheduler.waiting()
    assert clock_time(due) == (time(7), True)


async def test_a_clock_that_was_a_little_fast_makes_it_happen_once(desk: Desk) -> None:
    desk.add(DAILY)
    [due] = desk.scheduler.waiting()
    write = desk.scheduler.going_on(due)
    assert write is not None
    desk.clock.now = due.at
    desk.store.submit(write).result(5.0)
    desk.clock.now -= 30.0
    desk.set_by -= 30.0
    await desk.after(0.0)
    await desk.after(60.0)
    assert desk.ran == []
    [again] = desk.scheduler.waiting()
    assert again.at == due.at + 86400.0


async def test_what_was_cancelled_meanwhile_does_not_go_on(desk: Desk) -> None:
    desk.add(DAILY)
    [due] = desk.scheduler.waiting()
    write = desk.scheduler.going_on(due)
    assert write is not None
    desk.store.submit(lambda conn: desk.store.schedule.cancel(conn, due.id)).result(5.0)
    desk.store.submit(write).result(5.0)
    assert desk.scheduler.waiting() == []


async def test_no_time_of_day_is_planned_by_a_clock_that_is_not_trusted(desk: Desk) -> None:
    desk.trusted = False
    change = desk.scheduler.add(DAILY, ASK)
    assert change.write is None
    assert "what time it is" in change.speech
    assert desk.add(LAMP) == "In a minute."


async def test_rows_of_before_times_were_kept_are_read(desk: Desk) -> None:
    now = desk.stamp()
    data = {"message": "", "name": "", "length": 60.0, "confirmed": True, "ask": {"area": "Loft"}}
    old = Scheduled(
        now.wall + 60.0, "ask", "lamp on", data, now.wall, boot="b1", uptime=now.uptime + 60.0
    )
    desk.store.schedule.put(old).result(5.0)
    await desk.after(60.0)
    [due] = desk.ran
    assert (due.text, due.confirmed, due.when, due.intents) == ("lamp on", True, Delay(60.0), ())
    assert due.said().area == "Loft"
