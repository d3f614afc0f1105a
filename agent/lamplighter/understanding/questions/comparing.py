"""Answers that compare what is measured: the most, the least, above and below, which of two."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from lamplighter.understanding.intents import Intent
from lamplighter.understanding.normalise import words_of
from lamplighter.understanding.questions.about_values import AboutValues
from lamplighter.understanding.questions.answered import Answered, told
from lamplighter.understanding.questions.measures import MEASURES, with_unit
from lamplighter.understanding.questions.values import (
    MAX_TOLD,
    WHOLE_HOME,
    Value,
    at,
    in_one_unit,
    in_unit_of,
    place_or_name,
    spoken,
)
from lamplighter.understanding.resolver import Grounding
from lamplighter.understanding.speech import called, listed


@dataclass(frozen=True, slots=True)
class Comparing:
    """Answers ``HomeGetExtreme`` and ``HomeCompare``.

    Attributes:
        values: finds and tells what is measured.
    """

    values: AboutValues

    def find(self, intent: Intent) -> Grounding:
        """The entities that measure what is asked."""
        return self.values.find(intent)

    def answer(self, intent: Intent, found: Grounding) -> Answered:
        """The answer, from the entities that were found."""
        if found.missing:
            return self.values.unmeasured(intent, found)
        if intent.name == "HomeGetExtreme":
            return self._extreme(intent, found)
        if "limit" in intent.slots:
            return self._limited(intent, found)
        return self._compared(intent, found)

    def _extreme(self, intent: Intent, found: Grounding) -> Answered:
        measure, way = str(intent.slots["measure"]), str(intent.slots["way"])
        values = self.values.one_each(self.values.values(found.entities, measure), measure)
        if MEASURES.get(measure) and MEASURES[measure].summed:
            single = [e for e in values if not WHOLE_HOME & set(words_of(e.entity.name))]
            values = single or values
        known = [each for each in values if each.number is not None]
        unknown = [called(each.entity) for each in values if each.number is None]
        ids = [each.entity.id for each in known]
        if not known:
            said = f"I don't know: {listed(unknown[:MAX_TOLD])} told nothing yet"
            return told(said, found.explain, ids)
        units = {each.unit for each in known}
        if len(units) > 1:
            known = in_one_unit(known)
        ordered = sorted(known, key=lambda each: each.number or 0.0, reverse=way == "more")
        best = [each for each in ordered if each.number == ordered[0].number]
        names = listed(place_or_name(each.entity, measure) for each in best)
        said = f"{names}: {best[0].said()}"
        if len(ordered) > len(best):
            after = ordered[len(best)]
            said += f", then {place_or_name(after.entity, measure)} with {after.said()}"
        if unknown:
            said += f"; I don't know about {listed(unknown[:MAX_TOLD])}"
        return told(said, found.explain, ids)

    def _compared(self, intent: Intent, found: Grounding) -> Answered:
        measure, way = str(intent.slots["measure"]), str(intent.slots["way"])
        other = dict(intent.slots["against"])
        here = bool(other.pop("here", False))
        against = replace(
            intent, name="HomeGetMeasurement", slots={**other, "measure": measure},
            here=here, many=False, question="one",
        )  # fmt: skip
        others = self.values.find(against)
        if others.missing:
            return self.values.unmeasured(against, others)
        mine = self.values.one_each(self.values.values(found.entities, measure), measure)
        theirs = self.values.one_each(self.values.values(others.entities, measure), measure)
        ids = [each.entity.id for each in (*mine, *theirs)]
        explain = "; ".join(each for each in (found.explain, others.explain) if each)
        for values in (mine, theirs):
            if all(each.number is None for each in values):
                said = (
                    f"I don't know: {listed(called(each.entity) for each in values)} told nothing"
                )
                return told(said, explain, ids)
        mine, theirs = ([e for e in values if e.number is not None] for values in (mine, theirs))
        verdicts = {
            (a.number or 0.0) > (b.number or 0.0) if way == "more"
            else (a.number or 0.0) < (b.number or 0.0)
            for a in mine for b in theirs
        }  # fmt: skip
        said = self._against(mine, theirs, measure)
        if intent.question == "difference" and len(mine) == len(theirs) == 1:
            apart = with_unit(abs((mine[0].number or 0) - (theirs[0].number or 0)), mine[0].unit)
            return told(f"{apart}: {said}", explain, ids)
        if intent.question in ("which", "difference"):
            return told(self._greater(mine, theirs, measure, verdicts, said), explain, ids)
        if len(verdicts) > 1:
            return told(f"that depends: {said}", explain, ids)
        return told(f"{'yes' if verdicts == {True} else 'no'}, {said}", explain, ids)

    def _greater(
        self,
        mine: Sequence[Value],
        theirs: Sequence[Value],
        measure: str,
        verdicts: set[bool],
        said: str,
    ) -> str:
        """Which of two it is."""
        if len(verdicts) != 1 or len(mine) != 1 or len(theirs) != 1:
            return said
        if mine[0].number == theirs[0].number:
            return f"both the same: {said}"
        chosen = mine[0] if verdicts == {True} else theirs[0]
        return f"{place_or_name(chosen.entity, measure)}: {said}"

    def _against(self, mine: Sequence[Value], theirs: Sequence[Value], measure: str) -> str:
        def part(values: Sequence[Value]) -> str:
            if len(values) > MAX_TOLD:
                low, high = min(v.number or 0 for v in values), max(v.number or 0 for v in values)
                return f"{with_unit(low, values[0].unit)} to {with_unit(high, values[0].unit)}"
            return listed(f"{v.said()} {at(v.entity, self.values.sight, measure)}" for v in values)

        opening = "it's" if measure == "temperature" else f"the {spoken(measure)} is"
        return f"{opening} {part(mine)} and {part(theirs)}"

    def _limited(self, intent: Intent, found: Grounding) -> Answered:
        measure, way = str(intent.slots.get("measure", "")), str(intent.slots["way"])
        values = self.values.values(found.entities, measure)
        if intent.question == "one_yesno":
            values = self.values.one_each(values, measure)
        known = [each for each in values if each.number is not None]
        unknown = [called(each.entity) for each in values if each.number is None]
        ids = [each.entity.id for each in values]
        if not known:
            return told(
                f"I don't know: {listed(unknown[:MAX_TOLD])} told nothing", found.explain, ids
            )
        matching = [each for each in known if _beyond(each, intent, way)]
        if intent.question in ("which", "how_many", "any"):
            return told(
                _named_beyond(intent, matching, known, unknown, measure), found.explain, ids
            )
        named = len(values) > 1 or not measure
        said = "; ".join(
            self.values.told(each, measure or "power", intent, named=named)
            for each in known[:MAX_TOLD]
        )
        if len(matching) == len(known):
            return told(f"yes, {said}", found.explain, ids)
        if not matching:
            return told(f"no, {said}", found.explain, ids)
        names = listed(place_or_name(each.entity, measure) for each in matching)
        return told(f"only {names}: {said}", found.explain, ids)


def _beyond(value: Value, intent: Intent, way: str) -> bool:
    asked_in = str(intent.slots.get("unit", ""))
    limit = in_unit_of(float(intent.slots["limit"]), asked_in, value.unit)
    assert value.number is not None
    return value.number > limit if way == "more" else value.number < limit


def _named_beyond(
    intent: Intent,
    matching: Sequence[Value],
    known: Sequence[Value],
    unknown: Sequence[str],
    measure: str,
) -> str:
    way = "above" if intent.slots["way"] == "more" else "below"
    limit = with_unit(float(intent.slots["limit"]), known[0].unit)
    names = listed(
        f"{place_or_name(each.entity, measure)} ({each.said()})" for each in matching[:8]
    )
    verb = "is" if len(matching) == 1 else "are"
    opening = {"any": "yes, " if matching else "no, "}.get(intent.question, "")
    if not matching:
        said = f"{opening}none of the {len(known)} is {way} {limit}"
        if len(known) == 1:
            said = f"{opening}{place_or_name(known[0].entity, measure)} is {known[0].said()}"
    elif intent.question == "how_many":
        said = f"{len(matching)} of {len(known)} {verb} {way} {limit}: {names}"
    else:
        said = f"{opening}{names} {verb} {way} {limit}"
    if unknown:
        said += f"; I don't know about {listed(unknown[:MAX_TOLD])}"
    return said
