"""Keeps free decoding from inventing figures: words with digits are those given, or none.

Only tokens that hold digits are looked at, and those that follow a half-written figure, so a token
costs some microseconds where a grammar of all that may be said would cost milliseconds.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_OPENING = "([{\"'\u201c\u2018"
_CLOSING = ".,;:!?)]}\"'\u201d\u2019"


class FigureTokens:
    """The tokens of a vocabulary that figures are made of.

    Args:
        vocabulary: the bytes of each token.
    """

    def __init__(self, vocabulary: Sequence[bytes]) -> None:
        texts = [raw.decode("utf-8", "replace") for raw in vocabulary]
        self.texts = texts
        self.with_digits = [number for number, text in enumerate(texts) if _has_digit(text)]
        self.by_text = {text: number for number, text in enumerate(texts) if text}
        first = [number for number, text in enumerate(texts) if text[:1].isalpha()]
        self.letters = np.array(first, np.int64)


class Figures:
    """What may come next of the words with digits that a text may hold.

    Args:
        tokens: of the model's vocabulary.
        words: the figures, as they have to be spelled: ``78.5``, ``14:05:09``, ``v1``.
        begun: the text before the first token.
    """

    def __init__(self, tokens: FigureTokens, words: Iterable[str], begun: str = "") -> None:
        self._tokens = tokens
        self._whole = frozenset(words)
        self._starts = frozenset(word[:end] for word in self._whole for end in range(len(word) + 1))
        self._word = _last_word(begun)

    def add(self, token: int) -> None:
        """The text went on with this token."""
        self._word = _last_word(self._word + self._tokens.texts[token])

    def restrict(self, scores: NDArray[np.float32]) -> None:
        """Set the scores of the tokens that may not come next to minus infinity."""
        if self._half_written():
            # A figure goes on with digits or with signs, such as the colon of a time.
            allowed = [token for token in self._following() if token < len(scores)]
            if not allowed:  # no token spells it: what was begun can't be ended as a figure
                return
            held = scores[allowed]
            scores[:] = -np.inf
            scores[allowed] = held
            return
        refused = [n for n in self._tokens.with_digits if n < len(scores) and not self._fits(n)]
        scores[refused] = -np.inf
        if _has_digit(self._word[-1:]):
            scores[self._tokens.letters[self._tokens.letters < len(scores)]] = -np.inf

    def _half_written(self) -> bool:
        begun = _has_digit(self._word) and self._word in self._starts
        return begun and self._word.rstrip(_CLOSING) not in self._whole

    def _following(self) -> list[int]:
        """The tokens that bring the word nearer to a whole figure."""
        rests = (start[len(self._word) :] for start in self._starts if start.startswith(self._word))
        known = self._tokens.by_text
        return [known[rest] for rest in rests if rest in known]

    def _fits(self, token: int) -> bool:
        return _last_word(self._word + self._tokens.texts[token]) in self._starts


def _last_word(text: str) -> str:
    """What stands behind the last white space, without what opens a bracket or quotation."""
    if not text or text[-1].isspace():
        return ""
    return text.rsplit(maxsplit=1)[-1].lstrip(_OPENING)


def _has_digit(text: str) -> bool:
    return any(letter.isdigit() for letter in text)
