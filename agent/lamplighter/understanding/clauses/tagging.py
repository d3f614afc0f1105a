"""Cutting a sentence into chunks: the cut that leaves least unexplained, in the fewest chunks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from lamplighter.understanding.clauses import lexicon
from lamplighter.understanding.clauses.chunks import Chunk, Tag
from lamplighter.understanding.clauses.tokens import Token
from lamplighter.understanding.clauses.vocabulary import Phrase, Place, Vocabulary, stems_of
from lamplighter.understanding.values.reading import values_at
from lamplighter.understanding.values.value import Value
from lamplighter.understanding.values.words import BRIGHTNESSES, MEASURES

_FOR_EACH_CHUNK = -0.4
_UNKNOWN = -3.0
_BY_NAME, _BY_NAME_BONUS = 3.0, 0.6
_WEIGHTS: Mapping[Tag, float] = {
    "name": 2.3,
    "part": 2.2,
    "place": 2.6,
    "kind": 2.5,
    "verb": 2.4,
    "particle": 2.2,
    "value": 2.45,
    "measure": 2.35,
    "quantifier": 1.6,
    "everything": 2.1,
    "everywhere": 1.9,
    "pronoun": 1.7,
    "rest": 2.2,
    "except": 2.3,
    "manner": 1.4,
    "break": 1.7,
    "filler": 1.0,
    "refused": 1.0,
}
_MANNERS: Mapping[str, str] = {"to": "to", "at": "to", "by": "by", "towards": "to", "until": "to"}
_BACK_TO, _BACK_TO_WEIGHT = frozenset({"back to", "back down to", "back up to"}), 4.0
"""Before a value: "back to 20 %"; "back to the dock" is more by its own words."""
_LONGEST = 6
_LEADING = 0.4
_FOREIGN = 3.0
_DEVICES = frozenset(
    ["light", "heat", "fan", "blind", "alarm", "shade", "plug", "shutter", "switch", "lock"]
)
_AFTER_A_NOUN = frozenset(
    ["on", "off", "out", "in", "at", "to", "of", "by", "up", "down", "for", "is", "from", "and"]
)


@dataclass(frozen=True, slots=True)
class Tagger:
    """Cuts sentences of one home.

    Attributes:
        vocabulary: what can be said there.
    """

    vocabulary: Vocabulary

    def chunks(self, tokens: Sequence[Token]) -> tuple[Chunk, ...]:
        """The best cut."""
        words = tuple(token.word for token in tokens)
        starts = _starts_of_clauses(tokens)
        best: list[tuple[float, tuple[Chunk, ...]]] = [(0.0, ())]
        reached: list[list[Chunk]] = [[] for _ in range(len(words) + 1)]
        for start in range(len(words)):
            for chunk in self._at(words, start, begins=starts[start]):
                if not any(tokens[index].stop for index in range(start + 1, chunk.end)):
                    leads = starts[start] and chunk.tag == "verb"
                    reached[chunk.end].append(_leading(words, chunk) if leads else chunk)
        for end in range(1, len(words) + 1):
            options = [
                (best[chunk.start][0] + chunk.weight + _FOR_EACH_CHUNK, chunk)
                for chunk in reached[end]
            ]
            weight, chunk = max(options, key=lambda option: option[0])
            best.append((weight, (*best[chunk.start][1], chunk)))
        return best[-1][1]

    def _at(self, words: Phrase, start: int, *, begins: bool) -> Iterator[Chunk]:
        yield Chunk("unknown", start, start + 1, words[start : start + 1], _UNKNOWN)
        longest = max(self.vocabulary.longest, _LONGEST)
        for end in range(start + 1, min(start + longest, len(words)) + 1):
            phrase = words[start:end]
            yield from _of_language(phrase, start, end, begins=begins)
            yield from self._of_home(phrase, start, end)
        for value, end in values_at(words, start):
            yield _chunk("value", words, start, end, value=value)
        yield from self._parts(words, start)

    def _of_home(self, phrase: Phrase, start: int, end: int) -> Iterator[Chunk]:
        known = self.vocabulary
        stems = stems_of(phrase)
        if (name := known.names.get(stems)) is not None:
            exact = name.replace("'", "").replace("-", " ").split() == list(phrase)
            weight = (
                _BY_NAME * len(phrase) + _BY_NAME_BONUS if exact else _WEIGHTS["name"] * len(phrase)
            )
            yield Chunk("name", start, end, phrase, weight, text=name)
        if (place := known.places.get(phrase)) or (place := known.places.get(stems)):
            yield _chunk("place", phrase, 0, len(phrase), at=start, place=place)
        if kind := known.kinds.get(phrase):
            yield _chunk("kind", phrase, 0, len(phrase), at=start, kind=kind)
        if option := known.options.get(phrase):
            value = Value("word", text=option)
            yield _chunk("value", phrase, 0, len(phrase), at=start, value=value, text=option)

    def _parts(self, words: Phrase, start: int) -> Iterator[Chunk]:
        for end in range(start + 1, min(start + _LONGEST, len(words)) + 1):
            phrase = words[start:end]
            edged = phrase[0] in _NO_EDGE or phrase[-1] in _NO_EDGE
            if edged and phrase not in self.vocabulary.joined:
                continue
            if not self.vocabulary.named_by_part(phrase):
                continue
            yield _chunk("part", phrase, 0, len(phrase), at=start, text=" ".join(phrase))


def _chunk(
    tag: Tag, words: Phrase, start: int, end: int, *, at: int | None = None, **facts: Any
) -> Chunk:
    """A chunk of the usual weight; ``at`` is where the words start in the sentence."""
    first = start if at is None else at
    weight = _WEIGHTS[tag] * (end - start)
    return Chunk(tag, first, first + end - start, words[start:end], weight, **facts)


def _of_language(phrase: Phrase, start: int, end: int, *, begins: bool) -> Iterator[Chunk]:
    said, size = " ".join(phrase), end - start

    def chunk(tag: Tag, **facts: Any) -> Chunk:
        return _chunk(tag, phrase, 0, size, at=start, **facts)

    actions = lexicon.VERBS.get(said) or (_of_gerund(phrase) if begins else None)
    if actions and (begins or _is_a_verb(phrase)):
        yield chunk("verb", actions=actions)
    if action := lexicon.PARTICLES.get(said):
        yield chunk("particle", actions=(action,))
    if said in MEASURES:
        yield chunk("measure", text=MEASURES[said])
    if said in BRIGHTNESSES and not (begins and said == "dim"):
        value = Value("word", BRIGHTNESSES[said], text=said)
        yield chunk("value", value=value)
    if said in _MANNERS:
        yield chunk("manner", text=_MANNERS[said])
    if said in _BACK_TO:
        yield Chunk("manner", start, end, phrase, _BACK_TO_WEIGHT, text="to")
    if begins and said in lexicon.FOREIGN:
        yield Chunk("refused", start, end, phrase, _FOREIGN * size)
    yield from _about(said, chunk)


def _of_gerund(phrase: Phrase) -> tuple[lexicon.Action, ...] | None:
    """The actions of "pausing" in "would you mind pausing the vacuum"."""
    first, *rest = phrase
    if len(first) <= 5 or not first.endswith("ing") or first in _NOT_DOING:
        return None
    bare = first.removesuffix("ing")
    for verb in (bare, f"{bare}e", bare[:-1]):
        if actions := lexicon.VERBS.get(" ".join([verb, *rest])):
            return actions
    return None


def _is_a_verb(phrase: Phrase) -> bool:
    """True for verbs that stay verbs inside a clause: "heating" in "the heating up" is none."""
    participle = len(phrase[0]) > 5 and phrase[0].endswith("ing")
    return phrase[0] not in lexicon.NOUNS and not participle


def _about(said: str, chunk: Callable[..., Chunk]) -> Iterator[Chunk]:
    if said in lexicon.PRONOUNS:
        yield chunk("pronoun", text="many" * lexicon.PRONOUNS[said])
    if said in lexicon.HERE:
        yield chunk("place", place=Place())
    for tag, phrases in _PHRASES.items():
        if said in phrases:
            yield chunk(tag, text=lexicon.QUANTIFIERS.get(said, ""))


_NOT_DOING = frozenset({"heating", "lighting", "cooling"})
"""Words in "-ing" that are things."""

_NO_EDGE = lexicon.FILLERS | lexicon.BREAKS | _MANNERS.keys() | {"on", "off", "out", "up", "down"}
"""Words that no part of a name begins or ends with."""

_PHRASES: Mapping[Tag, frozenset[str]] = {
    "quantifier": frozenset(lexicon.QUANTIFIERS),
    "everything": lexicon.EVERYTHING,
    "everywhere": lexicon.EVERYWHERE,
    "rest": lexicon.REST,
    "except": lexicon.EXCEPT,
    "break": lexicon.BREAKS,
    "filler": lexicon.FILLERS,
    "refused": lexicon.REFUSED,
}


def _leading(words: Phrase, chunk: Chunk) -> Chunk:
    """A verb where a clause begins counts more: "light the hall", but not in "light off"."""
    followed = words[chunk.end : chunk.end + 1]
    if chunk.words[-1] in _DEVICES and (not followed or followed[0] in _AFTER_A_NOUN):
        return chunk
    return replace(chunk, weight=chunk.weight + _LEADING)


def _starts_of_clauses(tokens: Sequence[Token]) -> list[bool]:
    """For each word, whether a clause may begin there: nothing but small words before it."""
    found: list[bool] = []
    fresh = True
    for token in tokens:
        fresh = fresh or bool(token.stop) or token.word in lexicon.BREAKS
        found.append(fresh)
        fresh = fresh and (token.word in lexicon.FILLERS or token.word in lexicon.BREAKS)
    return found
