"""Holds what a report says of states against the evidence: severity, zone, kind, active, done."""

from __future__ import annotations

from collections.abc import Iterator

from lamplighter.faults.evidence.record import Evidence
from lamplighter.faults.reports.direction_words import NOT, YET
from lamplighter.faults.reports.evidence_rows import deeds_of, signals_of
from lamplighter.faults.reports.facts import words
from lamplighter.faults.reports.kind_words import RESERVED, allowed_of
from lamplighter.faults.reports.subjects import earlier_subjects, owners
from lamplighter.faults.reports.tokens import Kind, Token
from lamplighter.faults.reports.vocabulary import IMPERATIVES, NOTE_WORDS, PEOPLE, PLAIN, forms
from lamplighter.faults.reports.word_sets import word_set

_SEVERITIES = {
    "critical": {"critical"},
    "warning": {"warning", "warnings"},
    "advisory": {"advisory"},
}
_MILD = frozenset({"minor", "harmless", "negligible", "mild"})
_GRAVE = frozenset({"critical", "severe", "serious", "major", "grave"})
_OVER = frozenset({"resolved", "cleared", "recovered", "ended", "finished"})
_STILL = frozenset(
    {"ongoing", "persists", "continues", "remains", "persist", "persisting", "still"}
)
_ONLY = frozenset({"other", "others", "further", "else", "additional", "another"})
_AFFECTED = frozenset(
    {
        "affected", "alarm", "involved", "part", "abnormal", "alarmed", "signal", "signals",
        "condition", "conditions", "joined", "limit", "limits", "out",
    }
)  # fmt: skip
_BROKEN = frozenset({"faulty", "defective"})


def state_problems(sentences: list[list[Token]], evidence: Evidence) -> Iterator[str]:
    """States that the evidence does not bear out."""
    earlier = earlier_subjects(sentences, evidence.lead.tag)
    quoted = words([[log.template, log.example] for log in evidence.logs])
    quoted |= words([note.text for note in evidence.notes])
    done = quoted | words([row.text for row in evidence.actions])
    done |= words([past.helped for past in evidence.similar])
    if evidence.ended_by is not None:
        done |= words(evidence.ended_by.text)
    done = frozenset(form for word in done for form in forms(word)) | (
        NOTE_WORDS if evidence.notes else frozenset()
    )
    items = _items(evidence)
    deeds = _deeds(evidence)
    named: set[str] = set()
    own = {signal.tag for signal in evidence.signals}
    for sentence, subjects in zip(sentences, earlier, strict=True):
        yield from _severity(sentence, evidence, quoted)
        yield from _zone(sentence, evidence)
        yield from _order(sentence, evidence)
        yield from _reserved(sentence, subjects, evidence, quoted)
        named |= {token.tag for token in sentence if token.kind is Kind.SIGNAL}
        if len(named & own) < len(own):
            yield from _alone(sentence, evidence)
        yield from _acknowledged(sentence, evidence)
        yield from _over(sentence, evidence)
        yield from _done(sentence, done)
        yield from _doer(sentence, items, deeds)


def _severity(sentence: list[Token], evidence: Evidence, quoted: frozenset[str]) -> Iterator[str]:
    mine = str(evidence.severity)
    allowed = set(_SEVERITIES[mine]) | quoted
    if evidence.worsened is not None:
        allowed |= {word for told in _SEVERITIES.values() for word in told} - {"critical"}
    for at, token in enumerate(sentence):
        word = token.lower
        if word in {told for rows in _SEVERITIES.values() for told in rows} - allowed:
            if word.startswith("warning") and _is_of_log(sentence):
                continue
            if not _is_no(sentence, at):
                yield f"{word} is not its severity, {mine} is"
        if word in _MILD - quoted and mine != "advisory" and not _is_no(sentence, at):
            yield f"{word} is not its severity, {mine} is"
        if word in _GRAVE - {"critical"} - quoted and mine == "advisory":
            yield f"{word} is not its severity, {mine} is"


