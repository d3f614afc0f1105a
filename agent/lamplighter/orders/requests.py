"""What is asked about standing orders: to list, explain, switch off and on, and forget them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lamplighter.understanding.interpretation import OrderOperation, Orders
from lamplighter.understanding.kinds import KINDS, plural_of
from lamplighter.understanding.normalise import fold, plain, words_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lamplighter.catalogue.entity import Entity
    from lamplighter.understanding.rule_parser import Situation

_ORDER = r"(?:(?:standing )?orders?|rules?|automations?|automatic rules?|routines?|triggers?)"
_THE = r"(?:the |that |this |my |our )?"
_HAVE = (
    r"(?:are there|do (?:you|i|we) have|have (?:you|i|we) (?:got|set up|made)|exist|"
    r"are (?:set|set up|active|on|kept|there now|running)|"
    r"did (?:i|we) (?:set(?: up)?|make|give you))"
)
_LISTING = (
    rf"(?:what|which) {_ORDER} {_HAVE}",
    rf"(?:what|which) are (?:my|our|the|your) (?:current |active )?{_ORDER}",
    (
        r"(?:list|show|tell|read)(?: me)?(?: out)?(?: all)?(?: of)?(?: the| my| our| your)?"
        rf"(?: current| active)? {_ORDER}"
    ),
    (
        r"what do you do (?:by yourself|on your own|automatically|without being asked|"
        r"of your own accord)"
    ),
    r"what (?:are|do) you (?:watching|watch)(?: out)?(?: for)?",
    rf"(?:are there|do (?:i|we|you) have)(?: any| some)? {_ORDER}",
    rf"what {_ORDER} (?:do you|are you) (?:know|keep|keeping|following|follow)",
    rf"(?:my|our|the|all|all the|all my) {_ORDER}",
)
_EXPLAINING = (
    r"why (?:did|has|is|was|does|do|were|are|have) (?P<what>.+)",
    (
        r"(?:who|what) (?:has |have )?(?:just )?(?:turned|switched|put|set|opened|closed|locked|"
        r"unlocked|started|stopped|dimmed|changed|made|armed|disarmed|triggered) (?P<what2>.+)"
    ),
    r"how come (?P<what3>.+)",
    (
        r"did you (?:just )?(?:turn|switch|open|close|lock|unlock|start|stop) (?P<what4>.+) "
        r"(?:by yourself|on your own)"
    ),
)
_JUST_NOW = re.compile(
    r"(?:(?:you|it) (?:just )?(?:do|did|done) (?:that|this|it)|"
    r"(?:that|this) (?:just )?happen(?:ed)?)"
    r"(?: just now| by (?:yourself|itself))?"
)
_ACTED = re.compile(
    r"\b(?:on|off|open|opened|close|closed|lock|locked|unlock|unlocked|start|started|stop|stopped|"
    r"go|went|gone|come|came|turn|turned|switch|switched|dim|dimmed|"
    r"change|changed|moved?|run|running|"
    r"happen|happened|up|down|set|light|lit|dark|bright|arm|armed|disarmed|cleaning)\b"
)
_FORGET = r"(?:forget|delete|remove|drop|erase|scrap|get rid of|throw away|cancel)"
_STOP = r"(?:switch off|turn off|disable|stop|suspend|pause|deactivate|mute)"
_START = r"(?:switch on|turn on|enable|resume|reactivate|restart|activate|re-enable|continue)"
_ABOUT = (
    r"(?:about|for|of|with|on|that|regarding|concerning|called|named|"
    r"when|which|where|saying|to)"
)
_STOP_DOING = re.compile(
    r"^(?:stop|quit|no longer|don't|do not) (?:do(?:ing)? )?(?:the "
    r"|that |this )?(?P<said>.+?) (?:thing|business|stuff|rule|order|"
    r"automation)$"
)
_PARTICLE = re.compile(r"^(?:turn|switch) (?P<said>.+) (?P<way>on|off)(?: again)?$")

_OPERATIONS: tuple[tuple[str, OrderOperation], ...] = (
    (_FORGET, "forget"),
    (_STOP, "switch_off"),
    (_START, "switch_on"),
)


def request(text: str, situation: Situation) -> Orders | None:
    """What a sentence asks about standing orders; None where it is about something else."""
    said = re.sub(r"^(?:and|so) ", "", fold(plain(text)))
    if any(re.fullmatch(pattern, said) for pattern in _LISTING):
        return Orders("list")
    return _changed(said) or _explained(said, situation)


def _changed(said: str) -> Orders | None:
    for verbs, operation in _OPERATIONS:
        found = _operated(said, verbs, operation)
        if found is not None:
            return found
    if match := _PARTICLE.match(said):
        described = _described(match["said"])
        if described is not None:
            return Orders("switch_off" if match["way"] == "off" else "switch_on", described)
    if match := _STOP_DOING.match(said):
        return Orders("switch_off", match["said"])
    return None


def _operated(said: str, verbs: str, operation: OrderOperation) -> Orders | None:
    match = re.fullmatch(rf"{verbs} (?P<rest>.+)", said)
    if match is None:
        return None
    rest = match["rest"]
    if re.fullmatch(
        (
            rf"(?:all|every one|all of)(?: of)?(?: the| my| our| your)? {_ORDER}|"
            r"everything you do by yourself"
        ),
        rest,
    ):
        return Orders("forget_all") if operation == "forget" else Orders(operation)
    described = _described(rest)
    return None if described is None else Orders(operation, described)


def _described(rest: str) -> str | None:
    """The words that describe an order; None where no order is spoken of."""
    match = re.fullmatch(
        rf"(?:the |that |this |my |our )?{_ORDER}(?: {_ABOUT})?(?: (?P<said>.+))?", rest
    )
    if match:
        return re.sub(r"^(?:the|my|our) ", "", match["said"] or "")
    match = re.fullmatch(
        (
            rf"{_THE}(?P<said>.+?) (?:{_ORDER}|order)(?: "
            r"please)?"
        ),
        rest,
    )
    return match["said"] if match else None


def _explained(said: str, situation: Situation) -> Orders | None:
    for pattern in _EXPLAINING:
        match = re.fullmatch(pattern, said.rstrip("? "))
        if match is None:
            continue
        what = next(each for each in match.groupdict().values() if each)
        entities = tuple(entity.id for entity in _named(what, situation))
        if _JUST_NOW.fullmatch(what) or (entities and _ACTED.search(said)):
            return Orders("explain", what, entities)
    return None


def _named(what: str, situation: Situation) -> tuple[Entity, ...]:
    """The entities that are spoken of: the longest name that stands in the words."""
    for phrase in _spans(what):
        found = situation.names.named(phrase) or situation.names.partly_named(phrase)
        if found:
            return tuple(found)
    return _of_a_kind(what, situation)


def _spans(what: str) -> Iterator[str]:
    words = [word for word in what.split() if word not in _NO_NAME]
    for length in range(len(words), 0, -1):
        for start in range(len(words) - length + 1):
            yield " ".join(words[start : start + length])


_NO_NAME = frozenset(
    [
        "the",
        "my",
        "our",
        "a",
        "just",
        "on",
        "off",
        "go",
        "went",
        "come",
        "turn",
        "switch",
        "again",
        "open",
        "close",
    ]
)


def _of_a_kind(what: str, situation: Situation) -> tuple[Entity, ...]:
    said, words = f" {what} ", set(what.split())
    for kind in KINDS.values():
        if not any(f" {word} " in said or f" {plural_of(word)} " in said for word in kind.words):
            continue
        found = [each for each in situation.names.entities.values() if kind.covers(each)]
        there = [each for each in found if words & set(words_of(each.area or ""))]
        here = [each for each in found if situation.area and each.area == situation.area]
        return tuple(there or here or found)
    return ()
