"""Parsing by the rules of a language other than English: whole sentences, then part by part.

There is less to go by than in English: no grammar of its own beside the templates, so what these
do not know is not understood.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

from lamplighter.understanding import exceptions
from lamplighter.understanding.handlers import HANDLERS
from lamplighter.understanding.intents import QUESTIONS, START_TIMER, Intent, Parse
from lamplighter.understanding.kinds import KINDS
from lamplighter.understanding.languages import chinese
from lamplighter.understanding.languages.politeness import without_fillers
from lamplighter.understanding.languages.small_words import small_words
from lamplighter.understanding.languages.tags import base_of
from lamplighter.understanding.normalise import fold, plain, tidy
from lamplighter.understanding.rule_parser import MAX_WORDS, Situation
from lamplighter.understanding.rules import MANY, Rules
from lamplighter.understanding.spelling import corrections
from lamplighter.understanding.splitting import MAX_PARTS

_NOWHERE = "\u2205"
"""The place of an asker of whom nobody knows where they are."""
_ARTICLES = frozenset(
    {"der", "die", "das", "den", "dem", "le", "la", "les", "l'", "el", "los", "las", "il", "lo"}
    | {"i", "gli", "de", "het", "o", "a", "os", "as", "det", "the", "els", "az", "en", "un", "una"}
)
_STATES = {"HassTurnOn": "on", "HassTurnOff": "off"}


class SentenceParser:
    """Parses sentences of one language with its rules."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules

    @property
    def language(self) -> str:
        """The language, as home-assistant-intents calls it."""
        return self.rules.templates.language

    def parse(self, text: str, situation: Situation) -> Parse | None:
        """The intents of the sentence, or None where the rules don't know it.

        A sentence of which only a part is known is not known.
        """
        if len(text.split()) > MAX_WORDS:
            return None
        whole = tidy(text)
        bare = self._bare(whole, situation)
        first = self._one(whole, bare, situation)
        if first is not None and situation.grounds(first):
            sure = not _only_a_name(first, bare) or "scene" in first.domains
            explain = f"a sentence of the rules for {self.language}"
            return Parse((first,), explain=explain, sure=sure)
        if (rest := self._all_but(bare, situation)) is not None:
            return rest
        several = self._several(bare, situation)
        if several is not None:
            return Parse(several, explain=f"several sentences of the rules for {self.language}")
        if first is not None:
            return Parse((first,), explain=f"a sentence of the rules for {self.language}")
        return self._misspelt(bare, situation)

    def _bare(self, text: str, situation: Situation) -> str:
        bare = plain(text, self.language)
        if base_of(self.language) == "zh":
            return chinese.without_inside(bare, situation.names.areas)
        return bare

    def _one(self, whole: str, bare: str, situation: Situation) -> Intent | None:
        """The first reading that is grounded, else the first reading."""
        readable: Intent | None = None
        for text in dict.fromkeys((whole, bare, without_fillers(bare, self.language))):
            for found in self.rules.readings(text, situation.names, situation.area):
                intent = _as_asked(found, bare)
                if intent is not None and situation.grounds(intent):
                    return intent
                readable = readable or intent
        if readable is None and situation.area is None:
            return self._somewhere(bare, situation)
        return readable

    def _somewhere(self, bare: str, situation: Situation) -> Intent | None:
        """What "turn on the light" means where nobody knows in which room: one of all there are."""
        for found in self.rules.readings(bare, situation.names, _NOWHERE):
            intent = _as_asked(found, bare)
            if intent is not None and intent.here and intent.name in HANDLERS:
                return _anywhere(intent, bare)
        return None

    def _several(self, text: str, situation: Situation) -> tuple[Intent, ...] | None:
        asked = text.endswith("?")
        parts = self._parts(text.rstrip("? "))
        if not 1 < len(parts) <= MAX_PARTS:
            return None
        intents: list[Intent] = []
        before: str | None = None
        for index, part in enumerate(parts):
            after = parts[index + 1] if index + 1 < len(parts) else None
            found = self._part(part, before, after, situation)
            if found is None or (asked and found[0].name not in QUESTIONS):
                return None
            intent, before = found
            intents.append(intent)
        return tuple(intents)

    def _part(
        self, part: str, before: str | None, after: str | None, situation: Situation
    ) -> tuple[Intent, str] | None:
        readable: tuple[Intent, str] | None = None
        for reading in self._readings(part, before, after):
            text = plain(reading, self.language)
            intent = self._one(text, text, situation)
            if intent is None or intent.name == START_TIMER or _only_a_name(intent, text):
                continue
            if situation.grounds(intent):
                return intent, text
            readable = readable or (intent, text)
        return readable

    def _parts(self, text: str) -> list[str]:
        if base_of(self.language) == "zh":
            return chinese.parts_of(text)
        conjunctions = small_words(self.language).conjunctions
        if not conjunctions:
            return [text]
        found = (piece.strip() for piece in _break(conjunctions).split(text))
        return [piece for piece in found if piece]

    def _readings(self, part: str, before: str | None, after: str | None) -> Iterator[str]:
        if base_of(self.language) == "zh":
            yield from chinese.readings(part, before, after)
            return
        yield part
        if after is not None:
            yield f"{part} {after.split()[-1]}"
        if before is not None:
            words = before.split()
            yield f"{words[0]} {part}"
            yield f"{words[0]} {part} {words[-1]}"

    def _all_but(self, text: str, situation: Situation) -> Parse | None:
        """What is said of all but a few; None where one of those, or the rest, is not known."""
        split = chinese.all_but(text) if base_of(self.language) == "zh" else None
        if split is None:
            return None
        said, phrases = split
        ids = exceptions.left_out(phrases, situation.names)
        intent = self._one(said, said, situation) if ids else None
        if ids is None or intent is None or "name" in intent.slots or intent.name not in HANDLERS:
            return None
        chosen = replace(intent, without=ids, many=True)
        if not situation.grounds(chosen):
            return None
        return Parse((chosen,), explain=f"a sentence of the rules, without {', '.join(phrases)}")

    def _misspelt(self, bare: str, situation: Situation) -> Parse | None:
        """The only reading that makes sense once words are put right, to be confirmed.

        In some languages one letter tells on from off ("włącz", "wyłącz"), so nothing is done
        on a guess.
        """
        known = self.rules.templates.words | situation.names.words
        found: dict[str, Intent] = {}
        for text in corrections(bare, known):
            intent = self._one(text, text, situation)
            if intent is not None and situation.grounds(intent) and not _only_a_name(intent, text):
                found.setdefault(text, intent)
        meant = {(intent.name, repr(intent.slots)): each for each, intent in found.items()}
        if len(meant) != 1:
            return None
        text, intent = next(iter(found.items()))
        if intent.name == START_TIMER:
            return None
        return Parse((intent,), confidence=0.9, explain=f"read as {text!r}", sure=False)


