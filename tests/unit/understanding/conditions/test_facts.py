"""Conditions become facts about the entities that are meant, or it is said why not."""

from __future__ import annotations

from datetime import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lamplighter.orders.order import Fact, Hours
from lamplighter.understanding.conditions.facts import Facts, Problem, facts
from lamplighter.understanding.conditions.hours import DARK
from lamplighter.understanding.conditions.vocabulary import WORDS
from lamplighter.understanding.rule_parser import Situation


def compiled(condition: str, situation: Situation) -> Facts:
    found = facts(condition, situation)
    assert isinstance(found, Facts), found
    return found


@pytest.mark.parametrize(
    ("condition", "entity", "comparison", "value"),
    [
        ("the hallway motion sensor sees someone", "binary_sensor.hall_motion", "is", "on"),
        ("motion is detected in the hallway", "binary_sensor.hall_motion", "is", "on"),
        ("there's movement in the hallway", "binary_sensor.hall_motion", "is", "on"),
        ("nobody is in the lounge", "binary_sensor.lounge_motion", "is", "off"),
        ("the lounge is empty", "binary_sensor.lounge_motion", "is", "off"),
        ("anyone opens the back door", "binary_sensor.back", "is", "open"),
        ("the back door's open", "binary_sensor.back", "is", "open"),
        ("the back door is left open", "binary_sensor.back", "is", "open"),
        ("the bedroom window isn't open", "binary_sensor.bedroom_window", "is", "closed"),
        ("somebody unlocks the front door", "lock.front", "is", "unlocked"),
        ("a leak is detected under the sink", "binary_sensor.leak", "is", "on"),
        ("the smoke alarm goes off", "binary_sensor.smoke", "is", "on"),
        ("there is smoke", "binary_sensor.smoke", "is", "on"),
        ("nobody's home", "binary_sensor.home", "is", "off"),
        ("someone comes home", "binary_sensor.home", "is", "on"),
        ("the freezer goes above -12", "sensor.freezer", "above", -12.0),
        ("the freezer gets warmer than minus twelve", "sensor.freezer", "above", -12.0),
        ("the attic is below five degrees", "sensor.attic", "below", 5.0),
        ("the attic drops below 41 °F", "sensor.attic", "below", 5.0),
        ("it is at least 25 degrees outside", "sensor.outside", "at_least", 25.0),
        ("the humidity in the bathroom exceeds seventy", "sensor.bath", "above", 70.0),
        ("the bathroom humidity is 70 percent or more", "sensor.bath", "at_least", 70.0),
        ("the pump pressure drops below 1500 hpa", "sensor.pump", "below", 1.5),
        ("the freezer power is over 0.1 kilowatts", "sensor.freezer_power", "above", 100.0),
        ("the battery of the front door lock is below 20%", "sensor.lock_battery", "below", 20.0),
        ("the hall light is off", "light.hall", "is", "off"),
        ("somebody switches on the hall light", "light.hall", "is", "on"),
        ("the house mode changes to night", "select.mode", "is", "Night"),
        ("rover is docked", "vacuum.rover", "is", "docked"),
        ("the garage door opens", "cover.garage", "is", "open"),
        ("the freezr goes abve -12", "sensor.freezer", "above", -12.0),
        ("the hallway moton sensor sees someone", "binary_sensor.hall_motion", "is", "on"),
    ],
)
def test_a_clause(
    condition: str, entity: str, comparison: str, value: str | float, situation: Situation
) -> None:
    (fact,) = compiled(condition, situation).trigger
    assert (fact.entities, fact.comparison, fact.value) == ((entity,), comparison, value)


def test_a_thermostat_tells_how_warm_it_is(situation: Situation) -> None:
    (fact,) = compiled("the lounge is colder than 18", situation).trigger
    assert fact == Fact(("climate.lounge",), "below", 18.0, "current_temperature")


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("for ten minutes", 600.0),
        ("for more than half an hour", 1800.0),
        ("for an hour and a half", 5400.0),
        ("for at least 90 seconds", 90.0),
        ("for two hours straight", 7200.0),
    ],
)
def test_how_long_it_has_to_be_so(said: str, seconds: float, situation: Situation) -> None:
    (fact,) = compiled(f"the freezer is above -12 {said}", situation).trigger
    assert fact.held_s == seconds


