"""Answers about how things were: what happened last, how long, how often, at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from lamplighter.catalogue.entity import Entity, State
from lamplighter.understanding.intents import Intent
from lamplighter.understanding.questions import periods
from lamplighter.understanding.questions.answered import Answered, told
from lamplighter.understanding.questions.history import Past, Stay, stays
from lamplighter.understanding.questions.past_words import happening, length, state_word
from lamplighter.understanding.questions.periods import Period
from lamplighter.understanding.questions.sight import Sight, asks_of_work
from lamplighter.understanding.resolver import Grounding
from lamplighter.understanding.speech import called, listed
from lamplighter.understanding.states import described, is_value, tells

MAX_TOLD = 4
LOOKED_BACK = 400 * 86400.0
"""How far back the last time of something is looked for."""

_MOVED = frozenset({"binary_sensor", "cover", "valve"})
_SLOW = 60.0


@dataclass(frozen=True, slots=True)
class AboutPast:
    """Answers ``HomeGetPast`` about states; numbers are for ``past_values``.

    Attributes:
        sight: what there is to answer from.
        past: what is kept; None where nothing is.
    """

    sight: Sight
    past: Past | None

    def find(self, intent: Intent) -> Grounding:
        """The entities that the question is about; history is not asked."""
        wanted = self._meant(intent)

        def able(entity: Entity) -> bool:
            return tells(entity, wanted) and (
                wanted != "motion" or entity.domain == "binary_sensor"
            )

        query = replace(intent, question="which", many=True) if _of_all(intent) else replace(
            intent, question="one"
        )  # fmt: skip
        if asks_of_work(intent) and (working := self.sight.find_running(query, able)):
            return working
        if wanted in ("open", "closed"):
            moved = self.sight.find(query, lambda each: each.domain in _MOVED and able(each))
            if not moved.missing:
                return moved
        return self.sight.find(query, able)

    def _meant(self, intent: Intent) -> str:
        """The state that is meant: a heating "runs" while it heats, where one tells of that."""
        wanted = str(intent.slots.get("state", ""))
        if wanted != "on" or not asks_of_work(intent):
            return wanted
        climates = self.sight.resolver.names.by_domain.get("climate", ())
        telling = any(self._acting(each, "heat") for each in climates)
        return "heat" if intent.slots.get("kind") == "thermostat" and telling else wanted

    def answer(self, intent: Intent, found: Grounding) -> Answered:
        """The answer, from what is kept of the entities that were found."""
        ids = [each.id for each in found.entities]
        if found.missing:
            what = called(found.entities[0]) if found.entities else ""
            said = f"{what} does not tell that" if what else f"I know of no {found.missing} here"
            return told(f"I don't know: {said}", found.explain, ids)
        if self.past is None:
            return told("I don't know: I keep nothing of the past", found.explain, ids)
        if intent.slots.get("period"):
            period = periods.resolved(str(intent.slots["period"]), self._now, self.past.zone)
            if period is None:
                said = f"I don't know what time {intent.slots['period']!r} is"
                return told(said, found.explain, ids)
        else:
            period = periods.since_always(self._now)
        return told(self._said(intent, found, period), found.explain, ids)

    def _said(self, intent: Intent, found: Grounding, period: Period) -> str:
        asked = str(intent.slots["asked"])
        wanted = self._meant(intent)
        answers: dict[str, Callable[[Entity, str, Period], str]] = {
            "since": self._since,
            "total": self._total,
            "last": self._last,
            "first": self._first,
            "who": self._who,
            "how_often": self._often,
            "ever": self._ever,
        }
        answer = answers[asked]
        if period.moment and asked in ("ever", "total", "since", "how_often"):
            answer = self._at
        several = list(found.entities)
        if len(several) > 1 and asked == "ever":
            return self._of_several(intent, several, wanted, period)
        if len(several) > 1 and asked == "since":
            # "Since when is the window open" is asked of the one that is.
            several = [
                e for e in several if is_value(e, self._current(e, wanted), wanted)
            ] or several
        if len(several) > 1 and asked == "how_often":
            several = [each for each in several if self._known(each, wanted, period)] or several
        if len(several) > 1 and asked in ("last", "who"):
            return self._latest_of(several, wanted, period, asked)
        said = [answer(each, wanted, period) for each in several[:MAX_TOLD]]
        known = [each for each in said if not each.startswith("I don't know")]
        if known and len(known) < len(said):
            said = [*known, f"I don't know about {len(said) - len(known)} others"]
        more = f"; and {len(several) - MAX_TOLD} more" if len(several) > MAX_TOLD else ""
        return "; ".join(said) + more

    # One entity.

    def _since(self, entity: Entity, wanted: str, _period: Period) -> str:
        """Since when it is as asked."""
        name, word = called(entity), state_word(entity, wanted)
        now = is_value(entity, self._current(entity, wanted), wanted)
        if not self.sight.state(entity).available:
            return f"I don't know: {name} is offline"
        run = self._run(entity, wanted)
        if now is None or run is None:
            return f"I don't know: {name} has not said anything that I could tell it from"
        since, first = run
        if not now:
            how = described(entity, self.sight.state(entity), self.sight.degrees)
            since_when = f", since {self._time(since)} at the latest" if first else (
                f", since {self._time(since)}"
            )  # fmt: skip
            return f"{name} is not {word} now: it is {how}{since_when}"
        spoken = length(self._now - since)
        if first:
            heard = f"I first heard of it {self._time(since)}"
            return f"{name} has been {word} for at least {spoken}: {heard}"
        return f"{name} has been {word} for {spoken}, since {self._time(since)}"

    def _run(self, entity: Entity, wanted: str) -> tuple[float, bool] | None:
        """Since when the verdict on the state is what it is, and whether that is known only so."""
        found = self._stays(entity, wanted, self._now - LOOKED_BACK, self._now)
        verdict = is_value(entity, self._current(entity, wanted), wanted)
        if verdict is None:
            return None
        changed = self.sight.state(entity).changed
        if not found or found[-1].value != self._current(entity, wanted):
            return (changed, True) if changed else None
        since, first = found[-1].start, found[-1].first
        for stay in reversed(found):
            if stay.value is None or is_value(entity, stay.value, wanted) is not verdict:
                break
            since, first = stay.start, stay.first
        return since, first

    def _total(self, entity: Entity, wanted: str, period: Period) -> str:
        """For how long it was as asked, in all."""
        name, word = called(entity), state_word(entity, wanted)
        found = self._stays(entity, wanted, period.start, period.end)
        if not found:
            return f"I don't know: {self._nothing_kept(entity)}"
        seconds = sum(
            each.end - each.start for each in found if is_value(entity, each.value, wanted)
        )
        when = f" {period.said}" if period.said else ""
        limit = self._limit(period, found)
        if not seconds:
            return f"{name} was not {word}{when}{limit}"
        return f"{name} was {word} for {length(seconds)}{when}{limit}"

    def _last(self, entity: Entity, wanted: str, period: Period) -> str:
        """When it became so the last time."""
        name, verb = called(entity), happening(entity, wanted)
        found = self._stays(entity, wanted, self._start(period), period.end)
        if not found:
            return f"I don't know: {self._nothing_kept(entity)}"
        times = self._times(entity, found, wanted)
        now = is_value(entity, self._current(entity, wanted), wanted)
        when = f" {period.said}" if period.said else ""
        if times:
            still = f", and is {state_word(entity, wanted)} now" if now and not when else ""
            return f"{name} was last {verb} {self._time(times[-1])}{still}"
        if is_value(entity, found[0].value, wanted) and found[0].first:
            return (
                f"I don't know: {name} was {state_word(entity, wanted)} already when I first heard"
                f" of it, {self._time(found[0].start)}"
            )
        limit = self._limit(period, found)
        if when:
            return f"{name} was not {verb} that I know of{when}{limit}"
        return f"I don't know: not since {self._time(found[0].start)}, when I first heard of {name}"

    def _first(self, entity: Entity, wanted: str, period: Period) -> str:
        name, verb = called(entity), happening(entity, wanted)
        found = self._stays(entity, wanted, period.start, period.end)
        if not found:
            return f"I don't know: {self._nothing_kept(entity)}"
        times = self._times(entity, found, wanted)
        when = f" {period.said}" if period.said else ""
        limit = self._limit(period, found)
        if not times:
            return f"{name} was not {verb}{when} that I know of{limit}"
        return f"{name} was first {verb}{when} {self._time(times[0])}{limit}"

    def _who(self, entity: Entity, wanted: str, period: Period) -> str:
        return f"I don't know who; {self._last(entity, wanted, period)}"

    def _often(self, entity: Entity, wanted: str, period: Period) -> str:
        name, verb = called(entity), happening(entity, wanted)
        found = self._stays(entity, wanted, period.start, period.end)
        if not found:
            return f"I don't know: {self._nothing_kept(entity)}"
        times = self._times(entity, found, wanted)
        count = {0: "not", 1: "once", 2: "twice"}.get(len(times), f"{len(times)} times")
        when = f" {period.said}" if period.said else f" since {self._time(found[0].start)}"
        last = f", the last time {self._time(times[-1])}" if times else ""
        if not times:
            return f"{name} was not {verb}{when}{self._limit(period, found)}"
        return f"{name} was {verb} {count}{when}{last}{self._limit(period, found)}"

    def _ever(self, entity: Entity, wanted: str, period: Period) -> str:
        """Whether it was as asked at any time of the stretch."""
        name, word = called(entity), state_word(entity, wanted)
        found = self._stays(entity, wanted, period.start, period.end)
        if not found:
            return f"I don't know: {self._nothing_kept(entity)}"
        when = f" {period.said}" if period.said else ""
        limit = self._limit(period, found)
        held = [each for each in found if is_value(entity, each.value, wanted)]
        if not held:
            opening = "not that I know of" if limit else "no"
            return f"{opening}: {name} was not {word}{when}{limit}"
        if len(held) == len(found):
            return f"yes, {name} was {word} all the time{when}{limit}"
        seconds = sum(each.end - each.start for each in held)
        if period.whole:
            return f"no, {name} was {word} for {length(seconds)}{when}{limit}"
        return f"yes, {name} was {self._became(entity, wanted, found, when)}{limit}"

    def _became(self, entity: Entity, wanted: str, found: Sequence[Stay], when: str) -> str:
        """When it became so within a stretch in which it was."""
        verb, word = happening(entity, wanted), state_word(entity, wanted)
        times = self._times(entity, found, wanted)
        held = [each for each in found if is_value(entity, each.value, wanted)]
        if not times:
            return f"{word}{when}, until {self._time(held[-1].end)}"
        if len(times) > 1:
            return f"{verb} {len(times)} times{when}, last {self._time(times[-1])}"
        seconds = sum(each.end - each.start for each in held)
        lasting = "" if seconds < _SLOW else f", for {length(seconds)}"
        return f"{verb} {self._time(times[0])}{lasting}"

    def _at(self, entity: Entity, wanted: str, period: Period) -> str:
        name = called(entity)
        found = self._stays(entity, wanted, period.start, period.start)
        value = found[-1].value if found else None
        verdict = is_value(entity, value, wanted)
        if verdict is None:
            return f"I don't know what {name} was {period.said}{self._known_since(entity, period)}"
        assert value is not None
        how = described(entity, State(value), self.sight.degrees)
        return f"{'yes' if verdict else 'no'}, {name} was {how} {period.said}"

    # Several entities.

    def _of_several(
        self, intent: Intent, several: Sequence[Entity], wanted: str, period: Period
    ) -> str:
        was: list[Entity] = []
        was_not: list[Entity] = []
        unknown: list[Entity] = []
        limited = ""
        for entity in several:
            found = self._stays(entity, wanted, period.start, period.end)
            if not found or all(each.value is None for each in found):
                unknown.append(entity)
                continue
            limited = limited or self._limit(period, found)
            held = any(is_value(entity, each.value, wanted) for each in found)
            (was if held else was_not).append(entity)
        when = f" {period.said}" if period.said else ""
        word = state_word(several[0], wanted)
        doubt = f"; I don't know about {_few(unknown)}" if unknown else ""
        if not was and not was_not:
            return f"I don't know: nothing is kept of {_few(unknown)}"
        if intent.question == "all" and was_not:
            return f"no, {_few(was_not)} {_were(was_not)} not {word}{when}{limited}{doubt}"
        if intent.question == "how_many":
            names = f": {_few(was)}" if was else ""
            count = f"{len(was)} of {len(was) + len(was_not)}"
            return f"{count} {_were(was)} {word}{when}{names}{limited}{doubt}"
        opening = "" if intent.question == "which" else ("yes, " if was else "no, ")
        if was:
            return f"{opening}{_few(was)} {_were(was)} {word}{when}{limited}{doubt}"
        return f"{opening}none of the {len(was_not)} was {word}{when}{limited}{doubt}"

    def _latest_of(self, several: Sequence[Entity], wanted: str, period: Period, asked: str) -> str:
        latest: tuple[float, Entity] | None = None
        for entity in several:
            found = self._stays(entity, wanted, self._start(period), period.end) or []
            times = self._times(entity, found, wanted)
            if times and (latest is None or times[-1] > latest[0]):
                latest = (times[-1], entity)
        opening = "I don't know who; " if asked == "who" else ""
        if latest is None:
            return (
                f"{opening or 'not that I know of: '}nothing like that is kept of {_few(several)}"
            )
        verb = happening(latest[1], wanted)
        return f"{opening}{called(latest[1])} was last {verb} {self._time(latest[0])}"

    # What is kept.

    @property
    def _now(self) -> float:
        assert self.past is not None
        return self.past.clock()

    def _time(self, when: float) -> str:
        assert self.past is not None
        return periods.spoken_time(when, self._now, self.past.zone)

    def _current(self, entity: Entity, wanted: str) -> str | None:
        state = self.sight.state(entity)
        if self._acting(entity, wanted):
            return _as_mode(str(state.attributes["action"]))
        return state.value

    def _acting(self, entity: Entity, wanted: str) -> bool:
        """True where it is asked what a climate does, and it tells that beside its mode."""
        working = wanted in ("heat", "cool") and entity.domain == "climate"
        return working and "action" in self.sight.state(entity).attributes

    def _start(self, period: Period) -> float:
        return max(period.start, self._now - LOOKED_BACK)

    def _stays(self, entity: Entity, wanted: str, start: float, end: float) -> list[Stay] | None:
        assert self.past is not None
        if not self._acting(entity, wanted):
            return stays(self.past.recollection, entity.id, start, end)
        found = stays(self.past.recollection, f"{entity.id}/action", start, end)
        return found and [
            replace(each, value=each.value and _as_mode(each.value)) for each in found
        ]

    def _known(self, entity: Entity, wanted: str, period: Period) -> bool:
        return bool(self._stays(entity, wanted, period.start, period.end))

    def _times(self, entity: Entity, found: Sequence[Stay], wanted: str) -> list[float]:
        """When it became so: only changes from something else that is known."""
        times = []
        for before, after in pairwise(found):
            was = is_value(entity, before.value, wanted)
            if was is False and is_value(entity, after.value, wanted):
                times.append(after.start)
        return times

    def _limit(self, period: Period, found: Sequence[Stay]) -> str:
        """Says where less is known than was asked for."""
        if found[0].start - period.start < _SLOW or not period.said:
            return ""
        return f" (I only know since {self._time(found[0].start)})"

    def _known_since(self, entity: Entity, period: Period) -> str:
        assert self.past is not None
        first = self.past.recollection.first(entity.id)
        if first is None or first <= period.start:
            return ""
        return f" (I only know since {self._time(first)})"

    def _nothing_kept(self, entity: Entity) -> str:
        return f"nothing is kept of {called(entity)} for that time"


def _as_mode(action: str) -> str:
    """What a climate does, as the mode that would have it done: "heating" as "heat"."""
    return {"heating": "heat", "preheating": "heat", "cooling": "cool"}.get(action, action)


def _of_all(intent: Intent) -> bool:
    return intent.question in ("any", "all", "which", "how_many") or (
        not intent.slots.keys() & {"name", "kind", "ids"}
    )


def _few(entities: Sequence[Entity]) -> str:
    names = [called(each) for each in entities]
    return listed(names if len(names) <= 6 else [*names[:5], f"{len(names) - 5} more"])


def _were(entities: Sequence[Entity]) -> str:
    return "was" if len(entities) == 1 else "were"
