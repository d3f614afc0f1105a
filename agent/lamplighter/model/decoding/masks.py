"""Which tokens a grammar allows next: its automaton read against a vocabulary."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lamplighter.errors import ModelError
from lamplighter.model.decoding.automaton import Automaton

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Vocabulary:
    """The bytes of every token, in order, so that all tokens with a common start are neighbours.

    Args:
        by_id: the bytes of each token by its id; b"" where it has none.
    """

    def __init__(self, by_id: Sequence[bytes]) -> None:
        self.by_id = by_id
        order = sorted((number for number, text in enumerate(by_id) if text), key=by_id.__getitem__)
        self.numbers = np.array(order, np.int64)
        self.texts = [by_id[number] for number in order]
        single = {text[0] for text in self.texts if len(text) == 1}
        self.unspellable = frozenset(range(256)) - single


@dataclass(frozen=True, slots=True)
class Allowed:
    """The tokens that may come next.

    Attributes:
        tokens: their ids.
        ends: the automaton's state after each.
    """

    tokens: NDArray[np.int64]
    ends: tuple[int, ...]


class TokenMasks:
    """The allowed tokens in each state of an automaton, worked out as states are reached.

    From every state that allowed tokens lead to, the text can be brought to an end with the
    vocabulary's tokens: ways over bytes that no token spells are left out.

    It works with an automaton of its own: the grammar's is asked by other threads meanwhile,
    whether an output parses.

    Args:
        automaton: the grammar's automaton.
        vocabulary: the model's.

    Raises:
        ModelError: no text of the grammar can be spelled with the vocabulary.
    """

    def __init__(self, automaton: Automaton, vocabulary: Vocabulary) -> None:
        self.automaton = automaton.without(vocabulary.unspellable)
        if not self.automaton.alive:
            raise ModelError("grammar", "the model's tokens can't spell any text of it")
        self.vocabulary = vocabulary
        self._known: dict[int, Allowed] = {}

    def allowed(self, state: int) -> Allowed:
        """Return the tokens allowed in a state."""
        known = self._known.get(state)
        if known is None:
            places: list[int] = []
            ends: list[int] = []
            self._walk(state, places, ends)
            known = Allowed(self.vocabulary.numbers[places], tuple(ends))
            self._known[state] = known
        return known

    def _walk(self, state: int, places: list[int], ends: list[int]) -> None:
        """Follow the automaton and the sorted vocabulary together, byte by byte."""
        texts = self.vocabulary.texts
        paths = [(state, 0, len(texts), 0)]
        while paths:
            at, low, high, depth = paths.pop()
            while low < high and len(texts[low]) == depth:
                places.append(low)
                ends.append(at)
                low += 1
            for byte, end in self.automaton.following(at).items():
                first = bisect_left(texts, byte, low, high, key=lambda text: text[depth])
                last = bisect_left(texts, byte + 1, first, high, key=lambda text: text[depth])
                if first < last:
                    paths.append((end, first, last, depth + 1))
