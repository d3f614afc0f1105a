"""Which actions may be sent twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from lamplighter.actions.repeating import may_repeat
from lamplighter.catalogue.entity import Entity, Service
from lamplighter.errors import ServiceError
from lamplighter.plugin import Publication


def cover(payloads: Mapping[str, str], domain: str = "cover") -> tuple[Entity, Any]:
    """A device with these services, and what makes their messages."""
    entity = Entity(
        f"{domain}.a",
        "a",
        "plugin",
        domain,
        "A",
        services={name: Service(name) for name in payloads},
    )

    def command(entity: Entity, service: str, _params: Mapping[str, Any]) -> Sequence[Publication]:
        if payloads[service] == "broken":
            raise ServiceError(entity.id, service, "is not offered")
        return [Publication("set", payloads[service].encode())]

    return entity, command


def repeats(domain: str, service: str, payloads: Mapping[str, str]) -> bool:
    entity, command = cover(payloads, domain)
    return may_repeat(entity, service, command(entity, service, {}), command)


@pytest.mark.parametrize(
    ("domain", "service"),
    [
        ("light", "turn_on"),
        ("cover", "set_position"),
        ("climate", "set_temperature"),
        ("lock", "unlock"),
        ("scene", "turn_on"),
        ("alarm_control_panel", "disarm"),
    ],
)
def test_what_leads_to_a_state_may_go_again(domain: str, service: str) -> None:
    assert repeats(domain, service, {service: "x"})


@pytest.mark.parametrize(
    ("domain", "service"),
    [
        ("button", "press"),
        ("lock", "open"),
        ("light", "toggle"),
        ("media_player", "next_track"),
        ("media_player", "volume_up"),
        ("vacuum", "send_command"),
        ("lawn_gnome", "wave"),
    ],
)
def test_what_does_something_each_time_may_not(domain: str, service: str) -> None:
    assert not repeats(domain, service, {service: "x"})


@pytest.mark.parametrize("service", ["open", "close", "stop"])
def test_a_gate_with_one_button_may_not(service: str) -> None:
    button = {"open": "PRESS", "close": "PRESS", "stop": "PRESS"}
    assert not repeats("cover", service, button)


def test_a_cover_with_a_message_for_each_way_may() -> None:
    ways = {"open": "OPEN", "close": "CLOSE", "stop": "STOP"}
    assert all(repeats("cover", service, ways) for service in ways)


def test_only_what_is_shared_may_not() -> None:
    half = {"open": "GO", "stop": "GO", "close": "CLOSE"}
    assert [repeats("cover", each, half) for each in half] == [False, False, True]


def test_an_opposite_that_can_not_be_made_tells_nothing() -> None:
    assert repeats("switch", "turn_on", {"turn_on": "ON", "turn_off": "broken"})
    assert not repeats("switch", "turn_on", {"turn_on": "ON", "turn_off": "ON"})
