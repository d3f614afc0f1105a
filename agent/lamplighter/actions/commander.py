"""From an ask to its reply: once for each command, whatever is sent twice or cut short.

The actions' messages and the note that this command was carried out are committed together, so
that after a kill -9 a command that comes again is answered, not repeated. The audit is committed
with the reply, whichever run gives it.
"""

from __future__ import annotations

import asyncio
import json
import math
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, Protocol

import structlog

from lamplighter.actions.asking import AskMessage, parse_ask
from lamplighter.actions.command_keys import REMEMBER_S, command_key, scheduled_key
from lamplighter.actions.dialogue import (
    Dialogue,
    OpenQuestion,
    leans_no,
    says_no,
    says_yes,
)
from lamplighter.actions.execution import Executor
from lamplighter.actions.journal import CommandJournal
from lamplighter.actions.policy import Verdict, judge
from lamplighter.actions.record import ActionRecord
from lamplighter.actions.reply import Reply, concluded, in_progress, reply_of_actions
from lamplighter.actions.scheduling import Change, Due, Scheduler
from lamplighter.catalogue.entity import Entity
from lamplighter.config import Policy
from lamplighter.errors import LaneFullError, PayloadError
from lamplighter.plugin import Message
from lamplighter.store.outbound.outbox import BROKER
from lamplighter.store.records.commands import CommandStatus, Progress
from lamplighter.store.records.schedule import Schedule
from lamplighter.timekeeping.timekeeper import Stamp
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
    Step,
    Timer,
)

_log = structlog.get_logger("commands")

_MOVING = frozenset({"opening", "closing"})
_TOO_MANY_WAIT = "was not told: too many commands wait to be sent"
_SORRY = "Sorry, I didn't understand that."
_LONGEST_WAIT_S = 3600.0
_MOST_UNANSWERED = 2000


class Interpreter(Protocol):
    """What understands sentences; ``understanding.understanding.Understanding`` does."""

    async def interpret(self, ask: Ask) -> Interpretation:
        """What a sentence means."""
        ...

    async def resume(self, pending: Pending, ask: Ask) -> Interpretation:
        """What an answer to a question means."""
        ...


class Abroad(Protocol):
    """Who judges what comes from upstream; ``upstream.remote.RemotePolicy`` does."""

    def objection(self, result: Result, asked: AskMessage) -> str | None:
        """What is to be said instead of following what an ask means, or None."""
        ...

    def allows(self, entity: Entity, service: str, origin: str) -> bool:
        """Whether a service of an entity may be asked for from there."""
        ...


class _Nobody:
    """Nothing comes from upstream; what does all the same may do nothing."""

    def objection(self, result: Result, asked: AskMessage) -> str | None:  # noqa: ARG002 - the protocol's signature
        """Nothing is followed."""
        return None if asked.ask.origin == BROKER else "Nothing may be asked from upstream here."

    def allows(self, entity: Entity, service: str, origin: str) -> bool:  # noqa: ARG002 - the protocol's signature
        """Only what was asked for here."""
        return origin == BROKER


@dataclass(slots=True)
class _Plan:
    """Actions ready to be sent, and what to say once they are done."""

    records: list[ActionRecord]
    speech: str
    interpretation: Interpretation


