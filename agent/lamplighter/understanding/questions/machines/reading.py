"""Reads questions about machines. What it yields only ever asks.

A question is one about machines where it names one, goes on from one ("has it happened before"), or
asks of alarms and the like in general. What names a device of the home in more words than a machine
is the home's.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from lamplighter.faults.settings import Machine
from lamplighter.understanding.intents import Parse
from lamplighter.understanding.normalise import fold, plain, words_of
from lamplighter.understanding.questions import periods
from lamplighter.understanding.questions.clause import Clause, clause_of, spelt_out
from lamplighter.understanding.questions.machines import topics, unnamed
from lamplighter.understanding.questions.machines.naming import Meant, meant, of_them_all
from lamplighter.understanding.questions.machines.said import (
    Said,
    plain_words,
    signal_words,
    way_of,
)
from lamplighter.understanding.questions.machines.topics import Topic
from lamplighter.understanding.rule_parser import Situation

_ASKS = re.compile(
    r"^(?:please |can you |could you |would you |will you |just )*(?:give|show|tell|read|list|get|"
    r"summar\w+|sum up|recap|brief|report|any|shift|night|handover|hand over|overview|"
    r"status|state|condition|last|latest|alarms?|what|how|why|when|since when|who|and|"
    r"(?:an?|the|your) (?:\w+ ){0,2}(?:report|status|summary|alarms?|overview|handover|notes?)|"
    r"(?:could|can|might|may) (?:it|that|this) be)\b"
)
_ORDERS = re.compile(
    r"\b(?:tell|let|inform|remind|notify|warn|alert|call|text|message) (?:me|us|\w+) (?:know )?"
    r"(?:when(?!\s+(?:did|was|were|has|had|is|are|the \w+ (?:was|did)))|once|as soon as|whenever|"
    r"if .*\b(?:stops|fails|trips|goes|gets|rises|falls|exceeds|becomes))|"
    r"^(?:if|when|whenever|once|as soon as) (?!(?:did|was|were|has|had|is|are|does|do)\b)"
)
_FEW = 9
_DEVICES = re.compile(r"(?:which|how many|are) .*\b(?:on|off)\b")
_COMMANDS = re.compile(r"(?:get|turn|switch|set|put|start|stop|run|make|open|close|shut|keep) ")
_TOLD = re.compile(r"[:\"“”„;]|, then\b")
_AGAIN = re.compile(r"^(?:and |what about |how about |same for |and what about )+(?P<what>.+)$")
_SUMMED = re.compile(r"\b(?:shift|report|machines?|plant|alarms?|night|summar\w+)\b")
_ALIKE = frozenset({"status", "value", "when", "how_long"})
"""Topics that a device of the home may be asked about in the same words."""
_ACROSS = frozenset(
    {"who", "notes", "hidden", "waiting", "alarms", "happened", "how_often", "most"}
)
"""Topics that are answered for all machines that fit, without asking which one is meant."""
_PEOPLES = frozenset({"notes", "who", "hidden", "waiting"})
"""Topics that may be asked of a shift, too."""
_LOOSE = frozenset(
    [
        "the", "a", "an", "my", "our", "is", "are", "of", "on", "at", "and", "what", "how", "tell",
        "me", "show", "give", "please", "was", "in", "with", "did", "do", "does", "has", "there",
        "now", "today",
    ]
)  # fmt: skip


def read(text: str, situation: Situation, machines: Sequence[Machine]) -> Parse | None:
    """What the sentence asks of machines; None where it is no question about them.

    Args:
        text: the sentence, in English.
        situation: the home's names, and what was said before.
        machines: those that are watched.
    """
    said = _sentence(text, situation, machines)
    if said is None:
        return None
    return _summed(said) or _again(said) or _about(said)


def read_loosely(text: str, situation: Situation, machines: Sequence[Machine]) -> Parse | None:
    """What it may ask of machines, where it asks nothing of the home: "is everything ok"."""
    said = _sentence(text, situation, machines)
    return unnamed.loosely(said) if said is not None else None


def _sentence(text: str, situation: Situation, machines: Sequence[Machine]) -> Said | None:
    """The sentence, where it asks at all."""
    if not machines:
        return None
    said = spelt_out(fold(plain(text)))
    if _ORDERS.search(said) or _COMMANDS.match(said):
        return None
    clause = clause_of(text)
    if not _is_question(said, clause, text):
        return None
    rest, period = periods.taken_from(said)
    # A question within another sentence, "tell me why", is read without what is around it.
    whole = rest if clause is None or clause.wrapped else _spoken(clause)
    return Said(whole, period, text, situation, machines)


def _is_question(said: str, clause: Clause | None, text: str) -> bool:
    """Whether it asks, and does not tell or quote something."""
    if text.rstrip().endswith("?"):
        return True
    if _TOLD.search(text):
        return False
    if clause is not None and (clause.verb or clause.wrapped or clause.asking not in {"", "list"}):
        return True
    # "Status of pump 3", "alarms of the night", "could it be cavitation": without a verb in front.
    return len(said.split()) <= _FEW and _ASKS.match(said) is not None


def _spoken(clause: Clause) -> str:
    parts = (clause.asking, *clause.before, clause.verb, *clause.after)
    return " ".join(part for part in parts if part and part != "list")


def _summed(said: Said) -> Parse | None:
    """A question for a summary of a night, a day or a shift."""
    if not topics.sums_up(said.said, said.period):
        return None
    if said.topic is not None and said.topic.name in _PEOPLES:
        return None
    about = meant(said.said, said.machines)
    if about.unknown:
        return None
    if not about.machines and said.period and not _SUMMED.search(f"{said.said} {said.period}"):
        return None
    if not about.machines and not (of_them_all(said.said) or unnamed.understood(said.said)):
        return None
    slots = said.slots("summary", said.said, [each.asset for each in about.machines])
    return said.parse(slots, "of what befell the machines")


def _again(said: Said) -> Parse | None:
    """The question before, of another machine: "and pump 1?"."""
    match = _AGAIN.match(spelt_out(fold(plain(said.text))))
    if match is None or said.before is None:
        return None
    about = meant(match["what"], said.machines)
    if len(about.machines) != 1 or not set(about.rest) <= _LOOSE:
        return None
    asset = about.machines[0].asset
    kept = {key: value for key, value in said.before.slots.items() if key != "which"}
    return said.parse({**kept, "asset": asset, "assets": [asset]}, "of another one", again=True)


def _about(said: Said) -> Parse | None:
    about = meant(said.said, said.machines, said.situation.names.words)
    topic = topics.topic_of(" ".join(about.rest)) if about.machines else said.topic
    if about.unknown and topic is not None and not _names_a_device(said, about.unknown):
        slots = {"asked": "unknown", "unknown": about.unknown}
        return said.parse(slots, "of a machine that there is not")
    if not about.machines:
        return unnamed.read(said)
    name = _asked(topic, about, said.period)
    if not name or _is_homes(about, name, said):
        return None
    assets = [each.asset for each in about.machines]
    unclear = len(assets) > 1 and not about.several and name not in _ACROSS
    slots = said.slots(name, " ".join(about.rest), assets) | {"which": unclear}
    return said.parse(slots, "of a machine")


def _asked(topic: Topic | None, about: Meant, period: str) -> str:
    """The topic's name, or that a signal's value is asked for; "" where nothing is."""
    rest = " ".join(about.rest)
    named = any(signal_words(each) & plain_words(rest) for each in about.machines)
    way, name = way_of(rest), topic.name if topic else ""
    if named and name in {"", "status"} and not topics.fails(rest):
        return "value"
    if named and way and name in {"how_long", "happened", "most"}:
        return "value"
    if name == "status" and _DEVICES.match(rest):
        return ""  # "which fans are on" asks for devices
    if name:
        return name
    return "status" if set(about.rest) <= _LOOSE and (rest or not period) else ""


def _names_a_device(said: Said, name: str) -> bool:
    return any(name in each for each in said.situation.names.within(fold(said.text)))


def _is_homes(about: Meant, name: str, said: Said) -> bool:
    """Whether a device of the home is named by more words than the machine, or by the same."""
    names = said.situation.names
    found = {*names.within(fold(said.text)), *names.within(" ".join(words_of(said.text)))}
    for device in found:
        words = device.replace("-", " ").split()
        if not set(about.words) & set(words):
            continue
        if len(words) > len(about.words) or (len(words) == len(about.words) and name in _ALIKE):
            return True
    return False
