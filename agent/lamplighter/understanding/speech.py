"""What to say once something is done, and lists of names in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from lamplighter.catalogue.entity import Entity
from lamplighter.understanding.colours import COLOURS
from lamplighter.understanding.interpretation import Step
from lamplighter.understanding.kinds import plural_of
from lamplighter.understanding.spoken_numbers import tidy_number

_EXAMPLES = {
    "light": '"turn on {name}"',
    "climate": '"set {name} to 21 degrees"',
    "cover": '"open {name} halfway"',
    "lock": '"is {name} locked?"',
    "switch": '"turn off {name} in ten minutes"',
}
MAX_NAMED = 4
"""More devices than this are counted, not named."""

_DONE = {
    "arm_away": "Armed {names} (away)",
    "arm_home": "Armed {names} (home)",
    "arm_night": "Armed {names} (night)",
    "arm_vacation": "Armed {names} (vacation)",
    "clean_spot": "Told {names} to clean the spot",
    "close": "Closed {names}",
    "disarm": "Disarmed {names}",
    "dock": "Sent {names} to the dock",
    "locate": "Made {names} call out",
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
    first, *rest = entity.name.split() or [""]
    own = first.casefold() in ("the", "my", "our") or first.endswith(("'s", "\u2019s"))
    if not rest or own or entity.domain == "scene":
        return entity.name
    return f"the {entity.name}"


def placed(area: str) -> str:
    """The place, to follow a preposition: "the Kitchen", but "Upstairs" and "Anna's Room"."""
    first = area.split(maxsplit=1)[0] if area.split() else ""
    bare = first.endswith(("'s", "\u2019s")) or area.casefold() in ("upstairs", "downstairs")
    return area if bare or first.casefold() in ("the", "my", "our") else f"the {area}"


def counted(entities: Sequence[Entity]) -> str:
    """Entities as numbers of their kinds: "6 lights, 2 switches and a fan"."""
    kinds: dict[str, int] = {}
    for entity in entities:
        kinds[entity.domain] = kinds.get(entity.domain, 0) + 1
    return listed(_number_of(domain.replace("_", " "), count) for domain, count in kinds.items())


def _number_of(word: str, count: int) -> str:
    if count > 1:
        return f"{count} {plural_of(word)}"
    return f"{'an' if word[0] in 'aeiou' else 'a'} {word}"


def listed(names: Iterable[str], last: str = "and") -> str:
    """Names as people list them: "A", "A and B", "A, B and C"."""
    *rest, end = list(names) or [""]
    return f"{', '.join(rest)} {last} {end}" if rest else end


def sentence(text: str) -> str:
    """The text with a capital letter at its start and a full stop at its end."""
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "?", "!")) else ".")


def done(steps: Sequence[Step], entities: Sequence[Entity]) -> str:
    """What to say when these steps were carried out on these entities, in that order."""
    phrases: dict[str, list[Entity]] = {}
    for step, entity in zip(steps, entities, strict=True):
        phrases.setdefault(_phrase(step, entity), []).append(entity)
    said = [phrase.replace("{names}", _some(found)) for phrase, found in phrases.items()]
    return sentence(_joined(said)) if len(said) < MAX_NAMED else " ".join(map(sentence, said))


def _joined(said: Sequence[str]) -> str:
    """Phrases as one sentence, with a comma before the last where one of them has an "and"."""
    phrases = [*said[:1], *(each[:1].lower() + each[1:] for each in said[1:])]
    if len(phrases) > 1 and any(" and " in each for each in phrases):
        return f"{', '.join(phrases[:-1])}, and {phrases[-1]}"
    return listed(phrases)


def examples(entities: Iterable[Entity]) -> str:
    """What can be said in this home, by examples with its own names."""
    shown: dict[str, Entity] = {}
    for entity in entities:
        if entity.category is None and entity.services:
            shown.setdefault(entity.domain, entity)
    said = [
        each.format(name=called(shown[domain]))
        for domain, each in _EXAMPLES.items()
        if domain in shown
    ]
    if not said:
        return "I know of no devices yet. Once they announce themselves, tell me what to do."
    return f"Tell me what to do, or ask. For example: {listed(said[:4], 'or')}."


def wish(step: Step, entity: Entity) -> str:
    """What the step would do, to follow "Do you mean": "turn on the Hall light"."""
    if step.params:
        return f"set {called(entity)} to {_values(step.params)}"
    return f"{step.service.replace('_', ' ')} {called(entity)}"


def _some(entities: Sequence[Entity]) -> str:
    if len(entities) <= MAX_NAMED:
        return listed(called(entity) for entity in entities)
    return counted(entities)


def _phrase(step: Step, entity: Entity) -> str:
    if entity.domain == "scene":
        return "Activated {names}"
    if step.params:
        return f"Set {{names}} to {_values(step.params)}"
    return _DONE.get(step.service, f"Told {{names}}: {step.service.replace('_', ' ')}")


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
