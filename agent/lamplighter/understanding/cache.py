"""The exact cache: a sentence that was parsed before needs no parser."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

from lamplighter.understanding.intents import Parse


@dataclass(frozen=True, slots=True)
class CacheKey:
    """What a parse depends on; ``revision`` is the catalogue's, so old names can't come back."""

    text: str
    area: str | None
    language: str
    revision: int


class Cache:
    """The last ``capacity`` parses, the least recently used one dropped first.

    Parses are kept, never states or devices: a cached sentence is grounded anew each time.
    """

    def __init__(self, capacity: int = 512) -> None:
        self.capacity = capacity
        self._parses: OrderedDict[CacheKey, Parse] = OrderedDict()

    def __len__(self) -> int:
        return len(self._parses)

    def get(self, key: CacheKey) -> Parse | None:
        """The parse kept under the key, or None."""
        parse = self._parses.get(key)
        if parse is not None:
            self._parses.move_to_end(key)
        return parse

    def put(self, key: CacheKey, parse: Parse) -> None:
        """Keeps a parse."""
        self._parses[key] = parse
        self._parses.move_to_end(key)
        while len(self._parses) > self.capacity:
            self._parses.popitem(last=False)

    def clear(self) -> None:
        """Forgets everything."""
        self._parses.clear()
