from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamplighter.understanding.languages.yes_no import in_english, says_no, says_yes


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Ja, bitte!"),
        ("de-AT", "ja"),
        ("fr", "Oui"),
        ("fr", "D'accord."),
        ("fr", "vas-y"),
        ("es", "Sí, por favor"),
        ("it", "certo"),
        ("nl", "ja graag"),
        ("pt-BR", "sim"),
        ("pl", "tak"),
        ("sv", "ja tack"),
        ("da", "jo"),
        ("no", "ja"),
        ("cs", "ano"),
        ("ru", "да"),
        ("zh-CN", "好的"),
        ("en", "yes"),
        ("de", "yes"),
        ("fi", "yes"),
    ],
)
def test_yes(language: str, text: str) -> None:
    assert says_yes(text, language)
    assert not says_no(text, language)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Nein, danke"),
        ("de", "lass das"),
        ("fr", "non merci"),
        ("es", "cancela"),
        ("it", "no"),
        ("nl", "laat maar"),
        ("pt", "não"),
        ("pl", "nie"),
        ("sv", "nej"),
        ("da", "nej tak"),
        ("nb", "nei"),
        ("cs", "ne"),
        ("ru", "не надо"),
        ("zh-CN", "算了"),
        ("en", "never mind"),
        ("de", "no"),
    ],
)
def test_no(language: str, text: str) -> None:
    assert says_no(text, language)
    assert not says_yes(text, language)


@pytest.mark.parametrize("text", ["", "ja und nein", "vielleicht", "das Licht", "?"])
def test_neither(text: str) -> None:
    assert not says_yes(text, "de")
    assert not says_no(text, "de")


@given(st.text(max_size=20), st.sampled_from(["de", "fr", "zh-CN", "en", "xx", ""]))
def test_never_both(text: str, language: str) -> None:
    assert not (says_yes(text, language) and says_no(text, language))


@pytest.mark.parametrize(
    ("text", "language", "said"),
    [
        ("Ja, bitte!", "de", "yes"),
        ("nein", "de", "no"),
        ("das Licht", "de", "das Licht"),
        ("yes, and the fan", "en", "yes, and the fan"),
        ("Yes.", "en-GB", "Yes."),
    ],
)
def test_in_english(text: str, language: str, said: str) -> None:
    assert in_english(text, language) == said
