from __future__ import annotations

from lamplighter.understanding.colours import COLOURS, UTMOST_WHITES, WHITES


def test_each_colour_is_within_range_and_has_one_name_to_say_back() -> None:
    for colour in COLOURS.values():
        assert len(colour) == 3
        assert all(0 <= part <= 255 for part in colour)
    said = {code: name for name, code in COLOURS.items()}
    assert (said[(255, 0, 0)], said[(0, 255, 255)], said[(128, 128, 128)]) == (
        "red",
        "cyan",
        "grey",
    )


def test_whites_are_colour_temperatures_that_lamps_have() -> None:
    assert all(1500 <= kelvin <= 7000 for kelvin in WHITES.values())
    assert set(WHITES.values()) >= UTMOST_WHITES
    assert WHITES.keys().isdisjoint(COLOURS)


def test_they_are_the_named_colours_of_css() -> None:
    assert COLOURS["green"] == (0, 128, 0)
    assert COLOURS["orange"] == (255, 165, 0)
    assert all(name == name.casefold() for name in COLOURS)
