from __future__ import annotations

import base64
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamplighter.errors import PayloadError
from lamplighter.faults.signals.learned.arrays import decoded, encoded


@given(st.lists(st.floats(allow_nan=False), min_size=6, max_size=6))
def test_an_array_comes_back_as_it_was(values: list[float]) -> None:
    array = np.array(values).reshape(2, 3)
    assert np.array_equal(decoded(encoded(array), "a", shape=(2, 3), dtype="f8"), array)


@given(st.text(max_size=40) | st.none() | st.integers())
def test_anything_else_is_refused(stored: object) -> None:
    with pytest.raises(PayloadError):
        decoded(stored, "a", shape=(2, 3), dtype="f8")


@pytest.mark.parametrize("array", [np.zeros(5), np.zeros(7), np.full(6, np.nan)])
def test_another_size_and_no_numbers_are_refused(
    array: np.ndarray[tuple[int], np.dtype[np.float64]],
) -> None:
    with pytest.raises(PayloadError):
        decoded(encoded(array), "a", shape=(2, 3), dtype="f8")


def test_a_bomb_is_not_unpacked() -> None:
    bomb = base64.b64encode(zlib.compress(bytes(50_000_000))).decode()
    with pytest.raises(PayloadError):
        decoded(bomb, "a", shape=(2, 3), dtype="f8")
