"""Holds a report's numbers, units and times against the evidence."""

from __future__ import annotations

from collections.abc import Iterator

from lamplighter.faults.evidence.record import Evidence
from lamplighter.faults.reports.facts import Fact, facts, times
from lamplighter.faults.reports.tokens import TIME_UNITS, Kind, Token
from lamplighter.faults.wording import clock_time, day

_SLOT_WORDS = {
    **dict.fromkeys(
        ("limit", "limits", "threshold", "bound", "allowed", "allowable", "permitted"), "limit"
    ),
    **dict.fromkeys(
        ("baseline", "usual", "usually", "normal", "normally", "typical", "typically"), "baseline"
    ),
    **dict.fromkeys(("peak", "peaked", "maximum", "greatest", "highest"), "greatest"),
    **dict.fromkeys(("minimum", "least", "lowest"), "least"),
}
_LIMITS = frozenset({"limit", "limits", "threshold", "bound"})
_LIMIT_JOINTS = frozenset({"of", "is", "was", ":", "="})
_BEYOND = frozenset({"above", "below", "over", "under", "exceeding", "exceeds", "exceeded"})
_VALUE_WORDS = frozenset({"at", "reads", "reached", "reaching", "measured", "now", "currently"})
_COUNT_NOUNS = {
    **dict.fromkeys(("signal", "signals", "sensor", "sensors", "reading", "readings"), "signal"),
    **dict.fromkeys(("alarm", "alarms", "condition", "conditions"), "alarm"),
    **dict.fromkeys(("line", "lines", "message", "messages", "entries", "entry", "log"), "line"),
    **dict.fromkeys(("action", "actions"), "action"),
}
_READINGS = frozenset({"value", "least", "greatest"})
_LOOK_BACK = 5
_LISTED = frozenset({"and", ",", "the", "both"})
_JOINTS = frozenset({"to", "and", "or", "-", "\u2013"})


def number_problems(sentences: list[list[Token]], evidence: Evidence) -> Iterator[str]:
    """What is wrong with the numbers; each must be a fact of the signal it is told of."""
    known = facts(evidence)
    for sentence in sentences:
        for at, token in enumerate(sentence):
            if token.kind is Kind.NUMBER:
                yield from _number(sentence, at, known)


def leading_value_told(sentences: list[list[Token]], evidence: Evidence) -> bool:
    """Whether some number of the text is a reading of the leading signal."""
    known = [f for f in facts(evidence) if f.signal == evidence.lead.tag and f.slot in _READINGS]
    return any(
        _matching(token.text, token.unit, known)
        for sentence in sentences
        for token in sentence
        if token.kind is Kind.NUMBER
    )


def time_problems(sentences: list[list[Token]], evidence: Evidence) -> Iterator[str]:
    """What is wrong with times of day and dates."""
    moments = times(evidence)
    clocks = {clock_time(moment) for moment in moments}
    clocks |= {clock[:5] for clock in clocks}
    days = {day(moment) for moment in moments}
    for token in (token for sentence in sentences for token in sentence):
        if token.kind is Kind.DATE and token.text not in days:
            yield f"the date {token.text} is not in the evidence"
        if token.kind is Kind.TIME and _on_24_hours(token.text) not in clocks:
            yield f"the time {token.text} is not in the evidence"


def severity_problems(sentences: list[list[Token]], evidence: Evidence) -> Iterator[str]:
    """Where the episode got worse after its start, its severity told as from the start on."""
    if evidence.worsened is None:
        return
    since = clock_time(evidence.worsened)
    for sentence in sentences:
        times_after = (
            next((later for later in sentence[at:] if later.kind is Kind.TIME), None)
            for at, token in enumerate(sentence)
            if token.lower == evidence.severity
        )
        for told in times_after:
            if told is not None and not since.startswith(_on_24_hours(told.text)):
                yield f"it is {evidence.severity} since {since}, not {told.text}"


def onset_told(sentences: list[list[Token]], evidence: Evidence) -> bool:
    """Whether the text says when the episode began."""
    onsets = {clock_time(time) for time in (evidence.started, evidence.lead.onset)}
    onsets |= {clock[:5] for clock in onsets}
    return any(
        token.kind is Kind.TIME and _on_24_hours(token.text) in onsets
        for sentence in sentences
        for token in sentence
    )


def signal_of(sentence: list[Token], at: int) -> str:
    """The tag of the signal that a token is about: the nearest named before it, or else after."""
    for token in [*reversed(sentence[:at]), *sentence[at + 1 :]]:
        if token.kind is Kind.SIGNAL:
            return token.tag
    return ""