def _is_of_log(sentence: list[Token]) -> bool:
    return bool({token.lower for token in sentence} & {"log", "logged", "line", "lines", "message"})


def _is_no(sentence: list[Token], at: int) -> bool:
    return any(token.lower in NOT | {"than"} for token in sentence[max(0, at - 3) : at])


def _zone(sentence: list[Token], evidence: Evidence) -> Iterator[str]:
    zones = {signal.zone for signal in evidence.signals if signal.zone}
    for at, token in enumerate(sentence[:-1]):
        after = sentence[at + 1].text
        if token.lower == "zone" and len(after) == 1 and after.isalpha() and after not in zones:
            yield f"zone {after} is not in the evidence"


def _order(sentence: list[Token], evidence: Evidence) -> Iterator[str]:
    """Who was first: the leading signal, and no other."""
    onsets = {signal.tag: signal.onset for signal in evidence.signals}
    lead = evidence.lead
    for at, token in enumerate(sentence):
        word = token.lower
        if word in {"led", "leads", "leading"} or (
            word == "first"
            and {t.lower for t in sentence[at + 1 : at + 3]} & {"out", "to", "signal"}
        ):
            tag = _named_near(sentence, at)
            if tag in onsets and onsets[tag] != lead.onset:
                yield f"{lead.name} was first, not {_name(evidence, tag)}"
        elif word == "followed" and at and sentence[at - 1].kind is Kind.SIGNAL:
            by = at + 1 < len(sentence) and sentence[at + 1].lower == "by"
            tag = sentence[at - 1].tag
            if not by and tag == lead.tag and len({*onsets.values()}) > 1:
                yield f"{lead.name} was first"
            if by and tag in onsets and onsets[tag] == max(onsets.values()) > min(onsets.values()):
                yield f"nothing followed {_name(evidence, tag)}"


def _named_near(sentence: list[Token], at: int) -> str:
    for token in sentence[at + 1 : at + 6]:
        if token.kind is Kind.SIGNAL:
            return token.tag
        if token.kind is not Kind.WORD and token.text not in {":", "-"}:
            break
    before = [token.tag for token in sentence[:at] if token.kind is Kind.SIGNAL]
    return before[-1] if before else ""


def _name(evidence: Evidence, tag: str) -> str:
    return next((row.name for row in signals_of(evidence) if row.tag == tag), tag)


def _reserved(
    sentence: list[Token], earlier: tuple[str, ...], evidence: Evidence, quoted: frozenset[str]
) -> Iterator[str]:
    """``stuck`` said of a signal that is merely high."""
    signals = {signal.tag: signal for signal in evidence.signals}
    names = {other.tag: other.name for other in evidence.others}
    advice = (
        words(list(evidence.checks)) if {t.lower for t in sentence} & IMPERATIVES else frozenset()
    )
    told_in = {token.lower for token in sentence} & (NOTE_WORDS | {"log", "logged", "lines"})
    for at, token in enumerate(sentence):
        if token.kind is not Kind.WORD or token.lower not in RESERVED or _is_no(sentence, at):
            continue
        if (token.lower in quoted and told_in) or token.lower in advice:
            continue
        for tag in owners(sentence, at, earlier):
            if tag in names or (tag in signals and token.lower not in allowed_of(signals[tag])):
                if tag in signals and token.lower in words(signals[tag].why):
                    continue
                yield f"{_name(evidence, tag)} is said to be {token.lower}"
                break


def _alone(sentence: list[Token], evidence: Evidence) -> Iterator[str]:
    """``No other signal is affected`` while another one is."""
    if len(evidence.signals) == 1:
        return
    told = [token.lower for token in sentence]
    for at, word in enumerate(told):
        negated = word in {"no", "nothing", "none"} and set(told[at : at + 4]) & _ONLY
        named = {token.tag for token in sentence if token.kind is Kind.SIGNAL}
        if negated and set(told[at:]) & _AFFECTED and len(named) < len(evidence.signals):
            if "machine" in told and set(told) & {"pressure"}:
                continue
            mentioned = any(token.kind is Kind.NUMBER for token in sentence)
            if not mentioned and not set(told) & {
                "beyond",
                "both",
                "these",
                "them",
                "than",
                "those",
                "besides",
            }:
                yield f"{len(evidence.signals)} signals are affected"
            return


