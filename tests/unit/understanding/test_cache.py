from __future__ import annotations

from lamplighter.understanding.cache import Cache, CacheKey
from lamplighter.understanding.intents import Intent, Parse

PARSE = Parse((Intent("HassTurnOn"),))


def key(text: str, revision: int = 1) -> CacheKey:
    return CacheKey(text, None, "en", revision)


def test_the_least_recently_used_parse_is_dropped() -> None:
    cache = Cache(2)
    cache.put(key("a"), PARSE)
    cache.put(key("b"), PARSE)
    assert cache.get(key("a")) is PARSE
    cache.put(key("c"), PARSE)
    assert cache.get(key("b")) is None
    assert cache.get(key("a")) is PARSE
    assert len(cache) == 2


def test_another_revision_is_another_key() -> None:
    cache = Cache()
    cache.put(key("a", revision=1), PARSE)
    assert cache.get(key("a", revision=2)) is None
    cache.clear()
    assert cache.get(key("a", revision=1)) is None
