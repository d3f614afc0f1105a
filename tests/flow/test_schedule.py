"""Times of day, habits and ends: done when due, over restarts and kills, by the fake clock."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from tests.flow.parts import Room, ask

from lamplighter.actions.settings import Policy
from lamplighter.config import Home, Location
from lamplighter.plugin import Message
from lamplighter.understanding.intents import Intent
from lamplighter.understanding.interpretation import Act, Later, Planned, Result, Step
from lamplighter.understanding.timing.requests import JUST_NOW
from lamplighter.understanding.timing.when import Delay, Interval, Moment, Recurring, SunMoment

ZURICH = ZoneInfo("Europe/Zurich")
HOME = Home(time_zone="Europe/Zurich", location=Location(47.37, 8.54))
TOMORROW = date(2023, 11, 15)
"""A Wednesday: the rooms' clock starts on Tuesday at 23:13:20 in Zurich."""

ON = Act((Step("switch.a", "turn_on"),), "A is on.")
OFF = Act((Step("switch.a", "turn_off"),), "A is off.")
DAILY = Later(0.0, "a on", "Every day at 7:00.", when=Recurring(at=time(7)))
KNOWN: dict[str, Result] = {
    "a on": ON,
    "b on": Act((Step("switch.b", "turn_on"),), "B is on."),
    "for half an hour": replace(ON, until=Delay(1800.0)),
    "for an hour": replace(ON, until=Delay(3600.0)),
    "off for an hour": replace(OFF, until=Delay(3600.0)),
    "until midnight": replace(ON, until=Moment(TOMORROW, time(0))),
    "until sunset": replace(ON, until=SunMoment(TOMORROW, "sunset")),
    "both for half an hour": Act(
        (*ON.steps, Step("switch.b", "turn_on")), "Both are on.", until=Delay(1800.0)
    ),
    "daily": replace(DAILY, intents=(Intent("HassTurnOn", {"ids": ("switch.a",)}),)),
    "daily for an hour": replace(DAILY, until=Delay(3600.0)),
    "hourly": Later(0.0, "a on", "Every hour.", when=Interval(3600.0)),
    "at midnight": Later(0.0, "a on", "At midnight.", when=Moment(TOMORROW, time(0))),
    "now and later": replace(ON, then=(Later(0.0, "b on", "", when=Moment(TOMORROW, time(7))),)),
    "at seven and at eight": replace(
        DAILY, then=(Later(0.0, "b on", "", when=Recurring(at=time(8))),)
    ),
    "what's planned": Planned("list"),
    "what's tomorrow": Planned("list", "tomorrow"),
    "cancel a": Planned("cancel", "the a thing"),
    "cancel 7": Planned("cancel", "the 7 o'clock thing"),
    "cancel one": Planned("cancel", "the thing"),
    "cancel the loft": Planned("cancel", "the loft"),
    "cancel what was just planned": Planned("cancel", JUST_NOW),
    "cancel everything": Planned("cancel_all"),
}


