from __future__ import annotations

import pytest

from lamplighter import config
from lamplighter.errors import ConfigError
from lamplighter.faults.condition import conditions_of
from lamplighter.faults.settings import Tag
from lamplighter.faults.signals.settings import Loop


def tag(text: str) -> Tag:
    read = config.parse(f"machines: [{{asset: p, tags: {{a: {{topic: t, {text}}}}}}}]")
    return read.machines[0].tags["a"]


LOOPS = {
    "loop: true": (True, "mA"),
    "loop: false, unit: bar": (False, "bar"),
    "loop: {low: 0, high: 10, unit: bar}": (Loop(0.0, 10.0, "bar"), "bar"),
    "unit: bar, loop: {low: 0, high: 10}": (Loop(0.0, 10.0), "bar"),
}


@pytest.mark.parametrize("text", LOOPS)
def test_a_loop_is_in_ma_or_in_the_unit_of_its_scale(text: str) -> None:
    read = tag(text)
    assert (read.loop, read.value_unit) == LOOPS[text]


@pytest.mark.parametrize(
    ("text", "key", "reason"),
    [
        ("loop: 3", "loop", "must be a mapping"),
        ("loop: {low: 0, high: 0}", "loop.high", "must differ from low"),
        ("unit: bar, loop: true", "unit", "in mA"),
        ("unit: bar, loop: {low: 0, high: 1, unit: psi}", "loop.unit", "not the tag's unit"),
        ("range: {least: 3, greatest: 1}", "range.greatest", "must be above least"),
        ("deviation: {}", "deviation", "needs above or below"),
        ("deviation: {above: -1, below: 1}", "deviation.above", "must be at least 0"),
        ("quantity: taste", "quantity", "must be one of"),
    ],
)
def test_what_contradicts_itself_is_told_with_its_key(text: str, key: str, reason: str) -> None:
    with pytest.raises(ConfigError) as caught:
        tag(text)
    [problem] = caught.value.problems
    assert problem.key == f"machines[0].tags.a.{key}"
    assert reason in problem.reason


def test_deviations_and_loops_are_conditions_with_their_units() -> None:
    read = config.parse(
        "machines: [{asset: p, tags: {a: {topic: t, loop: {low: 0, high: 10, unit: bar},"
        " deviation: {above: 3, below: 2}}}}]"
    )
    found = [(c.key, c.limit, c.limit_unit) for c in conditions_of(read.machines[0])]
    assert found == [
        ("a_above_usual", 3.0, "bar"),
        ("a_below_usual", 2.0, "bar"),
        ("a_loop_fault", 3.6, "mA"),
    ]
