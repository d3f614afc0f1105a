from __future__ import annotations

import pytest

from lamplighter.catalogue.catalogue import Catalogue
from lamplighter.understanding.names import collect
from lamplighter.understanding.unknown import hint


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("turn on the light in the attic", "I know of no light in the attic."),
        ("please turn on the chandelier", "I know of no chandelier."),
        ("turn the jacuzzi off", "I know of nothing called 'jacuzzi'."),
        ("turn it off", "I don't know what you mean by 'it'. Please say its name."),
        ("turn everything on", "That is too much at once. Please say which lights or devices."),
        ("open the bedroom window", "The Bedroom window can't do that."),
        ("everything off in here", "I don't know where you are. Please say the room."),
        ("the hall light is a nice light", None),
        ("what is the weather like", None),
        ("turn on that thing which stands right behind the old sofa", None),
    ],
)
def test_what_is_not_known_is_said(catalogue: Catalogue, text: str, said: str | None) -> None:
    names = collect(1, catalogue.entities(), catalogue.areas, catalogue.floors)
    assert hint(text, names) == said


def test_here_is_known_where_the_asker_is(catalogue: Catalogue) -> None:
    names = collect(1, catalogue.entities(), catalogue.areas, catalogue.floors)
    assert hint("everything off in here", names, "Hall") is None
