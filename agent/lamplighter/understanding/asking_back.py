"""The question back to a command that names no device, or one of several: "turn it down a little".

It is for sentences that nothing else understood and that have the form of a command. What was said
stays, and the answer takes the place of the words that told too little.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from lamplighter.catalogue.entity import Choice, Entity
from lamplighter.understanding.frames import Mentions, mentions_in
from lamplighter.understanding.interpretation import (
    GAP,
    Candidate,
    Clarify,
    NotUnderstood,
    Pending,
)
from lamplighter.understanding.kinds import KINDS, kinds_said
from lamplighter.understanding.leftovers import left_unsaid
from lamplighter.understanding.names import Names, spoken_option
from lamplighter.understanding.normalise import asks, fold, plain, words_of
from lamplighter.understanding.parts import labels
from lamplighter.understanding.places import is_outdoors
from lamplighter.understanding.rule_parser import Situation
from lamplighter.understanding.speech import listed
from lamplighter.understanding.time_expressions import obstacle
from lamplighter.understanding.wording import key_of

_VAGUE = re.compile(
    r"\b(?:(?:that|this|the|yon|those|these) (?:little |big |old |other )?(?:things?|stuff|ones?|"
    r"gadget|device|machine|yoke|gizmo|contraption|whatsit|thingy|thingamajig|doodah|appliance|"
    r"whatchamacallit|contraption)|it(?!['\u2019])|them|that|this|those|these|"
    r"(?:the )?(?:\w+ )?one)\b",
    re.IGNORECASE,
)
_NOWHERE = re.compile(r" (?:over )?(?:in|on|by|at|near|beside|under) (?:the|my|our) (?P<place>\w+)")
_COMMAND = re.compile(
    r"^(?:turn|switch|put|set|make|open|close|shut|lock|unlock|start|stop|dim|brighten|raise|lower|"
    r"toggle|press|run|kill|cut|throttle|crank|bump|nudge|drop|bring|pull|push|speed|slow|warm|"
    r"cool|heat|clean|activate|deactivate|enable|disable|change|adjust|arm|disarm|pause|send|to|"
    r"position|i(?:'d| would) (?:like|want)|i want)\b|"
    r"\b(?:on|off|up|down|open|closed|shut)\b[\s,.]*$|"
    r"\b(?:on|to|at) (?:max|maximum|full|half|low|high|min|minimum|medium|quiet|turbo)\b|"
    r"\b(?:on|off|up|down|open|closed|shut), |"
    r"\d ?(?:%|percent|degrees|°)?$",
    re.IGNORECASE,
)
_VALUE = re.compile(
    r"\b(?:on|off|up|down|open|closed?|shut|higher|lower|low|high|more|less|half|max|full|"
    r"brighter|dimmer|darker|warmer|cooler|louder|quieter|faster|slower|kill|start|stop|run|cut|shut|"
    r"toggle|pause|dim|lock|unlock|raise)\b|\d"
)
_STARTING = re.compile(
    r"^(?:please )?(?:start|begin|run|launch|turn on|switch on|put on|kick off|do|set off|"
    r"fire up)\b",
    re.IGNORECASE,
)
_EITHER = re.compile(r"\beither ", re.IGNORECASE)
_ONE_OF = re.compile(
    r"\b(?:any |either |just |only )?one of (?:the|my|our|these|those) (?:two |three |four )?"
    r"(?P<kind>\w+(?: \w+)??)\b(?=$|[ ,.!])(?: (?:in|on|at|of) (?:the |my |our )?[\w' ]+?"
    r"(?=$| (?:on|off|up|down|to|please)\b|[,.!]))?",
    re.IGNORECASE,
)
_THE_ROOM = re.compile(r"\b(?P<where>in|of) the room\b(?! of\b)", re.IGNORECASE)
_NO_ROOMS = frozenset(
    ("hall", "hallway", "corridor", "landing", "stairs", "staircase", "foyer", "entrance", "porch")
)
_ARTICLES = frozenset({"the", "my", "our", "a", "an", "either"})
_ANYWHERE = frozenset({"room", "floor", "house", "area", "the", "my", "our", "on", "off", "and"})
_POSITION = re.compile(r"^position\b", re.IGNORECASE)
MAX_WORDS = 20
MOST_SHOWN = 5
LONGEST = 5
"""More words than these name no device."""

_TWO = 2


def open_choice(text: str, situation: Situation) -> Clarify | None:
    """The question for what is left open on purpose, or can't be told from where it is said."""
    return one_of(text, situation) or which_room(text, situation)


