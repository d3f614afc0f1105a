"""From one clause without times to its intents: templates, then our own readers, then the model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import structlog

from lamplighter.errors import ModelError
from lamplighter.understanding import doubts, reasons
from lamplighter.understanding.caution import hindrance
from lamplighter.understanding.intents import Intent, Parse
from lamplighter.understanding.normalise import plain, tidy
from lamplighter.understanding.outline import mixes, segments
from lamplighter.understanding.rule_parser import Situation, places_of

_log = structlog.get_logger("understanding")

CERTAIN = 0.95
"""The confidence of a reader that explains every word."""

MAX_SEGMENTS = 4
"""More questions and commands than these in one sentence are prose."""


class Reader(Protocol):
    """Reads clauses by itself, at once."""

    def read(self, text: str, situation: Situation) -> Parse | None:
        """The intents of the clause, or None where it is not understood wholly."""
        ...


class Rules(Protocol):
    """Knows whole sentences of one language by templates."""

    def parse(self, text: str, situation: Situation) -> Parse | None:
        """The intents of the sentence, or None."""
        ...


class Parser(Protocol):
    """Reads what nothing else does: the model."""

    async def parse(self, text: str, situation: Situation) -> Parse | None:
        """The intents of the sentence, or None."""
        ...


class Reading:
    """Reads the clauses of one sentence.

    Args:
        rules: the templates of the language; None does without.
        readers: asked in order where the templates don't know a clause.
        model: asked last, or None.
        first: asked before the templates, and taken where it is certain; None: there is none.
    """

    def __init__(
        self,
        rules: Rules | None,
        readers: Sequence[Reader],
        model: Parser | None,
        first: Reader | None = None,
    ) -> None:
        self.first = first
        self.rules = rules
        self.readers = readers
        self.model = model
        # The templates are the slowest of all: no clause is put to them twice for one sentence.
        self._ruled: dict[str, Parse | None] = {}

    def read(self, text: str, situation: Situation) -> Parse | None:
        """The intents of a sentence, all of it; None where a part is not understood.

        The model is not asked.

        The surest reading wins: one that may be acted on, before one that has to be asked about.
        """
        found = self.at_once(text, situation)
        if found is not None and found.sure:
            return found
        parts = segments(text)
        if 1 < len(parts) <= MAX_SEGMENTS:
            joined = self._joined(parts, situation)
            if joined is not None and (found is None or joined.sure):
                return joined
        return found

    def by_rules(self, text: str, situation: Situation) -> Parse | None:
        """What the templates make of a clause."""
        if text not in self._ruled and mixes(text):
            self._ruled[text] = None
        if text not in self._ruled:
            self._ruled[text] = self._certain(text, situation) or self._templated(text, situation)
        return self._ruled[text]

    def _certain(self, text: str, situation: Situation) -> Parse | None:
        """What a reader is certain of that explains every word: no template knows it better.

        "The fan" and "all the fans" are left to them, as they know how Home Assistant takes those;
        so is what tells how something is or is to stay, and a request with its reason.
        """
        if self.first is None or not situation.language.startswith("en"):
            return None
        whole = self.first.read(text, situation)
        if whole is None or not _is_certain(whole, situation) or any(map(_is_one, whole.intents)):
            return None
        bare = plain(tidy(text), situation.language)
        told = doubts.tells_how_it_is(bare) or doubts.kept(bare)
        return None if told or reasons.request_of(bare, places_of(situation)) else whole

    def _templated(self, text: str, situation: Situation) -> Parse | None:
        found = self.rules.parse(text, situation) if self.rules else None
        return found and self._as_a_whole(text, found, situation)

    def _as_a_whole(self, text: str, found: Parse, situation: Situation) -> Parse:
        """Several clauses as a reader has them that explains every word of the sentence.

        Templates only know one at a time, and guess what the others share with it.
        """
        if len(found.intents) == 1:
            return found
        for reader in self.readers:
            whole = reader.read(text, situation)
            if whole is not None and _is_certain(whole, situation):
                return whole
        return found

    def at_once(self, text: str, situation: Situation) -> Parse | None:
        """What templates and readers make of a clause; the model is not asked."""
        unsure: Parse | None = None
        if mixes(text):
            return None  # words of a question must not become values of a command
        for read in (self.by_rules, *(each.read for each in self.readers)):
            parse = read(text, situation)
            if parse is not None and parse.sure and _grounded(parse, situation):
                return parse
            unsure = unsure or parse
        return unsure

    def _joined(self, parts: Sequence[str], situation: Situation) -> Parse | None:
        """Questions and commands of one sentence, each read by itself."""
        parses: list[Parse] = []
        for part in parts:
            parse = self.at_once(part, situation)
            if parse is None:
                return None
            parses.append(parse)
        return Parse(
            tuple(intent for parse in parses for intent in parse.intents),
            confidence=min(parse.confidence for parse in parses),
            explain="; ".join(parse.explain for parse in parses if parse.explain),
            sure=all(parse.sure for parse in parses),
            contextual=any(parse.contextual for parse in parses),
        )

    async def by_model(self, text: str, situation: Situation) -> Parse | None:
        """What the model makes of a clause; None where it is not asked, or fails."""
        if self.model is None or hindrance(text) or not situation.language.startswith("en"):
            return None
        try:
            return await self.model.parse(text, situation)
        except ModelError as error:
            _log.warning("model_failed", error=str(error))
            return None  # the rules go on without it


def _is_certain(parse: Parse, situation: Situation) -> bool:
    return parse.sure and parse.confidence >= CERTAIN and _grounded(parse, situation)


def _is_one(intent: Intent) -> bool:
    """True for one of a kind, where nobody said which; and for fans, where nobody said where."""
    if intent.slots.get("domain") == "fan":
        return "area" not in intent.slots and "floor" not in intent.slots
    return "kind" in intent.slots and not intent.many


def _grounded(parse: Parse, situation: Situation) -> bool:
    return all(map(situation.grounds, parse.intents))
