"""The outline of an English sentence: which clauses it has, and which times belong to which.

"In ten minutes turn off the lamp and close the blind" is one piece with one time; "turn on the fan
and turn it off at ten" is two. A time at the start holds for all that follows, until another one is
said; a time at the end holds for what stands before it, unless its clause goes on from that ("and
then ...", "... it off").
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise

from lamplighter.understanding.timing.chains import (
    habit_in,
    leans,
    names_day,
    shifted,
    spoken_out,
    with_units,
)
from lamplighter.understanding.timing.ends import without_said_end
from lamplighter.understanding.timing.gathering import TWO_TIMES
from lamplighter.understanding.timing.phrases import Timed, extract
from lamplighter.understanding.timing.when import Delay, Moment, SunMoment, Until, When

_STARTS = (
    r"(?:please |also |just |now |then |after that |afterwards |can you |could you |would you )*"
    r"(?:turn|switch|put|set|make|change|open|close|shut|lock|unlock|start|stop|run|activate|"
    r"deactivate|enable|disable|dim|brighten|raise|lower|toggle|press|arm|disarm|pause|resume|send|"
    r"light|kill|cut|draw|pull|push|move|bring|drop|bump|crank|turn|heat|cool|warm|clean|vacuum|"
    r"hoover|mow|water|dock|return|leave|keep|let|give|get|fire|flip|power|tell|remind|announce|"
    r"say|trigger|go|take|increase|decrease|reduce|boost|mute|play|have|shut|roll|wind|secure)\b"
)
_TIMES = (
    r"(?:in|at|after|before|by|every|each|tomorrow|tonight|on \w+days?|this evening|from|once|"
    r"half an hour|\w+ (?:minutes|hours|seconds) (?:later|after|before))\b"
)
_QUESTIONS = (
    r"(?:what|what's|whats|which|how|is|are|was|were|did|does|do|has|have|who|when|where|tell me|"
    r"let me know|check)\b"
)
_BREAK = re.compile(
    rf"(\s*[;.!?\u2014\u2013]\s+(?:(?:and|oh|also)\s+)*|"
    rf"(?:,?\s+(?:oh\s+and|but\s+first|and|n|plus)\s+|\s+(?=then\s))"
    rf"(?={_STARTS}|{_TIMES}|{_QUESTIONS})|(?<=\bnow)\s+and\s+|,\s+(?:(?:and|oh|also)\s+)*)",
    re.IGNORECASE,
)
_MEETING = re.compile(
    rf"(?:\s*[;.!?]\s+(?:(?:and|oh|also)\s+)*|,?\s+(?:oh\s+and|but\s+first|and|n|plus)\s+|,\s+|"
    rf"\s+(?=then\s))(?=(?:{_STARTS}|{_QUESTIONS}))",
    re.IGNORECASE,
)
_AT_ONCE = re.compile(
    r"\b(?:right now|now|at once|immediately|straight away|first)\b", re.IGNORECASE
)
_QUESTION = re.compile(rf"^{_QUESTIONS}", re.IGNORECASE)
_GOES_ON = re.compile(r"\b(?:it|them|that|those|both of them|again|back)\b", re.IGNORECASE)
_POLITE = frozenset({"please", "thanks", "thank you", "cheers", "ta", "okay", "ok", "bye", "sorry"})
_TOO = re.compile(r"^(?:also|likewise)\b|\b(?:too|as well|also|likewise)[.! ]*$", re.IGNORECASE)
"""A clause that is to be done like the one before it, and then."""
_NO_SOONER = re.compile(
    r",?\s+(?:(?:and|but)\s+)?(?:no|not(?: a| one)?(?: (?:minute|moment|second))?)\s+"
    r"(?:sooner|later|earlier|before(?: (?:that|then))?)\b(?!\s+than\b|\s+\w)|"
    r",?\s+at (?:the )?(?:latest|earliest)\b",
    re.IGNORECASE,
)
"""What only makes a time stronger."""
_THEN = re.compile(r"\b(?:then|after that|afterwards)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Piece:
    """Clauses that are to be read together.

    Attributes:
        text: the clauses without their times.
        when: when they are to be done; None: now.
        until: until when, or None.
        unclear: what has to be asked about the time; "" where nothing.
    """

    text: str
    when: When | None = None
    until: Until | None = None
    unclear: str = ""

    @property
    def timed(self) -> bool:
        """True where some time was said."""
        return self.when is not None or self.until is not None or bool(self.unclear)


@dataclass(frozen=True, slots=True)
class _Clause:
    """A clause, what parts it from the one before, and what is left of it without its time."""

    parting: str
    text: str
    piece: Piece
    leads: bool = False
    at_once: bool = False
    said: tuple[str, ...] = ()


def pieces(text: str, now: datetime) -> list[Piece]:
    """The sentence in pieces, in order; one piece with the whole text where no time is said.

    Args:
        text: one sentence, tidied.
        now: the home's local time, with its zone.
    """
    text = with_units(spoken_out(without_said_end(_NO_SOONER.sub("", text), now)))
    whole = _piece(extract(text, now))
    if not whole.timed:
        return [Piece(text)]
    clauses = _chained(_habitual(list(_clauses(text, now)), now))
    if all(_QUESTION.match(clause.text) for clause in clauses):
        return [Piece(text)]
    torn = not whole.unclear and (
        any(clause.piece.unclear for clause in clauses) or _in_two(clauses)
    )
    if len(clauses) == 1 or torn or not any(clause.piece.timed for clause in clauses):
        return [whole]  # a comma within a time: "tomorrow, at eight, ..."
    return list(_merged(_backwards(_forwards(clauses))))


def segments(text: str) -> list[str]:
    """The sentence cut where a question meets a command, and between questions.

    A list with the whole text where it is only one of them.
    """
    found: list[str] = []
    asking: bool | None = None
    for clause in filter(None, (each.strip(" ,;.") for each in _MEETING.split(text))):
        asks = bool(_QUESTION.match(clause))
        if found and asking is False and not asks:
            found[-1] = f"{found[-1]} and {clause}"
        else:
            found.append(clause)
        asking = asks
    return found


def mixes(text: str) -> bool:
    """True where the sentence asks something and has something done as well."""
    asks = [bool(_QUESTION.match(part)) for part in segments(text)]
    return any(asks) and not all(asks)


def _clauses(text: str, now: datetime) -> Iterator[_Clause]:
    parts = _BREAK.split(text)
    partings = ["", *parts[1::2]]
    for parting, part in zip(partings, parts[::2], strict=True):
        clause = part.strip(" ,;.")
        if not clause or clause.casefold() in _POLITE:
            continue
        # The times of a question say what is asked: "was it open at ten?".
        asks = _QUESTION.match(clause)
        timed = Timed(clause) if asks else extract(clause, now)
        piece = _piece(timed)
        left = piece.text.casefold()
        leads = piece.when is not None and bool(left) and clause.casefold().endswith(left)
        yield _Clause(parting, clause, piece, leads, bool(_AT_ONCE.search(clause)), timed.said)


def _piece(timed: Timed) -> Piece:
    return Piece(timed.rest, timed.when, timed.until, timed.unclear)


def _habitual(clauses: list[_Clause], now: datetime) -> list[_Clause]:
    """What is done every weekday at six and at eight is done at eight every weekday, too."""
    habit = next(filter(None, (habit_in(clause.said) for clause in clauses)), "")
    if not habit:
        return clauses
    found = []
    for clause in clauses:
        if isinstance(clause.piece.when, Moment | SunMoment) and not names_day(
            clause.said, now.date()
        ):
            timed = extract(f"{clause.text} {habit}", now)
            found.append(replace(clause, piece=_piece(timed), said=timed.said))
        else:
            found.append(clause)
    return found


def _chained(clauses: list[_Clause]) -> list[_Clause]:
    """Delays that count from the time before: "at seven, and turn it off ten minutes later"."""
    found = clauses[:1]
    for clause in clauses[1:]:
        when, before = clause.piece.when, found[-1].piece.when
        if isinstance(when, Delay) and before is not None and leans(clause.text):
            found.append(
                replace(clause, piece=replace(clause.piece, when=shifted(before, when.seconds)))
            )
        else:
            found.append(clause)
    return found


def _forwards(clauses: Sequence[_Clause]) -> list[_Clause]:
    """A time at the start, or said alone, holds for what follows, until another one is said."""
    found: list[_Clause] = []
    leading: When | None = None
    for clause in clauses:
        piece = clause.piece
        if piece.when is not None:
            alone = not piece.text and not found
            leading = piece.when if clause.leads or alone else None
        elif leading is not None and not piece.timed and not clause.at_once:
            found.append(replace(clause, piece=replace(piece, when=leading)))
            continue
        elif found and _TOO.search(clause.text) and not piece.timed:
            same = found[-1].piece
            found.append(replace(clause, piece=replace(piece, when=same.when, until=same.until)))
            continue
        found.append(clause)
    return found


def _backwards(clauses: list[_Clause]) -> list[_Clause]:
    """A time at the end holds for what stands before it, unless its clause goes on from that."""
    found = list(clauses)
    for index in range(len(found) - 2, -1, -1):
        clause, after = found[index], found[index + 1]
        goes_on = _GOES_ON.search(after.piece.text) or _THEN.search(after.text)
        if after.leads or after.piece.when is None or (goes_on and after.piece.text):
            continue
        if clause.piece.timed or clause.at_once or _QUESTION.match(clause.text):
            continue
        found[index] = replace(clause, piece=replace(clause.piece, when=after.piece.when))
    return found


def _in_two(clauses: Sequence[_Clause]) -> bool:
    """Whether a time was cut: "at eight, tomorrow morning, turn on ..."."""
    return any(
        not (before.piece.text and after.piece.text)
        and before.piece.when is not None
        and after.piece.when is not None
        for before, after in pairwise(clauses)
    )


def _merged(clauses: Sequence[_Clause]) -> Iterator[Piece]:
    """Neighbours with the same times as one piece; a time without a clause joins its neighbour."""
    current: Piece | None = None
    for clause in clauses:
        piece = clause.piece
        if current is None:
            current = piece
        elif not piece.text or not current.text:
            current = Piece(
                current.text or piece.text,
                current.when or piece.when,
                current.until or piece.until,
                current.unclear or piece.unclear or _conflict(current, piece),
            )
        elif _times(piece) == _times(current):
            parting = ", " if "," in clause.parting and "and" not in clause.parting else " and "
            current = replace(current, text=f"{current.text}{parting}{piece.text}")
        else:
            yield current
            current = piece
    if current is not None:
        yield current


def _conflict(one: Piece, other: Piece) -> str:
    """What to ask where one thing is said to be at two times."""
    times = {each.when for each in (one, other) if each.when is not None}
    return TWO_TIMES if len(times) > 1 else ""


def _times(piece: Piece) -> tuple[object, ...]:
    return piece.when, piece.until, piece.unclear
