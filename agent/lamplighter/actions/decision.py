"""From an ask to what is to be done or answered: understood, judged, asked back or postponed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from lamplighter.actions.alarm_deeds import AlarmOperator, alarm_steps, carry_out
from lamplighter.actions.answered import carried, context_of_question
from lamplighter.actions.asking import AskMessage
from lamplighter.actions.authorisation import Authorisation
from lamplighter.actions.corrections import Corrections
from lamplighter.actions.dialogue import (
    Dialogue,
    OpenQuestion,
    echoes_yes,
    leans_no,
    says_little,
    says_no,
    says_yes,
    yes_and,
)
from lamplighter.actions.execution import Executor
from lamplighter.actions.falling_due import meaning, meant_by_order
from lamplighter.actions.memory import Deed, context_of
from lamplighter.actions.parties import Interpreter, OrderKeeper
from lamplighter.actions.pins import without_pin
from lamplighter.actions.reply import Outcome, Reply
from lamplighter.actions.safeguards import Safeguards
from lamplighter.actions.scheduling import Change, Scheduler
from lamplighter.actions.telling import spoken
from lamplighter.actions.turn import Plan, Turn, expired_reply
from lamplighter.actions.undoing import undone
from lamplighter.catalogue.entity import State
from lamplighter.errors import NoSuchTimeError
from lamplighter.understanding.followups.wording import correction_of
from lamplighter.understanding.interpretation import (
    Act,
    Answer,
    Clarify,
    Interpretation,
    Later,
    NotUnderstood,
    Operate,
    Orders,
    Planned,
    Result,
    Stand,
    Step,
    Timer,
    Undo,
)
from lamplighter.understanding.languages.yes_no import in_english
from lamplighter.understanding.normalise import fold
from lamplighter.understanding.timing.requests import JUST_NOW

_NEVER_MIND = "All right, I won't."
_NOTHING_DONE = "There is nothing that I did just now and could undo."


@dataclass(frozen=True, slots=True)
class Decisions:
    """Decides what comes of an ask; one at a time.

    Attributes:
        understanding: from text to an interpretation.
        executor: prepares steps.
        dialogue: keeps questions asked back, and what was said and done before.
        scheduler: keeps what is to be done later.
        orders: keeps standing orders; None: there are none.
        authorisation: what may be done.
        safeguards: asks for a yes and the PIN.
        corrections: notes what somebody put right.
        alarms: operates on machines' alarms; None: there are none.
    """

    understanding: Interpreter
    executor: Executor
    dialogue: Dialogue
    scheduler: Scheduler
    orders: OrderKeeper | None
    authorisation: Authorisation
    safeguards: Safeguards
    corrections: Corrections
    alarms: AlarmOperator | None = None

    async def decide(self, asked: AskMessage) -> Reply | Plan:
        """What to answer, or to do: as the answer to an open question, or as a new sentence."""
        by_itself = asked.by_itself
        text = without_pin(asked.ask.text) if asked.pin else asked.ask.text
        context = None if by_itself else self.dialogue.memory.context(asked.ask)
        turn = Turn(asked, replace(asked.ask, text=text, context=context))
        question = None if by_itself else self.dialogue.take(turn.ask)
        if question is not None:
            continued = await self._continue(question, turn)
            if continued is not None:
                return continued
        outcome = await self._follow(await self._interpret(turn), turn)
        if question is not None and question.pending is not None and _is_nothing(outcome):
            # What nobody understood answers nothing, and takes nothing back.
            self.dialogue.ask_back(turn.ask, question)
        return outcome

    async def _interpret(self, turn: Turn) -> Interpretation:
        if turn.asked.due is not None and turn.asked.order is not None:
            # An order's own words would be an order again.
            return await meant_by_order(turn.asked.due, turn.ask, self.understanding)
        if turn.asked.due is not None:
            return await meaning(turn.asked.due, turn.ask, self.understanding)
        found = await self.understanding.interpret(turn.ask)
        if not isinstance(found.result, NotUnderstood):
            return found
        rest = correction_of(fold(turn.ask.text))
        if not rest:
            return found
        again = await self.understanding.interpret(replace(turn.ask, text=rest))
        return found if isinstance(again.result, NotUnderstood) else again

    async def _continue(self, question: OpenQuestion, turn: Turn) -> Reply | Plan | None:
        """The ask as the answer to an open question; None where it is a new sentence."""
        language = question.interpretation.language or turn.ask.language
        text = in_english(turn.ask.text, language)
        turn = replace(turn, ask=replace(turn.ask, text=text))
        if says_no(text):
            return self._let_be(question, turn)
        added = yes_and(text)
        if question.confirm is not None and (added or self._agrees(question, turn)):
            return await self._agreed(question, turn, added)
        if question.pending is not None:
            answer = "yes" if added else text
            found = await self.understanding.resume(
                question.pending, replace(turn.ask, text=answer)
            )
            if not isinstance(found.result, NotUnderstood):
                found = carried(found, question)
                if added:
                    return await self._with_more(found, turn, added, question)
                return await self._follow(found, turn, question)
        return await self._declined(question, turn) if leans_no(text) else None

    def _agrees(self, question: OpenQuestion, turn: Turn) -> bool:
        """Whether it is a yes: said, repeated in the question's words, or by the PIN alone."""
        text = turn.ask.text
        if says_yes(text) or (question.secret and turn.asked.pin and says_little(text)):
            return True
        steps = question.act.steps if question.act else ()
        described = self.authorisation.described(steps) if steps else ""
        return echoes_yes(text, (question.said, described))

    async def _declined(self, question: OpenQuestion, turn: Turn) -> Reply | Plan:
        """A no in more words: "no, the other one" may be a command, "nah leave it" is none."""
        about = replace(turn.ask, context=context_of_question(question))
        found = await self.understanding.interpret(about)
        if isinstance(found.result, NotUnderstood | Undo):
            return self._let_be(question, turn)
        return await self._follow(found, turn)

    def _let_be(self, question: OpenQuestion, turn: Turn) -> Reply:
        """Nothing is done; "it" is from then on what the question was about."""
        about = context_of_question(question)
        found = replace(question.interpretation, mentioned=about.entities)
        self.dialogue.memory.heard(replace(turn.ask, text=question.said), found, acted=False)
        return turn.reply("answered", _NEVER_MIND, question.interpretation)

    async def _agreed(self, question: OpenQuestion, turn: Turn, added: str) -> Reply | Plan:
        """A yes was said to what was asked about."""
        interpretation, what = question.interpretation, question.confirm
        objection = self._objected(what, interpretation, turn, question) if what else None
        objection = objection or self.safeguards.second_thoughts(question, turn)
        if objection is not None:
            return objection
        if isinstance(what, Stand):
            return self._kept(what, interpretation, turn)
        if isinstance(what, Operate):
            return self._operated(what, interpretation, turn)
        if isinstance(what, Later):
            about = interpretation.mentioned
            change = self.scheduler.add(what, turn.ask, confirmed=True, about=about)
            return self._changed(turn, _kept_as(change), change, interpretation)
        assert what is not None
        found = replace(interpretation, result=what)
        if added:
            return await self._with_more(found, turn, added, question, agreed=True)
        return self._plan(what, found, turn, question.said, agreed=True)

    async def _with_more(
        self,
        found: Interpretation,
        turn: Turn,
        added: str,
        question: OpenQuestion,
        *,
        agreed: bool = False,
    ) -> Reply | Plan:
        """What was agreed to, and what is added: "yes please, and the fan too"."""
        act = found.result
        context = context_of(turn.ask, found, acted=True)
        more = await self.understanding.interpret(replace(turn.ask, text=added, context=context))
        if not isinstance(act, Act):
            return await self._follow(found, turn, question)
        if not isinstance(more.result, Act):
            told = f"{act.speech} I didn't understand “{added}”."
            both = act if isinstance(more.result, Clarify) else replace(act, speech=told)
        else:
            steps = (*act.steps, *(each for each in more.result.steps if each not in act.steps))
            both = replace(act, steps=steps, speech=f"{act.speech} {more.result.speech}")
        new = Act(tuple(each for each in both.steps if not agreed or each not in act.steps), "")
        objection = self.safeguards.objection(new, both, found, turn) if new.steps else None
        whole = replace(found, result=both)
        return objection or self._plan(both, whole, turn, question.said, agreed=agreed)

    async def _follow(
        self, interpretation: Interpretation, turn: Turn, question: OpenQuestion | None = None
    ) -> Reply | Plan:
        result = interpretation.result
        if isinstance(result, Undo):
            return await self._undo(result, interpretation, turn)
        objection = self._objected(result, interpretation, turn, question)
        return objection or await self._do(interpretation, turn)

    def _objected(
        self,
        result: Result,
        interpretation: Interpretation,
        turn: Turn,
        question: OpenQuestion | None,
    ) -> Reply | None:
        """What is said against an ask because of where it came from; a yes is one as well."""
        objection = self.authorisation.objection(result, turn.asked)
        if objection is None:
            return None
        if question is not None:
            # Nothing was decided: it may be answered again, with what was missing.
            self.dialogue.ask_back(turn.ask, question)
        return turn.reply("refused", objection, interpretation, explain="upstream")

    async def _do(self, interpretation: Interpretation, turn: Turn) -> Reply | Plan:
        result = interpretation.result
        match result:
            case Act():
                return await self._judged(result, interpretation, turn)
            case Clarify():
                return self._asked_back(result, interpretation, turn)
            case Later():
                return await self._postponed(result, interpretation, turn)
            case Stand():
                back = self.scheduler.back(result.act) if result.act else ()
                return self.safeguards.proposal(result, back, interpretation, turn)
            case Undo():
                return await self._undo(result, interpretation, turn)
        return self._told(result, interpretation, turn)

    def _told(
        self,
        result: Answer | Timer | Planned | Orders | Operate | NotUnderstood,
        interpretation: Interpretation,
        turn: Turn,
    ) -> Reply:
        """An answer, at once."""
        if isinstance(result, NotUnderstood):
            return turn.reply(
                "not_understood", result.speech, interpretation, explain=result.reason
            )
        self.dialogue.memory.heard(turn.ask, interpretation, acted=False)
        match result:
            case Operate():
                return self._asked_of_alarms(result, interpretation, turn)
            case Answer():
                return turn.reply("answered", result.speech, interpretation)
            case Timer() | Planned():
                change = self.scheduler.operate(result, turn.ask)
            case Orders() if self.orders is not None:
                change = self.orders.operate(result)
            case Orders():
                change = Change("There are no standing orders here.")
        return self._changed(turn, "answered", change, interpretation)

    def _asked_of_alarms(
        self, operate: Operate, interpretation: Interpretation, turn: Turn
    ) -> Reply:
        """An operation on machines' alarms, judged by the policy as what is done to devices."""
        act = Act(alarm_steps(operate), "")
        objection = self.safeguards.objection(act, operate, interpretation, turn)
        return objection or self._operated(operate, interpretation, turn)

    def _operated(self, operate: Operate, interpretation: Interpretation, turn: Turn) -> Reply:
        if self.alarms is None:
            return turn.reply("refused", "There are no machines here.", interpretation)
        outcome, speech = carry_out(operate, self.alarms, turn.ask.user or "voice")
        return turn.reply(outcome, speech, interpretation)

    def _asked_back(self, result: Clarify, interpretation: Interpretation, turn: Turn) -> Reply:
        pending = result.pending
        if pending is not None and len(pending.candidates) == 1:
            # One yes is enough for "do you mean ...?" and "shall I really ...?".
            act = pending.candidates[0].result
            risky = isinstance(act, Act) and self.safeguards.objection(
                act, act, replace(interpretation, result=act), turn
            )
            if risky:
                return risky
        question = OpenQuestion(
            self.dialogue.monotonic() + self.authorisation.policy.confirm_within,
            interpretation,
            pending=result.pending,
            said=turn.ask.text,
        )
        self.dialogue.ask_back(turn.ask, question)
        return turn.reply("clarify", result.question, interpretation, options=result.options)

    async def _postponed(self, later: Later, interpretation: Interpretation, turn: Turn) -> Reply:
        """Schedules; what is risky is asked about now, while somebody is there to answer."""
        self.dialogue.memory.heard(turn.ask, interpretation, acted=False)
        steps, untold = await self._steps_later((later, *later.then), turn)
        # All of it is judged as one: a yes, and a PIN, is given for all that is planned.
        act = Act(steps, "")
        objection = self.safeguards.objection(act, later, interpretation, turn) if steps else None
        if objection is not None:
            return self._one_by_one(objection, untold, interpretation, turn)
        change = self.scheduler.add(later, turn.ask, about=interpretation.mentioned)
        self.dialogue.memory.planned(turn.ask)
        return self._changed(turn, _kept_as(change), change, interpretation)

    async def _steps_later(
        self, laters: Sequence[Later], turn: Turn
    ) -> tuple[tuple[Step, ...], str]:
        """What is done later, and the first command of which nobody can tell that yet; or ""."""
        steps: list[Step] = []
        untold = ""
        for each in laters:
            act = await self._meant_later(each, turn)
            if act is not None:
                steps += [*act.steps, *self.scheduler.back(replace(act, until=each.until))]
            elif each.text or each.intents:
                untold = untold or each.text or turn.ask.text
        return tuple(steps), untold

    def _one_by_one(
        self, objection: Reply, untold: str, interpretation: Interpretation, turn: Turn
    ) -> Reply:
        """The objection; no yes is asked for where a part can't be told that it would be for."""
        if not untold or objection.outcome != "confirm":
            return objection
        self.dialogue.take(turn.ask)
        told = f"Please ask for that separately: I can't tell yet what “{untold}” will do."
        return turn.reply("not_understood", told, interpretation, explain="nothing to agree to")

    async def _meant_later(self, later: Later, turn: Turn) -> Act | None:
        """What something scheduled would do if it were due now."""
        if later.intents:
            meant = await self.understanding.ground(later.intents, turn.ask)
        elif later.text:
            meant = await self.understanding.interpret(replace(turn.ask, text=later.text))
        else:
            return None
        return meant.result if isinstance(meant.result, Act) else None

    def _kept(self, stand: Stand, interpretation: Interpretation, turn: Turn) -> Reply:
        if self.orders is None:
            return turn.reply("refused", "I can't keep standing orders here.", interpretation)
        change = self.orders.keep(stand.order, turn.ask)
        return self._changed(turn, "scheduled", change, interpretation)

    def _changed(
        self, turn: Turn, outcome: Outcome, change: Change, interpretation: Interpretation
    ) -> Reply:
        return turn.reply(outcome, change.speech, interpretation, write=change.write)

    async def _judged(self, act: Act, interpretation: Interpretation, turn: Turn) -> Reply | Plan:
        whole = self._put_right(act, interpretation, turn)
        # What ends it is agreed to now, while somebody is there to answer.
        later, untold = await self._steps_later(whole.then, turn)
        judged = replace(whole, steps=(*whole.steps, *self.scheduler.back(whole), *later))
        objection = self.safeguards.objection(judged, whole, interpretation, turn)
        if objection is not None:
            return self._one_by_one(objection, untold, interpretation, turn)
        return self._plan(whole, interpretation, turn, turn.ask.text)

    async def _undo(self, undo: Undo, interpretation: Interpretation, turn: Turn) -> Reply | Plan:
        """Puts back what was done last, or cancels it; an undo can be undone as well."""
        if not undo.said and self.dialogue.memory.planned_last(turn.ask):
            cancelled = Planned("cancel", JUST_NOW)
            return await self._follow(replace(interpretation, result=cancelled), turn)
        deed = self.dialogue.memory.deed(turn.ask)
        found = (
            Answer(_NOTHING_DONE)
            if deed is None
            else undone(deed, undo.said, self.executor.catalogue)
        )
        return await self._follow(replace(interpretation, result=found), turn)

    def _put_right(self, act: Act, interpretation: Interpretation, turn: Turn) -> Act:
        """The act; where it puts right what was done before, with that taken back first."""
        deed = self.dialogue.memory.own_deed(turn.ask)
        if deed is None or correction_of(fold(turn.ask.text)) is None:
            return act
        self.corrections.note(deed, turn.ask, interpretation, act)
        meant = {step.entity_id for step in act.steps}
        wrong = [step for step in deed.steps if step.entity_id not in meant]
        if not {step.service for step in wrong} & {step.service for step in act.steps}:
            return act
        back = undone(replace(deed, steps=tuple(wrong)), "", self.executor.catalogue)
        if not isinstance(back, Act):
            return act
        # What somebody would have to agree to is not put back along with something else.
        steps = self.safeguards.harmless(back.steps, turn)
        if steps != back.steps:
            return replace(act, speech=f"{act.speech} The rest I left as it is.")
        return replace(act, steps=(*steps, *act.steps), speech=f"{back.speech} {act.speech}")

    def _plan(
        self,
        act: Act,
        interpretation: Interpretation,
        turn: Turn,
        said: str,
        *,
        agreed: bool = False,
    ) -> Reply | Plan:
        asked, executor = turn.asked, self.executor
        left = executor.expire_after
        if asked.since is not None:
            left -= self.dialogue.monotonic() - asked.since
        if left <= 0:
            return expired_reply(asked.ask)
        speech = self.scheduler.with_end(spoken(act, executor.catalogue), act)
        try:
            agreed = agreed or asked.confirmed
            write = self.scheduler.along(act, turn.ask, asked.due, confirmed=agreed)
        except NoSuchTimeError as error:
            told = f"I can't tell when that ends, so I did nothing: {error.reason}."
            return turn.reply("refused", told, interpretation)
        records = executor.prepare(act.steps, expires_at=asked.expires_at, lasts=left)
        self._remember(act, replace(interpretation, result=act), turn, said)
        return Plan(records, speech, interpretation, write)

    def _remember(self, act: Act, interpretation: Interpretation, turn: Turn, said: str) -> None:
        """Notes what is about to be done, and the states of before."""
        memory, catalogue = self.dialogue.memory, self.executor.catalogue
        before = {step.entity_id: catalogue.state(step.entity_id) for step in act.steps}
        now = self.dialogue.monotonic()
        deed = Deed(act.steps, before, now, said, interpretation)
        if turn.asked.by_itself:
            memory.by_itself(turn.ask.origin, deed)
            return
        memory.did(turn.ask, deed)
        # "Put them on again" means those that went off, not those that were off before.
        changed = {
            each.entity_id for each in act.steps if not _was_so(each, before[each.entity_id])
        }
        about = tuple(each for each in interpretation.mentioned if each in changed)
        heard = replace(interpretation, mentioned=about or interpretation.mentioned)
        memory.heard(replace(turn.ask, text=said), heard, acted=True)


def _was_so(step: Step, before: State) -> bool:
    """True where what was only turned on or off was so before."""
    wanted = {"turn_on": "on", "turn_off": "off"}.get(step.service)
    return not step.params and wanted is not None and before.value == wanted


def _kept_as(change: Change) -> Outcome:
    return "refused" if change.write is None else "scheduled"


def _is_nothing(outcome: Reply | Plan) -> bool:
    return isinstance(outcome, Reply) and outcome.outcome == "not_understood"
