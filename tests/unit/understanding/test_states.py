from __future__ import annotations

import pytest

from lamplighter.catalogue.entity import Entity, State
from lamplighter.understanding.states import described, is_in, tells


def thing(domain: str, device_class: str | None = None, unit: str = "") -> Entity:
    return Entity(f"{domain}.x", "x", "test", domain, "X", device_class=device_class, unit=unit)


@pytest.mark.parametrize(
    ("entity", "state", "wanted", "verdict"),
    [
        (thing("light"), State("on"), "on", True),
        (thing("light"), State("off"), "on", False),
        (thing("light"), State(), "on", None),
        (thing("light"), State("on", available=False), "on", None),
        (thing("light"), State("on", available=False), "unavailable", True),
        (thing("binary_sensor", "window"), State("on"), "open", True),
        (thing("binary_sensor", "window"), State("on"), "closed", False),
        (thing("cover"), State("opening"), "open", True),
        (thing("climate"), State("heat"), "on", True),
        (thing("climate"), State("heat", {"hvac_action": "idle"}), "heat", False),
        (thing("climate"), State("heat", {"action": "heating"}), "heat", True),
        (thing("alarm_control_panel"), State("armed_away"), "armed", True),
        (thing("vacuum"), State("docked"), "on", False),
        (thing("lock"), State("locked"), "unlocked", False),
    ],
)
def test_is_in(entity: Entity, state: State, wanted: str, verdict: bool | None) -> None:  # noqa: FBT001 - a table's value
    assert is_in(entity, state, wanted) is verdict


def test_who_can_tell() -> None:
    assert tells(thing("lock"), "locked")
    assert not tells(thing("light"), "locked")
    assert tells(thing("binary_sensor", "door"), "open")
    assert not tells(thing("binary_sensor", "motion"), "open")


@pytest.mark.parametrize(
    ("entity", "state", "words"),
    [
        (thing("sensor", "temperature", "°C"), State("21.504"), "21.5 °C"),
        (thing("sensor"), State("nan-like text"), "nan-like text"),
        (thing("sensor"), State("unknown"), None),
        (thing("binary_sensor", "moisture"), State("on"), "wet"),
        (thing("light"), State("on", {"brightness_pct": 40.0}), "on at 40 %"),
        (thing("cover"), State("open", {"position": 30}), "30 % open"),
        (thing("climate"), State("heat", {"temperature": 20}), "in heat mode, set to 20 °C"),
        (thing("switch"), State("on", available=False), "offline"),
    ],
)
def test_described(entity: Entity, state: State, words: str | None) -> None:
    assert described(entity, state, "°C") == words
