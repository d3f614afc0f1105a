"""What planned machines measure: steady before the onset, beyond the limit in it, back after it."""

from __future__ import annotations

import math
import random
from dataclasses import replace
from itertools import islice, pairwise

import pytest
from tools.plant.course import level, values
from tools.plant.drawing import Makings
from tools.plant.parts import Course, Signal
from tools.plant.planning import ENDLESS, Plan, plan


@pytest.fixture
def plans(trained_on: Makings) -> list[Plan]:
    draws = [random.Random(seed) for seed in range(60)]  # noqa: S311 - a seeded simulation
    return [plan(draw, trained_on.library, "train", "closed") for draw in draws]


def _lead(planned: Plan) -> tuple[Signal, Course]:
    key, course = next(iter(planned.courses.items()))
    return planned.signals[key], course


@pytest.mark.parametrize("shape", ["slow", "step", "swing"])
def test_a_signal_goes_where_it_is_to_go_and_comes_back(plans: list[Plan], shape: str) -> None:
    signal, _ = _lead(next(each for each in plans if each.courses))
    course = Course(1.5, begins=50.0, grows=8.0, ends=120.0, shape=shape)
    assert level(course, signal, 49) == 0.0
    assert 1.0 < max(level(course, signal, step) for step in range(50, 120)) < 2.0
    assert level(course, signal, 200) < 0.01
    down = replace(course, to=-1.5, ends=ENDLESS)
    assert level(down, signal, 119) == pytest.approx(-level(course, signal, 119))


def test_spikes_are_short(plans: list[Plan]) -> None:
    signal, _ = _lead(next(each for each in plans if each.courses))
    course = Course(1.5, begins=50.0, grows=8.0, ends=ENDLESS, shape="burst")
    beyond = [level(course, signal, step) > 1.0 for step in range(50, 90)]
    assert sum(beyond) == 10
    assert not any(a and b for a, b in pairwise(beyond))


def test_the_leading_signal_goes_beyond_its_limit_and_begins_first(plans: list[Plan]) -> None:
    for planned in plans:
        if not planned.courses:
            continue
        _, lead = _lead(planned)
        assert abs(lead.to) >= 1.25
        assert lead.begins == min(course.begins for course in planned.courses.values())


def test_before_the_onset_values_stay_at_what_is_usual(plans: list[Plan]) -> None:
    for planned in plans[:20]:
        for _, found in islice(values(planned, 7), planned.onset - 1):
            for key, value in found.items():
                signal = planned.signals[key]
                if signal.loop is None:
                    assert abs(value - signal.usual) < 0.8 * signal.span + 10.0**-signal.digits


def test_a_failed_signal_sends_what_such_a_sensor_sends(plans: list[Plan]) -> None:
    seen = set()
    for planned in plans:
        for key, broken in planned.broken.items():
            inside = [
                found.get(key)
                for step, found in values(planned, 7)
                if broken.begins <= step < broken.ends
            ]
            assert inside
            seen.add(broken.how)
            if broken.how == "stale":
                assert set(inside) == {None}
            elif broken.how == "stuck":
                assert len(set(inside)) == 1
                assert inside[0] is not None
            elif broken.how == "loop":
                assert all(each is not None and not 3.6 <= each <= 21.0 for each in inside)
            elif broken.how == "text":
                assert all(each is not None and math.isnan(each) for each in inside)
    assert len(seen) >= 3
