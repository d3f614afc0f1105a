"""Holds a report's words and quotations against the evidence.

A word claims nothing by itself (``plain_words.txt``), or it is a direction or state that is held
against the signals elsewhere, or it stands in the evidence. And what the evidence only supposes
stays supposed: words of the likely fault need a hedge in their sentence, words of a recommended
check an advice, words of the log, of notes and of past episodes their mention.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from lamplighter.faults.condition import kind_words
from lamplighter.faults.evidence.record import Evidence
from lamplighter.faults.reports import direction_words
from lamplighter.faults.reports.claims_causes import tells_fault
from lamplighter.faults.reports.contexts import Context, contexts
from lamplighter.faults.reports.evidence_rows import signals_of
from lamplighter.faults.reports.facts import words
from lamplighter.faults.reports.kind_words import RESERVED, allowed_of, kinds_of
from lamplighter.faults.reports.loose_words import MEASURED, is_harmless
from lamplighter.faults.reports.tokens import Kind, Token
from lamplighter.faults.reports.vocabulary import (
    CAPITALS,
    CLAIMING,
    HEDGES,
    IMPERATIVES,
    LOG_WORDS,
    NOTE_WORDS,
    PAST_WORDS,
    PEOPLE,
    PLAIN,
    RULED_WORDS,
    TECHNICAL,
    forms,
    widened,
)
from lamplighter.faults.reports.word_sets import word_set
from lamplighter.faults.reports.written_out import in_figures

_DIRECTIONS = (
    direction_words.UP_WORDS
    | direction_words.DOWN_WORDS
    | direction_words.STEADY
    | direction_words.RETURNED
    | direction_words.NOT
    | direction_words.PASSING
    | direction_words.PARTICLE_VERBS
    | {"up", "down"}
)
_DAYS = word_set(
    """january february march april may june july august september october november december
    monday tuesday wednesday thursday friday saturday sunday morning afternoon evening night
    tonight overnight noon midday midnight"""
)
_SEVERITIES = frozenset(
    {"critical", "warning", "warnings", "advisory", "minor", "major", "severe", "serious"}
)
_SHORTEST_STEM = 5
_LEAST_QUOTED = 2
_STATING = word_set("is are was were")
_HARD_GROUNDS = frozenset({Kind.SIGNAL, Kind.NUMBER, Kind.TIME, Kind.QUOTE, Kind.NAME})
_APOSTROPHES = frozenset({"'", "\u2019"})
_PARTICLES = frozenset({"up", "down", "off", "in"})
_WITH_PARTICLES = word_set("follow check back creep going heat build add")
_SHORTENED = word_set("s re ve ll d t m")
_IDIOMS = {
    "stopped": {"rising", "falling", "climbing", "sending", "reporting", "delivering", "updating",
                "changing", "increasing", "arriving", "providing", "responding", "moving"},
    "stop": {"rising", "falling", "climbing"},
    "breaking": {"its", "the", "through"},
    "broke": {"its", "the", "through", "above"},
    "broken": {"its", "the", "through", "above"},
    "break": {"its", "the", "through"},
    "picked": {"up"}, "picking": {"up"},
    "sent": {"an", "a", "the", "no"}, "sending": {"an", "a", "no", "values", "data"},
    "took": {"part", "place"}, "driven": set(), "pulled": {"back"},
    "pushed": {"past", "above", "it", "up", "beyond"},
    "build": {"up"}, "built": {"up"}, "building": {"up"}, "heat": set(), "heated": {"up"},
    "warmed": {"up"}, "cooled": {"down", "off", "back", "to"}, "collapsed": {"to", "from", "below"},
    "lost": {"contact", "ground"}, "hit": {"a", "its", "the"},
}  # fmt: skip
_FREE_VERBS = frozenset({"stopped", "stop", "breaking", "broke",
                         "broken", "break", "driven", "pulled", "heat"})  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Known:
    """The evidence's words by what they are good for."""

    facts: frozenset[str]
    fault: frozenset[str]
    checks: frozenset[str]
    logs: frozenset[str]
    notes: frozenset[str]
    ruled: frozenset[str]
    past: frozenset[str]
    reserved: frozenset[str]
    names: frozenset[str] = field(default_factory=frozenset)

    @property
    def told(self) -> frozenset[str]:
        """Of log lines, notes, what was ruled out and earlier episodes."""
        return self.logs | self.notes | self.ruled | self.past

    def every(self) -> frozenset[str]:
        """All of them."""
        return (
            self.facts | self.fault | self.checks | self.logs | self.notes | self.ruled | self.past
        )


