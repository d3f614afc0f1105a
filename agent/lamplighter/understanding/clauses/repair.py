"""Words with a slip of the finger, lost or added spaces: sentences that may have been meant.

The words of a home and of the language are indexed by their deletions (the "symmetric delete"
idea of Wolf Garbe's SymSpell), so that looking one up costs the same in a large home.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from lamplighter.understanding.clauses import lexicon
from lamplighter.understanding.clauses.tokens import Token
from lamplighter.understanding.clauses.vocabulary import Vocabulary
from lamplighter.understanding.spelling import COMMON
from lamplighter.understanding.values.numbers import NUMBER_WORDS
from lamplighter.understanding.values.reading import value_words
from lamplighter.understanding.values.words import MEASURES

MAX_REPAIRED = 2
"""With more unknown words than this the sentence is about something else."""
MAX_SLIPS = 2
"""More slips than this are other words."""
MAX_VARIANTS = 10
"""The most sentences that are tried."""
_LONG = 8
"""Words of this length may have two slips."""


@dataclass(frozen=True, slots=True)
class Repair:
    """A sentence that may have been meant.

    Attributes:
        tokens: its words.
        slips: how many slips it takes.
        plain: False where it is only asked about.
        words: how many words were put right.
    """

    tokens: tuple[Token, ...]
    slips: float
    plain: bool = True
    words: int = 1


@dataclass(frozen=True, slots=True)
class _Choice:
    words: tuple[tuple[str, ...], ...]
    slips: float

    @classmethod
    def of(cls, chosen: Sequence[tuple[float, tuple[str, ...]]]) -> _Choice:
        return cls(tuple(words for _, words in chosen), sum(slips for slips, _ in chosen))


class Repairs:
    """Puts words right in sentences for one home.

    Args:
        vocabulary: what can be said there.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.known = _known(vocabulary)
        self._said = vocabulary.said
        self._by_deletion: defaultdict[str, set[str]] = defaultdict(set)
        for word in self.known:
            for shorter in _deletions(word):
                self._by_deletion[shorter].add(word)

    def of(self, tokens: Sequence[Token]) -> Iterator[Repair]:
        """Sentences that may have been meant, fewest slips first."""
        yield from itertools.islice(self._joined(tokens), MAX_VARIANTS)
        strange = [index for index, token in enumerate(tokens) if self._strange(token.word)]
        if not strange:
            yield from _with_off(tokens)
            yield from itertools.islice(self._small(tokens), MAX_VARIANTS)
        if not 0 < len(strange) <= MAX_REPAIRED:
            return
        choices = [self._meant(tokens[index].word) for index in strange]
        chosen = [_Choice.of(each) for each in itertools.product(*(each[:8] for each in choices))]
        for choice in sorted(chosen, key=lambda each: each.slips)[:MAX_VARIANTS]:
            repaired = list(tokens)
            for index, words in zip(reversed(strange), reversed(choice.words), strict=True):
                repaired[index : index + 1] = _as_tokens(words, tokens[index].stop)
            if choice.slips <= MAX_SLIPS:
                said = [tokens[index].word for index in strange]
                plain = not any(map(_loses, said, choice.words))
                yield Repair(tuple(repaired), choice.slips, plain, words=len(strange))

    def _strange(self, word: str) -> bool:
        return word not in self.known and not word[:1].isdigit() and word not in COMMON

    def _small(self, tokens: Sequence[Token]) -> Iterator[Repair]:
        """With one common word taken for a small one: "turn all she lights off"."""
        for index, token in enumerate(tokens):
            if token.word in self.known or token.word not in COMMON:
                continue
            for word in sorted(self._near(token.word) & _SMALL):
                repaired = (*tokens[:index], Token(word, token.stop), *tokens[index + 1 :])
                yield Repair(repaired, 1, plain=word in lexicon.FILLERS)

    def _joined(self, tokens: Sequence[Token]) -> Iterator[Repair]:
        """With two words written as one that the home knows: "bed room"."""
        for index in range(len(tokens) - 1):
            first, second = tokens[index], tokens[index + 1]
            whole = first.word + second.word
            if not second.stop and whole in self.known and len(whole) > 4:
                joined = (*tokens[:index], Token(whole, first.stop), *tokens[index + 2 :])
                yield Repair(joined, 1)

    def _meant(self, word: str) -> list[tuple[float, tuple[str, ...]]]:
        """The known words that may have been meant, with the slips they take, nearest first."""
        near = sorted(self._near(word), key=lambda each: _unlikeliness(word, each))
        parted = [
            (1.0, (word[:cut], word[cut:]))
            for cut in range(2, len(word) - 1)
            if word[:cut] in self.known and word[cut:] in self.known
        ]
        return [*parted, *((self._slips(word, each), (each,)) for each in near)]

    def _slips(self, word: str, meant: str) -> float:
        """The slips; a little less for a word of this home's names, which is said more often."""
        return _slips(word, meant) - (0.05 if meant in self._said else 0.0)

    def _near(self, word: str) -> set[str]:
        if len(word) < 2:
            return set()
        found = {
            meant
            for shorter in _deletions(word)
            for meant in self._by_deletion.get(shorter, ())
            if _distance(word, meant) <= (2 if min(len(word), len(meant)) >= _LONG else 1)
        }
        # "raised" tells what was; it is no slip of "raise".
        found = {each for each in found if len(each) > 1}
        if len(word) < 3:
            found &= _SHORT
        return {
            each
            for each in found
            if word not in (f"{each}d", f"{each}ed", f"{each}ing")
            or (each in self._said and each not in _DOING)
        }