def one_of(text: str, situation: Situation) -> Clarify | None:
    """The question which one, where "one of the lamps" was said; None where it was not."""
    said = plain(text)
    match = _ONE_OF.search(said)
    if match is None or asks(said) or not _COMMAND.search(said) or obstacle(said) is not None:
        return None
    mentions = mentions_in(said, situation.names)
    kinds = kinds_said(key_of(match["kind"]))
    if len(mentions.areas) > 1:
        return None
    names = situation.names
    found = _entities(kinds[0], names) if kinds else names.partly_named(match["kind"])
    area = names.areas.get(mentions.areas[0]) if mentions.areas else None
    place = area.name if area else situation.area
    candidates = [each for each in found if each.area == place] or ([] if area else list(found))
    if len(candidates) < _TWO:
        return None
    return _choosing(candidates, f"{said[: match.start()]}{GAP}{said[match.end() :]}", said)


def which_room(text: str, situation: Situation) -> Clarify | None:
    """The question which room, where "the room" was said in a hall or outside; None elsewhere."""
    said = plain(text)
    match = _THE_ROOM.search(said)
    if match is None or situation.area is None or asks(said) or not _COMMAND.search(said):
        return None
    words = frozenset(key_of(situation.area))
    if words.isdisjoint(_NO_ROOMS) and not is_outdoors(situation.area):
        return None
    rooms = dict.fromkeys(area.name for area in situation.names.areas.values())
    others = [each for each in rooms if each != situation.area]
    left = f"{said[: match.start()]}{match['where']} {GAP}{said[match.end() :]}"
    some = listed(others[:MOST_SHOWN], "or")
    return _asked(f"Which room do you mean: {some}?", left, said, others) if others else None


def which(text: str, situation: Situation) -> Clarify | None:
    """The question which device is meant; None where the sentence asks for nothing of the kind."""
    whole = plain(text)
    # "The little lamp on, the one I used to have" tells of the past only beside the request.
    for said in dict.fromkeys((whole, whole.partition(",")[0])):
        bare = _EITHER.sub("", said)
        told = len(bare.split()) > MAX_WORDS or asks(bare) or obstacle(bare) is not None
        if not told and _COMMAND.search(bare):
            return _which(bare, situation)
    return None


def _which(said: str, situation: Situation) -> Clarify | None:
    if either := _either(said, situation.names):
        return either
    mentions = mentions_in(said, situation.names)
    if mentions.names:
        return _of_options(said, mentions.names, situation.names)
    if mentions.kinds and not _strange(said, mentions, situation.names):
        return _of_kind(said, mentions.kinds, situation)
    if mentions.kinds:
        return None
    settled = situation.context is not None and situation.context.entities
    return None if settled else _of_something(said, situation.names)


def _strange(said: str, mentions: Mentions, names: Names) -> list[str]:
    """Words that nothing here explains, but for the verb: "turn left at the lights"."""
    used = (*mentions.kinds, *mentions.areas, *mentions.values, *_VALUE.findall(fold(said)))
    first, *_ = words_of(said) or [""]
    left = left_unsaid(said, used)
    return [word for word in left if word not in names.words and word not in (first, "please")]


def _either(said: str, names: Names) -> Clarify | None:
    """The question which of two: "turn off the spots or the strip"."""
    words = said.split()
    places = [at for at, word in enumerate(words) if word.casefold() == "or"]
    if len(places) != 1:
        return None
    at = places[0]
    starts = [
        start for start in range(max(1, at - LONGEST), at) if _is_device(words[start:at], names)
    ]
    ends = [
        end
        for end in range(at + 1 + LONGEST, at + 1, -1)
        if end <= len(words) and _is_device(words[at + 1 : end], names)
    ]
    if not starts or not ends:
        return None
    first, second = " ".join(words[starts[0] : at]), " ".join(words[at + 1 : ends[0]])
    continuation = " ".join([*words[: starts[0]], GAP, *words[ends[0] :]])
    options = (first, second)
    question = f"Which one do you mean: {first} or {second}?"
    return Clarify(question, options, Pending(said, (), continuation=continuation))


