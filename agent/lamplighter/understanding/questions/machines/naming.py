"""Which machines a question means: by name, asset, class or place, and where it can't be told."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from lamplighter.faults.settings import GENERIC, Machine
from lamplighter.understanding.normalise import words_of

_NUMBERS = {
    "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7",
    "eight": "8", "nine": "9", "ten": "10", "eleven": "11", "twelve": "12",
}  # fmt: skip
_SAYS_NUMBER = frozenset({"number", "no", "nr", "unit"})
_GENERAL = frozenset({"machine", "equipment", "asset", "plant", "machinery"})
_ALL = frozenset({"all", "every", "any", "each", "machines"})
_ARTICLES = frozenset({"the", "my", "our", "this", "that"})
_BEFORE = frozenset(
    [
        "the", "a", "an", "my", "our", "this", "that", "these", "those", "any", "which", "what",
        "of", "on", "in", "at", "for", "about", "with", "to", "by", "from", "and", "or", "than",
        "did", "do", "does", "is", "are", "was", "were", "has", "have", "had", "can", "could",
        "every", "all", "each", "both", "how", "why", "when", "who", "where", "last", "many", "me",
        "list", "show", "give", "tell", "get", "up", "summarise", "summarize", "status", "report",
        "one", "two", "three", "same", "other", "whole", "more", "most", "recap", "first", "no",
    ]
)  # fmt: skip
"""Words that stand before a machine's name and are no part of another name."""
_PLAIN = frozenset(
    [
        "room", "line", "main", "water", "supply", "hall", "station", "unit", "system", "north",
        "south", "east", "west", "left", "right", "upper", "lower", "first", "second", "third",
        "cold", "warm", "heating", "cooling", "light", "door", "window", "house", "home", "kitchen",
        "alarm", "report", "shift", "night", "signal", "sensor", "vibration", "temperature",
        "pressure", "current", "flow", "level", "speed", "power", "return", "front", "back", "high",
        "central", "outside", "inside", "test", "power", "drive", "what", "last", "with",
    ]
)  # fmt: skip
"""Words of names that say too much else to name a machine by themselves."""
_SHORT = 3
_TELLING = 2
"""So many words of a name tell the machine; one alone, such as "room", may mean anything."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the sentence: as it stands there, and its singular, numbers in figures."""

    said: str
    plain: str


@dataclass(frozen=True, slots=True)
class Meant:
    """The machines that a sentence is about.

    Attributes:
        machines: those that fit it best; none where it names none.
        several: whether all of them are meant: "the pumps", "the machines in hall 2".
        words: the words that name them, as they were said.
        rest: the other words.
        unknown: what it names that there is not, such as "pump 7"; "" where that is not so.
    """

    machines: tuple[Machine, ...] = ()
    several: bool = False
    words: tuple[str, ...] = ()
    rest: tuple[str, ...] = ()
    unknown: str = ""


def meant(said: str, machines: Sequence[Machine], common: AbstractSet[str] = frozenset()) -> Meant:
    """The machines that the folded sentence means.

    Args:
        said: the sentence.
        machines: those that are watched.
        common: the words of the home's own names: one of them alone names no machine.
    """
    words = list(_words(said))
    placed, place = _in_a_place(words, machines)
    left = [word for index, word in enumerate(words) if index not in place]
    own = _own_alone(machines) - common - _PLAIN
    fits = {each.asset: _fits(left, each, own) for each in placed}
    best = max((len(found) for found in fits.values()), default=0)
    if best:
        chosen = tuple(each for each in placed if len(fits[each.asset]) == best)
        used = set().union(*(fits[each.asset] for each in chosen))
        return _told(left, used, chosen, several=_many(left, used) and len(chosen) > 1)
    if unknown := _unknown(left, machines):
        return Meant(unknown=unknown, rest=tuple(word.said for word in left))
    general = {index for index, word in enumerate(left) if word.plain in _GENERAL}
    if place and (general or len(placed) == 1 or _many_said(left)):
        return _told(left, general, tuple(placed), several=len(placed) > 1)
    if place:
        return _told(left, set(), tuple(placed), several=True)
    return Meant(rest=tuple(word.said for word in words))


def of_them_all(said: str) -> bool:
    """Whether the folded sentence speaks of machines in general: "which machines", "the plant"."""
    return any(word.plain in _GENERAL for word in _words(said))


def _told(
    words: Sequence[Word], used: AbstractSet[int], chosen: tuple[Machine, ...], *, several: bool
) -> Meant:
    return Meant(
        chosen,
        several=several,
        words=tuple(word.said for index, word in enumerate(words) if index in used),
        rest=tuple(word.said for index, word in enumerate(words) if index not in used),
    )


def _words(said: str) -> Iterator[Word]:
    parted = re.sub(r"(?<=[^\W\d])(?=\d)", " ", said.replace("-", " ").replace("'s ", " "))
    for each in parted.split():
        word = each.strip(".,?!'").removesuffix("'s")
        plural = len(word) > _SHORT and word.endswith("s") and not word.endswith("ss")
        yield Word(word, _NUMBERS.get(word, word[:-1] if plural else word))


