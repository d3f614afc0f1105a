from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lamplighter.understanding.spoken_numbers import numbers_in, tidy_number


def test_digits_and_words() -> None:
    assert numbers_in("set it to 21.5 or twenty two") == {"21.5": 21.5, "twenty two": 22.0}
    assert numbers_in("a hundred") == {"a hundred": 100.0}
    assert numbers_in("-4") == {"-4": -4.0}
    assert numbers_in("h2o someone") == {}


@given(st.integers(-999, 999))
def test_every_integer_is_found(value: int) -> None:
    assert numbers_in(f"to {value} percent") == {str(value): float(value)}
    assert tidy_number(float(value)) == value


def test_halves_are_part_of_the_number() -> None:
    assert numbers_in("to nineteen and a half degrees") == {"nineteen and a half": 19.5}
    assert numbers_in("21 and a half") == {"21 and a half": 21.5}
