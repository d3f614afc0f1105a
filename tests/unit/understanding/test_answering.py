from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamplighter.understanding.answering import choose, completed, declines
from lamplighter.understanding.interpretation import (
    Act,
    Answer,
    Candidate,
    Clarify,
    Later,
    NotUnderstood,
    Pending,
    Step,
)


def act(entity_id: str) -> Act:
    return Act((Step(entity_id, "turn_on"),), f"Turned on {entity_id}.")


HALL = Candidate(("Hall light", "Entrance lamp"), act("light.hall"))
BED = Candidate(("Bedside lamp", "Bedroom"), act("light.bed"))
WHICH = Pending("turn on the light", (HALL, BED))
YES_NO = Pending("hall light", (Candidate(("yes",), act("light.hall")),))


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("Hall light", HALL.result),
        ("the entrance lamp please", HALL.result),
        ("the one in the bedroom", BED.result),
        ("hall", HALL.result),
        ("the second one", BED.result),
        ("the last one", BED.result),
    ],
)
def test_an_answer_chooses(text: str, result: Act) -> None:
    assert choose(WHICH, text) == result


def test_both_means_all_steps_once() -> None:
    chosen = choose(WHICH, "both of them")
    assert isinstance(chosen, Act)
    assert [step.entity_id for step in chosen.steps] == ["light.hall", "light.bed"]


def test_yes_only_answers_a_single_candidate() -> None:
    assert choose(YES_NO, "yes please") == act("light.hall")
    assert isinstance(choose(WHICH, "yes"), NotUnderstood)


def test_no_does_nothing_and_another_sentence_is_not_taken_for_an_answer() -> None:
    assert isinstance(choose(WHICH, "never mind"), Answer)
    assert isinstance(choose(WHICH, "what time is it"), NotUnderstood)
    assert isinstance(choose(WHICH, "garden light"), NotUnderstood)


CEILING = Candidate(("Kitchen ceiling light", "Kitchen"), act("light.ceiling"))
COUNTER = Candidate(("Kitchen counter light", "Kitchen"), act("light.counter"))
OF_THREE = Pending("turn on the light", (CEILING, COUNTER, HALL))


@pytest.mark.parametrize(
    ("text", "chosen"),
    [
        ("the kitchen ones", ["ceiling", "counter"]),
        ("both in the kitchen", ["ceiling", "counter"]),
        ("the hall and the ceiling one", ["ceiling", "hall"]),
        ("ceiling, counter", ["ceiling", "counter"]),
        ("all but the hall", ["ceiling", "counter"]),
        ("everything except the kitchen ones", ["hall"]),
        ("not the hall one", ["ceiling", "counter"]),
        ("the first two", ["ceiling", "counter"]),
        ("all three", ["ceiling", "counter", "hall"]),
        ("no, the hall one", ["hall"]),
        ("number two", ["counter"]),
        ("3", ["hall"]),
        ("the third one please", ["hall"]),
        ("cieling", ["ceiling"]),
        ("whichever", ["ceiling"]),
    ],
)
def test_an_answer_chooses_some_of_several(text: str, chosen: list[str]) -> None:
    found = choose(OF_THREE, text)
    assert isinstance(found, Act)
    assert [step.entity_id for step in found.steps] == [f"light.{each}" for each in chosen]


def test_a_room_means_all_its_lights() -> None:
    found = choose(OF_THREE, "the kitchen please")
    assert isinstance(found, Act)
    assert [step.entity_id for step in found.steps] == ["light.ceiling", "light.counter"]


def test_what_several_have_in_common_is_asked_about_again() -> None:
    found = choose(OF_THREE, "kitchen light")
    assert isinstance(found, Clarify)
    assert found.options == ("Kitchen ceiling light", "Kitchen counter light")
    assert found.pending is not None
    assert choose(found.pending, "the counter one") == COUNTER.result


@pytest.mark.parametrize(
    "text", ["turn off the hall light", "the garden light", "yes", "the hall or the ceiling", "xyz"]
)
def test_an_answer_that_fits_not_wholly_chooses_nothing(text: str) -> None:
    assert isinstance(choose(OF_THREE, text), NotUnderstood)


@pytest.mark.parametrize("text", ["neither", "none of them", "nothing", "never mind", "cancel"])
def test_nothing_of_it_is_an_answer_too(text: str) -> None:
    assert isinstance(choose(OF_THREE, text), Answer)
    assert declines(text)


def test_what_is_for_later_is_chosen_together() -> None:
    laters = tuple(
        Candidate((name,), Later(60.0, "x", f"{name} in a minute.")) for name in ("One", "Two")
    )
    found = choose(Pending("x", laters), "both")
    assert isinstance(found, Later)
    assert found.speech == "One in a minute. Two in a minute."
    assert [each.speech for each in found.then] == ["Two in a minute."]


@pytest.mark.parametrize(
    ("continuation", "answer", "sentence"),
    [
        ("set the heating to", "21", "set the heating to 21"),
        ("set the heating to", "to 21 degrees please", "set the heating to 21 degrees"),
        ("set a timer for", "make it ten minutes", "set a timer for ten minutes"),
        ("turn on", "the lamp", "turn on the lamp"),
        ("turn on the lamp", "at eight", "turn on the lamp at eight"),
        ("set … to 21", "the heating", "set the heating to 21"),
        ("turn on", "turn off the fan", None),
        ("turn on", "what time is it?", None),
        ("turn on", "never mind", None),
        ("turn on", "yes", None),
        ("", "the lamp", None),
    ],
)
def test_an_answer_completes_a_sentence(
    continuation: str, answer: str, sentence: str | None
) -> None:
    assert completed(Pending("x", (), continuation=continuation), answer) == sentence


SAID = """
the kitchen hall ceiling counter one ones first second last two both all none neither not but except
and , no yes please 1 2 light lamp entrance or any of them that
"""
WORDS = st.lists(st.sampled_from(SAID.split()), max_size=8).map(" ".join)


@given(st.one_of(WORDS, st.text(max_size=40)))
def test_an_answer_never_chooses_what_was_not_offered(text: str) -> None:
    found = choose(OF_THREE, text)
    if isinstance(found, Act):
        offered = [step for each in OF_THREE.candidates for step in steps_of(each)]
        assert found.steps
        assert all(step in offered for step in found.steps)
        assert len(set(map(repr, found.steps))) == len(found.steps)
    assert choose(OF_THREE, text) == found
    sentence = completed(Pending("x", (), continuation="set the lamp to"), text)
    assert sentence is None or sentence.startswith("set the lamp to ")


def steps_of(candidate: Candidate) -> tuple[Step, ...]:
    assert isinstance(candidate.result, Act)
    return candidate.result.steps
