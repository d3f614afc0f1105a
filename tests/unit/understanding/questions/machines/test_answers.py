"""Questions about a plant of six machines, and the facts that their answers must have."""

from __future__ import annotations

import re

import pytest
from tests.unit.understanding.questions.conftest import Asker

from lamplighter.understanding.context import Context
from lamplighter.understanding.intents import QUESTIONS

WHY_P3 = ("bearing wear", "Feed pump 3", "8.5 mm/s", "today at 13:20", "imbalance", "still open")
SUM_NIGHT = ("Compressor 1", "02:00", "12 min", "5.1 bar", "all over")


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("why did pump 3 stop?", (*WHY_P3, "No record says whether Feed pump 3 stopped")),
        ("why did feed pump 3 trip", WHY_P3),
        ("tell me why pump three is in alarm", WHY_P3),
        ("what caused the alarm of p3", WHY_P3),
        ("what is the diagnosis for pump 3", ("bearing wear", "confidence")),
        (
            "why did the conveyor trip this morning",
            ("overload", "15.5 A", "limit 12 A", "at 9:10", "Motor tripped: overload", "9:40"),
        ),
        ("what caused the fan failure", ("not known", "6 mm/s", "Friday at 15:00")),
        ("why did pump 1 stop", ("I don't know why", "no report on Feed pump 1")),
        ("what alarms did we have tonight?", ("1 alarm episode last night", "Compressor 1")),
        ("what happened last night", ("Compressor 1", "discharge pressure low", "2:00 to 2:12")),
        ("what happened on the conveyor this morning", ("motor current high", "9:10 to 9:40")),
        ("what happened in hall 2 today", ("2 alarm episodes", "Mixer motor", "Compressor 1")),
        ("did anything happen to the machines yesterday", ("Compressor 1", "11:00")),
        ("what was wrong with the conveyor", ("9:10 to 9:40", "likely overload")),
        ("tell me about pump 3", ("Feed pump 3", "since today at 13:20", "still open")),
        ("when did the fan last fail", ("Exhaust fan", "Friday at 15:00 to 15:10")),
        ("when was the conveyor last in alarm?", ("Packing conveyor", "today at 9:10 to 9:40")),
        ("do you know when the compressor last tripped", ("today at 2:00 to 2:12",)),
        ("when did pump 3 get back to normal", ("not over", "since today at 13:20")),
        ("when was the last alarm", ("Feed pump 3", "13:20")),
        ("since when is pump 3 in alarm", ("since today at 13:20", "70 min")),
        ("how often did the compressor trip this week", ("Compressor 1", "3 times", "at 2:00")),
        ("how many times did the conveyor fail since monday", ("once", "today at 9:10")),
        ("how many alarms did we have this week", ("6 alarm episodes", "3 machines")),
        ("how long was pump 3 in alarm today", ("70 min", "1 episode", "still")),
        ("how long was the compressor in alarm this week", ("36 min", "3 episodes")),
        ("how long has pump 3 been in alarm", ("70 min", "since today at 13:20")),
        ("which machine had the most alarms this week", ("This week: Compressor 1 (3 episodes",)),
        ("which machine was longest in alarm this week", ("This week: Feed pump 3 (2 episodes",)),
        ("what is the most common fault this week", ("bearing wear (twice)", "overload (once)")),
        ("which machines are in alarm", ("Feed pump 3", "8.5 mm/s", "critical", "Mixer motor")),
        ("any alarms", ("4 alarms of 2 machines now", "Feed pump 3")),
        ("how many alarms are active", ("4 alarms",)),
        ("any alarms in hall 2", ("Mixer motor", "winding temperature without new values")),
        ("is pump 1 ok", ("Feed pump 1 has no active alarm",)),
        ("is pump 3 running", ("I don't know whether Feed pump 3 is running", "very high")),
        ("how is the mixer", ("Mixer motor has 1 active alarm", "1 alarm shelved")),
        ("did pump 1 have any alarms this week", ("no alarm of Feed pump 1 this week",)),
        ("has the fan failed this week", ("no alarm of Exhaust fan this week",)),
        ("what should I check on pump 3", ("Check the bearing", "Replaced the drive end bearing")),
        ("what do I do about the conveyor", ("Check the amount of goods", "since today at 9:40")),
        ("what helped last time", ("Feed pump 3", "Monday at 9:20", "kim", "Replaced")),
        ("how was pump 3 fixed last time", ("kim", "Replaced the drive end bearing")),
        ("how was the compressor fixed", ("I don't know: nothing is recorded",)),
        ("has this happened before", ("Feed pump 3", "once before", "Monday at 9:00", "20 min")),
        ("has the compressor had this before", ("Compressor 1", "twice before")),
        ("is there a known problem with the fan", ("first kept episode of Exhaust fan",)),
        ("who acknowledged the pump alarm", ("bearing vibration high", "ann", "today at 13:30")),
        ("did anyone acknowledge the alarm of pump 3", ("by ann",)),
        ("who acknowledged the compressor's alarms", ("Nobody that I know of",)),
        ("who shelved the mixer alarm", ("by ben", "480 minutes", "today at 11:05")),
        ("is anything shelved", ("1 alarm is shelved", "Mixer motor", "by ben", "19:05")),
        ("which alarms are out of service", ("No alarm is out of service",)),
        ("are there any unacknowledged alarms", ("7 alarms not acknowledged",)),
        ("what did the operator write about pump 3", ("kim", "Squeals at the drive end", "13:30")),
        ("what did kim write on monday", ("Replaced the drive end bearing",)),
        ("any notes about the fan", ("No note about Exhaust fan",)),
        ("what is ruled out", ("Feed pump 3", "imbalance", "bearing temperature went up")),
        ("what was ruled out on pump 3", ("cavitation", "suction pressure stayed steady")),
        ("could it be cavitation on pump 3?", ("No, cavitation is ruled out",)),
        ("is the vibration sensor of pump 3 ok", ("Yes", "good (NE 107)", "8.5 mm/s")),
        ("can I trust the winding temperature of the mixer", ("“failure” (NE 107)", "no value")),
        ("which signals are bad", ("winding temperature of Mixer motor", "failure")),
        ("which signal leads", ("bearing vibration of Feed pump 3 was first", "today at 13:20")),
        ("what alarm came first on the compressor", ("discharge pressure", "low")),
        ("how high did the vibration of pump 3 get", ("as high as 8.5 mm/s", "at 13:20")),
        ("what is the suction pressure of pump 3", ("1.4 bar", "no active alarm")),
        ("what was the highest bearing temperature of pump 3 on monday", ("82 °C", "Monday")),
        ("how low did the discharge pressure of the compressor go", ("as low as 5.1 bar", "2:00")),
        ("summarise the night shift", ("22:00 to 2026-11-18 06:00", *SUM_NIGHT)),
        ("how was the night", SUM_NIGHT),
        ("give me the report of the last shift", ("06:00 to 14:00", "2 episodes on 2 machines")),
        ("summary of today", ("3 episodes on 3 machines", "Still open: Feed pump 3")),
        ("what happened during the weekend with the machines", ("no alarm of a machine",)),
        ("is everything ok with the machines", ("4 alarms of 2 machines now",)),
    ],
)  # fmt: skip
def test_answers_have_the_facts(plant: Asker, text: str, facts: tuple[str, ...]) -> None:
    said = plant(text)
    assert said is not None
    assert [fact for fact in facts if fact not in said] == [], said


