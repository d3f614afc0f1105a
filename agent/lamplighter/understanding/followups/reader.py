"""Reading follow-ups: sentences that mean something only after what was said before.

A reading counts only where every word of it is used and the context is recent; whatever else is
left to those who read whole sentences.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from lamplighter.understanding.context import Context
from lamplighter.understanding.followups.changes import Changed, changed, kept_so, repeated
from lamplighter.understanding.followups.families import spoken_of
from lamplighter.understanding.followups.retargeting import Retargeting, Unclear
from lamplighter.understanding.followups.targets import Target, target_of
from lamplighter.understanding.followups.undoing import undo_of
from lamplighter.understanding.followups.wording import (
    continuation_of,
    correction_of,
    pieces_of,
)
from lamplighter.understanding.intents import QUESTIONS, Intent, Parse
from lamplighter.understanding.interpretation import Clarify, Pending, Undo
from lamplighter.understanding.kinds import KINDS
from lamplighter.understanding.normalise import asks, fold, plain
from lamplighter.understanding.rule_parser import Situation
from lamplighter.understanding.speech import listed

FRESH_S = 300.0
"""For how long something said before can be followed up."""

_POLITE = re.compile(r"^(?:could|can|would|will) (?:you|u|ya|we)\b", re.IGNORECASE)
_BLOCKING = re.compile(
    r"\b(?:if|when|whenever|while|unless|until|except|don't|do not|never|because|why|who|how come|"
    r"not(?! (?:\w+ enough|so much|that much|quite so much)$)|isn't|aren't|wasn't|won't|can't)\b"
)
_TAIL = re.compile(
    r"^(?P<what>.+?) (?P<tail>(?:back )?(?:to|at) .+|on|off|open|closed|shut|up|down|locked|"
    r"(?:a (?:bit|little) |much )?(?:brighter|dimmer|darker|warmer|cooler|hotter|colder|higher|"
    r"lower|faster|slower))$"
)
_TAGGED = re.compile(
    r"(?:it|they|that)(?:'s|'re| is| are) (?:still |already |now )?"
    r"(?P<state>on|off|open|closed|locked|unlocked|running)"
    r" (?:right|yes|correct|isn't it|aren't they|is it|are they|or not|yeah)\??"
)
_ONE = re.compile(r"\b(?:it|that one|that)\b")
_MAX_WORDS = 14
_MOST_PIECES = 3
_MOST_SHOWN = 5


@dataclass(frozen=True, slots=True)
class FollowUpReader:
    """Reads follow-ups in English. Quick, and without any effect."""

    fresh_s: float = FRESH_S

    def read(self, text: str, situation: Situation) -> Parse | Undo | Clarify | None:
        """What the sentence means after what was said before; None where it is no follow-up.

        Args:
            text: the sentence, tidied; "" where only an end was said ("for ten minutes"): then it
                is what was done before, once more.
            situation: what parsing depends on, with the context if there is one.
        """
        english = situation.language.casefold().startswith("en")
        if not english or len(text.split()) > _MAX_WORDS:
            return None
        context = situation.context
        if context is not None and context.age_s > self.fresh_s:
            context = None
        said = fold(plain(text)) if text else ""
        if undo := (undo_of(fold(text), context) or undo_of(said, context)):
            return undo
        if context is None or not context.intents:
            return None
        several = len(context.entities) > 1 and not context.acted
        if several and _ONE.search(said) and not asks(text):
            return None  # which of those that an answer named has to be asked
        if said:
            return _Turn(text, said, context, situation).read()
        found = kept_so(context, situation.names, text)
        return _parse(found.intents, "what was done before, once more") if found else None


@dataclass(frozen=True, slots=True)
class _Turn:
    """One sentence after another."""

    text: str
    said: str
    context: Context
    situation: Situation

    def read(self) -> Parse | Clarify | Undo | None:
        """The whole of it; else its parts, where some of them only say more of the same."""
        found = self._asked_again() or self.whole()
        if found is not None or self._questioning():
            return found
        parts = pieces_of(self.text)
        if 1 <= len(parts) <= _MOST_PIECES and parts != [fold(self.text)]:
            return self._in_pieces(parts)
        return None

    def _in_pieces(self, parts: list[str]) -> Parse | Clarify | Undo | None:
        """Of "no, the other one on, I want the bedside lamp": the one thing, and its state."""
        if len(parts) == 1:
            return self._instead(parts[0])
        named: list[str] = []
        tails: list[str] = []
        for part in parts:
            corrected = correction_of(part)
            rest = continuation_of(part if corrected is None else corrected).rest
            tail = _TAIL.match(rest)
            what = tail["what"] if tail else rest
            target = target_of(what, self.situation.names)
            if target is None:
                return None
            tails += [tail["tail"]] if tail else []
            named += [] if target.other else [what]
        if len(named) != 1 or len(tails) > 1:
            return None
        opening = "no" if correction_of(fold(self.text)) is not None else "and"
        return self._instead(" ".join([opening, *named, *tails]))

    def _instead(self, said: str) -> Parse | Clarify | Undo | None:
        return replace(self, text=said, said=fold(plain(said))).whole()

    def _asked_again(self) -> Parse | None:
        """A question of what was meant before: "it's still locked, right?"."""
        match = _TAGGED.fullmatch(fold(self.text))
        known = spoken_of(self.context, self.situation.names)
        if match is None or not known:
            return None
        slots: dict[str, object] = {
            "ids": tuple(entity.id for entity in known),
            "state": match["state"],
        }
        if len(known) == 1:
            slots["name"] = known[0].name
        intent = Intent(
            "HassGetState",
            slots,
            frozenset(entity.domain for entity in known),
            many=len(known) > 1,
            question="one_yesno" if len(known) == 1 else "all",
            text=self.text,
        )
        return _parse((intent,), "a question of what was meant before")

    def whole(self) -> Parse | Clarify | Undo | None:
        """What it means as one sentence."""
        folded = fold(self.text)
        rest = correction_of(folded)
        if rest is not None:
            return self._corrected(rest)
        if _BLOCKING.search(folded) and not folded.startswith("why don't"):
            return None
        found = self._same_things(self.said) if not self._questioning() else None
        if found is not None:
            return found
        turn = continuation_of(folded)
        if turn.marked and not self._questioning():
            found = self._same_things(turn.rest) if turn.rest else None
            if found is not None:
                return found
        if not turn.marked and asks(self.said.rstrip("?")):
            return None
        return self._other_things(turn.rest, marked=turn.marked, tentative=turn.tentative)

    def _questioning(self) -> bool:
        """True where the sentence asks, so that it must not act."""
        return self.text.rstrip().endswith("?") and not _POLITE.match(self.text)

    def _about_questions(self) -> bool:
        return all(intent.name in QUESTIONS for intent in self.context.intents)

    def _same_things(self, said: str) -> Parse | None:
        """Another state or value of what was meant before, or the same once more."""
        found = repeated(said, self.context) or changed(said, self.context, self.situation.names)
        return _of_the_same(found) if found else None

    def _other_things(self, rest: str, *, marked: bool, tentative: bool) -> Parse | Clarify | None:
        """The same of something else."""
        target = target_of(rest, self.situation.names) if rest else None
        if target is None:
            return self._other_way(rest) if marked else None
        found = self._carrying().carried(target)
        if found is None:
            return None
        if isinstance(found, Unclear):
            return _which(found, self.text, "and")
        asking = self._about_questions()
        if not marked and not asking and not all(map(self.situation.grounds, found)):
            return None
        sure = asking or (marked and not tentative)
        return _parse(found, f"as before, of {rest!r}", sure=sure)

    def _other_way(self, rest: str) -> Parse | None:
        """Another state of something else: "and the fan off", "and the hall one to 20"."""
        match = _TAIL.match(rest)
        if match is None or self._questioning():
            return None
        target = target_of(match["what"], self.situation.names)
        found = target and self._carrying().carried(target)
        if not found or isinstance(found, Unclear):
            return None
        return self._moved(found, match["tail"])

    def _moved(self, intents: tuple[Intent, ...], tail: str) -> Parse | None:
        ids = self._ids_of(intents)
        if not ids:
            return None
        there = Context(self.text, intents, tuple(ids))
        found = changed(tail, there, self.situation.names)
        return _of_the_same(found) if found else None

    def _ids_of(self, intents: tuple[Intent, ...]) -> list[str]:
        """The entities of carried intents; none where a kind leaves open which of several."""
        found: list[str] = []
        for intent in intents:
            if key := intent.slots.get("kind"):
                area = fold(str(intent.slots.get("area") or ""))
                covered = [
                    each.id
                    for each in self.situation.names.entities.values()
                    if KINDS[key].covers(each) and (not area or fold(each.area or "") == area)
                ]
                found += covered if len(covered) == 1 or intent.many else []
            found += intent.slots.get("ids", ())
        return found

    def _corrected(self, rest: str) -> Parse | Clarify | Undo | None:
        """What was meant instead of what was understood before."""
        if not rest:
            return self._the_only_other()
        found = self._same_things(rest)
        if found is not None:
            return found
        turn = continuation_of(rest)
        target = target_of(turn.rest, self.situation.names)
        if target is None:
            return self._other_way(rest)
        carried = self._carrying().carried(target)
        if isinstance(carried, Unclear):
            return _which(carried, self.text, "no I meant")
        if carried is None or carried == self.context.intents:
            return None
        return _parse(carried, f"meant was {rest!r}")

    def _the_only_other(self) -> Parse | Undo:
        """The one other there is ("not that one"), else what was done is taken back."""
        found = self._carrying().carried(Target(other=True))
        if found is None or isinstance(found, Unclear) or not self.context.acted:
            return Undo()
        return _parse(found, "the only other one", sure=False)

    def _carrying(self) -> Retargeting:
        return Retargeting(self.context, self.situation, self.text)


def _of_the_same(found: Changed) -> Parse:
    return _parse(found.intents, "of what was meant before", sure=found.sure)


def _parse(intents: tuple[Intent, ...], explain: str, *, sure: bool = True) -> Parse:
    explain = f"a follow-up: {explain}"
    return Parse(intents, confidence=0.95, explain=explain, sure=sure, contextual=True)


def _which(unclear: Unclear, text: str, continuation: str) -> Clarify:
    names = tuple(entity.name for entity in unclear.entities[:_MOST_SHOWN])
    question = f"Which one do you mean: {listed(names, 'or')}?"
    return Clarify(question, names, Pending(text, (), continuation=continuation))
