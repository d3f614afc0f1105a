"""Sentences that read like commands and are none: of what was, what may be, what is to stay."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from lamplighter.understanding.handlers import HANDLERS
from lamplighter.understanding.intents import START_TIMER, Intent, Parse

_HEDGED = re.compile(
    r"^(?:maybe|perhaps|possibly)\b|"
    r"[\s,.?!](?:maybe|perhaps|possibly|or (?:so|something|not)|i guess|i suppose)[\s?.!,]*$",
    re.IGNORECASE,
)
_PAST = re.compile(r"\b(?:was|were|had|did|used to|has been|have been|would have)\b", re.IGNORECASE)
_KEPT = re.compile(
    r"^(?:just )?(?:leave|keep) (?P<what>.+?) (?:switched |turned )?(?:(?:wide |half )?open(?:ed)?|"
    r"on|off|closed|shut|locked|unlocked|docked|armed|disarmed|running|as (?:it is|they are|is)|"
    r"the way (?:it is|they are)|alone|like (?:this|that))(?P<where> (?:in|at|on) .+| (?:up|down)"
    r"stairs)?$",
    re.IGNORECASE,
)
_SHORTLY = re.compile(
    r"^(?!(?:turn|switch|put|set|leave|keep|have|get|let|make|is|are|was|were|why|who|what|how|when|"
    r"where|should|shall|can|could|would|will|may|do|does|did|has|any|no|not|pull|push|bring|lock|"
    r"unlock|open|close|shut|in|at)\b)"
    r"(?P<what>\w[\w' ]*?) (?:still |all )?(?P<state>open|closed|shut|locked|unlocked|on|off|"
    r"running|armed|disarmed|docked|charging|cleaning|online|offline)\?$",
    re.IGNORECASE,
)
_NOBODY = re.compile(
    r"^(?:so )?(?:did|has|have|had) (?:nobody|no one|no-one|none of you) (?:(?:turn|turned|switch|"
    r"switched|put) (?P<way>on|off)|(?P<deed>close|closed|shut|open|opened|lock|locked|unlock|"
    r"unlocked)) (?P<what>.+?)\??$",
    re.IGNORECASE,
)
_DONE_BY = {
    "close": "closed",
    "closed": "closed",
    "shut": "shut",
    "open": "open",
    "opened": "open",
    "lock": "locked",
    "locked": "locked",
    "unlock": "unlocked",
    "unlocked": "unlocked",
}
_SETTING = re.compile(r"\b(?:to|at|set|dim|brighten|make|turn|put)\b", re.IGNORECASE)
_AS_IT_IS = re.compile(
    r"^(?:(?:oh|ugh|god|gosh|man|wow) )*(?:i'm|im|i am|we're|we are|it's|its|it is|that's|feels?|"
    r"(?:(?!to |at )[\w']+ )+(?:is|are|feels?|looks?))\b(?!.* (?:to be|supposed) )",
    re.IGNORECASE,
)
_GAP = re.compile(
    r"\b(?:the|my|our) (?:in|at|on|off|up|down|to|here)\b|"
    r"\b(?:the|my|our|of|every|(?:on|off|out|up|down|open|closed) in)[\s.!]*$",
    re.IGNORECASE,
)
"""Where a word is lost: "turn on the in here"."""
_ON_OR_THERE = re.compile(
    r"^(?:turn|switch|put) (?!on\b)(?!.*\bon\b.*\bon\b)(?!.*\b(?:off|out|to)\b).+ on "
    r"(?:the|my|our) (?:\w+ )?(?:floor|patio|terrace|balcony|landing|roof|deck|porch|veranda)"
    r"[\s.!]*$",
    re.IGNORECASE,
)
"""Where "on" is rather a part of the place, and nobody said what is to be done."""
_BRIGHT = re.compile(
    r"%|percent|\b(?:lights?|lamps?|bulbs?|lighting|bright\w*|dim\w*|darken|illuminat\w*)\b",
    re.IGNORECASE,
)


def kept(text: str) -> str | None:
    """What the sentence wants to stay as it is: "leave the fan on"; None where it wants a change.

    Whatever state it names, nothing is done: "keep the heating off" asks for no change.
    """
    match = _KEPT.match(text.rstrip("? "))
    return f"{match['what']}{match['where'] or ''}" if match else None


def asked_shortly(text: str) -> str | None:
    """The whole question that "front door locked?" stands for; None where it is not so short."""
    if nobody := _NOBODY.match(text):
        state = nobody["way"] or _DONE_BY.get(nobody["deed"].casefold(), "")
        return f"is {nobody['what']} {state}?" if state else None
    match = _SHORTLY.match(text)
    return f"is {match['what']} {match['state']}?" if match else None


def tells_how_it_is(text: str) -> bool:
    """True where the sentence tells how something is: "the bathroom is too bright"."""
    return _AS_IT_IS.match(text) is not None


def in_the_past(text: str) -> bool:
    """True where the sentence tells of what was."""
    return _PAST.search(text) is not None


def weighed(parse: Parse, text: str, grounds: Callable[[Intent], bool]) -> Parse | None:
    """The parse, less certain where the sentence is; None where it must not be followed.

    Args:
        parse: what the rules made of the sentence.
        text: the sentence with its greetings.
        grounds: whether an intent is about something that exists and can do it.
    """
    acts = [each for each in parse.intents if each.name in HANDLERS or each.name == START_TIMER]
    if not acts:
        return parse
    if in_the_past(text):
        return None
    if _HEDGED.search(text):
        if any(intent.name == START_TIMER for intent in acts):
            return None  # what is scheduled is carried out without asking again
        return replace(parse, sure=False)
    if any(_bare_number(each) and not _SETTING.search(each.text) for each in acts):
        return None  # "the bedroom one" is no value
    found = _tempered(parse, grounds)
    coloured = any("color" in each.slots for each in acts)  # "it is white" tells, and wants nothing
    told = coloured and tells_how_it_is(text)
    return replace(found, sure=False) if told or _lacks_a_word(text, acts) else found


def _lacks_a_word(text: str, acts: Sequence[Intent]) -> bool:
    """True where a word seems lost, and no name says what is meant all the same."""
    nameless = any(not {"name", "ids"} & each.slots.keys() for each in acts)
    return nameless and bool(_GAP.search(text) or _ON_OR_THERE.match(text))


def _tempered(parse: Parse, grounds: Callable[[Intent], bool]) -> Parse:
    """A bare number for an area as a temperature, where it can be one; else it is asked about."""
    intents = tuple(_as_temperature(intent, grounds) for intent in parse.intents)
    if intents != parse.intents:
        return replace(parse, intents=intents)
    return replace(parse, sure=False) if any(map(_bare_number, intents)) else parse


def _as_temperature(intent: Intent, grounds: Callable[[Intent], bool]) -> Intent:
    if not _bare_number(intent):
        return intent
    slots = {key: intent.slots[key] for key in ("area", "floor") if key in intent.slots}
    warmth = {"kind": "thermostat", "temperature": intent.slots["brightness"]}
    wanted = Intent(
        "HassClimateSetTemperature", {**slots, **warmth}, here=intent.here, text=intent.text
    )
    return wanted if grounds(wanted) else intent


def _bare_number(intent: Intent) -> bool:
    """True where a place is to be "at 18" and nothing says of what."""
    said = "name" not in intent.slots and "brightness" in intent.slots
    return intent.name == "HassLightSet" and said and not _BRIGHT.search(intent.text)
