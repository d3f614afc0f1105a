from __future__ import annotations

from datetime import UTC, datetime

import pytest

from lamplighter.understanding.timing.ends import without_said_end

NOW = datetime(2026, 11, 20, 15, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (
            "turn on the boiler for 5 minutes and then turn it off",
            "turn on the boiler for 5 minutes",
        ),
        ("lights on for 5 min then off again", "lights on for 5 min"),
        ("open the gate until ten, and then close it", "open the gate until ten"),
    ],
)
def test_an_end_said_twice_is_one(text: str, left: str) -> None:
    assert without_said_end(text, NOW) == left


@pytest.mark.parametrize(
    "text",
    [
        "turn on the boiler and then turn it off",
        "turn off the boiler for 5 minutes and then off",
        "turn on the fan for 5 minutes and then turn off the lamp",
        "turn on the fan for 5 minutes",
    ],
)
def test_what_is_a_command_of_its_own_stays(text: str) -> None:
    assert without_said_end(text, NOW) == text