_EVERYWHERE = (
    (PLAIN - RESERVED)
    | _DIRECTIONS
    | _SEVERITIES
    | HEDGES
    | PEOPLE
    | NOTE_WORDS
    | LOG_WORDS
    | PAST_WORDS
    | RULED_WORDS
)
# What may stand anywhere, whatever is around it.
_FREE = (_EVERYWHERE & PLAIN) - RESERVED - TECHNICAL - _FREE_VERBS - {"shut"}


def word_problems(sentences: list[list[Token]], evidence: Evidence) -> Iterator[str]:
    """Words and quotations that the evidence does not bear out."""
    known = _known(evidence)
    names = {s.tag: words([s.name, s.tag]) for s in signals_of(evidence)}
    texts = [row.name.lower() for row in signals_of(evidence)]
    texts += [text.lower() for text in (*evidence.checks, *(log.template for log in evidence.logs))]
    texts += [note.text.lower() for note in evidence.notes]
    meant = contexts(sentences, evidence)
    likely = evidence.fault is not None and any(
        context.hedged and tells_fault(sentence, evidence.fault)
        for sentence, context in zip(sentences, meant, strict=True)
    )
    for sentence, context in zip(sentences, meant, strict=True):
        yield from _quotes(sentence, evidence)
        if not context.advising:
            yield from _mixed_names(sentence, names, texts)
        allowed = _allowed(context, known) | (known.fault if likely else frozenset())
        for at, token in enumerate(sentence):
            if token.kind is Kind.NAME and _is_of_the_past(token, evidence) and not context.past:
                yield f"{token.text} is of another episode"
            if token.kind is Kind.FAULT and not likely and not _is_meant(token, context, evidence):
                yield f"{token.text} is told as a fact, or not as what it is in the evidence"
            free = token.text in _FREE
            if (
                token.kind is Kind.WORD
                and not free
                and not _is_allowed(sentence, at, allowed, known)
            ):
                yield f"{token.text} is not in the evidence"


def _known(evidence: Evidence) -> _Known:
    plain = evidence.to_dict()
    apart = {"fault", "checks", "logs", "notes", "ruled_out", "similar", "kind", "severity", "id",
             "episode", "drawn", "signals", "others", "contributions"}  # fmt: skip
    reserved = frozenset().union(*(allowed_of(signal) for signal in evidence.signals))
    named = [[s.name, s.tag, s.unit] for s in signals_of(evidence)]
    own = [[s.why, str(s.status), s.zone or ""] for s in evidence.signals]
    own += [[row.name, row.tag] for row in evidence.contributions]
    # A machine's class is its noun; a window's name, and its word, only where there is one.
    own.append([evidence.machine_class, f"{evidence.machine_class}s"])
    if evidence.window:
        own.append(["window maintenance planned scheduled"])
    told = [value for key, value in plain.items() if key not in apart]
    return _Known(
        facts=words([*told, *own])
        | _named_words(words(named))
        | widened(words([[a.text] for a in evidence.actions])),
        fault=widened(words(plain["fault"])),
        checks=widened(words(plain["checks"])),
        logs=widened(words([[log.template, log.example] for log in evidence.logs])),
        notes=widened(words([[note.text, note.by] for note in evidence.notes])),
        ruled=widened(words([row.fault for row in evidence.ruled_out])),
        past=widened(words([[p.name, p.asset, p.fault or "", p.helped] for p in evidence.similar])),
        reserved=reserved,
        names=words(named),
    )