def _number(sentence: list[Token], at: int, known: list[Fact]) -> Iterator[str]:
    token = sentence[at]
    unit = token.unit or _inherited(sentence, at)
    told = f"{token.text} {unit}".strip()
    matches = _matching(token.text, unit, known)
    if not unit:
        # A bare number counts what is named, or else is of a signal without a unit.
        noun = _noun(sentence, at)
        matches = [fact for fact in matches if (fact.slot == noun if noun else fact.signal)]
    if not matches:
        yield f"{told} is not in the evidence" + ("" if unit else " (is its unit missing?)")
        return
    owners = _owners(sentence, at)
    if owners and any(fact.signal for fact in matches):
        matches = [fact for fact in matches if fact.signal in owners or not fact.signal]
        if not matches:
            yield f"{told} does not belong to {' or '.join(sorted(owners))}"
            return
    slots = {fact.slot for fact in matches}
    if "limit" not in slots and _is_told_as_limit(sentence, at):
        yield f"{told} is not the limit"
        return
    wanted = slot_named(sentence, at)
    if wanted and not slots & {wanted, "difference", "share", "times", "duration"}:
        yield f"{told} is not the {wanted}"
    elif wanted is None and _is_reading(sentence, at) and slots <= {"limit", "baseline"}:
        yield f"{told} is not the value"


def _owners(sentence: list[Token], at: int) -> set[str]:
    """The signals a number may belong to: the nearest before it, with those joined to that one.

    Where none stands before it, any of the sentence.
    """
    before = sentence[:at]
    places = [place for place, token in enumerate(before) if token.kind is Kind.SIGNAL]
    if not places:
        return {token.tag for token in sentence if token.kind is Kind.SIGNAL}
    owners, nearest = {before[places[-1]].tag}, places[-1]
    for place in reversed(places[:-1]):
        if not all(token.lower in _LISTED for token in before[place + 1 : nearest]):
            break
        owners.add(before[place].tag)
        nearest = place
    return owners


def _matching(text: str, unit: str, known: list[Fact]) -> list[Fact]:
    found = [fact for fact in known if fact.unit == unit and fact.shown_as(text)]
    if unit == "times":
        found += [fact for fact in known if fact.slot == "line" and fact.shown_as(text)]
    if unit.endswith("/h"):
        minute = unit.removesuffix("/h") + "/min"
        found += [f for f in known if f.unit == minute and f.shown_as(text, 1 / 60)]
    factor = TIME_UNITS.get(unit)
    if factor is not None:
        spans = [fact for fact in known if fact.slot == "duration"]
        found += [fact for fact in spans if fact.shown_as(text, factor)]
        # "1 h 5 min": each part on its own is the whole or the rest.
        found += [
            fact for fact in spans if fact.value >= 3600.0 and _is_part(float(text), factor, fact)
        ]
    return found


def _is_part(written: float, factor: float, fact: Fact) -> bool:
    minutes = round(fact.value / 60.0)
    return (factor == 3600.0 and written == minutes // 60) or (
        factor == 60.0 and written == minutes % 60
    )


def _inherited(sentence: list[Token], at: int) -> str:
    """The unit of the next number, in ``from 2.1 to 7.3 mm/s``."""
    for token, after in zip(sentence[at + 1 : at + 3], sentence[at + 2 : at + 4], strict=False):
        if token.lower not in _JOINTS:
            return ""
        if after.kind is Kind.NUMBER:
            return after.unit
    return ""


def _noun(sentence: list[Token], at: int) -> str:
    for token in sentence[at + 1 : at + 4]:
        if noun := _COUNT_NOUNS.get(token.lower):
            return noun
    return ""


def slot_named(sentence: list[Token], at: int) -> str | None:
    """What the words around a number say that it is."""
    after = sentence[at + 1].lower if at + 1 < len(sentence) else ""
    if after in _SLOT_WORDS:
        return _SLOT_WORDS[after]
    for token in reversed(sentence[max(0, at - _LOOK_BACK) : at]):
        if token.kind is Kind.NUMBER or token.lower in {",", ";", "at"}:
            break
        if token.lower in _SLOT_WORDS:
            return _SLOT_WORDS[token.lower]
    # "above 7.1 mm/s" is told of the limit where nothing else is said.
    beyond = {token.lower for token in sentence[max(0, at - 2) : at]}
    return "limit" if beyond & _BEYOND else None


def _is_reading(sentence: list[Token], at: int) -> bool:
    return at > 0 and sentence[at - 1].lower in _VALUE_WORDS


def _is_told_as_limit(sentence: list[Token], at: int) -> bool:
    """Whether ``limit`` or ``limit of`` stands right before: no silence or rate is one."""
    before = [token.lower for token in sentence[max(0, at - 2) : at]]
    return bool(before) and (
        before[-1] in _LIMITS or (before[0] in _LIMITS and before[-1] in _LIMIT_JOINTS)
    )


def _on_24_hours(text: str) -> str:
    lower = text.lower().replace(".", "").replace(" ", "")
    bare = lower.rstrip("apm")
    hour, _, rest = bare.partition(":")
    number = int(hour)
    if lower != bare:
        number = number % 12 + (12 if "p" in lower else 0)
    return f"{number:02d}:{rest}"
