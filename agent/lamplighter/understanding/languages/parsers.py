"""The rules of the languages that are asked in: loaded when wanted, a few kept in memory."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable

from lamplighter.understanding.languages.sentence_parser import SentenceParser
from lamplighter.understanding.languages.tags import base_of, language_of
from lamplighter.understanding.rule_parser import RuleParser
from lamplighter.understanding.rules import Rules
from lamplighter.understanding.templates import Templates

LanguageParser = RuleParser | SentenceParser


class Parsers:
    """The parsers of the languages that were asked in last.

    A language takes up to 10 MiB and 0.2 s to load, which happens off the loop.

    Args:
        load: the templates of a language.
        home: the tag of the language that is never dropped.
        capacity: how many languages are kept, the home's among them; of the others the least
            recently used one is dropped.
    """

    def __init__(self, load: Callable[[str], Templates], home: str, capacity: int = 4) -> None:
        self.home = home
        self.capacity = capacity
        self.load = load
        self._parsers: OrderedDict[str, asyncio.Task[LanguageParser]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._parsers)

    def __contains__(self, language: object) -> bool:
        return language in self._parsers

    def stop(self) -> None:
        """Forgets every language."""
        for task in self._parsers.values():
            task.cancel()
        self._parsers.clear()

    async def of(self, tag: str) -> LanguageParser | None:
        """The parser of the language that fits the tag best, or None where there is none."""
        language = language_of(tag)
        if language is None:
            return None
        task = self._parsers.get(language)
        if task is None:
            task = self._parsers[language] = asyncio.create_task(self._loaded(language))
        self._parsers.move_to_end(language)
        self._drop()
        try:
            return await asyncio.shield(task)
        except Exception:
            # What could not be loaded is tried anew in the next ask.
            if self._parsers.get(language) is task:
                del self._parsers[language]
            raise

    async def _loaded(self, language: str) -> LanguageParser:
        rules = Rules(await asyncio.to_thread(self.load, language))
        return RuleParser(rules) if base_of(language) == "en" else SentenceParser(rules)

    def _drop(self) -> None:
        home = language_of(self.home)
        idle = [each for each in self._parsers if each != home]
        for language in idle[: max(0, len(self._parsers) - self.capacity)]:
            del self._parsers[language]  # whoever waits for it keeps the task
