"""Parsing by rules: whole sentences first, then without fillers, then part by part."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from lamplighter.catalogue.entity import State
from lamplighter.understanding import doubts, exceptions, reasons
from lamplighter.understanding.context import Context
from lamplighter.understanding.handlers import HANDLERS
from lamplighter.understanding.intents import QUESTIONS, START_TIMER, Intent, Parse
from lamplighter.understanding.names import Names
from lamplighter.understanding.normalise import asks, fold, plain, tidy
from lamplighter.understanding.rephrasing import rephrased
from lamplighter.understanding.rules import Rules
from lamplighter.understanding.spelling import corrections, mishearings
from lamplighter.understanding.splitting import MAX_PARTS, parts_of, readings
from lamplighter.understanding.wording import key_of

MAX_WORDS = 40
"""Longer sentences are no command for a home, and not tried."""
MAX_MISHEARD = 12
"""In longer sentences no English word is taken for another one."""

OPENING = frozenset({"HassTurnOn", "HassTurnOff", "HassSetPosition", "HomeDisarmAlarm"})
RISKY = frozenset({"cover", "lock", "alarm_control_panel"})
"""Intents and domains that open something up: never carried out on a guess."""

_ACTING = frozenset(
    (
        "alarm_control_panel",
        "climate",
        "cover",
        "fan",
        "humidifier",
        "lawn_mower",
        "light",
        "lock",
        "siren",
        "switch",
        "vacuum",
        "valve",
        "water_heater",
    )
)
"""Domains of what can be left on or open; their sensors only tell of it."""

_VERB = re.compile(
    r"^(?:turn|switch|put|set|open|close|shut|lock|unlock|start|stop|activate|deactivate|dim|make|"
    r"brighten|raise|lower|toggle|press|push|run|arm|disarm|change|pause|send|light)\b",
    re.IGNORECASE,
)

_OTHER = re.compile(
    r"^(?P<before>(?:.+? )??)(?:the |my |our )?other (?!ones?\b)(?P<after>\S.*)$", re.IGNORECASE
)
_OTHERS = re.compile(r"\bother (?:\w+ )*\w+[^s\W]s\b", re.IGNORECASE)
_DOING = re.compile(
    r"^(?:mind )?(?:turn|switch|putt|sett|open|clos|shutt|lock|dimm|brighten|start|stopp)ing\b",
    re.IGNORECASE,
)
_QUANTIFIED = re.compile(
    r"^(?P<before>(?!.*\b(?:all|every|each|both)\b.*\b(?:all|every|each|both)\b)(?:.+ )?)"
    r"(?P<all>all|every|each|both)(?: of)?(?: the| my| our| these| those)? (?P<after>\S.*)$",
    re.IGNORECASE,
)
_SMALL = frozenset(("the", "a", "an", "my", "our", "in", "at", "of", "all", "both", "every"))

_POLITE = re.compile(
    r"\b(?:could|can|would|will|won't|may|might|shall) (?:you|u|ya|i|we|it)\b|\bplease\b|"
    r"\b(?:mind|pls|plz|any chance|how about|what about|why not|why don't)\b",
    re.IGNORECASE,
)
_EVERY = re.compile(r"\b(?:all|every|each|everywhere|everything|whole)\b", re.IGNORECASE)


def _unknown_state(_entity_id: str) -> State:
    return State()


@dataclass(frozen=True, slots=True)
class Situation:
    """What parsing depends on besides the text.

    Attributes:
        names: the names of the catalogue.
        area: the asker's area, or None.
        language: the asker's language.
        grounds: whether an intent is about something that exists and can do it.
        context: what was said and done just before by the same asker, or None.
        state_of: the state of an entity by its id.
    """

    names: Names
    area: str | None
    language: str
    grounds: Callable[[Intent], bool]
    context: Context | None = None
    state_of: Callable[[str], State] = _unknown_state


class RuleParser:
    """Parses sentences of one language with its rules."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules

    def parse(self, text: str, situation: Situation) -> Parse | None:
        """The intents of the sentence, or None where the rules don't know it.

        A sentence of which only a part is known is not known.
        """
        if len(text.split()) > MAX_WORDS:
            return None
        whole = tidy(text)
        bare = plain(whole, situation.language)
        if situation.language.startswith("en"):
            if request := reasons.request_of(bare, places_of(situation)):
                return self._for_a_reason(request, situation)
            if kept := doubts.kept(bare):
                return self._as_it_is(kept, situation)
            asked = doubts.asked_shortly(bare)
            if asked and not _POLITE.search(whole) and (short := self._asked(asked, situation)):
                return short
            parse = self._parsed(whole, bare, situation)
            unsaid = whole.endswith("?") and not _asked_politely(whole, bare)
            if parse is not None and unsaid and any(map(_is_command, parse.intents)):
                parse = replace(parse, sure=False)  # "brighter?" asks what the speaker wants
            return parse and doubts.weighed(parse, whole, situation.grounds)
        return self._parsed(whole, bare, situation)

    def _for_a_reason(self, request: reasons.Request, situation: Situation) -> Parse | None:
        """The request, in the place that its reason names where it names none itself."""
        parse = self.parse(request.text, situation)
        if parse is None or not request.place:
            return parse
        names, place = situation.names, request.place
        area, floor = names.areas.get(place), names.floors.get(place)
        where = {"area": area.name} if area else {"floor": floor.name} if floor else {}
        intents = tuple(_placed(intent, where, situation) for intent in parse.intents)
        return replace(parse, intents=intents, explain=f"{parse.explain}, in {place!r}")

    def _as_it_is(self, what: str, situation: Situation) -> Parse | None:
        """A question for the state of what is to be kept as it is: nothing is to be done."""
        for text in (f"what is the state of {what}", f"is {what} on"):
            intent = self._one(text, text, situation)
            if intent is not None and intent.name in QUESTIONS and situation.grounds(intent):
                acting = replace(intent, domains=_ACTING)
                asked = acting if situation.grounds(acting) else intent
                return Parse((asked,), explain=f"{what!r} is to stay as it is")
        return None

    def _asked(self, text: str, situation: Situation) -> Parse | None:
        intent = self._one(text, text, situation)
        if intent is None or intent.name not in QUESTIONS or not situation.grounds(intent):
            return None
        return Parse((intent,), explain=f"asked as {text!r}")

    def _parsed(self, whole: str, bare: str, situation: Situation) -> Parse | None:
        first = self._one(whole, bare, situation)
        if first is not None and situation.grounds(first):
            sure = not _only_a_name(first, bare)
            return Parse((first,), explain="a sentence of the rules", sure=sure)
        if exception := exceptions.split(bare):
            return self._all_but(*exception, situation)
        several = self._several(bare, situation)
        if several is not None:
            return Parse(several, explain="several sentences of the rules")
        if first is not None:
            return Parse((first,), explain="a sentence of the rules")
        found = self._of_all(bare, situation) or self._another(bare, situation)
        return found or self._misspelt(whole, bare, situation)

    def _of_all(self, bare: str, situation: Situation) -> Parse | None:
        """What is said of "both bedside lamps" or "all ceiling lights": of every one called so."""
        match = _QUANTIFIED.match(bare) if situation.language.startswith("en") else None
        if match is None:
            return None
        text = f"{match['before']}the {match['after']}"
        intent = self._one(text, text, situation)
        if intent is None or "name" not in intent.slots or not situation.grounds(intent):
            return None
        chosen = replace(intent, many=True, text=bare)
        return Parse((chosen,), explain=f"{match['all']} of {intent.slots['name']!r}")

    def _another(self, bare: str, situation: Situation) -> Parse | None:
        """What is said of "the other lamp": of one that was not mentioned last."""
        match = _OTHER.match(bare) if situation.context is not None else None
        if match is None or not situation.language.startswith("en"):
            return None
        text = f"{match['before']}the {match['after']}"
        intent = self._one(text, text, situation)
        if intent is None or not {"name", "kind", "domain"} & intent.slots.keys():
            return None
        slots = {**intent.slots, "other": True}
        chosen = replace(intent, slots=slots, many=bool(_OTHERS.search(bare)), text=bare)
        if not situation.grounds(chosen):
            return None
        return Parse((chosen,), explain="another one than before", contextual=True)

    def _all_but(self, said: str, phrases: Sequence[str], situation: Situation) -> Parse | None:
        """What is said of all but a few; None where one of those, or the rest, is not known."""
        ids = exceptions.left_out(phrases, situation.names)
        intent = self._one(said, said, situation) if ids else None
        if ids is None or intent is None or "name" in intent.slots or not _is_command(intent):
            return None
        chosen = replace(intent, without=ids, many=True)
        if not situation.grounds(chosen):
            return None
        return Parse((chosen,), explain=f"a sentence of the rules, without {', '.join(phrases)}")

    def _misspelt(self, whole: str, bare: str, situation: Situation) -> Parse | None:
        """The only reading that makes sense once words are put right; None where there are two."""
        known = self.rules.templates.words | situation.names.words
        slip = self._corrected(corrections(bare, known, situation.names.words), whole, situation)
        if slip is not None and situation.grounds(slip[1]):
            text, intent = slip
            risky = intent.name in OPENING and bool(intent.domains & RISKY)
            return Parse((intent,), confidence=0.9, explain=f"read as {text!r}", sure=not risky)
        if situation.language.startswith("en") and _device_said(bare, situation.names):
            heard = self._corrected(mishearings(bare, known), whole, situation)
            if heard is not None and situation.grounds(heard[1]):
                told = f"read as {heard[0]!r}, misheard"
                return Parse((heard[1],), confidence=0.6, explain=told, sure=False)
        if slip is None:
            return None
        # It is about nothing here, and grounding says what is not here.
        return Parse((slip[1],), confidence=0.5, explain=f"read as {slip[0]!r}", sure=False)

    def _corrected(
        self, texts: Iterable[str], whole: str, situation: Situation
    ) -> tuple[str, Intent] | None:
        """The text, and the intent, of the only reading among the texts that is about something.

        Where none of them is, the only reading there is; None where there are two.
        """
        about: dict[tuple[str, str], tuple[str, Intent]] = {}
        rest: dict[tuple[str, str], tuple[str, Intent]] = {}
        for text in texts:
            intent = self._one(text + "?" * whole.endswith("?"), text, situation)
            if intent is None or intent.name == START_TIMER or _only_a_name(intent, text):
                continue
            found = about if situation.grounds(intent) else rest
            found.setdefault((intent.name, repr(intent.slots)), (text, intent))
        meant = about or rest
        return next(iter(meant.values())) if len(meant) == 1 else None

    def _one(self, whole: str, bare: str, situation: Situation) -> Intent | None:
        """The first reading that is grounded, else the first reading."""
        intent = self._read(whole, bare, situation)
        if intent is not None and situation.grounds(intent):
            return intent
        other = rephrased(bare) if situation.language.startswith("en") else None
        if other is None:
            return intent
        again = self._read(other, other, situation)
        asked = bare.endswith("?") and not _asked_politely(whole, bare)
        questioned = asks(bare.rstrip("? ")) or asked
        if again is None or (questioned and again.name not in QUESTIONS):
            return intent
        return again if intent is None or situation.grounds(again) else intent

    def _read(self, whole: str, bare: str, situation: Situation) -> Intent | None:
        names, area = situation.names, situation.area
        readable: Intent | None = None
        for text in dict.fromkeys((whole, bare)):
            for read in (self.rules.recognise, self.rules.recognise_loosely):
                if read is self.rules.recognise_loosely and text != bare:
                    continue
                found = read(text, names, area)
                intent = found and _as_asked(found, whole, bare)
                if intent is not None and situation.grounds(intent):
                    return intent
                readable = readable or intent
        return readable

    def _several(self, text: str, situation: Situation) -> tuple[Intent, ...] | None:
        parts = parts_of(text, situation.language)
        if situation.language.startswith("en"):
            places = places_of(situation)
            asked = [part for part in parts if not reasons.is_reason(part, places)]
            parts = asked or parts
        if not 1 < len(parts) <= MAX_PARTS:
            return None
        intents: list[Intent] = []
        before: str | None = None
        for index, part in enumerate(parts):
            after = parts[index + 1] if index + 1 < len(parts) else None
            found = self._part(part, before, after, situation)
            if found is None:
                return None
            intent, before = found
            intents.append(intent)
        return tuple(intents)

    def _part(
        self, part: str, before: str | None, after: str | None, situation: Situation
    ) -> tuple[Intent, str] | None:
        readable: tuple[Intent, str] | None = None
        for reading in readings(part, before, after):
            text = plain(reading.text, situation.language)
            intent = self._one(text, text, situation)
            if intent is None or intent.name == START_TIMER:
                continue
            whole = reading.text == part and intent.name == "HassTurnOn"
            alone = whole and "scene" not in intent.domains and not _acts(text)
            if alone and not _says_more(text, situation.names):
                continue  # "the fan" alone would turn it on, whatever was said of the light
            if situation.grounds(intent):
                return intent, text
            readable = readable or (intent, text)
            if reading.final:
                break
        # Nothing is done of a sentence of which a part can't be; grounding says which and why.
        return readable