def _acknowledged(sentence: list[Token], evidence: Evidence) -> Iterator[str]:
    done = words([action.text for action in evidence.actions])
    for at, token in enumerate(sentence):
        word = token.lower
        if not word.startswith("acknowledg"):
            continue
        if not _is_no(sentence, at) and not {form for form in done if form.startswith("ack")}:
            yield f"{word}: nobody has"


def _done(sentence: list[Token], done: frozenset[str]) -> Iterator[str]:
    """``Somebody changed the setpoint``: people are told to do something, or did what is known."""
    for at, token in enumerate(sentence[:-1]):
        after = sentence[at + 1].lower
        if token.lower in _DOERS and _is_past(after) and not {*forms(after)} & done:
            yield f"{token.text} {after}: that is not in the evidence"


def _is_past(word: str) -> bool:
    return word not in _NO_DEEDS and (word.endswith("ed") or word in _DEEDS)


_NO_DEEDS = word_set("need asked required needed advised recommended supposed called")
_DEEDS = word_set(
    """left forgot made took had was were did went came shut cut put set ran broke hit gave got
    kept brought found saw held began chose drove lost met read sent told thought wrote has have
    said felt"""
)
_DOERS = PEOPLE - {"shift", "duty", "maintenance"}


def _doer(
    sentence: list[Token], items: list[tuple[str, frozenset[str]]], deeds: dict[str, set[str]]
) -> Iterator[str]:
    """Who did or wrote it: the words of an action or a note, told of somebody else."""
    names = {token.lower for token in sentence if token.kind is Kind.NAME}
    people = names & {by for by, _ in items}
    if len(people) != 1 or any(token.kind is Kind.QUOTE for token in sentence):
        return
    told = [by for text in names & deeds.keys() for by in deeds[text]]
    if not told:
        used = {form for t in sentence if t.kind is Kind.WORD for form in forms(t.lower)}
        told = [by for by, said in items if used & said]
    if told and not people & set(told):
        yield f"that was {told[0]}, not {next(iter(people))}"


def _deeds(evidence: Evidence) -> dict[str, set[str]]:
    """Who did each thing, both in lower case."""
    found: dict[str, set[str]] = {}
    for row in evidence.actions:
        found.setdefault(row.text.lower(), set()).add(row.by.lower())
    return found


def _items(evidence: Evidence) -> list[tuple[str, frozenset[str]]]:
    """Who did or wrote something, in lower case, with its telling words."""
    rows = [(row.by, row.text) for row in deeds_of(evidence)]
    rows += [(evidence.ended_by.by, evidence.ended_by.text)] if evidence.ended_by else []
    names = words([[s.name, s.tag] for s in signals_of(evidence)])
    common = PLAIN | names | words([evidence.name, evidence.asset])
    return [
        (by.lower(), frozenset(f for word in words([text]) - common for f in forms(word)))
        for by, text in rows
    ]


def _over(sentence: list[Token], evidence: Evidence) -> Iterator[str]:
    used = {token.lower for token in sentence if token.kind is Kind.WORD}
    before_end = used & (NOT | YET)
    past = used & {"similar", "earlier", "previous", "past", "stays", "when", "closes"}
    if evidence.kind != "closed":
        anything_back = any(not signal.active for signal in evidence.signals)
        for word in sorted(used & _OVER):
            if not anything_back and not before_end and not past:
                yield f"{word}: nothing has returned yet"
        if "closed" in used and not before_end and not past:
            yield "closed: the episode is open"
        return
    for word in sorted(used & _STILL):
        if (not before_end and word not in {"remains", "still"}) or (
            word in {"remains", "still"}
            and used & {"active", "open", "alarm", "above", "below"}
            and not before_end
        ):
            yield f"{word}: the episode is closed"
