"""Holds what a report gives as a cause against the evidence: its likely fault, and no other."""

from __future__ import annotations

from collections.abc import Iterator

from lamplighter.faults.condition import Kind as ConditionKind
from lamplighter.faults.evidence.record import Evidence
from lamplighter.faults.reports.contexts import contexts
from lamplighter.faults.reports.facts import words
from lamplighter.faults.reports.tokens import Kind, Token
from lamplighter.faults.reports.vocabulary import HEDGES, PLAIN, RULED_WORDS, forms, widened

_BACK = (
    "because of", "because", "due to", "owing to", "on account of", "as a result of",
    "as a consequence of", "caused by", "triggered by", "attributed to", "attributable to",
    "resulting from", "results from", "resulted from", "stems from", "stemming from", "stem from",
    "stemmed from", "brought on by", "brought about by", "driven by", "provoked by", "induced by",
    "thanks to", "explained by", "blamed on", "traced to", "traced back to",
    "arises from", "arising from", "originates from", "originating from", "comes from",
    "coming from", "consequence of", "result of", "owed to", "set off by", "led by", "thanks",
    "accounted for by", "originated from", "prompted by", "put down to", "assigned to",
)  # fmt: skip
_NAMING = (
    "cause is", "cause was", "cause of this is", "reason is", "reason was", "reason for this is",
    "culprit is", "root cause is", "cause being", "reason being", "cause :", "reason :",
    "cause for this is", "cause of it is", "reason for it is", "explanation is", "points to",
    "pointing to", "point to", "pointed to", "indicates", "indicating", "suggests", "suggesting",
    "hints at", "hinting at", "indicative of", "sign of", "signs of", "symptom of", "evidence of",
    "typical of", "consistent with", "characteristic of", "culprit :", "fault is", "fault :",
    "cause appears to be", "cause seems to be", "suspected is", "suspect", "indication of",
    "indications of", "suspicion of", "suspicion falls on", "explanation :", "diagnosis is",
)  # fmt: skip
_FORWARD = (
    "causing", "caused the", "caused a", "caused its", "led to", "leads to", "leading to",
    "resulting in", "resulted in", "results in", "provoked", "provoking", "brought about",
    "gave rise to", "drove", "driving", "causes", "making", "made the", "forced", "forcing",
)  # fmt: skip
_ALARMING = frozenset(
    {
        "alarm", "alarms", "episode", "alert", "alerts", "warning", "critical", "advisory",
        "condition", "event", "report", "severity", "incident", "notification", "violation",
        "alarmed", "alerting",
    }
)  # fmt: skip
_ENDS = frozenset({";", ",", "while", "but", "whereas", "which", "although", "(", ")"})
_OPEN = frozenset(
    {"unknown", "unclear", "not", "no", "undetermined", "unidentified", "nothing", "unexplained",
     "none", "open", "known"}
)  # fmt: skip
_PRONOUNS = frozenset({"this", "that", "which", "it", "these", "they", "both", "what"})
_NEGATIONS = frozenset({"not", "no", "out", "less", "rather", "without", "nor", "neither"})
_OTHER_FAULTS = frozenset({"drift", "error", "defect"})
_OF_SIGNALS = frozenset(
    {"value", "values", "silent", "stuck", "loop", "signal", "sensor", "missing", "data"}
)
_LIKELY = frozenset({"likely", "possible", "probable", "suspected", "plausible", "conceivable"})
_SEEMING = frozenset({"is", "was", "seems", "looks", "appears", "be", "very", "most", "quite"})
_SKIPPED = frozenset(
    {"the", "a", "an", "its", "likely", "probably", "possible", "this", "that", "of"}
)


def cause_problems(sentences: list[list[Token]], evidence: Evidence) -> Iterator[str]:
    """Causes that are not the evidence's likely fault, and faults told against the evidence."""
    meant = contexts(sentences, evidence)
    said = widened(words([[note.text for note in evidence.notes],
                          [[past.fault or "", past.helped] for past in evidence.similar],
                          [[log.template, log.example] for log in evidence.logs]]))  # fmt: skip
    for sentence, context in zip(sentences, meant, strict=True):
        yield from _faults(sentence, evidence)
        yield from _likely(sentence, evidence, said)
        quoted = context.past or context.noted or context.logged
        for at in range(len(sentence)):
            if length := _starts(sentence, at, _BACK):
                told = quoted and _is_said(_clause(sentence, at + length), said)
                yield from _cause(sentence, at, length, evidence, told=told)
            elif length := _starts(sentence, at, _NAMING):
                told = quoted and _is_said(_clause(sentence, at + length), said)
                yield from _named(sentence, at + length, evidence, told=told)
            elif _starts(sentence, at, _FORWARD):
                yield from _effect(sentence, at, evidence)


