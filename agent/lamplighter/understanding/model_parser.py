"""Parsing by the model, for sentences that the rules don't know.

The model reads the sentence and nothing else, and writes a frame (see ``frames``) under a grammar
that admits only what the sentence and the catalogue hold. A model that was trained to write frames
(its manifest says so) needs one line of instruction; any other is shown examples. A wrong action
is worse than a question, so what the model says is acted on only where it is confident, nothing in
the sentence speaks against it (see ``caution``) and nothing is opened by it; less certain
readings become a question ("Do you mean ...?"), the rest nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import structlog

from lamplighter.errors import ModelError
from lamplighter.model.decoding import grammar
from lamplighter.model.prompt import chat
from lamplighter.model.request import Completion, Request, Urgency
from lamplighter.understanding.caution import (
    contradicts,
    hindrance,
    is_question,
    names_more,
    passed_over,
    requests,
    said_all,
    says,
)
from lamplighter.understanding.frame_grammar import HERE, all_mentions, line_of, parts_about
from lamplighter.understanding.frames import (
    FIRST_VERBS,
    NONE,
    VERBS,
    Frame,
    Mentions,
    Verb,
    intents_of,
    mentions_in,
)
from lamplighter.understanding.intents import QUESTIONS, Intent, Parse
from lamplighter.understanding.names import Names
from lamplighter.understanding.normalise import fold, plain
from lamplighter.understanding.rule_parser import Situation

_log = structlog.get_logger("understanding")

TASK = "frames"
"""The name under which a manifest says that the weights were trained to write frames."""

WIDE_TASK = "wide frames"
"""The name under which it says that they know every verb; else they know the first ones."""

SHORT_INSTRUCTION = "Read the home command."
"""All that a model trained to write frames is told; it was trained with exactly these words."""

_INSTRUCTION = (
    "You read what people say at home and write one line: verb|kind|name|area|value. "
    f"Verbs: {', '.join(FIRST_VERBS)}, {NONE}. Write none for anything else."
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
_DRASTIC = frozenset({"siren"})
"""Domains that nothing is done to on the model's word alone."""

_LOST = re.compile(r"^(?:turn|switch|put|flip)\b", re.IGNORECASE)
"""Begins sentences that say on or off: where neither is found, a word was lost."""

_JUST_S = 180.0
"""Seconds for which a feeling is about what was done before."""

