"""What is remembered of each asker, and for how long."""

from __future__ import annotations

from lamplighter.actions.memory import Deed, Memory, asker_of
from lamplighter.catalogue.entity import State
from lamplighter.understanding.intents import Intent
from lamplighter.understanding.interpretation import Act, Answer, Ask, Interpretation, Step

STEP = Step("light.a", "turn_on")
ACT = Interpretation(Act((STEP,), "On."), "rules", intents=(Intent("HassTurnOn"),))
SAM, KIM = Ask("turn on a", user="sam"), Ask("turn on a", user="kim")


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def deed(at: float) -> Deed:
    return Deed((STEP,), {"light.a": State("off")}, at, "turn on a", ACT)


def test_who_somebody_is() -> None:
    assert asker_of(Ask("x", user="sam", area="Hall")) == asker_of(Ask("x", user="sam"))
    assert asker_of(Ask("x", area="Hall")) != asker_of(Ask("x", user="Hall"))
    assert asker_of(Ask("x", user="sam", origin="upstream")) != asker_of(SAM)


def test_the_last_sentence_is_remembered_for_its_asker_for_five_minutes() -> None:
    clock = Clock()
    memory = Memory(clock)
    memory.heard(SAM, ACT, acted=True)
    clock.now = 300.0
    context = memory.context(SAM)
    assert context is not None
    assert (context.entities, context.acted, context.age_s) == (("light.a",), True, 300.0)
    assert memory.context(KIM) is None
    clock.now = 300.1
    assert memory.context(SAM) is None


def test_what_is_about_nothing_leaves_what_was_before() -> None:
    memory = Memory(Clock())
    memory.heard(SAM, ACT, acted=True)
    memory.heard(SAM, Interpretation(Answer("It is noon."), "rules"), acted=False)
    context = memory.context(SAM)
    assert context is not None
    assert context.text == "turn on a"


def test_the_own_deed_comes_first_and_anybodys_only_just_after() -> None:
    clock = Clock()
    memory = Memory(clock)
    mine, other = deed(0.0), deed(1.0)
    memory.did(SAM, mine)
    memory.did(KIM, other)
    assert memory.deed(SAM) is mine
    assert memory.deed(Ask("undo")) is other
    clock.now = 122.0
    assert memory.deed(Ask("undo")) is None
    assert memory.deed(SAM) is mine
    clock.now = 301.0
    assert memory.deed(SAM) is None
    assert memory.deed(Ask("undo", origin="upstream")) is None


def test_what_was_planned_is_the_last_until_something_is_done() -> None:
    clock = Clock()
    memory = Memory(clock)
    memory.heard(SAM, ACT, acted=True)
    memory.planned(SAM)
    context = memory.context(SAM)
    assert context is not None
    assert (context.entities, context.acted) == (("light.a",), False)
    assert memory.planned_last(SAM)
    assert not memory.planned_last(KIM)
    memory.did(SAM, deed(0.0))
    assert not memory.planned_last(SAM)
    memory.planned(SAM)
    clock.now = 301.0
    assert not memory.planned_last(SAM)


def test_the_number_of_askers_is_bounded() -> None:
    memory = Memory(Clock(), most=2)
    for user in "abc":
        memory.heard(Ask("x", user=user), ACT, acted=True)
    assert memory.context(Ask("x", user="a")) is None
    assert memory.context(Ask("x", user="c")) is not None
