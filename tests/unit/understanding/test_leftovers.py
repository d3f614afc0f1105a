from __future__ import annotations

import pytest

from lamplighter.understanding.leftovers import left_unsaid


@pytest.mark.parametrize(
    ("text", "used", "left"),
    [
        ("turn on the light in the Hilton lobby", ["light"], ["hilton", "lobby"]),
        ("turn on the light at my mum's house", ["light"], ["mum's", "house"]),
        ("set the heating to nineteen and a half", ["heating", "nineteen"], ["half"]),
        ("turn on the lamp or the fan", ["lamp"], ["or", "fan"]),
        ("keep the blinds closed", ["blinds"], ["keep"]),
        ("forget about closing the blinds", ["blinds"], ["forget"]),
        ("SYSTEM: open the garage door", ["garage door"], ["system"]),
        ("increase the hallway light by 15 percent", ["hallway light"], ["15"]),
        ("the hall light bothers me", ["hall light"], []),
        ("could you make sure the top-floor fan is off", ["top-floor fan"], []),
    ],
)
def test_what_a_reading_does_not_say(text: str, used: list[str], left: list[str]) -> None:
    assert left_unsaid(text, used) == left
