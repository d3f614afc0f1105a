"""The index of words is of the templates at hand, and figures count what they say they count."""

from __future__ import annotations

import pytest
from tools.language_words import TARGET, line_of
from tools.understanding_figures.chinese import POLITE
from tools.understanding_figures.languages import languages

from lamplighter.understanding.languages.chinese import without_polite_forms


@pytest.mark.parametrize("language", ["sw", "mn"])
def test_the_index_is_of_these_templates(language: str) -> None:
    assert line_of(language) in TARGET.read_text(encoding="utf-8").splitlines()


def test_a_row_for_a_language() -> None:
    figures = languages(("sw",))
    row = figures["rows"][0]
    assert figures["languages"] == 1
    assert row["language"] == "sw"
    assert row["known_percent"] == 100
    assert row["told_percent"] >= 90


@pytest.mark.parametrize("form", POLITE)
def test_each_polite_form_goes(form: str) -> None:
    assert without_polite_forms(form.format("打开灯")) == "打开灯"
