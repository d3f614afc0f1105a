"""Sentences that take back what was done last: "undo that", "put it back", "as it was"."""

from __future__ import annotations

import re

from lamplighter.understanding.context import Context
from lamplighter.understanding.interpretation import Undo

_THAT = (
    r"(?:that|it|this|them|those|everything|all(?: of (?:it|that|them))?|things|"
    r"(?:the|my|your) (?:last|previous) (?:one|thing|command|action|change|step)|"
    r"what (?:you|i) (?:just )?(?:did|said|changed)|that (?:last )?(?:one|thing|command|change))"
)
_WAS = (
    r"(?:to )?(?:as|how|the way|like|what|where) (?:it|they|that|things|everything) "
    r"(?:was|were|had been|used to be)(?: before| originally| earlier)?"
)
_SIGHS = r"(?:(?:no|nope|oh|oops|whoops|wait|sorry|please|ah|argh|damn|actually|hm+|and|now) )*"
_EXPLICIT = re.compile(
    rf"{_SIGHS}(?:"
    rf"(?:undo|redo|revert|reverse|restore|un-?do)(?: {_THAT})?(?: {_WAS})?|"
    rf"roll(?: {_THAT})? back|take {_THAT} back|"
    rf"(?:put|set|change|turn|switch|bring|make|leave|have) {_THAT}(?: all)?(?: back)? {_WAS}|"
    rf"(?:put|change|set|take|bring|move) {_THAT}(?: all)? back(?: to normal| to before| again)?|"
    rf"(?:back )?{_WAS}"
    r")(?: again| please| now| thanks)*"
)
_NAMED = re.compile(
    rf"{_SIGHS}(?:put|set|change|turn|switch|bring) (?P<said>(?:the|my|our) .+?) back"
    rf"(?: {_WAS}| again)?|"
    rf"{_SIGHS}(?:undo|revert) (?P<other>(?:the|my|our) .+)"
)
_IMPLIED = re.compile(
    rf"{_SIGHS}(?:"
    r"oops|whoops|oh no|my (?:mistake|bad)|wrong|"
    r"go back|back again|back to (?:before|normal)|cancel (?:that|it|this)|"
    r"i (?:didn't|did not|don't|do not) (?:mean|want) (?:that|it|this|to do that)|"
    r"(?:that|it)(?:'s| is| was) "
    r"(?:wrong|a mistake|not (?:right|what i (?:meant|wanted|said|asked for)))|"
    r"not what i (?:meant|wanted|said|asked for)"
    r")(?: sorry| please| again)*"
)
_NEXT = ("again", "on", "off", "up", "down", "open", "closed")


def undo_of(said: str, context: Context | None) -> Undo | None:
    """The undoing that a folded sentence asks for, or None.

    Sighs ("oops", "that was wrong") mean it only where something was done just before.
    """
    if _EXPLICIT.fullmatch(said):
        return Undo()
    if context is not None and context.acted and _IMPLIED.fullmatch(said):
        return Undo()
    named = _NAMED.fullmatch(said)
    if named is None or context is None or said.endswith(_NEXT):
        return None
    return Undo(named["said"] or named["other"] or "")
