from __future__ import annotations

import pytest

from lamplighter.understanding.time_expressions import commands, obstacle, seconds_of, spoken_length


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("turn off the light at nine", "time"),
        ("turn off the light at 7:30", "time"),
        ("turn on the heating tomorrow", "time"),
        ("turn on the light for ten minutes", "time"),
        ("open the blinds every morning", "time"),
        ("when I come home turn on the light", "condition"),
        ("close the window if it rains", "condition"),
        ("everything off except the fridge", "exception"),
        ("do not open the gate", "negation"),
        ("yes but not now", "negation"),
        ("turn it on, but not so bright", "contrast"),
        ("turn off the lamp later", "time"),
        ("was it on yesterday", "time"),
        ("turn on the lamp at sunset if it rains", "condition"),
        ("whenever it rains turn on the lamp", "condition"),
        ("set a timer for ten minutes", "time"),
        ("don't turn on the lamp", "negation"),
        ("turn on the light", None),
        ("can't see anything, turn on the light", None),
        ("turn on the heating at 22", None),
        ("set the fan at 3", None),
        ("turn on the light if you can", None),
        ("turn on the light at once", None),
        ("turn on the night light", None),
        ("turn on the sunset scene", None),
        ("set the lamp at 40 percent", None),
    ],
)
def test_what_forbids_acting_at_once(text: str, found: str | None) -> None:
    assert obstacle(text) == found


def test_lengths() -> None:
    assert seconds_of({"hours": 1, "minutes": 30}) == 5400
    assert seconds_of({"start_minutes": 2}, "start_") == 120
    assert spoken_length(5400) == "1 hour and 30 minutes"
    assert spoken_length(3661) == "1 hour, 1 minute and 1 second"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("turn on the light at nine", True),
        ("when he comes home, switch on the light", True),
        ("if it rains close the window", True),
        ("could you please lock the door", True),
        ("remember when we used to open the blinds", False),
        ("I'm cold today", False),
        ("I'll lock the front door myself later", False),
    ],
)
def test_what_has_the_form_of_a_command(text: str, *, found: bool) -> None:
    assert commands(text) is found
