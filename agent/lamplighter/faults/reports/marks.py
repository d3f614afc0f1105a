"""Marks: short stand-ins for names, numbers and times, which the model writes and code fills in.

A small model that spells "14:05:09" or "Exhaust fan 4" itself misspells it now and then. So it is
told ``s1 high: v1, limit l1``, writes "s1 stands at v1, above its limit of l1", and what stands in
the evidence is put in the marks' place. A mark is one letter and one digit.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

MARK = re.compile(r"(?<![\w<])([a-z]\d)(?!\w)")
"""A mark in a text."""
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
_PLAIN_WORD = re.compile(r"(?:[a-z]{3,}|an?)(?![\w/])")
_IMPERATIVE = re.compile(r"[A-Z][a-z]+(?![\w/])")


def marks_in(text: str) -> frozenset[str]:
    """The marks that a text holds."""
    return frozenset(MARK.findall(text))


def fill(text: str, marks: Mapping[str, str]) -> str:
    """The text with what the marks stand for; marks that stand for nothing are left.

    What begins a sentence gets a capital letter where it is a plain word; a sentence (a check)
    within another loses its own.
    """

    def put(found: re.Match[str]) -> str:
        told = marks.get(found[1])
        if told is None:
            return found[0]
        before = text[: found.start()].rstrip()
        if not before or before[-1] in ".!?":
            return told[:1].upper() + told[1:] if _PLAIN_WORD.match(told) else told
        return told

    return " ".join(MARK.sub(put, text).split())


def lowered(sentence: str) -> str:
    """A sentence as a clause: without its full stop, and without its capital letter.

    A capital that is not followed by small letters (``PID``, ``R2``) belongs to a name and stays.
    """
    clause = sentence.strip().rstrip(".").rstrip()
    return clause[:1].lower() + clause[1:] if _IMPERATIVE.match(clause) else clause


def sentences(text: str) -> list[str]:
    """The sentences of a text with marks, without the white space between them."""
    return [sentence for sentence in _SENTENCE_END.split(text.strip()) if sentence]
