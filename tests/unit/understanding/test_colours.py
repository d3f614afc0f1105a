from __future__ import annotations

from lamplighter.understanding.colours import COLOURS


def test_each_colour_is_one_of_its_own_within_range() -> None:
    assert all(0 <= part <= 255 for colour in COLOURS.values() for part in colour)
    assert all(len(colour) == 3 for colour in COLOURS.values())
    assert len(set(COLOURS.values())) == len(COLOURS)


def test_they_are_the_named_colours_of_css() -> None:
    assert COLOURS["green"] == (0, 128, 0)
    assert COLOURS["orange"] == (255, 165, 0)
    assert all(name == name.casefold() for name in COLOURS)
