"""Sentences drawn from the templates of a language."""

from __future__ import annotations

import random
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Fill = Callable[[str, Any], str | None]
"""What is said for a slot list: its name and the list in, words out; None says nothing fits."""

MAX_DEPTH = 40


class NothingFitsError(Exception):
    """A template has a slot that nothing can be said for."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A sentence drawn from a template.

    Attributes:
        intent: the intent's name.
        text: the sentence.
        domains: the domains its name has to be of; empty for any, or where it names nothing.
    """

    intent: str
    text: str
    domains: frozenset[str] = frozenset()


def drawn(
    intents: Any, draw: random.Random, fill: Fill, only: Collection[str] = ()
) -> Iterator[Sample]:
    """Endless sentences of templates, drawn at random.

    Args:
        intents: ``hassil.Intents`` of a language.
        draw: chooses the intent, the template and each of its alternatives.
        fill: says something for each slot.
        only: the intents to draw from; all of them where there are none.
    """
    by_name: dict[str, list[tuple[Any, _Speaker, frozenset[str]]]] = {}
    chosen = ((name, each) for name, each in intents.intents.items() if not only or name in only)
    for name, intent in chosen:
        for data in intent.data:
            rules = {**intents.expansion_rules, **data.expansion_rules}
            speaker = _Speaker(rules, intents.slot_lists, draw, fill)
            required = (data.requires_context or {}).get("domain", ())
            domains = frozenset([required] if isinstance(required, str) else required)
            by_name.setdefault(name, []).extend((each, speaker, domains) for each in data.sentences)
    names = sorted(by_name)
    while True:
        name = draw.choice(names)
        sentence, speaker, domains = draw.choice(by_name[name])
        try:
            said = speaker.said(sentence.expression, 0)
        except NothingFitsError:
            continue
        yield Sample(name, " ".join(said.split()), domains)


@dataclass(frozen=True, slots=True)
class _Speaker:
    """Says one of the sentences of a template."""

    rules: Mapping[str, Any]
    lists: Mapping[str, Any]
    draw: random.Random
    fill: Fill

    def said(self, part: Any, depth: int) -> str:
        """The part in words."""
        from hassil.expression import (
            Alternative,
            ListReference,
            Permutation,
            RuleReference,
            Sequence,
            TextChunk,
        )

        if depth > MAX_DEPTH:
            raise NothingFitsError
        below = depth + 1
        match part:
            case TextChunk():
                return str(part.original_text)
            case Alternative():
                return self.said(self.draw.choice(part.items), below)
            case Permutation():
                items = self.draw.sample(part.items, len(part.items))
                return " ".join(self.said(each, below) for each in items)
            case Sequence():
                return "".join(self.said(each, below) for each in part.items)
            case RuleReference():
                return self.said(self.rules[part.rule_name].expression, below)
            case ListReference():
                return self._filled(part)
        raise TypeError(part)

    def _filled(self, part: Any) -> str:
        words = self.fill(part.list_name, self.lists.get(part.list_name))
        if words is None:
            raise NothingFitsError
        return f"{part.prefix or ''}{words}{part.suffix or ''}"
