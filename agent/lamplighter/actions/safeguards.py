"""What stands between understanding and doing: the policy, a yes, the PIN, and a second look."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from lamplighter.actions.alarm_deeds import said_for
from lamplighter.actions.authorisation import Authorisation, Judgement
from lamplighter.actions.dialogue import Dialogue, OpenQuestion
from lamplighter.actions.expectation import can_show, shows
from lamplighter.actions.pins import PinPad
from lamplighter.actions.reply import Reply
from lamplighter.actions.turn import Turn
from lamplighter.understanding.interpretation import (
    Act,
    Interpretation,
    Later,
    Operate,
    Stand,
    Step,
)
from lamplighter.understanding.speech import called, listed

_NO_PIN_HERE = "That needs the PIN, and I have none to compare with, so I won't."


@dataclass(frozen=True, slots=True)
class Safeguards:
    """Judges acts, asks for a yes and the PIN, and judges again when they are given.

    Attributes:
        authorisation: what may be done by whom.
        dialogue: keeps the questions.
        pins: compares PINs.
        monotonic: seconds that never jump.
    """

    authorisation: Authorisation
    dialogue: Dialogue
    pins: PinPad
    monotonic: Callable[[], float]

    def objection(
        self, act: Act, then: Act | Later | Operate, interpretation: Interpretation, turn: Turn
    ) -> Reply | None:
        """What the policy has against an act: that it is refused, or has to be agreed to.

        ``then`` is what a yes leads to.
        """
        judged = self.authorisation.examine(act.steps, turn.ask)
        if refusal := self._refused(judged, interpretation, turn):
            return refusal
        if not judged.careful or turn.asked.confirmed:
            return None
        what = self.authorisation.described(judged.careful)
        when = " then" if isinstance(then, Later) else ""
        if isinstance(then, Operate):
            when = said_for(then)
        question = OpenQuestion(0.0, interpretation, confirm=then, act=act)
        return self._asked(f"Shall I really {what}{when}?", question, judged, turn)

    def proposal(
        self, stand: Stand, back: Sequence[Step], interpretation: Interpretation, turn: Turn
    ) -> Reply:
        """The question whether a standing order is to be kept; or why it may not be.

        ``back`` are the steps that end what it does: they are judged with it.
        """
        act = stand.act and replace(stand.act, steps=(*stand.act.steps, *back))
        judged = self.authorisation.examine(act.steps if act else (), turn.ask)
        if refusal := self._refused(judged, interpretation, turn):
            return refusal
        question = OpenQuestion(0.0, interpretation, confirm=stand, act=act)
        return self._asked(stand.speech, question, judged, turn)

    def second_thoughts(self, question: OpenQuestion, turn: Turn) -> Reply | None:
        """What is said to a yes instead of carrying out what was asked about, or None.

        It is judged once more: the policy, the asker's role and the state may have changed since.
        """
        steps = question.act.steps if question.act else ()
        judged = self.authorisation.examine(steps, turn.ask)
        if refusal := self._refused(judged, question.interpretation, turn):
            return refusal
        if judged.secret and (missing := self._without_pin(question, turn)):
            return missing
        if isinstance(question.confirm, Act):
            over = self._overtaken(question, question.confirm.steps)
            return turn.reply("answered", over, question.interpretation) if over else None
        return None

    def harmless(self, steps: Sequence[Step], turn: Turn) -> tuple[Step, ...]:
        """Those of the steps that may be done without asking anybody."""
        judged = self.authorisation.examine(steps, turn.ask)
        held = (*judged.refused, *judged.careful)
        return tuple(step for step in steps if step not in held)

    def _refused(
        self, judged: Judgement, interpretation: Interpretation, turn: Turn
    ) -> Reply | None:
        if judged.refused:
            speech = self.authorisation.refusal(judged.refused, turn.ask)
            return turn.reply("refused", speech, interpretation, explain="policy")
        if not judged.secret or turn.asked.confirmed:
            return None
        if not self.pins.usable:
            return turn.reply("refused", _NO_PIN_HERE, interpretation, explain="no PIN")
        left = self.pins.locked_for(turn.ask)
        if left > 0:
            speech = f"Too many wrong PINs. Try again in {_minutes(left)}."
            return turn.reply("refused", speech, interpretation, explain="locked")
        return None

    def _asked(self, speech: str, question: OpenQuestion, judged: Judgement, turn: Turn) -> Reply:
        """Asks for a yes, and for the PIN where it is wanted and was not said at once."""
        pin_said = bool(judged.secret and turn.asked.pin)
        if pin_said and not self.pins.right(turn.ask, turn.asked.pin):
            return turn.reply("refused", "That is not the PIN.", question.interpretation)
        secret = bool(judged.secret) and not pin_said
        steps = question.act.steps if question.act else ()
        opened = replace(
            question,
            until=self.monotonic() + self.authorisation.policy.confirm_within,
            secret=secret,
            pin_said=pin_said,
            seen={each.entity_id: self._value(each) for each in steps},
            said=turn.ask.text,
        )
        self.dialogue.ask_back(turn.ask, opened)
        if not isinstance(question.confirm, Stand) or secret:
            speech = f"{speech} Say {'yes and the PIN' if secret else 'yes'} to go ahead."
        return turn.reply("confirm", speech, question.interpretation)

    def _without_pin(self, question: OpenQuestion, turn: Turn) -> Reply | None:
        """Asks for a PIN that is missing or wrong; None where it was given."""
        if question.pin_said:
            return None
        if turn.asked.pin and self.pins.right(turn.ask, turn.asked.pin):
            return None
        speech = "And the PIN, please."
        if turn.asked.pin:
            left = self.pins.locked_for(turn.ask)
            if left > 0:
                told = f"That is not the PIN either. Try again in {_minutes(left)}."
                return turn.reply("refused", told, question.interpretation, explain="locked")
            speech = "That is not the PIN. Please say it again."
        until = self.monotonic() + self.authorisation.policy.confirm_within
        self.dialogue.ask_back(turn.ask, replace(question, agreed=True, secret=True, until=until))
        return turn.reply("confirm", speech, question.interpretation)

    def _overtaken(self, question: OpenQuestion, steps: Sequence[Step]) -> str:
        """What is said where all is as it should be by now, and was not when it was asked."""
        catalogue = self.authorisation.catalogue
        names = []
        for step in steps:
            entity = catalogue.get(step.entity_id)
            state = catalogue.state(step.entity_id)
            moved = question.seen.get(step.entity_id) != state.value
            if entity is None or not moved or not can_show(entity, step.service):
                return ""
            if not shows(entity, step.service, step.params, state, fresh=False):
                return ""
            names.append(f"{called(entity)} is {str(state.value).replace('_', ' ')}")
        said = listed(names)
        return f"{said[:1].upper()}{said[1:]} by now, so I did nothing."

    def _value(self, step: Step) -> str | None:
        return self.authorisation.catalogue.state(step.entity_id).value


def _minutes(seconds: float) -> str:
    minutes = max(1, round(seconds / 60))
    return "a minute" if minutes == 1 else f"{minutes} minutes"
