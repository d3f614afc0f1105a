"""Reads questions about machines. What it yields only ever asks.

A question is one about machines where it names one, goes on from one ("has it happened before"), or
asks of alarms and the like in general. What names a device of the home in more words than a machine
is the home's.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from lamplighter.faults.settings import Machine
from lamplighter.understanding.context import Context
from lamplighter.understanding.intents import Intent, Parse
from lamplighter.understanding.interpretation import GAP
from lamplighter.understanding.normalise import fold, plain, words_of
from lamplighter.understanding.questions import periods
from lamplighter.understanding.questions.clause import Clause, clause_of, spelt_out
from lamplighter.understanding.questions.machines import topics
from lamplighter.understanding.questions.machines.naming import Meant, meant, of_them_all
from lamplighter.understanding.questions.machines.topics import Topic
from lamplighter.understanding.rule_parser import Situation

_IT = re.compile(
    r"\b(?:it|its|this|that|there|they|them|the (?:machine|episode|alarm|fault|trouble|problem))\b"
)
_TELLS = re.compile(
    r"^(?:please |can you |could you |would you |will you |just )*(?:give|show|tell|read|list|get|"
    r"summar\w+|sum up|recap|brief|report|write|an?|the|your|any|shift|night|handover|hand over|"
    r"overview|status|last|latest|alarms?|what|how)\b"
)
_ORDERS = re.compile(
    r"\b(?:tell|let|inform|remind|notify|warn|alert|call|text|message) (?:me|us|\w+) (?:know )?"
    r"(?:when(?!\s+(?:did|was|were|has|had|is|are|the \w+ (?:was|did)))|once|as soon as|whenever|"
    r"if .*\b(?:stops|fails|trips|goes|gets|rises|falls|exceeds|becomes))|^(?:if|when|whenever|once|"
    r"as soon as) (?!(?:did|was|were|has|had|is|are|does|do)\b)"
)
_WAYS = (
    ("highest", "highest"), ("maximum", "highest"), ("max", "highest"), ("peak", "highest"),
    ("how high", "highest"), ("top", "highest"), ("most", "highest"), ("lowest", "lowest"),
    ("minimum", "lowest"), ("min", "lowest"), ("how low", "lowest"), ("least", "lowest"),
    ("average", "mean"), ("mean", "mean"), ("how hot", "highest"), ("how far", "highest"),
    ("hottest", "highest"), ("how warm", "highest"), ("how cold", "lowest"),
)  # fmt: skip
_PAST = frozenset({"was", "were", "did", "had", "has", "have"})
_HOME_ALARM = re.compile(
    r"\b(?:my|our|house|burglar|smoke|fire|security) alarm\b|^(?:is|was) the alarm\b"
)
_STATES = frozenset({"status", "value", "happened", "when", "how_long", "how_often", "why"})
_PLANTWIDE = re.compile(
    r"\b(?:machines?|plant|production|line|factory|everything|anything|equipment)\b"
)


def read(text: str, situation: Situation, machines: Sequence[Machine]) -> Parse | None:
    """What the sentence asks of machines; None where it is no question about them.

    Args:
        text: the sentence, in English.
        situation: the home's names, and what was said before.
        machines: those that are watched.
    """
    if not machines:
        return None
    said = spelt_out(fold(plain(text)))
    if _ORDERS.search(said):
        return None
    clause = clause_of(text)
    if clause is None and not (_TELLS.match(said) or text.rstrip().endswith("?")):
        return None
    rest, period = periods.taken_from(said)
    if found := _summed(rest, period, text, machines):
        return found
    whole = rest if clause is None or clause.wrapped else _spoken(clause)
    return _about(whole, period, text, situation, machines)


def _spoken(clause: Clause) -> str:
    parts = (clause.asking, *clause.before, clause.verb, *clause.after)
    return " ".join(part for part in parts if part and part != "list")


def _summed(said: str, period: str, text: str, machines: Sequence[Machine]) -> Parse | None:
    """A question for a summary of a night, a day or a shift."""
    if not topics.sums_up(said, period):
        return None
    about = meant(said, machines)
    if about.unknown:
        return None
    slots: dict[str, Any] = {"asked": "summary", "said": said, "period": period}
    if about.machines:
        slots["assets"] = [each.asset for each in about.machines]
    elif period and not re.search(
        r"\b(?:shift|report|machines?|plant|alarms?|night|summar\w+)\b", f"{said} {period}"
    ):
        return None
    return _parse("HomeGetMachine", slots, text, "of what befell the machines")


def _about(
    said: str, period: str, text: str, situation: Situation, machines: Sequence[Machine]
) -> Parse | None:
    about = meant(said, machines)
    topic = topics.topic_of(" ".join(about.rest) if about.machines else said)
    if about.unknown and topic is not None:
        slots = {"asked": "unknown", "unknown": about.unknown}
        return _parse("HomeGetMachine", slots, text, "of a machine that there is not")
    if not about.machines:
        return _of_none(said, period, text, situation, machines, topic)
    name = _value_or(topic, about, period)
    if not name or _is_homes(about, name, text, situation):
        return None
    slots = _slots(name, " ".join(about.rest), said, period)
    if len(about.machines) == 1 or about.several:
        slots["assets"] = [each.asset for each in about.machines]
        if len(about.machines) == 1:
            slots["asset"] = about.machines[0].asset
    else:
        slots["assets"] = [each.asset for each in about.machines]
        slots["which"] = _gapped(text, about.words)
    return _parse("HomeGetMachine", slots, text, "of a machine")


def _of_none(
    said: str,
    period: str,
    text: str,
    situation: Situation,
    machines: Sequence[Machine],
    topic: Topic | None,
) -> Parse | None:
    """A question that names no machine: of the one spoken of before, of all, of the only one."""
    before = _spoken_of(situation.context)
    signal = _signal_said(said, machines, before)
    if before and (_IT.search(said) or (topic is not None and topic.alone) or signal):
        name = "value" if signal and (topic is None or topic.name in _STATES) else ""
        name = name or (topic.name if topic else "")
        if not name:
            return None
        slots = {**_slots(name, said, said, period), "asset": before, "assets": [before]}
        return _parse("HomeGetMachine", slots, text, "of the machine before", contextual=True)
    if topic is None or _HOME_ALARM.search(said):
        return None
    if situation.names.within(fold(text)) and not of_them_all(said):
        return None
    if topic.name == "alarms" or (topic.name == "status" and of_them_all(said)):
        past = bool(period) or bool(_PAST & set(said.split()))
        slots = {"asked": "past" if past else "now", "period": period, "said": said}
        return _parse("HomeGetAlarms", slots, text, "of machines' alarms", question="which")
    general = topic.plant or of_them_all(said)
    if topic.name in {"how_often", "how_long", "when", "why"}:
        general = of_them_all(said) or re.search(r"\balarms?\b", said) is not None
    if topic.name == "happened":
        general = of_them_all(said)
    if topic.name == "most" and not (of_them_all(said) or re.search(r"\balarms?|trips?\b", said)):
        return None
    if topic.name == "hidden" and not re.search(
        r"\b(?:alarms?|shel\w+|suppressed|out of service|machines?)\b", said
    ):
        return None
    if topic.name == "notes" and not re.search(
        r"\b(?:operator|shift|note|machine|ticket)s?\b", said
    ):
        return None
    if general or topic.alone:
        slots = {**_slots(topic.name, said, said, period), "assets": []}
        return _parse("HomeGetMachine", slots, text, "of the machines")
    return None


def _value_or(topic: Topic | None, about: Meant, period: str) -> str:
    """The topic's name, or that a signal's value is asked for."""
    rest = " ".join(about.rest)
    signals = any(_signal_words(each) & _plain_words(rest) for each in about.machines)
    weak = topic is None or topic.name in {"status", "how_long"}
    measured = _way(rest) or topic is None or topic.name == "status"
    if signals and (weak or topic is None) and measured and not topics.fails(rest):
        return "value"
    if signals and topic is not None and topic.name in {"happened", "most"} and _way(rest):
        return "value"
    if topic is not None:
        return topic.name
    loose = set(about.rest) <= {
        "the",
        "a",
        "an",
        "my",
        "our",
        "is",
        "are",
        "of",
        "on",
        "at",
        "and",
        "what",
        "how",
        "tell",
        "me",
        "show",
        "give",
        "please",
        "was",
        "in",
        "with",
        "did",
        "do",
        "does",
        "has",
        "there",
        "now",
        "today",
    }
    return "status" if loose or (not rest and not period) else ""


def _is_homes(about: Meant, name: str, text: str, situation: Situation) -> bool:
    """Whether a device of the home is named by more words than the machine, or by the same."""
    said = " ".join(words_of(text))
    for device in situation.names.within(fold(text)) + situation.names.within(said):
        words = device.replace("-", " ").split()
        if set(about.words) & set(words):
            more = len(words) > len(about.words)
            same = len(words) == len(about.words) and name in {
                "status",
                "value",
                "when",
                "how_long",
            }
            if more or same:
                return True
    return False


def _slots(name: str, rest: str, said: str, period: str) -> dict[str, Any]:
    slots: dict[str, Any] = {"asked": name, "said": rest, "period": period}
    if name == "value":
        slots["way"] = _way(rest)
    if name in {"who", "hidden"}:
        slots["op"] = topics.deed_of(said)
    return {key: value for key, value in slots.items() if value != ""}


def _way(said: str) -> str:
    return next((way for word, way in _WAYS if f" {word} " in f" {said} "), "")


def _plain_words(said: str) -> set[str]:
    return {word.removesuffix("s") for word in words_of(said)}


def _signal_words(machine: Machine) -> set[str]:
    return {
        word
        for key, tag in machine.tags.items()
        for word in _plain_words(f"{tag.name} {key}".replace("_", " "))
        if len(word) > 1 and not word.isdecimal()
    }


def _signal_said(said: str, machines: Sequence[Machine], asset: str) -> bool:
    chosen = [each for each in machines if each.asset == asset]
    return any(_signal_words(each) & _plain_words(said) for each in chosen)


def _spoken_of(context: Context | None) -> str:
    """The machine that the last question was about; "" where it was about none."""
    if context is None or not context.intents:
        return ""
    last = context.intents[-1]
    return str(last.slots.get("asset") or "") if last.name == "HomeGetMachine" else ""


def _gapped(text: str, words: Sequence[str]) -> str:
    """The sentence with a gap where one of several machines is named; "" where it can't be told."""
    named = r"[\s-]+".join(map(re.escape, words))
    found = re.search(rf"\b(?:(?:the|my|our|a|any|that|this)\s+)?{named}\b", text, re.IGNORECASE)
    return f"{text[: found.start()]}{GAP}{text[found.end() :]}" if found and words else ""


def _parse(
    name: str,
    slots: dict[str, Any],
    text: str,
    explain: str,
    *,
    contextual: bool = False,
    question: str = "one",
) -> Parse:
    kept = {key: value for key, value in slots.items() if value != ""}
    intent = Intent(name, kept, question=question, text=text)
    return Parse((intent,), explain=f"read as a question {explain}", contextual=contextual)
