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
