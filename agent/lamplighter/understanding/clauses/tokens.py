"""Words of a sentence as the reader compares them, and the stops between them."""

from __future__ import annotations

import re
from dataclasses import dataclass

_TOKEN = re.compile(
    r"(?P<number>(?<!\w)-?\d+(?:[.,]\d+)?(?=[cfk]?\b|%|°|$))|(?P<unit>%|°\s?[cf]\b|°)|"
    r"(?P<word>[^\W_]+(?:['\u2019][^\W_]+)*)|(?P<stop>[,;.!?&/:()+])|(?P<other>[^\s\w\-_'\"]+)"
)
_SPOKEN = {"&": "and", "+": "and"}


@dataclass(frozen=True, slots=True)
class Token:
    """One word.

    Attributes:
        word: folded, without apostrophes: "Anna's" is ``annas``, "don't" is ``dont``.
        stop: the punctuation before it, or "".
    """

    word: str
    stop: str = ""


def tokens_of(text: str) -> tuple[Token, ...]:
    """The words of a text; hyphens part words, and units part from their numbers."""
    found: list[Token] = []
    stop = ""
    for match in _TOKEN.finditer(text.casefold()):
        piece = match[0]
        if match["stop"] and piece not in _SPOKEN:
            stop = piece
            continue
        word = _SPOKEN.get(piece, piece).replace("'", "").replace("\u2019", "")
        found.append(Token("".join(word.split()), stop))
        stop = ""
    return tuple(found)


def words_in(text: str) -> tuple[str, ...]:
    """The words alone."""
    return tuple(token.word for token in tokens_of(text))