def _likely(sentence: list[Token], evidence: Evidence, said: frozenset[str]) -> Iterator[str]:
    """``A phase loss is possible``: what is told as likely must be the likely fault."""
    used = {token.lower for token in sentence}
    if used & RULED_WORDS or (evidence.fault and tells_fault(sentence, evidence.fault)):
        return
    for at in range(1, len(sentence)):
        if sentence[at].lower not in _LIKELY or sentence[at - 1].lower not in _SEEMING:
            continue
        named = [t.lower for t in sentence[: at - 1] if t.kind is Kind.WORD]
        unknown = [word for word in named if not {*forms(word)} & (PLAIN | said)]
        if unknown and not any(token.kind is Kind.SIGNAL for token in sentence[:at]):
            yield f"{unknown[-1]} is told as likely, but not in the evidence"


def _is_said(cause: list[Token], said: frozenset[str]) -> bool:
    """Whether a cause is in the words of a note, a log line or an earlier episode."""
    told = [t.lower for t in cause if t.kind is Kind.WORD and len(t.text) > _SHORT]
    return any(t.kind is Kind.QUOTE for t in cause) or (
        bool(told) and 2 * sum(word in said for word in told) >= len(told)
    )


_SHORT = 3


def tells_fault(tokens: list[Token], fault: str) -> bool:
    """Whether the tokens hold each word of the fault, or one that stands for it."""
    told = {form for token in tokens for form in forms(token.lower)}
    told |= {token.lower for token in tokens}
    told |= {part for token in tokens for part in token.lower.split()}
    return all(told & _all_forms(word) for word in fault.lower().split() if len(word) > 2)


def _all_forms(word: str) -> set[str]:
    """The word, what it comes from, and what stands for it; not by way of another synonym."""
    return {form for same in widened([word]) for form in forms(same)}


def _starts(sentence: list[Token], at: int, phrases: tuple[str, ...]) -> int:
    """How many tokens of one of the phrases stand at a place; 0 for none."""
    text = " ".join(token.lower for token in sentence[at : at + 5]) + " "
    return max((len(p.split()) for p in phrases if text.startswith(p + " ")), default=0)


def _clause(sentence: list[Token], start: int) -> list[Token]:
    """The tokens of a clause; commas of a list of signals do not end it."""
    found: list[Token] = []
    for at in range(start, len(sentence)):
        if sentence[at].lower in _ENDS and found:
            listed = at + 1 < len(sentence) and sentence[at + 1].kind is Kind.SIGNAL
            if not (sentence[at].text == "," and listed):
                break
        found.append(sentence[at])
    return found


def _cause(
    sentence: list[Token], at: int, length: int, evidence: Evidence, *, told: bool
) -> Iterator[str]:
    cause = _clause(sentence, at + length)
    if cause and cause[0].kind is Kind.NUMBER:  # "is down to 3.9 bar"
        return
    used = {token.lower for token in sentence}
    if told or used & (RULED_WORDS - _NEGATIONS):
        return
    known = evidence.fault is not None and tells_fault(cause, evidence.fault)
    if known or _is_of_alarm(sentence, cause, sentence[:at], evidence):
        return
    if not _is_of_signal_itself(cause, evidence):
        only = f"only {evidence.fault}" if evidence.fault else "none is known"
        yield f"it names a cause that is not in the evidence ({only})"


def _is_of_alarm(
    sentence: list[Token], cause: list[Token], effect: list[Token], evidence: Evidence
) -> bool:
    """Whether a signal is told as the cause of its own alarm, or of an odd pattern it leads."""
    named = {token.tag for token in cause if token.kind is Kind.SIGNAL}
    of_effect = {token.tag for token in effect if token.kind is Kind.SIGNAL}
    alarm = any(token.lower in _ALARMING for token in sentence)
    own = named <= {signal.tag for signal in evidence.signals} and alarm and of_effect <= named
    sharing = named <= {row.tag for row in evidence.contributions}
    return bool(named) and (own or (sharing and evidence.lead.kind is ConditionKind.PATTERN))


