"""Telling which language a sentence is in, with the index loaded when it is first wanted."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection

from lamplighter.understanding.languages.detection import Words, load_words, other_language
from lamplighter.understanding.languages.tags import language_of


class LanguageTeller:
    """Tells other languages than the home's; loads its index once, off the loop.

    Args:
        load: the index of words.
    """

    def __init__(self, load: Callable[[], Words] = load_words) -> None:
        self._load = load
        self._words: Words | None = None

    async def other(self, text: str, home: str, names: Collection[str] = ()) -> str | None:
        """The language that a sentence clearly is in, where that is not the home's; else None.

        Args:
            text: the sentence.
            home: the tag of the home's language.
            names: folded words of the catalogue's names.
        """
        if self._words is None:
            self._words = await asyncio.to_thread(self._load)
        return other_language(text, language_of(home) or "en", self._words, names)
