"""Clauses joined by "and", "or" and "unless", and which of them belong together."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from lamplighter.orders.order import Hours
from lamplighter.understanding.conditions import hours
from lamplighter.understanding.conditions.claim import Reading
from lamplighter.understanding.conditions.comparing import COMPARED
from lamplighter.understanding.conditions.quantities import NUMBER, UNIT
from lamplighter.understanding.conditions.reading import plainly, read
from lamplighter.understanding.conditions.stating import STATE

_BREAK = re.compile(
    r"(?P<or>,? or (?:if |when |whenever )?)|(?P<unless>,? (?:and not |but not )?unless )|"
    r"(?P<and>,? (?:but |and )?(?:only )?(?:if|when|while|whilst|whenever|"
    r"as long as|provided(?: that)?) |,? and (?:also )?(?:that )?|"
    r",? but (?:only )?|, )"
)


_BETWEEN = re.compile(
    rf"(?<!\bit )\b(?P<be>is|are|stays|reads|measures|gets) (?:between|from) (?P<low>{NUMBER})"
    rf"(?: ?(?:{UNIT}))? (?:and|to) (?P<high>{NUMBER})(?: ?(?P<unit>{UNIT})\b)?"
    r"(?! ?(?:am|pm|o'clock))"
)


@dataclass(frozen=True, slots=True)
class Part:
    """One clause of a condition with how it is joined: alternatives share a ``group``."""

    said: Reading | Hours
    group: int
    negated: bool = False


def parts_of(condition: str) -> tuple[Part, ...] | None:
    """The clauses of a folded condition; None where some of it says nothing that can be watched."""
    text = _BETWEEN.sub(
        r"\g<be> at least \g<low> \g<unit> and is at most \g<high> \g<unit>",
        plainly(condition.strip()),
    )
    text = " ".join(text.split())
    negated = text.startswith("unless ")
    text = text.removeprefix("unless ")
    pieces: list[tuple[str, str]] = []
    position, joint = 0, "unless" if negated else "and"
    for match in _BREAK.finditer(text):
        pieces.append((joint, text[position : match.start()]))
        joint, position = str(match.lastgroup), match.end()
    pieces.append((joint, text[position:]))

    def between(start: int, end: int) -> str:
        words = [pieces[start][1]]
        for joint, piece in pieces[start + 1 : end]:
            words += ["or" if joint == "or" else "and", piece]
        return " ".join(words)

    return _assembled(pieces, between)


def _assembled(
    pieces: Sequence[tuple[str, str]], between: Callable[[int, int], str]
) -> tuple[Part, ...] | None:
    found: list[Part] = []
    start, group, before, begun = 0, 0, "", 0
    while start < len(pieces):
        joint = pieces[start][0]
        for end in range(start + 1, len(pieces) + 1):
            said = _read_after(between(start, end), before)
            if said is not None:
                break
        else:
            # What is left says nothing by itself: it belongs to the clause before.
            if not found:
                return None
            whole = _read_after(between(begun, len(pieces)), "")
            if whole is None:
                return None
            return (*found[:-1], replace(found[-1], said=whole))
        if joint != "or":
            group += 1
        found.append(Part(said, group, negated=joint == "unless"))
        before = said[0].subject if isinstance(said, tuple) else before
        start, begun = end, start
    return tuple(found)


def loose(parts: Sequence[Part]) -> bool:
    """True where a clause only says that something "is" anything: that fits too many sentences."""
    return any(isinstance(part.said, tuple) and part.said[0].sense == "value" for part in parts)


_ABOUT_THE_WEATHER = re.compile(
    rf"^it (?:is|gets) (?:{COMPARED}|at least|at most) .+ (?:outside|inside|in|on|at)\b"
)


def _read_after(text: str, before: str) -> Reading | Hours | None:
    """A clause, with its subject taken from the one before where it has none."""
    if before:
        pronoun = re.match(
            r"^(?:it|they|that|this)(?= (?:is|are|has|gets?|goes|stays?|does|opens|closes)\b)", text
        )
        if pronoun and hours.stated(text) is None and not _ABOUT_THE_WEATHER.match(text):
            text = before + text[pronoun.end() :]
        elif re.match(
            rf"^(?:not |still )?(?:is |are )?(?:{COMPARED}|at least|at most|{STATE})\b", text
        ):
            text = f"{before} {text}" if re.match(r"^(?:is|are)\b", text) else f"{before} is {text}"
    return read(text)