class House:
    """A room that can be restarted, with the clock going on, whose switches do as they are told."""

    def __init__(self, folder: Path, policy: Policy | None = None, home: Home = HOME) -> None:
        self.folder = folder
        self.policy = policy
        self.home = home
        self.told: list[tuple[str, str]] = []
        self.replies: list[dict[str, Any]] = []
        self.room = Room(folder, KNOWN, policy, home=home)
        self.room.start()

    def restart(self) -> None:
        """As after a kill: what was not committed is gone."""
        now = self.room.clock.now
        self.room.stop()
        self.room = Room(self.folder, KNOWN, self.policy, home=self.home)
        self.room.start()
        self.room.clock.now = now

    async def ask(self, text: str) -> str:
        """What is said to it."""
        self.replies = []
        await self._follow(lambda: self.room.commander.handle(self._message(text)))
        return str(self.replies[-1]["speech"])

    async def at(self, day: int, hour: int, minute: int = 0) -> list[tuple[str, str]]:
        """The clock goes to that time in November; returns what the switches were told then."""
        self.room.clock.now = datetime(2023, 11, day, hour, minute, tzinfo=ZURICH).timestamp()
        return await self.after(0.0)

    async def after(self, seconds: float) -> list[tuple[str, str]]:
        """The clock goes on; returns what the switches were told then."""
        self.told, self.replies = [], []
        self.room.clock.now += seconds
        await self._follow(lambda: self.room.commander.scheduler.tick(self.room.clock()))
        return self.told

    async def cut_short(self, text: str) -> None:
        """Asks, and the daemon is killed once the switches were told: nothing was answered."""
        await self.killed(self.room.commander.handle(self._message(text)))

    async def killed(self, work: Coroutine[Any, Any, None]) -> None:
        """The daemon is killed in the midst of its work, once the switches were told."""
        task = asyncio.create_task(work)
        for _ in range(1000):
            waiting = [row.publication.topic for row in self.room.store.outbox.rows()]
            if any(topic.startswith("set/") for topic in waiting):
                break
            await asyncio.sleep(0.002)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        self._take()
        self.restart()

    def _message(self, text: str) -> Message:
        return replace(ask(text), arrived=self.room.clock.now)

    def planned(self) -> list[str]:
        """When what waits is due, by the home's clock."""
        waiting = self.room.commander.scheduler.waiting()
        return [f"{datetime.fromtimestamp(due.at, ZURICH):%d %H:%M:%S}" for due in waiting]

    async def _follow(self, start: Callable[[], Awaitable[None]]) -> None:
        task = asyncio.ensure_future(start())
        while not task.done():
            self._take()
            await asyncio.sleep(0.002)
        await task
        self._take()

    def _take(self) -> None:
        for each in self.room.send_all():
            if each.topic.endswith("/reply"):
                self.replies.append(json.loads(each.payload))
            elif each.topic.startswith("set/"):
                entity = each.topic.removeprefix("set/")
                value = "on" if b"turn_on" in each.payload else "off"
                self.told.append((entity[-1], value))
                self.room.say(entity, value)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path)
    house.room.say("switch.a", "off")
    house.room.say("switch.b", "off")
    yield house
    house.room.stop()


async def test_a_habit_goes_on_over_days_and_a_restart(house: House) -> None:
    assert await house.ask("daily") == "Every day at 7:00."
    assert await house.at(15, 6, 59) == []
    assert await house.at(15, 7) == [("a", "on")]
    assert house.replies[-1]["speech"] == "A is on."
    assert await house.after(60.0) == []
    house.restart()
    assert await house.after(60.0) == []
    assert await house.at(16, 7) == [("a", "on")]
    assert house.planned() == ["17 07:00:00"]


async def test_a_habit_that_was_missed_is_said_and_goes_on(house: House) -> None:
    await house.ask("daily")
    house.restart()
    assert await house.at(17, 9) == []
    assert "missed" in house.replies[-1]["speech"]
    assert house.planned() == ["18 07:00:00"]
    assert await house.at(18, 7) == [("a", "on")]


async def test_a_habit_cut_short_when_it_was_due_goes_on_once(house: House) -> None:
    await house.ask("daily")
    house.room.clock.now = datetime(2023, 11, 15, 7, tzinfo=ZURICH).timestamp()
    await house.killed(house.room.commander.scheduler.tick(house.room.clock()))
    assert house.told == [("a", "on")]
    house.room.say("switch.a", "on")
    assert await house.after(1.0) == []  # it is concluded, not sent again
    assert house.replies[-1]["outcome"] == "done"
    assert house.planned() == ["16 07:00:00"]


async def test_an_interval_keeps_in_step(house: House) -> None:
    await house.ask("hourly")
    assert await house.after(3600.0 + 20.0) == [("a", "on")]
    assert await house.after(3600.0 - 21.0) == []
    assert await house.after(1.0) == [("a", "on")]
    assert house.planned() == ["15 02:13:20"]


async def test_for_half_an_hour(house: House) -> None:
    assert await house.ask("for half an hour") == "A is on, for 30 minutes."
    assert await house.after(1799.0) == []
    assert await house.after(1.0) == [("a", "off")]
    assert house.replies[-1]["outcome"] == "done"
    assert house.planned() == []


async def test_the_end_is_kept_with_what_was_sent_whenever_it_is_cut_short(house: House) -> None:
    await house.cut_short("for half an hour")
    assert house.planned() == ["14 23:43:20"]
    assert await house.after(1800.0) == [("a", "off")]


async def test_what_was_on_already_goes_off_at_the_end(house: House) -> None:
    house.room.say("switch.a", "on")
    await house.ask("for half an hour")
    assert await house.after(1800.0) == [("a", "off")]


async def test_what_was_off_already_stays_off(house: House) -> None:
    await house.ask("off for an hour")
    assert await house.after(3600.0) == [("a", "off")]


