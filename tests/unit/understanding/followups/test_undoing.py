"""What asks for something to be put back."""

from __future__ import annotations

import pytest

from lamplighter.understanding.context import Context
from lamplighter.understanding.followups.undoing import undo_of
from lamplighter.understanding.interpretation import Undo

ACTED = Context("turn on the lamp", (), ("light.a",), acted=True)


@pytest.mark.parametrize(
    "said",
    [
        "undo",
        "undo that",
        "undo it please",
        "undo the last command",
        "no undo that",
        "redo",
        "put it back",
        "put everything back as it was",
        "put that back how it was",
        "make it how it was before",
        "change it back",
        "take that back",
        "revert that",
        "reverse it",
        "as it was",
        "back to how it was",
    ],
)
def test_an_undo_needs_no_context(said: str) -> None:
    assert undo_of(said, None) == Undo()
    assert undo_of(said, ACTED) == Undo()


@pytest.mark.parametrize(
    "said", ["oops", "oh no", "wrong", "that was a mistake", "i didn't mean that", "cancel that"]
)
def test_a_sigh_is_an_undo_after_something_was_done(said: str) -> None:
    assert undo_of(said, ACTED) == Undo()
    assert undo_of(said, None) is None
    assert undo_of(said, Context("is it on", (), ("light.a",), acted=False)) is None


def test_one_of_several_can_be_put_back() -> None:
    assert undo_of("put the lamp back as it was", ACTED) == Undo("the lamp")
    assert undo_of("undo the hall light", ACTED) == Undo("the hall light")
    assert undo_of("turn the lamp back on", ACTED) is None


@pytest.mark.parametrize(
    "said",
    [
        "put the book back",
        "undo my shoelaces",
        "turn it back on",
        "switch it back off",
        "put it on",
        "the way it was",
        "never mind",
        "no",
        "go back home",
    ],
)
def test_what_is_no_undo_without_a_context(said: str) -> None:
    assert said == "the way it was" or undo_of(said, None) is None
