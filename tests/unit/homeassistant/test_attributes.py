from __future__ import annotations

import pytest

from lamplighter_homeassistant.attributes import without_own


def test_attributes_of_the_entity_itself_are_never_taken() -> None:
    said = {"linkquality": 5, "icon": "x", "state": "on", "friendly_name": "n"}
    assert without_own("sensor", said) == {"linkquality": 5}
    assert without_own("nonsense", said) == {"linkquality": 5}


@pytest.mark.parametrize(
    ("component", "key"),
    [
        ("cover", "position"),
        ("light", "effect"),
        ("light", "color_mode"),
        ("climate", "temperature"),
        ("fan", "percentage"),
        ("vacuum", "battery_level"),
        ("number", "min"),
        ("humidifier", "mode"),
    ],
)
def test_what_a_component_tells_is_not_told_by_attributes(component: str, key: str) -> None:
    assert without_own(component, {key: 1, "other": 2}) == {"other": 2}
    assert without_own("binary_sensor", {key: 1}) == {key: 1}
