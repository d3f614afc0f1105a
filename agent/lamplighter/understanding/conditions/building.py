"""What a sentence with a condition comes to: something done now, an answer, a standing order."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from lamplighter.catalogue.entity import Entity, State
from lamplighter.orders import wording
from lamplighter.orders.daylight import Daylight
from lamplighter.orders.order import Fact, Order
from lamplighter.orders.truth import all_of, any_of, holds
from lamplighter.understanding.conditions.facts import Facts, Problem, facts
from lamplighter.understanding.conditions.splitting import Conditional
from lamplighter.understanding.intents import Intent, Parse
from lamplighter.understanding.interpretation import (
    Act,
    Answer,
    Ask,
    Candidate,
    Clarify,
    NotUnderstood,
    Pending,
    Result,
    Stand,
)
from lamplighter.understanding.rule_parser import Situation
from lamplighter.understanding.speech import called, counted, listed, sentence, wish
from lamplighter.understanding.timing.when import Until

MOST_CHOICES = 8
"""Of more sensors than this none is offered by itself."""

_WATCHED = "Say “whenever”, and I watch out for it."
_AS_ORDER = "I can't keep that as a standing order: it has to be something that I can do at once."


@dataclass(frozen=True, slots=True)
class Around:
    """What building depends on besides the sentence.

    Attributes:
        situation: the home as it is, and its states.
        ask: who asked, and where.
        ground: what a command comes to if it is carried out now.
        now: UTC seconds.
        daylight: the hours of the home.
        degrees: the home's unit of temperature.
    """

    situation: Situation
    ask: Ask
    ground: Callable[[Parse], Result]
    now: float
    daylight: Daylight
    degrees: str = "°C"

    def get(self, entity_id: str) -> Entity | None:
        """An entity by its id, or None."""
        return self.situation.names.entities.get(entity_id)

    def state(self, entity_id: str) -> State:
        """What is known of an entity."""
        return self.situation.state_of(entity_id)


def build(
    conditional: Conditional,
    found: Facts | Problem,
    body: Parse | None,
    around: Around,
    *,
    until: Until | None = None,
) -> tuple[Result, str]:
    """What the sentence comes to, and why.

    Args:
        conditional: the sentence, split.
        found: its condition, compiled.
        body: its command as it was understood; None where somebody is only to be told.
        around: the home, now.
        until: when what the command changes is to be put back.
    """
    if isinstance(found, Problem):
        if found.choices:
            return _which(conditional, found, body, around, until), found.reason
        return NotUnderstood(found.reason, found.speech), found.reason
    if conditional.body and body is None:
        reason = f"the command {conditional.body!r} is not understood"
        said = f"I understood the condition, but not “{conditional.body}”."
        return NotUnderstood(reason, said), reason
    explain = f"the condition {conditional.condition!r}"
    done = around.ground(body) if body is not None else None
    if isinstance(done, Act) and until is not None:
        done = replace(done, until=until)
    if conditional.kind == "once":
        return _once(conditional, found, done, around), f"{explain}, looked at now"
    if done is not None and not isinstance(done, Act):
        return _not_now(done), f"{explain}, and no command that can be kept"
    order = _order(conditional, found, body, done, around)
    speech = wording.question(order, around.get, located=around.daylight.place is not None)
    return Stand(order, speech, done), explain


def _which(
    conditional: Conditional,
    found: Problem,
    body: Parse | None,
    around: Around,
    until: Until | None,
) -> Clarify:
    """The question which sensor is meant; its answer decides what the sentence comes to."""
    said = "Please say it again with the name."
    if len(found.choices) > MOST_CHOICES:
        return Clarify(f"{found.speech} {said}", found.options)
    candidates: list[Candidate] = []
    for entity, condition in found.choices:
        again = facts(condition, around.situation)
        if isinstance(again, Problem) and again.options == found.options:
            return Clarify(f"{found.speech} {said}", found.options)
        meant = replace(conditional, condition=condition)
        result, _ = build(meant, again, body, around, until=until)
        if isinstance(result, Act | Answer | Clarify | Stand | NotUnderstood):
            area = [entity.area] if entity.area else []
            candidates.append(Candidate((entity.name, *entity.aliases, *area), result))
    pending = Pending(around.ask.text, tuple(candidates), several=False)
    return Clarify(found.speech, found.options, pending)


def _not_now(done: Result) -> Result:
    """What is said where the command of an order is unclear: there is nobody to be asked later."""
    if isinstance(done, Clarify):
        return replace(done, question=f"{done.question} Please say it again.", pending=None)
    return done if isinstance(done, NotUnderstood) else NotUnderstood("not for an order", _AS_ORDER)


def _once(
    conditional: Conditional,
    found: Facts,
    done: Result | None,
    around: Around,
) -> Result:
    if isinstance(done, NotUnderstood):
        return done
    verdict = _true_now(found, around)
    how = _how(found, around)
    if done is None:
        if conditional.tell and verdict:
            return Answer(sentence(conditional.tell))
        opening = {True: "yes: ", False: "no: ", None: "I don't know: "}[verdict]
        said = sentence(f"{opening}{how}")
        return Answer(said if verdict or _asks(around.ask.text) else f"{said} {_WATCHED}")
    if verdict:
        if isinstance(done, Act):
            return replace(done, speech=f"{sentence(how)} {done.speech}")
        return done
    doubt = "I don't know: " if verdict is None else ""
    return Answer(sentence(f"{doubt}{how}, so {_left(done, found, around)}"))


def _asks(text: str) -> bool:
    """True where the sentence is a question: "tell me if", rather than "if ... let me know"."""
    return not re.match(r"\W*(?:if|in case)\b", text, re.IGNORECASE)


def _true_now(found: Facts, around: Around) -> bool | None:
    """Whether the condition is true now; None where that is not known."""
    verdicts = [_holds(fact, around) for fact in found.conditions]
    if found.trigger:
        verdicts.append(any_of(_holds(fact, around) for fact in found.trigger))
    verdicts += [around.daylight.within(span, around.now) for span in found.hours]
    return all_of(verdicts)


def _holds(fact: Fact, around: Around) -> bool | None:
    verdict = holds(fact, around)
    if not fact.held_s or not verdict:
        return verdict
    if not isinstance(fact.value, str) or fact.attribute:
        return None  # since when a number is so is not kept
    since = max(around.state(each).changed for each in fact.entities)
    return around.now - since >= fact.held_s


def _how(found: Facts, around: Around) -> str:
    parts = [
        wording.now(fact, around.get, around.state, around.degrees)
        for fact in (*found.trigger, *found.conditions)
    ]
    parts += [
        wording.at(each, inside=around.daylight.within(each, around.now)) for each in found.hours
    ]
    return listed(dict.fromkeys(parts))


def _left(done: Result, found: Facts, around: Around) -> str:
    """What was not done: "I left the Frost heater as it is"."""
    steps = done.steps if isinstance(done, Act) else ()
    names = list(dict.fromkeys(_called(step.entity_id, around) for step in steps))
    if not names or len(names) > 4:
        return "I did nothing"
    if {step.entity_id for step in steps} == set(found.entities):
        return f"I left {'it as it is' if len(names) == 1 else 'them as they are'}"
    return f"I left {listed(names)} as {'it is' if len(names) == 1 else 'they are'}"


def _called(entity_id: str, around: Around) -> str:
    entity = around.get(entity_id)
    return entity_id if entity is None else called(entity)


def _order(
    conditional: Conditional,
    found: Facts,
    body: Parse | None,
    done: Act | None,
    around: Around,
) -> Order:
    intents = tuple(_pinned(each, around) for each in body.intents) if body else ()
    order = Order(
        trigger=found.trigger,
        conditions=found.conditions,
        hours=found.hours,
        intents=intents,
        deed=_deed(done, around) if done else "",
        until=done.until if done else None,
        text=around.ask.text,
        area=around.ask.area,
        user=around.ask.user,
    )
    if conditional.tell is None:
        return order
    said = sentence(conditional.tell) if conditional.tell else wording.news(order, around.get)
    return replace(order, tell=said)


def _pinned(intent: Intent, around: Around) -> Intent:
    """The intent with the entities it means now; "all the lights" stays what it says."""
    if intent.many or "ids" in intent.slots:
        return intent
    result = around.ground(Parse((intent,)))
    if not isinstance(result, Act):
        return intent
    ids = tuple(dict.fromkeys(step.entity_id for step in result.steps))
    return replace(intent, slots={**intent.slots, "ids": ids})


def _deed(act: Act, around: Around) -> str:
    """What an act does, in words: "turn on the Porch light and the Hall light"."""
    alike: dict[tuple[str, str], list[Entity]] = {}
    for step in act.steps:
        entity = around.get(step.entity_id)
        if entity is not None:
            alike.setdefault((step.service, repr(step.params)), []).append(entity)
    phrases = []
    for step in act.steps:
        entities = alike.pop((step.service, repr(step.params)), [])
        if entities:
            names = listed(map(called, entities)) if len(entities) <= 4 else counted(entities)
            phrases.append(wish(step, entities[0]).replace(called(entities[0]), names, 1))
    return listed(phrases)