def places_of(situation: Situation) -> tuple[str, ...]:
    """The folded names of the areas and floors."""
    return (*situation.names.areas, *situation.names.floors)


def _placed(intent: Intent, where: Mapping[str, str], situation: Situation) -> Intent:
    """The intent at the place, unless it says another one itself."""
    said = "floor" in intent.slots or ("area" in intent.slots and not intent.here)
    if said or _EVERY.search(intent.text) or intent.name not in HANDLERS.keys() | QUESTIONS:
        return intent
    slots = {key: value for key, value in intent.slots.items() if key != "area"}
    there = replace(intent, slots={**slots, **where}, here=False)
    named = "name" in intent.slots  # of one device, wherever that is
    return intent if named and not situation.grounds(there) else there


def _says_more(part: str, names: Names) -> bool:
    """True where the part has other words than those of names, kinds and places."""
    left = (word for word in key_of(part) if word not in names.generic)
    return any(word not in names.by_word and word not in _SMALL for word in left)


def _device_said(text: str, names: Names) -> bool:
    """True where a sentence of some words has one of a name, a kind or a place in it."""
    words = key_of(text)
    known = (word in names.generic or word in names.by_word for word in words)
    return 2 < len(words) <= MAX_MISHEARD and any(known)


def _is_command(intent: Intent) -> bool:
    return intent.name not in QUESTIONS and intent.name in HANDLERS


