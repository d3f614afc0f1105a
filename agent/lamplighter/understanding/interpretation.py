"""What is asked, and what understanding makes of it.

An :class:`Ask` goes in and an :class:`Interpretation` comes out. Its ``result`` says what is to
happen: nothing here acts, sends or schedules by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from lamplighter.orders.order import Order
from lamplighter.understanding.context import Context
from lamplighter.understanding.intents import Intent
from lamplighter.understanding.timing.when import Until, When

Via = Literal["cache", "rules", "model"]
TimerOperation = Literal[
    "cancel", "cancel_all", "pause", "resume", "status", "increase", "decrease"
]
ScheduleOperation = Literal["list", "cancel", "cancel_all"]
OrderOperation = Literal["list", "explain", "switch_off", "switch_on", "forget", "forget_all"]


@dataclass(frozen=True, slots=True)
class Ask:
    """One sentence that somebody said or wrote.

    Attributes:
        text: the sentence as it came.
        area: name of the area it was said in, or None where that is not known.
        user: who said it, or None.
        language: BCP 47 tag; ``en`` and ``en-GB`` both mean English.
        detect: True where the asker named no language: ``language`` is the home's then, and a
            sentence that clearly is in another one is taken for that.
        id: the asker's own id of the request; "" where there is none.
        origin: over which link it came: ``broker``, or ``upstream``.
        context: what was said and done just before by the same asker, or None.
    """

    text: str
    area: str | None = None
    user: str | None = None
    language: str = "en"
    id: str = ""
    origin: str = "broker"
    context: Context | None = None
    detect: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One action to carry out.

    Attributes:
        entity_id: the entity that acts.
        service: short service name of ``catalogue/vocabulary.py``, offered by that entity.
        params: the service's parameters in user units, within the entity's range.
    """

    entity_id: str
    service: str
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Act:
    """Actions to carry out in this order.

    Attributes:
        steps: the actions; never empty.
        speech: what to say once they are done.
        until: when what they change is to be put back ("for half an hour"), or None.
        then: what is to be scheduled along with them, in the same transaction.
    """

    steps: tuple[Step, ...]
    speech: str
    until: Until | None = None
    then: tuple[Later, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """A question, answered from states; nothing is to be done but to say ``speech``."""

    speech: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """One of the things an unclear sentence can mean.

    Attributes:
        names: what people may answer to choose it; the first one is the name to show.
        result: what the sentence means once this one is chosen; a question where another part of
            the sentence is open, too.
    """

    names: tuple[str, ...]
    result: Act | Answer | Clarify | Later | Stand | NotUnderstood


GAP = "…"
"""Stands in a sentence where an answer belongs."""


@dataclass(frozen=True, slots=True)
class Pending:
    """A question that waits for its answer.

    It holds everything that ``Understanding.resume`` needs, so that whoever keeps the dialogue can
    keep it per user or area and drop it after a while.

    Attributes:
        text: the sentence that was unclear.
        candidates: what the answer chooses from; one candidate means yes or no.
        several: True where more than one candidate may be chosen ("both", "all of them").
        continuation: the sentence up to where the answer belongs ("set the heating to"), or with
            a gap where it belongs ("set … to 21"); then the whole of it is interpreted. Else "".
    """

    text: str
    candidates: tuple[Candidate, ...] = ()
    several: bool = True
    continuation: str = ""


@dataclass(frozen=True, slots=True)
class Clarify:
    """A question back; nothing is to be done before it is answered.

    Attributes:
        question: what to say.
        options: the names to choose from, for a user interface that shows them.
        pending: what the next ask of that user or area continues, or None where the sentence has
            to be said anew.
    """

    question: str
    options: tuple[str, ...] = ()
    pending: Pending | None = None


@dataclass(frozen=True, slots=True)
class Later:
    """Something to be done later.

    Attributes:
        delay_s: seconds from now until it is due (for the first time).
        text: the command in words, or "" for a plain timer. It is interpreted anew when it is due,
            unless ``intents`` are given.
        speech: what to say now.
        message: what to announce then, or "" where the command speaks for itself.
        name: the name of a timer ("pizza"), or "".
        when: as it was said; None means ``Delay(delay_s)``. Only a delay counts by uptime; the rest
            is by the wall's clock, and follows it when it is set.
        intents: what the command was understood as, with every "it" settled; grounded when due.
        until: when what it changes is to be put back after that ("at seven, for an hour"), or None.
        then: what else is to be scheduled along with it.
        instead: True where it takes the place of what the asker planned just before.
    """

    delay_s: float
    text: str
    speech: str
    message: str = ""
    name: str = ""
    when: When | None = None
    intents: tuple[Intent, ...] = ()
    until: Until | None = None
    then: tuple[Later, ...] = ()
    instead: bool = False


@dataclass(frozen=True, slots=True)
class Timer:
    """An operation on what was scheduled by :class:`Later`.

    Attributes:
        operation: what to do with it.
        name: the timer's name, or "" for any.
        length_s: the length it was started with, where the sentence named it by that.
        by_s: seconds to add or take away.
        area: the area whose timer is meant, or None.
    """

    operation: TimerOperation
    name: str = ""
    length_s: float | None = None
    by_s: float = 0.0
    area: str | None = None


@dataclass(frozen=True, slots=True)
class Planned:
    """An operation on what is scheduled, commands and timers alike: "cancel the bedroom thing".

    Attributes:
        operation: what to do with it.
        said: the words that describe which is meant, folded; "" for any or all.
    """

    operation: ScheduleOperation
    said: str = ""


@dataclass(frozen=True, slots=True)
class Stand:
    """A standing order to be kept, once it was echoed in words and a yes was given.

    Attributes:
        order: what is to be watched for, and what is done then.
        speech: the order in words, as a question that a yes or a no answers.
        act: what it would do if it were done now, for the policy to judge; None where somebody is
            only told.
    """

    order: Order
    speech: str
    act: Act | None = None


@dataclass(frozen=True, slots=True)
class Orders:
    """An operation on standing orders, or a question about them.

    Attributes:
        operation: what to do, or ``explain``: why something happened.
        said: the words that describe which is meant, folded; "" for any or all.
        entities: ids of entities that the question is about ("why did the hall light go on?").
    """

    operation: OrderOperation
    said: str = ""
    entities: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Undo:
    """What was done last for this asker is to be put back as it was before."""

    said: str = ""


@dataclass(frozen=True, slots=True)
class Operate:
    """An operation on machines' alarms.

    Attributes:
        op: as on the ``control`` topic: ``ack``, ``shelve``, ``out_of_service`` ...
        assets: the machines, in the order of the configuration; never empty.
        conditions: patterns of the conditions' keys; none: all of them.
        minutes: how long to shelve.
        named: what people call the machines; none: all that there are.
        timed: whether the sentence said how long.
    """

    op: str
    assets: tuple[str, ...]
    conditions: tuple[str, ...] = ()
    minutes: float = 60.0
    named: tuple[str, ...] = ()
    timed: bool = False


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    """Nothing is to be done.

    Attributes:
        reason: why, for logs and ``explain``.
        speech: what to say.
    """

    reason: str
    speech: str


Result = (
    Act
    | Answer
    | Clarify
    | Later
    | Timer
    | Planned
    | Stand
    | Orders
    | Operate
    | Undo
    | NotUnderstood
)


@dataclass(frozen=True, slots=True)
class Interpretation:
    """What a sentence means.

    Attributes:
        result: what is to happen.
        via: which part understood it.
        confidence: 0 to 1; rules and the cache are certain of what they take.
        explain: why these devices were chosen, in words.
        intents: the intents found, in the order of the sentence.
        mentioned: ids of the entities that it is about, for what is said next.
        language: the language it was found to be in; "" where that is the ask's.
    """

    result: Result
    via: Via
    confidence: float = 1.0
    explain: str = ""
    intents: tuple[Intent, ...] = ()
    mentioned: tuple[str, ...] = ()
    language: str = ""