def _own(machine: Machine) -> tuple[frozenset[str], frozenset[str]]:
    """The words of a machine's name, asset and class; and those that name it by themselves."""
    kind = "" if machine.machine_class == GENERIC else machine.machine_class
    name = [word.plain for word in _words(" ".join(words_of(machine.name)))]
    asset = [word.plain for word in _words(" ".join(words_of(machine.asset.replace("_", " "))))]
    classes = [word.plain for word in _words(" ".join(words_of(kind.replace("_", " "))))]
    letters = [word for word in name if not word.isdecimal()]
    heads = {*letters[-1:], *classes, *(each for each in asset if len(each) > 1)}
    heads = {word for word in heads if not word.isdecimal()} - _GENERAL
    return frozenset((*name, *asset, *classes)), frozenset(heads)


def _own_alone(machines: Sequence[Machine]) -> set[str]:
    """The words that only one machine has in its name: "mixer" of the "mixer motor"."""
    counts = Counter(word for each in machines for word in _own(each)[0])
    return {word for word, count in counts.items() if count == 1 and len(word) > _SHORT}


def _fits(words: Sequence[Word], machine: Machine, alone: AbstractSet[str]) -> set[int]:
    """The places of the words that name the machine; none where they name another one."""
    own, heads = _own(machine)
    found = {index for index, word in enumerate(words) if word.plain in own and word.plain}
    named = [words[index].plain for index in found]
    letters = {word for word in named if not word.isdecimal() and word not in _ARTICLES}
    if whole := _asset_at(words, machine):
        return found | whole
    if len(found) == 1 and _is_anothers(words, next(iter(found))):
        return set()
    if not letters & (heads | alone) and len(letters) < _TELLING:
        return set()
    for index in _numbers(words, {i for i in found if not words[i].plain.isdecimal()}):
        if words[index].plain not in own:
            return set()
    return {index for index in found if not words[index].plain.isdecimal() or _near(index, found)}


def _is_anothers(words: Sequence[Word], index: int) -> bool:
    """Whether the word before says that it is another one's: the "bathroom fan"."""
    before = words[index - 1].said if index else ""
    return bool(before) and before not in _BEFORE and not before.endswith("ed")


def _asset_at(words: Sequence[Word], machine: Machine) -> set[int]:
    """The places of the machine's asset, said in one piece: "p3"."""
    own = [word.plain for word in _words(" ".join(words_of(machine.asset.replace("_", " "))))]
    for start in range(len(words) - len(own) + 1):
        if own and [word.plain for word in words[start : start + len(own)]] == own:
            return set(range(start, start + len(own)))
    return set()


def _numbers(words: Sequence[Word], named: AbstractSet[int]) -> Iterator[int]:
    """The places of numbers that stand behind a word of a name: "pump 3", "pump number 3"."""
    for index, word in enumerate(words):
        if word.plain.isdecimal() and index:
            before = index - 1
            if words[before].plain in _SAYS_NUMBER:
                before -= 1
            if before in named:
                yield index


def _near(index: int, found: AbstractSet[int]) -> bool:
    """Whether a number stands beside a word of the name: "the 3 last alarms" names none."""
    return index - 1 in found or index - 2 in found or index + 1 in found


def _unknown(words: Sequence[Word], machines: Sequence[Machine]) -> str:
    """A machine that is named by its kind and a number, and that there is not."""
    heads: set[str] = set().union(*(_own(each)[1] for each in machines)) if machines else set()
    for index in _numbers(words, {i for i, word in enumerate(words) if word.plain in heads}):
        if words[index - 1].plain in heads:
            return f"{words[index - 1].said} {words[index].said}"
    return ""


def _in_a_place(
    words: Sequence[Word], machines: Sequence[Machine]
) -> tuple[Sequence[Machine], frozenset[int]]:
    """The machines of the place that is named, and where its words stand; else all of them."""
    for area in sorted({each.area for each in machines if each.area}, key=len, reverse=True):
        own = [word.plain for word in _words(" ".join(words_of(area)))]
        for start in range(1, len(words) - len(own) + 1):
            before = words[start - 1].plain
            if [word.plain for word in words[start : start + len(own)]] == own and (
                before in {"in", "at", "of", "on", "from", "the", "for"}
            ):
                placed = [each for each in machines if each.area == area]
                return placed, frozenset(range(start, start + len(own)))
    return machines, frozenset()


def _many(words: Sequence[Word], used: AbstractSet[int]) -> bool:
    plural = any(
        words[index].said != words[index].plain and words[index].said not in _NUMBERS
        for index in used
    )
    return plural or _many_said(words)


def _many_said(words: Sequence[Word]) -> bool:
    return any(word.said in _ALL for word in words)
