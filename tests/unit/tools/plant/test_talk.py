"""What machines log and people write, in the machine's own manner and at its time."""

from __future__ import annotations

import random

from tools.plant.drawing import Makings
from tools.plant.held_out import VENDORS
from tools.plant.planning import Plan, plan
from tools.plant.talk import deeds, lines


def _plans(made: Makings, count: int) -> list[Plan]:
    draws = [random.Random(seed) for seed in range(count)]  # noqa: S311 - a seeded simulation
    return [plan(draw, made.library, "train", "closed") for draw in draws]


def test_lines_are_whole_and_in_order(trained_on: Makings) -> None:
    said = 0
    for planned in _plans(trained_on, 40):
        assert planned.vendor not in VENDORS
        draw = random.Random(3)  # noqa: S311 - a seeded simulation
        found = list(lines(planned, draw, trained_on.library.sayings))
        assert planned.vendor is not None or not found
        steps = [line.step for line in found]
        assert steps == sorted(steps)
        assert not any("$" in line.text or "{" in line.text for line in found)
        said += len(found)
    assert said > 100


def test_the_same_message_has_the_same_number_of_its_own(trained_on: Makings) -> None:
    planned = next(each for each in _plans(trained_on, 200) if each.vendor == "alarm_number")
    draw = random.Random(3)  # noqa: S311 - a seeded simulation
    noise = [
        line.text
        for line in lines(planned, draw, trained_on.library.sayings)
        if line.text.endswith("mode AUTO")
    ]
    assert len(set(noise)) <= 1


def test_people_act_after_the_onset_and_help_before_the_end(trained_on: Makings) -> None:
    done = set()
    for number, planned in enumerate(_plans(trained_on, 40)):
        draw = random.Random(number)  # noqa: S311 - a seeded simulation
        for deed in deeds(planned, draw, trained_on.library.sayings):
            done.add(deed.op)
            assert deed.by
            assert bool(deed.text) == (deed.op != "ack")
            assert deed.op == "note" or deed.step > planned.onset
    assert done == {"do", "note", "ack"}
