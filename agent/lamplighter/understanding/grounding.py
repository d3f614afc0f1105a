"""Grounding a parse: its intents become steps, answers, schedules or a question back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import cast

from lamplighter.catalogue.entity import Entity, State
from lamplighter.understanding import speech
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
    Candidate,
    Clarify,
    Later,
    NotUnderstood,
    Pending,
    Result,
    Step,
    Timer,
    TimerOperation,
)
from lamplighter.understanding.normalise import plain
from lamplighter.understanding.questions import Questions, ask_which
from lamplighter.understanding.resolver import Resolver
from lamplighter.understanding.time_expressions import seconds_of, spoken_length


@dataclass(frozen=True, slots=True)
class Acting:
    """What one command comes to: steps that are settled, or candidates to choose from."""

    steps: tuple[tuple[Step, Entity], ...] = ()
    candidates: tuple[tuple[Step, Entity], ...] = ()
    explain: str = ""
    problem: NotUnderstood | None = None


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

    def ground(self, parse: Parse, ask: Ask) -> tuple[Result, str]:
        """What the parse comes to here and now, and why."""
        if len(parse.intents) == 1:
            single = self._alone(parse.intents[0])
            if single is not None:
                return single
        actings: list[Acting] = []
        answers: list[str] = []
        reasons: list[str] = []
        for intent in parse.intents:
            if intent.name in QUESTIONS:
                reply, reason = self.questions.answer(intent, self.resolver, ask.area)
                if not isinstance(reply, Answer):
                    return reply, reason
                answers.append(reply.speech)
            else:
                acting = self.act(intent, ask.area)
                if acting.problem is not None:
                    return acting.problem, acting.explain
                actings.append(acting)
                reason = acting.explain
            reasons.append(reason)
        explain = "; ".join(reason for reason in reasons if reason)
        if not actings:
            return Answer(" ".join(answers)), explain
        return self._together(parse, actings, answers, ask), explain

    def grounds(self, intent: Intent, area: str | None) -> bool:
        """True where the intent is about something that exists and can do it."""
        if intent.name in QUESTIONS:
            reply, _ = self.questions.answer(intent, self.resolver, area)
            return not isinstance(reply, NotUnderstood)
        if (
            intent.name in TIMERS
            or intent.name in CLOCK
            or intent.name in (START_TIMER, NEVER_MIND, HELP)
        ):
            return True
        return self.act(intent, area).problem is None

    def act(self, intent: Intent, area: str | None) -> Acting:
        """The steps of one command, or the candidates among which somebody has to choose."""

        def step_of(entity: Entity) -> Step | Cannot | None:
            return plan(intent, entity, self._state_of(entity.id))

        def able(entity: Entity) -> bool:
            outcome = step_of(entity)
            return isinstance(outcome, Step) or (isinstance(outcome, Cannot) and outcome.for_now)

        found = self.resolver.resolve(intent, area, able)
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

    def _together(
        self, parse: Parse, actings: Sequence[Acting], answers: Sequence[str], ask: Ask
    ) -> Result:
        open_ones = [acting for acting in actings if acting.candidates]
        if not open_ones:
            act = _act([pair for acting in actings for pair in acting.steps], answers)
            return act if parse.sure else self._proposed(act, ask)
        if all(len(acting.candidates) == 1 for acting in open_ones):
            chosen = [pair for acting in actings for pair in (acting.steps or acting.candidates)]
            return self._proposed(_act(chosen, answers), ask)
        if len(open_ones) > 1 or not parse.sure:
            names = [entity.name for _, entity in open_ones[0].candidates]
            shown = speech.listed(names[:5], "or")
            return Clarify(f"Which one do you mean: {shown}? Please say it with the name.")
        candidates = [
            Candidate(
                (entity.name, *entity.aliases, *([entity.area] if entity.area else [])),
                _act(_with(actings, (step, entity)), answers),
            )
            for step, entity in open_ones[0].candidates
        ]
        return ask_which(ask.text, candidates)

    def _proposed(self, act: Act, ask: Ask) -> Clarify:
        question = f"Do you mean: {_proposal(act, self.resolver)}?"
        candidate = Candidate(("yes",), act)
        return Clarify(question, ("yes", "no"), Pending(ask.text, (candidate,)))


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


def _with(actings: Sequence[Acting], chosen: tuple[Step, Entity]) -> list[tuple[Step, Entity]]:
    return [
        pair for acting in actings for pair in ((chosen,) if acting.candidates else acting.steps)
    ]


def _act(pairs: Sequence[tuple[Step, Entity]], answers: Sequence[str]) -> Act:
    kept: list[tuple[Step, Entity]] = []
    for pair in pairs:
        if pair not in kept:
            kept.append(pair)
    steps = tuple(step for step, _ in kept)
    said = speech.done(steps, [entity for _, entity in kept])
    return Act(steps, " ".join([said, *answers]))


def _proposal(act: Act, resolver: Resolver) -> str:
    entities = resolver.names.entities
    return speech.listed(speech.wish(step, entities[step.entity_id]) for step in act.steps)
