from __future__ import annotations

from typing import Any

import pytest
from tests.unit.homeassistant.bench import DISCOVERY_TOPIC, Bench, bench, refusal

from lamplighter.errors import ServiceError
from lamplighter_homeassistant.components.alarm_control_panel import describe


def panel(**values: Any) -> Bench:
    return bench(describe, {"command_topic": "a/set", "state_topic": "a", **values})


@pytest.mark.parametrize(
    ("service", "payload"),
    [
        ("arm_home", "ARM_HOME"),
        ("arm_away", "ARM_AWAY"),
        ("arm_night", "ARM_NIGHT"),
        ("arm_vacation", "ARM_VACATION"),
        ("arm_custom_bypass", "ARM_CUSTOM_BYPASS"),
        ("disarm", "DISARM"),
        ("trigger", "TRIGGER"),
    ],
)
def test_default_payloads(service: str, payload: str) -> None:
    device = panel()
    assert device.send(service) == [("a/set", payload)]
    assert panel(**{f"payload_{service}": "x"}).send(service) == [("a/set", "x")]


def test_only_supported_features_are_offered() -> None:
    assert list(panel(supported_features=["arm_home"]).services) == ["arm_home", "disarm"]


def test_the_template_sees_action_and_code() -> None:
    template = '{"action": "{{ action }}", "code": "{{ code }}"}'
    device = panel(command_template=template, code="REMOTE_CODE")
    assert device.send("disarm", code="1234") == [("a/set", '{"action": "DISARM", "code": "1234"}')]


@pytest.mark.parametrize(
    ("code", "given", "kind"),
    [
        ("1234", "1234", "number"),
        (1234, "1234", "number"),
        ("open sesame", "open sesame", "text"),
        ("REMOTE_CODE", "0000", "number"),
        ("REMOTE_CODE_TEXT", "any", "text"),
    ],
)
def test_the_right_code_is_needed(code: Any, given: str, kind: str) -> None:
    device = panel(code=code)
    assert device.described.options["code_format"] == kind
    for service in ("arm_home", "disarm", "trigger"):
        assert device.described.services[service].required == {"code"}
        assert len(device.send(service, code=given)) == 1


@pytest.mark.parametrize("params", [{"code": "1111"}, {"code": ""}, {}])
def test_a_wrong_code_sends_nothing_and_does_not_repeat_it(params: dict[str, str]) -> None:
    device = panel(code="1234")
    with pytest.raises(ServiceError) as caught:
        device.described.commands["disarm"](params)
    assert caught.value.entity_id == DISCOVERY_TOPIC
    assert "1234" not in str(caught.value)
    assert "1111" not in str(caught.value)


@pytest.mark.parametrize(("kind", "service"), [("arm", "arm_away"), ("disarm", "disarm")])
def test_a_code_that_is_not_required_is_not_checked(kind: str, service: str) -> None:
    device = panel(code="1234", **{f"code_{kind}_required": False})
    assert device.described.services[service].required == frozenset()
    assert len(device.send(service)) == 1


@pytest.mark.parametrize(
    "state", ["disarmed", "armed_home", "armed_away", "pending", "arming", "triggered"]
)
def test_states(state: str) -> None:
    device = panel(value_template="{{ value_json.state }}")
    device.hear("a", f'{{"state": "{state}"}}')
    assert device.value == state


def test_unknown_nothing_and_nonsense() -> None:
    device = panel()
    device.hear("a", "None")
    assert device.value == "unknown"
    device.hear("a", " ")
    assert device.value == "unknown"
    device.refuses("a", "asleep", "state")


@pytest.mark.parametrize(
    ("values", "key"),
    [
        ({"command_topic": None}, "command_topic"),
        ({"state_topic": None}, "state_topic"),
        ({"supported_features": ["dance"]}, "supported_features"),
        ({"command_template": "{{"}, "command_template"),
    ],
)
def test_a_bad_config_is_refused_by_key(values: dict[str, Any], key: str) -> None:
    assert refusal(describe, {"command_topic": "a", "state_topic": "s", **values}) == key


@pytest.mark.parametrize("mode", ["home", "away", "night", "vacation", "custom_bypass"])
def test_what_the_panel_applies_is_read_back(mode: str) -> None:
    device = panel()
    ((_, payload),) = device.send(f"arm_{mode}")
    device.hear("a", payload.lower().replace("arm_", "armed_"))
    assert device.value == f"armed_{mode}"
