"""The right frame of a sentence, as the daemon would have to read it: or why there is none."""

from __future__ import annotations

from dataclasses import dataclass

from tools.model.task.homes import Home

from lamplighter.model.decoding import grammar
from lamplighter.understanding.caution import hindrance
from lamplighter.understanding.frame_grammar import all_mentions, line_of
from lamplighter.understanding.frames import (
    NONE,
    SETTING,
    VERBS,
    Frame,
    Mentions,
    intents_of,
)
from lamplighter.understanding.kinds import KINDS
from lamplighter.understanding.names import Names
from lamplighter.understanding.normalise import fold, plain


@dataclass(frozen=True, slots=True)
class Meaning:
    """What somebody wants, in the words of the sentence.

    Attributes:
        verb: one of ``VERBS``, or ``none``.
        targets: the ids of the entities that are meant; empty where only the kind says it.
        kind: the kind's word as it is said (or the implied kind), or "".
        area: the place as it is said, or "".
        value: the value as it is said, or "".
    """

    verb: str
    targets: frozenset[str] = frozenset()
    kind: str = ""
    area: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class Dropped(Exception):  # noqa: N818 - a reason, counted and reported, not a failure
    """The sentence can't be used.

    Attributes:
        reason: why, in a few words.
    """

    reason: str


def read(said: str, meaning: Meaning, home: Home) -> tuple[str, Frame]:
    """The sentence as the model gets it, and its frame.

    Raises:
        Dropped: the daemon would not ask the model, or its grammar does not admit the frame.
    """
    text = plain(said)
    mentions = all_mentions(text, home.names)
    if not mentions.device():
        raise Dropped("nothing of the home is mentioned")
    if hindrance(text) and meaning.verb != NONE:
        raise Dropped("a time, condition or negation stands in it")
    frame = Frame(NONE) if meaning.verb == NONE else _frame(meaning, mentions, home.names)
    line = NONE if frame.verb == NONE else frame.line()
    if not grammar.compile_grammar(line_of(mentions)).parses(line):
        raise Dropped("the grammar does not admit the frame")
    if frame.verb != NONE and intents_of(frame, mentions, home.names, text) is None:
        raise Dropped("the frame stands for no intent")
    return text, frame


def _frame(meaning: Meaning, mentions: Mentions, names: Names) -> Frame:
    name = _name(meaning, mentions, names) if mentions.names else ""
    kind = "" if mentions.names else _kind(meaning, mentions)
    places = [area for area in mentions.areas if area not in " | ".join(mentions.names)]
    area = fold(meaning.area)
    if places and area not in places:
        raise Dropped("another place stands in it")
    if area and not places and area not in " | ".join(mentions.names):
        raise Dropped("its place is not mentioned")
    value = _value(meaning, mentions) if meaning.verb == SETTING else ""
    return Frame(meaning.verb, kind, name, area if places else "", value)


def _name(meaning: Meaning, mentions: Mentions, names: Names) -> str:
    """The mentioned name that stands for the fewest entities besides those meant."""
    fitting: list[tuple[int, str]] = []
    for name in mentions.names:
        called = {each.id for each in names.named(name) or names.partly_named(name)}
        if called & meaning.targets:
            fitting.append((len(called - meaning.targets), name))
    if not fitting:
        raise Dropped("another device's name stands in it")
    fewest, name = min(fitting)
    if [count for count, _ in fitting].count(fewest) > 1:
        raise Dropped("two names stand for the same")
    domains = VERBS[meaning.verb].domains
    if domains and not any(
        each.domain in domains for each in names.named(name) or names.partly_named(name)
    ):
        raise Dropped("the name is of another kind of device")
    return name


def _kind(meaning: Meaning, mentions: Mentions) -> str:
    if meaning.kind in mentions.kinds:
        return meaning.kind
    domains = VERBS[meaning.verb].domains
    able = [
        said for said, key in mentions.kinds.items() if not domains or KINDS[key].domains & domains
    ]
    if len(able) != 1:
        raise Dropped("its kind is not what the daemon reads")
    return able[0]


def _value(meaning: Meaning, mentions: Mentions) -> str:
    for said in (meaning.value, fold(meaning.value)):
        if said in mentions.values:
            return said
    raise Dropped("its value is not what the daemon reads")