class Commander:
    """Understands, judges, carries out, confirms and answers. Lives on the asyncio loop.

    Args:
        understanding: from text to an interpretation.
        executor: carries steps out.
        dialogue: keeps questions asked back.
        schedule: keeps what is to be done later.
        journal: remembers commands and publishes replies.
        policy: what needs a yes, what is refused.
        language: of asks that name none.
        clock: UTC seconds.
        monotonic: seconds that never jump, for elapsed times.
        stamp: the time by both clocks; None: ``clock`` stands for both, and is trusted.
        remote: judges what was asked from elsewhere; None: nothing is.
    """

    def __init__(
        self,
        *,
        understanding: Interpreter,
        executor: Executor,
        dialogue: Dialogue,
        schedule: Schedule,
        journal: CommandJournal,
        policy: Policy,
        language: str,
        clock: Callable[[], float],
        monotonic: Callable[[], float],
        stamp: Callable[[], Stamp] | None = None,
        remote: Abroad | None = None,
    ) -> None:
        self.understanding = understanding
        self.executor = executor
        self.dialogue = dialogue
        self.stamp = stamp or (lambda: Stamp(clock(), "", clock(), trusted=True))
        self.scheduler = Scheduler(
            schedule,
            stamp=self.stamp,
            grace=executor.expire_after,
            run=self.run_later,
            begun=lambda due: journal.finished(scheduled_key(due.id, due.created)),
            announce=self.announce,
        )
        self.journal = journal
        self.policy = policy
        self.language = language
        self.clock = clock
        self.monotonic = monotonic
        self.remote = remote or _Nobody()
        self.latencies_ms: list[float] = []
        self._turn = asyncio.Lock()
        self._running: set[str] = set()
        # By key and time of arrival; of many, those that are given up by now are forgotten.
        self._unanswered: deque[tuple[str, float]] = deque(maxlen=_MOST_UNANSWERED)

    async def handle(self, message: Message, replayed: bool = False) -> None:  # noqa: FBT001, FBT002 - the intake's handler signature
        """Answers one message of the ``ask`` topic.

        Raises:
            PayloadError: it can't be read, or was retained; it was answered all the same.
        """
        if not message.payload:
            return
        age = self._age(message, replayed=replayed)
        started = self.monotonic() - (0.0 if replayed else age)
        if message.retain:
            # A broker hands a retained command out again and again: it must never act.
            raise PayloadError(message.topic, "a command must not be retained")
        try:
            asked = parse_ask(message, language=self.language)
        except PayloadError as error:
            reply = Reply("", "", "not_understood", _SORRY, explain=str(error))
            await self.journal.answer(
                None,
                reply.as_json(0.0),
                message.response_topic,
                message.correlation,
                link=message.link,
            )
            raise
        asked = replace(asked, since=self.monotonic() - age)
        key, window = command_key(message, asked, replayed=replayed)
        mark = (key, message.arrived)
        if mark in self._unanswered:
            # It is handed in again because its reply could not be kept: it may be done since then.
            window = max(window, age)
        if key not in self._running:
            self._running.add(key)
            self._unanswered.append(mark)
            try:
                await self._once(key, window, asked, started)
                with suppress(ValueError):
                    self._unanswered.remove(mark)
            finally:
                self._running.discard(key)

    def _age(self, message: Message, *, replayed: bool) -> float:
        """Seconds since a message came; infinity where an earlier run took it, nobody knows when.

        Of this run it is seldom more than moments: more than an hour, and the clock was set.
        """
        age = self.clock() - message.arrived
        if replayed:
            return age if self.stamp().trusted and age >= 0 else math.inf
        return age if 0 <= age < _LONGEST_WAIT_S else 0.0

    async def _once(self, key: str, window: float, asked: AskMessage, started: float) -> None:
        status = self.journal.begin(key, window)
        if status.progress is Progress.FINISHED:
            await self._repeat(key, status, asked)
        elif status.progress is Progress.NEW:
            try:
                await self._answer(key, asked, started)
            finally:
                self.journal.abandon(key)

    async def _repeat(self, key: str, status: CommandStatus, asked: AskMessage) -> None:
        """Answers a command that was carried out before, without carrying it out again."""
        reply: dict[str, Any] = json.loads(status.reply or "{}")
        _log.info("command_repeated", id=asked.ask.id, outcome=reply.get("outcome"))
        speech = reply.pop("unconfirmed", None)
        if speech is not None:
            # The daemon ended between sending and confirming: the states tell what came of it.
            records = [ActionRecord.from_json(action) for action in reply["actions"]]
            self.executor.recall(status.lost, records)
            await self.executor.confirm(records)
            reply = concluded(reply, speech, records)
        await self.journal.answer(
            key,
            reply,
            asked.response_topic,
            asked.correlation,
            scheduled=asked.scheduled,
            carried_out=None if speech is None else asked.ask,
            link=asked.ask.origin,
        )

    async def run_later(self, due: Due) -> None:
        """Carries out a command that was scheduled; its reply is published as any other.

        One that was cut short by a crash after it was sent is concluded, not sent again.
        """
        asked = AskMessage(due.said(), scheduled=due.id, confirmed=due.confirmed)
        await self._once(scheduled_key(due.id, due.created), REMEMBER_S, asked, self.monotonic())

    async def announce(self, due: Due, speech: str) -> None:
        """Tells that a timer is over, or that something scheduled was missed."""
        reply = Reply(f"schedule-{due.id}", due.text or due.name, "answered", speech)
        await self.journal.answer(
            None, reply.as_json(0.0), scheduled=due.id, link=due.said().origin
        )

    async def _answer(self, key: str, asked: AskMessage, started: float) -> None:
        async with self._turn:
            outcome = await self._decide(asked)
            if isinstance(outcome, _Plan):
                await self._send(key, asked, outcome)
            elif outcome.write is not None:
                # Within the turn: who speaks next of the same timer must find it changed.
                await self._give(key, asked, outcome, started)
                return
        if isinstance(outcome, _Plan):
            await self.executor.confirm(outcome.records)
            reply = self._conclude(asked, outcome)
            await self._give(key, asked, reply, started, carried_out=asked.ask)
        else:
            await self._give(key, asked, outcome, started)

    async def _give(
        self,
        key: str,
        asked: AskMessage,
        outcome: Reply,
        started: float,
        *,
        carried_out: Ask | None = None,
    ) -> None:
        """Keeps and publishes a reply, with all that goes with it."""
        elapsed = (self.monotonic() - started) * 1000
        self._note_latency(elapsed)
        payload = outcome.as_json(elapsed)
        await self.journal.answer(
            key,
            payload,
            asked.response_topic,
            asked.correlation,
            scheduled=asked.scheduled,
            carried_out=carried_out,
            write=outcome.write,
            link=asked.ask.origin,
        )
        _log.info(
            "ask_answered",
            id=outcome.id,
            outcome=outcome.outcome,
            via=outcome.via,
            actions=len(outcome.actions),
            ms=round(elapsed, 1),
        )

    async def _send(self, key: str, asked: AskMessage, plan: _Plan) -> None:
        provisional = reply_of_actions(
            asked.ask.id, asked.ask.text, plan.speech, plan.interpretation, plan.records
        )
        note = {**provisional.as_json(0.0), "unconfirmed": plan.speech}
        try:
            rows = await self.journal.send(key, plan.records, note)
        except LaneFullError as error:
            _log.warning("command_not_kept", id=asked.ask.id, reason=str(error))
            for record in plan.records:
                record.problem = record.problem or _TOO_MANY_WAIT
            return
        self.executor.expect_sent(rows)

    def _conclude(self, asked: AskMessage, plan: _Plan) -> Reply:
        states = [self.executor.catalogue.state(record.device).value for record in plan.records]
        moving = any(state in _MOVING for state in states)
        speech = in_progress(plan.speech) if moving else plan.speech
        return reply_of_actions(
            asked.ask.id, asked.ask.text, speech, plan.interpretation, plan.records
        )

    async def _decide(self, asked: AskMessage) -> Reply | _Plan:
        ask = asked.ask
        if asked.expires_at is not None and not self.stamp().trusted:
            speech = "I can't tell whether that is still in time: my clock may be wrong."
            return Reply(ask.id, ask.text, "refused", speech, explain="clock not trusted")
        if asked.expires_at is not None and asked.expires_at <= self.clock():
            return _expired(ask)
        question = None if asked.scheduled is not None else self.dialogue.take(ask)
        if question is not None:
            continued = await self._continue(question, asked)
            if continued is not None:
                return continued
        interpretation = await self.understanding.interpret(ask)
        return await self._follow(interpretation, asked)

    async def _continue(self, question: OpenQuestion, asked: AskMessage) -> Reply | _Plan | None:
        """The ask as the answer to an open question; None where it is a new sentence."""
        ask = asked.ask
        if says_no(ask.text):
            return self._reply(asked, "answered", "All right, I won't.", question.interpretation)
        if question.confirm is not None and says_yes(ask.text):
            return await self._confirmed(question.confirm, question.interpretation, asked)
        if question.pending is not None:
            interpretation = await self.understanding.resume(question.pending, ask)
            if not isinstance(interpretation.result, NotUnderstood):
                return await self._follow(interpretation, asked)
        if not leans_no(ask.text):
            return None
        # "No, the other one" may be a command; "nah leave it locked" is a no in many words.
        interpretation = await self.understanding.interpret(ask)
        if isinstance(interpretation.result, NotUnderstood):
            return self._reply(asked, "answered", "All right, I won't.", question.interpretation)
        return await self._follow(interpretation, asked)

    async def _confirmed(
        self, what: Act | Later, interpretation: Interpretation, asked: AskMessage
    ) -> Reply | _Plan:
        if isinstance(what, Act):
            return self._plan(what, interpretation, asked)
        change = self.scheduler.add(what, asked.ask, confirmed=True)
        return self._changed(asked, "scheduled", change, interpretation)

    async def _follow(self, interpretation: Interpretation, asked: AskMessage) -> Reply | _Plan:
        objection = self.remote.objection(interpretation.result, asked)
        if objection is not None:
            return self._reply(asked, "refused", objection, interpretation, explain="upstream")
        return await self._do(interpretation, asked)

    async def _do(self, interpretation: Interpretation, asked: AskMessage) -> Reply | _Plan:
        result = interpretation.result
        match result:
            case Act():
                return self._judged(result, interpretation, asked)
            case Answer():
                return self._reply(asked, "answered", result.speech, interpretation)
            case Clarify():
                question = OpenQuestion(
                    self.monotonic() + self.policy.confirm_within,
                    interpretation,
                    pending=result.pending,
                )
                self.dialogue.ask_back(asked.ask, question)
                return self._reply(
                    asked, "clarify", result.question, interpretation, options=result.options
                )
            case Later():
                return await self._postpone(result, interpretation, asked)
            case Timer():
                change = self.scheduler.operate(result, asked.ask)
                return self._changed(asked, "answered", change, interpretation)
            case NotUnderstood():
                return self._reply(
                    asked, "not_understood", result.speech, interpretation, explain=result.reason
                )

    async def _postpone(
        self, later: Later, interpretation: Interpretation, asked: AskMessage
    ) -> Reply:
        """Schedules; what is risky is asked about now, while somebody is there to answer."""
        if later.text:
            meant = await self.understanding.interpret(replace(asked.ask, text=later.text))
            if isinstance(meant.result, Act):
                objection = self._objection(meant.result, later, interpretation, asked)
                if objection is not None:
                    return objection
        change = self.scheduler.add(later, asked.ask)
        return self._changed(asked, "scheduled", change, interpretation)

    def _changed(
        self, asked: AskMessage, outcome: Any, change: Change, interpretation: Interpretation
    ) -> Reply:
        reply = self._reply(asked, outcome, change.speech, interpretation)
        return replace(reply, write=change.write)

    def _judged(self, act: Act, interpretation: Interpretation, asked: AskMessage) -> Reply | _Plan:
        objection = self._objection(act, act, interpretation, asked)
        return objection or self._plan(act, interpretation, asked)

    def _objection(
        self, act: Act, then: Act | Later, interpretation: Interpretation, asked: AskMessage
    ) -> Reply | None:
        """What the policy says against an act; ``then`` is what a yes leads to."""
        verdicts = [(step, self._verdict(step, asked.ask.origin)) for step in act.steps]
        refused = [step for step, verdict in verdicts if verdict is Verdict.REFUSE]
        if refused:
            speech = f"I'm not allowed to {self._described(refused)}."
            return self._reply(asked, "refused", speech, interpretation)
        risky = [step for step, verdict in verdicts if verdict is Verdict.CONFIRM]
        if not risky or asked.confirmed:
            return None
        until = self.monotonic() + self.policy.confirm_within
        self.dialogue.ask_back(asked.ask, OpenQuestion(until, interpretation, confirm=then))
        when = "" if then is act else " then"
        speech = f"Shall I really {self._described(risky)}{when}? Say yes to go ahead."
        return self._reply(asked, "confirm", speech, interpretation)

    def _plan(self, act: Act, interpretation: Interpretation, asked: AskMessage) -> Reply | _Plan:
        left = self.executor.expire_after
        if asked.since is not None:
            left -= self.monotonic() - asked.since
        if left <= 0:
            return _expired(asked.ask)
        records = self.executor.prepare(act.steps, expires_at=asked.expires_at, lasts=left)
        return _Plan(records, act.speech, interpretation)

    def _verdict(self, step: Step, origin: str) -> Verdict:
        entity = self.executor.catalogue.get(step.entity_id)
        if entity is None or not self.remote.allows(entity, step.service, origin):
            return Verdict.REFUSE
        return judge(self.policy, entity, step.service)

    def _described(self, steps: Sequence[Step]) -> str:
        """The steps in words: "unlock the Front Door and open the Garage Door"."""
        parts = []
        for step in steps:
            entity = self.executor.catalogue.get(step.entity_id)
            name = entity.name if entity else step.entity_id
            parts.append(f"{step.service.replace('_', ' ')} the {name}")
        return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"

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

    def _note_latency(self, elapsed_ms: float) -> None:
        self.latencies_ms.append(elapsed_ms)
        del self.latencies_ms[:-200]


def _expired(ask: Ask) -> Reply:
    speech = "That command had expired before it reached me."
    return Reply(ask.id, ask.text, "refused", speech, explain="expired")
