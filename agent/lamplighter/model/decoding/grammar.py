"""Grammars that a completion must be a sentence of: small parts, combined.

A grammar knows nothing of what its texts mean. Every grammar describes finitely many finite
texts, so constrained decoding always comes to an end. The functions return parts;
``compile_grammar`` makes a ``Grammar`` of one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Protocol

from lamplighter.errors import ModelError
from lamplighter.model.decoding.automaton import Automaton, Builder

WORD = re.compile(r"\w+(?:['\u2019.,:/-]\w+)*")


class Part(Protocol):
    """Something that can add its texts to an automaton under construction."""

    def add(self, builder: Builder, start: int) -> int:
        """Add the paths of every text of this part from ``start``; return where they end."""
        ...


class Grammar:
    """A compiled grammar.

    Args:
        automaton: accepts exactly the grammar's texts, in UTF-8.
    """

    def __init__(self, automaton: Automaton) -> None:
        self.automaton = automaton

    def parses(self, text: str) -> bool:
        """Tell whether the whole of ``text`` is a sentence of the grammar."""
        return self.automaton.accepts(text.encode())


def compile_grammar(part: Part) -> Grammar:
    """Return the grammar of ``part``.

    Raises:
        ModelError: it has no text at all.
    """
    builder = Builder()
    start = builder.state()
    end = part.add(builder, start)
    grammar = Grammar(builder.finish(start, end))
    if not grammar.automaton.alive:
        raise ModelError("grammar", "no text fits it")
    return grammar


def literal(text: str) -> Part:
    """Exactly this text."""
    return _Literal(text)


def choice(*options: Part) -> Part:
    """Any one of the options."""
    if not options:
        raise ModelError("grammar", "a choice needs at least one option")
    return _Choice(options)


def sequence(*parts: Part) -> Part:
    """All parts, one after the other, with nothing between them."""
    return _Sequence(parts)


def optional(part: Part) -> Part:
    """The part, or nothing."""
    return _Repeat(part, 0, 1)


def repeat(part: Part, *, minimum: int = 0, maximum: int, separator: str = "") -> Part:
    """The part ``minimum`` to ``maximum`` times, with ``separator`` between two of them."""
    if not 0 <= minimum <= maximum:
        raise ModelError("grammar", f"can't repeat {minimum} to {maximum} times")
    if not separator or maximum <= 1:
        return _Repeat(part, minimum, maximum)
    more = _Repeat(_Sequence((_Literal(separator), part)), max(minimum, 1) - 1, maximum - 1)
    row = _Sequence((part, more))
    return row if minimum else _Repeat(row, 0, 1)


def names(texts: Iterable[str]) -> Part:
    """Any one of many texts, kept as a trie; good for thousands."""
    kept = tuple(sorted({text for text in texts if text}))
    if not kept:
        raise ModelError("grammar", "a list of names needs at least one")
    return _Names(kept)


def span(texts: Sequence[str], *, min_words: int = 1, max_words: int = 8) -> Part:
    """A run of whole words copied from one of ``texts``, with what stands between them.

    A word is a run of letters and digits, which may hold single ``' . , : / -`` inside
    (``21.5``, ``what's``). The punctuation around the run is not copied.

    Raises:
        ModelError: no text has ``min_words`` words, so that nothing could be copied.
    """
    if not 1 <= min_words <= max_words:
        raise ModelError("grammar", f"can't copy {min_words} to {max_words} words")
    if all(len(WORD.findall(text)) < min_words for text in texts):
        raise ModelError("grammar", f"no text has {min_words} words to copy")
    return _Span(tuple(dict.fromkeys(texts)), min_words, max_words)


def integer(low: int, high: int) -> Part:
    """A whole number from ``low`` to ``high``, both included, without leading zeros."""
    return number(low, high, decimals=0)


def number(low: float, high: float, *, decimals: int = 1) -> Part:
    """A decimal number in a range, both ends included, with at most so many decimals."""
    if low > high:
        raise ModelError("grammar", f"no number is between {low} and {high}")
    return _Number(Decimal(str(low)), Decimal(str(high)), decimals)


@dataclass(frozen=True, slots=True)
class _Literal:
    text: str

    def add(self, builder: Builder, start: int) -> int:
        return builder.path(start, self.text.encode())


@dataclass(frozen=True, slots=True)
class _Choice:
    options: tuple[Part, ...]

    def add(self, builder: Builder, start: int) -> int:
        end = builder.state()
        for option in self.options:
            builder.skip(option.add(builder, start), end)
        return end


@dataclass(frozen=True, slots=True)
class _Sequence:
    parts: tuple[Part, ...]

    def add(self, builder: Builder, start: int) -> int:
        for part in self.parts:
            # A fresh state keeps a part's way back from leaking into the one before it.
            begin = builder.state()
            builder.skip(start, begin)
            start = part.add(builder, begin)
        return start


@dataclass(frozen=True, slots=True)
class _Repeat:
    part: Part
    minimum: int
    maximum: int

    def add(self, builder: Builder, start: int) -> int:
        end = builder.state()
        at = start
        for count in range(self.maximum):
            if count >= self.minimum:
                builder.skip(at, end)
            begin = builder.state()
            builder.skip(at, begin)
            at = self.part.add(builder, begin)
        builder.skip(at, end)
        return end


@dataclass(frozen=True, slots=True)
class _Names:
    texts: tuple[str, ...]

    def add(self, builder: Builder, start: int) -> int:
        end = builder.state()
        trie: dict[bytes, int] = {b"": start}
        for text in self.texts:
            encoded = text.encode()
            for length in range(1, len(encoded) + 1):
                if encoded[:length] not in trie:
                    before = trie[encoded[: length - 1]]
                    trie[encoded[:length]] = builder.path(before, encoded[length - 1 : length])
            builder.skip(trie[encoded], end)
        return end


@dataclass(frozen=True, slots=True)
class _Span:
    texts: tuple[str, ...]
    min_words: int
    max_words: int

    def add(self, builder: Builder, start: int) -> int:
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
class _Number:
    low: Decimal
    high: Decimal
    decimals: int

    def add(self, builder: Builder, start: int) -> int:
        end = builder.state()
        for places in range(self.decimals + 1):
            low = int(self.low.scaleb(places).to_integral_value(ROUND_CEILING))
            high = int(self.high.scaleb(places).to_integral_value(ROUND_FLOOR))
            if low < 0:
                minus = builder.path(start, b"-")
                _digits(builder, (minus, end), max(1, -high), -low, places)
            if high >= 0:
                _digits(builder, (start, end), max(0, low), high, places)
        return end


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
