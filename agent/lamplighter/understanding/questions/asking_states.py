"""Questions about how things are now: "is the lamp on", "which windows are open"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from lamplighter.understanding.colours import COLOURS
from lamplighter.understanding.intents import Intent
from lamplighter.understanding.questions.building import (
    ASKERS,
    Asked,
    done,
    stated,
    together,
    without_askers,
)
from lamplighter.understanding.questions.subjects import Subject
from lamplighter.understanding.questions.words import HOUSE, NEGATED, SOMEBODY

_WHICH = frozenset({"which", "what", "list"})
_EITHER = re.compile(
    r" (?:on or off|off or on|open or (?:closed|shut)|(?:closed|shut) or open|locked or unlocked|"
    r"unlocked or locked|up or down|armed or disarmed|home or not|running or not|on or not)$"
)
_DOMAINS = {
    "motion": frozenset({"binary_sensor"}),
    "cleaning": frozenset({"vacuum"}),
    "docked": frozenset({"vacuum", "lawn_mower", "device_tracker"}),
    "armed": frozenset({"alarm_control_panel"}),
    "disarmed": frozenset({"alarm_control_panel"}),
}
_PRESENCE = re.compile(
    r"^(?:not )?(?:there )?(?:anyone|anybody|someone|somebody|nobody|no one|everyone|everybody|"
    r"people|"
    r"a person)(?: (?:at|still|is|"
    r"around|there|currently|right|now|moving|present))*(?P<where>.*)$"
)
_MOTION = re.compile(
    r"^(?:there )?(?:(?:any|some) )?(?:motion|movement|activity|"
    r"presence)(?: detected)?(?P<where>.*)$"
)
_SAFE = re.compile(
    r"^(?:we |the |my |our )*(?:all )?(?:house|home|place|flat|apartment|everything|"
    r"doors and windows|"
    r"windows and doors)? ?(?:all )?(?:secure|secured|safe|locked up|buttoned up|safe and sound|"
    r"closed up|secure and locked|locked and secure|locked down)(?: (?:for the night|tonight))?$"
)
_EMPTY = re.compile(
    r"^(?:the |our |my )?(?:house|home|place|flat|apartment) (?:empty|vacant|unoccupied)$"
)
_ALL_RIGHT = frozenset(
    [
        "ok",
        "okay",
        "fine",
        "alright",
        "right",
        "well",
        "good",
        "healthy",
        "normal",
        "broken",
        "faulty",
    ]
)
_PARTS = frozenset(
    ["half", "halfway", "partly", "partially", "fully", "completely", "entirely", "wide"]
)
_ROOMY = frozenset(
    ["open", "closed", "on", "off", "locked", "unlocked", "occupied", "empty", "wet", "dry"]
)
_NOT_LASTING = frozenset({"motion", "ring", "heat"})
_BE = frozenset({"is", "are", "was", "were", ""})


def read(asked: Asked) -> Iterator[Intent]:
    """The intents that the clause can stand for, likeliest first."""
    clause = asked.clause
    words = tuple(word for word in clause.words if word not in ("been", "being"))
    if clause.asking == "":
        yield from _yes_or_no(words, asked)
    elif clause.asking in _WHICH or clause.asking == "how many":
        yield from _several(words, asked)
    elif clause.asking == "where" and words[:1] in (("everyone",), ("everybody",)):
        yield asked.intent("HomeGetPresence", Subject(), way="who")
    elif clause.asking == "where":
        for subject in asked.about(words):
            if subject.named:
                yield asked.intent("HassGetState", subject, "where")
    elif clause.asking == "who" and clause.verb == "is":
        yield from _presence(("anyone", *words), asked)


def single(asked: Asked) -> Iterator[Intent]:
    """Questions for how one thing is, which nothing else fits: "how is the boiler doing"."""
    clause = asked.clause
    words = tuple(word for word in clause.words if word not in ("been", "being"))
    if "weather" in words:
        return
    if clause.asking in _WHICH:
        yield from _one(words, asked)
    elif clause.asking == "how" and clause.verb in ("is", "are", ""):
        yield from _one(tuple(word for word in words if word not in ("doing", "going")), asked)


def _yes_or_no(words: Sequence[str], asked: Asked) -> Iterator[Intent]:
    said, verb = " ".join(words), asked.clause.verb
    if verb in _BE and _SAFE.match(said):
        yield asked.intent("HomeGetSafety", Subject())
    if verb in _BE and _EMPTY.match(said):
        yield asked.intent("HomeGetPresence", Subject(), way="nobody")
    yield from _presence(words, asked)
    if either := _EITHER.search(said):
        yield from _as_it_is(said[: either.start()].split(), asked)
    if verb in ("did", "have", "has", "had", "do"):
        yield from _left(words, asked)
    if verb not in (*_BE, "has", "have") or (verb == "have" and not _perfect(words, asked)):
        return
    yield from _partly(words, asked)
    yield from _coloured(words, asked)
    yield from _stating(words, asked, "")
    if verb in ("is", "are", "") and words and "there" not in words:
        # "Is the boiler all right" and "is the rover charging" are answered by how it is.
        loose = words[-1] in _ALL_RIGHT | {"charging"}
        yield from _as_it_is(words[:-1] if loose else words, asked)


def _as_it_is(words: Sequence[str], asked: Asked) -> Iterator[Intent]:
    for subject in asked.about(words):
        if subject.named:
            yield asked.intent("HassGetState", subject)


def _perfect(words: Sequence[str], asked: Asked) -> bool:
    """True for "have the blinds closed", but not for "have the lights on"."""
    if words[:1] and words[0] in ASKERS:
        return False
    return "been" in asked.clause.words or words[-1:] in (("finished",), ("stopped",), ("closed",))


def _coloured(words: Sequence[str], asked: Asked) -> Iterator[Intent]:
    """Reads "Is the lamp red", "is the lamp dimmed" are answered by what it is set to."""
    aspect = "colour" if words[-1:] and words[-1] in COLOURS else ""
    if words[-1:] in (("dimmed",), ("dim",)):
        aspect = "brightness"
    for subject in asked.about(words[:-1]) if aspect else ():
        if subject.named:
            yield asked.intent("HomeGetSetting", subject, aspect=aspect)


def _partly(words: Sequence[str], asked: Asked) -> Iterator[Intent]:
    """Reads "is the blind half open": answered by how far it is."""
    bare = tuple(word for word in words if word not in _PARTS)
    for part in stated(bare, asked) if bare != tuple(words) else ():
        for subject in asked.about(part.subject):
            if subject.named:
                placed = together(subject, part.where)
                yield asked.intent("HomeGetSetting", placed, aspect="position")


def _several(words: Sequence[str], asked: Asked) -> Iterator[Intent]:
    if tuple(words) == ("up",):
        return  # "what's up"
    said = re.sub(
        r"\b(?:that|which|who) (?:is|are)\b|\bof\b(?= the| my| our)", " ", " ".join(words)
    )
    rest = tuple(said.split())
    if asked.clause.asking == "list" and (rest[:1] == ("all",) or rest[:1] == ("the",)):
        rest = rest[1:]
    bare = tuple(word for word in rest if word not in ("there", "have", "got")) or rest
    cut = len(asked.clause.before)
    after = without_askers(words[cut:])
    if after != tuple(words[cut:]):  # "which lights did I leave on"
        bare = (*asked.clause.before, *after)
    question = "how_many" if asked.clause.asking == "how many" else "which"
    yield from _stating(bare, asked, question)


def _stating(words: Sequence[str], asked: Asked, question: str) -> Iterator[Intent]:
    if words[:1] == ("not",):
        words = words[1:]
    for part in stated(words, asked):
        if " ".join(word for word in part.subject if word not in ("the", "my", "our")) in HOUSE:
            part = replace(part, subject=("everything",))  # noqa: PLW2901 - read as the same
        for subject in asked.about(part.subject):
            placed = together(subject, part.where)
            if part.inverted and "name" in subject.slots and "on" in part.states:
                continue  # "what's on tv" asks for the programme
            if not subject.named and not question and not subject.quantity and subject.placed:
                continue  # "is the kitchen on" is asked of what is there, by the kinds below
            if not subject.named and not question and not subject.quantity and not part.subject:
                continue
            for state in part.states:
                kind = question or {"any": "any", "all": "all"}.get(subject.quantity, "one_yesno")
                intent = asked.intent("HassGetState", placed, kind, state=state)
                domains = _DOMAINS.get(state)
                plain = "name" in subject.slots or "kind" in subject.slots or domains is None
                yield intent if plain else replace(intent, domains=domains or frozenset())
        yield from _whole_room(part.subject, part.states, asked, question)


def _whole_room(
    words: Sequence[str], states: Sequence[str], asked: Asked, question: str
) -> Iterator[Intent]:
    """Reads "is the garage closed": a place stands for what it has that can be so."""
    where = asked.place(words) if words else None
    if where is None or not where.placed or question:
        return
    for state in states:
        if state in _ROOMY:
            quantity = "any" if state in ("open", "on", "unlocked", "occupied", "wet") else "all"
            yield asked.intent("HassGetState", where, quantity, state=state)


def _one(words: Sequence[str], asked: Asked) -> Iterator[Intent]:
    """Reads "What is the state of the boiler", "how is the boiler", "check the oven"."""
    said = re.sub(
        r"^(?:the |current |actual |its )*(?:state|status|condition|reading|value|setting)"
        r"(?: of| on| for)? ",
        "",
        " ".join(words),
    )
    said = re.sub(
        r" (?:doing|up to|showing|reading|saying|say|show|read|do|state|status|like|in|at|"
        r"set to|set at|set on|on|turned to|report|reporting|tell|look|looking|stand at|set)$",
        "",
        said,
    )
    said = re.sub(r" (?:set|turned|up)$", "", said)
    if asked.clause.verb in ("did", "was", "were", "had", "can", "have") or not said:
        return
    if said.startswith(("on ", "in ", "at ")):
        return  # "what's on tv" asks for the programme
    for subject in asked.about(said.split()):
        if subject.named:
            yield asked.intent("HassGetState", subject)


def _left(words: Sequence[str], asked: Asked) -> Iterator[Intent]:
    """Reads "did I leave the iron on", "did I forget to lock up", "have you locked the door"."""
    if not words or words[0] not in ASKERS | SOMEBODY or asked.clause.period:
        return
    rest = words[1:]
    if rest[:1] in (("leave",), ("left",)):
        yield from _stating(rest[1:], asked, "")
        return
    forgotten = rest[:1] in (("forget",), ("forgot",), ("forgotten",), ("miss",))
    if asked.clause.verb == "did" and words[0] in SOMEBODY and not forgotten:
        return  # asks whether it happened
    if forgotten or rest[:1] == ("remember",):
        rest = rest[2:] if rest[1:2] == ("to",) else rest[1:]
    for about, states in done(rest):
        wanted = [NEGATED.get(each, "") if forgotten else each for each in states]
        yield from _after_a_deed(about, [each for each in wanted if each], asked)


def _after_a_deed(words: Sequence[str], states: Sequence[str], asked: Asked) -> Iterator[Intent]:
    """Whether it is as it must be if it was done."""
    for subject in asked.about(words):
        if not (subject.named or subject.quantity or not words):
            continue
        quantity = subject.quantity or ("" if subject.named else "all")
        question = {"any": "any", "all": "all"}.get(quantity, "one_yesno")
        for state in states:
            if state not in _NOT_LASTING:
                yield asked.intent("HassGetState", subject, question, state=state)


def _presence(words: Sequence[str], asked: Asked) -> Iterator[Intent]:
    said = " ".join(word for word in words if word not in ("still", "currently", "now"))
    match = _PRESENCE.match(said) or _MOTION.match(said)
    if match is None or asked.clause.verb not in ("is", "are", ""):
        return
    where = re.sub(r"^(?:is|at|the|in) (?=home$|house$)", "", match["where"].strip())
    way = "who" if asked.clause.asking in ("who", "where") else ""
    way = "nobody" if "nobody" in words or "no" in words else way
    if where in HOUSE or not where:
        yield asked.intent("HomeGetPresence", Subject(), way=way)
        return
    found = asked.place(where.split())
    if found is not None and found.placed:
        yield asked.intent("HomeGetPresence", found, way=way)
