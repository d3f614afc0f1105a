"""A clause as words with their places, to be read from any of them on."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, TypeVar

from lamplighter.understanding.spoken_numbers import numbers_in

T = TypeVar("T")

_TOKEN: Final = re.compile(
    r"[ap]\.\s?m\b\.?|\d+(?:[:.,]\d+)*|[^\W\d_]+(?:['\u2019][^\W\d_]+)*|[^\w\s-]|_|-(?=\d)",
    re.IGNORECASE,
)
_LONGEST_PHRASE: Final = 6


@dataclass(frozen=True, slots=True)
class Words:
    """A text's words.

    Attributes:
        text: the text.
        tokens: words, numbers and signs in small letters; hyphens between words are no tokens.
        spans: where each stands in the text.
        runs: for each place, the tokens from there on joined by spaces: one, two, three ...
    """

    text: str
    tokens: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]
    runs: tuple[tuple[str, ...], ...]

    @classmethod
    def of(cls, text: str) -> Words:
        """The words of a text."""
        found = list(_TOKEN.finditer(text))
        tokens = tuple(each[0].lower().replace("\u2019", "'") for each in found)
        return cls(text, tokens, tuple(each.span() for each in found), _runs(tokens))

    def __len__(self) -> int:
        """How many there are."""
        return len(self.tokens)

    def before(self, place: int) -> Words:
        """The words before a place alone."""
        return Words(self.text, self.tokens[:place], self.spans[:place], self.runs[:place])

    def at(self, place: int) -> str:
        """The word at a place; "" before the first and after the last."""
        return self.tokens[place] if 0 <= place < len(self.tokens) else ""

    def phrase(self, place: int, known: Mapping[str, T]) -> tuple[T, int] | None:
        """The longest known phrase that starts here, and the place after it."""
        if not 0 <= place < len(self):
            return None
        runs = self.runs[place]
        for size in range(min(len(runs), len(self) - place), 0, -1):
            if (said := runs[size - 1]) in known:
                return known[said], place + size
        return None

    def after(self, place: int, optional: frozenset[str]) -> int:
        """The place after any of the optional words that stand here."""
        while self.at(place) in optional:
            place += 1
        return place

    def joined(self, place: int) -> bool:
        """Whether nothing but a hyphen or a dash stands between this word and the next."""
        if place + 1 >= len(self):
            return False
        between = self.text[self.spans[place][1] : self.spans[place + 1][0]]
        return between.strip() in ("-", "\u2013") and bool(between.strip())

    def number(self, place: int) -> tuple[float, int] | None:
        """The number that starts here, in digits or in words, and the place after it."""
        for size in (2, 1):
            said = " ".join(self.tokens[place : place + size])
            value = _value(said.removesuffix("ish"))
            if place + size <= len(self) and value is not None:
                return value, place + size
        return None


def _runs(tokens: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    found = []
    for place in range(len(tokens)):
        run = [tokens[place]]
        for token in tokens[place + 1 : place + _LONGEST_PHRASE]:
            run.append(f"{run[-1]} {token}")
        found.append(tuple(run))
    return tuple(found)


@lru_cache(maxsize=512)
def _value(said: str) -> float | None:
    return numbers_in(said).get(said)
