"""How a number stands in its sentence: as a count, a place's number, a span, a share, a quote's."""

from __future__ import annotations

from lamplighter.faults.reports.tokens import Kind, Token
from lamplighter.faults.reports.word_sets import word_set

COUNT_NOUNS = {
    **dict.fromkeys(
        ("signal", "signals", "sensor", "sensors", "reading", "readings", "values", "channels",
         "measurements", "parameters", "them", "those", "others", "other", "more", "further"),
        "signal",
    ),
    **dict.fromkeys(
        ("alarm", "alarms", "condition", "conditions", "alerts", "alert", "warnings", "limits",
         "problems"), "alarm",
    ),
    **dict.fromkeys(
        ("line", "lines", "message", "messages", "entries", "entry", "log", "logs", "times",
         "occurrences", "repetitions", "logged", "reports", "errors", "error", "heartbeats"),
        "line",
    ),
    **dict.fromkeys(("action", "actions"), "action"),
    **dict.fromkeys(("note", "notes", "remark", "remarks", "comments", "comment"), "note"),
    **dict.fromkeys(
        ("episode", "episodes", "case", "cases", "incidents", "occasions", "occasion",
         "instances"), "past",
    ),
    **dict.fromkeys(("fault", "faults", "causes"), "fault"),
    **dict.fromkeys(("check", "checks", "steps"), "check"),
}  # fmt: skip
_BELOW_ANOTHER = word_set(
    """before after than leads leading ahead followed following by with to led precedes preceded
    joined alongside"""
)
_LASTING = word_set("lasted lasting lasts took changed altogether duration")
_PLACES = word_set("line hall unit pump fan room building")
_NO_PLACES = word_set("about limit usually normal at in all the over")
_ATTRIBUTED = word_set(
    """note notes noted wrote writes written says said log logs logged line lines message
    messages check checks verify inspect look ensure make done did was earlier similar previous
    last reported reports entry entries operator remarked remark mentioned observed action
    helped by because since window"""
)
_PAST = word_set("helped before earlier similar past last")


def noun(sentence: list[Token], at: int) -> str:
    """What a number counts by the noun behind it: ``line``, ``signal`` ..., or ""."""
    for token in sentence[at + 1 : at + 5]:
        if token.kind is Kind.NUMBER or token.text in {",", ";", ")"}:
            break
        if noun := COUNT_NOUNS.get(token.lower):
            return noun
    return ""


def counts(sentence: list[Token], at: int) -> bool:
    """Whether a bare number stands as a count: ``all two``, ``the two``, ``(2)``, ``count 12``."""
    before = sentence[at - 1].lower if at else ""
    return before in {"all", "the", "count", "total", "of", "these", "those", "number", "counted"}


def tells_log(sentence: list[Token]) -> bool:
    """Whether the sentence tells of the log."""
    return any(t.lower in {"log", "logged", "logbook"} or t.kind is Kind.QUOTE for t in sentence)


def is_aside(sentence: list[Token], at: int) -> bool:
    """Whether the nearest signal stands in an aside: ``which leads temperature by 40 s, is at``."""
    for place in range(at - 1, 0, -1):
        if sentence[place].kind is Kind.SIGNAL:
            before = [token.lower for token in sentence[max(0, place - 3) : place]]
            return bool(set(before) & _BELOW_ANOTHER)
    return False


def is_of_whole(sentence: list[Token], at: int) -> bool:
    """Whether a span is told as that of the whole episode: ``lasted 12 min``."""
    if any(token.kind is Kind.SIGNAL for token in sentence[:at]):
        return False
    before = {token.lower for token in sentence[max(0, at - 4) : at]}
    after = {token.lower for token in sentence[at + 1 : at + 3]}
    return bool(before & _LASTING or after == {"in", "all"})


def is_at_least(sentence: list[Token], at: int) -> bool:
    """``for 60 s or more``, ``for at least 60 s``."""
    after = [token.lower for token in sentence[at + 1 : at + 3]]
    before = [token.lower for token in sentence[max(0, at - 2) : at]]
    return after[:2] in (["or", "more"], ["or", "longer"]) or before in (
        ["at", "least"],
        ["more", "than"],
        ["longer", "than"],
    )


def is_confidence(sentence: list[Token], at: int) -> bool:
    """Whether a share is told as a confidence."""
    near = [*sentence[at + 1 : at + 3], *sentence[max(0, at - 3) : at]]
    return any(token.lower in {"confidence", "confident", "similarity"} for token in near)


def is_of_name(sentence: list[Token], at: int) -> bool:
    """``Line 6``, ``Hall 2``: the number of a place or thing, and no reading."""
    before = sentence[at - 1] if at else None
    return bool(
        before is not None
        and before.kind is Kind.WORD
        and before.text[0].isupper()
        and (at > 1 or before.lower in _PLACES)
        and before.lower not in _NO_PLACES
    )


def is_of_past(sentence: list[Token]) -> bool:
    """Whether the sentence tells of what was before."""
    return any(t.lower in _PAST for t in sentence)


def is_attributed(sentence: list[Token]) -> bool:
    """Whether the sentence tells what somebody or something said or did."""
    return any(
        token.kind in {Kind.NAME, Kind.QUOTE} or token.lower in _ATTRIBUTED for token in sentence
    )
