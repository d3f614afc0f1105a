"""Policy: the entry formats, the defaults, and that a position can't sneak past "open"."""

import pytest

from lamplighter.actions.policy import Verdict, judge
from lamplighter.actions.settings import Policy
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
