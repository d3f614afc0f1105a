"""What grammars are made of. Each part adds the paths of its texts to an automaton.

Parts are made by the functions of ``grammar``, which check what they are given, and written as
data by ``notation``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from itertools import takewhile
from typing import Protocol

from lamplighter.model.decoding.automaton import Builder

WORD = re.compile(r"\w+(?:['\u2019.,:/-]\w+)*")


class Part(Protocol):
    """Something that can add its texts to an automaton under construction."""

    def add(self, builder: Builder, start: int) -> int:
        """Add the paths of every text of this part from ``start``; return where they end."""
        ...


@dataclass(frozen=True, slots=True)
class Literal:
    """Exactly this text; in any case where ``any_case`` is set."""

    text: str
    any_case: bool = False

    def add(self, builder: Builder, start: int) -> int:
        """See ``Part``."""
        if not self.any_case:
            return builder.path(start, self.text.encode())
        for letter in self.text:
            end = builder.state()
            for form in sorted(_cases(letter)):
                builder.skip(builder.path(start, form.encode()), end)
            start = end
        return start


@dataclass(frozen=True, slots=True)
class Choice:
    """Any one of the options."""

    options: tuple[Part, ...]

    def add(self, builder: Builder, start: int) -> int:
        """See ``Part``."""
        end = builder.state()
        for option in self.options:
            builder.skip(option.add(builder, start), end)
        return end


@dataclass(frozen=True, slots=True)
class Sequence:
    """All parts, one after the other."""

    parts: tuple[Part, ...]

    def add(self, builder: Builder, start: int) -> int:
        """See ``Part``."""
        for part in self.parts:
            start = part.add(builder, start)
        return start


@dataclass(frozen=True, slots=True)
class Repeat:
    """The part ``minimum`` to ``maximum`` times, with ``separator`` between two of them."""

    part: Part
    minimum: int
    maximum: int
    separator: str = ""

    def add(self, builder: Builder, start: int) -> int:
        """See ``Part``."""
        end = builder.state()
        at = start
        for count in range(self.maximum):
            if count >= self.minimum:
                builder.skip(at, end)
            begin = builder.state()
            builder.skip(at, begin)
            if count:
                begin = builder.path(begin, self.separator.encode())
            at = self.part.add(builder, begin)
        builder.skip(at, end)
        return end


@dataclass(frozen=True, slots=True)
class Names:
    """Any one of many texts, kept as a trie."""

    texts: tuple[str, ...]
    any_case: bool = False

    def add(self, builder: Builder, start: int) -> int:
        """See ``Part``."""
        if self.any_case:
            return Choice(tuple(Literal(text, any_case=True) for text in self.texts)).add(
                builder, start
            )
        end = builder.state()
        add_trie(builder, (start, end), self.texts)
        return end


@dataclass(frozen=True, slots=True)
class Span:
    """A run of ``min_words`` to ``max_words`` whole words copied from one of ``texts``."""

    texts: tuple[str, ...]
    min_words: int
    max_words: int

    def add(self, builder: Builder, start: int) -> int:
        """See ``Part``."""
        end = builder.state()
        for text in self.texts:
            words = list(WORD.finditer(text))
            for first in range(len(words) - self.min_words + 1):
                at, copied = start, words[first].start()
                run = words[first : first + self.max_words]
                for count, word in enumerate(run, start=1):
                    at = builder.path(at, text[copied : word.end()].encode())
                    copied = word.end()
                    if count >= self.min_words:
                        builder.skip(at, end)
        return end


@dataclass(frozen=True, slots=True)
class Number:
    """A decimal number in a range: see ``grammar.number``. ``step`` is 0 where there is none."""

    low: Decimal
    high: Decimal
    decimals: int
    step: Decimal = Decimal(0)

    def add(self, builder: Builder, start: int) -> int:
        """See ``Part``."""
        end = builder.state()
        if self.step:
            add_trie(builder, (start, end), (_plain(value) for value in self._values()))
            return end
        for places in range(self.decimals + 1):
            low = int(self.low.scaleb(places).to_integral_value(ROUND_CEILING))
            high = int(self.high.scaleb(places).to_integral_value(ROUND_FLOOR))
            if low < 0:
                minus = builder.path(start, b"-")
                _digits(builder, (minus, end), max(1, -high), -low, places)
            if high >= 0:
                _digits(builder, (start, end), max(0, low), high, places)
        return end

    def _values(self) -> Iterator[Decimal]:
        count = int((self.high - self.low) / self.step) + 1
        return (self.low + number * self.step for number in range(count))


def add_trie(builder: Builder, ends: tuple[int, int], texts: Iterable[str]) -> None:
    """Add texts from ``ends[0]`` to ``ends[1]``, with one path for what some begin with."""
    start, end = ends
    before, states = b"", [start]
    for encoded in sorted({text.encode() for text in texts}):
        pairs = zip(before, encoded, strict=False)
        shared = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
        del states[shared + 1 :]
        for byte in encoded[shared:]:
            state = builder.state()
            builder.edge(states[-1], byte, state)
            states.append(state)
        builder.skip(states[-1], end)
        before = encoded


def _cases(letter: str) -> set[str]:
    """Return a letter's forms; those of several letters ("SS" for "ß") are left out."""
    return {form for form in (letter, letter.lower(), letter.upper()) if len(form) == 1}


def _plain(value: Decimal) -> str:
    """Return a number's shortest form, without an exponent."""
    text = f"{value:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def _digits(builder: Builder, ends: tuple[int, int], low: int, high: int, places: int) -> None:
    """Add the decimal forms of ``low`` to ``high``, scaled by ten to the ``places``."""
    start, end = ends
    for length in range(max(places + 1, len(str(low))), max(places + 1, len(str(high))) + 1):
        shortest = 0 if length == places + 1 else 10 ** (length - 1)
        first, last = max(low, shortest), min(high, 10**length - 1)
        if first <= last:
            known = {("", ""): end}
            entry = _between(builder, f"{first:0{length}}", f"{last:0{length}}", places, known)
            builder.skip(start, entry)


def _between(
    builder: Builder, low: str, high: str, places: int, known: dict[tuple[str, str], int]
) -> int:
    """Return a state from which exactly the digits ``low`` to ``high`` lead to the end."""
    if (low, high) in known:
        return known[low, high]
    state = known[low, high] = builder.state()
    at = state
    if places and len(low) == places:
        at = builder.path(state, b".")
    zeros, nines = "0" * (len(low) - 1), "9" * (len(low) - 1)
    for digit in range(int(low[0]), int(high[0]) + 1):
        rest_low = low[1:] if str(digit) == low[0] else zeros
        rest_high = high[1:] if str(digit) == high[0] else nines
        builder.edge(at, ord(str(digit)), _between(builder, rest_low, rest_high, places, known))
    return state
