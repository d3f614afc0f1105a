"""Lines that say the same are one template, whatever varies in them; memory stays bounded."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamplighter.faults.evidence.drain import ANY, Drain, mask

WORDS = st.sampled_from(["pump", "valve", "open", "closed", "by", "ann", "bob", "<n>", "V7", "at"])


def templates(*lines: str, **bounds: float) -> list[str]:
    drain = Drain(**bounds)  # type: ignore[arg-type]
    found = [drain.add(mask(line))[0] for line in lines]
    return list(dict.fromkeys(template.text for template in found))


def test_what_differs_is_left_open() -> None:
    told = templates(
        "user ann logged in from 10.0.0.7", "user bob logged in from 10.0.0.8", "boiler 3 is out"
    )
    assert told == ["user <*> logged in from <address>", "boiler <n> is out"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("inlet valve of tank nine is open now", "inlet valve of tank nine is closed now"),
        ("drive of the mixer tripped today again", "drive of the mixer started today again"),
        ("pump runs", "pump stands still"),
        ("level high", "level low"),
    ],
)
def test_what_says_something_else_stays_apart(one: str, other: str) -> None:
    assert templates(one, other) == [one, other]


def test_a_template_that_was_not_seen_for_longest_is_given_up() -> None:
    drain = Drain(most=2)
    first, _ = drain.add("alpha one two")
    second, _ = drain.add("beta one two")
    assert drain.add("alpha one two") == (first, None)
    third, lost = drain.add("gamma one two")
    assert (lost, len(drain)) == (second, 2)
    assert drain.touch(third)
    assert not drain.touch(second)


def test_after_many_first_words_others_share_a_branch() -> None:
    drain = Drain(children=2, most=1000)
    for number in range(20):
        drain.add(f"{'abcdefghijklmnopqrst'[number]} says hello to everybody here today")
    assert len(drain) == 3


@given(st.lists(st.lists(WORDS, min_size=1, max_size=7), max_size=80))
def test_every_line_is_one_of_its_template(lines: list[list[str]]) -> None:
    drain = Drain(most=8)
    for words in lines:
        template, _ = drain.add(" ".join(words))
        assert len(template.words) == len(words)
        assert all(own in {ANY, word} for own, word in zip(template.words, words, strict=True))
        assert len(drain) <= 8


@given(st.lists(st.text(max_size=60), max_size=60))
def test_any_text_has_a_template_or_is_empty(lines: list[str]) -> None:
    drain = Drain(most=4)
    for line in lines:
        if masked := mask(line):
            drain.add(masked)
            assert drain.add(masked)[0].likeness(masked.split())[0] > 0 or ANY in masked
    assert len(drain) <= 4
