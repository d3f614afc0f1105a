"""The small words of a language: politeness, conjunctions, yes and no, read from a file beside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

import yaml

from lamplighter.understanding.languages.tags import base_of


@dataclass(frozen=True, slots=True)
class SmallWords:
    """The small words of one language, lower case, longest first; see ``small_words.yaml``."""

    requests: tuple[str, ...] = ()
    openings: tuple[str, ...] = ()
    closings: tuple[str, ...] = ()
    inside: tuple[str, ...] = ()
    conjunctions: tuple[str, ...] = ()
    yes: tuple[str, ...] = ()
    no: tuple[str, ...] = ()


_NONE = SmallWords()


def small_words(language: str) -> SmallWords:
    """The small words of the language that a tag names; empty ones where none are known."""
    base = base_of(language)
    return _all().get("nb" if base in ("no", "nn") else base, _NONE)


@lru_cache(maxsize=1)
def _all() -> Mapping[str, SmallWords]:
    text = (resources.files(__package__) / "small_words.yaml").read_text(encoding="utf-8")
    return {
        language: SmallWords(
            **{
                "conjunctions" if kind == "and" else kind: tuple(sorted(said, key=len)[::-1])
                for kind, said in kinds.items()
            }
        )
        for language, kinds in yaml.safe_load(text).items()
    }
