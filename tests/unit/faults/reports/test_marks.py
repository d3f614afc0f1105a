from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamplighter.faults.reports.marks import fill, lowered, marks_in, sentences

MARKS = {"m0": "Fan 4", "s1": "duct pressure", "s2": "pH", "v1": "7.2 Pa", "c0": "check it"}


def test_marks_are_filled_in_wherever_they_stand() -> None:
    assert fill("On m0 s1 (v1) is high.", MARKS) == "On Fan 4 duct pressure (7.2 Pa) is high."


def test_what_begins_a_sentence_gets_a_capital_letter() -> None:
    assert fill("It is. s1 is high. c0.", MARKS) == "It is. Duct pressure is high. Check it."


def test_a_symbol_keeps_its_letters() -> None:
    assert fill("s2 is high.", MARKS) == "pH is high."


def test_marks_that_stand_for_nothing_are_left() -> None:
    assert fill("s9 and v1", MARKS) == "s9 and 7.2 Pa"


def test_parts_of_words_are_no_marks() -> None:
    assert marks_in("v1, 3v1, v12, av1, <v1>, (v1)") == {"v1"}


@given(st.dictionaries(st.from_regex(r"[a-z]\d", fullmatch=True), st.text(max_size=20)))
def test_filling_in_is_not_done_twice(marks: dict[str, str]) -> None:
    assert fill("m0: v1.", dict.fromkeys(["m0", "v1"], "v1")) == "v1: v1."
    assert fill("no mark here", marks) == "no mark here"


@pytest.mark.parametrize(
    ("sentence", "clause"),
    [
        ("Check the bearing.", "check the bearing"),
        ("PID tuning is due.", "PID tuning is due"),
        ("R2 is open", "R2 is open"),
        ("", ""),
    ],
)
def test_a_sentence_becomes_a_clause(sentence: str, clause: str) -> None:
    assert lowered(sentence) == clause


def test_sentences_are_told_apart() -> None:
    assert sentences(" m0 is up.  Is s1? Yes. ") == ["m0 is up.", "Is s1?", "Yes."]
