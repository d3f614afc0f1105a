"""The simple components that act: switch, button, scene, number, select, text, update."""

from __future__ import annotations

from typing import Any

import pytest
from tests.unit.homeassistant.bench import Bench, bench, refusal

from lamplighter.errors import PayloadError
from lamplighter_homeassistant.components import (
    button,
    number,
    scene,
    select,
    switch,
    text,
    update,
)
from lamplighter_homeassistant.components.update import is_newer

BOTH = {"command_topic": "c", "state_topic": "s"}


def value_of(one: Bench) -> str | None:
    return one.value


def test_a_switch() -> None:
    one = bench(switch.describe, {**BOTH, "payload_on": "1", "payload_off": "0", "state_on": "Y"})
    assert one.send("turn_on") == [("c", "1")]
    assert one.send("turn_off") == [("c", "0")]
    for payload, value in (("Y", "on"), ("1", "on"), ("0", "off"), ("None", "unknown")):
        one.hear("s", payload)
        assert one.value == value
    assert one.described.confirmable
    templated = bench(switch.describe, {**BOTH, "command_template": '{"state": "{{ value }}"}'})
    assert templated.send("turn_on") == [("c", '{"state": "ON"}')]
    assert not bench(switch.describe, {"command_topic": "c"}).described.confirmable


def test_a_button_and_a_scene() -> None:
    assert bench(button.describe, {"command_topic": "c"}).send("press") == [("c", "PRESS")]
    templated = {"command_topic": "c", "payload_press": "x", "command_template": "{{ value }}!"}
    assert bench(button.describe, templated).send("press") == [("c", "x!")]
    assert bench(scene.describe, {"command_topic": "c"}).send("turn_on") == [("c", "ON")]


@pytest.mark.parametrize(("value", "payload"), [(7.0, "7"), (7.5, "7.5"), (-3.0, "-3")])
def test_a_number_sends_whole_numbers_as_such(value: float, payload: str) -> None:
    one = bench(number.describe, {**BOTH, "min": -5, "step": 0.5})
    assert one.send("set_value", value=value) == [("c", payload)]


def test_a_number_reads_what_is_in_range() -> None:
    one = bench(number.describe, {**BOTH, "min": 0, "max": 10, "payload_reset": "gone"})
    for payload, value in (("5", "5"), ("", "5"), ("2.50", "2.50"), ("gone", "unknown")):
        one.hear("s", payload)
        assert one.value == value
    for payload in ("11", "nan", "inf", "five"):
        with pytest.raises(PayloadError):
            one.hear("s", payload)


def test_a_select() -> None:
    one = bench(select.describe, {**BOTH, "options": ["eco", "Boost"]})
    assert one.send("select_option", option="Boost") == [("c", "Boost")]
    for payload, value in (("eco", "eco"), ("", "eco"), ("NONE", "unknown")):
        one.hear("s", payload)
        assert one.value == value
    with pytest.raises(PayloadError, match="none of eco, Boost"):
        one.hear("s", "fast")


def test_a_text() -> None:
    one = bench(text.describe, {**BOTH, "max": 5, "pattern": "[a-z]+"})
    assert one.send("set_value", value="abc") == [("c", "abc")]
    one.hear("s", "x" * 256)
    assert value_of(one) is None
    one.hear("s", "")
    assert one.value == ""


@pytest.mark.parametrize(
    ("component", "values", "key"),
    [
        (switch, {}, "command_topic"),
        (button, {}, "command_topic"),
        (scene, {"command_topic": "#"}, "command_topic"),
        (number, {**BOTH, "min": 5, "max": 1}, "max"),
        (number, {**BOTH, "step": 0}, "step"),
        (number, {**BOTH, "mode": "wheel"}, "mode"),
        (select, BOTH, "options"),
        (text, {**BOTH, "min": 5, "max": 1}, "min"),
        (text, {**BOTH, "max": 256}, "max"),
        (text, {**BOTH, "pattern": "("}, "pattern"),
        (update, {"state_topic": "a/#/b"}, "state_topic"),
    ],
)
def test_bad_configs(component: Any, values: dict[str, Any], key: str) -> None:
    assert refusal(component.describe, values) == key


def test_an_update_compares_versions_from_two_topics() -> None:
    one = bench(update.describe, {"state_topic": "s", "latest_version_topic": "l", "title": "T"})
    one.hear("s", "1.9")
    assert value_of(one) is None
    one.hear("l", "1.10")
    assert (one.value, one.attributes["latest_version"]) == ("on", "1.10")
    one.hear("s", '{"installed_version": "1.10", "in_progress": false, "secret": 1}')
    assert one.value == "off"
    assert "secret" not in one.attributes
    assert one.described.options == {"title": "T"}
    assert not one.services


def test_an_update_that_ends_is_no_longer_under_way() -> None:
    one = bench(update.describe, {**BOTH, "payload_install": "go"})
    one.hear("s", '{"update_percentage": 40}')
    assert one.attributes["in_progress"] is True
    one.hear("s", '{"update_percentage": null}')
    assert (one.attributes["in_progress"], one.attributes["update_percentage"]) == (False, None)
    assert one.send("install") == [("c", "go")]


@pytest.mark.parametrize(
    ("latest", "installed", "newer"),
    [
        ("2.0", "1.9", True),
        ("1.10", "1.9", True),
        ("1.9", "1.10", False),
        ("v1.0", "1", False),
        ("587753009", "587753009", False),
        ("1.0-beta", "1.0", True),
        ("nightly", "nightly", False),
    ],
)
def test_versions(latest: str, installed: str, newer: bool) -> None:  # noqa: FBT001 - a case of the table
    assert is_newer(latest, installed) is newer
