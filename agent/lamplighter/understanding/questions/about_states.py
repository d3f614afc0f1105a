"""Answers about how things are now."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from lamplighter.catalogue.entity import Entity
from lamplighter.understanding.intents import Intent
from lamplighter.understanding.interpretation import Answer, Candidate, NotUnderstood
from lamplighter.understanding.kinds import KINDS, plural_of
from lamplighter.understanding.questions.answered import Answered, ask_which, told, where_of
from lamplighter.understanding.questions.sight import Sight, asks_of_work
from lamplighter.understanding.resolver import Grounding
from lamplighter.understanding.speech import called, listed, placed, sentence
from lamplighter.understanding.states import described, is_in, tells

MAX_TOLD = 3
"""Of more devices than this only those are named that are not as the question supposes."""

_SAME_CLASS = {"garage": ["garage", "garage_door"], "door": ["door", "garage_door"]}
_NAMING = frozenset({"name", "kind", "domain", "device_class", "ids"})
_SENSING = frozenset({"alarm_control_panel", "binary_sensor", "device_tracker", "sensor", "update"})
_STATELESS = frozenset({"button", "event", "image", "scene", "tag"})
_STATE_WORDS = {"heat": "heating", "cool": "cooling", "available": "online",
                "unavailable": "offline", "motion": "detecting motion"}  # fmt: skip
_OPENNESS = frozenset({"open", "closed"})
_MOVED = frozenset({"binary_sensor", "cover", "valve"})
_WIDE = frozenset({"door", "window", "lock", "gate"})
"""Kinds of which "are the ... open" asks all over the home, wherever the asker is."""

_NOT_DEFAULT = frozenset({"update", "device_tracker"})


@dataclass(frozen=True, slots=True)
class AboutStates:
    """Answers ``HassGetState``.

    Attributes:
        sight: what there is to answer from.
    """

    sight: Sight

    def find(self, intent: Intent) -> Grounding:
        """The entities that the question is about."""
        intent = _widened(intent)
        wanted = intent.slots.get("state")
        # "What is on?" means what was switched on: no window, no motion, no armed alarm.
        anything = intent.question != "one" and _NAMING.isdisjoint(intent.slots)
        switched = anything and wanted in ("on", "off")

        def able(entity: Entity) -> bool:
            if wanted is not None:
                meant = not switched or entity.domain not in _SENSING | {"valve"}
                return meant and tells(entity, str(wanted))
            return entity.domain not in _STATELESS

        if (near := self._near(intent, able)) is not None:
            return near
        if asks_of_work(intent) and (working := self.sight.find_running(intent, able)):
            return working
        if wanted in _OPENNESS:
            # A lock called "Front door" does not tell whether the door is open; its contact does.
            moved = self.sight.find(intent, lambda each: each.domain in _MOVED and able(each))
            if not moved.missing:
                return moved
        found = self.sight.find(intent, able)
        if wanted is None and found.ambiguous and "name" in intent.slots:
            own = [each for each in found.entities if each.domain not in _NOT_DEFAULT]
            if own and len(own) < len(found.entities):
                return replace(found, entities=tuple(own), ambiguous=len(own) > 1)
        return found

    def _near(self, intent: Intent, able: Callable[[Entity], bool]) -> Grounding | None:
        """Where the asker is, "is the light on" is asked of the light there."""
        kind = str(intent.slots.get("kind", ""))
        placed = not intent.slots.keys().isdisjoint(("area", "floor", "name", "ids", "side"))
        wide = intent.many and kind in _WIDE
        if intent.question != "one_yesno" or not kind or placed or wide or not self.sight.area:
            return None
        here = replace(intent, slots={**intent.slots, "area": self.sight.area}, here=True)
        found = self.sight.find(here, able)
        away = found.missing or any(each.area != self.sight.area for each in found.entities)
        return None if away else found

    def answer(self, intent: Intent, found: Grounding) -> Answered:
        """The answer, from the entities that were found."""
        wanted = intent.slots.get("state")
        ids = tuple(each.id for each in found.entities)
        if found.missing:
            return self._unknown(intent, found, wanted)
        if intent.question in ("any", "all", "which", "how_many"):
            reply = self._about_many(_widened(intent), found.entities, str(wanted))
            # "Turn them off" after "which lights are on" means those that are.
            so = [each for each in found.entities if self._is(each, str(wanted))]
            return Answered(reply, found.explain, tuple(each.id for each in so))
        if intent.question == "where":
            said = "; ".join(self._where(entity) for entity in found.entities[:4])
            return told(said, found.explain, ids)
        if found.ambiguous:
            return self._several(intent, found)
        return Answered(Answer(self._about(found.entities, wanted)), found.explain, ids)

    def _several(self, intent: Intent, found: Grounding) -> Answered:
        wanted = intent.slots.get("state")
        ids = tuple(each.id for each in found.entities)
        candidates = tuple(
            Candidate((entity.name, *entity.aliases), Answer(self._about([entity], wanted)))
            for entity in found.entities
        )
        if len(candidates) <= MAX_TOLD + 1 and wanted is None:
            return Answered(Answer(self._about(found.entities, None)), found.explain, ids)
        return Answered(ask_which(intent.text, candidates), found.explain, ids)

    def _about(self, entities: Sequence[Entity], wanted: object) -> str:
        if wanted is None:
            return sentence("; ".join(self.told(entity) for entity in entities))
        verdicts = [is_in(entity, self.sight.state(entity), str(wanted)) for entity in entities]
        said = "; ".join(self.told(entity) for entity in entities)
        wrong = [
            entity for entity, verdict in zip(entities, verdicts, strict=True) if verdict is False
        ]
        if wrong and len(entities) > MAX_TOLD:
            return sentence(f"no, {'; '.join(self.told(entity) for entity in wrong[:6])}")
        if all(verdicts) and len(entities) > MAX_TOLD:
            return sentence(f"yes, all {len(entities)} of them")
        if None in verdicts and not wrong:
            return sentence(said)
        return sentence(f"{'yes' if all(verdicts) else 'no'}, {said}")

    def told(self, entity: Entity) -> str:
        """How the entity is, as a clause."""
        state = self.sight.state(entity)
        what = described(entity, state, self.sight.degrees)
        if what is None:
            return f"I don't know: {called(entity)} has not said anything yet"
        if not state.available:
            return f"{called(entity)} is offline{_last_known(entity, state, self.sight.degrees)}"
        return f"{called(entity)} is {what}"

    def _where(self, entity: Entity) -> str:
        state = self.sight.state(entity)
        what = described(entity, state, self.sight.degrees)
        if entity.domain == "device_tracker":
            away = {"home": "at home", "not_home": "away"}.get(str(state.value), what)
            return (
                f"{called(entity)} is {away}" if what else f"I don't know where {called(entity)} is"
            )
        place = f" is in {placed(entity.area)}" if entity.area else ""
        if entity.domain in ("vacuum", "lawn_mower"):
            belongs = f" and belongs to {placed(entity.area)}" if entity.area else ""
            if what is None:
                return f"I don't know where {called(entity)} is"
            return f"{called(entity)} is {what}{belongs}"
        if place:
            return f"{called(entity)}{place}"
        return f"I don't know where {called(entity)} is: it was given no room"

    def _is(self, entity: Entity, wanted: str) -> bool:
        return is_in(entity, self.sight.state(entity), wanted) is True

    def _about_many(self, intent: Intent, entities: Sequence[Entity], wanted: str) -> Answer:
        if len(entities) == 1 and intent.question != "how_many":
            asked = None if intent.question == "which" else wanted
            return Answer(self._about(entities, asked))
        verdicts = [
            (called(each), is_in(each, self.sight.state(each), wanted)) for each in entities
        ]
        matching = [name for name, verdict in verdicts if verdict]
        others = [name for name, verdict in verdicts if verdict is False]
        unknown = [name for name, verdict in verdicts if verdict is None]
        word = _STATE_WORDS.get(wanted, wanted)
        noun = _noun(intent)
        what = plural_of(noun) if noun else "of them"
        if intent.question == "how_many" and not noun:
            what = "devices" if wanted in ("available", "unavailable") else "things"
        if len(unknown) == len(verdicts):
            return Answer(
                sentence(f"I don't know: {_some(unknown)} {_has(unknown)} not said anything yet")
            )
        said = _verdict(intent.question, matching, others, (word, what))
        if unknown:
            said += f"; I don't know about {_some(unknown)}"
        return Answer(sentence(said))

    def _unknown(self, intent: Intent, found: Grounding, wanted: object) -> Answered:
        if found.entities:
            said = f"I don't know: {called(found.entities[0])} does not tell that"
            return told(said, found.explain, [found.entities[0].id])
        what = f"{found.missing}" + (f" that could be {wanted}" if wanted else "")
        where = where_of(intent, self.sight.area) or " there"
        said = sentence(f"I know of no {what}{where}")
        return Answered(NotUnderstood(f"no {what}", said), found.explain)


def _last_known(entity: Entity, state: object, degrees: str) -> str:
    """What it said before it went offline; "" where that was nothing."""
    from lamplighter.catalogue.entity import State

    assert isinstance(state, State)
    before = described(entity, replace(state, available=True), degrees)
    return "" if before is None else f"; when last heard of it was {before}"


def _some(names: Sequence[str]) -> str:
    shown = names if len(names) <= 6 else [*names[:5], f"{len(names) - 5} more"]
    return listed(shown)


def _has(names: Sequence[str]) -> str:
    return "has" if len(names) == 1 else "have"


def _widened(intent: Intent) -> Intent:
    """Home Assistant's question about covers, asked of contact sensors too."""
    if intent.slots.get("domain") != "cover":
        return intent
    device_class = intent.slots.get("device_class")
    slots = {
        **intent.slots,
        "domain": ["cover", "binary_sensor"],
        "device_class": _SAME_CLASS.get(str(device_class), device_class),
    }
    return replace(intent, slots=slots)


