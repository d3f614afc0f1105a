from __future__ import annotations

from typing import Any

import pytest

from lamplighter.errors import PluginError
from lamplighter_homeassistant.settings import Settings, settings_of


def test_defaults_follow_the_prefix() -> None:
    assert settings_of({}, "ha") == Settings("ha", "ha/status", announce=True)


def test_everything_can_be_set() -> None:
    given = {"status_topic": "home/up", "announce": False, "most_entities": 5}
    assert settings_of(given, "ha") == Settings("ha", "home/up", announce=False, most_entities=5)


@pytest.mark.parametrize(
    ("given", "part"),
    [
        ({"anounce": True}, "anounce"),
        ({"announce": "yes"}, "announce must be"),
        ({"status_topic": ""}, "status_topic must be"),
        ({"status_topic": "a/#"}, "status_topic must be"),
        ({"status_topic": 5}, "status_topic must be"),
        ({"most_entities": 0}, "most_entities must be"),
        ({"most_entities": True}, "most_entities must be"),
    ],
)
def test_mistakes_are_named(given: dict[str, Any], part: str) -> None:
    with pytest.raises(PluginError, match=part):
        settings_of(given, "ha")
