"""What a phrase of a follow-up names."""

from __future__ import annotations

import pytest

from lamplighter.catalogue.catalogue import Catalogue
from lamplighter.understanding.followups.targets import Target, target_of
from lamplighter.understanding.names import Names, collect


@pytest.fixture
def names(catalogue: Catalogue) -> Names:
    return collect(1, catalogue.entities(), catalogue.areas, catalogue.floors)


@pytest.mark.parametrize(
    ("phrase", "target"),
    [
        ("the bedroom", Target({"area": "Bedroom"})),
        ("in the lounge", Target({"area": "Living Room"})),
        ("upstairs", Target({"floor": "Upstairs"})),
        ("the bedroom one", Target({"area": "Bedroom"})),
        ("the one in the bedroom", Target({"area": "Bedroom"})),
        ("the fan", Target(kind="fan")),
        ("all the lights", Target(kind="light", many=True)),
        ("the kitchen lights", Target({"area": "Kitchen"}, kind="light", many=True)),
        ("the lights in the kitchen", Target({"area": "Kitchen"}, kind="light", many=True)),
        ("here", Target(here=True)),
        ("the other one", Target(other=True)),
        ("the others", Target(other=True, many=True)),
        ("the other lamp", Target(kind="light", other=True)),
        ("the left one", Target(part="left")),
    ],
)
def test_a_phrase_names(names: Names, phrase: str, target: Target) -> None:
    assert target_of(phrase, names) == target


def test_names_are_found_whole_and_in_part(names: Names) -> None:
    for phrase, found in (
        ("the reading lamp", "light.reading"),
        ("entrance lamp", "light.hall"),
        ("the coffee machine", "switch.coffee"),
        ("reading", "light.reading"),
    ):
        target = target_of(phrase, names)
        assert target is not None
        assert [entity.id for entity in target.entities] == [found]


@pytest.mark.parametrize("phrase", ["the garden gnome", "dinner", "", "turn on the hall light"])
def test_unknown_words_name_nothing(names: Names, phrase: str) -> None:
    assert target_of(phrase, names) is None
