"""Whether "at 20" is a time of day or a value.

A bare number after "at" is a value where a level is set and no other value is said ("set the fan
at 3", "thermostat at 22"), and a time where the clause is complete without it ("turn off the lamp
at ten", "set the heating to 21 at 7"). Where it can be either, nobody guesses.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final, Literal

from lamplighter.understanding.colours import COLOURS
from lamplighter.understanding.normalise import words_of
from lamplighter.understanding.spoken_numbers import numbers_in

Reading = Literal["time", "value", "unclear"]

_UNITS: Final = frozenset(
    words_of(
        "% percent percents pct degree degrees ° °c °f celsius fahrenheit c f k kelvin lux lx watt "
        "watts w volts ppm rpm db steps step"
    )
)
_LEVELS: Final = frozenset(
    words_of(
        "speed brightness level volume temperature temp setpoint position power intensity target "
        "setting percentage humidity heat loudness"
    )
)
_HEATING: Final = frozenset(
    words_of(
        "heating heater heaters heat thermostat thermostats radiator radiators boiler ac aircon "
        "conditioning conditioner climate temperature temp cooling cool warm hvac"
    )
)
_SETTING: Final = frozenset(
    words_of("set setting put keep leave hold have adjust fix maintain change")
)
_STATES: Final = frozenset(
    words_of(
        "on off open opened closed close shut half halfway fully full locked unlocked low medium "
        "high auto eco comfort away boost max maximum min minimum scene mode alarm brighter dimmer "
        "warmer cooler colder up down home docked running armed disarmed ready"
    )
)
_NO_LEVEL: Final = frozenset(
    words_of(
        "off close shut lock unlock stop toggle activate deactivate arm disarm press run dock "
        "start wake remind mow vacuum clean"
    )
)
_VERBS: Final = frozenset(
    words_of(
        "turn switch open dim brighten raise lower increase decrease make light heat cool warm "
        "water on"
    )
)
_LAST_MORNING_HOUR: Final = 12
_ENDING: Final = frozenset({"until", "till", "til", "for"})
_SPEEDS: Final = 6


def reading(
    before: Sequence[str], after: Sequence[str], number: int, *, following: str = ""
) -> Reading:
    """How the number is meant.

    Args:
        before: the clause's words before "at", without those that belong to other times.
        after: the words behind the number, likewise.
        number: it, 0 to 24.
        following: the word that stands right behind it.
    """
    said = {*before, *after}
    ends = following in _ENDING and "off" not in said
    stated = said & (_STATES | _NO_LEVEL | _VERBS) and not said & _HEATING
    if ends and not stated and number > _LAST_MORNING_HOUR:
        return "value"  # "heating at 21 until eleven"
    if following in _UNITS or (before and before[-1] in _LEVELS):
        return "value"
    if _gives_value(before) or _gives_value(after):
        return "time"
    if said & _HEATING:
        return _of_heating(said, number)
    return _of_others(said, number)


def _of_others(said: set[str], number: int) -> Reading:
    if said & _SETTING and not said & (_STATES | COLOURS.keys()):
        return "value"
    if said & _NO_LEVEL or (number <= _LAST_MORNING_HOUR and said & (_VERBS | _STATES)):
        return "time"
    return "value" if "fan" in said and number <= _SPEEDS else "unclear"


def without_verb(words: Collection[str]) -> bool:
    """Whether no word says what is to be done: then there are things, but no verb or state."""
    return bool(words) and not set(words) & (_VERBS | _SETTING | _STATES | _NO_LEVEL | {"is"})


def question(number: int) -> str:
    """What to ask where it can be either."""
    return f"Do you mean at {number}:00, or a value of {number}?"


def _of_heating(said: set[str], number: int) -> Reading:
    """20 are degrees; at 7 it is seven o'clock, where a sentence without it says what to do."""
    if number > _LAST_MORNING_HOUR:
        return "time" if "off" in said else "value"
    whole = bool(said & (_VERBS | _STATES | _NO_LEVEL)) and not said & (_SETTING - {"leave"})
    return "time" if whole else "unclear"


def _gives_value(words: Sequence[str]) -> bool:
    """Whether the clause says another value: "to 21", "to eco", "50 percent"."""
    for place, word in enumerate(words):
        if word in _UNITS and place:
            return True
        if word == "to" and place + 1 < len(words) and words[place + 1] not in _VERBS | _SETTING:
            return True
        if word == "at" and place + 1 < len(words) and numbers_in(words[place + 1]):
            return True
    return False