_SPELLINGS = (
    word_set("temp temps temperature temperatures"),
    word_set("de drive-end"),
    word_set("nde non-drive-end"),
    word_set("dp differential"),
)


def _named_words(named: frozenset[str]) -> frozenset[str]:
    """The words of signals' names; of a leakage it may be said that it leaks."""
    leaks = frozenset({"leak", "leaks", "leaking", "leaked", "leakage"})
    found = named | (leaks if named & leaks else frozenset())
    for group in _SPELLINGS:
        found |= group if group & named else frozenset()
    return found


def _allowed(context: Context, known: _Known) -> frozenset[str]:
    found = _EVERYWHERE | known.facts | known.reserved
    if context.hedged or context.advising:
        found |= known.fault
    if context.advising:
        found |= known.checks | IMPERATIVES
    if context.logged:
        found |= known.logs | {"controller", "plc", "system"}
    if context.noted:
        found |= known.notes
    if context.ruled:
        found |= known.ruled
    if context.past:
        found |= known.past
    return found


def _is_meant(token: Token, context: Context, evidence: Evidence) -> bool:
    """Whether a fault is told as likely, ruled out or past, whichever it is."""
    if evidence.fault and token.lower == in_figures(evidence.fault).lower():
        same = any(past.fault == evidence.fault for past in evidence.similar)
        return context.hedged or context.advising or (context.past and same)
    if any(token.lower == in_figures(row.fault).lower() for row in evidence.ruled_out):
        return context.ruled or context.past or not context.hedged
    return context.past


def _is_of_the_past(token: Token, evidence: Evidence) -> bool:
    own = {evidence.name.lower(), evidence.asset.lower()}
    lower = token.lower
    return lower not in own and any(lower == past.name.lower() for past in evidence.similar)


def _is_allowed(sentence: list[Token], at: int, allowed: frozenset[str], known: _Known) -> bool:
    """Whether the word, a form of it, or each part of a compound may stand here."""
    token = sentence[at]
    everywhere = known.every()
    if _is_mark(sentence, at, everywhere):
        return True
    capital = at > 0 and token.text[0].isupper() and not _is_title(sentence, at)
    if capital and token.lower not in everywhere:
        return token.text == "I" or token.lower in _SEVERITIES | PLAIN | _DIRECTIONS
    if token.lower in _FREE_VERBS - (everywhere & allowed) - known.reserved:
        after = {token.lower for token in sentence[at + 1 : at + 2]}
        return bool(after & _IDIOMS.get(token.lower, set()))
    return _is_known(sentence, at, allowed, known) or is_harmless(sentence, at)


def _is_mark(sentence: list[Token], at: int, everywhere: frozenset[str]) -> bool:
    """Whether it is a standard's name, a log line's placeholder, a day, or the rest of "it's"."""
    token = sentence[at]
    if re.fullmatch(r"<\w+>", token.lower):
        return token.lower in everywhere | {"<n>"}
    shortened = token.lower in _SHORTENED and at > 0 and sentence[at - 1].text in _APOSTROPHES
    return token.text in CAPITALS or token.lower in _DAYS or shortened


def _is_known(sentence: list[Token], at: int, allowed: frozenset[str], known: _Known) -> bool:
    """Whether it, or each of its parts, is a plain word or in the evidence."""
    lower, everywhere = sentence[at].lower, known.every()
    following = {token.lower for token in sentence[at + 1 : at + 2]}
    if lower == "shut" and following & _PARTICLES:
        return bool(known.told & {"shut", "shutdown"})
    parts = [lower] if lower in allowed else [p for p in re.split(r"[-/]", lower) if p]
    # "start-up" and "shut-down" are more than their parts.
    if len(parts) > 1 and parts[-1] in _PARTICLES and lower not in everywhere:
        return parts[0] in _WITH_PARTICLES
    if any(part in TECHNICAL and part not in everywhere & allowed for part in parts):
        return False
    wider = _wider(sentence, allowed, known)
    return any(
        all(_part_allowed(part, words_allowed, everywhere) for part in parts)
        for words_allowed in (allowed, wider)
    )


