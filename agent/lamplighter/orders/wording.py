"""Standing orders in words, from what they were compiled to: never from what was said."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import time

from lamplighter.catalogue.entity import Entity, State
from lamplighter.orders.daylight import USUAL
from lamplighter.orders.order import Comparison, Fact, Hours, Order
from lamplighter.understanding.speech import MAX_NAMED, called, counted, listed, sentence
from lamplighter.understanding.spoken_numbers import tidy_number
from lamplighter.understanding.states import described
from lamplighter.understanding.time_expressions import spoken_length
from lamplighter.understanding.timing.when import (
    EVERY_DAY,
    Delay,
    Moment,
    SunEvent,
    SunMoment,
    Until,
)

Known = Callable[[str], Entity | None]
"""Finds an entity by its id; None where it is gone."""

_DAYS = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")
_OPENING = frozenset({"door", "garage_door", "garage", "gate", "opening", "window"})
_DETECTED = {
    "motion": ("motion", "detects"),
    "occupancy": ("somebody", "detects"),
    "presence": ("somebody", "detects"),
    "moving": ("motion", "detects"),
    "moisture": ("water", "detects"),
    "smoke": ("smoke", "detects"),
    "gas": ("gas", "detects"),
    "carbon_monoxide": ("carbon monoxide", "detects"),
    "sound": ("sound", "hears"),
    "vibration": ("vibration", "feels"),
}
_EVENTS = {
    "open": "opens",
    "closed": "closes",
    "on": "turns on",
    "off": "turns off",
    "locked": "is locked",
    "unlocked": "is unlocked",
    "triggered": "is triggered",
    "armed": "is armed",
    "disarmed": "is disarmed",
    "cleaning": "starts cleaning",
    "docked": "is back in its dock",
    "paused": "is paused",
    "mowing": "starts mowing",
    "heat": "starts heating",
    "cool": "starts cooling",
    "jammed": "jams",
    "home": "comes home",
    "not_home": "leaves home",
}
_STATES = {
    "heat": "heating",
    "cool": "cooling",
    "home": "at home",
    "not_home": "away",
}
_PASSED: dict[Comparison, str] = {
    "above": "goes above",
    "below": "goes below",
    "at_least": "reaches",
    "at_most": "falls to",
    "is": "becomes",
    "is_not": "is no longer",
}
_COMPARED: dict[Comparison, str] = {
    "above": "above",
    "below": "below",
    "at_least": "at least",
    "at_most": "at most",
    "is": "",
    "is_not": "not",
}


def question(order: Order, known: Known, *, located: bool = True) -> str:
    """The order in words, as the question whether it is to be kept."""
    return f"{told(order, known, located=located)} Shall I keep that?"


def told(order: Order, known: Known, *, located: bool = True) -> str:
    """The order in words: "When the Back Door opens after dark, I turn on the Porch light."."""
    return sentence(f"{when(order, known, located=located)}, I {does(order, known)}")


def when(order: Order, known: Known, *, located: bool = True) -> str:
    """What it waits for, in words: "when the Back Door opens after dark"."""
    spans = " ".join(span(each, located=located) for each in order.hours)
    if not order.trigger and not order.conditions:
        return f"when {_begins(order.hours, located=located)}" if order.hours else "never"
    parts = []
    if order.trigger:
        parts.append(listed((happens(each, known) for each in order.trigger), "or"))
    parts += [so(each, known) for each in order.conditions]
    joint = "when" if order.trigger else "whenever"
    return f"{joint} {' and '.join(parts)}{f' {spans}' if spans else ''}"


def does(order: Order, known: Known) -> str:
    """What is done, in words, to follow "I": "turn on the Hall light for 5 minutes"."""
    parts = []
    if order.deed:
        parts.append(f"{order.deed}{_lasting(order.until)}")
    if order.tell:
        own = order.tell == news(order, known)
        parts.append("tell you" if own else f"say “{order.tell.rstrip('.')}”")
    return listed(parts)


def news(order: Order, known: Known) -> str:
    """What is told where nothing was said about that: what has come about."""
    facts = order.trigger or order.conditions
    said = listed((since(each, known) for each in facts), "or" if order.trigger else "and")
    return sentence(said or when(order, known).removeprefix("when "))


def happens(fact: Fact, known: Known) -> str:
    """A fact as something that comes about: "the Back Door opens"."""
    first = next((each for each in map(known, fact.entities) if each), None)
    who = _who(fact, known, "and" if fact.every else "or")
    held = f" for {spoken_length(fact.held_s)}" if fact.held_s else ""
    if isinstance(fact.value, str):
        said = _state_said(fact, first, event=not held)
    else:
        verb = _PASSED[fact.comparison] if not held else f"is {_COMPARED[fact.comparison]}"
        said = f"{verb} {_amount(fact, first)}"
    return f"{who} {_plural(said, fact)}{held}"


def so(fact: Fact, known: Known) -> str:
    """A fact as something that is so: "the Back Door is open"."""
    first = next((each for each in map(known, fact.entities) if each), None)
    who = _who(fact, known, "and" if fact.every else "or")
    held = f" for {spoken_length(fact.held_s)}" if fact.held_s else ""
    return f"{who} {_plural(_is_said(fact, first), fact)}{held}"


def since(fact: Fact, known: Known) -> str:
    """A fact as it is told once it came true: "the Freezer has been above -12 °C for an hour"."""
    said = so(fact, known)
    return said.replace(" is ", " has been ", 1) if fact.held_s else said


def now(fact: Fact, known: Known, state_of: Callable[[str], State], degrees: str = "°C") -> str:
    """How the entities of a fact are now, in words: "the Attic temperature is 7 °C"."""
    found = [each for each in map(known, fact.entities[:MAX_NAMED]) if each]
    return listed(
        f"{called(each)} {_measured(fact, each, state_of(each.id), degrees)}" for each in found
    )


def _measured(fact: Fact, entity: Entity, state: State, degrees: str) -> str:
    if fact.attribute and fact.attribute != "available":
        seen = state.attributes.get(fact.attribute)
        if not isinstance(seen, (int, float)):
            return "has not said anything yet"
        unit = "%" if "humidity" in fact.attribute else entity.unit or degrees
        return f"measures {tidy_number(seen)} {unit}"
    what = described(entity, state, degrees)
    return "has not said anything yet" if what is None else f"is {what}"


def span(hours: Hours, *, located: bool = True) -> str:
    """A part of the day in words: "after dark", "between 22:00 and 6:00 on weekdays"."""
    days = _days(hours.days)
    part = _part(hours)
    if not located and _by_sun(hours):
        part += f" ({_usual(hours)}: I don't know where the home is)"
    return " ".join(each for each in (part, days) if each)


def _part(hours: Hours) -> str:
    start, end = hours.start, hours.end
    if (start, end) == ("sunset", "sunrise"):
        return "after dark"
    if (start, end) == ("sunrise", "sunset"):
        return "during the day"
    if start is not None and end is not None:
        return f"between {_point(start)} and {_point(end)}"
    if start is not None:
        return f"after {_point(start)}"
    return f"before {_point(end)}" if end is not None else ""


def _by_sun(hours: Hours) -> bool:
    return isinstance(hours.start, str) or isinstance(hours.end, str)


def _usual(hours: Hours) -> str:
    sides: list[str] = []
    for joint, point in (("from", hours.start), ("to", hours.end)):
        if point is not None:
            at = point if isinstance(point, time) else USUAL[point]
            sides.append(f"{joint} {_point(at)}")
    return " ".join(sides)


def _point(point: time | SunEvent) -> str:
    return f"{point.hour}:{point.minute:02}" if isinstance(point, time) else point


def _days(days: frozenset[int]) -> str:
    if days == EVERY_DAY:
        return ""
    if days == frozenset(range(5)):
        return "on weekdays"
    if days == frozenset((5, 6)):
        return "at weekends"
    return f"on {listed(_DAYS[each] for each in sorted(days))}"


def _begins(hours: Sequence[Hours], *, located: bool) -> str:
    first, *more = hours
    named = {("sunset", "sunrise"): "it gets dark", ("sunrise", "sunset"): "it gets light"}
    begun = named.get((str(first.start), str(first.end)))
    if begun is None or more:
        return f"it is {' '.join(span(each, located=located) for each in hours)}"
    doubt = "" if located else f" (taken as {_usual(first)}: I don't know where the home is)"
    return " ".join(each for each in (begun + doubt, _days(first.days)) if each)


def at(hours: Hours, *, inside: bool) -> str:
    """Whether a part of the day is now, in words: "it is not dark"."""
    words = {("sunset", "sunrise"): "dark", ("sunrise", "sunset"): "light"}
    what = words.get((str(hours.start), str(hours.end))) or span(hours)
    return f"it is {'' if inside else 'not '}{what}"


def _who(fact: Fact, known: Known, joint: str) -> str:
    found = [each for each in map(known, fact.entities) if each]
    gone = len(fact.entities) - len(found)
    if not found:
        return "something that is gone" if gone == 1 else f"{gone} things that are gone"
    if len(found) > MAX_NAMED:
        return f"{'all' if fact.every else 'one'} of {counted(found)}"
    return listed((called(each) for each in found), joint)


def _plural(said: str, fact: Fact) -> str:
    """The verb for several at once: "is open" becomes "are open"."""
    if not fact.every or len(fact.entities) < 2:
        return said
    first, _, rest = said.partition(" ")
    verb = {"is": "are", "turns": "turn", "opens": "open", "closes": "close", "detects": "detect"}
    return f"{verb.get(first, first)} {rest}".strip()


def _state_said(fact: Fact, entity: Entity | None, *, event: bool) -> str:
    if not event or fact.comparison == "is_not":
        said = _is_said(fact, entity)
        return said if not event else said.replace("is not", "is no longer", 1)
    value = _meant(fact, entity)
    if fact.attribute == "available":
        return "can be reached again" if value == "on" else "can't be reached any more"
    if detected := _detecting(entity, value, event=True):
        return detected
    if entity is not None and entity.domain in ("vacuum", "lawn_mower") and value == "off":
        return "stops working"
    if entity is not None and entity.domain in ("select", "sensor", "text"):
        return f"changes to {fact.value}"
    return _EVENTS.get(value, f"becomes {value}")


def _is_said(fact: Fact, entity: Entity | None) -> str:
    denied = fact.comparison == "is_not"
    if not isinstance(fact.value, str):
        measuring = bool(fact.attribute)
        verb = "measures" if measuring else "is"
        return " ".join(f"{verb} {_COMPARED[fact.comparison]} {_amount(fact, entity)}".split())
    value = _meant(fact, entity)
    if fact.attribute == "available":
        return "can be reached" if (value == "on") != denied else "can't be reached"
    if detected := _detecting(entity, _flipped(value) if denied else value, event=False):
        return detected
    return f"is {'not ' if denied else ''}{_STATES.get(value, value.replace('_', ' '))}"


def _flipped(value: str) -> str:
    return "off" if value != "off" else "on"


def _meant(fact: Fact, entity: Entity | None) -> str:
    """The state in the words that fit the entity: a door that is "on" is open."""
    value = str(fact.value)
    if entity is not None and entity.domain == "binary_sensor" and entity.device_class in _OPENING:
        return {"on": "open", "off": "closed"}.get(value, value)
    return value


def _detecting(entity: Entity | None, value: str, *, event: bool) -> str:
    if entity is None or entity.domain != "binary_sensor":
        return ""
    what, verb = _DETECTED.get(entity.device_class or "", ("", ""))
    if not what:
        return ""
    if value != "off":
        return f"{verb} {what}"
    return (
        f"no longer {verb} {what}"
        if event
        else f"{verb} {'nobody' if what == 'somebody' else f'no {what}'}"
    )


def _amount(fact: Fact, entity: Entity | None) -> str:
    number = str(tidy_number(float(fact.value)))
    unit = "" if entity is None else entity.unit
    if entity is not None and fact.attribute:
        unit = "%" if "humidity" in fact.attribute else entity.unit or "°C"
    return f"{number} {unit}".strip()


def _lasting(until: Until | None) -> str:
    match until:
        case None:
            return ""
        case Delay(seconds):
            return f" for {spoken_length(seconds)}"
        case Moment(_, at):
            return f" until {_point(at)}"
        case SunMoment(_, event, _):
            return f" until {event}"
