"""Which language a sentence is in, told by its script and by the words of the templates.

Names tell nothing: "Wohnzimmer" may stand in an English sentence of a German home. A sentence is
taken for another language than the home's only where it clearly is in that one.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib import resources

from lamplighter.understanding.languages.tags import base_of
from lamplighter.understanding.languages.tokens import has_kana, script_of, tokens_of

_SMOOTHING = 0.02
_CLEARLY = math.log(20.0)
"""How much likelier than in the home's language a sentence has to be."""
_RATHER = math.log(1.5)
"""How much likelier than in any third language."""
_KNOWN = 0.5
"""The share of the words that the language has to know."""
_WORDS = 2
"""The fewest words it has to know; one that is all there is beside names has to be long."""
_LONG = 4


@dataclass(frozen=True, slots=True)
class Guess:
    """What a sentence looks like.

    Attributes:
        language: the likeliest language.
        known: the words of the sentence that this language's templates have, names left out.
        share: which share of its words these are; 1 where no other language has the script.
        above: by how much, as a logarithm, it is likelier than another language, by language;
            those of another script are left out.
    """

    language: str
    known: tuple[str, ...]
    share: float
    above: Mapping[str, float]


@dataclass(frozen=True)
class Words:
    """How often each word stands in sentences of each language.

    Attributes:
        shares: occurrences in 1,000 sentences, by word and by language.
        scripts: the script of each language.
    """

    shares: Mapping[str, Mapping[str, int]]
    scripts: Mapping[str, str]

    @cached_property
    def _totals(self) -> Mapping[str, int]:
        totals = dict.fromkeys(self.scripts, 0)
        for by_language in self.shares.values():
            for language, share in by_language.items():
                totals[language] += share
        return totals

    def guess(self, text: str, names: Collection[str] = ()) -> Guess | None:
        """The language that a sentence is likeliest in; None where nothing tells of one.

        Args:
            text: the sentence.
            names: folded words that name things, and so tell nothing of the language.
        """
        said = [token for token in tokens_of(text) if token not in names]
        script = script_of(" ".join(said))
        possible = [
            each
            for each, known in self.scripts.items()
            if known == script and (script != "HAN" or has_kana(text) == (each == "ja"))
        ]
        known = [token for token in said if token in self.shares]
        if not possible or (not known and len(possible) > 1):
            return None
        scores = {language: self._score(known, language) for language in possible}
        best = max(possible, key=lambda language: scores[language])
        spoken = tuple(token for token in known if best in self.shares[token])
        above = {each: scores[best] - score for each, score in scores.items() if each != best}
        alone = len({base_of(each) for each in possible}) == 1
        return Guess(best, spoken, 1.0 if alone else len(spoken) / len(said), above)

    def _score(self, tokens: Collection[str], language: str) -> float:
        total = self._totals[language] + _SMOOTHING * len(self.shares)
        return sum(
            math.log((self.shares[token].get(language, 0) + _SMOOTHING) / total) for token in tokens
        )


def other_language(text: str, home: str, words: Words, names: Collection[str] = ()) -> str | None:
    """The language that a sentence clearly is in, where that is not the home's; else None.

    Args:
        text: the sentence.
        home: the home's language, as ``language_of`` gives it.
        words: the index of words.
        names: folded words of the catalogue's names.
    """
    guess = words.guess(text, names)
    if guess is None or guess.language == home or not _tells(guess):
        return None
    family = base_of(guess.language)
    others = [above for each, above in guess.above.items() if base_of(each) != family]
    if any(above < _RATHER for above in others) or guess.above.get(home, math.inf) < _CLEARLY:
        return None
    return guess.language


def _tells(guess: Guess) -> bool:
    if not guess.above or guess.share < _KNOWN:
        return guess.share >= _KNOWN
    words = [word for word in guess.known if len(word) > 1 or script_of(word) != "LATIN"]
    if len(words) >= _WORDS:
        return True
    return guess.share == 1.0 and any(len(word) >= _LONG for word in words)


def load_words() -> Words:
    """The index that comes with the package (``tools/language_words.py`` makes it).

    Takes some 10 ms: call it off the loop.
    """
    file = resources.files(__package__) / "words.txt"
    shares: dict[str, dict[str, int]] = {}
    scripts: dict[str, str] = {}
    for line in file.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        language, script, *counted = line.split(" ")
        scripts[language] = script
        for share, word in zip(counted[::2], counted[1::2], strict=True):
            shares.setdefault(word, {})[language] = int(share)
    return Words(shares, scripts)
