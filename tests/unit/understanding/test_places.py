from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamplighter.config import Area, Floor
from lamplighter.understanding.normalise import fold
from lamplighter.understanding.places import is_outdoors, places_of

ROOMS = (
    Area("Living Room", "Ground floor"),
    Area("Guest WC", "Ground floor"),
    Area("Bedroom", "First floor"),
    Area("Mia's Room", "First floor"),
    Area("Attic", "Second floor"),
    Area("Garden"),
    Area("Balcony"),
)
FLOORS = (Floor("Ground floor"), Floor("First floor"), Floor("Second floor"))


@pytest.mark.parametrize(
    ("said", "area"),
    [
        ("lounge", "Living Room"),
        ("livingroom", "Living Room"),
        ("front room", "Living Room"),
        ("loo", "Guest WC"),
        ("master bedroom", "Bedroom"),
        ("bed room", "Bedroom"),
        ("mia's bedroom", "Mia's Room"),
        ("mias room", "Mia's Room"),
        ("loft", "Attic"),
        ("yard", "Garden"),
    ],
)
def test_rooms_have_other_words(said: str, area: str) -> None:
    found = places_of(ROOMS, FLOORS).area(said)
    assert found is not None
    assert found.name == area


def test_a_word_that_two_rooms_can_have_means_none() -> None:
    places = places_of((Area("Living Room"), Area("Lounge"), Area("Sitting area")), ())
    assert places.area("sitting room") is None
    lounge = places.area("lounge")
    assert lounge is not None
    assert lounge.name == "Lounge"


def test_a_configured_alias_goes_before_other_words() -> None:
    places = places_of((Area("Living Room"), Area("Cabin", aliases=("Lounge",))), ())
    lounge = places.area("lounge")
    assert lounge is not None
    assert lounge.name == "Cabin"


def test_floors_are_known_by_their_order() -> None:
    places = places_of(ROOMS, FLOORS)
    top = places.floor("top floor")
    assert top is not None
    assert top.name == "Second floor"
    assert places.members["upstairs"] == {"bedroom", "mia's room", "attic"}
    assert places.members["downstairs"] == {"living room", "guest wc"}


def test_the_first_floor_is_the_lowest_where_no_other_is_below() -> None:
    places = places_of(
        (Area("Kitchen", "First floor"),), (Floor("First floor"), Floor("Second floor"))
    )
    ground = places.floor("ground floor")
    assert ground is not None
    assert ground.name == "First floor"


def test_outside_is_every_place_in_the_open() -> None:
    places = places_of(ROOMS, FLOORS)
    assert places.members["outside"] == {"garden", "balcony"}
    assert "garden" not in places.members["inside"]
    assert is_outdoors("Garden lights")
    assert not is_outdoors("Hall light")


def test_a_home_without_floors_has_no_upstairs() -> None:
    assert places_of((Area("Kitchen"),), ()).floor("upstairs") is None


NAMES = st.lists(
    st.text(alphabet="abc ä'-2", min_size=1, max_size=12).filter(lambda name: fold(name) != ""),
    max_size=6,
)


@given(NAMES, NAMES)
def test_configured_names_always_mean_themselves(areas: list[str], floors: list[str]) -> None:
    places = places_of([Area(name) for name in areas], [Floor(name) for name in floors])
    for name in areas:
        found = places.area(name)
        assert found is not None
        assert fold(found.name) == fold(name)
    for name in floors:
        storey = places.floor(name)
        assert storey is not None
        assert fold(storey.name) == fold(name)