@pytest.mark.parametrize(
    ("said", "hours"),
    [
        ("after dark", DARK),
        ("at night", DARK),
        ("between ten and six", Hours(time(22), time(6))),
        ("between 22:30 and 6:15", Hours(time(22, 30), time(6, 15))),
        ("from 8 am to 5 pm", Hours(time(8), time(17))),
        ("before sunrise", Hours("sunset", "sunrise")),
        ("before seven", Hours(None, time(7))),
        ("after eleven at night", Hours(time(23), time(5))),
        ("on weekdays", Hours(days=frozenset(range(5)))),
        ("at weekends", Hours(days=frozenset((5, 6)))),
        ("on mondays and fridays", Hours(days=frozenset((0, 4)))),
        ("during the day", Hours("sunrise", "sunset")),
        ("and it is dark", DARK),
        ("but only at night", DARK),
        ("while it's dark", DARK),
        ("unless it is dark", Hours("sunrise", "sunset")),
    ],
)
def test_hours(said: str, hours: Hours, situation: Situation) -> None:
    found = compiled(f"the back door opens {said}", situation)
    assert found.hours == (hours,)
    assert len(found.trigger) == 1


def test_what_happens_is_the_trigger_and_what_is_so_the_condition(situation: Situation) -> None:
    found = compiled("the back door opens and nobody is in the lounge", situation)
    assert [fact.entities for fact in found.trigger] == [("binary_sensor.back",)]
    assert [fact.entities for fact in found.conditions] == [("binary_sensor.lounge_motion",)]
    assert found.entities == ("binary_sensor.back", "binary_sensor.lounge_motion")


def test_several_things_that_are_so_have_no_trigger(situation: Situation) -> None:
    found = compiled("it's dark and nobody is in the lounge", situation)
    assert (found.trigger, found.hours) == ((), (DARK,))
    assert len(found.conditions) == 1


def test_alternatives(situation: Situation) -> None:
    together = compiled("the front or back door opens", situation)
    apart = compiled("the front door opens or the back door opens", situation)
    expected = {"binary_sensor.front", "binary_sensor.back"}
    assert {each for fact in together.trigger for each in fact.entities} == expected
    assert {each for fact in apart.trigger for each in fact.entities} == expected


def test_all_any_and_none(situation: Situation) -> None:
    (every,) = compiled("all windows are closed", situation).trigger
    (some,) = compiled("any window is open", situation).trigger
    (none,) = compiled("no window is open", situation).trigger
    assert (every.every, some.every, none.every) == (True, False, True)
    assert len(every.entities) == len(some.entities) == len(none.entities) == 2
    assert (none.comparison, none.value) == ("is_not", "open")


def test_unless_turns_it_round(situation: Situation) -> None:
    (fact,) = compiled("unless the back door is open", situation).trigger
    assert (fact.comparison, fact.value) == ("is_not", "open")


def test_an_unclear_sensor_is_asked_about(situation: Situation) -> None:
    found = facts("the temperature is above 20", situation)
    assert isinstance(found, Problem)
    assert "Attic temperature" in found.options
    assert found.speech.startswith("Which one do you mean")


@pytest.mark.parametrize(
    "condition", ["the basement is below five degrees", "the greenhouse door opens"]
)
def test_what_is_not_known_is_said(condition: str, situation: Situation) -> None:
    found = facts(condition, situation)
    assert isinstance(found, Problem)
    assert ("basement" in found.speech) or ("greenhouse" in found.speech)


@pytest.mark.parametrize("condition", ["", "blue skies", "the moon is made of cheese and fish"])
def test_what_says_nothing_is_no_condition(condition: str, situation: Situation) -> None:
    assert isinstance(facts(condition, situation), Problem)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(words=st.lists(st.sampled_from(sorted(WORDS)), max_size=12))
def test_no_heap_of_its_words_breaks_it(words: list[str], situation: Situation) -> None:
    facts(" ".join(words), situation)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(text=st.text(max_size=60))
def test_no_text_breaks_it(text: str, situation: Situation) -> None:
    facts(text, situation)
