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
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

import structlog

from lamplighter.actions.alarm_deeds import AlarmOperator
from lamplighter.actions.asking import AskMessage, made_id, parse_ask
from lamplighter.actions.authorisation import Abroad, Authorisation
from lamplighter.actions.command_keys import REMEMBER_S, command_key, scheduled_key
from lamplighter.actions.corrections import Corrections
from lamplighter.actions.decision import Decisions
from lamplighter.actions.dialogue import Dialogue
from lamplighter.actions.due import asker
from lamplighter.actions.execution import Executor
from lamplighter.actions.journal import CommandJournal
from lamplighter.actions.parties import Interpreter, OrderKeeper
from lamplighter.actions.pins import PinPad, concealed
from lamplighter.actions.record import ActionRecord
from lamplighter.actions.reply import Reply, concluded, in_progress, reply_of_actions
from lamplighter.actions.safeguards import Safeguards
from lamplighter.actions.scheduling import Due, Scheduler
from lamplighter.actions.settings import Policy
from lamplighter.actions.turn import Plan, expired_reply, together
from lamplighter.catalogue.entity import Entity
from lamplighter.errors import LaneFullError, PayloadError
from lamplighter.orders.kept import Kept
from lamplighter.plugin import Message
from lamplighter.store.outbound.outbox import BROKER
from lamplighter.store.records.commands import CommandStatus, Progress
from lamplighter.store.records.schedule import Schedule
from lamplighter.timekeeping.timekeeper import Stamp
from lamplighter.understanding.interpretation import Ask

_log = structlog.get_logger("commands")

