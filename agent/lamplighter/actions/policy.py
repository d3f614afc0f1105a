"""What may be done at once, what needs a yes, what a PIN as well, and what is refused."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum

from lamplighter.actions.settings import Policy, Role
from lamplighter.catalogue.entity import Entity


class Verdict(Enum):
    """What the policy says of an action; the more careful one of several wins."""

    ALLOW = 0
    CONFIRM = 1
    REFUSE = 2


def judge(policy: Policy, entity: Entity, service: str, user: str | None = None) -> Verdict:
    """The verdict on a service of an entity, whatever understood it and however sure it was.

    A role only ever adds to what holds for everyone. ``user`` is who is said to ask.
    """
    role = role_of(policy, user)
    if _listed((*policy.refuse, *role.refuse), entity, service):
        return Verdict.REFUSE
    if _listed((*policy.confirm, *role.confirm), entity, service):
        return Verdict.CONFIRM
    return Verdict.ALLOW


def wants_pin(policy: Policy, entity: Entity, service: str) -> bool:
    """Whether a service of an entity needs the PIN besides a yes."""
    return policy.pin is not None and _listed(policy.pin.wanted_for, entity, service)


def role_of(policy: Policy, user: str | None) -> Role:
    """What holds for a user besides the policy for everyone."""
    name = policy.users.get(user or "", policy.default_role)
    return policy.roles.get(name, Role())


def refused_for_role(policy: Policy, entity: Entity, service: str, user: str | None) -> bool:
    """Whether it is the user's role, and not the policy for everyone, that refuses."""
    everyone = _listed(policy.refuse, entity, service)
    return not everyone and _listed(role_of(policy, user).refuse, entity, service)


def _listed(entries: Iterable[str], entity: Entity, service: str) -> bool:
    return any(_matches(entry, entity, service) for entry in entries)


def _matches(entry: str, entity: Entity, service: str) -> bool:
    domain, *device_class, wanted = entry.split(".")
    if domain != entity.domain or wanted not in ("*", service, *_opens_like(domain, service)):
        return False
    return not device_class or device_class[0] == entity.device_class


def _opens_like(domain: str, service: str) -> tuple[str, ...]:
    """What else a rule must name to cover a service: a position can open a garage door too."""
    if domain in ("cover", "valve") and service == "set_position":
        return ("open",)
    return ()
