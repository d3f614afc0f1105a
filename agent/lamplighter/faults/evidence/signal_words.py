"""Recognises what a signal measures by the words of its name and tag, else by its unit."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

_WORD = re.compile(r"[A-Z]?[^\W\d_A-Z]+|[A-Z]+(?![^\W\d_A-Z])")


@dataclass(frozen=True, slots=True)
class Measurand:
    """What a signal can measure.

    Attributes:
        name: ``discharge pressure``.
        names: the words that a signal must have to be one; each a way to say it.
        units: what it is measured in, where no words tell.
        parent: what it is a kind of, or "".
    """

    name: str
    names: tuple[frozenset[str], ...]
    units: frozenset[str] = frozenset()
    parent: str = ""


@dataclass(frozen=True, slots=True)
class SignalWords:
    """Abbreviations, and the measurands by name.

    Attributes:
        short: the words that stand for other ones, in lower case.
        measurands: by name.
    """

    short: Mapping[str, str] = field(default_factory=dict)
    measurands: Mapping[str, Measurand] = field(default_factory=dict)

    def words(self, text: str) -> frozenset[str]:
        """The text's words in lower case, without digits, abbreviations written out."""
        found: set[str] = set()
        for part in _WORD.findall(text):
            word = part.lower()
            found.update(self.short.get(word, word).split())
        return frozenset(found)

    def names(self, texts: Iterable[str]) -> tuple[frozenset[str], ...]:
        """Ways to say something, as their words."""
        return tuple(words for text in texts if (words := self.words(text)))

    def extended(self, own: SignalWords) -> SignalWords:
        """These words with others: abbreviations and names are added, the others' come first."""
        known = dict(self.measurands)
        for name, new in own.measurands.items():
            old = known.get(name)
            known[name] = new if old is None else _both(new, old)
        return SignalWords({**self.short, **own.short}, known)

    def measured_by(
        self, tag: str, name: str, unit: str, extra: Mapping[str, tuple[frozenset[str], ...]]
    ) -> frozenset[str]:
        """What a signal measures, and what that is a kind of; empty where that is not known.

        Args:
            tag: its key in the configuration.
            name: what people call it.
            unit: its unit.
            extra: further names of measurands, of the machine's class.
        """
        words = self.words(tag) | self.words(name)
        most, found = 0, set[str]()
        for measurand in self.measurands.values():
            said = [*measurand.names, *extra.get(measurand.name, ())]
            size = max((len(each) for each in said if each <= words), default=0)
            if size > most:
                most, found = size, {measurand.name}
            elif size and size == most:
                found.add(measurand.name)
        if not found:
            found = self._by_unit(unit, extra)
        return self._with_parents(found)

    def _by_unit(self, unit: str, extra: Mapping[str, tuple[frozenset[str], ...]]) -> set[str]:
        found = {each.name for each in self.measurands.values() if unit in each.units}
        plain = [frozenset(name.split()) for name in found]
        # A class that calls its bearing temperature just "temperature" means one in °C, too.
        found.update(name for name, said in extra.items() if any(each in plain for each in said))
        return found

    def _with_parents(self, names: set[str]) -> frozenset[str]:
        found, ahead = set(names), list(names)
        while ahead:
            measurand = self.measurands.get(ahead.pop())
            if measurand is not None and measurand.parent and measurand.parent not in found:
                found.add(measurand.parent)
                ahead.append(measurand.parent)
        return frozenset(found)


def _both(new: Measurand, old: Measurand) -> Measurand:
    return Measurand(
        new.name, (*new.names, *old.names), new.units | old.units, new.parent or old.parent
    )
