from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamplighter.errors import PayloadError
from lamplighter.faults.plain_text import plain
from lamplighter.faults.stored import number


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("  bearing\t2 \n hot ", "bearing 2 hot"),
        ("\x1b[1;31mERROR\x1b[0m trip", "ERROR trip"),
        ("\x1b]0;title\x07seal leaks", "seal leaks"),
        ("a\x00b\x1b\x7fc", "a b c"),
        ("\ud800ann", "ann"),
        ("\u202eyrros", "yrros"),
        ("Überdruck 5 °C 漏", "Überdruck 5 °C 漏"),
        ("\x1b[2J", ""),
    ],
)
def test_what_is_no_sign_is_left_out(text: str, told: str) -> None:
    assert plain(text, 40) == told


def test_a_text_of_a_megabyte_is_cut() -> None:
    assert plain("x" * 1_000_000, 40) == "x" * 40


@given(st.text(st.characters(blacklist_categories=()), max_size=300))
def test_whatever_comes_can_be_sent_and_printed(text: str) -> None:
    told = plain(text, 40)
    assert len(told) <= 40
    assert told.encode().decode() == told
    assert told == plain(told, 40) or len(told) == 40
    assert "\x1b" not in told


@pytest.mark.parametrize("value", [10**400, -(10**400), float("inf"), float("nan"), True, "1"])
def test_what_is_no_number_is_damage(value: object) -> None:
    with pytest.raises(PayloadError):
        number(value, "at")