def _known(vocabulary: Vocabulary) -> frozenset[str]:
    phrases: Iterable[Iterable[str]] = (
        *vocabulary.places,
        *vocabulary.kinds,
        *vocabulary.options,
        *(phrase.split() for phrase in _PHRASES),
    )
    return (
        frozenset(word for phrase in phrases for word in phrase)
        | vocabulary.said
        | lexicon.FILLERS
        | lexicon.REFUSED
        | value_words()
        | NUMBER_WORDS
    )


_PHRASES = (
    *lexicon.VERBS,
    *lexicon.PARTICLES,
    *lexicon.QUANTIFIERS,
    *lexicon.EVERYTHING,
    *lexicon.EVERYWHERE,
    *lexicon.HERE,
    *lexicon.PRONOUNS,
    *lexicon.REST,
    *lexicon.EXCEPT,
    *lexicon.BREAKS,
    *MEASURES,
)


_DOING = frozenset(word for said in (*lexicon.VERBS, *lexicon.PARTICLES) for word in said.split())


_USUAL = frozenset(
    ["the", "a", "an", "my", "our", "of", "in", "at", "for", "to", "please", "and", "on", "off"]
)


def _loses(word: str, meant: Sequence[str]) -> bool:
    """True where a short word that may be a thing would become one that says nothing."""
    return len(word) < 5 and all(each in lexicon.FILLERS - _USUAL for each in meant)


def _unlikeliness(word: str, meant: str) -> tuple[int, bool, str]:
    """Fewest slips first, and of those swapped letters."""
    return _distance(word, meant), sorted(word) != sorted(meant), meant


_SHORT = lexicon.FILLERS | lexicon.PARTICLES.keys() | frozenset(["to", "at", "by", "and"])
"""Words that a word of two letters may be a slip of."""

_SMALL = frozenset(
    ["the", "to", "in", "at", "of", "my", "all", "on", "off", "set", "turn", "make", "and"]
)
"""Words that a common word may be a slip of."""


def _with_off(tokens: Sequence[Token]) -> Iterator[Repair]:
    """With "off" for "of" where a verb waits for it: "turn of the light", "turn it of"."""
    for index, token in enumerate(tokens):
        last = index + 1 == len(tokens) or bool(tokens[index + 1].stop)
        before = tokens[index - 1].word if index else ""
        if token.word == "of" and (last or before in ("turn", "switch", "put")):
            yield Repair((*tokens[:index], Token("off", token.stop), *tokens[index + 1 :]), 0.5)


def _slips(word: str, meant: str) -> float:
    """The distance; a little less where only letters are swapped, which fingers do most."""
    return _distance(word, meant) - (0.1 if sorted(word) == sorted(meant) else 0.0)


def _as_tokens(words: Sequence[str], stop: str) -> list[Token]:
    return [Token(word, stop if not index else "") for index, word in enumerate(words)]


def _deletions(word: str) -> set[str]:
    """The word, and what is left of it without one letter; without two where it is long."""
    once = {word[:index] + word[index + 1 :] for index in range(len(word))}
    if len(word) < _LONG:
        return {word, *once}
    return {word, *once, *(each[:i] + each[i + 1 :] for each in once for i in range(len(each)))}


def _distance(one: str, other: str) -> int:
    """Letters missing, added, changed or swapped with their neighbour between two words."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for index, letter in enumerate(one, start=1):
        earlier, before, row = before, row, [index]
        for place, wanted in enumerate(other, start=1):
            cost = min(
                before[place] + 1, row[place - 1] + 1, before[place - 1] + (letter != wanted)
            )
            swapped = index > 1 and place > 1 and letter == other[place - 2]
            if swapped and one[index - 2] == wanted:
                cost = min(cost, earlier[place - 2] + 1)
            row.append(cost)
    return row[-1]
