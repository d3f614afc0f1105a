"""How people really say it: politeness, hurry, slips of the finger and of speech recognition."""

from __future__ import annotations

import random
from collections.abc import Collection

_OPENINGS = (
    "please",
    "could you",
    "can you",
    "can you please",
    "would you",
    "hey",
    "ok",
    "so",
    "um",
    "uh",
    "hey lamplighter",
    "computer",
    "i think",
    "right",
    "well",
    "oh",
    "now",
    "just",
    "be a dear and",
    "would you mind",
    "i was wondering,",
    "hi there",
    "look,",
    "quick,",
    "mum says",
    "yo",
    "alright",
    "listen",
    "sorry",
    "darling",
    "hmm",
    "actually",
    "i guess",
    "go on,",
    "if it's no trouble",
    "ooh",
    "right then",
    "hurry,",
    "excuse me",
    "er",
    "okay so",
    "could we",
)
_CLOSINGS = (
    "please",
    "thanks",
    "thank you",
    "now",
    "right now",
    "will you",
    "would you",
    "mate",
    "ok",
    "for me",
    "quickly",
    "lol",
    "love",
    "asap",
    "cheers",
    "would be great",
    "that'd be great",
    "pretty please",
    "for god's sake",
    "already",
    "dude",
    "y'all",
    "innit",
    "man",
    "will ya",
    "i beg you",
    "if you can",
    "you know",
    "and thanks",
    "alright?",
    "or whatever",
    "ta",
)
_FILLERS = ("um", "uh", "like", "er", "you know", "kind of", "just", "maybe", "erm", "the the")
_HEARD = {
    "the": ("da", "de", "a", "the"),
    "please": ("pleas", "plz", "pls", "peas"),
    "turn": ("tern", "trun"),
    "you": ("u", "ya"),
    "switch": ("swich", "which"),
    "need": ("knead",),
    "would": ("wood", "wud"),
    "it's": ("its", "it is"),
    "i'm": ("im", "i am"),
    "want": ("wan't", "one"),
    "make": ("mak",),
    "close": ("clothes", "cloes"),
    "to": ("too", "two"),
    "for": ("four", "fore"),
    "in": ("inn", "and"),
    "can": ("cn", "kin"),
    "too": ("to",),
    "bright": ("brite",),
    "are": ("r",),
    "is": ("iz",),
    "open": ("opn",),
    "should": ("shoud",),
    "that": ("dat",),
    "with": ("wiv",),
    "get": ("git",),
    "raise": ("raze",),
    "lower": ("loer",),
    "start": ("strat",),
    "i'd": ("id",),
    "see": ("sea",),
    "off": ("of", "off"),
    "can't": ("cant",),
    "isn't": ("isnt",),
    "don't": ("dont",),
    "freezing": ("freezin", "frezing"),
    "dark": ("darc", "dak"),
    "cold": ("coled",),
    "shut": ("shot", "shutt"),
    "leave": ("leaf",),
    "left": ("lef",),
    "gloomy": ("gloomie",),
    "enough": ("enuf",),
    "down": ("don", "dwn"),
    "warmer": ("wamer",),
    "did": ("dit",),
    "going": ("goin", "gonna"),
    "some": ("sum",),
    "stop": ("stopp",),
}
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


class Speakers:
    """Says sentences the way different people would.

    Args:
        draw: the source of randomness.
    """

    def __init__(self, draw: random.Random) -> None:
        self.draw = draw

    def say(self, sentence: str, keep: Collection[str]) -> str:
        """The sentence as somebody says, types or mumbles it.

        Args:
            sentence: what is said.
            keep: texts in it that stay as they are, since everything hangs on them.
        """
        draw, said = self.draw, sentence
        if draw.random() < 0.22:
            said = f"{draw.choice(_OPENINGS)} {said}"
        if draw.random() < 0.22:
            said = f"{said}{draw.choice((' ', ', '))}{draw.choice(_CLOSINGS)}"
        while draw.random() < 0.18:
            said = self._slip(said, keep)
        return self._written(said)

    def _slip(self, said: str, keep: Collection[str]) -> str:
        words = said.split()
        kept = {word for text in keep for word in text.casefold().split()}
        free = [at for at, word in enumerate(words) if word.casefold().strip(",.?!") not in kept]
        if not free:
            return said
        at, kind = self.draw.choice(free), self.draw.randrange(5)
        if kind == 0 and len(words) > 3:
            small = [each for each in free if words[each] in ("the", "a", "to", "in", "my", "it's")]
            del words[self.draw.choice(small) if small else at]
        elif kind == 1:
            words.insert(at, self.draw.choice(_FILLERS))
        elif kind == 2:
            words = [
                self.draw.choice(_HEARD[word]) if place in free and word in _HEARD else word
                for place, word in enumerate(words)
            ]
        elif kind == 3:
            words.insert(at, words[at])
        else:
            words[at] = self._mistyped(words[at])
        return " ".join(words)

    def _mistyped(self, word: str) -> str:
        if len(word) < 4:
            return word
        draw, at = self.draw, self.draw.randrange(1, len(word) - 1)
        return draw.choice(
            (
                word[:at] + word[at + 1 :],
                word[:at] + word[at] + word[at:],
                word[:at] + word[at + 1] + word[at] + word[at + 2 :],
                word[:at] + draw.choice(_LETTERS) + word[at + 1 :],
            )
        )

    def _written(self, said: str) -> str:
        chance = self.draw.random()
        if chance < 0.25:
            said = said[:1].upper() + said[1:]
        elif chance < 0.27:
            said = said.upper()
        if chance > 0.9:
            said = said.replace("'", "").replace(",", "")
        return said + self.draw.choice(("", "", "", ".", "!", "", ""))
