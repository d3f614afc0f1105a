"""Counts the words of every language's templates: the index that languages are told apart by.

``python -m tools.language_words`` writes it anew; do so after an update of home-assistant-intents.
"""

from __future__ import annotations

import random
import zlib
from collections import Counter
from itertools import islice
from pathlib import Path
from typing import Any

from home_assistant_intents import get_languages

import lamplighter.understanding.languages as package
from lamplighter.understanding.languages.samples import drawn
from lamplighter.understanding.languages.tokens import script_of, tokens_of
from lamplighter.understanding.templates import load

TARGET = Path(package.__file__).parent / "words.txt"
SENTENCES = 4000
WORDS = 800
"""The most frequent words of a language that are kept."""
TIMERS = 4
"""One in so many sentences about timers is kept: templates have more of them than people."""
POLITE = 5
"""One in so many sentences has a polite word of the language's."""
_HOLE = "\ufffc"
_HEADER = """\
# How often words stand in 1,000 sentences drawn from the templates of home-assistant-intents
# (CC BY 4.0, the Home Assistant Intents authors). Made by tools/language_words.py.
# A line is a language: its tag, its script, then pairs of a share and a word.
"""


def hole(_name: str, values: Any) -> str | None:
    """A word of the list where the templates give one, else a mark that takes its token along."""
    texts = [each.text_in for each in getattr(values, "values", None) or ()]
    plain = [each.text for each in texts if getattr(each, "text", "")]
    return plain[0] if len(plain) == 1 else _HOLE


def line_of(language: str) -> str:
    """The language's line of the index."""
    draw = random.Random(zlib.crc32(language.encode()))  # noqa: S311 - a seeded sample
    counts: Counter[str] = Counter()
    said: list[str] = []
    intents = load(language).devices
    for sample in islice(drawn(intents, draw, hole), TIMERS * SENTENCES):
        if "Timer" in sample.intent and draw.randrange(TIMERS):
            continue
        if len(said) == SENTENCES:
            break
        polite = [draw.choice(intents.skip_words)] if intents.skip_words else []
        heard = [*(polite if draw.randrange(POLITE) == 0 else []), *sample.text.split()]
        bare = " ".join(word for word in heard if _HOLE not in word)
        counts.update(set(tokens_of(bare)))
        said.append(bare)
    ordered = sorted(counts.items(), key=lambda each: (-each[1], each[0]))
    frequent = [(word, count) for word, count in ordered[:WORDS] if count > 1]
    pairs = [f"{max(1, round(1000 * count / len(said)))} {word}" for word, count in frequent]
    return " ".join([language, script_of(" ".join(said)), *pairs])


def main() -> None:
    """Writes the index."""
    lines = [line_of(language) for language in sorted(get_languages())]
    TARGET.write_text(_HEADER + "\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
