from __future__ import annotations

from typing import Any

import pytest
from tools.understanding_figures.scoring import Tally, acts, is_right

from lamplighter.understanding.intents import Intent
from lamplighter.understanding.interpretation import (
    Act,
    Answer,
    Clarify,
    Interpretation,
    NotUnderstood,
    Result,
    Step,
)


def case(intent: str, targets: list[str], **slots: Any) -> dict[str, Any]:
    return {"intent": intent, "targets": targets, "slots": slots, "sentence": "", "context": {}}


def found(result: Result, *intents: Intent, mentioned: tuple[str, ...] = ()) -> Interpretation:
    return Interpretation(result, "rules", intents=intents, mentioned=mentioned)


def act(*entities: str) -> Act:
    return Act(tuple(Step(each, "turn_on", {}) for each in entities), "")


DIM = Intent("HassLightSet", {"kind": "light", "area": "Hall", "brightness": 40})


@pytest.mark.parametrize(
    ("entities", "wanted", "right"),
    [
        (("light.a", "light.b"), {"brightness": 40, "area": "Hall"}, True),
        (("light.a",), {"brightness": 40, "area": "Hall"}, False),
        (("light.a",), {"brightness": 40, "name": "a"}, True),
        (("light.a", "light.c"), {"brightness": 40, "name": "a"}, False),
        (("light.a", "light.b"), {"brightness": 50, "area": "Hall"}, False),
    ],
)
def test_intent_values_and_targets_make_a_command_right(
    entities: tuple[str, ...], wanted: dict[str, Any], *, right: bool
) -> None:
    given = case("HassLightSet", ["light.a", "light.b"], **wanted)
    assert is_right(found(act(*entities), DIM), given) is right


def test_another_intent_is_wrong_and_counted_as_elsewhere() -> None:
    tally = Tally()
    given = case("HassTurnOff", ["light.a"], area="Hall")
    tally.count("x", found(act("light.a"), DIM), given)
    assert (tally.right, tally.wrong_actions, tally.elsewhere) == (0, 1, 1)
    assert len(tally.misses) == 1


def test_a_question_is_right_by_its_slots_or_by_what_it_is_answered_about() -> None:
    given = case("HassGetState", ["light.a"], name="a", state="on")
    same = Intent("HassGetState", {"name": "A", "state": "on", "kind": "light"})
    own = Intent("HomeAsk", {})
    answer = Answer("yes")
    assert is_right(found(answer, same), given)
    assert is_right(found(answer, own, mentioned=("light.a",)), given)
    assert not is_right(found(answer, own, mentioned=("light.b",)), given)
    assert not is_right(found(answer, own), given)


def test_pairs_have_to_be_in_order_and_only_about_their_targets() -> None:
    on = Intent("HassTurnOn", {"area": "Hall"})
    first = case("HassLightSet", ["light.a"], brightness=40)
    second = case("HassTurnOn", ["light.b"], area="Hall")
    for intents, entities, right in (
        ((DIM, on), ("light.a", "light.b"), 1),
        ((on, DIM), ("light.a", "light.b"), 0),
        ((DIM, on), ("light.a", "light.c"), 0),
    ):
        tally = Tally()
        tally.count_pair("x", found(act(*entities), *intents), (first, second))
        assert tally.right == right


def test_only_what_acts_acts() -> None:
    assert acts(found(act("light.a")))
    assert not acts(found(NotUnderstood("", "")))
    assert not acts(found(Answer("yes")))
    assert not acts(found(Clarify("which?")))
