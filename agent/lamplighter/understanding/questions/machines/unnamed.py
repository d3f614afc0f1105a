"""Questions that name no machine: of the one spoken of before, of all of them, of the only one."""

from __future__ import annotations

import re

from lamplighter.understanding.intents import Parse
from lamplighter.understanding.normalise import fold
from lamplighter.understanding.questions.machines import topics
from lamplighter.understanding.questions.machines.naming import of_them_all
from lamplighter.understanding.questions.machines.said import (
    Said,
    plain_words,
    signal_words,
    way_of,
)
from lamplighter.understanding.questions.measures import measures_by_words

_IT = re.compile(
    r"\b(?:it|its|this|that|the (?:machine|episode|alarms?|fault|trouble|problem|failure|trip))\b"
)
_MACHINES = frozenset({"machine", "machines", "equipment", "machinery", "ok", "okay", "status"})
_LOOSELY = frozenset(
    ["high", "low", "hot", "cold", "far", "highest", "lowest", "value", "average", "mean", "max",
     "min", "peak", "maximum", "minimum", "work", "ok", "reading", "wa", "i", "thi", "doe", "ha"]
)  # fmt: skip
_SHORT = {
    "why": "why", "why not": "why", "since when": "when", "when": "when", "how long": "how_long",
    "for how long": "how_long", "how often": "how_often", "who": "who", "what happened": "happened",
    "what now": "check", "what next": "check", "how bad": "value", "any alarms": "alarms",
    "which alarms": "alarms", "when was that": "when", "any notes": "notes", "how so": "why",
    "what to do": "check", "and then": "happened",
}  # fmt: skip
_HOME_ALARM = re.compile(
    r"\b(?:my|our|house|burglar|smoke|fire|security) alarm\b|^(?:is|was) the alarm\b"
)
_VALUES = frozenset({"status", "value", "happened", "when", "how_long", "how_often", "why", "most"})
_PAST = frozenset({"was", "were", "did", "had", "has", "have"})
_OF_ALARMS = re.compile(r"\b(?:alarms?|trips?|alarm episodes?|faults?|downtime)\b")
_NEEDS = {
    "hidden": re.compile(r"\b(?:alarms?|shel\w+|suppressed|out of service|machines?|anything)\b"),
    "notes": re.compile(
        r"\b(?:operators?|shift|notes?|machines?|tickets?|logbook|log book|wrote|write|"
        r"written|noted)\b"
    ),
    "most": re.compile(r"\b(?:alarms?|trips?|machines?|downtime|failures?|faults?)\b"),
    "who": re.compile(r"\b(?:alarms?|machines?|it|this|that|episode|anything|acknowledged)\b"),
    "check": re.compile(
        r"\b(?:should|shall|check|checked|checks|recommend|recommended|next|inspect|look|try|fix|"
        r"repair|advice)\b"
    ),
    "before": re.compile(r"\b(?:happen|happened|this|it|problem|time|similar|same|known|fault)\b"),
    "how_often": _OF_ALARMS,
    "how_long": re.compile(r"\bin alarm\b|\bdowntime\b"),
    "when": _OF_ALARMS,
    "why": re.compile(r"\b(?:alarms|in alarm)\b"),
    "signal": re.compile(r"\b(?:signals?|ne ?107|transmitters?)\b"),
}
_HAPPENED = re.compile(
    r"^(?:what|anything|has anything|did anything|was there anything)(?: has| did| ever)? "
    r"(?:unusual|special|new|noteworthy|strange|out of the ordinary|happen(?:ed)?|"
    r"go(?:ne)? wrong|went wrong|went on)(?: to| with| in| at| on| overnight)?$"
)
_ALL_WELL = re.compile(
    r"^(?:is|are) (?:everything|all|things|we)(?: all| still)?"
    r"(?: (?:ok|okay|fine|good|well|alright|in order|running|normal|right))?"
    r"(?: (?:here|there|today|tonight))?$|"
    r"^(?:any|are there any|is there any|have we any|do we have any) (?:problems?|"
    r"issues?|trouble|faults?|failures?)$|^(?:anything|what is|is anything|"
    r"is there anything) (?:wrong|broken|the matter)$"
)