def _wider(sentence: list[Token], allowed: frozenset[str], known: _Known) -> frozenset[str]:
    """The words that may stand without their context: beside facts, or in no statement."""
    used = {token.lower for token in sentence}
    states = bool(used & _STATING)
    if not states and len(used & known.checks) > 1:
        allowed |= known.checks
    if any(token.kind in _HARD_GROUNDS for token in sentence):
        allowed |= known.told
    if any(token.kind in {Kind.NUMBER, Kind.TIME, Kind.QUOTE} for token in sentence):
        allowed |= known.checks
    return allowed


def _is_title(sentence: list[Token], at: int) -> bool:
    """Whether a capital begins something: after a colon, a bracket or a dash."""
    return sentence[at - 1].text in {":", "(", "—", "\u2013", "-", ";", "•", "*"}


def _part_allowed(part: str, allowed: frozenset[str], everywhere: frozenset[str]) -> bool:
    if part.isdigit() or any(form in allowed for form in forms(part)):
        return True
    # "overheating" from "overheat": a longer form of an allowed word is allowed with it.
    return any(
        part.startswith(word) for word in allowed & everywhere if len(word) >= _SHORTEST_STEM
    )


def _mixed_names(
    sentence: list[Token], names: dict[str, frozenset[str]], texts: list[str]
) -> Iterator[str]:
    """``bearing vibration`` made of ``bearing temperature`` and ``impeller vibration``."""
    others = frozenset(word for parts in names.values() for word in parts)
    naming = (others | (CLAIMING - RESERVED - _DIRECTIONS)) - PLAIN
    for token, after in pairwise(sentence):
        if token.kind is not Kind.WORD or token.lower not in naming or token.lower.endswith("ed"):
            continue
        pair = f"{token.lower} {after.lower}"
        if after.kind is Kind.SIGNAL and token.lower not in names.get(after.tag, frozenset()):
            yield f"{pair} is no signal"
        unknown = not any(pair in text for text in texts)
        if after.kind is Kind.WORD and after.lower in MEASURED and unknown:
            yield f"{pair} is no signal"


def _quotes(sentence: list[Token], evidence: Evidence) -> Iterator[str]:
    lines = [text for log in evidence.logs for text in (log.template, log.example)]
    lines += [note.text for note in evidence.notes] + [row.helped for row in evidence.similar]
    lines += [row.text for row in evidence.actions] + [row.fault for row in evidence.ruled_out]
    lines += [text for s in evidence.signals for text in (str(s.status), s.why)]
    lines += [kind_words(kind) for s in evidence.signals for kind in kinds_of(s)]
    lines += [evidence.fault or "", *evidence.checks, evidence.name, evidence.window or ""]
    lines += [signal.name for signal in signals_of(evidence)]
    lowered = [_bare(line) for line in lines]
    for token in sentence:
        inside = _bare(token.text[1:-1])
        known = any(inside in line or _is_within(inside, line) for line in lowered)
        if token.kind is Kind.QUOTE and not known:
            yield f'"{inside}" is quoted, but no log line or note says it'


def _is_within(quoted: str, line: str) -> bool:
    """Whether the words of a quote stand in a line in this order, its numbers left out."""
    found = iter(word for word in line.split() if not word.startswith("<"))
    wanted = [word for word in quoted.split() if not word.startswith("<")]
    return len(wanted) > 1 and all(word in found for word in wanted)


def _bare(text: str) -> str:
    return " ".join(text.lower().replace("…", " ").strip(" .,!?;:").split())
