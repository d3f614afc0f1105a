"""Grounding a parse: its intents become steps, answers, schedules or a question back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import cast

from lamplighter.catalogue.entity import Entity, State
from lamplighter.understanding import speech
from lamplighter.understanding.choosing import Situated, changes_nothing
from lamplighter.understanding.context import Context
from lamplighter.understanding.handlers import plan
from lamplighter.understanding.handlers.outcome import Cannot, taken_by
from lamplighter.understanding.intents import (
    CLOCK,
    HELP,
    NEVER_MIND,
    QUESTIONS,
    START_TIMER,
    TIMERS,
    Intent,
    Parse,
)
from lamplighter.understanding.interpretation import (
    Act,
    Answer,
    Ask,
    Clarify,
    Later,
    NotUnderstood,
    Pending,
    Result,
    Step,
    Timer,
    TimerOperation,
)
from lamplighter.understanding.names import Names
from lamplighter.understanding.normalise import plain
from lamplighter.understanding.parts import Option, Part, combined, labels
from lamplighter.understanding.questions import Questions
from lamplighter.understanding.resolver import Grounding, Resolver
from lamplighter.understanding.time_expressions import seconds_of, spoken_length

Pair = tuple[Step, Entity]
RECENT_S = 300.0
"""What was mentioned longer ago than this many seconds does not tell which device is meant."""


@dataclass(frozen=True, slots=True)
class Grounded:
    """What a parse comes to here and now.

    Attributes:
        result: what is to happen.
        explain: why, and why with these devices.
        mentioned: ids of the entities that it is about, in the order of the sentence.
    """

    result: Result
    explain: str = ""
    mentioned: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Acting:
    """What one command comes to: steps that are settled, or candidates to choose from."""

    steps: tuple[Pair, ...] = ()
    candidates: tuple[Pair, ...] = ()
    explain: str = ""
    problem: NotUnderstood | None = None


class Listening(Resolver):
    """A resolver that notes which entities it found, for what is said next.

    Args:
        names: of the catalogue.
        recent: ids of the entities that were mentioned last.
    """

    def __init__(self, names: Names, recent: tuple[str, ...]) -> None:
        super().__init__(names)
        self.recent = recent
        self.heard: list[str] = []

    def resolve(
        self,
        intent: Intent,
        area: str | None,
        able: Callable[[Entity], bool],
        situated: Situated | None = None,
    ) -> Grounding:
        """As any resolver does."""
        told = situated or Situated(area, self.recent)
        found = super().resolve(intent, area, able, told)
        if not found.missing and not found.ambiguous:
            ids = [entity.id for entity in found.entities]
            self.heard += [each for each in ids if each not in self.heard]
        return found


class Grounder:
    """Grounds parses in one revision of the catalogue.

    Args:
        resolver: finds entities.
        questions: answers questions.
        state_of: the state of an entity by its id.
        clock: UTC seconds now.
    """

    def __init__(
        self,
        resolver: Resolver,
        questions: Questions,
        *,
        state_of: Callable[[str], State],
        clock: Callable[[], float],
    ) -> None:
        self.resolver = resolver
        self.questions = questions
        self._state_of = state_of
        self._clock = clock

    def ground(self, parse: Parse, ask: Ask) -> Grounded:
        """What the parse comes to here and now: all of it, in order, or nothing of it."""
        if len(parse.intents) == 1:
            single = self._alone(parse.intents[0])
            if single is not None:
                return Grounded(*single)
        parts: list[Part] = []
        recent = _recent(ask.context)
        for intent in parse.intents:
            part = self._part(intent, ask.area, recent)
            if isinstance(part, Grounded):
                acts = any(each.name not in QUESTIONS for each in parse.intents)
                return _nothing_done(part) if len(parse.intents) > 1 and acts else part
            parts.append(part)
            recent = part.mentioned or recent
        explain = "; ".join(part.explain for part in parts if part.explain)
        mentioned = dict.fromkeys(each for part in parts for each in part.mentioned)
        result = combined(parts, ask.text, sure=parse.sure)
        return Grounded(result, explain, tuple(mentioned))

    def grounds(self, intent: Intent, area: str | None, context: Context | None = None) -> bool:
        """True where the intent is about something that exists and can do it."""
        if intent.name in QUESTIONS:
            return self.questions.grounds(intent, self.resolver, area)
        if (
            intent.name in TIMERS
            or intent.name in CLOCK
            or intent.name in (START_TIMER, NEVER_MIND, HELP)
        ):
            return True
        return self.act(intent, area, _recent(context)).problem is None

    def act(self, intent: Intent, area: str | None, recent: tuple[str, ...] = ()) -> Acting:
        """The steps of one command, or the candidates among which somebody has to choose.

        ``recent`` are the ids of the entities that were mentioned last.
        """

        def step_of(entity: Entity) -> Step | Cannot | None:
            return plan(intent, entity, self._state_of(entity.id))

        def able(entity: Entity) -> bool:
            outcome = step_of(entity)
            return isinstance(outcome, Step) or (isinstance(outcome, Cannot) and outcome.for_now)

        def moot(entity: Entity) -> bool:
            step, state = step_of(entity), self._state_of(entity.id)
            return not isinstance(step, Step) or changes_nothing(step, entity, state, intent)

        situated = Situated(area, recent, moot)
        found = self.resolver.resolve(intent, area, able, situated)
        if found.missing:
            return Acting(problem=self._nothing(intent, found.missing, found.entities, area))
        pairs = tuple(
            (step, entity) for entity in found.entities if isinstance(step := step_of(entity), Step)
        )
        if not pairs and found.ambiguous:
            return Acting(problem=_none_now(found.entities))
        if not pairs:
            return Acting(problem=self._nothing(intent, "", found.entities, area))
        if found.ambiguous:
            return Acting(candidates=pairs, explain=found.explain)
        return Acting(steps=pairs, explain=found.explain)

    def _part(self, intent: Intent, area: str | None, recent: tuple[str, ...]) -> Part | Grounded:
        """One part of the sentence; ``Grounded`` where the sentence comes to nothing by it."""
        if intent.name in QUESTIONS:
            return self._asked(intent, area, recent)
        acting = self.act(intent, area, recent)
        if acting.problem is not None:
            return Grounded(acting.problem, acting.explain)
        options = tuple(
            Option(names, ((step, entity),))
            for names, (step, entity) in zip(
                labels([entity for _, entity in acting.candidates]), acting.candidates, strict=True
            )
        )
        mentioned = tuple(entity.id for _, entity in acting.steps)
        return Part(acting.steps, "", options, acting.explain, mentioned)

    def _asked(self, intent: Intent, area: str | None, recent: tuple[str, ...]) -> Part | Grounded:
        listening = Listening(self.resolver.names, recent)
        found = self.questions.answered(intent, listening, area)
        reply, reason = found.reply, found.explain
        match reply:
            case Answer():
                of_many = intent.question in ("any", "all", "which", "how_many")
                about = found.entities or (() if of_many else tuple(listening.heard))
                return Part((), reply.speech, (), reason, about)
            case Clarify(pending=Pending(candidates=candidates)) if candidates:
                options = tuple(
                    Option(each.names, (), each.result.speech)
                    for each in candidates
                    if isinstance(each.result, Answer)
                )
                return Part((), "", options, reason)
            case _:
                return Grounded(reply, reason)

    def _alone(self, intent: Intent) -> tuple[Result, str] | None:
        if intent.name == START_TIMER:
            return _timer_started(intent), "a timer"
        if intent.name in TIMERS:
            area = intent.slots.get("area")
            length = seconds_of(intent.slots, "start_")
            return Timer(
                cast("TimerOperation", TIMERS[intent.name]),
                name=str(intent.slots.get("name", "")),
                length_s=length or None,
                by_s=seconds_of(intent.slots),
                area=None if area is None else str(area),
            ), "about a timer"
        if intent.name == HELP:
            return Answer(speech.examples(self.resolver.names.entities.values())), "asked for help"
        if intent.name == NEVER_MIND:
            return Answer("All right."), "nothing was wanted"
        if intent.name in CLOCK:
            now = datetime.fromtimestamp(self._clock()).astimezone()
            said = now.strftime("%H:%M" if intent.name == "HassGetCurrentTime" else "%A, %d %B %Y")
            return Answer(f"It is {said}."), "the clock of this machine"
        return None

    def _nothing(
        self, intent: Intent, missing: str, named: Sequence[Entity], area: str | None
    ) -> NotUnderstood:
        for entity in named or self._of_the_kind(intent, area):
            outcome = plan(intent, entity, self._state_of(entity.id))
            if isinstance(outcome, Cannot):
                return NotUnderstood(f"{entity.id} can't", speech.sentence(outcome.speech))
        place = intent.slots.get("area") or intent.slots.get("floor")
        where = f" in {speech.placed(str(place))}" if place else ""
        exists = self.resolver.resolve(replace(intent, domains=frozenset()), area, lambda _: True)
        if len(exists.entities) == 1 and (takes := taken_by(exists.entities[0])):
            said = speech.sentence(f"{speech.called(exists.entities[0])} takes {takes}")
            return NotUnderstood(f"{exists.entities[0].id} can't", said)
        which = " that can do that" if exists.entities else ""
        said = speech.sentence(f"I know of no {missing}{where}{which}")
        return NotUnderstood(f"no {missing}{where} can", said)

    def _of_the_kind(self, intent: Intent, area: str | None) -> Sequence[Entity]:
        return self.resolver.resolve(
            intent, area, lambda entity: plan(intent, entity, State()) is not None
        ).entities


def delayed(result: Result, intent: Intent, text: str) -> Result:
    """The schedule for a command whose interpretation now is ``result``.

    Only what would be carried out at once may be scheduled; everything else stays as it is,
    without a way to be continued: the answer would be carried out too early.
    """
    if isinstance(result, Clarify):
        return replace(result, question=f"{result.question} Please say it again.", pending=None)
    if not isinstance(result, Act):
        return result
    length = seconds_of(intent.slots)
    return Later(
        delay_s=length, text=text, speech=f"In {spoken_length(length)}: {_scheduled(text)}."
    )


def _scheduled(text: str) -> str:
    """The command as it is said back, without polite forms: "turn the lamp off"."""
    said = plain(text)
    return said[:1].lower() + said[1:] if said[1:2].islower() else said


def _timer_started(intent: Intent) -> Result:
    length, name = seconds_of(intent.slots), str(intent.slots.get("name", ""))
    if length <= 0:
        return NotUnderstood("a timer without a length", "How long should the timer run?")
    called = f"{name} timer" if name else "timer"
    spoken = spoken_length(length)
    return Later(
        delay_s=length,
        text="",
        speech=speech.sentence(f"{called} set for {spoken}"),
        message=f"Your {called} is done: {spoken} have passed.",
        name=name,
    )


def _none_now(entities: Sequence[Entity]) -> NotUnderstood:
    said = f"I don't know which one you mean, and none of the {len(entities)} can do that now."
    return NotUnderstood("none of several can", said)


def _recent(context: Context | None) -> tuple[str, ...]:
    return context.entities if context is not None and context.age_s <= RECENT_S else ()


def _nothing_done(found: Grounded) -> Grounded:
    """The problem of one part, of a sentence of several: nothing is done of the others."""
    if not isinstance(found.result, NotUnderstood):
        return found
    told = f"{found.result.speech} So I did nothing."
    return replace(found, result=replace(found.result, speech=told))
