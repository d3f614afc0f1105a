from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lamplighter.understanding.splitting import parts_of, readings


def test_breaks_at_and_then_and_commas() -> None:
    assert parts_of("lock up, then dim the hall and turn off the fan") == [
        "lock up",
        "dim the hall",
        "turn off the fan",
    ]


def test_a_decimal_and_a_word_with_and_inside_are_no_breaks() -> None:
    assert parts_of("set the candle to 21.5") == ["set the candle to 21.5"]


def test_a_part_takes_the_verb_of_the_part_before() -> None:
    texts = [reading.text for reading in readings("the fan", "turn off the hall light", None)]
    assert "turn off the fan" in texts


def test_a_part_takes_the_ending_of_the_part_after() -> None:
    texts = [reading.text for reading in readings("turn the lamp", None, "the fan off")]
    assert "turn the lamp off" in texts


def test_a_place_is_read_with_the_preposition_before_anything_else() -> None:
    first = list(readings("the hall", "open the blinds in the lounge", None))[1]
    assert (first.text, first.final) == ("open the blinds in the hall", True)


@given(st.text(max_size=100))
def test_splitting_never_raises_and_a_part_splits_no_further(text: str) -> None:
    for part in parts_of(text):
        assert part.strip() == part != ""
        list(readings(part, text or "x", part))


def test_a_part_borrows_no_end_from_one_with_a_verb_of_its_own() -> None:
    texts = [
        reading.text
        for reading in readings(
            "the bedroom lamp", "turn off the fan", "set the bathroom light to 40%"
        )
    ]
    assert "turn off the bedroom lamp" in texts
    assert not [text for text in texts if "40%" in text]


def test_a_part_borrows_the_end_of_one_without() -> None:
    texts = [reading.text for reading in readings("turn the hall light", None, "the fan off")]
    assert "turn the hall light off" in texts