def _anywhere(intent: Intent, text: str) -> Intent | None:
    """The intent in no certain place: of one device, among which somebody may have to choose."""
    slots = {key: value for key, value in intent.slots.items() if key != "area"}
    if MANY.search(text) is None and "domain" in slots:
        # A domain means all of its devices, a kind one of them.
        domain = str(slots.pop("domain"))
        kind = str(slots.pop("device_class", domain))
        if kind not in KINDS:
            return None
        # "Open the door" in a domain of covers is nothing that a lock does.
        domains = frozenset({domain})
        slots["kind"] = kind
        return replace(intent, slots=slots, domains=domains, here=False, many=False)
    return replace(intent, slots=slots, here=False)


def _as_asked(intent: Intent, bare: str) -> Intent | None:
    """The intent; where the sentence asks for more than politeness, it never acts."""
    if not bare.endswith("?") or intent.name in QUESTIONS or intent.name not in HANDLERS:
        return intent
    if intent.name not in _STATES or "name" not in intent.slots:
        return None
    slots = {**intent.slots, "state": _STATES[intent.name]}
    return replace(intent, name="HassGetState", slots=slots, question="one_yesno")


def _only_a_name(intent: Intent, text: str) -> bool:
    """True where nothing but a device's name was said: that may be half a sentence."""
    name = fold(str(intent.slots.get("name", "")))
    if not name:
        return False
    before, found, after = fold(text).rpartition(name)
    return bool(found) and not after.strip() and _ARTICLES.issuperset(before.split())


@lru_cache(maxsize=32)
def _break(conjunctions: tuple[str, ...]) -> re.Pattern[str]:
    said = "|".join(map(re.escape, conjunctions))
    return re.compile(rf"\s*[,;.!]\s+(?:(?:{said})\s+)?|\s+(?:{said})\s+", re.IGNORECASE)
