"""The question back to a command that names no device, or one of several: "turn it down a little".

It is for sentences that nothing else understood and that have the form of a command. What was said
stays, and the answer takes the place of the words that told too little.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from lamplighter.catalogue.entity import Entity
from lamplighter.understanding.frames import mentions_in
from lamplighter.understanding.interpretation import Clarify, Pending
from lamplighter.understanding.kinds import KINDS
from lamplighter.understanding.names import Names
from lamplighter.understanding.normalise import asks, fold, plain
from lamplighter.understanding.rule_parser import Situation
from lamplighter.understanding.speech import listed
from lamplighter.understanding.time_expressions import obstacle

_VAGUE = re.compile(
    r"\b(?:it|them|that|this|those|these|(?:that|this|the) (?:thing|stuff|one|gadget|device|"
    r"machine|yoke|gizmo|contraption|whatsit)|(?:the )?(?:\w+ )?one)\b",
    re.IGNORECASE,
)
_COMMAND = re.compile(
    r"^(?:turn|switch|put|set|make|open|close|shut|lock|unlock|start|stop|dim|brighten|raise|lower|"
    r"toggle|press|run|kill|cut|throttle|crank|bump|nudge|drop|bring|pull|push|speed|slow|warm|"
    r"cool|heat|clean|activate|deactivate|enable|disable|change|adjust|arm|disarm|pause|send|to|"
    r"position|i(?:'d| would) (?:like|want)|i want)\b|\b(?:on|off|up|down|open|closed|shut)$|"
    r"\d ?(?:%|percent|degrees|°)?$",
    re.IGNORECASE,
)
_VALUE = re.compile(
    r"\b(?:on|off|up|down|open|closed?|shut|higher|lower|low|high|more|less|half|max|full|"
    r"brighter|dimmer|darker|warmer|cooler|louder|quieter|faster|slower)\b|\d"
)
_POSITION = re.compile(r"^position\b", re.IGNORECASE)
MAX_WORDS = 14
MOST_SHOWN = 5


def which(text: str, situation: Situation) -> Clarify | None:
    """The question which device is meant; None where the sentence asks for nothing of the kind."""
    said = plain(text)
    told = len(said.split()) > MAX_WORDS or asks(said) or obstacle(said) is not None
    if told or not _COMMAND.search(said):
        return None
    mentions = mentions_in(said, situation.names)
    if mentions.names:
        return None  # it is named: what is unclear is something else
    if mentions.kinds:
        return _of_kind(said, mentions.kinds, situation)
    settled = situation.context is not None and situation.context.entities
    return None if settled else _of_something(said)


def _of_something(said: str) -> Clarify | None:
    if _POSITION.match(said):
        return _asked("Of what?", said, said, ())
    vague = _VAGUE.search(said)
    if vague is None or not _VALUE.search(fold(said)):
        return None
    left = " ".join(f"{said[: vague.start()]} {said[vague.end() :]}".split())
    return _asked(f"What do you mean by “{vague[0]}”?", left, said, ())


def _of_kind(said: str, kinds: Mapping[str, str], situation: Situation) -> Clarify | None:
    found: list[Entity] = []
    for key in kinds.values():
        found += [each for each in _entities(key, situation.names) if each not in found]
    near = [each for each in found if situation.area and each.area == situation.area]
    candidates = near or found
    left = fold(said)
    for word in kinds:
        left = re.sub(rf"\b(?:the |my |that |this )?{re.escape(word)}\b", " ", left)
    shown = [each.name for each in candidates]
    if len(shown) < 2:
        return None
    asked = f"Which one do you mean: {listed(shown[:MOST_SHOWN], 'or')}?"
    return _asked(asked, " ".join(left.split()), said, shown)


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