def _asked_politely(whole: str, bare: str) -> bool:
    return bool(_VERB.match(bare) or _DOING.match(bare) or _POLITE.search(whole))


def _only_a_name(intent: Intent, text: str) -> bool:
    """True where nothing but a device's name was said: that may be half a sentence."""
    name = intent.slots.get("name")
    said = fold(text).removeprefix("the ").removeprefix("my ")
    acts = intent.name == "HassTurnOn" and "scene" not in intent.domains
    return acts and name is not None and said == fold(str(name))


def _acts(part: str) -> bool:
    return bool(_VERB.match(part)) or part.rsplit(maxsplit=1)[-1].casefold() in ("on", "off", "out")


def _as_asked(intent: Intent, whole: str, bare: str) -> Intent | None:
    """The intent, as a question where the sentence is one.

    "The kitchen light on?" asks; "could you turn on the light?" and "turn on the light?" command.
    """
    if not whole.endswith("?") or intent.name in QUESTIONS or _VERB.match(bare):
        return intent
    states = {"HassTurnOn": "on", "HassTurnOff": "off"}
    if intent.name not in states or "name" not in intent.slots:
        return intent if intent.name not in states else None
    slots = {**intent.slots, "state": states[intent.name]}
    return replace(intent, name="HassGetState", slots=slots, question="one_yesno")
