"""What a component module makes of one discovery config."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lamplighter.catalogue.entity import Reading, Service
from lamplighter.plugin import Message, Publication

Read = Callable[[Message], Reading | None]
"""What a message says about the entity; None where it says nothing.

May raise PayloadError or TemplateError, which the plugin turns into Refused.
"""

Command = Callable[[Mapping[str, Any]], Sequence[Publication]]
"""The messages that carry out a service; its parameters are already checked and normalised."""


@dataclass(frozen=True, slots=True)
class Described:
    """What a component's ``describe(config)`` makes of a discovery config.

    Attributes:
        reads: the readers of each state topic. Topics may hold wildcards where the component
            allows them.
        services: what the entity can do, by the names of ``catalogue/vocabulary.py``.
        commands: how, with the same keys as ``services``.
        device_class: Home Assistant's device class, or None.
        unit: unit of a numeric state, or "".
        options: constant facts (``min_temp``, ``options``, ``modes``, ``event_types`` ...).
        confirmable: a state topic tells what the services change, so an action can be confirmed.
        initial: the value to start with where the component is known before any message.
        expire_after: seconds after the last state message when the value becomes ``unavailable``,
            or None.
        off_delay: seconds after an ``on`` when the value falls back to ``off``, or None.
    """

    reads: Mapping[str, tuple[Read, ...]] = field(default_factory=dict)
    services: Mapping[str, Service] = field(default_factory=dict)
    commands: Mapping[str, Command] = field(default_factory=dict)
    device_class: str | None = None
    unit: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    confirmable: bool = False
    initial: str | None = None
    expire_after: float | None = None
    off_delay: float | None = None


PAYLOAD_NONE = "None"
"""The payload by which a device says that it does not know (Home Assistant's PAYLOAD_NONE)."""

UNKNOWN = "unknown"
"""The state value of an entity that does not know its state."""
