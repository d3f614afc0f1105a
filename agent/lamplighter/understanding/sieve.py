"""Which templates a sentence can match at all, told by its words before any is matched.

Matching takes nearly all the time that a sentence takes, and nearly every template fails. A sieve
only leaves out what can't match: a template without one of its words or lists, or one that has no
place for a word of the sentence. What it lets through is matched as ever.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

_RUN = re.compile(r"[^\W_]+")
_ANY_NUMBER = "0"
_NUMBERS = (*range(-2, 131), *(tenth / 10 for tenth in range(1, 10)), 200, 1000, 1100, 2000, 10000)
"""Their words are those of every number in the lists."""

MAX_RUN = 32
"""With a word of more letters nothing is left out: it has too many parts."""


@dataclass(frozen=True, slots=True)
class _Template:
    """What one template is made of.

    Attributes:
        pieces: runs of letters that it may match.
        lists: the slot lists that it may match.
        needs: those of them that it can't do without.
        wild: True where it may match any word.
    """

    pieces: frozenset[str]
    lists: frozenset[str]
    needs: frozenset[str]
    wild: bool


class Sieve:
    """Leaves out the templates that a sentence can't match.

    Sets of templates are whole numbers, a bit for each: a sentence takes some 0.1 ms.

    Args:
        intents: ``hassil.Intents``, compiled.
        fixed: slot lists that never change, by name.
    """

    def __init__(self, intents: Any, fixed: Mapping[str, Any]) -> None:
        self._intents = intents
        self._entries: list[tuple[str, Any]] = []
        self._pieces: defaultdict[str, int] = defaultdict(int)
        self._of_lists: defaultdict[str, int] = defaultdict(int)
        self._needing: defaultdict[str, int] = defaultdict(int)
        self._clauses: defaultdict[frozenset[str], int] = defaultdict(int)
        self._wild = 0
        self._vocabulary: dict[str, frozenset[str]] = {}
        self._naming: dict[str, int] = {}
        self._odd: frozenset[str] = frozenset()
        self._every = 0
        self._fixed = {**intents.slot_lists, **fixed}
        self._fill()

    def narrowed(self, text: str, lists: Mapping[str, Any]) -> Any:
        """The intents with the templates that the text may match, in their order.

        Args:
            text: the sentence.
            lists: slot lists of this sentence.
        """
        from hassil.util import normalize_for_matching

        left = self._possible(normalize_for_matching(text).text.casefold(), lists)
        found: dict[str, list[Any]] = {}
        while left:
            lowest = left & -left
            name, data = self._entries[lowest.bit_length() - 1]
            found.setdefault(name, []).append(data)
            left ^= lowest
        intents = self._intents.intents
        kept = {name: replace(intents[name], data=data) for name, data in found.items()}
        return replace(self._intents, intents=kept)

    def _possible(self, folded: str, lists: Mapping[str, Any]) -> int:
        left = self._every
        runs = _RUN.findall(folded)
        if any(len(run) > MAX_RUN for run in runs):
            return left
        inside = {part for run in runs for part in _parts(run)}
        present = {each for each in self._odd if each in folded} | inside
        for fragments, mask in self._clauses.items():
            if fragments.isdisjoint(present):
                left &= ~mask
        words = {**self._vocabulary, **self._said(lists)}
        for name, mask in self._needing.items():
            if name in words and words[name].isdisjoint(inside):
                left &= ~mask
        return self._covering(folded, left & self._of_domains(lists), inside, words)

    def _covering(
        self, folded: str, left: int, inside: set[str], words: Mapping[str, frozenset[str]]
    ) -> int:
        """Those of the templates that have a place for every word."""
        holding = defaultdict(
            int, {part: self._pieces[part] for part in inside if part in self._pieces}
        )
        anything = self._wild
        for name, mask in self._of_lists.items():
            if name not in words:
                anything |= mask
                continue
            for part in words[name] & inside:
                holding[part] |= mask
        for run in _RUN.findall(_unskipped(folded, self._intents.skip_words)):
            if left & ~anything:
                left &= anything | self._holding(run, holding)
        return left

    def _said(self, lists: Mapping[str, Any]) -> dict[str, frozenset[str]]:
        """The words of the lists of this sentence."""
        fresh = {name: each for name, each in lists.items() if self._fixed.get(name) is not each}
        said = {name: self._listed(each) for name, each in fresh.items()}
        return {name: words for name, words in said.items() if words is not None}

    def _of_domains(self, lists: Mapping[str, Any]) -> int:
        """The templates that take a name of one of the domains that were named, or need none."""
        names = lists.get("name")
        needing = self._needing.get("name", 0)
        if names is None or not needing:
            return self._every
        taken = 0
        for domain in {str((value.context or {}).get("domain", "")) for value in names.values}:
            if domain not in self._naming:
                self._naming[domain] = self._taking(domain)
            taken |= self._naming[domain]
        return (self._every & ~needing) | taken

    def _taking(self, domain: str) -> int:
        from hassil.util import check_excluded_context, check_required_context

        context, found = {"domain": domain}, 0
        for number, (_, data) in enumerate(self._entries):
            wanted, unwanted = data.requires_context, data.excludes_context
            if wanted and not check_required_context(wanted, context, allow_missing_keys=True):
                continue
            if unwanted and not check_excluded_context(unwanted, context):
                continue
            found |= 1 << number
        return found

    def _holding(self, run: str, holding: Mapping[str, int]) -> int:
        """The templates that have the run of letters, put together of their pieces."""
        reached = [self._every, *(0 for _ in run)]
        for start in range(len(run)):
            if not reached[start]:
                continue
            for end in range(start + 1, len(run) + 1):
                reached[end] |= reached[start] & holding.get(_kept(run[start:end]), 0)
        return reached[-1]

    def _fill(self) -> None:
        for intent in self._intents.intents.values():
            for data in intent.data:
                # A copy puts them in hassil's order, and is forgotten.
                for sentence in replace(data).sentences:
                    self._take(intent.name, data, sentence)
        self._every = (1 << len(self._entries)) - 1
        fragments = frozenset[str]().union(*self._clauses)
        self._odd = frozenset(each for each in fragments if not (each.isalpha() and each.isascii()))
        for name, each in self._fixed.items():
            words = self._listed(each)
            if words is not None:
                self._vocabulary[name] = words

    def _take(self, name: str, data: Any, sentence: Any) -> None:
        bit = 1 << len(self._entries)
        alone = replace(data, sentence_texts=[sentence.text])
        self._entries.append((name, alone))
        rules = {**self._intents.expansion_rules, **data.expansion_rules}
        for clause in alone.sentences[0].get_required_clauses(rules):
            self._clauses[clause] |= bit
        template = _template(alone.sentences[0].expression, rules)
        for piece in template.pieces:
            self._pieces[piece] |= bit
        for each in template.lists:
            self._of_lists[each] |= bit
        local = data.slot_lists.keys()
        for each in template.needs - local:
            self._needing[each] |= bit
        if template.wild or template.lists & local:
            self._wild |= bit

    def _listed(self, found: Any) -> frozenset[str] | None:
        """The runs of letters that a slot list may match; None where it may match anything."""
        from hassil.intents import RangeSlotList, TextSlotList

        if isinstance(found, RangeSlotList):
            return _number_words(self._intents.language)
        if isinstance(found, TextSlotList):
            return _words(found)
        return None


def _unskipped(folded: str, skipped: Iterable[str]) -> str:
    """The text without words that are skipped, which no template needs a place for."""
    for words in sorted(skipped, key=len, reverse=True):
        if words.casefold() in folded:
            folded = re.sub(rf"(?<!\w){re.escape(words.casefold())}(?!\w)", " ", folded)
    return folded


def _parts(run: str) -> Iterator[str]:
    """Every run of letters inside a run."""
    for start in range(len(run)):
        for end in range(start + 1, len(run) + 1):
            yield _kept(run[start:end])


def _kept(part: str) -> str:
    """The part; where it is a number in digits, any number."""
    return _ANY_NUMBER if part.isdecimal() else part


def _words(found: Any) -> frozenset[str] | None:
    """The runs of letters of a list's values; None where one of them may match anything."""
    said: set[str] = set()
    for value in found.values:
        template = _template(value.text_in, {})
        if template.wild or template.lists:
            return None
        said |= template.pieces
    return frozenset(said)


