"""Questions about what there is and what it can do, and about alarms."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from lamplighter.understanding.intents import Intent
from lamplighter.understanding.questions.building import ASKERS, Asked
from lamplighter.understanding.questions.subjects import Subject

_KNOW = re.compile(
    r"^(?:you )?(?:do )?(?:you )?(?:know|tell(?: me)?|have|got|see|say)(?: me)? about (?P<what>.+)$"
)
_CAN = re.compile(
    r"^(?P<what>.+?) (?:do|be (?:done|set|changed|told|controlled|used for|adjusted|dimmed|"
    r"coloured|"
    r"colored|told to do)|support|understand|capable of|able to do|supports?)$|"
    r"^i (?:do|say|set|change|ask)(?: (?:with|to|on|about|of))? (?P<with>.+)$"
)
_EXISTS = re.compile(
    r"^(?:there|(?:i|we|you|you have) (?:have|got)|(?:i|we|you) got)(?: got)? (?P<what>.+)$"
)
_EVERYTHING = frozenset({"devices", "everything", "things", "entities", "gadgets"})
_HAVING = frozenset({"is", "are", "do", "have", "does", "has", ""})
_LISTING = frozenset({"what", "which", "list", "how many", ""})
_ALARMS = re.compile(r"\b(?:alarms?|alerts?|faults?|warnings?|incidents?|errors?|trips?)\b")
_ALARM_WORDS = re.compile(
    r"\b(?:any|active|open|current|new|standing|unacknowledged|alarms?|alerts?|faults?|warnings?|"
    r"incidents?|errors?|trips?|are|is|there|were|was|did|we|you|i|have|had|has|been|get|got|see|"
    r"the|"
    r"on|of|for|from|at|with|machines?|came|come|up|in|all|go|going|went|off|occur(?:red)?|"
    r"happen(?:ed)?|"
    r"raised|which|what|how many|plant|right|still|out|latest|last|recent|a|an|list|show)\b"
)


def read(asked: Asked) -> Iterator[Intent]:
    """The intents that the clause can stand for, likeliest first."""
    clause = asked.clause
    said = " ".join(clause.words)
    if clause.verb == "can" or clause.asking == "what":
        yield from _abilities(said, asked)
    match = _KNOW.match(said) if clause.asking in ("what", "list") or clause.wrapped else None
    if match:
        for subject in asked.about(match["what"].split()):
            yield asked.intent("HomeGetInventory", subject, "which")
    question = {"how many": "how_many", "": "any"}.get(clause.asking, "which")
    if clause.verb not in _HAVING or clause.asking not in _LISTING:
        return
    if question != "any":
        yield from _inventory(clause.words, asked, question)
    elif match := _EXISTS.match(said):
        for subject in asked.about(match["what"].split()):
            if subject.named:
                yield asked.intent("HomeGetInventory", subject, "any")


def _abilities(said: str, asked: Asked) -> Iterator[Intent]:
    clause = asked.clause
    if clause.verb not in ("can", "does", "is", "do"):
        return
    if clause.verb == "is" and " capable of" not in said and " able to" not in said:
        return
    match = _CAN.match(said)
    if match is None or (clause.asking == "" and clause.verb != "can"):
        return
    what = match["what"] or match["with"]
    if what in ASKERS or clause.asking not in ("what", "", "how"):
        return
    if what:
        for subject in asked.about(what.split()):
            if subject.named:
                yield asked.intent("HomeGetAbilities", subject)


def _inventory(words: Sequence[str], asked: Asked, question: str) -> Iterator[Intent]:
    bare = [
        word for word in words if word not in ("there", "have", "has", "got", "exist", "installed")
    ]
    bare = [
        word for word in bare if word not in ASKERS and word not in ("called", "named", "known")
    ]
    if asked.clause.asking == "what" and not asked.clause.before and bare and bare[0] != "in":
        return
    listing = asked.clause.asking == "list"
    for subject in asked.about(bare):
        kind = "name" not in subject.slots
        if (kind and (subject.named or subject.placed) and (not listing or subject.many)) or (
            listing and kind and not _EVERYTHING.isdisjoint(bare)
        ):
            yield asked.intent("HomeGetInventory", subject, question)


def alarms(asked: Asked) -> Iterator[Intent]:
    """Reads "any alarms?": of machines, and of sensors for danger."""
    said = " ".join(asked.clause.words)
    if asked.clause.asking not in ("", "what", "which", "list", "how many") or not _ALARMS.search(
        said
    ):
        return
    if re.search(r"\b(?:the|my|our|house|burglar) alarm\b", said) and "any" not in said:
        return  # the house's alarm system
    if re.search(r"\balarm\b", said) and asked.clause.verb in ("is", "was") and "any" not in said:
        return  # the house's alarm system
    if not _ALARM_WORDS.sub("", said).strip():
        past = asked.clause.verb in ("was", "were", "did", "had")
        yield asked.intent("HomeGetAlarms", Subject(), "which", period=asked.clause.period,
                           asked="past" if past or asked.clause.period else "now")  # fmt: skip
