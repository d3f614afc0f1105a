"""Samples from corrections: the sentence with the frame that it should have had."""

from __future__ import annotations

import json
import random
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from tools.model.task.corrections import main, samples

LAMP = {
    "name": "Bedside lamp",
    "domain": "light",
    "device_class": None,
    "area": "Bedroom",
    "floor": "Upstairs",
}
FAN = {"name": "Desk fan", "domain": "fan", "device_class": None, "area": "Study", "floor": None}
NAMES = {"light.a": LAMP, "fan.b": FAN}


def intent(name: str, **slots: Any) -> dict[str, Any]:
    return {
        "name": name,
        "slots": slots,
        "domains": [],
        "here": False,
        "many": False,
        "question": "",
        "text": "",
    }


def correction(said: str, *meant: dict[str, Any], about: str = "light.a") -> dict[str, Any]:
    step = {"entity_id": about, "service": "turn_on", "params": {}}
    return {
        "at": 1.0,
        "language": "en",
        "area": "Study",
        "said": said,
        "read": [],
        "read_steps": [],
        "corrected": "no, the other one",
        "meant": list(meant),
        "meant_steps": [step] if meant else [],
        "names": NAMES,
    }


def first_of(row: dict[str, Any]) -> tuple[str, str]:
    found = list(samples([row], random.Random(1), Counter()))  # noqa: S311 - seeded
    assert found
    return found[0].text, found[0].line


@pytest.mark.parametrize(
    ("row", "line"),
    [
        (
            correction("i could do with the bedside lamp", intent("HassTurnOn", ids=["light.a"])),
            "on||bedside lamp||",
        ),
        (
            correction("the lamp in the bedroom hurts", intent("HomeChangeBrightness",
                                                              brightness_step=-20)),
            "dimmer|lamp||bedroom|",
        ),
        (
            correction("bedside lamp around thirty", intent("HassLightSet", brightness=30)),
            "set||bedside lamp||thirty",
        ),
        (
            correction("desk fan, put your back into it",
                       intent("HomeChangeSpeed", speed_step=20), about="fan.b"),
            "faster||desk fan||",
        ),
        (correction("the bedside lamp was a bargain"), "none"),
    ],
)  # fmt: skip
def test_a_correction_becomes_the_right_frame(row: dict[str, Any], line: str) -> None:
    assert first_of(row) == (row["said"], line)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({**correction("lampe an", intent("HassTurnOn")), "language": "de"}, "another language"),
        (
            correction("bedside lamp and fan on", intent("HassTurnOn"), intent("HassTurnOn")),
            "several commands",
        ),
        (correction("bedside lamp", intent("HassStartTimer")), "no verb says it"),
        (
            correction("bedside lamp, you know how", intent("HassLightSet", brightness=30)),
            "its value is not said in it",
        ),
    ],
)
def test_what_no_frame_can_say_is_left_out_and_counted(row: dict[str, Any], reason: str) -> None:
    counts: Counter[str] = Counter()
    assert list(samples([row], random.Random(1), counts)) == []  # noqa: S311 - seeded
    assert counts == {reason: 1}


def test_an_export_becomes_samples_said_in_several_ways(tmp_path: Path) -> None:
    row = correction("i could do with the bedside lamp", intent("HassTurnOn", ids=["light.a"]))
    export, out = tmp_path / "corrections.jsonl", tmp_path / "samples.jsonl"
    export.write_text(json.dumps(row) + "\n", encoding="utf-8")
    assert main([str(export), str(out)]) == 0
    rows = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert 2 <= len(rows) <= 8
    assert {each["answer"] for each in rows} == {"on||bedside lamp||"}
    assert {each["source"] for each in rows} == {"corrections"}