def test_an_answer_is_short(plant: Asker) -> None:
    for text in (
        "why did pump 3 stop",
        "what should I check on pump 3",
        "any alarms",
        "is pump 1 ok",
    ):
        said = plant(text)
        assert said is not None
        assert len(said.split()) < 75


def test_several_machines_that_fit_are_asked_about(plant: Asker) -> None:
    assert plant("why did the pump stop") == "Which one do you mean: Feed pump 1 or Feed pump 3?"


def test_a_machine_that_there_is_not_is_told_so(plant: Asker) -> None:
    said = plant("why did pump 7 stop")
    assert said is not None
    assert said.startswith("I don't know of a pump 7")


def test_follow_up_questions_are_of_the_same_machine(plant: Asker) -> None:
    first = plant.read("why did pump 3 stop?")
    assert first is not None
    context = Context("why did pump 3 stop?", first.intents)
    for text, fact in (
        ("what should I check?", "Check the bearing"),
        ("has it happened before?", "once before"),
        ("who acknowledged it", "by ann"),
        ("how high did the vibration get", "8.5 mm/s"),
        ("could it be cavitation?", "cavitation is ruled out"),
        ("how long has it been in alarm", "70 min"),
        ("since when", "13:20"),
        ("and the compressor?", "discharge pressure of Compressor 1"),
    ):
        parse = plant.read(text, context=context)
        assert parse is not None, text
        assert parse.contextual
        said = plant(text, context=context)
        assert said is not None
        assert fact in said, said


