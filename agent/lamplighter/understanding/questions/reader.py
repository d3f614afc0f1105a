"""Reads English questions that the templates do not know: compositionally, not by whole sentences.

A question is unwrapped (:mod:`clause`), its parts are looked up in the catalogue's names
(:mod:`subjects`) and in the words for states, measures and times; of the readings that result, the
first that is about something of this home is taken. What it yields only ever asks.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from functools import lru_cache

from lamplighter.faults.settings import Machine
from lamplighter.understanding.intents import Intent, Parse
from lamplighter.understanding.kinds import KINDS
from lamplighter.understanding.normalise import fold
from lamplighter.understanding.questions import (
    asking_past,
    asking_states,
    asking_things,
    asking_values,
    pairs,
)
from lamplighter.understanding.questions.building import Asked, stated
from lamplighter.understanding.questions.clause import Clause, clause_of
from lamplighter.understanding.questions.machines import reading as of_machines
from lamplighter.understanding.questions.measures import (
    adjectives,
    comparatives,
    measures_by_words,
)
from lamplighter.understanding.questions.rewording import rewordings
from lamplighter.understanding.questions.subjects import Lookup, known_words
from lamplighter.understanding.questions.words import (
    AUXILIARIES,
    FILLING,
    deeds_by_words,
    states_by_words,
)
from lamplighter.understanding.rule_parser import Situation
from lamplighter.understanding.spelling import corrections, neighbours

_MAX_PARTED = 4
"""The most rewordings of one sentence that are parted into two questions."""

MAX_READINGS = 40
"""The most readings of one sentence that are tried."""

_COMMANDS = re.compile(
    r"^(?:turn|switch|put|set|close|shut|lock|unlock|start|stop|activate|deactivate|dim|make|raise|"
    r"brighten|lower|toggle|press|push|run|arm|disarm|change|pause|send|play|bring|get|let|leave|"
    r"keep|"
    r"give me more|increase|decrease|reduce|boost|bump|crank|drop|heat|cool|warm|want|need|"
    r"i want|i need|take|move|roll|pull|draw|lift|use|select|choose|adjust|more|less|drive|"
    r"remind me to|tell the|ask the|call|add|cancel|don't|do not|do (?:it|the|that)|"
    r"have (?:the|my|all|every)|what (?:if|about)|how about|why (?:don't|not)|whenever|"
    r"when .+ then)\b"
)
_ASKED = re.compile(
    r"\?|\b(?:what|which|when|where|who|whose|why|how|is|are|was|were|did|has|have|any|anything|"
    r"highest|lowest|peak|maximum|minimum|max|min|average|reading)\b|'(?:s|ve)\b",
    re.IGNORECASE,
)
"""Whatever is asked has one of these words, or a question mark."""

_FIRST = frozenset(
    ["what", "which", "when", "where", "how", "is", "are", "was", "did", "does", "who"]
)
_OWN = (("the",), ("my",), ("our",))
_PLAIN = frozenset(["on", "off", "open", "closed", "locked", "unlocked"])
_PAST = frozenset({"was", "were", "did", "has", "have", "had"})
_SHORT_NAME = 3
_CHANGEABLE = 4
_COMMAND_PARTS = re.compile(
    r"\s*[?;.!,]+\s+(?:(?:and|then|also|so|please|n)\s+)*|\s+(?:and|then|n|&)\s+(?:(?:then|also|please)\s+)*"
)
_COMMANDED = re.compile(
    r"^(?:turn|switch|put|set|close|shut|lock|unlock|start|stop|activate|deactivate|dim|make|raise|"
    r"brighten|lower|toggle|press|arm|disarm|pause|play|increase|decrease|reduce|open|kill|cut) "
    r"(?!to\b|or\b|and\b)\w"
)
_DEEDS_ASKED = re.compile(r"\b(?:did|have|has|had|forget|forgot|remember|should)\b")
_OPENING = re.compile(r"^open (?!windows|doors)")
_OF_ANY_HOME = frozenset(
    ["temperature", "humidity", "carbon_dioxide", "air_quality", "illuminance", "power", "battery"]
)
"""What may be asked without a word for the home; "how much gas is left" may be asked of a car."""

_ANYWAY = frozenset(
    {"HomeGetMeasurement", "HomeCompare", "HomeGetSetting", "HomeGetPast", "HomeGetPresence"}
)
"""Intents whose answer that it is not known is an answer."""


_ASKING = """
it is in on at of the a an and i we you my our me they to for with from that this or any what which
where when how who whose many much often long since last first today yesterday tonight night morning
evening highest lowest average maximum minimum anything everything anyone anybody someone room rooms
upstairs downstairs outside inside than above below over under left leave forget set status state
battery batteries low monday tuesday wednesday thursday friday saturday sunday hour hours minutes
week noon ago do did does
"""
"""Words of questions beside those for states, deeds, measures and kinds."""


class QuestionReader:
    """Reads questions.

    Args:
        machines: the machines that are watched; they can be asked about by their names.
    """

    def __init__(self, machines: Sequence[Machine] = ()) -> None:
        self._machines = tuple(machines)

    def read(self, text: str, situation: Situation) -> Parse | None:
        """What the sentence asks; None where it asks nothing of this home, or commands."""
        if not situation.language.startswith("en") or _commands_too(text):
            return None
        parse = self.of_machines(text, situation) or self._read(text, situation)
        if parse is not None and all(map(situation.grounds, parse.intents)):
            return parse
        if other := self._reworded(text, situation) or self._loosely(text, situation):
            return other
        if parse is not None or not _may_ask(text):
            return parse
        known = _vocabulary() | situation.names.words
        for close in itertools.islice(corrections(fold(text), known), 4):
            if _of_short_words(text, close):
                continue
            parse = self._read(close + "?" * text.rstrip().endswith("?"), situation)
            if parse is not None:
                return Parse(parse.intents, confidence=0.9, explain=f"read as {close!r}")
        clause = clause_of(text)
        asked = clause and Asked(clause, Lookup(situation.names, situation.area), text)
        unknown = asked and _of_the_unknown(asked)
        return Parse((unknown,), explain="of something unknown here") if unknown else None

    def of_machines(self, text: str, situation: Situation) -> Parse | None:
        """What the sentence asks of the machines; None where it asks nothing of them."""
        if not self._machines or _commands_too(text):
            return None
        return of_machines.read(text, situation, self._machines)

    def _loosely(self, text: str, situation: Situation) -> Parse | None:
        return of_machines.read_loosely(text, situation, self._machines)

    def _reworded(self, text: str, situation: Situation) -> Parse | None:
        """The question in another order or other words; two questions of one sentence."""
        if not _ASKED.search(text):
            return None
        forms = (f"{text.rstrip(' ?')}?", *rewordings(text))
        for index, other in enumerate(forms):
            if other != text:
                parse = self._read(other, situation)
                if parse is not None and all(map(situation.grounds, parse.intents)):
                    return replace(parse, explain=f"read as {other!r}")
            both = self._both(other, situation) if index < _MAX_PARTED else None
            if both is not None:
                return both
        return None

    def _both(self, text: str, situation: Situation) -> Parse | None:
        """The intents of two questions, of which the second may lean on the first."""
        for first, second in pairs.parted(text):
            one = self._whole(first, situation)
            if one is None:
                continue
            if pairs.answered(second, one.intents[-1]):
                return one
            for whole in pairs.leaning(second, one.intents[-1]):
                two = self._whole(whole, situation)
                if two is not None and _same(one.intents, two.intents):
                    return one
                if two is not None:
                    found = (*one.intents, *two.intents)
                    return Parse(found, explain=f"read as {first!r} and {whole!r}")
        return None

    def _whole(self, text: str, situation: Situation) -> Parse | None:
        for other in (text, *rewordings(text)):
            parse = self._read(other, situation)
            if parse is not None and all(map(situation.grounds, parse.intents)):
                return parse
        return None

    def _read(self, text: str, situation: Situation) -> Parse | None:
        clause = clause_of(text)
        if clause is None or _commands(clause):
            return None
        asked = Asked(clause, Lookup(situation.names, situation.area, situation.context), text)
        intent, spare = self._grounded(asked, situation)
        if "and" in clause.words and not _of_both(intent, situation):
            both = self._joined(asked, situation)
            # Half a question is never answered as if it were the whole.
            return None if both is None else Parse(both, explain="read as two questions")
        if intent is not None:
            told = "it is what was spoken of before: " if "ids" in intent.slots else ""
            explain = f"{told}read as a question"
            return Parse((intent,), explain=explain, contextual="ids" in intent.slots)
        return None if spare is None else Parse((spare,), explain="a question about this home")

    def _grounded(self, asked: Asked, situation: Situation) -> tuple[Intent | None, Intent | None]:
        """The first intent that is grounded, and the first that is about this home at all."""
        spare: Intent | None = None
        tried: list[Intent] = []
        for intent in itertools.islice(self._intents(asked), MAX_READINGS):
            if intent in tried:
                continue
            tried.append(intent)
            if situation.grounds(intent):
                return intent, spare
            if spare is None and _is_of_this_home(intent, asked):
                spare = intent
        return None, spare

    def _joined(self, asked: Asked, situation: Situation) -> tuple[Intent, ...] | None:
        """The two questions of "are the hall light and the fan on"."""
        for first, second in _halves(asked.clause):
            one, _ = self._grounded(replace(asked, clause=first), situation)
            if one is None:
                continue
            two, _ = self._grounded(replace(asked, clause=second), situation)
            if two is not None:
                return one, two
        return None

    def _intents(self, asked: Asked) -> Iterator[Intent]:
        yield from asking_things.alarms(asked)
        if asked.clause.asking == "why":
            return
        yield from asking_past.read(asked)
        past = asked.clause.verb in ("was", "were", "had")
        if past:
            return
        yield from asking_values.read(asked)
        yield from asking_states.read(asked)
        yield from asking_things.read(asked)
        yield from asking_states.single(asked)


def _same(one: Sequence[Intent], two: Sequence[Intent]) -> bool:
    return [(each.name, each.slots) for each in one] == [(each.name, each.slots) for each in two]


def _commands_too(text: str) -> bool:
    """True where a part of the sentence commands: "is the door shut? and turn off the light"."""
    first, *parts = _COMMAND_PARTS.split(text.casefold())
    if _DEEDS_ASKED.search(first):
        return False  # "did I lock up and close the window"
    return any(_COMMANDED.match(part) is not None for part in parts)


def _of_short_words(text: str, other: str) -> bool:
    """True where a word of three letters was changed: too many are one letter apart."""
    pairs = zip(fold(text).split(), other.split(), strict=False)
    return any(
        was != now and len(was) < _CHANGEABLE and sorted(was) != sorted(now) for was, now in pairs
    )


def _may_ask(text: str) -> bool:
    if clause_of(text) is not None:
        return True
    first = fold(text).partition(" ")[0]
    return len(first) > 1 and not _FIRST.isdisjoint(neighbours(first))


def _of_both(intent: Intent | None, situation: Situation) -> bool:
    """True where the "and" belongs to a name, or to what is compared."""
    if intent is None:
        return False
    name = str(intent.slots.get("name", ""))
    whole = " and " in name and bool(situation.names.named(name))
    grouped = isinstance(intent.slots.get("device_class"), list)
    return whole or grouped or "against" in intent.slots or intent.name == "HomeGetSafety"


def _halves(clause: Clause) -> Iterator[tuple[Clause, Clause]]:
    """Two clauses that share their beginning or their end: "A and B on" is "A on" and "B on"."""
    after = bool(clause.after)
    words = clause.after if after else clause.before
    for at in (index for index, word in enumerate(words) if word == "and"):
        left, right = words[:at], words[at + 1 :]
        if not left or not right:
            continue
        pairs = [
            (left + right[len(right) - tail :], right) for tail in range(1, min(4, len(right)))
        ]
        pairs += [(left, words[:head] + right) for head in range(min(4, len(left)), -1, -1)]
        for one, two in pairs:
            if after:
                yield replace(clause, after=one), replace(clause, after=two)
            else:
                yield replace(clause, before=one), replace(clause, before=two)


def _of_the_unknown(asked: Asked) -> Intent | None:
    """A question for the past of something that this home does not have: "the sauna"."""
    clause = asked.clause
    if clause.asking not in ("when", "how long", "since when", "how often"):
        return None
    if clause.verb not in _PAST and "last" not in clause.words:
        return None
    words = [word for word in clause.words if word not in ("last", "been", "ever")]
    for part in stated(words, asked):
        name = part.subject[1:]
        if any(word.endswith("ed") for word in name):
            continue
        if part.subject[:1] in _OWN and 0 < len(name) <= _SHORT_NAME and part.states[0] in _PLAIN:
            slots = {"name": " ".join(name), "state": part.states[0], "asked": "last"}
            return Intent("HomeGetPast", slots, question="one", text=asked.text)
    return None


def _commands(clause: Clause) -> bool:
    if clause.asking not in ("", "list") or clause.verb:
        return False
    said = " ".join(clause.words)
    return _COMMANDS.match(said) is not None or _OPENING.match(said) is not None


def _is_of_this_home(intent: Intent, asked: Asked) -> bool:
    """True where it names something of this home, though that does not tell what is asked."""
    names = asked.lookup.names
    name = intent.slots.get("name")
    if name is not None:
        return bool(names.named(str(name)) or names.partly_named(str(name)))
    if intent.name not in _ANYWAY:
        return False
    if "kind" in intent.slots:
        kind = KINDS.get(str(intent.slots["kind"]))
        return kind is not None and any(
            kind.covers(each) for domain in kind.domains for each in names.by_domain.get(domain, ())
        )
    told = intent.slots.get("measure") in _OF_ANY_HOME and not asked.clause.wrapped
    return bool(told or intent.here or "area" in intent.slots or "floor" in intent.slots)


@lru_cache(maxsize=1)
def _vocabulary() -> AbstractSet[str]:
    said = (
        *states_by_words(), *deeds_by_words(), *measures_by_words(), *adjectives(), *comparatives(),
        *known_words(), *AUXILIARIES, *FILLING,
    )  # fmt: skip
    return {word for each in said for word in each.split()} | set(_ASKING.split())