async def test_a_later_end_of_the_same_thing_replaces_the_first(house: House) -> None:
    await house.ask("both for half an hour")
    await house.after(600.0)
    await house.ask("for an hour")
    assert await house.after(1200.0) == [("b", "off")]
    assert await house.after(2400.0) == [("a", "off")]
    assert house.planned() == []


async def test_an_end_comes_late_rather_than_never(house: House) -> None:
    await house.ask("for half an hour")
    house.restart()
    assert await house.after(3 * 3600.0) == [("a", "off")]
    await house.ask("for half an hour")
    assert await house.after(24 * 3600.0) == []
    assert "missed" in house.replies[-1]["speech"]


async def test_until_a_time_of_day(house: House) -> None:
    await house.ask("until midnight")
    assert house.planned() == ["15 00:00:00"]
    assert await house.at(15, 0) == [("a", "off")]


async def test_until_sunset_needs_to_know_where_the_home_is(tmp_path: Path) -> None:
    house = House(tmp_path, home=Home(time_zone="Europe/Zurich"))
    house.told = []
    assert "home.location" in await house.ask("until sunset")
    assert house.replies[-1]["outcome"] == "refused"
    assert (house.told, house.planned()) == ([], [])
    house.room.stop()


async def test_each_time_of_a_habit_has_its_end(house: House) -> None:
    await house.ask("daily for an hour")
    for day in (15, 16):
        assert await house.at(day, 7) == [("a", "on")]
        assert await house.at(day, 8) == [("a", "off")]


async def test_now_and_later_in_one_sentence(house: House) -> None:
    await house.cut_short("now and later")
    assert house.planned() == ["15 07:00:00"]
    assert await house.at(15, 7) == [("b", "on")]


async def test_two_plans_of_one_sentence(house: House) -> None:
    await house.ask("at seven and at eight")
    assert house.planned() == ["15 07:00:00", "15 08:00:00"]


async def test_what_is_agreed_to_moments_later_is_still_for_today(house: House) -> None:
    house.policy = Policy(confirm=("switch.turn_on",))
    house.restart()
    house.room.clock.now = datetime(2023, 11, 14, 23, 59, 50, tzinfo=ZURICH).timestamp()
    assert "Shall I really" in await house.ask("at midnight")
    house.room.clock.now += 20.0
    await house.ask("yes")
    assert await house.after(1.0) == [("a", "on")]


async def test_a_risky_end_is_agreed_to_before_it_begins(house: House) -> None:
    house.policy = Policy(confirm=("switch.turn_off",))
    house.restart()
    house.room.say("switch.a", "off")
    assert "turn off the A" in await house.ask("for half an hour")
    assert house.told == []
    await house.ask("yes")
    assert await house.after(1800.0) == [("a", "off")]


async def test_what_is_planned_is_told(house: House) -> None:
    assert await house.ask("what's planned") == "Nothing is planned."
    await house.ask("daily for an hour")
    assert await house.ask("what's planned") == ("Planned: “a on” every day at 7:00 for 1 hour.")
    await house.ask("at midnight")
    assert await house.ask("what's planned") == (
        "2 things are planned: “a on” tomorrow at 0:00; “a on” every day at 7:00 for 1 hour."
    )


async def test_one_of_the_planned_is_cancelled_by_its_time(house: House) -> None:
    await house.ask("daily")
    await house.ask("at midnight")
    assert await house.ask("cancel one") == (
        "Which one do you mean: “a on” tomorrow at 0:00 or “a on” every day at 7:00?"
    )
    assert await house.ask("cancel the loft") == "Nothing like that is planned."
    assert await house.ask("cancel 7") == "Cancelled “a on” every day at 7:00."
    assert house.planned() == ["15 00:00:00"]
    assert await house.ask("cancel a") == "Cancelled “a on” tomorrow at 0:00."
    assert house.planned() == []


async def test_everything_planned_is_cancelled(house: House) -> None:
    await house.ask("daily")
    await house.ask("for half an hour")
    assert await house.ask("cancel everything") == (
        "Cancelled “turn off A” in 30 minutes and “a on” every day at 7:00."
    )
    assert await house.at(15, 7) == []


async def test_what_was_planned_just_now_is_taken_back(house: House) -> None:
    await house.ask("daily")
    house.room.clock.now += 600.0
    assert await house.ask("cancel what was just planned") == "Nothing like that is planned."
    await house.ask("at seven and at eight")
    said = await house.ask("cancel what was just planned")
    assert said == "Cancelled “a on” every day at 7:00 and “b on” every day at 8:00."
    assert house.planned() == ["15 07:00:00"]
