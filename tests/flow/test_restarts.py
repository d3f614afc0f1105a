"""What was planned, timed and ordered goes on after the process was killed."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tools.understanding.cases import shared_templates
from tools.understanding.homes import SimulatedHome, read_home
from tools.understanding.house import House, Turn

_HOME = """
name: Mill cottage
units: metric
time_zone: Europe/Berlin
location: {latitude: 52.5, longitude: 13.4}
now: 2026-03-10T18:00
floors: [Ground floor]
areas:
  - {name: Kitchen, floor: Ground floor}
  - {name: Cellar, floor: Ground floor}
entities:
  - {id: light.counter, name: Counter light, area: Kitchen, state: "off", can: [dim]}
  - {id: switch.pump, name: Pond pump, state: "off"}
  - {id: fan.cellar, name: Cellar fan, area: Cellar, state: "off", can: [speed]}
  - {id: vacuum.rover, name: Rover, area: Kitchen, state: docked, fan_speeds: [quiet, max]}
  - id: binary_sensor.cellar
    name: Cellar motion
    area: Cellar
    device_class: motion
    state: "off"
"""
MINUTE = 60.0


class Killed:
    """A house whose process can be killed: what its store had committed is all that stays."""

    def __init__(self, home: SimulatedHome, folder: Path) -> None:
        self.folder = folder
        self.house = House(home, folder / "0", shared_templates)
        self._lives = [self.house]

    async def start(self) -> None:
        """Starts the first process."""
        await self.house.start()

    async def kill(self, *, away: float = 0.0) -> None:
        """Kills the process where it stands; another one starts after so many seconds."""
        old = self.house
        folder = self.folder / str(len(self._lives))
        shutil.copytree(old.folder, folder)
        states = {each.id: old.parts.catalogue.state(each.id) for each in old.home.entities}
        self.house = House(replace(old.home, states=states), folder, shared_templates)
        self.house.now = old.now + away
        self.house.said = old.said
        self._lives.append(self.house)
        await self.house.start()

    async def stop(self) -> None:
        """Lets go of what every process holds."""
        for life in self._lives:
            await life.stop()

    async def say(self, text: str) -> Mapping[str, Any]:
        """The reply to a sentence."""
        reply = (await self.house.say(text)).reply
        assert reply is not None
        return reply

    async def wait(self, seconds: float) -> Turn:
        """Lets time pass."""
        return await self.house.wait(self.house.now + seconds)

    def state(self, entity_id: str) -> str | None:
        """What a device is."""
        return self.house.parts.catalogue.state(entity_id).value


@pytest.fixture
async def killed(tmp_path: Path) -> AsyncIterator[Killed]:
    described = tmp_path / "home.yaml"
    described.write_text(_HOME, encoding="utf-8")
    found = Killed(read_home(described), tmp_path)
    await found.start()
    yield found
    await found.stop()


async def test_what_was_planned_is_done_by_the_next_process(killed: Killed) -> None:
    assert (await killed.say("send Rover out at seven on quiet"))["outcome"] == "scheduled"
    await killed.kill()
    assert "Rover" in (await killed.say("what's planned?"))["speech"]
    await killed.wait(61 * MINUTE)
    assert killed.state("vacuum.rover") == "cleaning"


async def test_a_while_ends_though_the_process_was_killed_in_it(killed: Killed) -> None:
    await killed.say("pond pump on until half past six")
    assert killed.state("switch.pump") == "on"
    await killed.kill(away=10 * MINUTE)
    assert killed.state("switch.pump") == "on"
    await killed.wait(21 * MINUTE)
    assert killed.state("switch.pump") == "off"


async def test_an_end_that_fell_into_the_dark_comes_late(killed: Killed) -> None:
    await killed.say("pond pump on for ten minutes")
    await killed.kill(away=60 * MINUTE)
    await killed.wait(MINUTE)
    assert killed.state("switch.pump") == "off"


async def test_a_timer_runs_on(killed: Killed) -> None:
    await killed.say("twelve minutes for the rice")
    await killed.wait(5 * MINUTE)
    await killed.kill(away=MINUTE)
    assert "minutes" in (await killed.say("how long for the rice"))["speech"]
    told = (await killed.wait(7 * MINUTE)).told
    assert any("rice" in each for each in told)


async def test_a_time_that_was_put_right_stays_so(killed: Killed) -> None:
    await killed.say("counter light on at nine")
    await killed.say("no, at eight")
    await killed.kill()
    speech = (await killed.say("what's planned?"))["speech"]
    assert "20:00" in speech
    assert "21:00" not in speech


async def test_what_was_cancelled_stays_cancelled(killed: Killed) -> None:
    await killed.say("counter light on in an hour")
    await killed.kill()
    assert "Cancelled" in (await killed.say("cancel the counter light"))["speech"]
    await killed.kill()
    await killed.wait(70 * MINUTE)
    assert killed.state("light.counter") == "off"


async def test_a_habit_goes_on_and_is_done_once_a_day(killed: Killed) -> None:
    await killed.say("turn the counter light on every day at seven in the evening")
    await killed.wait(61 * MINUTE)
    assert killed.state("light.counter") == "on"
    await killed.say("counter light off")
    await killed.kill()
    await killed.wait(30 * MINUTE)
    assert killed.state("light.counter") == "off"


async def test_an_order_is_followed_by_the_next_process(killed: Killed) -> None:
    said = await killed.say("when the cellar motion goes off, turn the cellar fan on for 5 minutes")
    assert said["outcome"] == "confirm"
    await killed.say("yes")
    await killed.kill()
    await killed.house.set({"binary_sensor.cellar": "on"})
    assert killed.state("fan.cellar") == "on"
    await killed.kill(away=MINUTE)
    await killed.wait(5 * MINUTE)
    assert killed.state("fan.cellar") == "off"
