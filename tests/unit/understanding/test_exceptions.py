from __future__ import annotations

import pytest

from lamplighter.catalogue.catalogue import Catalogue
from lamplighter.understanding.exceptions import left_out, split
from lamplighter.understanding.names import Names, collect


@pytest.fixture
def names(catalogue: Catalogue) -> Names:
    return collect(1, catalogue.entities(), catalogue.areas, catalogue.floors)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (
            "turn off all lights except the kitchen and the hall light",
            ("turn off all lights", ("kitchen", "hall light")),
        ),
        ("everything off apart from the fan", ("everything off", ("fan",))),
        ("turn off the lamps, but not those in the lounge", ("turn off the lamps", ("lounge",))),
        ("turn off all lights", None),
        ("don't turn off the lights", None),
    ],
)
def test_what_is_said_and_what_is_left_out(
    text: str, parts: tuple[str, tuple[str, ...]] | None
) -> None:
    assert split(text) == parts


@pytest.mark.parametrize(
    ("phrases", "ids"),
    [
        (("hall light",), {"light.hall"}),
        (("Bathroom",), {"sensor.bath"}),
        (("kitchen lights",), {"light.ceiling", "light.counter"}),
        (("lights in the bedroom", "fan"), {"light.bedside", "fan.ceiling"}),
        (("lights upstairs",), {"light.bedside"}),
        (("dear little hall light",), {"light.hall"}),
        (("attic",), None),
        (("hall light", "attic"), None),
    ],
)
def test_all_of_it_has_to_be_known(
    names: Names, phrases: tuple[str, ...], ids: set[str] | None
) -> None:
    assert left_out(phrases, names) == ids
