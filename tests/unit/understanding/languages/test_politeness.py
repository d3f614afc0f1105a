from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamplighter.understanding.languages.politeness import without_fillers, without_polite_forms
from lamplighter.understanding.languages.small_words import small_words

LANGUAGES = ("de", "fr", "es", "it", "nl", "pt", "pl", "sv", "da", "nb", "cs", "ru")


@pytest.mark.parametrize(
    ("language", "text", "bare"),
    [
        ("de", "Hallo, kannst du bitte das Licht einschalten?", "das Licht einschalten"),
        ("de", "mach das Licht an, danke", "mach das Licht an"),
        ("fr", "peux-tu allumer la lampe s'il te plaît ?", "allumer la lampe"),
        ("fr", "allume la lampe, merci", "allume la lampe"),
        ("es", "por favor enciende la luz", "enciende la luz"),
        ("es", "¿puedes apagar la luz?", "¿puedes apagar la luz?"),
        ("it", "potresti spegnere la luce per favore", "spegnere la luce"),
        ("nl", "kun je het licht aandoen alsjeblieft?", "het licht aandoen"),
        ("pt", "por favor acende a luz obrigado", "acende a luz"),
        ("pl", "proszę włącz światło", "włącz światło"),
        ("sv", "kan du tända lampan tack", "tända lampan"),
        ("da", "vil du tænde lyset tak", "tænde lyset"),
        ("nb", "kan du slå på lyset, takk", "slå på lyset"),
        ("cs", "prosím tě zhasni světlo, díky", "zhasni světlo"),
        ("ru", "включи свет пожалуйста", "включи свет"),
        # A question stays one, and what carries meaning stays.
        ("de", "ist das Licht an?", "ist das Licht an?"),
        ("de", "mach das Licht nicht an", "mach das Licht nicht an"),
        ("de", "bitte", "bitte"),
        ("xx", "bitte mach das Licht an", "bitte mach das Licht an"),
    ],
)
def test_polite_forms_go(language: str, text: str, bare: str) -> None:
    assert without_polite_forms(text, language) == bare


def test_fillers_inside() -> None:
    assert without_fillers("mach doch mal das Licht an", "de") == "mach das Licht an"
    assert without_fillers("mal", "de") == "mal"


@given(st.sampled_from(LANGUAGES), st.text(max_size=40))
def test_idempotent_and_never_empty(language: str, text: str) -> None:
    once = without_polite_forms(text, language)
    assert without_polite_forms(once, language) == once
    assert bool(once.strip()) == bool(text.strip())


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_negation_is_a_filler(language: str) -> None:
    words = small_words(language)
    passed_over = {*words.openings, *words.closings, *words.inside, *words.requests}
    assert passed_over.isdisjoint(
        {"nicht", "ne", "pas", "non", "niet", "não", "nie", "inte", "ikke", "nej", "не", "nein"}
    )
    assert words.yes
    assert words.no
    assert set(words.yes).isdisjoint(words.no)