def _is_of_signal_itself(cause: list[Token], evidence: Evidence) -> bool:
    """``because it gave no value for 60 s``: the condition itself, of a signal at fault."""
    told = {token.lower for token in cause}
    why = words([signal.why for signal in evidence.signals])
    if why and all(token.lower in why for token in cause if token.kind is Kind.WORD):
        return True
    return evidence.signal_only and not told & _OTHER_FAULTS and bool(told & _OF_SIGNALS)


def _named(sentence: list[Token], start: int, evidence: Evidence, *, told: bool) -> Iterator[str]:
    """``points to X``: the fault, whole, or nothing; of a signal's own direction it is no cause."""
    rest = [t for t in _clause(sentence, start) if t.lower not in _SKIPPED]
    if (
        told
        or not rest
        or any(t.lower in {"not", "no", "nor"} for t in sentence[max(0, start - 5) : start])
    ):
        return
    used = {token.lower for token in rest[:4]}
    if evidence.fault and tells_fault(sentence, evidence.fault):
        return
    if used & _OPEN and not evidence.fault:
        return
    if any(tells_fault(sentence, row.fault) for row in evidence.ruled_out) and (
        {token.lower for token in sentence} & RULED_WORDS
    ):
        return
    kinds = {token.kind for token in rest[:4]}
    own = bool(kinds & {Kind.SIGNAL, Kind.NUMBER, Kind.QUOTE, Kind.TIME})
    before = {token.lower for token in sentence[: max(0, start)]}
    pattern = bool(
        before & {"pattern", "cause", "fault", "culprit", "reason", "diagnosis", "suspect"}
    )
    if own and not pattern:
        return
    if not pattern and evidence.signal_only:
        return
    yield (
        f"the pattern points to {evidence.fault}, not to something else"
        if evidence.fault
        else "the pattern points to no known fault"
    )


def _effect(sentence: list[Token], at: int, evidence: Evidence) -> Iterator[str]:
    """``X caused Y``: X must be the likely fault, or Y no more than the alarm itself."""
    after, before = _clause(sentence, at + 1), sentence[:at]
    if evidence.fault and tells_fault(before, evidence.fault):
        return
    if any(token.lower in _ALARMING for token in after):
        alarmed = {signal.tag for signal in evidence.signals}
        mine = any(token.tag in alarmed for token in before if token.kind is Kind.SIGNAL)
        if mine or not before or {token.lower for token in before} & _PRONOUNS:
            return
    elif not any(token.kind is Kind.SIGNAL for token in after):
        return
    yield "it names an effect of a cause that is not in the evidence"


def _faults(sentence: list[Token], evidence: Evidence) -> Iterator[str]:
    """The likely fault may not be ruled out, nor one that was be told as likely."""
    ruled = [row.fault for row in evidence.ruled_out]
    if not ruled:
        return
    for row in evidence.ruled_out:
        named = {token.tag for token in sentence if token.kind is Kind.SIGNAL}
        told = any(t.kind is Kind.FAULT and t.lower == row.fault.lower() for t in sentence)
        if told and named and row.tag not in named:
            yield f"{row.fault} was ruled out by {row.signal}"
    for clause in _parts(sentence):
        used = {token.lower for token in clause}
        for fault in ruled:
            if tells_fault(clause, fault) and not used & RULED_WORDS:
                if evidence.fault and tells_fault(clause, evidence.fault):
                    continue
                if _is_hedged(used) and not {t.lower for t in sentence} & {
                    "ruled",
                    "unlikely",
                    "excluded",
                }:
                    yield f"{fault} was ruled out"
        if (
            evidence.fault
            and used & {"ruled", "excluded", "unlikely", "dismissed"}
            and tells_fault(clause, evidence.fault)
            and not any(tells_fault(clause, fault) for fault in ruled)
        ):
            yield f"{evidence.fault} was not ruled out"


def _is_hedged(used: set[str]) -> bool:
    return bool(used & HEDGES)


def _parts(sentence: list[Token]) -> Iterator[list[Token]]:
    part: list[Token] = []
    for token in sentence:
        if token.text in {";", ","} or token.lower in {"while", "but", "whereas", "and"}:
            yield part
            part = []
        else:
            part.append(token)
    yield part
