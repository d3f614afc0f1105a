"""What is wrong with a sentence by its marks alone, before names and figures stand in it.

Two signals may have the same value, and a value may pass for a limit: in marks they differ, so
what the checker can't tell apart in the finished text is found here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from lamplighter.faults.reports.marks import MARK

_OF_A_SIGNAL = frozenset("vlugpdy")
# A mark by its letter, and words of which the sentence that tells it holds one.
_GO_WITH = {
    "u": ("usual", "usually"),
    "l": ("limit", "limits", "allowed"),
    "p": ("peak", "lowest"),
    "q": ("log",),
    "n": ("noted", "wrote", "note"),
    "f": ("points", "pointed", "likely"),
    "r": ("ruled", "not"),
    "i": ("began", "onset"),
    "h": ("similar", "helped"),
    "w": ("became",),
}
_ENDINGS = frozenset({"ended", "over", "resolved"})
_BEYOND = re.compile(
    r"(?:high|low) at v(?P<a>\d)|v(?P<b>\d),? (?:above|below) (?:its|the) limit"
    r"|(?:above|below|exceeds) (?:its|the) limit of l(?P<c>\d) (?:at|with) v"
    r"|(?:risen|climbed|fallen|dropped) to v(?P<d>\d)"
)


def mark_problems(sentence: str, lines: Sequence[str]) -> Iterator[str]:
    """What is wrong with a sentence.

    Args:
        sentence: with marks.
        lines: the facts that the model was told.
    """
    yield from _bindings(sentence)
    yield from _words(sentence)
    used = set(re.findall(r"[a-z]+", sentence.lower()))
    closed = lines[0].startswith("closed")
    if not closed and used & _ENDINGS and not re.search(r"\bh\d\b", sentence):
        yield f"{sentence!r} tells an end, but the episode is open"
    if _ALLOWED.search(sentence):
        yield f"{sentence!r} takes an allowed change for a limit"
    within = {line_mark[1] for line in lines if (line_mark := _WITHIN.search(line))}
    for found in _BEYOND.finditer(sentence):
        number = next(group for group in found.groups() if group)
        if number in within:
            yield f"v{number} is said to be beyond its limit, but it is not now"


_WITHIN = re.compile(r"\bs(\d) (?:was|back from) [a-z ]+:")


_ALLOWED = re.compile(r"(?<!more than the )allowed l\d")


def _bindings(sentence: str) -> Iterator[str]:
    """Figures of one signal that are told of another: of the one named before, or else after."""
    marks = [found[1] for found in MARK.finditer(sentence)]
    for at, mark in enumerate(marks):
        if mark[0] not in _OF_A_SIGNAL or mark in {"d0", "g0"}:
            continue
        names = [*reversed(marks[:at]), *marks[at + 1 :]]
        nearest = next((each for each in names if each[0] in "so"), "")
        if nearest and nearest != f"s{mark[1]}":
            yield f"{mark} is told of {nearest}"
        elif not nearest and mark[1] != "1":
            yield f"{mark} is told of no signal"


def _words(sentence: str) -> Iterator[str]:
    """Marks without a word that says what they are."""
    used = set(re.findall(r"[a-z]+", sentence.lower()))
    for mark in dict.fromkeys(MARK.findall(sentence)):
        wanted = _GO_WITH.get(mark[0], ())
        if wanted and not used.intersection(wanted):
            yield f"{mark} is told without {' or '.join(wanted)}"
