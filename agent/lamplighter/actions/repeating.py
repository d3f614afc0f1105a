"""Which actions may be sent twice: being told again to be on does nothing, a second press does.

A message can reach a device twice: the daemon or the connection may end after the broker took it
and before that is on disk. What leads to a state may go again then. What does something each time
(a press, a step, a toggle) must not, nor what a device tells no apart from its opposite: the gate
with one button, which opens, stops and closes by the same message.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from lamplighter.catalogue.entity import Entity
from lamplighter.catalogue.vocabulary import SERVICES
from lamplighter.errors import ServiceError
from lamplighter.plugin import Publication

Command = Callable[[Entity, str, Mapping[str, Any]], Sequence[Publication]]

_EACH_TIME = frozenset(
    {
        ("button", "press"),
        ("lock", "open"),  # the latch: somebody may have closed the door again
        ("update", "install"),
        ("vacuum", "clean_spot"),
        ("vacuum", "locate"),
        ("vacuum", "send_command"),
    }
)
_OPPOSITES = (
    frozenset({"open", "close", "stop"}),
    frozenset({"open_tilt", "close_tilt", "stop"}),
    frozenset({"turn_on", "turn_off"}),
    frozenset({"lock", "unlock"}),
    frozenset({"start", "pause", "stop"}),
    frozenset({"start_mowing", "pause", "dock"}),
)


def may_repeat(entity: Entity, service: str, made: Sequence[Publication], command: Command) -> bool:
    """Whether an action may reach the device twice and leave it as after one.

    Args:
        entity: the device.
        service: what it is told.
        made: the messages for that.
        command: makes the messages of other services, as a plugin does.
    """
    if service not in SERVICES.get(entity.domain, ()) or (entity.domain, service) in _EACH_TIME:
        return False
    sent = {(each.topic, each.payload) for each in made}
    for opposites in _OPPOSITES:
        if service in opposites:
            others = (opposites - {service}) & entity.services.keys()
            if any(sent & _messages(entity, other, command) for other in others):
                return False
    return True


def _messages(entity: Entity, service: str, command: Command) -> set[tuple[str, bytes]]:
    try:
        return {(each.topic, each.payload) for each in command(entity, service, {})}
    except ServiceError:
        return set()
