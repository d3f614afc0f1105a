"""Finds the fault whose pattern fits best, and those that the signals speak against.

Each signal, log line and contradiction moves a fault's logarithmic odds; what none of the patterns
explains competes with them. The confidence is the share of the likeliest: two faults that fit
equally well have at most one half each, and neither is named.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from lamplighter.faults.evidence.moves import Move, grade, is_contrary
from lamplighter.faults.evidence.record import RuledOut
from lamplighter.faults.evidence.table_rows import Expected, FaultPattern

_LEAD = 1.6
_FIRST_OUT = 0.5
_FOLLOWS = 1.2
_STAYS = 0.3
_LEAD_CONTRARY = -2.0
_FOLLOWER_CONTRARY = -1.8
# A follower that has not moved may yet do so.
_FOLLOWER_STEADY = -0.4
_RESTLESS_THOUGH_STEADY = -1.2
_AGAINST = -3.0
# A pattern whose leading signal the machine does not measure.
_LEAD_MISSING = -0.5
_STRANGE_ALARM = -0.9
_STRANGE_MOVE = -0.4
_LOG_WORD = 1.8
_MORE_LOG_WORDS = 0.5
_UNKNOWN = 1.0
_RIVALS = 2
_LEAST_SHARE = 0.5
_LEAST_LEAD = 1.5
_SUREST = 0.97
_FITS = 0.5
_WORTH_TELLING = 1.0
_MOST_RULED_OUT = 3
_WORDS = re.compile(r"[^\W_]+")
# Of a blank and three letters.
_SHORT = 4

Matcher = Callable[[str, Move], bool]
"""Whether a word of a table means a signal."""


@dataclass(frozen=True, slots=True)
class Found:
    """What patterns say.

    Attributes:
        fault: the likeliest fault, or None where none stands out.
        confidence: its share, 0 to 1.
        ruled_out: faults that something speaks for, and a signal against, the likeliest first.
        touched: whether anything spoke for any fault.
    """

    fault: FaultPattern | None
    confidence: float
    ruled_out: tuple[RuledOut, ...]
    touched: bool


@dataclass(frozen=True, slots=True)
class _Scored:
    fault: FaultPattern
    support: float
    odds: float
    against: tuple[RuledOut, ...]


def find_fault(
    faults: Sequence[FaultPattern], moves: Sequence[Move], logs: Iterable[str], matches: Matcher
) -> Found:
    """What fits the moves (in order of first-out) and the log lines best.

    Args:
        faults: the patterns.
        moves: of the machine's signals, those with alarms first, in order of onset.
        logs: lines of its log and of notes.
        matches: whether a word of a pattern means a signal.
    """
    lines = _plain(" ".join(logs))
    common = Counter(word for fault in faults for word in set(fault.logs))
    scored = [_scored(fault, moves, lines, common, matches) for fault in faults]
    likely = sorted((s for s in scored if s.support > 0), key=lambda s: -s.odds)
    if not likely:
        return Found(None, 0.0, (), touched=False)
    best = likely[0]
    if best.odds < _UNKNOWN:
        return Found(None, 0.0, _all_ruled_out(scored, None), touched=True)
    # Of many faint possibilities, all but the next ones are a part of what is not known.
    whole = math.exp(_UNKNOWN) + sum(math.exp(each.odds) for each in likely[: 1 + _RIVALS])
    share = math.exp(best.odds) / whole
    second = math.exp(likely[1].odds) / whole if len(likely) > 1 else 0.0
    named = best.fault if share >= _LEAST_SHARE and share >= _LEAST_LEAD * second else None
    return Found(
        named,
        round(min(share, _SUREST), 2) if named else 0.0,
        _all_ruled_out(scored, named),
        touched=True,
    )


def _all_ruled_out(scored: Sequence[_Scored], named: FaultPattern | None) -> tuple[RuledOut, ...]:
    found = [
        each.against[0]
        for each in sorted(scored, key=lambda s: -s.support)
        if each.support >= _WORTH_TELLING and each.against and each.fault is not named
    ]
    return tuple(found[:_MOST_RULED_OUT])


def _scored(
    fault: FaultPattern,
    moves: Sequence[Move],
    lines: str,
    common: Counter[str],
    matches: Matcher,
) -> _Scored:
    support, odds = 0.0, 0.0
    against: list[RuledOut] = []
    earliest = True
    for at, expected in enumerate(fault.signals):
        lead = at == 0
        rows = [row for row in moves if row.known and matches(expected[0], row)]
        if not rows:
            odds += _LEAD_MISSING if lead else 0.0
            continue
        points = _of_signal(expected, rows, lead=lead)
        if earliest and points > 0 and moves[0] in rows and moves[0].moved:
            points += _FIRST_OUT
        earliest = False
        moved = any(row.moved for row in rows)
        support += points if points > 0 and moved else 0.0
        odds += points
        if lead and all(is_contrary(expected[1], row) for row in rows):
            against.append(_ruled_out(fault, rows[0]))
    for word, unwanted in fault.without:
        rows = [row for row in moves if row.known and matches(word, row)]
        if rows and all(grade(unwanted, row) >= _FITS for row in rows):
            odds += _AGAINST
            against.append(_ruled_out(fault, rows[0]))
    said = [1.0 / common[word] for word in fault.logs if _is_said(word, lines)]
    if said:
        spoken = _LOG_WORD * max(said) + _MORE_LOG_WORDS * (len(said) > 1)
        support += spoken
        odds += spoken
    odds += sum(_strange(fault, row, matches) for row in moves if row.moved)
    plain = tuple(each for each in against if each.move in {"steady", "up", "down"})
    return _Scored(fault, support, odds, plain)


def _of_signal(expected: Expected, rows: Sequence[Move], *, lead: bool) -> float:
    wanted = expected[1]
    best = max(grade(wanted, row) for row in rows)
    weight = _STAYS if set(wanted) == {"steady"} else _LEAD if lead else _FOLLOWS
    if wanted != ("steady",) and "steady" in wanted and all(r.move == "steady" for r in rows):
        weight = _STAYS
    if best > 0:
        return weight * best
    if "steady" in wanted:
        return _RESTLESS_THOUGH_STEADY
    if all(row.move == "steady" for row in rows):
        return _LEAD_CONTRARY if lead else _FOLLOWER_STEADY
    if all(is_contrary(wanted, row) for row in rows):
        return _LEAD_CONTRARY if lead else _FOLLOWER_CONTRARY
    return 0.0


def _plain(text: str) -> str:
    """The text's words in lower case, each between blanks."""
    return f" {' '.join(_WORDS.findall(text.lower()))} "


def _is_said(word: str, lines: str) -> bool:
    """Whether a word, or one that begins with it, stands in the lines; a short one must be whole.

    ``lubric`` means lubrication, but ``ice`` not every device.
    """
    said = _plain(word).rstrip()
    return (f"{said} " if len(said) <= _SHORT else said) in lines


def _strange(fault: FaultPattern, row: Move, matches: Matcher) -> float:
    """What a move takes that the pattern does not tell of."""
    if any(matches(word, row) for word, _ in fault.signals):
        return 0.0
    return _STRANGE_ALARM if row.alarmed else _STRANGE_MOVE


def _ruled_out(fault: FaultPattern, row: Move) -> RuledOut:
    return RuledOut(fault.fault, row.tag, row.name, row.move)
