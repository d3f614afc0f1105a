"""Finds what a report says twice, or in two ways: a small model goes round in circles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

from lamplighter.faults.reports.roles import slots_of
from lamplighter.faults.reports.subjects import owners
from lamplighter.faults.reports.tokens import Kind, Token

_RUN = 4
_SEPARATORS = frozenset({",", ";", ":", "(", ")", "-", "\u2013"})
_LISTED = _SEPARATORS | {"and", "or"}

# What is said, and of what: two signals may well be above the same limit.
_Told = tuple[str, Token]


def repetition_problems(sentences: list[list[Token]]) -> Iterator[str]:
    """Clauses, runs of four words and quantities that are told twice of the same thing."""
    pairs = list(_with_last_signal(sentences))
    # "At 14:05:09 UTC followed: tank level" is told of what comes after it.
    words = [_subjects(sentence, _first_signal(sentence) or before) for before, sentence in pairs]
    yield from _clauses(words)
    yield from _runs(words)
    for sentence in sentences:
        yield from _listed_twice(sentence)
    yield from _quantities([_subjects(sentence, before) for before, sentence in pairs])


def _with_last_signal(sentences: list[list[Token]]) -> Iterator[tuple[str, list[Token]]]:
    last = ""
    for sentence in sentences:
        yield last, sentence
        last = _first_signal(reversed(sentence)) or last


def _first_signal(tokens: Iterable[Token]) -> str:
    return next((token.tag for token in tokens if token.kind is Kind.SIGNAL), "")


def _subjects(sentence: list[Token], before: str) -> list[_Told]:
    """Each token with what it is about: a quoted log line, else the signal named last."""
    quote = next((token.text for token in sentence if token.kind is Kind.QUOTE), None)
    subject, found = before, []
    for token in sentence:
        if token.kind is Kind.SIGNAL:
            subject = token.tag
        found.append((subject if quote is None else quote, token))
    return found


def _clauses(sentences: list[list[_Told]]) -> Iterator[str]:
    seen: set[tuple[str, ...]] = set()
    for sentence in sentences:
        clause: list[_Told] = []
        for subject, token in [*sentence, ("", Token(Kind.OTHER, ","))]:
            if token.text not in _SEPARATORS:
                clause.append((subject, token))
                continue
            key = (clause[0][0] if clause else "", *(_said(told) for _, told in clause))
            if len(clause) > 1 and key in seen:
                yield _twice(clause)
            seen.add(key)
            clause = []


def _listed_twice(sentence: list[Token]) -> Iterator[str]:
    listed: set[str] = set()
    parted = False
    for token in sentence:
        if token.kind is Kind.SIGNAL:
            if token.tag in listed and parted:
                yield f"{token.text} is listed twice"
            listed.add(token.tag)
            parted = False
        elif token.lower in _SEPARATORS | {"and", "or", "the"}:
            parted = True
        else:
            listed = set()


def _runs(sentences: list[list[_Told]]) -> Iterator[str]:
    seen: set[tuple[str, ...]] = set()
    for sentence in sentences:
        spoken = [told for told in sentence if told[1].kind is not Kind.OTHER]
        for at in range(len(spoken) - _RUN + 1):
            run = spoken[at : at + _RUN]
            key = (run[0][0], *(_said(token) for _, token in run))
            if key in seen:
                yield _twice(run)
            seen.add(key)


def _quantities(sentences: list[list[_Told]]) -> Iterator[str]:
    """The same quantity twice in the same role, or one role with two numbers."""
    seen: dict[tuple[str, str, str | None], list[str]] = {}
    for sentence in sentences:
        tokens = [token for _, token in sentence]
        for at, (told_of, token) in enumerate(sentence):
            if token.kind is not Kind.NUMBER or not token.unit:
                continue
            mine = owners(tokens, at)
            subject = next(iter(mine)) if len(mine) == 1 else told_of
            slot = slots_of(tokens, at)[1]
            numbers = seen.setdefault((subject, token.unit, slot), [])
            if token.text in numbers:
                yield f"{_said(token)} is said twice"
            elif (
                numbers
                and slot not in {None, "value", "difference"}
                and (at == 0 or tokens[at - 1].lower != "by")
            ):
                yield f"the {slot} is said to be {numbers[0]} and {_said(token)}"
            numbers.append(token.text)
        numbers_listed = [t for t in tokens if t.lower not in _LISTED]
        for one, other in pairwise(numbers_listed):
            if one.kind is Kind.NUMBER and one == other:
                yield f"{_said(one)} is said twice"


def _said(token: Token) -> str:
    return f"{token.tag or token.lower} {token.unit}".strip()


def _twice(told: list[_Told]) -> str:
    words = " ".join(f"{token.text} {token.unit}".strip() for _, token in told)
    return f"said twice: {words}"
