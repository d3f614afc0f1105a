"""What grammars are made of. Each part adds the paths of its texts to an automaton.

Parts are made by the functions of ``grammar``, which check what they are given, and written as
data by ``notation``. An automaton is built from its end: a part is told where its texts have to
lead and returns where they begin, so that equal parts with the same end are added once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from itertools import pairwise, takewhile

from lamplighter.model.decoding.automaton import Builder, Part

__all__ = ["Choice", "Literal", "Names", "Number", "Part", "Repeat", "Sequence", "Span"]

WORD = re.compile(r"\w+(?:['\u2019.,:/-]\w+)*")


@dataclass(frozen=True, slots=True)
class Literal:
    """Exactly this text; in any case where ``any_case`` is set."""

    text: str
    any_case: bool = False

    def add(self, builder: Builder, end: int) -> int:
        """See ``Part``."""
        if self.any_case:
            return _trie(builder, [tuple(map(_cases, self.text))], end)
        return _path(builder, self.text, end)


@dataclass(frozen=True, slots=True)
class Choice:
    """Any one of the options."""

    options: tuple[Part, ...]

    def add(self, builder: Builder, end: int) -> int:
        """See ``Part``."""
        return builder.fork(builder.before(option, end) for option in self.options)


@dataclass(frozen=True, slots=True)
class Sequence:
    """All parts, one after the other."""

    parts: tuple[Part, ...]

    def add(self, builder: Builder, end: int) -> int:
        """See ``Part``."""
        for part in reversed(self.parts):
            end = builder.before(part, end)
        return end


@dataclass(frozen=True, slots=True)
class Repeat:
    """The part ``minimum`` to ``maximum`` times, with ``separator`` between two of them."""

    part: Part
    minimum: int
    maximum: int
    separator: str = ""

    def add(self, builder: Builder, end: int) -> int:
        """See ``Part``."""
        at = end
        for done in reversed(range(self.maximum)):
            again = builder.before(self.part, at)
            if done:
                again = _path(builder, self.separator, again)
            at = builder.fork((again, end) if done >= self.minimum else (again,))
        return at


@dataclass(frozen=True, slots=True)
class Names:
    """Any one of many texts, kept as a trie."""

    texts: tuple[str, ...]
    any_case: bool = False

    def add(self, builder: Builder, end: int) -> int:
        """See ``Part``."""
        if self.any_case:
            return _trie(builder, (tuple(map(_cases, text)) for text in self.texts), end)
        return _trie(builder, map(tuple, self.texts), end)


@dataclass(frozen=True, slots=True)
class Span:
    """A run of ``min_words`` to ``max_words`` whole words copied from one of ``texts``."""

    texts: tuple[str, ...]
    min_words: int
    max_words: int

    def add(self, builder: Builder, end: int) -> int:
        """See ``Part``."""
        starts: list[int] = []
        for text in self.texts:
            starts += self._runs(builder, text, end)
        return builder.fork(starts)

    def _runs(self, builder: Builder, text: str, end: int) -> list[int]:
        """Return where the runs begin that start with each of the text's words."""
        words = list(WORD.finditer(text))
        gaps = [text[one.end() : other.start()] for one, other in pairwise(words)]
        following: list[int] = []  # the runs from each word on, after ``done`` and one more
        for done in reversed(range(self.max_words)):
            begun = []
            # What has too few words left to come to the minimum is no run.
            for number in range(max(0, len(words) - max(0, self.min_words - done - 1))):
                ways = [end] if done + 1 >= self.min_words else []
                if number + 1 < len(following):
                    ways.append(_path(builder, gaps[number], following[number + 1]))
                begun.append(_path(builder, words[number][0], builder.fork(ways)))
            following = begun
        return following


@dataclass(frozen=True, slots=True)
class Number:
    """A decimal number in a range: see ``grammar.number``. ``step`` is 0 where there is none."""

    low: Decimal
    high: Decimal
    decimals: int
    step: Decimal = Decimal(0)

    def add(self, builder: Builder, end: int) -> int:
        """See ``Part``."""
        if self.step:
            return _trie(builder, (tuple(_plain(value)) for value in self._values()), end)
        ways: list[int] = []
        for places in range(self.decimals + 1):
            low = int(self.low.scaleb(places).to_integral_value(ROUND_CEILING))
            high = int(self.high.scaleb(places).to_integral_value(ROUND_FLOOR))
            if low < 0:
                below = builder.fork(_digits(builder, max(1, -high), -low, places, end))
                ways.append(builder.path(b"-", below))
            if high >= 0:
                ways += _digits(builder, max(0, low), high, places, end)
        return builder.fork(ways)

    def _values(self) -> Iterator[Decimal]:
        count = int((self.high - self.low) / self.step) + 1
        return (self.low + number * self.step for number in range(count))


def utf8(text: str) -> bytes | None:
    """Return a text's bytes; None where it holds half a surrogate pair, and is none."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        return None


def _path(builder: Builder, text: str, end: int) -> int:
    """Return where a text begins that leads to ``end``; what is no text leads nowhere."""
    raw = utf8(text)
    return builder.state() if raw is None else builder.path(raw, end)


def _trie(builder: Builder, rows: Iterable[tuple[str, ...]], end: int) -> int:
    """Add texts, with one path for what some begin with; return where they begin.

    Args:
        builder: of the automaton.
        rows: a text each: for each letter the forms in which it may stand.
        end: where the texts lead.
    """
    states = [builder.state()]
    before: tuple[str, ...] = ()
    for row in sorted(set(rows)):
        pairs = zip(before, row, strict=False)
        shared = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
        del states[shared + 1 :]
        for forms in row[shared:]:
            state = builder.state()
            for form in forms:
                if raw := utf8(form):
                    builder.route(states[-1], raw, state)
            states.append(state)
        builder.skip(states[-1], end)
        before = row
    return states[0]


def _cases(letter: str) -> str:
    """Return a letter's forms; those of several letters ("SS" for "ß") are left out."""
    forms = {letter, letter.lower(), letter.upper()}
    return "".join(sorted(form for form in forms if len(form) == 1))


def _plain(value: Decimal) -> str:
    """Return a number's shortest form, without an exponent."""
    text = f"{value:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def _digits(builder: Builder, low: int, high: int, places: int, end: int) -> Iterator[int]:
    """Yield where the decimal forms of ``low`` to ``high`` begin, scaled by ten to ``places``."""
    for length in range(max(places + 1, len(str(low))), max(places + 1, len(str(high))) + 1):
        shortest = 0 if length == places + 1 else 10 ** (length - 1)
        first, last = max(low, shortest), min(high, 10**length - 1)
        if first <= last:
            known = {("", ""): end}
            yield _between(builder, f"{first:0{length}}", f"{last:0{length}}", places, known)


def _between(
    builder: Builder, low: str, high: str, places: int, known: dict[tuple[str, str], int]
) -> int:
    """Return a state from which exactly the digits ``low`` to ``high`` lead to the end."""
    if (low, high) in known:
        return known[low, high]
    digits = builder.state()
    point = places and len(low) == places
    known[low, high] = builder.path(b".", digits) if point else digits
    zeros, nines = "0" * (len(low) - 1), "9" * (len(low) - 1)
    for digit in range(int(low[0]), int(high[0]) + 1):
        rest_low = low[1:] if str(digit) == low[0] else zeros
        rest_high = high[1:] if str(digit) == high[0] else nines
        rest = _between(builder, rest_low, rest_high, places, known)
        builder.edge(digits, ord(str(digit)), rest)
    return known[low, high]
