"""Whether a turn went as its case says: what changed, what was said, and how it ended."""

from __future__ import annotations

import colorsys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tools.understanding.house import Turn

from lamplighter.catalogue.entity import State

_PRESSED = frozenset({"button", "scene"})
_WATCHED = (
    "brightness_pct",
    "rgb_color",
    "color_temp_kelvin",
    "percentage",
    "preset_mode",
    "position",
    "tilt_position",
    "temperature",
    "fan_mode",
    "humidity",
    "mode",
    "fan_speed",
    "effect",
)
_HUES = {
    "red": 0,
    "orange": 30,
    "amber": 45,
    "yellow": 60,
    "lime": 90,
    "green": 120,
    "turquoise": 174,
    "teal": 180,
    "cyan": 180,
    "blue": 240,
    "indigo": 275,
    "purple": 285,
    "violet": 285,
    "magenta": 300,
    "pink": 335,
}
_HUE_TOLERANCE = 28
_CLOSE = 0.51


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a turn went.

    Attributes:
        problems: what was not as the case says; none where all was right.
        wrong: ids of entities that changed otherwise than they should have: wrong actions.
    """

    problems: tuple[str, ...]
    wrong: tuple[str, ...]


def judge(turn: Turn, case: Mapping[str, Any]) -> Verdict:
    """The verdict on a turn; of several readings that are right, the one that fits best."""
    readings = [case, *({**case, "says": [], **each} for each in case.get("also_right", ()))]
    verdicts = [_judge(turn, each) for each in readings]
    return min(verdicts, key=lambda each: len(each.problems))


def _judge(turn: Turn, case: Mapping[str, Any]) -> Verdict:
    wanted: Mapping[str, Any] = case.get("states") or {}
    problems: list[str] = []
    wrong: list[str] = []
    by_itself = set(case.get("set", ())) - set(wanted)
    for entity_id, before in turn.before.items():
        if entity_id in by_itself:
            continue
        after = turn.after[entity_id]
        if entity_id.split(".")[0] in _PRESSED:
            times = turn.pressed.count(entity_id)
            if times != (entity_id in wanted):
                problems.append(f"{entity_id} pressed {times} times")
                wrong += [entity_id] * (times > 0)
            continue
        found = list(_differences(before, after, wanted.get(entity_id)))
        if found:
            problems.append(f"{entity_id}: {', '.join(found)}")
            if _changed(before, after):
                wrong.append(entity_id)
    problems += _spoken(turn, case)
    return Verdict(tuple(problems), tuple(wrong))


def _changed(before: State, after: State) -> bool:
    return bool(_changes(before, after))


def _changes(before: State, after: State) -> dict[str, Any]:
    found = {
        key: after.attributes.get(key)
        for key in _WATCHED
        if before.attributes.get(key) != after.attributes.get(key)
    }
    if before.value != after.value:
        found["state"] = after.value
    return found


def _differences(before: State, after: State, wanted: Any) -> Iterator[str]:
    """What of an entity is not as wanted; None: nothing of it may change."""
    changes = _changes(before, after)
    if wanted is None:
        yield from (f"{key} became {value}" for key, value in changes.items())
        return
    asked: Mapping[str, Any] = wanted if isinstance(wanted, Mapping) else {"state": wanted}
    for key, value in asked.items():
        if key in ("rgb", "color", "rgb_color"):
            if not _is_colour(after.attributes.get("rgb_color"), value):
                yield f"colour {after.attributes.get('rgb_color')}, not {value}"
        elif key == "state":
            if not _same(after.value, value):
                yield f"is {after.value}, not {value}"
        elif not _same(after.attributes.get(key), value):
            yield f"{key} is {after.attributes.get(key)}, not {value}"
    named = set(asked) | ({"rgb_color"} if {"rgb", "color"} & set(asked) else set())
    # What follows by itself: a position from opening, on from a brightness.
    implied = {"position", "state"} if named & {"position", "state"} else {"state"}
    for key, value in changes.items():
        if key not in named | implied:
            yield f"{key} became {value}"


def _same(found: Any, wanted: Any) -> bool:
    if isinstance(wanted, Sequence) and not isinstance(wanted, str):
        low, high = wanted
        number = _number(found)
        return number is not None and low - 1e-6 <= number <= high + 1e-6
    number, other = _number(found), _number(wanted)
    if number is not None and other is not None:
        return abs(number - other) < (
            _CLOSE if abs(other) > 1 and float(other).is_integer() else 0.06
        )
    return str(found).casefold() == str(wanted).casefold()


def _number(value: Any) -> float | None:
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def _is_colour(found: Any, wanted: Any) -> bool:
    name = wanted.get("color", "") if isinstance(wanted, Mapping) else wanted
    if not isinstance(found, Sequence) or len(found) != 3:
        return False
    hue, saturation, _ = colorsys.rgb_to_hsv(*(part / 255 for part in found))
    if isinstance(name, Sequence) and not isinstance(name, str):
        return all(abs(one - other) <= 30 for one, other in zip(found, name, strict=True))
    if name == "white":
        return saturation < 0.25
    target = _HUES.get(str(name).split()[-1])
    if target is None:
        return True
    away = abs(hue * 360 - target) % 360
    return min(away, 360 - away) <= _HUE_TOLERANCE


def _spoken(turn: Turn, case: Mapping[str, Any]) -> Iterator[str]:
    if turn.reply is not None or "say" in case:
        outcome = (turn.reply or {}).get("outcome", "no reply")
        allowed = case.get("outcome") or ["done"]
        if outcome not in allowed:
            yield f"outcome {outcome}, not {'/'.join(allowed)}"
        speech = str((turn.reply or {}).get("speech", "")).casefold()
        yield from _missing(speech, case.get("says", ()), "said")
        for text in case.get("says_not", ()):
            if str(text).casefold() in speech:
                yield f"said {text!r}"
    yield from _missing(" ".join(turn.told).casefold(), case.get("tells", ()), "told")


def _missing(speech: str, groups: Sequence[Sequence[str]], verb: str) -> Iterator[str]:
    for group in groups:
        if not any(str(text).casefold() in speech for text in group):
            yield f"not {verb}: {' or '.join(map(str, group))}"
