from __future__ import annotations

from lamplighter_homeassistant.components.writers import chosen, fixed, telling
from lamplighter_homeassistant.keys import DiscoveryConfig

CONFIG = DiscoveryConfig(
    "d",
    {
        "command_topic": "t/set",
        "mode_command_topic": "t/mode",
        "mode_command_template": "<{{ value }}>",
    },
    "thing",
)


def test_values_go_out_by_their_template_or_as_they_are() -> None:
    plain, mode = telling(CONFIG)(1.5), telling(CONFIG, "mode_")("eco")
    assert (plain.topic, plain.payload) == ("t/set", b"1.5")
    assert (mode.topic, mode.payload) == ("t/mode", b"<eco>")


def test_fixed_and_chosen_payloads() -> None:
    (message,) = fixed(CONFIG, "command_topic", "GO")({"ignored": 1})
    assert message.payload == b"GO"
    (message,) = chosen(telling(CONFIG, "mode_"), "mode")({"mode": "boost"})
    assert message.payload == b"<boost>"
