from __future__ import annotations

from typing import Any

import pytest
from tests.unit.homeassistant.bench import Bench, bench, refusal

from lamplighter.catalogue.entity import Text
from lamplighter_homeassistant.components.lock import describe


def lock(**values: Any) -> Bench:
    return bench(describe, {"command_topic": "k/set", "state_topic": "k", **values})


def test_locking_and_unlocking() -> None:
    device = lock()
    assert device.services == {"lock": [], "unlock": []}
    assert device.send("lock") == [("k/set", "LOCK")]
    assert device.send("unlock") == [("k/set", "UNLOCK")]


def test_opening_needs_a_payload() -> None:
    assert lock(payload_open="LATCH").send("open") == [("k/set", "LATCH")]


def test_the_code_reaches_the_template() -> None:
    device = lock(command_template='{"do": "{{ value }}", "code": "{{ code }}"}')
    assert device.send("lock", code="12") == [("k/set", '{"do": "LOCK", "code": "12"}')]
    assert device.send("lock") == [("k/set", '{"do": "LOCK", "code": "None"}')]


def test_a_code_format_makes_the_code_needed() -> None:
    service = lock(code_format="^\\d{4}$").described.services["unlock"]
    assert service.params == {"code": Text(pattern="^\\d{4}$")}
    assert service.required == {"code"}
    assert lock(code_format="^\\d*$").described.services["unlock"].required == frozenset()


@pytest.mark.parametrize(
    "state", ["locked", "unlocked", "locking", "unlocking", "jammed", "open", "opening"]
)
def test_states(state: str) -> None:
    device = lock()
    device.hear("k", state.upper())
    assert device.value == state


def test_own_payloads_reset_and_nonsense() -> None:
    device = lock(state_locked="1", payload_reset="?")
    device.hear("k", "1")
    assert device.value == "locked"
    device.hear("k", "?")
    assert device.value == "unknown"
    device.hear("k", " ")
    assert device.value == "unknown"
    device.refuses("k", "LOCKED", "state")


def test_a_zigbee2mqtt_lock() -> None:
    device = lock(
        state_locked="LOCK", state_unlocked="UNLOCK", value_template='{{ value_json["state"] }}'
    )
    ((_, payload),) = device.send("lock")
    device.hear("k", f'{{"state": "{payload}", "battery": 90}}')
    assert device.value == "locked"
    device.hear("k", '{"battery": 80}')
    assert device.value == "locked"


@pytest.mark.parametrize(
    ("values", "key"),
    [
        ({"command_topic": None}, "command_topic"),
        ({"code_format": "("}, "code_format"),
        ({"command_template": "{{"}, "command_template"),
    ],
)
def test_a_bad_config_is_refused_by_key(values: dict[str, Any], key: str) -> None:
    assert refusal(describe, {"command_topic": "k/set", **values}) == key


def test_only_a_lock_that_tells_its_state_can_be_confirmed() -> None:
    assert lock().described.confirmable
    assert not lock(state_topic=None).described.confirmable
