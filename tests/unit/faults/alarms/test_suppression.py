from __future__ import annotations

import pytest

from lamplighter.config import parse
from lamplighter.errors import ConfigError
from lamplighter.faults.alarms.settings import Suppression, When
from lamplighter.faults.alarms.suppression import Logic

STANDING = Suppression(When("current", below=1.0), ("bar_low",), delay=30.0)


def test_it_lasts_as_long_as_the_mode_and_its_delay() -> None:
    logic = Logic(0, STANDING)
    assert not logic.look(5.0, 0.0, trusted=True)
    assert logic.look(0.5, 1.0, trusted=True)
    assert not logic.look(0.5, 100.0, trusted=True)
    assert not logic.look(5.0, 101.0, trusted=True)
    assert not logic.look(0.5, 120.0, trusted=True)  # off again: the delay begins anew
    assert not logic.look(5.0, 125.0, trusted=True)
    assert not logic.look(5.0, 154.9, trusted=True)
    assert logic.look(5.0, 155.0, trusted=True)
    assert not logic.on


def test_a_start_knows_no_value_yet_and_leaves_it_as_it_was() -> None:
    logic = Logic(0, STANDING, on=True)
    assert not logic.look(None, 0.0, trusted=True)
    assert logic.on


@pytest.mark.parametrize("value", [None, 0.5])
def test_a_mode_that_nobody_hears_suppresses_nothing(value: float | None) -> None:
    logic = Logic(0, STANDING, on=True)
    assert logic.look(value, 0.0, trusted=False)
    assert not logic.on


@pytest.mark.parametrize(
    ("when", "holds", "fails", "name"),
    [
        (When("a", below=1.0), 0.9, 1.0, "a below 1"),
        (When("a", above=1.0), 1.1, 1.0, "a above 1"),
        (When("a", value=2.0), 2.0, 2.5, "a is 2"),
    ],
)
def test_a_mode_is_below_above_or_at_a_value(
    when: When, holds: float, fails: float, name: str
) -> None:
    assert (when.holds(holds), when.holds(fails)) == (True, False)
    assert Suppression(when).called == name
    assert Suppression(when, name="standing").called == "standing"


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("suppress: [{when: {tag: b}}]", "machines[0].suppress[0].when"),
        ("suppress: [{when: {tag: b, below: 1, is: 2}}]", "machines[0].suppress[0].when"),
        ("suppress: [{when: {tag: z, below: 1}}]", "machines[0].suppress[0].when.tag"),
        (
            "suppress: [{when: {tag: b, below: 1}, conditions: [a_low]}]",
            "machines[0].suppress[0].conditions",
        ),
        ("alarms: {a_low: {severity: critical}}", "machines[0].alarms.a_low"),
        ("alarms: {a_high: {severity: bad}}", "machines[0].alarms.a_high.severity"),
    ],
)
def test_what_names_nothing_there_is_is_refused_with_its_place(text: str, path: str) -> None:
    machine = "{asset: m, tags: {a: {topic: t, limits: {high: 1}}, b: {topic: t}}"
    with pytest.raises(ConfigError) as caught:
        parse(f"machines: [{machine}, {text}}}]")
    assert [problem.key for problem in caught.value.problems] == [path]
