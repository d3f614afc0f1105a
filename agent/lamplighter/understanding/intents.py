"""Intents: what a sentence says, before it is known which devices it is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Intent:
    """One intent in Home Assistant's vocabulary.

    Attributes:
        name: ``HassTurnOn``, ``HassLightSet`` ...
        slots: values by slot name: ``name``, ``area``, ``floor``, ``domain`` (a text or a list),
            ``device_class``, ``brightness``, ``temperature`` ... as the sentence said them.
    """

    name: str
    slots: Mapping[str, Any] = field(default_factory=dict)
