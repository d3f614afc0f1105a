"""Holds a report's directions (high or low, rising, back or not) against the evidence."""

from __future__ import annotations

from collections.abc import Iterator

from lamplighter.faults.evidence.record import Evidence
from lamplighter.faults.reports import direction_places as places
from lamplighter.faults.reports import direction_words as words
from lamplighter.faults.reports.facts import words as words_of
from lamplighter.faults.reports.subjects import earlier_subjects, owners
from lamplighter.faults.reports.tokens import Kind, Token
from lamplighter.faults.reports.truths import Truth, truths_of
from lamplighter.faults.reports.vocabulary import IMPERATIVES
from lamplighter.faults.reports.word_sets import word_set

# So many words of a recommended check, and the sentence is on that.
_ADVICE = 2
_MOVEMENTS = word_set("moved changed budged reacted shifted")
_PEAKS = word_set("peak peaked maximum greatest highest trough lowest")
_USUAL = word_set(
    """usual usually normal normally baseline typical typically average expected before"""
)
_GOING = word_set("past above beyond through over below under to from")
_WAYWARD = word_set("upward upwards downward downwards")
_PRESENT = word_set("is are remains stays still remain currently now")
_OTHERWISE_BACK = word_set("going dates dating reported traced look held")


def direction_problems(sentences: list[list[Token]], evidence: Evidence) -> Iterator[str]:
    """Direction words, and words of return, that the evidence does not bear out."""
    checked = _Directions(evidence)
    earlier = earlier_subjects(sentences, evidence.lead.tag)
    advice = words_of(list(evidence.checks))
    faults = [evidence.fault, *(row.fault for row in evidence.ruled_out)]
    faults += [past.fault for past in evidence.similar]
    heat = words_of([faults, [log.template for log in evidence.logs]]) & places.OF_HEAT
    for sentence, subjects in zip(sentences, earlier, strict=True):
        used = {token.lower for token in sentence}
        told = advice if used & IMPERATIVES and len(used & advice) > _ADVICE else frozenset[str]()
        for at, token in enumerate(sentence):
            if token.kind is Kind.WORD and token.lower not in told | heat:
                yield from checked.problems(sentence, at, subjects)


class _Directions:
    """Checks the direction words of one text."""

    def __init__(self, evidence: Evidence) -> None:
        self._truths = truths_of(evidence)
        self._anything_back = any(not signal.active for signal in evidence.signals)

    def problems(self, sentence: list[Token], at: int, earlier: tuple[str, ...]) -> Iterator[str]:
        """What is wrong with the word at a place."""
        word = sentence[at].lower
        tags = owners(sentence, at, earlier)
        told = [self._truths[tag] for tag in tags if tag in self._truths]
        if word in words.RETURNED:
            yield from self._returned(sentence, at, told)
        if not told:
            return
        if word in _MOVEMENTS and places.is_negated(sentence, at):
            if not all(truth.steady or truth.calm for truth in told):
                yield f"{told[0].name} has moved"
            return
        side = places.side_of(sentence, at)
        if side and not places.is_of_measure(sentence, at, told):
            return
        if word in words.STEADY:
            yield from _standing(sentence, at, told)
        elif side:
            yield from _moving(sentence, at, side, told)

    def _returned(self, sentence: list[Token], at: int, told: list[Truth]) -> Iterator[str]:
        word = sentence[at].lower
        before = {token.lower for token in sentence[max(0, at - 6) : at]}
        after = {token.lower for token in sentence[at + 1 : at + 2]}
        if word == "back" and (before & _OTHERWISE_BACK or after & {"up", "in"}):
            return
        open_yet = bool(before & words.YET)
        negated = places.is_negated(sentence, at) or open_yet
        if not any(token.kind is Kind.SIGNAL for token in sentence[:at]):
            if not self._anything_back and not negated:
                yield f"{word}: nothing has returned yet"
            return
        wrong = [t for t in told if t.alarmed and t.active is not negated and not open_yet]
        for truth in wrong[:1]:
            yield f"{truth.name} has {'not ' if truth.active else ''}returned"


def _standing(sentence: list[Token], at: int, told: list[Truth]) -> Iterator[str]:
    if places.is_reference(sentence, at):
        return
    negated, now = places.is_negated(sentence, at), places.is_of_now(sentence, at)
    if negated is all(truth.steady or (now and truth.calm) for truth in told):
        yield _said(told[0], sentence[at], negated=negated)


def _moving(sentence: list[Token], at: int, side: str, told: list[Truth]) -> Iterator[str]:
    negated = places.is_negated(sentence, at)
    true = [_is_true(sentence, at, side, truth) for truth in told]
    if all(true) if negated else not _enough(true, sentence, at):
        yield _said(told[true.index(negated)], sentence[at], negated=negated)


def _said(truth: Truth, token: Token, *, negated: bool) -> str:
    return f"{truth.name} is said to be {'not ' if negated else ''}{token.lower}"


def _enough(true: list[bool], sentence: list[Token], at: int) -> bool:
    """Of signals that are listed all must be so; where it is unsure who is meant, one."""
    listed = any(token.kind is Kind.SIGNAL for token in sentence[:at])
    return all(true) if listed and len(true) > 1 else any(true)


def _is_true(sentence: list[Token], at: int, side: str, truth: Truth) -> bool:
    word = sentence[at].lower
    if word.startswith("exceed") and truth.fast:  # of what is allowed, whichever way
        return True
    near = {token.lower for token in sentence}
    following = {token.lower for token in sentence[at + 1 : at + 3]}
    returned = side in truth.back and places.comes_back(sentence, at)
    if word in words.PROGRESSIVE - _WAYWARD:
        going = bool(following & _GOING) and side in truth.moved
        return side in truth.trends or going or returned
    if word in words.ABOVE | words.BELOW:
        if side in truth.sides | truth.extra:
            return _tense_fits(sentence, at, truth)
        return returned or (bool(near & _USUAL) and side in truth.usual)
    if side in truth.moved | truth.trends | truth.extra:
        return True
    eased = (truth.eased and "to" in following) or "from" in following or bool(near & _PEAKS)
    return returned or (side in truth.back and eased)


def _tense_fits(sentence: list[Token], at: int, truth: Truth) -> bool:
    """A signal that has returned was above its limit; it is not above it any more."""
    if truth.active or not truth.alarmed:
        return True
    return not any(token.lower in _PRESENT for token in sentence[max(0, at - 3) : at])
