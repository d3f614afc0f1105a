from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamplighter.understanding.languages.tags import base_of, language_of


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("en", "en"),
        ("en-GB", "en"),
        ("EN_us", "en"),
        ("de-AT", "de"),
        ("de-CH", "de-CH"),
        ("gsw", "de-CH"),
        ("pt", "pt"),
        ("pt-PT", "pt"),
        ("pt-BR", "pt-BR"),
        ("pt_br", "pt-BR"),
        ("es-419", "es"),
        ("zh", "zh-CN"),
        ("zh-CN", "zh-CN"),
        ("zh-Hans", "zh-CN"),
        ("zh-Hans-SG", "zh-CN"),
        ("zh-SG", "zh-CN"),
        ("zh-TW", "zh-TW"),
        ("zh-Hant", "zh-TW"),
        ("zh-Hant-TW", "zh-TW"),
        ("zh-HK", "zh-HK"),
        ("zh-Hant-HK", "zh-HK"),
        ("zh-MO", "zh-HK"),
        ("yue", "zh-HK"),
        ("sr", "sr"),
        ("sr-Cyrl-RS", "sr"),
        ("sr-Latn", "sr-Latn"),
        ("sr-Latn-RS", "sr-Latn"),
        ("nb", "nb"),
        ("no", "nb"),
        ("nn-NO", "nb"),
        ("iw", "he"),
        ("in", "id"),
        ("tlh", None),
        ("", None),
        ("-", None),
    ],
)
def test_tags(tag: str, language: str | None) -> None:
    assert language_of(tag) == language


@given(st.text(max_size=20))
def test_any_tag_has_a_language_or_none(tag: str) -> None:
    found = language_of(tag)
    assert found is None or language_of(found) == found


def test_base_is_the_language_alone() -> None:
    assert base_of("zh_Hans-CN") == "zh"
