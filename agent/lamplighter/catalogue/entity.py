"""What the catalogue holds: devices, their entities, what each can do, and its state.

The vocabulary is Home Assistant's: a *domain* (``light``, ``cover`` ...), a *device class*
(``garage``, ``temperature`` ...), normalised *state values* (``on``, ``open``, ``locked``,
``21.5``) and attributes in user units. Plugins translate their ecosystem into it, so nothing
behind the catalogue knows any ecosystem.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Number:
    """A numeric parameter in the unit people use; ``step`` 0 means any value."""

    minimum: float
    maximum: float
    step: float = 0.0
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """A parameter that takes one of these texts."""

    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Text:
    """A free text parameter."""

    minimum: int = 0
    maximum: int = 255
    pattern: str = ""


@dataclass(frozen=True, slots=True)
class Colour:
    """A colour parameter: ``[red, green, blue]``, each 0 to 255."""


@dataclass(frozen=True, slots=True)
class Flag:
    """A parameter that is true or false."""


Parameter = Number | Choice | Text | Colour | Flag


@dataclass(frozen=True, slots=True)
class Service:
    """Something an entity can do, with the parameters it takes; ``required`` ones must be given."""

    name: str
    params: Mapping[str, Parameter] = field(default_factory=dict)
    required: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Device:
    """A physical device; entities of one device share it. ``id`` is unique in its ecosystem."""

    id: str
    name: str
    manufacturer: str = ""
    model: str = ""
    suggested_area: str | None = None


@dataclass(frozen=True, slots=True)
class Entity:
    """One thing that can be told or asked something.

    Attributes:
        id: unique in the catalogue and stable over restarts: ``<domain>.<slug>``.
        unique_id: the ecosystem's own unique id.
        plugin: the plugin that announced it and carries out its services.
        domain: Home Assistant's domain.
        name: the name people say, e.g. "Kitchen ceiling light"; device name included.
        services: what it can do, by service name (see ``catalogue/vocabulary.py``).
        device: the device it belongs to, or None.
        device_class: Home Assistant's device class, or None.
        unit: unit of a numeric state, or "".
        category: ``None``, ``"config"`` or ``"diagnostic"``: the latter two are never meant by
            "the light", only by their full name.
        enabled: False where the ecosystem announced it as disabled by default.
        confirmable: True where it tells its state, so that an action can be confirmed.
        aliases: other names people say.
        area: name of its area as configured or suggested, or None.
        options: constant facts (``min_temp``, ``options``, ``event_types`` ...) by attribute name.
    """

    id: str
    unique_id: str
    plugin: str
    domain: str
    name: str
    services: Mapping[str, Service] = field(default_factory=dict)
    device: Device | None = None
    device_class: str | None = None
    unit: str = ""
    category: str | None = None
    enabled: bool = True
    confirmable: bool = False
    aliases: tuple[str, ...] = ()
    area: str | None = None
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reading:
    """What one message said about an entity; ``None`` means: said nothing about it.

    Attributes:
        value: the normalised state (``on``, ``open``, ``heat``, ``21.5`` ...); the text
            ``unknown`` where the device says that it does not know.
        attributes: attributes that the message carried, merged into those known.
        available: availability, where the message changed it.
    """

    value: str | None = None
    attributes: Mapping[str, Any] = field(default_factory=dict)
    available: bool | None = None


@dataclass(frozen=True, slots=True)
class State:
    """What is known of an entity now.

    Attributes:
        value: the normalised state, or None while nothing was heard.
        attributes: merged attributes.
        available: False while the entity is announced as offline.
        changed: UTC seconds of the last change of ``value``.
        updated: UTC seconds of the last message.
    """

    value: str | None = None
    attributes: Mapping[str, Any] = field(default_factory=dict)
    available: bool = True
    changed: float = 0.0
    updated: float = 0.0
