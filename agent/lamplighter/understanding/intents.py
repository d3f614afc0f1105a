"""Intents: what a sentence says, before it is known which devices it is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Intent:
    """One intent in Home Assistant's vocabulary, or in this project's own for what that lacks.

    Attributes:
        name: ``HassTurnOn``, ``HassLightSet`` ...; own ones start with ``Home``.
        slots: values by slot name, as the sentence said them: ``name``, ``area``, ``floor``,
            ``kind``, ``domain``, ``device_class``, ``brightness``, ``temperature`` ...
            ``ids`` names entities by their ids, where it is settled which are meant ("turn it
            off again"); it wins over name, kind and place.
        domains: the domains that the name may be of; empty means any.
        here: True where the sentence means the asker's area without naming it.
        many: True for "all", "every", "both" and plurals.
        question: what is asked (``one``, ``one_yesno``, ``any``, ``all``, ``which``,
            ``how_many``, ``where``); "" for a command.
        text: the part of the sentence that said it.
        without: the ids of entities that the sentence leaves out ("all lights except ...").
    """

    name: str
    slots: Mapping[str, Any] = field(default_factory=dict)
    domains: frozenset[str] = frozenset()
    here: bool = False
    many: bool = False
    question: str = ""
    text: str = ""
    without: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Parse:
    """What a parser made of a sentence.

    Attributes:
        intents: at least one, in the order of the sentence.
        via: ``rules`` or ``model``.
        confidence: 0 to 1.
        explain: how it was read, in words.
        sure: False where the reading may be acted on only after the asker confirmed it.
        contextual: True where it depends on what was said before: it is never cached.
    """

    intents: tuple[Intent, ...]
    via: str = "rules"
    confidence: float = 1.0
    explain: str = ""
    sure: bool = True
    contextual: bool = False


QUESTIONS = frozenset(
    {
        "HassGetState",
        "HassClimateGetTemperature",
        "HomeGetMeasurement",  # measure; total
        "HomeGetSetting",  # aspect: brightness, position, target, mode ...
        "HomeGetExtreme",  # measure, way (more, less): "which room is the warmest"
        "HomeCompare",  # measure, way; limit and unit, or against: "warmer than outside"
        "HomeGetPast",  # asked, state or measure, period (in words), way
        "HomeGetPresence",
        "HomeGetSafety",
        "HomeGetBatteries",
        "HomeGetAbilities",
        "HomeGetInventory",
        "HomeGetMachine",  # asset, asked (status, why, alarms, value), period
        "HomeGetAlarms",  # asked (now, past), period
    }
)
"""Intents that only ask. ``side`` ("inside", "outside") may stand in place of an area."""

TIMERS: Mapping[str, str] = {
    "HassCancelTimer": "cancel",
    "HassCancelAllTimers": "cancel_all",
    "HassPauseTimer": "pause",
    "HassUnpauseTimer": "resume",
    "HassTimerStatus": "status",
    "HassIncreaseTimer": "increase",
    "HassDecreaseTimer": "decrease",
}
"""Intents about timers that run, and what they do."""

START_TIMER = "HassStartTimer"

CLOCK = frozenset({"HassGetCurrentDate", "HassGetCurrentTime"})
"""Intents about the clock."""

NEVER_MIND = "HassNevermind"

HELP = "HomeHelp"
"""Asks what can be said."""

HANDLED_OF_HOME_ASSISTANT = (
    QUESTIONS
    | CLOCK
    | frozenset(TIMERS)
    | frozenset(
        {
            START_TIMER,
            NEVER_MIND,
            "HassClimateSetTemperature",
            "HassClimateSetFanMode",
            "HassFanSetSpeed",
            "HassLawnMowerDock",
            "HassLawnMowerStartMowing",
            "HassLightSet",
            "HassSetPosition",
            "HassTurnOff",
            "HassTurnOn",
            "HassVacuumReturnToBase",
            "HassVacuumStart",
        }
    )
)
"""The intents of home-assistant-intents that have a meaning here. Media players, lists, weather
and announcements have no counterpart among the catalogue's domains."""
