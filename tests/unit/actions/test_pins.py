"""The PIN: taken out of what was said by its form, compared, and locked after wrong ones."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamplighter.actions.pins import HIDDEN, PinPad, concealed, digits_of, without_pin
from lamplighter.actions.settings import Pin
from lamplighter.understanding.interpretation import Ask

SAM, KIM = Ask("x", user="sam"), Ask("x", user="kim")


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def pad(tmp_path: Path, clock: Clock) -> PinPad:
    file = tmp_path / "pin"
    file.write_text("4711\n")
    pad = PinPad(clock)
    pad.use(Pin(file, tries=2, locked=60.0))
    return pad


@pytest.mark.parametrize(
    "said",
    [
        "4711",
        "four seven one one",
        "forty seven eleven",
        "47 11",
        "4 7 1 1",
        "four seven double one",
    ],
)
def test_digits_are_told_from_words(said: str) -> None:
    assert digits_of(said) == "4711"


@pytest.mark.parametrize(
    ("text", "shown", "left"),
    [
        ("4711", "(PIN)", ""),
        ("yes, 4711", "yes, (PIN)", "yes"),
        ("Yes please four seven one one.", "Yes please (PIN).", "Yes please"),
        ("the PIN is 4711", "the PIN is (PIN)", ""),
        ("unlock the door, pin 4711", "unlock the door, pin (PIN)", "unlock the door"),
        ("unlock the door 4711", "unlock the door (PIN)", "unlock the door"),
        ("disarm the alarm with code 4711", "disarm the alarm with code (PIN)", "disarm the alarm"),
    ],
)
def test_a_pin_is_taken_out_of_what_was_said(text: str, shown: str, left: str) -> None:
    assert concealed(text) == (shown, "4711")
    assert without_pin(shown) == left


@pytest.mark.parametrize(
    "text",
    [
        "set the light to 2700",
        "open the blinds to 50",
        "yes",
        "set a timer for 20 minutes",
        "20",
        "unlock the door at 1230",
        "turn on lamp 1",
    ],
)
def test_other_numbers_are_left_alone(text: str) -> None:
    assert concealed(text) == (text, "")


def test_the_answer_to_another_question_is_no_pin() -> None:
    assert concealed("2700", number_expected=True) == ("2700", "")
    assert concealed("the pin is 2700", number_expected=True)[1] == "2700"


@pytest.mark.parametrize("text", ["471", "well, 4711 I think", "47115", "it was 4 7 1"])
def test_whatever_is_like_a_pin_is_hidden_where_one_was_asked_for(text: str) -> None:
    shown, said = concealed(text, pin_expected=True)
    assert said
    assert not any(sign.isdigit() for sign in shown)


@given(st.integers(0, 10**12 - 1), st.sampled_from(["{}", "yes, {}", "pin {}", "yes {} now"]))
def test_what_is_hidden_does_not_depend_on_the_number(number: int, form: str) -> None:
    """Who tries numbers must not learn from the reply which one is right."""
    text = form.format(f"{number:04d}")
    other = form.format("9" * len(f"{number:04d}"))
    assert concealed(text)[0].replace(f"{number:04d}", "#") == concealed(other)[0].replace(
        "9" * len(f"{number:04d}"), "#"
    )


@given(st.text(max_size=80))
def test_any_text_is_taken(text: str) -> None:
    for expected in (False, True):
        shown, pin = concealed(text, pin_expected=expected)
        assert (HIDDEN in shown) or not pin
        without_pin(shown)


def test_only_the_right_pin_is_right(pad: PinPad) -> None:
    assert pad.usable
    assert pad.right(SAM, "4711")
    assert not pad.right(SAM, "4712")
    assert not pad.right(SAM, "")


def test_wrong_ones_in_a_row_lock_for_a_while(pad: PinPad, clock: Clock) -> None:
    assert not pad.right(SAM, "1")
    assert pad.right(SAM, "4711")
    assert not pad.right(SAM, "1")
    assert not pad.right(SAM, "2")
    assert pad.locked_for(SAM) == 60.0
    assert not pad.right(SAM, "4711")
    assert pad.right(KIM, "4711")
    clock.now += 60.0
    assert pad.locked_for(SAM) == 0
    assert pad.right(SAM, "4711")


def test_another_name_does_not_bring_tries_without_end(pad: PinPad) -> None:
    for number in range(8):
        assert not pad.right(Ask("x", user=f"someone {number}"), "1")
    assert pad.locked_for(KIM) > 0
    assert not pad.right(KIM, "4711")
    assert pad.locked_for(Ask("x", user="kim", origin="upstream")) == 0


@pytest.mark.parametrize("content", ["", "12", "abcd", "1234567890123", "4711 4711", "\u0664711"])
def test_a_file_without_a_pin_lets_nobody_pass(content: str, tmp_path: Path, clock: Clock) -> None:
    file = tmp_path / "pin"
    file.write_text(content, encoding="utf-8")
    pad = PinPad(clock)
    pad.use(Pin(file))
    assert (pad.configured, pad.usable) == (True, False)
    assert not pad.right(SAM, content)


def test_a_file_that_is_not_there_lets_nobody_pass(tmp_path: Path, clock: Clock) -> None:
    pad = PinPad(clock)
    pad.use(Pin(tmp_path / "none"))
    assert (pad.configured, pad.usable) == (True, False)
    assert not pad.right(SAM, "")


def test_without_settings_there_is_none(pad: PinPad) -> None:
    pad.use(None)
    assert (pad.configured, pad.usable, pad.locked_for(SAM)) == (False, False, 0.0)
    assert "4711" not in repr(pad)


def test_it_shows_nowhere(pad: PinPad) -> None:
    assert "4711" not in repr(pad)