_THERE = re.compile(r"\b(?:up|down|over|in|out|back|through) there\b", re.IGNORECASE)


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
        loosely: the least with which anything else is that is not risky.
        ask: the least confidence with which it is asked "Do you mean ...?".
    """

    act: float = 0.8
    loosely: float = 0.95
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
        """The intents of the sentence, or None where the model has none or is too unsure.

        Where several devices are named, each in a part of its own, the parts are read one by one.
        """
        bare = plain(text, situation.language)
        parts = parts_about(bare, situation.names)
        if len(parts) > 1 and not hindrance(bare):
            parses = [await self._parsed(part, part, situation) for part in parts]
            if (whole := _joined(parses)) is not None:
                return whole
        return await self._parsed(text, bare, situation)

    async def _parsed(self, text: str, bare: str, situation: Situation) -> Parse | None:
        """What is made of a sentence that says one thing."""
        mentions = self.mentions(bare, situation.names)
        if not mentions.device() or hindrance(bare):
            return None  # nothing of this home is named: not worth the model's time
        frame, confidence = await self.frame(bare, mentions)
        intent = _placed(intents_of(frame, mentions, situation.names, bare), mentions, situation)
        if intent is not None and mentions.implied and intent.slots.get("kind") == "light":
            intent = replace(intent, many=_in_a_place(intent))  # a dark room means all its lights
        if intent is None or confidence < self.thresholds.ask or not situation.grounds(intent):
            return None
        explain = f"the model read {frame.line()!r} with confidence {confidence:.2f}"
        if intent.name in QUESTIONS:
            return Parse((intent,), "model", confidence, explain)
        if contradicts(frame, bare) or passed_over(frame, bare, mentions):
            return None
        if (is_question(bare) or text.endswith("?")) and not requests(bare):
            return None  # a question is never acted on
        sure = self._sure(frame, intent, bare, mentions, confidence)
        return Parse((intent,), "model", confidence, explain, sure=sure)

    async def warm(self) -> None:
        """Evaluates what every prompt begins with, so that the first sentence need not wait.

        A sentence that comes meanwhile goes first. Where the model fails, a sentence says so.
        """
        request = Request(
            prefix=self.prefix(),
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
            prefix=self.prefix(),
            turns=(chat.user(text), chat.assistant_prefix()),
            grammar=grammar.compile_grammar(line_of(mentions, self._verbs)),
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

    @property
    def _verbs(self) -> Mapping[str, Verb]:
        return VERBS if WIDE_TASK in getattr(self.engine, "tasks", ()) else FIRST_VERBS

    def prefix(self) -> tuple[chat.Turn, ...]:
        """What every prompt begins with."""
        return (chat.system(SHORT_INSTRUCTION),) if self._trained else _examples()

    def _sure(
        self, frame: Frame, intent: Intent, text: str, mentions: Mentions, confidence: float
    ) -> bool:
        """True where the reading is acted on without asking."""
        verb = VERBS[frame.verb]
        if verb.risky or confidence < self.thresholds.act or mentions.domains <= _DRASTIC:
            return False
        begins = verb.starts.match(text) is not None
        if frame.verb in ("on", "off") and _LOST.match(text) and not begins:
            return False
        plainly = (begins or says(frame, text)) and frame.kind in fold(text)
        if plainly and said_all(frame, text):
            return True
        return (
            confidence >= self.thresholds.loosely
            and (_in_a_place(intent) or not intent.many)
            and not names_more(frame, mentions)
        )


def _in_a_place(intent: Intent) -> bool:
    """True where it is about less than the whole home."""
    return not {"area", "floor", "ids"}.isdisjoint(intent.slots)


def _placed(intent: Intent | None, mentions: Mentions, situation: Situation) -> Intent | None:
    """The intent where the sentence means it: "here" is the asker's area, where that is known.

    So it is too where only a feeling is said ("it's freezing"); right after something was done
    ("and a bit darker"), it is about that. All of the home is never "here", and what is "there"
    is not known.
    """
    if intent is None or {"area", "floor"} & intent.slots.keys():
        return intent
    here = HERE.search(intent.text) is not None
    named = "name" in intent.slots
    if not here and (named or not (mentions.implied or _THERE.search(intent.text))):
        return intent
    if not here and _THERE.search(intent.text):
        return None
    if not here and (just := _just_done(intent, situation)):
        return replace(intent, slots={**intent.slots, "ids": just})
    if situation.area is None:
        return None if here and (intent.many or named) else intent
    return replace(intent, slots={**intent.slots, "area": situation.area})


def _just_done(intent: Intent, situation: Situation) -> tuple[str, ...]:
    """The devices that were acted on just before and can do this, too."""
    context = situation.context
    if context is None or not context.acted or context.age_s > _JUST_S:
        return ()
    return tuple(each for each in context.entities if each.partition(".")[0] in intent.domains)


def _joined(parses: Sequence[Parse | None]) -> Parse | None:
    """The parts' parses as one; None where a part was not understood."""
    found = [parse for parse in parses if parse is not None]
    if len(found) < len(parses):
        return None
    return Parse(
        tuple(intent for parse in found for intent in parse.intents),
        "model",
        min(parse.confidence for parse in found),
        "; ".join(parse.explain for parse in found),
        sure=all(parse.sure for parse in found),
    )


def _examples() -> tuple[chat.Turn, ...]:
    turns = [chat.system(_INSTRUCTION)]
    for said, line in _EXAMPLES:
        turns += [chat.user(said), chat.assistant(line)]
    return tuple(turns)