_WORDS = frozenset(
    [
        "a", "about", "acknowledge", "acknowledged", "ack", "acked", "active", "again", "alarm",
        "alarms", "alert", "alerts", "all", "already", "an", "and", "any", "anybody", "anyone",
        "anything", "are", "at", "be", "been", "before", "began", "best", "by", "came", "can",
        "cause", "caused", "causes", "causing", "check", "checked", "checks", "cleared", "come",
        "comment", "comments", "common", "could", "did", "do", "does", "done", "down", "during",
        "earlier", "else", "episode", "episodes", "ever", "excluded", "failed", "failure",
        "failures", "fault", "faults", "faulty", "first", "fix", "fixed", "for", "frequent", "from",
        "get", "give", "go", "gone", "good", "got", "had", "hand", "handover", "happen", "happened",
        "has", "have", "help", "helped", "hidden", "how", "i", "in", "incident", "incidents",
        "inspect", "is", "issue", "it", "kept", "known", "last", "latest", "lead", "leading",
        "leads", "led", "left", "list", "log", "logbook", "long", "longest", "look", "made", "many",
        "me", "month",
        "more", "most", "much", "muted", "my", "ne", "107", "need", "needs", "next",
        "night", "no", "nobody", "not", "note", "noted", "notes", "now", "number", "of", "often",
        "on", "open", "operator", "operators", "or", "our", "out", "over", "overview", "often",
        "previously", "problem", "problems", "raised", "recap", "recommend", "recommended",
        "remark", "remarks", "repair", "repaired", "report", "reports", "reset", "rule", "ruled",
        "said", "same", "say", "seen", "service", "shall", "shelf", "shelve", "shelved", "shift",
        "should", "show", "signal", "signals", "silenced", "similar", "snoozed", "so", "solve",
        "solved", "somebody", "someone", "standing", "start", "started", "still", "stop", "stopped",
        "sum", "summarise", "summarize", "summary", "suppressed", "tell", "that", "the", "then",
        "there", "these", "thing", "this", "those", "ticket", "tickets", "time", "times", "to",
        "trip", "tripped", "trips", "trouble", "troubles", "try", "type", "unacknowledged", "up",
        "us", "usual", "waiting", "warning", "warnings", "was", "we", "week", "went", "were",
        "what",
        "when", "where", "which", "who", "whom", "why", "with", "worst", "write", "written",
        "wrong", "wrote", "yet", "you", "your", "bad", "sensor", "sensors", "broken", "transmitter",
        "brief", "debrief", "briefing", "day", "everything", "things", "went", "going", "been",
        "morning", "afternoon", "evening", "weekend", "today", "yesterday", "please", "as", "end",
        "ended", "worked", "resolved", "one", "maintenance", "technician", "anyones", "shifts",
        "advice", "come", "off", "occur", "occurred", "new", "current", "currently", "plant",
    ]
)  # fmt: skip
"""The words of questions that name no machine.

One more, and it is of something else: "what should I do in Paris".
"""


def understood(said: str, more: frozenset[str] = frozenset()) -> bool:
    """Whether a folded sentence has no other words than questions about alarms have."""
    return _WORDS.union(more).issuperset(said.replace("-", " ").split())


def read(said: Said) -> Parse | None:
    """What it asks of the machine spoken of before, or of the machines in general."""
    return _of_the_one_before(said) or _of_all(said)


def loosely(said: Said) -> Parse | None:
    """What it may ask of machines, where it is nothing of the home's."""
    if _HAPPENED.match(said.said):
        return said.parse(said.slots("happened", said.said, []), "of the machines")
    if _ALL_WELL.match(said.said):
        slots = {"asked": "now", "said": said.said, "period": said.period}
        return said.parse(slots, "of machines' alarms", alarms=True)
    words = plain_words(said.said) - _measured()
    having = [each.asset for each in said.machines if signal_words(each) & words]
    named = {word for each in said.machines for word in signal_words(each)}
    spoken = plain_words(said.said)
    if not understood(" ".join(spoken - named), _LOOSELY):
        return None
    if len(having) == 1 and said.topic is not None and said.topic.name == "signal":
        return said.parse(said.slots("signal", said.said, having), "of a signal")
    if not having or not (way_of(said.said) or said.said.startswith(("what is", "what was"))):
        return None
    slots = said.slots("value", said.said, having) | {"which": len(having) > 1}
    return said.parse(slots, "of a signal")


def _of_the_one_before(said: Said) -> Parse | None:
    if said.before is None or said.situation.names.within(fold(said.text)):
        return None
    asset = str(said.before.slots["asset"])
    machine = next((each for each in said.machines if each.asset == asset), None)
    topic, short = said.topic, _SHORT.get(said.said, "")
    pronoun = _IT.search(said.said) is not None
    words = plain_words(said.said) - (set() if pronoun else _measured())
    signal = machine is not None and bool(signal_words(machine) & words)
    if not (pronoun or short or signal or (topic is not None and topic.alone)):
        return None
    name = short or (topic.name if topic else "")
    if (signal or (pronoun and way_of(said.said))) and (not name or name in _VALUES):
        name = "value"
    if not name:
        return None
    return said.parse(said.slots(name, said.said, [asset]), "of the machine before", again=True)


def _of_all(said: Said) -> Parse | None:
    topic, general = said.topic, of_them_all(said.said)
    if topic is None or _HOME_ALARM.search(said.said):
        return None
    if said.situation.names.within(fold(said.text)) and not general:
        return None
    author = re.match(r"what did (\w+) (?:write|note|say)$", said.said)
    if not understood(said.said, _MACHINES.union(author.groups() if author else ())):
        return None
    now = topic.name == "how_often" and not said.period and topics.counts_now(said.said)
    if topic.name == "alarms" or (general and topic.name == "status") or now:
        past = bool(said.period) or bool(_PAST & set(said.said.split()))
        slots = {"asked": "past" if past else "now", "period": said.period, "said": said.said}
        return said.parse(slots, "of machines' alarms", alarms=True)
    needed = _NEEDS.get(topic.name)
    fits = needed is not None and needed.search(said.said) is not None
    if not (general or fits or (needed is None and (topic.alone or topic.plant))):
        return None
    return said.parse(said.slots(topic.name, said.said, []), "of the machines")


def _measured() -> set[str]:
    """Words for what a home measures: "temperature" alone is the home's."""
    return {word.removesuffix("s") for said in measures_by_words() for word in said.split()}
