"""Spellings and wordings of one thing brought to one: accents, plurals, numbers, synonyms.

What comes out is a key to compare by, and never shown: "Mia's Télé 2", "mias telly two" and
"mia tv 02" have the same.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence

from lamplighter.understanding.normalise import words_of

_SAME = """
tv = telly, television, tele, tv set, television set
vacuum = hoover, vacuum cleaner, robovac
fridge = refrigerator, icebox
freezer = deep freezer, deep freeze
washer = washing machine, clothes washer
dryer = tumble dryer, drier, tumble drier, clothes dryer
dishwasher = dish washer
stove = cooker, hob, cooktop
coffeemaker = coffee maker, coffee machine, espresso machine, espresso maker, coffeemachine
kettle = tea kettle, water kettle
extractor = exhaust, extractor fan, exhaust fan, cooker hood, range hood, extractor hood
tap = faucet, spigot
bin = trash, garbage, rubbish, trash can
pc = computer, desktop computer
christmas = xmas
fairylight = fairy light, string light, light string, light chain
nightlight = night light, night lamp
spotlight = spot, downlight, down light, spot light
floodlight = flood light, flood lamp
ledstrip = led strip, light strip, strip light, led light strip, led band, led tape
bedside = nightstand, night stand, bedside table, night table
sofa = couch, settee
mum = mom, mummy, mommy, mother
dad = daddy, father
gran = granny, grandma, grandmother, nan, nana
grandpa = granddad, grandad, grandfather
kid = child, children
wardrobe = closet
lift = elevator
rear = back
colour = color
grey = gray
centre = center
aircon = air con, ac, a c, air conditioner, air conditioning, aircondition
hotwater = hot water, water heater, immersion, immersion heater
lawnmower = lawn mower, mower, grass cutter
doorbell = door bell
sunshade = sun shade, sun blind, sunblind, canopy
wifi = wi fi, wlan
router = modem
aquarium = fish tank, fishtank
heater = heating, radiator
socket = plug, outlet, power outlet, power socket
sprinkler = irrigation, watering, sprinkler system, irrigation system
"""
_COUNTED = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen twenty"
)
NUMBERS: Mapping[str, str] = {word: str(n) for n, word in enumerate(_COUNTED.split())}
"""Numbers that devices are told apart by, in digits by their words."""

_OPEN_VOWELS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "æ": "ae"})
_BARE_VOWELS = str.maketrans({"ø": "o", "æ": "a", "ł": "l", "đ": "d"})
LONGEST_PHRASE = 3
"""The most words that one thing is called by here."""


def stem(word: str) -> str:
    """The word without a plural's ending, so that "lamps" finds "lamp"."""
    if len(word) > 4 and word.endswith(("ches", "shes", "xes", "sses")):
        return word[:-2]
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def bare(word: str) -> str:
    """The folded word as a key: no accents, no possessive, no plural, numbers in digits."""
    word = word.replace("'s", "").replace("'", "")
    if word.isdecimal() and word.isascii():
        return word.lstrip("0") or "0"
    if not word.isascii():
        parted = unicodedata.normalize("NFD", word.translate(_BARE_VOWELS))
        word = "".join(each for each in parted if unicodedata.category(each) != "Mn")
    return NUMBERS.get(word) or stem(word)


def spelt_out(text: str) -> str:
    """The text with umlauts written as two letters, as people without such keys do."""
    return text.casefold().translate(_OPEN_VOWELS)


def key_of(text: str) -> tuple[str, ...]:
    """The words of a text as keys, phrases and synonyms brought to one word each."""
    return merged(bare_words(text))


def bare_words(text: str) -> list[str]:
    """The words of a text as keys, each by itself."""
    return [key for word in words_of(text) if (key := bare(word))]


def merged(words: Sequence[str]) -> tuple[str, ...]:
    """Bare words with each phrase that has a synonym replaced by the one word for it."""
    found: list[str] = []
    at = 0
    while at < len(words):
        for length in range(min(LONGEST_PHRASE, len(words) - at), 0, -1):
            phrase = tuple(words[at : at + length])
            if length == 1 or phrase in SYNONYMS:
                found.append(SYNONYMS.get(phrase, words[at]))
                at += length
                break
    return tuple(found)


def joined(words: Sequence[str]) -> Iterable[tuple[int, str]]:
    """Each two neighbouring words written as one, with the place of the first."""
    return ((at, words[at] + words[at + 1]) for at in range(len(words) - 1))


def _synonyms() -> dict[tuple[str, ...], str]:
    table: dict[tuple[str, ...], str] = {}
    for line in _SAME.strip().splitlines():
        word, _, others = line.partition(" = ")
        for phrase in others.split(", "):
            table[tuple(bare(each) for each in phrase.split())] = bare(word)
    return table


SYNONYMS: Mapping[tuple[str, ...], str] = _synonyms()
"""The one word for each phrase that has one, by the phrase's bare words."""