def _is_device(words: Sequence[str], names: Names) -> bool:
    left = [word for word in map(fold, words) if word not in _ARTICLES]
    said = " ".join(left)
    if not said or len(left) + 1 < len(words):
        return False
    known = names.named(said) or names.partly_named(said) or kinds_said(key_of(said))
    return bool(known) and left[0] not in ("on", "off")


def _of_options(said: str, named: Sequence[str], names: Names) -> Clarify | None:
    """The question what a device with options is to be set to: "start the wash programme"."""
    if len(named) != 1 or not _STARTING.match(said):
        return None  # it is named: what is unclear is something else
    found = names.named(named[0]) or names.partly_named(named[0])
    if len(found) != 1 or found[0].domain != "select":
        return None
    service = found[0].services.get("select_option")
    choice = service.params.get("option") if service else None
    if not isinstance(choice, Choice):
        return None
    options = tuple(map(spoken_option, choice.options))
    shown = listed(options[:MOST_SHOWN], "or")
    name = found[0].name
    return _asked(f"{name}: to {shown}?", f"set {name} to", said, options)


def _of_something(said: str, names: Names) -> Clarify | None:
    if _POSITION.match(said):
        return _asked("Of what?", said, said, ())
    vague = _VAGUE.search(said)
    if vague is None or not _VALUE.search(fold(said)):
        return None
    left = f"{said[: vague.start()]}{GAP}{said[vague.end() :]}"
    place = _NOWHERE.search(left)
    if place is not None and fold(place["place"]) not in names.words:
        left = left.replace(place[0], "", 1)  # a corner, a shelf: no place that can be looked up
    return _asked(f"What do you mean by “{vague[0]}”?", " ".join(left.split()), said, ())


def _of_kind(said: str, kinds: Mapping[str, str], situation: Situation) -> Clarify | None:
    found: list[Entity] = []
    for key in kinds.values():
        found += [each for each in _entities(key, situation.names) if each not in found]
    near = [each for each in found if situation.area and each.area == situation.area]
    there, place = _in_such_a_place(found, said, situation.names)
    candidates = there or near or found
    if len(candidates) < _TWO:
        return None
    left, gap = (
        re.sub(rf"\b(?:in the )?{re.escape(place)} " if place else "^$", "", fold(said)),
        GAP,
    )
    for word in sorted(kinds, key=len, reverse=True):
        left = re.sub(rf"\b(?:the |my |that |this )?{re.escape(word)}\b", gap, left, count=1)
        gap = " "
    return _choosing(candidates, " ".join(left.split()), said)


def _choosing(candidates: Sequence[Entity], left: str, said: str) -> Clarify:
    called = labels(candidates)
    shown = [each[0] for each in called]
    rest = len(shown) - MOST_SHOWN
    some = [*shown[:MOST_SHOWN], *([f"{rest} others"] if rest > 0 else [])]
    nothing = NotUnderstood("one of several", "")
    pending = Pending(said, tuple(Candidate(each, nothing) for each in called), continuation=left)
    return Clarify(f"Which one do you mean: {listed(some, 'or')}?", tuple(shown), pending)


def _in_such_a_place(found: Sequence[Entity], said: str, names: Names) -> tuple[list[Entity], str]:
    """Those in the places that a word may mean, and the word: one of several bathrooms."""
    for word in fold(said).split():
        if word in _ANYWHERE or kinds_said(key_of(word)):
            continue
        areas = {area.name for name, area in names.areas.items() if word in name.split()}
        there = [each for each in found if each.area in areas]
        if there:
            return there, word
    return [], ""


def _entities(key: str, names: Names) -> Sequence[Entity]:
    kind = KINDS[key]
    return [
        each
        for domain in sorted(kind.domains)
        for each in names.by_domain.get(domain, ())
        if each.category is None and each.services and kind.covers(each)
    ]


def _asked(question: str, left: str, text: str, options: Sequence[str]) -> Clarify:
    return Clarify(question, tuple(options), Pending(text, (), continuation=left))
