"""Words with one slip of the finger, put right where only one reading of the sentence makes sense.

Edits of distance one after Damerau (1964): a letter missing, added, changed, or two swapped.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet

MAX_UNKNOWN = 2
"""With more unknown words than this the sentence is about something else."""

MAX_VARIANTS = 12
"""The most readings that are tried for one sentence."""

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")


def corrections(text: str, known: AbstractSet[str]) -> Iterator[str]:
    """The sentence with each unknown word replaced by a known one at distance one.

    Yields nothing where every word is known, or where some word has no such neighbour.
    """
    unknown = [match for match in _WORD.finditer(text) if match[0].casefold() not in known]
    if not 0 < len(unknown) <= MAX_UNKNOWN:
        return
    choices = [sorted(neighbours(match[0].casefold()) & known) for match in unknown]
    for chosen in itertools.islice(itertools.product(*choices), MAX_VARIANTS):
        pieces, end = [], 0
        for match, word in zip(unknown, chosen, strict=True):
            pieces += [text[end : match.start()], word]
            end = match.end()
        yield "".join([*pieces, text[end:]])


def neighbours(word: str) -> set[str]:
    """Every text at distance one from the word."""
    splits = [(word[:index], word[index:]) for index in range(len(word) + 1)]
    missing = {left + letter + right for left, right in splits for letter in _LETTERS}
    added = {left + right[1:] for left, right in splits if right}
    changed = {left + letter + right[1:] for left, right in splits if right for letter in _LETTERS}
    swapped = {left + right[1] + right[0] + right[2:] for left, right in splits if len(right) > 1}
    return (missing | added | changed | swapped) - {word, ""}
