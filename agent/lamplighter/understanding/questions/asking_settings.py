"""Questions for what a device is set to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from lamplighter.understanding.intents import Intent
from lamplighter.understanding.questions.building import Asked

_ASPECTS: Mapping[str, str] = {
    "brightness": "brightness", "brightness level": "brightness", "dim level": "brightness",
    "position": "position", "opening": "position", "tilt": "tilt", "tilt position": "tilt",
    "colour": "colour", "color": "colour", "colours": "colour", "colors": "colour",
    "colour temperature": "colour", "color temperature": "colour", "shade": "colour",
    "mode": "mode", "hvac mode": "mode", "operation mode": "mode", "preset": "preset",
    "preset mode": "preset", "fan speed": "speed", "speed": "speed", "speed level": "speed",
    "suction": "speed", "fan mode": "fan_mode", "swing mode": "swing_mode", "effect": "effect",
    "target temperature": "target", "set temperature": "target", "setpoint": "target",
    "set point": "target", "target": "target", "desired temperature": "target",
    "temperature setting": "target", "target temp": "target", "temperature set": "target",
    "target humidity": "target", "volume": "volume", "programme": "option", "program": "option",
    "option": "option", "setting": "target", "direction": "direction", "level": "brightness",
    "percentage": "brightness",
}  # fmt: skip
"""What people call the settings of devices."""
_HOW: Mapping[str, str] = {"bright": "brightness", "dim": "brightness", "fast": "speed",
        "far open": "position",
        "open": "position", "wide open": "position", "far": "position", "far up": "position",
        "far down": "position", "loud": "volume", "far closed": "position"}  # fmt: skip


_SET_TO = re.compile(r"^(?P<what>.*?) (?:set|turned) (?:to|at|on)$")
_STANDING_AT = re.compile(
    r"^(?P<what>.*(?:heating|thermostat|radiator|heater|ac|boiler)) (?:on|at)$"
)


def read(words: Sequence[str], asked: Asked) -> Iterator[Intent]:
    """The intents that the words can stand for: "the position of the blind"."""
    rest = [word for word in words if word not in ("current", "actual")]
    while rest and rest[0] in ("the", "our", "my", "which", "what"):
        rest.pop(0)
    ends = re.search(r" (?:set to|set at|set|on|at)$", " ".join(words)) is not None
    for count in (3, 2, 1):
        if aspect := _ASPECTS.get(" ".join(rest[:count])):
            after = _of(rest[count:], asked)
            if ends or aspect != "position" or after:
                yield from _setting(after, aspect, asked)
        if len(rest) > count and (aspect := _ASPECTS.get(" ".join(rest[-count:]))):
            owner = re.sub(r"'s?$", "", rest[-count - 1])
            yield from _setting([*rest[:-count][:-1], owner], aspect, asked)
    for pattern in (_SET_TO, _STANDING_AT) if asked.clause.asking else (_SET_TO,):
        if match := pattern.search(" ".join(asked.clause.words)):
            bare = re.sub(r"^(?:temperature|temp) (?:is )?", "", match["what"])
            yield from _setting(bare.split(), "target", asked)


def how(before: Sequence[str], words: Sequence[str], asked: Asked) -> Iterator[Intent]:
    """Reads "How bright is the lamp", "how far open is the blind".

    Args:
        before: the words between "how" and the verb.
        words: those, and what follows the verb.
        asked: what is read.
    """
    first = " ".join(before)
    aspect = _HOW.get(first) or _HOW.get(before[0] if before else "")
    if aspect is None:
        return
    said = " ".join(words[len(before) :] if first in _HOW and asked.clause.before else words[1:])
    about = re.sub(
        r" (?:open|set|closed|up|down|turned up|running|going|turning|spinning|"
        r"blowing|turned)$",
        "",
        said,
    )
    for subject in asked.about(about.split()):
        if subject.named:
            yield asked.intent("HomeGetSetting", subject, aspect=aspect)


def _of(words: Sequence[str], asked: Asked) -> Sequence[str]:
    """The words behind a setting's, without those that join them to it."""
    rest = list(words)
    while len(rest) > 1 and rest[-1] in ("in", "on", "at", "set", "to"):
        rest.pop()
    while rest and rest[0] in ("of", "for", "is", "on", "in"):
        if rest[0] == "in" and asked.place(rest) is not None:
            break
        rest.pop(0)
    return rest


def _setting(words: Sequence[str], aspect: str, asked: Asked) -> Iterator[Intent]:
    for subject in asked.about(words):
        if subject.named:
            yield asked.intent("HomeGetSetting", subject, aspect=aspect)
        elif aspect == "target":
            placed = replace(subject, slots={**subject.slots, "kind": "thermostat"})
            yield asked.intent("HomeGetSetting", placed, aspect=aspect)