def _runs(text: str) -> set[str]:
    return {_kept(run) for run in _RUN.findall(text.casefold())}


def _template(expression: Any, rules: Mapping[str, Any]) -> _Template:
    from hassil.expression import (
        Alternative,
        Group,
        ListReference,
        RuleReference,
        TextChunk,
    )

    if isinstance(expression, TextChunk):
        return _Template(frozenset(_runs(expression.text)), frozenset(), frozenset(), wild=False)
    if isinstance(expression, ListReference):
        fixes = _runs(expression.prefix or "") | _runs(expression.suffix or "")
        name = frozenset({expression.list_name})
        return _Template(frozenset(fixes), name, name, wild=False)
    if isinstance(expression, RuleReference) and expression.rule_name in rules:
        return _template(rules[expression.rule_name].expression, rules)
    if not isinstance(expression, Group):
        return _Template(frozenset(), frozenset(), frozenset(), wild=True)
    inside = [_template(item, rules) for item in expression.items]
    needs = [each.needs for each in inside]
    if isinstance(expression, Alternative):
        sure = bool(needs) and not expression.is_optional
        needed = frozenset.intersection(*needs) if sure else frozenset()
    else:
        needed = frozenset().union(*needs)
    return _Template(
        frozenset().union(*(each.pieces for each in inside)),
        frozenset().union(*(each.lists for each in inside)),
        needed,
        any(each.wild for each in inside),
    )


@lru_cache(maxsize=4)
def _number_words(language: str) -> frozenset[str] | None:
    """The words of numbers; None for languages whose long numbers are words of their own."""
    from hassil.numbers import get_rbnf_engine

    if not language.startswith("en"):
        return None
    engine = get_rbnf_engine(language)
    said = {_ANY_NUMBER}
    for number in _NUMBERS:
        for text in engine.format_number(number).text_by_ruleset.values():
            said |= _runs(text)
    return frozenset(said)
