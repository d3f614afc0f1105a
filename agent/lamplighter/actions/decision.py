"""From an ask to what is to be done or answered: understood, judged, asked back or postponed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from lamplighter.actions.asking import AskMessage
from lamplighter.actions.authorisation import Authorisation
from lamplighter.actions.dialogue import (
    Dialogue,
    OpenQuestion,
    leans_no,
    says_no,
    says_yes,
)
from lamplighter.actions.execution import Executor
from lamplighter.actions.record import ActionRecord
from lamplighter.actions.reply import Reply
from lamplighter.actions.scheduling import Change, Scheduler
from lamplighter.understanding.interpretation import (
    Act,
    Answer,
    Ask,
    Clarify,
    Interpretation,
    Later,
    NotUnderstood,
    Pending,
    Result,
    Timer,
)


class Interpreter(Protocol):
    """What understands sentences; ``understanding.understanding.Understanding`` does."""

    async def interpret(self, ask: Ask) -> Interpretation:
        """What a sentence means."""
        ...

    async def resume(self, pending: Pending, ask: Ask) -> Interpretation:
        """What an answer to a question means."""
        ...


@dataclass(slots=True)
class Plan:
    """Actions ready to be sent, and what to say once they are done."""

    records: list[ActionRecord]
    speech: str
    interpretation: Interpretation


class Decisions:
    """Decides what comes of an ask; one at a time.

    Args:
        understanding: from text to an interpretation.
        executor: prepares steps.
        dialogue: keeps questions asked back.
        scheduler: keeps what is to be done later.
        authorisation: what may be done.
        monotonic: seconds that never jump.
    """

    def __init__(
        self,
        *,
        understanding: Interpreter,
        executor: Executor,
        dialogue: Dialogue,
        scheduler: Scheduler,
        authorisation: Authorisation,
        monotonic: Callable[[], float],
    ) -> None:
        self._understanding = understanding
        self._executor = executor
        self._dialogue = dialogue
        self._scheduler = scheduler
        self._authorisation = authorisation
        self._monotonic = monotonic

    async def decide(self, asked: AskMessage) -> Reply | Plan:
        """What to answer, or to do: as the answer to an open question, or as a new sentence."""
        ask = asked.ask
        question = None if asked.scheduled is not None else self._dialogue.take(ask)
        if question is not None:
            continued = await self._continue(question, asked)
            if continued is not None:
                return continued
        interpretation = await self._understanding.interpret(ask)
        return await self._follow(interpretation, asked)

    async def _continue(self, question: OpenQuestion, asked: AskMessage) -> Reply | Plan | None:
        """The ask as the answer to an open question; None where it is a new sentence."""
        ask = asked.ask
        if says_no(ask.text):
            return self._reply(asked, "answered", "All right, I won't.", question.interpretation)
        if question.confirm is not None and says_yes(ask.text):
            objection = self._objected(question.confirm, question.interpretation, asked, question)
            return objection or self._confirmed(question.confirm, question.interpretation, asked)
        if question.pending is not None:
            interpretation = await self._understanding.resume(question.pending, ask)
            if not isinstance(interpretation.result, NotUnderstood):
                return await self._follow(interpretation, asked, question)
        if not leans_no(ask.text):
            return None
        # "No, the other one" may be a command; "nah leave it locked" is a no in many words.
        interpretation = await self._understanding.interpret(ask)
        if isinstance(interpretation.result, NotUnderstood):
            return self._reply(asked, "answered", "All right, I won't.", question.interpretation)
        return await self._follow(interpretation, asked)

    def _confirmed(
        self, what: Act | Later, interpretation: Interpretation, asked: AskMessage
    ) -> Reply | Plan:
        if isinstance(what, Act):
            return self._plan(what, interpretation, asked)
        change = self._scheduler.add(what, asked.ask, confirmed=True)
        return self._changed(asked, "scheduled", change, interpretation)

    async def _follow(
        self,
        interpretation: Interpretation,
        asked: AskMessage,
        question: OpenQuestion | None = None,
    ) -> Reply | Plan:
        objection = self._objected(interpretation.result, interpretation, asked, question)
        return objection or await self._do(interpretation, asked)

    def _objected(
        self,
        result: Result,
        interpretation: Interpretation,
        asked: AskMessage,
        question: OpenQuestion | None,
    ) -> Reply | None:
        """What is said against an ask because of where it came from; a yes is one as well."""
        objection = self._authorisation.objection(result, asked)
        if objection is None:
            return None
        if question is not None:
            # Nothing was decided: it may be answered again, with what was missing.
            self._dialogue.ask_back(asked.ask, question)
        return self._reply(asked, "refused", objection, interpretation, explain="upstream")

    async def _do(self, interpretation: Interpretation, asked: AskMessage) -> Reply | Plan:
        result = interpretation.result
        match result:
            case Act():
                return self._judged(result, interpretation, asked)
            case Answer():
                return self._reply(asked, "answered", result.speech, interpretation)
            case Clarify():
                question = OpenQuestion(
                    self._monotonic() + self._authorisation.policy.confirm_within,
                    interpretation,
                    pending=result.pending,
                )
                self._dialogue.ask_back(asked.ask, question)
                return self._reply(
                    asked, "clarify", result.question, interpretation, options=result.options
                )
            case Later():
                return await self._postpone(result, interpretation, asked)
            case Timer():
                change = self._scheduler.operate(result, asked.ask)
                return self._changed(asked, "answered", change, interpretation)
            case NotUnderstood():
                return self._reply(
                    asked, "not_understood", result.speech, interpretation, explain=result.reason
                )
            case _:
                raise NotImplementedError(type(result).__name__)

    async def _postpone(
        self, later: Later, interpretation: Interpretation, asked: AskMessage
    ) -> Reply:
        """Schedules; what is risky is asked about now, while somebody is there to answer."""
        if later.text:
            meant = await self._understanding.interpret(replace(asked.ask, text=later.text))
            if isinstance(meant.result, Act):
                objection = self._objection(meant.result, later, interpretation, asked)
                if objection is not None:
                    return objection
        change = self._scheduler.add(later, asked.ask)
        return self._changed(asked, "scheduled", change, interpretation)

    def _changed(
        self, asked: AskMessage, outcome: Any, change: Change, interpretation: Interpretation
    ) -> Reply:
        reply = self._reply(asked, outcome, change.speech, interpretation)
        return replace(reply, write=change.write)

    def _judged(self, act: Act, interpretation: Interpretation, asked: AskMessage) -> Reply | Plan:
        objection = self._objection(act, act, interpretation, asked)
        return objection or self._plan(act, interpretation, asked)

    def _objection(
        self, act: Act, then: Act | Later, interpretation: Interpretation, asked: AskMessage
    ) -> Reply | None:
        """What the policy says against an act; ``then`` is what a yes leads to."""
        refused, risky = self._authorisation.examine(act.steps, asked.ask.origin)
        if refused:
            speech = f"I'm not allowed to {self._authorisation.described(refused)}."
            return self._reply(asked, "refused", speech, interpretation)
        if not risky or asked.confirmed:
            return None
        until = self._monotonic() + self._authorisation.policy.confirm_within
        self._dialogue.ask_back(asked.ask, OpenQuestion(until, interpretation, confirm=then))
        when = "" if then is act else " then"
        speech = (
            f"Shall I really {self._authorisation.described(risky)}{when}? Say yes to go ahead."
        )
        return self._reply(asked, "confirm", speech, interpretation)

    def _plan(self, act: Act, interpretation: Interpretation, asked: AskMessage) -> Reply | Plan:
        left = self._executor.expire_after
        if asked.since is not None:
            left -= self._monotonic() - asked.since
        if left <= 0:
            return expired_reply(asked.ask)
        records = self._executor.prepare(act.steps, expires_at=asked.expires_at, lasts=left)
        return Plan(records, act.speech, interpretation)

    def _reply(
        self,
        asked: AskMessage,
        outcome: Any,
        speech: str,
        interpretation: Interpretation,
        *,
        explain: str = "",
        options: Sequence[str] = (),
    ) -> Reply:
        return Reply(
            id=asked.ask.id,
            text=asked.ask.text,
            outcome=outcome,
            speech=speech,
            via=interpretation.via,
            confidence=interpretation.confidence,
            explain=explain or interpretation.explain,
            options=options,
        )


def expired_reply(ask: Ask) -> Reply:
    """What is said of an ask that came too late."""
    speech = "That command had expired before it reached me."
    return Reply(ask.id, ask.text, "refused", speech, explain="expired")
