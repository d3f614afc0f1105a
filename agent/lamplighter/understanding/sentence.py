"""One English sentence that is more than a plain command: times, conditions, "and the bedroom?"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from lamplighter.orders.daylight import Daylight
from lamplighter.orders.requests import request as order_request
from lamplighter.understanding.composing import Moment, timed, together
from lamplighter.understanding.conditions.building import Around, build
from lamplighter.understanding.conditions.facts import Facts, facts
from lamplighter.understanding.conditions.splitting import Conditional, split
from lamplighter.understanding.context import Context
from lamplighter.understanding.followups.reader import FRESH_S, FollowUpReader
from lamplighter.understanding.grounding import Grounded, Grounder
from lamplighter.understanding.intents import Intent, Parse
from lamplighter.understanding.interpretation import (
    Ask,
    Clarify,
    Interpretation,
    Later,
    NotUnderstood,
    Pending,
    Planned,
    Result,
    Undo,
)
from lamplighter.understanding.outline import Piece, pieces
from lamplighter.understanding.reading import Reading
from lamplighter.understanding.rule_parser import Situation
from lamplighter.understanding.time_expressions import obstacle
from lamplighter.understanding.timing.corrections import after
from lamplighter.understanding.timing.holding import begun, commanded
from lamplighter.understanding.timing.phrases import extract
from lamplighter.understanding.timing.requests import JUST_NOW, takes_back
from lamplighter.understanding.timing.requests import request as schedule_request
from lamplighter.understanding.timing.timers import timer
from lamplighter.understanding.timing.when import Delay, SunMoment

_WRITES = re.compile(r"^(?:please )?(?:write|display|show|type)\b", re.IGNORECASE)


_ONLY_NEXT = re.compile(
    r"^(?:the )?next time\b|\bthe next time (?:the|my|our|it|some|any|he|she|they|i|we)\b",
    re.IGNORECASE,
)
_EVERY_TIME = (
    "I can watch for that every time, but not for the next time only. "
    "Say it with “whenever”, and tell me later to forget it."
)
_TO = re.compile(r"^[^,]+\bto\b \S", re.IGNORECASE)
_SETS = re.compile(r"^(?:please )?(?:set|put|change|switch|turn|make|adjust)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence and all that it is understood with.

    Attributes:
        text: the sentence, tidied.
        ask: who said it where.
        situation: what parsing depends on.
        reading: reads plain clauses.
        grounder: finds the devices.
        moment: now, and where the home is.
    """

    text: str
    ask: Ask
    situation: Situation
    reading: Reading
    grounder: Grounder
    moment: Moment

    def requested(self) -> Interpretation | None:
        """What it asks about standing orders or what is planned; None where it does not."""
        result: Result | None = order_request(self.text, self.situation)
        result = (
            result
            or timer(self.text, self.moment.now, self.situation.names.words)
            or schedule_request(self.text, self.situation.names.words)
        )
        result = result or self._taken_back()
        if result is None:
            return None
        return Interpretation(result, "rules", explain="about what is planned or watched for")

    def _taken_back(self) -> Planned | None:
        """Where nothing was done before "cancel that", what was planned just now is meant."""
        context = self.situation.context
        if context is None or context.acted or not takes_back(self.text):
            return None
        return Planned("cancel", JUST_NOW)

    @property
    def dated(self) -> bool:
        """True where it says a time of day, a habit or an end, which no template knows.

        A text that is to be written somewhere may say any time.
        """
        if _WRITES.match(self.text):
            return False
        parts = pieces(self.text, self.moment.now)
        return any(
            part.until or part.unclear or not isinstance(part.when, Delay | None) for part in parts
        )

    @property
    def timed_in_english(self) -> bool:
        """True where an English time is said, and the rest is understood in English as well."""
        if timer(self.text, self.moment.now, self.situation.names.words) is not None:
            return True
        parts = pieces(self.text, self.moment.now)
        timed_parts = any(part.timed for part in parts)
        return timed_parts and all(
            part.text and self.reading.at_once(part.text, self.situation) for part in parts
        )

    async def interpret(self) -> Interpretation | None:
        """What it means where it is more than a plain clause; None where it is not."""
        if (again := self._corrected()) is not None:
            return await self._instead(again)
        if _ONLY_NEXT.search(self.text):
            return _nothing("only the next time", _EVERY_TIME)
        conditional = None if self._by_the_sun() else split(self.text)
        if conditional is not None:
            return await self._conditional(conditional)
        parts = pieces(self.text, self.moment.now)
        # "For ten minutes" alone goes on from what was said before.
        alone = len(parts) == 1 and self.situation.context is not None
        if any(part.timed for part in parts) and (alone or all(part.text for part in parts)):
            return await self._timed(parts)
        return self._followed(self.text, self.situation)

    def _corrected(self) -> Sentence | None:
        """The sentence before with another time: "no, at eight"."""
        context = self.situation.context
        if context is None or not context.text or context.age_s > FRESH_S:
            return None
        said = after(context.text, self.text, self.moment.now)
        if said is None:
            return None
        return replace(self, text=said, situation=replace(self.situation, context=None))

    async def _instead(self, again: Sentence) -> Interpretation | None:
        """What is planned now, in the place of what was planned before."""
        found = await again.interpret()
        if found is None or not isinstance(found.result, Later):
            return found
        return replace(found, result=replace(found.result, instead=True))

    def _by_the_sun(self) -> bool:
        """True where "when" only says a time of the sun: "when it gets dark"; it is done once."""
        found = extract(self.text, self.moment.now)
        at_sun = isinstance(found.when, SunMoment) and found.rest
        return bool(at_sun) and obstacle(found.rest) != "condition"

    async def _conditional(self, conditional: Conditional) -> Interpretation:
        found = facts(conditional.condition, self.situation)
        mentioned = found.entities if isinstance(found, Facts) else ()
        situation = self._after(Grounded(NotUnderstood("", ""), "", mentioned), ())
        parts = pieces(conditional.body, self.moment.now) if conditional.body else []
        if len(parts) > 1 or any(part.when or part.unclear for part in parts):
            speech = "Please say what is to be done at a time, and what on a condition, separately."
            return _nothing("a condition and a time", speech)
        parse = await self._read(parts[0].text, situation) if parts else None
        if parts and parse is None:
            speech = f"I understood the condition, but not what to do: “{parts[0].text}”."
            return _nothing("the command of a condition is not understood", speech)
        around = Around(
            situation=situation,
            ask=self.ask,
            # An order means what it says, not what was spoken of before it.
            ground=lambda each: self.grounder.ground(each, replace(self.ask, context=None)).result,
            now=self.moment.now.timestamp(),
            daylight=Daylight(self.moment.now.tzinfo, self.moment.location),
            degrees=self.moment.degrees,
        )
        until = parts[0].until if parts else None
        result, explain = build(conditional, found, parse, around, until=until)
        intents = parse.intents if parse is not None else ()
        return Interpretation(result, "rules", 0.95, explain, intents, mentioned)

    async def _timed(self, parts: Sequence[Piece]) -> Interpretation | None:
        results: list[Result] = []
        explained: list[str] = []
        intents: list[Intent] = []
        mentioned: list[str] = []
        situation = self.situation
        via = "rules"
        for part in parts:
            said = begun(part.text) if part.until is not None else commanded(part.text)
            parse = await self._read(said, situation)
            if parse is None and _TO.search(said):
                parse = await self._read(f"set {said}", situation)
            if parse is None:
                return None
            if part.when is not None:
                parse = _set_off(parse, said)
            if part.unclear:
                return _unclear(part, self.text)
            grounded = self.grounder.ground(parse, self.ask)
            result = timed(grounded.result, part, parse.intents, self.moment)
            if isinstance(result, NotUnderstood | Clarify):
                return Interpretation(result, "rules", parse.confidence, grounded.explain)
            results.append(result)
            explained += [parse.explain, grounded.explain]
            intents += parse.intents
            mentioned += grounded.mentioned
            via = "model" if parse.via == "model" else via
            situation = self._after(grounded, parse.intents)
        explain = "; ".join(each for each in explained if each)
        return Interpretation(
            together(results),
            "model" if via == "model" else "rules",
            explain=explain,
            intents=tuple(intents),
            mentioned=tuple(mentioned),
        )

    async def _read(self, text: str, situation: Situation) -> Parse | None:
        """A clause: as going on from what was said before, or by itself."""
        parse = self.reading.read(text, situation) if text else None
        if parse is not None and parse.sure:
            return parse
        followed = FollowUpReader().read(text, situation) if situation.context else None
        if isinstance(followed, Parse):
            return followed
        return parse or (await self.reading.by_model(text, situation) if text else None)

    def _followed(self, text: str, situation: Situation) -> Interpretation | None:
        found = FollowUpReader().read(text, situation)
        if found is None:
            return None
        if isinstance(found, Undo | Clarify):
            return Interpretation(found, "rules", explain="goes on from what was said before")
        return self.plain(found)

    def plain(self, parse: Parse) -> Interpretation:
        """What a parse comes to here and now."""
        grounded = self.grounder.ground(parse, self.ask)
        return Interpretation(
            grounded.result,
            "model" if parse.via == "model" else "rules",
            parse.confidence,
            "; ".join(part for part in (parse.explain, grounded.explain) if part),
            parse.intents,
            grounded.mentioned,
        )

    def _after(self, grounded: Grounded, intents: tuple[Intent, ...]) -> Situation:
        """The situation once a clause was said: "it" is what that was about."""
        if not grounded.mentioned:
            return self.situation
        context = Context(self.text, intents, grounded.mentioned, acted=True)
        return replace(self.situation, context=context)


def _set_off(parse: Parse, said: str) -> Parse:
    """A robot that is named with a time and a speed is started then: "Rover at ten, on quiet"."""
    only = all(
        each.name == "HomeSetOption" and each.domains == {"vacuum"} for each in parse.intents
    )
    if not only or not parse.intents or _SETS.match(said):
        return parse
    first = parse.intents[0]
    slots = {name: value for name, value in first.slots.items() if name != "option"}
    started = replace(first, name="HassVacuumStart", slots=slots)
    return replace(parse, intents=(started, *parse.intents))


def _unclear(part: Piece, text: str) -> Interpretation:
    pending = Pending(text, (), continuation=part.text)
    result = Clarify(part.unclear, (), pending)
    return Interpretation(result, "rules", 0.5, "a time that can't be told")


def _nothing(reason: str, speech: str) -> Interpretation:
    return Interpretation(NotUnderstood(reason, speech), "rules", 0.0, reason)