def _noun(intent: Intent) -> str:
    if kind := intent.slots.get("kind"):
        return KINDS[kind].words[0]
    found = intent.slots.get("device_class") or intent.slots.get("domain") or ""
    return str(found if isinstance(found, str) else found[0]).replace("_", " ")


def _verdict(
    question: str, matching: Sequence[str], others: Sequence[str], words: tuple[str, str]
) -> str:
    state, what = words
    verb = "is" if len(matching) == 1 else "are"
    opening = {"any": "yes, " if matching else "no, "}.get(question, "")
    if question == "all":
        if not others:
            return f"yes, all {len(matching)} {what} are {state}"
        return f"no, {_some(others)} {'is' if len(others) == 1 else 'are'} not {state}"
    if not matching:
        return f"{opening}{_none_of(others, what)} {state}"
    if question != "how_many":
        return f"{opening}{listed(matching)} {verb} {state}"
    named = f": {listed(matching)}" if len(matching) <= 6 else ""
    if others:
        return f"{len(matching)} of {len(matching) + len(others)} {what} {verb} {state}{named}"
    every = f"all {len(matching)} {what} are {state}"
    return every if len(matching) > 1 else f"1: {matching[0]} is {state}"


def _none_of(others: Sequence[str], what: str) -> str:
    if len(others) == 1:
        return f"{others[0]} is not"
    return f"{'neither of the 2' if len(others) == 2 else f'none of the {len(others)}'} {what} is"