def test_after_a_question_about_a_machine_the_home_is_still_the_home(plant: Asker) -> None:
    first = plant.read("why did pump 3 stop?")
    assert first is not None
    context = Context("why did pump 3 stop?", first.intents)
    for text in ("is the kitchen light on", "what's the temperature outside", "any windows open"):
        assert plant(text, context=context) == plant(text)


@pytest.mark.parametrize(
    "text",
    [
        "is the kitchen light on",
        "is the ceiling fan on",
        "when did the ceiling fan go off",
        "what's the temperature outside",
        "is the front door locked",
        "any windows open",
        "how warm is the bedroom",
        "is the washer running",
        "when was the hall light turned on",
        "which lights are on",
        "how long has the ceiling fan been on",
        "how often was the front door opened today",
        "is the alarm set",
        "what is the highest temperature",
        "is the iron on",
        "who is home",
        "what happened to the lights",
        "is there any light on in the hall",
    ],
)
def test_what_is_the_homes_stays_the_homes(plant: Asker, home: Asker, text: str) -> None:
    assert plant(text) == home(text)
    parse = plant.read(text)
    assert parse is None or parse.intents[0].name != "HomeGetMachine"


@pytest.mark.parametrize(
    "text",
    [
        "stop pump 3",
        "turn off the pump",
        "tell me when pump 3 stops",
        "let me know if the compressor trips",
        "if pump 3 fails turn off the hall light",
        "acknowledge the alarms of pump 3",
        "shelve the mixer alarm for an hour",
        "start the conveyor",
    ],
)
def test_a_command_is_no_question(plant: Asker, text: str) -> None:
    assert plant.read(text) is None


def test_only_questions_come_of_a_question(plant: Asker) -> None:
    for text in ("why did pump 3 stop and turn it off", "what did kim write about pump 3"):
        parse = plant.read(text)
        assert parse is not None
        assert {each.name for each in parse.intents} <= QUESTIONS


def test_numbers_in_an_answer_are_of_the_records(plant: Asker) -> None:
    """Each of them is a limit, a value, a time or a share that was recorded."""
    said = plant("why did pump 3 stop?")
    assert said is not None
    numbers = re.findall(r"\d+(?:\.\d+)?", said.replace("13:20", "").replace("pump 3", ""))
    [share] = re.findall(r"confidence (\d+) %", said)
    assert set(numbers) == {share, "8.5", "7.1", "3", "70"}


def test_without_the_present_health_the_alarms_records_tell_it(without_health: Asker) -> None:
    said = without_health("is the winding temperature sensor of the mixer motor ok")
    assert said is not None
    assert "“failure”" in said
