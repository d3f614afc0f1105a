"""Words that are in no list: where one may stand, and where it would be a claim."""

from __future__ import annotations

from lamplighter.faults.reports.kind_words import RESERVED
from lamplighter.faults.reports.tokens import Kind, Token
from lamplighter.faults.reports.vocabulary import CLAIMING, TECHNICAL, forms
from lamplighter.faults.reports.word_sets import word_set

MEASURED = word_set(
    """level pressure temperature flow speed current vibration power load voltage noise humidity
    frequency torque position rate pressures temperatures"""
)
"""Nouns of what is measured: with a word before them they name a signal."""
_GROUNDS = frozenset(
    {Kind.SIGNAL, Kind.NUMBER, Kind.TIME, Kind.QUOTE, Kind.DATE, Kind.MACHINE, Kind.NAME}
)
_TOPICS = word_set(
    """sensor reading readings value values signal signals alarm limit limits check inspect look
    comparison recommended recommend alarms trend log"""
)
_ADJECTIVES = ("ly", "ed", "ing", "ous", "ive", "al", "able", "ible", "ful", "ic", "ant", "ent")
_EVENTFUL = word_set(
    """because due caused owing since after when following once while during upon cause causes
    reason by from blame culprit thanks result led triggered before despite although for until
    if"""
)
_EVENT_WITHIN = 6


def is_harmless(sentence: list[Token], at: int) -> bool:
    """Whether a word that is in no list may stand here: it tells of no cause, event or part.

    The sentence must speak of signals, values or times, of no cause or event, and the word name
    no signal. "Vibration is appallingly high" is fine, "the squirrel did it" is not.
    """
    token = sentence[at]
    named = at > 0 and token.text[0].isupper()
    if named or not token.lower.isalpha() or token.lower in RESERVED:
        return False
    if {*forms(token.lower)} & (CLAIMING | TECHNICAL) or _names_signal(sentence, at):
        return False
    grounded = any(other.kind in _GROUNDS or other.lower in _TOPICS for other in sentence)
    before = sentence[max(0, at - _EVENT_WITHIN) : at]
    return grounded and not any(other.lower in _EVENTFUL for other in before)


def _names_signal(sentence: list[Token], at: int) -> bool:
    """``gearbox temperature``: a noun before what is measured; an adjective is none."""
    if at + 1 >= len(sentence) or sentence[at].lower.endswith(_ADJECTIVES):
        return False
    after = sentence[at + 1]
    return after.kind is Kind.SIGNAL or after.lower in MEASURED
