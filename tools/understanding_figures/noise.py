"""What becomes of sentences on their way: fillers, wrong letters, lost words."""

from __future__ import annotations

import random
from collections.abc import Callable

Vary = Callable[[random.Random, str], str]

_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def wrong_letter(draw: random.Random, text: str) -> str:
    """The sentence with one letter changed for another."""
    places = [index for index, letter in enumerate(text) if letter.isalpha()]
    index = draw.choice(places)
    others = [letter for letter in _LETTERS if letter != text[index].lower()]
    return text[:index] + draw.choice(others) + text[index + 1 :]


def lost_word(draw: random.Random, text: str) -> str:
    """The sentence without one of its words."""
    words = text.split()
    del words[draw.randrange(len(words))]
    return " ".join(words) or text


def framed(frame: str) -> Vary:
    """Puts a sentence into another, as "hey {}" does."""
    return lambda _draw, text: frame.format(text)


VARIATIONS: dict[str, Vary] = {
    "commands": framed("{}"),
    "hey ...": framed("hey {}"),
    "could you maybe ...": framed("could you maybe {}"),
    "... now please": framed("{} now please"),
    "one wrong letter": wrong_letter,
    "one word lost": lost_word,
}
"""The sets that are made of the commands, by what they are called."""
