"""What to say once something is done, and lists of names in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from lamplighter.catalogue.entity import Entity
from lamplighter.understanding.colours import COLOURS
from lamplighter.understanding.interpretation import Step
from lamplighter.understanding.spoken_numbers import tidy_number

_DONE = {
    "arm_away": "Armed {names} (away)",
    "arm_home": "Armed {names} (home)",
    "arm_night": "Armed {names} (night)",
    "arm_vacation": "Armed {names} (vacation)",
    "clean_spot": "{names} cleans the spot",
    "close": "Closed {names}",
    "disarm": "Disarmed {names}",
    "dock": "Sent {names} to the dock",
    "locate": "{names} makes itself heard",
    "lock": "Locked {names}",
    "open": "Opened {names}",
    "pause": "Paused {names}",
    "press": "Pressed {names}",
    "return_to_base": "Sent {names} back to the base",
    "start": "Started {names}",
    "start_mowing": "Started {names}",
    "stop": "Stopped {names}",
    "turn_off": "Turned off {names}",
    "turn_on": "Turned on {names}",
    "unlock": "Unlocked {names}",
}


def called(entity: Entity) -> str:
    """The entity's name with its article, where it reads like a description."""
    if len(entity.name.split()) == 1 or entity.name.casefold().startswith("the "):
        return entity.name
    return f"the {entity.name}"


def listed(names: Iterable[str], last: str = "and") -> str:
    """Names as people list them: "A", "A and B", "A, B and C"."""
    *rest, end = list(names) or [""]
    return f"{', '.join(rest)} {last} {end}" if rest else end


def sentence(text: str) -> str:
    """The text with a capital letter at its start and a full stop at its end."""
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "?", "!")) else ".")


def done(steps: Sequence[Step], entities: Sequence[Entity]) -> str:
    """What to say when these steps were carried out on these entities, in that order."""
    phrases: dict[str, list[str]] = {}
    for step, entity in zip(steps, entities, strict=True):
        phrases.setdefault(_phrase(step, entity), []).append(called(entity))
    said = (phrase.replace("{names}", _some(names)) for phrase, names in phrases.items())
    return " ".join(sentence(each) for each in said)


def wish(step: Step, entity: Entity) -> str:
    """What the step would do, to follow "Do you mean": "turn on the Hall light"."""
    if step.params:
        return f"set {called(entity)} to {_values(step.params)}"
    return f"{step.service.replace('_', ' ')} {called(entity)}"


def _some(names: Sequence[str]) -> str:
    return listed(names) if len(names) <= 4 else f"{listed([*names[:3], f'{len(names) - 3} more'])}"


def _phrase(step: Step, entity: Entity) -> str:
    if entity.domain == "scene":
        return "Activated {names}"
    if step.params:
        return f"Set {{names}} to {_values(step.params)}"
    return _DONE.get(step.service, f"{{names}}: {step.service.replace('_', ' ')}")


def _values(params: Any) -> str:
    return listed(_value(name, value) for name, value in params.items())


def _value(name: str, value: Any) -> str:
    if name == "rgb_color":
        known = {code: colour for colour, code in COLOURS.items()}
        return known.get(tuple(value), f"rgb {listed(str(each) for each in value)}")
    number = str(tidy_number(value)) if isinstance(value, (int, float)) else str(value)
    if name in ("brightness_pct", "percentage", "position", "tilt_position", "humidity"):
        return f"{number} %"
    if name == "color_temp_kelvin":
        return f"{round(float(value))} K"
    if name.startswith(("temperature", "target_temp")):
        return f"{number} degrees"
    return number.replace("_", " ") if name not in ("value", "option") else number
