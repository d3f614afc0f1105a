"""Parsing by the model, for sentences that the rules don't know.

The model reads the sentence and nothing else, and writes a frame (see ``frames``) under a grammar
that admits only what the sentence and the catalogue hold. A model that was trained to write frames
(its manifest says so) needs one line of instruction; any other is shown examples. A wrong action
is worse than a question, so what the model says is acted on only where it is confident *and* the
sentence plainly begins with the verb; less certain readings become a question ("Do you mean
...?"), the rest nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Protocol

import structlog

from lamplighter.errors import ModelError
from lamplighter.model.decoding import grammar
from lamplighter.model.prompt import chat
from lamplighter.model.request import Completion, Request, Urgency
from lamplighter.understanding.doubts import in_the_past
from lamplighter.understanding.frames import (
    NONE,
    SETTING,
    VERBS,
    Frame,
    Mentions,
    intents_of,
    mentions_in,
)
from lamplighter.understanding.intents import QUESTIONS, Intent, Parse
from lamplighter.understanding.kinds import KINDS
from lamplighter.understanding.leftovers import left_unsaid
from lamplighter.understanding.names import Names
from lamplighter.understanding.normalise import asks, fold, plain
from lamplighter.understanding.rule_parser import Situation
from lamplighter.understanding.time_expressions import obstacle

_log = structlog.get_logger("understanding")

TASK = "frames"
"""The name under which a manifest says that the weights were trained to write frames."""

SHORT_INSTRUCTION = "Read the home command."
"""All that a model trained to write frames is told; it was trained with exactly these words."""

IMPLIED = {
    "light": "light",
    "heating": "thermostat",
    "blind": "blind",
    "fan": "fan",
    "vacuum": "vacuum",
}
"""Kinds that a sentence can be about which names a place and no device ("the loft is dark")."""

_INSTRUCTION = (
    "You read what people say at home and write one line: verb|kind|name|area|value. "
    f"Verbs: {', '.join(VERBS)}, {NONE}. Write none for anything else."
)
_EXAMPLES = (
    ("it's so dark in the attic, i can't see the lamp", "on|lamp||attic|"),
    ("we don't need the fan in the study any more", "off|fan||study|"),
    ("could the studio blinds go up", "open|blinds||studio|"),
    ("what films did the light designer work on", NONE),
    ("it is freezing, do something about the heating", "warmer|heating|||"),
    ("the lights in the attic are blinding me", "dimmer|lights||attic|"),
    ("tell me a joke about a lock", NONE),
    ("let nobody in through the lock of the porch", "lock|lock||porch|"),
    ("the hoover may get to work", "clean|hoover|||"),
    ("i'd like the study heater at 19", "set|heater||study|19"),
    ("how do i clean a fan", NONE),
    ("any idea how the boiler is doing", "ask|boiler|||"),
)
_UP = (
    r"on|open(?:ed|ing|s)?|activated?|enabled?|start(?:ed)?|raised?|unlock(?:ed)?|brighter|warmer|"
    r"hotter|up"
)
_DOWN = (
    r"off|out|close[ds]?|closing|shut|deactivated?|disabled?|kill|stop|lower(?:ed)?|lock(?:ed)?|"
    r"dimmer|darker|cooler|colder|down"
)
_AGAINST = {
    **dict.fromkeys(("on", "open", "unlock", "brighter", "warmer", "clean", "mow"), _DOWN),
    **dict.fromkeys(("off", "close", "lock", "dimmer", "cooler", "dock"), _UP),
}
"""Words that a verb's sentence does not have: the model takes "off" for "on" too easily."""

_HERE = re.compile(r"\b(?:here|this (?:room|area|space|place))\b", re.IGNORECASE)

_ENDING = re.compile(r"(?<=\w)'s\b")


class Engine(Protocol):
    """What parsing needs of ``lamplighter.model.engine.Engine``."""

    async def complete(self, request: Request) -> Completion:
        """The completion of a request."""
        ...


@dataclass(frozen=True, slots=True)
class Thresholds:
    """How sure the model has to be; chosen so that no request of somebody else's is acted on.

    Attributes:
        act: the least confidence with which a plain command is carried out.
        ask: the least confidence with which it is asked "Do you mean ...?".
    """

    act: float = 0.8
    ask: float = 0.5


