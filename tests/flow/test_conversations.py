"""Conversations with whole homes: the daemon's own parts, without a broker, on its own clock."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest
from tools.understanding.cases import DATA, read_cases, run_case
from tools.understanding.homes import SimulatedHome, read_home

HOMES = ("flat", "house", "villa", "works")


@pytest.fixture(scope="module")
def homes() -> dict[str, SimulatedHome]:
    return {name: read_home(DATA / f"{name}_home.yaml") for name in HOMES}


def test_the_sets_are_those_that_were_frozen() -> None:
    listed = (DATA / "FROZEN.sha256").read_text(encoding="ascii").splitlines()
    frozen = {name: digest for digest, name in (line.split() for line in listed)}
    for path in (*DATA.glob("*.jsonl"), *DATA.glob("*.yaml")):
        assert hashlib.sha256(path.read_bytes()).hexdigest() == frozen[path.name], path.name


@pytest.mark.parametrize("name", HOMES)
async def test_nothing_risky_is_done_without_a_yes(
    name: str, homes: dict[str, SimulatedHome]
) -> None:
    cases = [
        case
        for path in sorted(DATA.glob(f"{name}_*_careful.jsonl"))
        for case in read_cases(path)
        if case["feature"] == "risky"
    ]
    assert cases
    acted = [case["say"] for case in cases if (await run_case(homes[name], case)).wrong]
    assert acted == []


CONVERSATIONS: list[tuple[str, dict[str, Any]]] = [
    (
        "house",
        {
            "say": "turn off the telly in ten minutes",
            "outcome": ["scheduled"],
            "then": [
                {"wait": 570, "states": {}},
                {"wait": 60, "states": {"switch.telly": "off"}},
            ],
        },
    ),
    (
        "house",
        {
            "say": "turn on the porch light for half an hour",
            "states": {"light.porch": "on"},
            "then": [
                {"wait": 1700, "states": {}},
                {"wait": 200, "states": {"light.porch": "off"}},
            ],
        },
    ),
    (
        "house",
        {
            "say": "every weekday at 7 set Hive to 21",
            "outcome": ["scheduled"],
            "then": [
                {"until": "2026-11-26T06:59", "states": {}},
                {"until": "2026-11-26T07:01", "states": {"climate.hive": {"temperature": 21}}},
            ],
        },
    ),
    (
        "flat",
        {
            "say": "whenever the front door opens turn on the hall light for five minutes",
            "outcome": ["confirm"],
            "then": [
                {"say": "yes", "outcome": ["scheduled"]},
                {
                    "set": {"binary_sensor.front_contact": "on"},
                    "states": {"light.hall": "on"},
                },
                {"wait": 290, "states": {}},
                {"wait": 40, "states": {"light.hall": "off"}},
            ],
        },
    ),
    (
        "flat",
        {
            "say": "turn on the hall light",
            "states": {"light.hall": "on"},
            "then": [{"say": "undo that", "states": {"light.hall": "off"}}],
        },
    ),
    (
        "works",
        {
            "say": "set the barn fan to 80 and tell me the barn temperature",
            "states": {"fan.barn": {"percentage": 80}},
            "says": [["14.5"]],
        },
    ),
    (
        "house",
        {
            "say": "turn off the hall light in an hour",
            "outcome": ["scheduled"],
            "then": [
                {"say": "what is planned?", "outcome": ["answered"], "says": [["hall"]]},
                {"say": "cancel that", "outcome": ["answered", "done"]},
                {"wait": 3700, "states": {}},
            ],
        },
    ),
    (
        "villa",
        {
            "say": "turn off the kitchen lights",
            "area": "Kitchen",
            "states": {"light.kitchen_ceiling": "off", "light.kitchen_undercab": "off"},
            "then": [
                {
                    "say": "put them on again",
                    "states": {"light.kitchen_ceiling": "on", "light.kitchen_undercab": "on"},
                }
            ],
        },
    ),
    (
        "works",
        {
            "say": "turn off the workshop tubes",
            "area": "Workshop",
            "states": {"light.workshop": "off"},
            "then": [
                {"say": "turn on the bench lamp", "states": {"light.bench": "on"}},
                {"say": "no wait, the tubes too", "states": {"light.workshop": "on"}},
            ],
        },
    ),
    (
        "flat",
        {"say": "turn on the hue go two", "states": {"light.hue_go": "on"}},
    ),
    (
        "house",
        {"say": "I'm freezing in the study", "states": {"climate.study": "heat"}},
    ),
    (
        "flat",
        {
            "say": "which lights are on?",
            "outcome": ["answered"],
            "then": [
                {
                    "say": "turn them off",
                    "states": {
                        "light.cian_ceiling": "off",
                        "light.led_strip": "off",
                        "light.kitchen_spots": "off",
                    },
                }
            ],
        },
    ),
    (
        "villa",
        {
            "say": "unlock the front door",
            "outcome": ["confirm"],
            "then": [{"say": "yes", "states": {"lock.front": "unlocked"}}],
        },
    ),
]


@pytest.mark.parametrize(
    ("name", "case"), CONVERSATIONS, ids=[each["say"] for _, each in CONVERSATIONS]
)
async def test_a_conversation(
    name: str, case: dict[str, Any], homes: dict[str, SimulatedHome]
) -> None:
    outcome = await run_case(homes[name], case)
    assert outcome.problems == (), outcome.replies


def test_a_home_is_read_as_it_is_written() -> None:
    home = read_home(Path(DATA) / "flat_home.yaml")
    assert home.states["light.cian_ceiling"].attributes["brightness_pct"] == 80
    assert "set_position" in {
        name for each in home.entities if each.id == "cover.giulia_blind" for name in each.services
    }