_MOVING = frozenset({"opening", "closing"})
_TOO_MANY_WAIT = "was not told: too many commands wait to be sent"
_SORRY = "Sorry, I didn't understand that."
_LONGEST_WAIT_S = 3600.0
_MOST_UNANSWERED = 2000


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
        orders: keeps standing orders; None: there are none.
        keep_corrections: whether what people put right is kept.
        alarms: operates on machines' alarms; None: there are none.
        machines: what stands for them before the policy, by the id in steps.
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
        orders: OrderKeeper | None = None,
        keep_corrections: bool = False,
        alarms: AlarmOperator | None = None,
        machines: Mapping[str, Entity] | None = None,
    ) -> None:
        self.executor = executor
        self.stamp = stamp or (lambda: Stamp(clock(), "", clock(), trusted=True))
        self.scheduler = Scheduler(
            schedule,
            house=executor.catalogue,
            stamp=self.stamp,
            grace=executor.expire_after,
            run=self.run_later,
            begun=lambda due: journal.finished(scheduled_key(due.id, due.created)),
            announce=self.announce,
        )
        self.journal = journal
        self.language = language
        self.clock = clock
        self.monotonic = monotonic
        self._authorisation = Authorisation(executor.catalogue, policy, remote, machines)
        self._dialogue = dialogue
        self._pins = PinPad(monotonic)
        self.corrections = Corrections(
            journal.store.snapshots, executor.catalogue, clock, enabled=keep_corrections
        )
        self._decisions = Decisions(
            understanding=understanding,
            executor=executor,
            dialogue=dialogue,
            scheduler=self.scheduler,
            orders=orders,
            authorisation=self._authorisation,
            safeguards=Safeguards(self._authorisation, dialogue, self._pins, monotonic),
            corrections=self.corrections,
            alarms=alarms,
        )
        self.latencies_ms: list[float] = []
        self._turn = asyncio.Lock()
        self._running: dict[str, asyncio.Future[None]] = {}
        # By key and time of arrival; of many, those that are given up by now are forgotten.
        self._unanswered: deque[tuple[str, float]] = deque(maxlen=_MOST_UNANSWERED)

    @property
    def policy(self) -> Policy:
        """What needs a yes, what is refused; may be exchanged at any time."""
        return self._authorisation.policy

    @policy.setter
    def policy(self, policy: Policy) -> None:
        self._authorisation.policy = policy
        self._pins.use(policy.pin)

    def start(self) -> None:
        """Reads the PIN, where the policy wants one."""
        self._pins.use(self.policy.pin)

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
        asked = self._concealed(replace(asked, since=self.monotonic() - age), message)
        key, window = command_key(message, asked, replayed=replayed)
        mark = (key, message.arrived)
        if mark in self._unanswered:
            # It is handed in again because its reply could not be kept: it may be done since then.
            window = max(window, age)
        while (running := self._running.get(key)) is not None:
            if window:
                return
            # The same words once more, and no repetition: another command, after the first.
            await asyncio.shield(running)
        over = self._running[key] = asyncio.get_running_loop().create_future()
        self._unanswered.append(mark)
        try:
            await self._once(key, window, asked, started)
            with suppress(ValueError):
                self._unanswered.remove(mark)
        finally:
            del self._running[key]
            over.set_result(None)

    def _concealed(self, asked: AskMessage, message: Message) -> AskMessage:
        """The ask with its PIN set aside, so that it stands in nothing that is kept or said."""
        if not self._pins.configured:
            return asked
        question = self._dialogue.peek(asked.ask)
        wanted = question is not None and question.secret
        text, pin = concealed(
            asked.ask.text,
            pin_expected=wanted,
            number_expected=not wanted and question is not None and question.pending is not None,
        )
        if not pin:
            return asked
        # An id made of the payload would tell the PIN to who tries them all.
        made = asked.ask.id if asked.named else made_id(message, text)
        return replace(asked, ask=replace(asked.ask, text=text, id=made), pin=pin)

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
            write=self.scheduler.going_on(asked.due),
            link=asked.ask.origin,
        )

    async def run_later(self, due: Due) -> None:
        """Carries out a command that was scheduled; its reply is published as any other.

        One that was cut short by a crash after it was sent is concluded, not sent again.
        """
        asked = AskMessage(due.said(), scheduled=due.id, confirmed=due.confirmed, due=due)
        await self._once(scheduled_key(due.id, due.created), REMEMBER_S, asked, self.monotonic())

    async def run_order(self, kept: Kept, news: str) -> None:
        """Does what a standing order says, for who gave it, and tells what is to be told."""
        order = kept.order
        if order.intents:
            ask = Ask(order.text, order.area, order.user, self.language, id=f"order-{kept.id}")
            now = self.clock()
            due = Due(
                id=0,
                late=0.0,
                created=now,
                text=order.text,
                message="",
                name=kept.name,
                length=0.0,
                ask=asker(ask),
                confirmed=True,
                at=now,
                intents=order.intents,
                until=order.until,
            )
            asked = AskMessage(ask, confirmed=True, due=due, order=kept.id)
            key = f"order:{kept.id}:{now:.3f}"
            await self._once(key, 0.0, asked, self.monotonic())
        if news:
            await self.announce_order(kept, news)

    async def announce_order(self, kept: Kept, speech: str) -> None:
        """Tells something that a standing order is about."""
        reply = Reply(f"order-{kept.id}", kept.name, "answered", speech)
        await self.journal.answer(None, reply.as_json(0.0))

    async def announce(self, due: Due, speech: str) -> None:
        """Tells that a timer is over, or that something scheduled was missed."""
        reply = Reply(f"schedule-{due.id}", due.text or due.name, "answered", speech)
        await self.journal.answer(
            None,
            reply.as_json(0.0),
            scheduled=due.id,
            write=self.scheduler.going_on(due),
            link=due.said().origin,
        )

    async def _answer(self, key: str, asked: AskMessage, started: float) -> None:
        async with self._turn:
            outcome = await self._decide(asked)
            if isinstance(outcome, Plan):
                await self._send(key, asked, outcome)
            elif outcome.write is not None:
                # Within the turn: who speaks next of the same timer must find it changed.
                await self._give(key, asked, outcome, started)
                return
        if isinstance(outcome, Plan):
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
            write=together(outcome.write, self.scheduler.going_on(asked.due)),
            link=asked.ask.origin,
        )
        _log.info(
            "ask_answered",
            id=outcome.id,
            outcome=outcome.outcome,
            via=outcome.via,
            actions=len(outcome.actions),
            ms=round(elapsed, 1),
            **({} if asked.ask.origin == BROKER else {"origin": asked.ask.origin}),
        )

    async def _send(self, key: str, asked: AskMessage, plan: Plan) -> None:
        provisional = reply_of_actions(
            asked.ask.id, asked.ask.text, plan.speech, plan.interpretation, plan.records
        )
        note = {**provisional.as_json(0.0), "unconfirmed": plan.speech}
        try:
            rows = await self.journal.send(key, plan.records, note, plan.write)
        except LaneFullError as error:
            _log.warning("command_not_kept", id=asked.ask.id, reason=str(error))
            for record in plan.records:
                record.problem = record.problem or _TOO_MANY_WAIT
            return
        self.executor.expect_sent(rows)

    def _conclude(self, asked: AskMessage, plan: Plan) -> Reply:
        states = [self.executor.catalogue.state(record.device).value for record in plan.records]
        moving = any(state in _MOVING for state in states)
        speech = in_progress(plan.speech) if moving else plan.speech
        return reply_of_actions(
            asked.ask.id, asked.ask.text, speech, plan.interpretation, plan.records
        )

    async def _decide(self, asked: AskMessage) -> Reply | Plan:
        ask = asked.ask
        if asked.expires_at is not None and not self.stamp().trusted:
            speech = "I can't tell whether that is still in time: my clock may be wrong."
            return Reply(ask.id, ask.text, "refused", speech, explain="clock not trusted")
        if asked.expires_at is not None and asked.expires_at <= self.clock():
            return expired_reply(ask)
        return await self._decisions.decide(asked)

    def _note_latency(self, elapsed_ms: float) -> None:
        self.latencies_ms.append(elapsed_ms)
        del self.latencies_ms[:-200]
