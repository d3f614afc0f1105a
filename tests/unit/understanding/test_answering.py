from __future__ import annotations

import pytest

from lamplighter.understanding.answering import choose
from lamplighter.understanding.interpretation import (
    Act,
    Answer,
    Candidate,
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
