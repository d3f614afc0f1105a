from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamplighter.understanding.normalise import MAX_CHARACTERS, fold, plain, tidy


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("Hey Lamplighter, could you maybe turn on the fan please?", "turn on the fan?"),
        ("I think you should open the blinds now", "open the blinds"),
        ("would you lock the door if you don't mind", "lock the door"),
        ("I want the hall light on", "the hall light on"),
        ("um, well, please, dim the lights, thanks!", "dim the lights"),
        ("turn on the fan right now for me", "turn on the fan"),
    ],
)
def test_fillers_and_polite_forms_go(text: str, bare: str) -> None:
    assert plain(text) == bare


@pytest.mark.parametrize(
    "text",
    [
        "don't turn on the light",
        "if it rains close the blinds",
        "turn off the light in 5 minutes",
        "turn on the light at nine",
        "turn off everything except the fridge",
        "set the heating to 21.5",
    ],
)
def test_what_carries_meaning_stays(text: str) -> None:
    assert plain(text) == text


def test_a_sentence_of_fillers_only_stays_a_text() -> None:
    assert plain("please") == "please"


def test_chinese_polite_forms_go() -> None:
    assert plain("请帮我打开客厅的灯吧", "zh-CN") == "打开客厅的灯"


def test_tidy_plain_quotes_spaces_and_control_characters() -> None:
    assert tidy("  what\u2019s\tthe\x00 time ?? ") == "what's the time ?"
    assert tidy("turn it on!!!") == "turn it on"
    assert len(tidy("x" * 5000)) == MAX_CHARACTERS


def test_fold_joins_spellings_and_keeps_decimals() -> None:
    assert fold("Kitchen  Light.") == fold("kitchen light")
    assert fold("21.5 °C") == "21.5 °c"


@given(st.text(max_size=80))
def test_normalising_never_raises_and_is_idempotent(text: str) -> None:
    for language in ("en", "zh-CN", "de"):
        once = plain(text, language)
        assert plain(once, language) == once
    assert tidy(tidy(text)) == tidy(text)
    assert fold(fold(text)) == fold(text)


@given(
    st.lists(
        st.sampled_from(["hey", "please", "could you", "now", "the lamp", "on", "?"]), max_size=9
    )
)
def test_plain_is_idempotent_on_fillers(words: list[str]) -> None:
    once = plain(" ".join(words))
    assert plain(once) == once
