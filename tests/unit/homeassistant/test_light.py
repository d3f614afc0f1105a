from __future__ import annotations

from typing import Any

import pytest
from tests.unit.homeassistant.bench import bench, refusal

from lamplighter_homeassistant.components.light import describe

TEMPLATES = {"command_on_template": "go", "command_off_template": "stop"}


@pytest.mark.parametrize(
    ("values", "payload"),
    [
        ({}, "ON"),
        ({"schema": "basic"}, "ON"),
        ({"schema": "default"}, "ON"),
        ({"schema": "JSON"}, '{"state":"ON"}'),
        ({"schema": "template", **TEMPLATES}, "go"),
    ],
)
def test_the_schema_says_how_the_light_speaks(values: dict[str, Any], payload: str) -> None:
    device = bench(describe, {"command_topic": "l/set", **values})
    assert device.send("turn_on") == [("l/set", payload)]


def test_an_unknown_schema_is_refused() -> None:
    assert refusal(describe, {"command_topic": "l/set", "schema": "xml"}) == "schema"
