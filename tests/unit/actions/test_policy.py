"""Policy: the entry formats, the defaults, and that a position can't sneak past "open"."""

from pathlib import Path

import pytest

from lamplighter.actions.policy import Verdict, judge, refused_for_role, wants_pin
from lamplighter.actions.settings import Pin, Policy, Role
from lamplighter.catalogue.entity import Entity


def entity(domain: str, device_class: str | None = None) -> Entity:
    return Entity(f"{domain}.x", "x", "test", domain, "X", device_class=device_class)


@pytest.mark.parametrize(
    ("domain", "device_class", "service", "verdict"),
    [
        ("lock", None, "unlock", Verdict.CONFIRM),
        ("lock", None, "lock", Verdict.ALLOW),
        ("cover", "garage", "open", Verdict.CONFIRM),
        ("cover", "garage", "set_position", Verdict.CONFIRM),
        ("cover", "garage", "close", Verdict.ALLOW),
        ("cover", "blind", "open", Verdict.ALLOW),
        ("alarm_control_panel", None, "disarm", Verdict.CONFIRM),
        ("light", None, "turn_off", Verdict.ALLOW),
    ],
)
def test_the_default_policy(
    domain: str, device_class: str | None, service: str, verdict: Verdict
) -> None:
    assert judge(Policy(), entity(domain, device_class), service) is verdict


def test_refusing_wins_over_confirming() -> None:
    policy = Policy(confirm=("lock.unlock",), refuse=("lock.*",))
    assert judge(policy, entity("lock"), "unlock") is Verdict.REFUSE
    assert judge(policy, entity("lock"), "lock") is Verdict.REFUSE


def test_a_class_limits_an_entry() -> None:
    policy = Policy(confirm=(), refuse=("switch.outlet.turn_off",))
    assert judge(policy, entity("switch", "outlet"), "turn_off") is Verdict.REFUSE
    assert judge(policy, entity("switch"), "turn_off") is Verdict.ALLOW


ROLES = Policy(
    roles={
        "child": Role(confirm=("switch.*",), refuse=("lock.*",)),
        "guest": Role(refuse=("lock.unlock",)),
    },
    users={"tim": "child", "ann": ""},
    default_role="guest",
    pin=Pin(Path("pin"), wanted_for=("lock.unlock", "cover.garage.open")),
)


@pytest.mark.parametrize(
    ("user", "domain", "service", "verdict"),
    [
        ("tim", "lock", "lock", Verdict.REFUSE),
        ("tim", "switch", "turn_on", Verdict.CONFIRM),
        ("tim", "light", "turn_on", Verdict.ALLOW),
        ("ann", "lock", "unlock", Verdict.CONFIRM),
        ("somebody", "lock", "unlock", Verdict.REFUSE),
        (None, "lock", "unlock", Verdict.REFUSE),
        (None, "lock", "lock", Verdict.ALLOW),
    ],
)
def test_a_role_adds_to_what_holds_for_everyone(
    user: str | None, domain: str, service: str, verdict: Verdict
) -> None:
    assert judge(ROLES, entity(domain), service, user) is verdict


def test_a_role_is_told_from_the_policy_for_everyone() -> None:
    assert refused_for_role(ROLES, entity("lock"), "unlock", None)
    assert not refused_for_role(ROLES, entity("lock"), "unlock", "ann")
    everyone = Policy(refuse=("lock.unlock",), roles={"child": Role(refuse=("lock.*",))})
    assert not refused_for_role(everyone, entity("lock"), "unlock", "x")


def test_what_wants_the_pin() -> None:
    assert wants_pin(ROLES, entity("lock"), "unlock")
    assert wants_pin(ROLES, entity("cover", "garage"), "set_position")
    assert not wants_pin(ROLES, entity("lock"), "lock")
    assert not wants_pin(Policy(), entity("lock"), "unlock")
