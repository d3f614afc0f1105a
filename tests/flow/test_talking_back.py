"""What is said after something was said: follow-ups, undoing, putting right, asking back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.flow.talking import Talk, talk


@pytest.fixture
async def at_home(tmp_path: Path) -> AsyncIterator[Talk]:
    async with talk(tmp_path) as found:
        yield found


async def test_the_same_elsewhere_and_back_again(at_home: Talk) -> None:
    assert await at_home.all("turn on the kitchen lights", "and the bedroom?") == ["done"] * 2
    assert at_home.state("light.bedside") == "on"
    assert at_home.speech == "Turned on the Bedside lamp."
    assert await at_home.all("turn it off again") == ["done"]
    assert (at_home.state("light.bedside"), at_home.state("light.ceiling")) == ("off", "on")


async def test_a_question_is_followed_by_a_question(at_home: Talk) -> None:
    said = await at_home.all("is the kitchen window open?", "and the bedroom one?")
    assert said == ["answered", "answered"]
    assert at_home.speech == "Yes, the Bedroom window is open."


async def test_brighter_and_back(at_home: Talk) -> None:
    await at_home.all("turn on the bedside lamp", "brighter", "it's too bright now", "back to 25")
    assert at_home.attribute("light.bedside", "brightness_pct") == 25
    assert await at_home.say("undo that") == "done"
    assert at_home.attribute("light.bedside", "brightness_pct") == 40


async def test_an_undo_can_be_undone(at_home: Talk) -> None:
    await at_home.all("close the left blind", "undo that")
    assert at_home.state("cover.left") == "open"
    assert at_home.speech == "Put back: opened the Left blind."
    await at_home.say("undo that")
    assert at_home.state("cover.left") == "closed"


async def test_what_can_not_be_undone_is_said(at_home: Talk) -> None:
    assert await at_home.all("press router restart", "undo that") == ["done", "answered"]
    assert at_home.speech == "I can't undo “press” of the Router restart."


async def test_what_was_so_before_is_not_put_back_to_something_else(at_home: Talk) -> None:
    await at_home.say("open the left blind")
    assert at_home.speech == "The Left blind is already open."
    assert await at_home.say("undo that") == "answered"
    assert at_home.speech == "There is nothing to put back: it was like that before."
    assert at_home.state("cover.left") == "open"


async def test_without_a_deed_there_is_nothing_to_undo(at_home: Talk) -> None:
    assert await at_home.say("undo that") == "answered"
    assert at_home.speech == "There is nothing that I did just now and could undo."


async def test_undoing_what_was_done_for_somebody_else_only_works_at_once(at_home: Talk) -> None:
    await at_home.say("turn on the hall light", user="ann")
    at_home.house.now += 130.0
    assert await at_home.say("undo that", user="tim") == "answered"
    assert at_home.state("light.hall") == "on"
    assert await at_home.say("undo that", user="ann") == "done"
    await at_home.say("turn on the hall light", user="ann")
    assert await at_home.say("undo that", user="tim") == "done"
    assert at_home.state("light.hall") == "off"


async def test_putting_back_a_lock_asks_first(at_home: Talk) -> None:
    await at_home.all("unlock the front door", "yes")
    assert await at_home.say("lock the front door") == "done"
    assert await at_home.say("undo that") == "confirm"
    assert at_home.state("lock.front") == "locked"
    assert await at_home.say("yes") == "done"
    assert at_home.state("lock.front") == "unlocked"


async def test_the_wrong_one_is_put_back_when_the_right_one_is_done(at_home: Talk) -> None:
    await at_home.all("turn on the hall light", "no, the bedside lamp")
    assert (at_home.state("light.hall"), at_home.state("light.bedside")) == ("off", "on")
    assert at_home.speech == "Put back: turned off the Hall light. Turned on the Bedside lamp."
    await at_home.say("undo that")
    assert (at_home.state("light.hall"), at_home.state("light.bedside")) == ("on", "off")


async def test_a_corrected_value_is_just_set(at_home: Talk) -> None:
    await at_home.all("set the bedroom to 21 degrees", "no, 19")
    assert at_home.attribute("climate.bedroom", "temperature") == 19


async def test_a_correction_puts_nothing_back_that_somebody_would_have_to_agree_to(
    at_home: Talk,
) -> None:
    await at_home.all("unlock the back door", "yes", "lock the back door")
    await at_home.say("no, the front door")
    assert at_home.state("lock.back") == "locked"


async def test_an_answer_that_chooses_several(at_home: Talk) -> None:
    assert await at_home.say("turn on the light") == "clarify"
    assert await at_home.say("the hall and the bedside one") == "done"
    lit = [
        each for each in ("hall", "bedside", "ceiling") if at_home.state(f"light.{each}") == "on"
    ]
    assert lit == ["hall", "bedside"]


async def test_a_new_sentence_drops_the_question(at_home: Talk) -> None:
    assert await at_home.all("turn on the light", "close the left blind") == ["clarify", "done"]
    assert await at_home.say("the hall one") != "done"
    assert at_home.state("light.hall") == "off"


async def test_what_nobody_understands_leaves_the_question_open(at_home: Talk) -> None:
    assert await at_home.say("turn on the light") == "clarify"
    assert await at_home.say("mumble jumble") == "not_understood"
    assert await at_home.say("the hall one") == "done"


async def test_a_missing_value_is_asked_for(at_home: Talk) -> None:
    assert await at_home.say("set the heating") == "clarify"
    assert at_home.speech == "To what temperature?"
    assert await at_home.say("to 22 please") == "done"
    assert at_home.attribute("climate.bedroom", "temperature") == 22


async def test_a_question_expires(at_home: Talk) -> None:
    assert await at_home.say("unlock the front door") == "confirm"
    at_home.house.now += 61.0
    assert await at_home.say("yes") != "done"
    assert at_home.state("lock.front") == "locked"


async def test_a_yes_with_more(at_home: Talk) -> None:
    assert await at_home.say("unlock the front door") == "confirm"
    assert await at_home.say("yes please, and turn on the hall light") == "done"
    assert (at_home.state("lock.front"), at_home.state("light.hall")) == ("unlocked", "on")


async def test_what_is_added_to_a_yes_is_judged_too(at_home: Talk) -> None:
    await at_home.say("unlock the front door")
    assert await at_home.say("yes, and the back door too") == "confirm"
    assert at_home.state("lock.front") == "locked"
    assert await at_home.say("yes") == "done"
    assert (at_home.state("lock.front"), at_home.state("lock.back")) == ("unlocked", "unlocked")


async def test_a_no_with_another_one_is_that_one(at_home: Talk) -> None:
    await at_home.say("unlock the front door")
    assert await at_home.say("no, the back door") == "confirm"
    assert "Back door" in at_home.speech
    await at_home.say("yes")
    assert (at_home.state("lock.front"), at_home.state("lock.back")) == ("locked", "unlocked")


async def test_a_no_in_many_words_does_nothing(at_home: Talk) -> None:
    for text in ("nah leave it locked", "no wait, cancel that", "no, not the front door"):
        await at_home.say("unlock the front door")
        assert await at_home.say(text) != "done"
        assert await at_home.say("yes") != "done"
        assert at_home.state("lock.front") == "locked"


async def test_a_yes_counts_only_from_who_was_asked(at_home: Talk) -> None:
    await at_home.say("unlock the front door", user="ann")
    assert await at_home.say("yes", user="tim") != "done"
    assert await at_home.say("yes") != "done"
    assert at_home.state("lock.front") == "locked"
    assert await at_home.say("yes", user="ann") == "done"


async def test_what_happened_meanwhile_is_not_done_again(at_home: Talk) -> None:
    await at_home.say("open the garage door", user="ann")
    await at_home.house.set({"cover.garage": "open"})
    assert await at_home.say("yes", user="ann") == "answered"
    assert at_home.speech == "The Garage door is open by now, so I did nothing."


async def test_what_ends_by_itself_goes_on_from_what_was_done(at_home: Talk) -> None:
    assert await at_home.all("turn on the ceiling fan", "for ten minutes") == ["done", "done"]
    assert at_home.state("fan.bedroom") == "on"
    await at_home.house.wait(at_home.house.now + 590.0)
    assert at_home.state("fan.bedroom") == "on"
    await at_home.house.wait(at_home.house.now + 40.0)
    assert at_home.state("fan.bedroom") == "off"


@pytest.mark.parametrize("text", ["is it on?", "it's on", "thanks", "why did it do that?", "no"])
async def test_nothing_of_this_acts_after_a_command(at_home: Talk, text: str) -> None:
    await at_home.say("turn off the hall light")
    before = {each: at_home.state(each) for each in ("light.hall", "light.bedside", "lock.front")}
    assert await at_home.say(text) not in ("done", "scheduled")
    assert {each: at_home.state(each) for each in before} == before


async def test_what_is_unsure_and_risky_is_asked_about_once(at_home: Talk) -> None:
    await at_home.say("turn off the hall light")
    assert await at_home.say("unlock the frnt door") in ("confirm", "clarify")
    if at_home.last["outcome"] == "confirm":
        assert await at_home.say("yes") == "done"
        assert at_home.state("lock.front") == "unlocked"
        return
    assert await at_home.say("yes") in ("done", "confirm")


async def test_a_no_leaves_what_it_was_about_for_the_next_sentence(at_home: Talk) -> None:
    await at_home.say("unlock the front door")
    assert await at_home.say("actually no, leave it") == "answered"
    assert await at_home.say("it's still locked, right?") == "answered"
    assert at_home.speech == "Yes, the Front door is locked."


async def test_a_correction_in_several_parts(at_home: Talk) -> None:
    await at_home.say("turn off the bedside lamp")
    assert await at_home.say("no, the other one on, I want the hall light") == "done"
    assert at_home.state("light.hall") == "on"
    await at_home.say("turn off the ceiling fan")
    assert await at_home.say("wait it's hot, back on but only 25 percent") == "done"
    assert at_home.attribute("fan.bedroom", "percentage") == 25


async def test_it_without_anything_before_is_asked_about(at_home: Talk) -> None:
    assert await at_home.say("set it to 21") == "clarify"
    assert await at_home.say("the heating") == "done"
    assert at_home.attribute("climate.bedroom", "temperature") == 21


async def test_what_was_planned_just_now_is_cancelled_by_an_undo(at_home: Talk) -> None:
    assert await at_home.say("turn on the hall light in ten minutes") == "scheduled"
    assert await at_home.say("undo that") == "answered"
    assert at_home.speech.startswith("Cancelled")
    await at_home.house.wait(at_home.house.now + 700.0)
    assert at_home.state("light.hall") == "off"
