"""Standing orders from the first word to the device: kept, carried out, explained, forgotten."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
from tests.flow.talking import Talk, entity, small_home, talk

from lamplighter.actions.settings import Policy

MOTION = "binary_sensor.motion"
DOOR = "binary_sensor.back"
FREEZER = "sensor.freezer"

Scene = Callable[[Talk], Coroutine[Any, Any, None]]


@pytest.fixture
def play(tmp_path: Path) -> Callable[[Scene], None]:
    """Plays a scene in the small home, with a few sensors more."""
    from dataclasses import replace

    home = small_home(
        replace(entity(MOTION, "Hall motion", "Hall"), device_class="motion"),
        replace(entity(DOOR, "Garden gate", "Hall"), device_class="door"),
        replace(entity(FREEZER, "Freezer", "Kitchen"), device_class="temperature", unit="°C"),
        states={MOTION: "off", DOOR: "off", FREEZER: "-18"},
    )

    def run(scene: Scene) -> None:
        async def played() -> None:
            async with talk(tmp_path, home) as talking:
                await scene(talking)

        asyncio.run(played())

    return run


def test_an_order_is_echoed_agreed_to_carried_out_and_put_back(
    play: Callable[[Scene], None],
) -> None:
    async def scene(talking: Talk) -> None:
        said = "when the hall motion sensor sees someone turn on the hall light for five minutes"
        assert await talking.say(said) == "confirm"
        assert talking.speech == (
            "When the Hall motion detects motion, I turn on the Hall light for 5 minutes. "
            "Shall I keep that?"
        )
        assert await talking.say("yes") == "scheduled"
        assert talking.speech == "All right. I call it the Hall motion order."
        turn = await talking.house.set({MOTION: "on"})
        assert turn.told == ("Turned on the Hall light, for 5 minutes.",)
        assert talking.state("light.hall") == "on"
        await talking.house.wait(talking.house.now + 330)
        assert talking.state("light.hall") == "off"
        await talking.house.set({MOTION: "off"})
        await talking.house.set({MOTION: "on"})
        assert talking.state("light.hall") == "on"

    play(scene)


def test_a_no_keeps_nothing(play: Callable[[Scene], None]) -> None:
    async def scene(talking: Talk) -> None:
        await talking.say("when the garden gate opens turn on the hall light")
        assert await talking.say("no") == "answered"
        await talking.house.set({DOOR: "on"})
        assert talking.state("light.hall") == "off"
        await talking.say("what standing orders are there")
        assert talking.speech == "There are no standing orders."

    play(scene)


def test_somebody_is_told_when_it_has_been_so_for_long_enough(
    play: Callable[[Scene], None],
) -> None:
    async def scene(talking: Talk) -> None:
        await talking.all("if the freezer goes above -12 for ten minutes tell me", "yes")
        await talking.house.set({FREEZER: "-11"})
        early = await talking.house.wait(talking.house.now + 500)
        assert early.told == ()
        late = await talking.house.wait(talking.house.now + 200)
        assert late.told == ("Freezer has been above -12 °C for 10 minutes. Freezer is -11 °C.",)

    play(scene)


def test_an_order_is_listed_explained_switched_off_and_forgotten(
    play: Callable[[Scene], None],
) -> None:
    async def scene(talking: Talk) -> None:
        await talking.all("whenever the garden gate opens turn on the hall light", "yes")
        await talking.say("what standing orders are there?")
        assert talking.speech == (
            "There is 1 standing order. Garden gate: When the Garden gate opens, I turn on the "
            "Hall light."
        )
        await talking.house.set({DOOR: "on"})
        await talking.say("why did the hall light go on?")
        assert talking.speech.startswith("The Hall light was turned on at ")
        assert "by the standing order “Garden gate”" in talking.speech
        await talking.all("turn off the hall light", "stop doing the garden gate thing")
        await talking.house.set({DOOR: "off"})
        await talking.house.set({DOOR: "on"})
        assert talking.state("light.hall") == "off"
        await talking.say("forget the garden gate order")
        assert talking.speech == "I forgot the Garden gate order."

    play(scene)


def test_a_condition_is_looked_at_once_and_now(play: Callable[[Scene], None]) -> None:
    async def scene(talking: Talk) -> None:
        assert await talking.say("if the freezer is above -12 turn on the hall light") == "answered"
        assert talking.speech == "Freezer is -18 °C, so I left the Hall light as it is."
        assert await talking.say("if the freezer is below -12 turn on the hall light") == "done"
        assert talking.state("light.hall") == "on"

    play(scene)


def test_what_is_risky_is_agreed_to_with_the_order_and_what_is_refused_is_not(
    play: Callable[[Scene], None],
) -> None:
    async def scene(talking: Talk) -> None:
        said = "when the garden gate opens open the garage door"
        assert await talking.say(said) == "confirm"
        assert await talking.say("yes") == "scheduled"
        await talking.house.set({DOOR: "on"})
        assert talking.state("cover.garage") in ("open", "opening")
        talking.use(Policy(refuse=("lock.unlock",)))
        assert await talking.say("when the garden gate opens unlock the front door") == "refused"

    play(scene)


def test_which_sensor_is_meant_is_asked_and_the_answer_goes_on(
    play: Callable[[Scene], None],
) -> None:
    async def scene(talking: Talk) -> None:
        said = "when the window opens turn on the hall light"
        assert await talking.say(said) == "clarify"
        assert await talking.say("the kitchen one") == "confirm"
        assert talking.speech.startswith("When the Kitchen window opens, I turn on the Hall light.")
        assert await talking.say("yes") == "scheduled"
        await talking.house.set({"binary_sensor.kitchen": "on"})
        assert talking.state("light.hall") == "on"

    play(scene)


def test_orders_that_set_each_other_off_are_suspended(play: Callable[[Scene], None]) -> None:
    async def scene(talking: Talk) -> None:
        await talking.all("when the hall light turns on turn the hall light off", "yes")
        await talking.all("when the hall light turns off turn the hall light on", "yes")
        turn = await talking.house.set({"light.hall": "on"})
        told = list(turn.told)
        for _ in range(5):
            told += (await talking.house.wait(talking.house.now + 1)).told
        assert any("I suspended the standing order" in each for each in told)
        await talking.say("list the standing orders")
        assert "It is suspended: it acted too often." in talking.speech

    play(scene)


def test_an_order_takes_no_answer_to_what_somebody_was_asked(
    play: Callable[[Scene], None],
) -> None:
    async def scene(talking: Talk) -> None:
        await talking.all("when the garden gate opens turn on the hall light", "yes")
        assert await talking.say("unlock the front door") == "confirm"
        await talking.house.set({DOOR: "on"})
        assert talking.state("lock.front") == "locked"
        assert await talking.say("yes") == "done"
        assert talking.state("lock.front") == "unlocked"

    play(scene)
