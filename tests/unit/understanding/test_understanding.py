"""The way of a sentence through cache and rules to steps, answers and questions back."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import pytest

from lamplighter.catalogue.catalogue import Catalogue
from lamplighter.catalogue.entity import Reading
from lamplighter.understanding.interpretation import (
    Act,
    Answer,
    Ask,
    Clarify,
    Later,
    NotUnderstood,
    Timer,
)
from lamplighter.understanding.templates import Templates
from lamplighter.understanding.understanding import Understanding


@pytest.fixture
async def understanding(
    catalogue: Catalogue, templates: Callable[[str], Templates]
) -> AsyncIterator[Understanding]:
    found = Understanding(catalogue, None, clock=lambda: 1_700_000_000.0, templates=templates)
    await found.start()
    yield found
    found.stop()


async def steps(understanding: Understanding, text: str, area: str | None = None) -> list[str]:
    result = (await understanding.interpret(Ask(text, area=area))).result
    assert isinstance(result, Act), (text, result)
    return [
        f"{step.entity_id} {step.service}"
        + "".join(f" {key}={value}" for key, value in step.params.items())
        for step in result.steps
    ]


@pytest.mark.parametrize(
    ("text", "language", "told"),
    [
        ("the left blind needs some love", "en", True),
        ("what a lovely day it is", "en", False),
        ("the left blind needs some love", "de", False),
        ("don't touch the left blind", "en", False),
    ],
)
async def test_a_missing_model_is_told_where_it_might_have_understood(
    understanding: Understanding, text: str, language: str, *, told: bool
) -> None:
    understanding.use(None, away="not enough memory")
    found = await understanding.interpret(Ask(text, language=language))
    assert isinstance(found.result, NotUnderstood)
    sentence = "The language model is not loaded (not enough memory)."
    assert (sentence in found.result.speech, sentence in found.explain) == (told, told)
    understanding.use(None, away="")
    again = await understanding.interpret(Ask(text, language=language))
    assert isinstance(again.result, NotUnderstood)
    assert "language model" not in again.result.speech


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("turn on the kitchen lights", ["light.ceiling turn_on", "light.counter turn_on"]),
        ("turn off the fan", ["fan.ceiling turn_off"]),
        ("set the kitchen ceiling light to 50%", ["light.ceiling turn_on brightness_pct=50"]),
        ("make the reading lamp red", ["light.reading turn_on rgb_color=[255, 0, 0]"]),
        ("dim the kitchen ceiling light", ["light.ceiling turn_on brightness_pct=20"]),
        ("close the left blind", ["cover.left close"]),
        (
            "open the blinds halfway",
            ["cover.left set_position position=50", "cover.right set_position position=50"],
        ),
        ("stop the left blind", ["cover.left stop"]),
        ("unlock the back door", ["lock.back unlock"]),
        ("set the bedroom to 21 degrees", ["climate.bedroom set_temperature temperature=21"]),
        ("turn the heating to eco", ["climate.bedroom set_preset_mode preset_mode=eco"]),
        ("switch the bedroom thermostat to cool", ["climate.bedroom set_hvac_mode hvac_mode=cool"]),
        ("turn off the heating", ["climate.bedroom set_hvac_mode hvac_mode=off"]),
        ("make it warmer in the bedroom", ["climate.bedroom set_temperature temperature=21"]),
        ("set the ceiling fan to 60%", ["fan.ceiling set_percentage percentage=60"]),
        ("set the bedroom humidifier to 45 percent", ["humidifier.bed set_humidity humidity=45"]),
        ("set the washer programme to quick wash", ["select.mode select_option option=quick_wash"]),
        ("set pump delay to twenty two", ["number.delay set_value value=22"]),
        ("write back soon on the door sign", ["text.sign set_value value=back soon"]),
        ("press router restart", ["button.restart press"]),
        ("activate movie night", ["scene.movie turn_on"]),
        ("turn on the siren", ["siren.alarm turn_on"]),
        ("arm the alarm in home mode", ["alarm_control_panel.house arm_home"]),
        ("start rover", ["vacuum.rover start"]),
        ("send the vacuum home", ["vacuum.rover return_to_base"]),
        ("mow the lawn", ["lawn_mower.clippy start_mowing"]),
        ("open the garden valve", ["valve.garden open"]),
        ("patio plug off", ["switch.patio turn_off"]),
        ("turn off the lights upstairs", ["light.bedside turn_off"]),
        ("turn on the entrance lamp", ["light.hall turn_on"]),
        ("turn on rover status led", ["switch.led turn_on"]),
        ("toggle the hall light", ["light.hall turn_off"]),
        ("turn on the cofee machine", ["switch.coffee turn_on"]),
        (
            "turn off all lights except the kitchen and the hall light",
            [
                "light.reading turn_off",
                "light.bedside turn_off",
            ],
        ),
        ("turn off everything upstairs but the humidifier", ["light.bedside turn_off"]),
        (
            "turn off the lights apart from the lamps in the bedroom and the hall",
            ["light.ceiling turn_off", "light.counter turn_off", "light.reading turn_off"],
        ),
    ],
)
async def test_commands(understanding: Understanding, text: str, expected: list[str]) -> None:
    assert await steps(understanding, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("turn off the hall light and the fan", ["light.hall turn_off", "fan.ceiling turn_off"]),
        ("turn the hall light and the fan off", ["light.hall turn_off", "fan.ceiling turn_off"]),
        (
            "lock the front door, then close the garage door and start rover",
            ["lock.front lock", "cover.garage close", "vacuum.rover start"],
        ),
    ],
)
async def test_several_commands(
    understanding: Understanding, text: str, expected: list[str]
) -> None:
    assert await steps(understanding, text) == expected


async def test_here_is_the_area_of_the_asker(understanding: Understanding) -> None:
    assert await steps(understanding, "turn on the lights", "Hall") == ["light.hall turn_on"]
    assert await steps(understanding, "turn on the light", "Bedroom") == ["light.bedside turn_on"]


@pytest.mark.parametrize(
    "text",
    [
        "if it rains close the left blind",
        "when somebody comes turn on the hall light",
        "don't turn on the hall light",
        "open the blinds in the lounge and the garage",
        "turn on the hall light and frobnicate the lamp",
        "what is the weather in london",
        "the hall light is a nice light",
        "turn on the chandelier",
        "turn on the chandelier at nine",
        "set the bedroom thermostat to 50",
        "set the kitchen counter light to 50%",
        "",
        "?!",
        "a " * 400,
    ],
)
async def test_nothing_is_done(understanding: Understanding, text: str) -> None:
    result = (await understanding.interpret(Ask(text))).result
    assert isinstance(result, NotUnderstood)
    assert result.speech


async def test_why_a_device_can_not_is_said(understanding: Understanding) -> None:
    result = (await understanding.interpret(Ask("set the bedroom thermostat to 50"))).result
    assert isinstance(result, NotUnderstood)
    assert "7 to 30" in result.speech


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("is the back door locked?", "Yes, the Back door lock is locked."),
        ("is the front door locked", "No, the Front door is unlocked."),
        ("the hall light on?", "Yes, the Hall light is on."),
        ("how warm is the bedroom?", "It's 19.5 °C in the Bedroom."),
        ("which windows are open?", "The Bedroom window is open."),
        ("are all the doors locked", "No, the Front door is not locked."),
        ("what is the outside temperature", "The Outside temperature is 4.5 °C."),
        ("what's the humidity in the bathroom", "The humidity in the Bathroom is 61 %."),
        ("is the garage door open", "No, the Garage door is closed."),
        ("is the ceiling fan running", "Yes, the Ceiling fan is on at 30 %."),
        (
            "is the reading lamp on?",
            "I don't know: the Reading lamp has not said anything yet.",
        ),
        (
            "how humid is it in the garage",
            "I don't know: nothing measures the humidity in the Garage.",
        ),
    ],
)
async def test_questions_are_answered(understanding: Understanding, text: str, said: str) -> None:
    assert (await understanding.interpret(Ask(text))).result == Answer(said)


async def test_a_question_and_a_command_in_one(understanding: Understanding) -> None:
    ask = Ask("turn on the coffee machine and is the back door locked?")
    result = (await understanding.interpret(ask)).result
    assert isinstance(result, Act)
    assert result.speech == "Turned on the Coffee machine. Yes, the Back door lock is locked."


async def test_an_unclear_sentence_asks_and_goes_on(understanding: Understanding) -> None:
    ask = Ask("turn on the light")
    result = (await understanding.interpret(ask)).result
    assert isinstance(result, Clarify)
    assert result.pending is not None
    assert "Hall light" in result.options
    answered = await understanding.resume(result.pending, Ask("the hall one"))
    assert isinstance(answered.result, Act)
    assert [step.entity_id for step in answered.result.steps] == ["light.hall"]


async def test_a_bare_name_asks_before_it_acts(understanding: Understanding) -> None:
    result = (await understanding.interpret(Ask("hall light"))).result
    assert isinstance(result, Clarify)
    assert result.question == "Do you mean: turn on the Hall light?"


async def test_a_misspelt_opening_asks_first(understanding: Understanding) -> None:
    result = (await understanding.interpret(Ask("unlock the frpnt door"))).result
    assert isinstance(result, Clarify)


async def test_later_is_scheduled_and_never_done_now(understanding: Understanding) -> None:
    result = (await understanding.interpret(Ask("turn off the hall light in half an hour"))).result
    assert isinstance(result, Later)
    assert (result.delay_s, result.text) == (1800.0, "turn off the hall light")
    unclear = (await understanding.interpret(Ask("turn off the light in 5 minutes"))).result
    assert isinstance(unclear, Clarify)
    assert unclear.pending is not None
    assert all(isinstance(each.result, Later) for each in unclear.pending.candidates)


async def test_timers(understanding: Understanding) -> None:
    started = (await understanding.interpret(Ask("set a timer for 5 minutes called pizza"))).result
    assert isinstance(started, Later)
    assert (started.delay_s, started.text, started.name) == (300.0, "", "pizza")
    cancelled = (await understanding.interpret(Ask("cancel the pizza timer"))).result
    assert cancelled == Timer("cancel", name="pizza")


async def test_the_cache_keeps_parses_and_not_states(
    understanding: Understanding, catalogue: Catalogue
) -> None:
    ask = Ask("is the back door locked?")
    assert (await understanding.interpret(ask)).via == "rules"
    catalogue.read("lock.back", Reading("unlocked"), 2.0)
    again = await understanding.interpret(ask)
    assert again.via == "cache"
    assert again.result == Answer("No, the Back door lock is unlocked.")


async def test_a_withdrawn_device_is_unknown_at_once(
    understanding: Understanding, catalogue: Catalogue
) -> None:
    assert await steps(understanding, "turn on the coffee machine")
    catalogue.withdraw("switch.coffee")
    result = (await understanding.interpret(Ask("turn on the coffee machine"))).result
    assert isinstance(result, NotUnderstood)


async def test_other_languages_are_loaded_when_asked_in(
    understanding: Understanding, catalogue: Catalogue
) -> None:
    lamp = catalogue.get("light.hall")
    assert lamp is not None
    catalogue.announce(
        type(lamp)("light.zh", "zh", "test", "light", "客厅灯", lamp.services, area="Hall")
    )
    result = (await understanding.interpret(Ask("请帮我打开客厅灯", language="zh-CN"))).result
    assert isinstance(result, Act)
    assert result.steps[0].entity_id == "light.zh"
    unknown = (await understanding.interpret(Ask("lampe an", language="tlh"))).result
    assert isinstance(unknown, NotUnderstood)