class ModelParser:
    """Parses single commands with the language model.

    Args:
        engine: the model.
        thresholds: how sure it has to be.
        deadline_s: seconds after which the model is not waited for any longer.
    """

    def __init__(
        self, engine: Engine, thresholds: Thresholds | None = None, *, deadline_s: float = 3.0
    ) -> None:
        self.engine = engine
        self.thresholds = thresholds or Thresholds()
        self.deadline_s = deadline_s

    async def parse(self, text: str, situation: Situation) -> Parse | None:
        """The intent of the sentence, or None where the model has none or is too unsure."""
        bare = plain(text, situation.language)
        mentions = self.mentions(bare, situation.names)
        if not mentions.device() or obstacle(bare):
            return None  # nothing of this home is named: not worth the model's time
        frame, confidence = await self.frame(bare, mentions)
        intent = _placed(intents_of(frame, mentions, situation.names, bare), situation.area)
        if intent is None or confidence < self.thresholds.ask or _contradicts(frame, bare):
            return None
        if not situation.grounds(intent):
            return None
        if (asks(bare) or text.endswith("?")) and intent.name not in QUESTIONS:
            return None  # a question is never acted on
        if intent.name not in QUESTIONS and _passes_over(frame, bare):
            return None
        sure = self._sure(frame, intent, bare, confidence)
        explain = f"the model read {frame.line()!r} with confidence {confidence:.2f}"
        return Parse((intent,), "model", confidence, explain, sure=sure)

    async def warm(self) -> None:
        """Evaluates what every prompt begins with, so that the first sentence need not wait.

        A sentence that comes meanwhile goes first. Where the model fails, a sentence says so.
        """
        request = Request(
            prefix=self._prefix(),
            turns=(chat.user("hello"), chat.assistant_prefix()),
            grammar=grammar.compile_grammar(grammar.literal(NONE)),
            max_tokens=8,
            urgency=Urgency.REPORT,
        )
        try:
            await self.engine.complete(request)
        except ModelError as error:
            _log.warning("model_not_warmed", error=str(error))

    async def frame(self, text: str, mentions: Mentions) -> tuple[Frame, float]:
        """The model's frame of a sentence and its confidence, before any gate."""
        request = Request(
            prefix=self._prefix(),
            turns=(chat.user(text), chat.assistant_prefix()),
            grammar=grammar.compile_grammar(line_of(mentions)),
            max_tokens=48,
            deadline_s=self.deadline_s,
            urgency=Urgency.COMMAND,
        )
        completion = await self.engine.complete(request)
        if completion.finished != "stop" or completion.text == NONE:
            return Frame(NONE), completion.confidence
        return Frame(*completion.text.split("|")), completion.confidence

    def mentions(self, text: str, names: Names) -> Mentions:
        """What the sentence mentions, and what a place alone implies where the model knows that."""
        return all_mentions(text, names) if self._trained else mentions_in(text, names)

    @property
    def _trained(self) -> bool:
        return TASK in getattr(self.engine, "tasks", ())

    def _prefix(self) -> tuple[chat.Turn, ...]:
        return (chat.system(SHORT_INSTRUCTION),) if self._trained else _examples()

    def _sure(self, frame: Frame, intent: Intent, text: str, confidence: float) -> bool:
        if intent.name in QUESTIONS:
            return True
        verb = VERBS[frame.verb]
        plainly = bool(verb.starts.match(text)) and frame.kind in fold(text)
        return plainly and not verb.risky and confidence >= self.thresholds.act


def _placed(intent: Intent | None, area: str | None) -> Intent | None:
    """The intent in the asker's area where the sentence says "here"; None where that is unknown."""
    if intent is None or not _HERE.search(intent.text):
        return intent
    if area is None or "area" in intent.slots or "floor" in intent.slots:
        return None
    return replace(intent, slots={**intent.slots, "area": area})


def _contradicts(frame: Frame, text: str) -> bool:
    against = _AGAINST.get(frame.verb)
    said = text.casefold().replace(frame.name or "\0", " ")
    return against is not None and re.search(rf"\b(?:{against})\b", said) is not None


def _passes_over(frame: Frame, text: str) -> bool:
    """True where the sentence tells of what was, or holds what the frame does not say."""
    used = (frame.kind, frame.name, frame.area, frame.value)
    readings = (text, _ENDING.sub(" ", text))
    return in_the_past(text) or all(left_unsaid(each, used) for each in readings)


def all_mentions(text: str, names: Names) -> Mentions:
    """What is mentioned, also before "'s" ("the lamp's too bright"), and what a place implies.

    Kinds are implied where a place is named and no device, as in "it is dark in the loft". Only
    kinds that the home has are.
    """
    found = mentions_in(text, names)
    parted = mentions_in(_ENDING.sub(" ", text), names)
    if sum(map(len, parted.names)) > sum(map(len, found.names)) or not (
        found.device() or found.areas
    ):
        found = parted
    placed = found.areas or _HERE.search(text)
    if found.names or not placed or not set(found.kinds) <= set(found.areas):
        return found
    domains = {entity.domain for entity in names.entities.values()}
    kinds = {said: key for said, key in IMPLIED.items() if KINDS[key].domains & domains}
    kinds |= found.kinds
    able = frozenset().union(*(KINDS[key].domains for key in kinds.values()))
    return replace(found, kinds=kinds, domains=able & domains)


def _examples() -> tuple[chat.Turn, ...]:
    turns = [chat.system(_INSTRUCTION)]
    for said, line in _EXAMPLES:
        turns += [chat.user(said), chat.assistant(line)]
    return tuple(turns)


def line_of(mentions: Mentions) -> grammar.Part:
    """Every frame that can be about what was mentioned: no verb that nothing of it can do."""
    about = _about(mentions)
    possible = [
        verb
        for verb, known in VERBS.items()
        if (not known.domains or known.domains & mentions.domains)
        and (verb != SETTING or mentions.values)
    ]
    lines = [
        grammar.sequence(
            grammar.literal(f"{verb}|"),
            about,
            grammar.literal("|"),
            _one_of(mentions.values if verb == SETTING else ()),
        )
        for verb in possible
    ]
    return grammar.choice(grammar.literal(NONE), *lines)


def _about(mentions: Mentions) -> grammar.Part:
    """Kind, name and area: a name where one was said, else a kind; the area where one was said.

    An area that is only a word of the name ("hall" of the "hall light") is no place of its own.
    """
    names = " | ".join(mentions.names)
    places = [area for area in mentions.areas if area not in names]
    return grammar.sequence(
        _one_of(() if mentions.names else mentions.kinds),
        grammar.literal("|"),
        _one_of(mentions.names),
        grammar.literal("|"),
        _one_of(places),
    )


def _one_of(texts: Iterable[str]) -> grammar.Part:
    known = [text for text in texts if text]
    return grammar.names(known) if known else grammar.literal("")
