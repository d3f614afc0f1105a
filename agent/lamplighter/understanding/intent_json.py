"""Intents and times as JSON, for what is kept until it is due. What is read back is equal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, time
from typing import Any, Final, cast

from lamplighter.understanding.intents import Intent
from lamplighter.understanding.timing.when import (
    Delay,
    Interval,
    Moment,
    Recurring,
    SunEvent,
    SunMoment,
    Until,
    When,
)

_TAG: Final = "$"
"""The key that tells a collection which JSON does not have: {"$": "tuple", "of": [...]}."""


def intents_to_json(intents: Iterable[Intent]) -> list[dict[str, Any]]:
    """The intents in JSON's types; what has its default value is left out.

    Raises:
        TypeError: a slot holds something that is no text, number, truth value or collection.
    """
    return [_intent_to_json(intent) for intent in intents]


def intents_from_json(kept: Iterable[Mapping[str, Any]]) -> tuple[Intent, ...]:
    """The intents that were kept.

    Raises:
        KeyError, TypeError, ValueError: it is nothing that :func:`intents_to_json` made.
    """
    return tuple(
        Intent(
            name=str(each["name"]),
            slots={key: _opened(value) for key, value in each.get("slots", {}).items()},
            domains=frozenset(each.get("domains", ())),
            here=bool(each.get("here", False)),
            many=bool(each.get("many", False)),
            question=str(each.get("question", "")),
            text=str(each.get("text", "")),
            without=frozenset(each.get("without", ())),
        )
        for each in kept
    )


def when_to_json(when: When) -> dict[str, Any]:
    """A time in JSON's types."""
    match when:
        case Delay(seconds):
            return {"in": seconds}
        case Interval(seconds):
            return {"every": seconds}
        case Moment(day, at):
            return {"day": day.isoformat(), "at": at.isoformat()}
        case SunMoment(day, event, offset):
            return {"day": day.isoformat(), "sun": event, "offset": offset}
        case Recurring(days, at, event, offset):
            exact = {"sun": event, "offset": offset} if at is None else {"at": at.isoformat()}
            return {"days": sorted(days), **exact}


def when_from_json(kept: Mapping[str, Any]) -> When:
    """The time that was kept.

    Raises:
        KeyError, TypeError, ValueError: it is nothing that :func:`when_to_json` made.
    """
    if "in" in kept:
        return Delay(float(kept["in"]))
    if "every" in kept:
        return Interval(float(kept["every"]))
    at = time.fromisoformat(kept["at"]) if "at" in kept else None
    event = cast("SunEvent | None", kept.get("sun"))
    offset = float(kept.get("offset", 0.0))
    if "days" in kept:
        return Recurring(frozenset(kept["days"]), at, event, offset)
    day = date.fromisoformat(kept["day"])
    if at is not None:
        return Moment(day, at)
    return SunMoment(day, cast("SunEvent", kept["sun"]), offset)


def until_from_json(kept: Mapping[str, Any]) -> Until:
    """The end that was kept.

    Raises:
        KeyError, TypeError, ValueError: it is no end that :func:`when_to_json` made.
    """
    found = when_from_json(kept)
    if isinstance(found, Interval | Recurring):
        raise TypeError(type(found).__name__)
    return found


def _intent_to_json(intent: Intent) -> dict[str, Any]:
    kept: dict[str, Any] = {
        "name": intent.name,
        "slots": {key: _closed(value) for key, value in intent.slots.items()},
        "domains": sorted(intent.domains),
        "here": intent.here,
        "many": intent.many,
        "question": intent.question,
        "text": intent.text,
        "without": sorted(intent.without),
    }
    return {key: value for key, value in kept.items() if value or key == "name"}


def _closed(value: Any) -> Any:
    match value:
        case None | bool() | int() | float() | str():
            return value
        case tuple():
            return {_TAG: "tuple", "of": [_closed(each) for each in value]}
        case frozenset() | set():
            return {_TAG: "set", "of": sorted((_closed(each) for each in value), key=repr)}
        case Mapping():
            return {_TAG: "map", "of": {str(key): _closed(each) for key, each in value.items()}}
        case list():
            return [_closed(each) for each in value]
        case _:
            raise TypeError(type(value).__name__)


def _opened(value: Any) -> Any:
    if isinstance(value, list):
        return [_opened(each) for each in value]
    if not isinstance(value, Mapping):
        return value
    kind, inside = value[_TAG], value["of"]
    if kind == "map":
        return {key: _opened(each) for key, each in inside.items()}
    opened = [_opened(each) for each in inside]
    return frozenset(opened) if kind == "set" else tuple(opened)
