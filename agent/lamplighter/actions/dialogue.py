"""Open questions: what waits for a yes, a choice or the rest of a sentence, per user or area."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from lamplighter.actions.memory import Memory, asker_of
from lamplighter.understanding.interpretation import (
    Act,
    Ask,
    Interpretation,
    Later,
    Operate,
    Pending,
    Stand,
)

_YES = re.compile(
    r"(yes|yeah|yep|yup|ye|yea|yah|aye|ok|okay|sure|do it|go ahead|go on|confirm(ed)?|please do"
    r"|correct|right|by all means|absolutely|definitely|of course"
    r"|ja|jawohl|oui|si|sí|是|是的|好|好的|确认)"
    r"( please| do( it)?| go ahead| go on| why not| of course| dear| love| thanks)?",
    re.IGNORECASE,
)
_NO = re.compile(
    r"(no|nope|nah|don'?t|do not|cancel|stop|never ?mind|forget it|leave it"
    r"|nein|non|不|不要|取消)( thanks?| thank you| please| do ?n[o']?t.*| cancel.*"
    r"| leave (it|them|that)( (alone|be|as it is|locked|closed|shut|open|on|off))?| never ?mind)?",
    re.IGNORECASE,
)
_YES_AND = re.compile(rf"(?:{_YES.pattern})\s+(?P<rest>\S.*)", re.IGNORECASE)
_ADDING = re.compile(r"(?:and|also|plus|then)\b", re.IGNORECASE)
_EMPTY = """
a ahead an and are be can do for go i in is it it's just may me my now of our please really so thank
thanks that that's the them then think this those to um want was well you
"""
_EMPTY_WORDS = frozenset(_EMPTY.split())
_HESITATION = re.compile(
    r"^(?:(?:actually|oh|wait|hm+|well|um+|uh+|sorry|ok|okay|on second thou?ghts?)\s+)+(?=\S)",
    re.IGNORECASE,
)
_LEANS_NO = re.compile(
    r"(no|nope|nah|not|never|don'?t|do not|wait|stop|cancel|forget|leave)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """A question that was asked back.

    Attributes:
        until: when the answer no longer counts, on the dialogue's clock.
        confirm: what a yes carries out, schedules or keeps, or None.
        pending: what the answer chooses from, or None.
        interpretation: the interpretation that led to the question.
        act: what a yes comes to in the end, which is judged once more then; None: nothing to judge.
        secret: True where the PIN has to be said besides the yes.
        pin_said: True where it was said with the command.
        agreed: True where the yes was given, and only the PIN is missing.
        seen: the states by entity that the question was asked in.
        said: the sentence that led to the question.
    """

    until: float
    interpretation: Interpretation
    confirm: Act | Later | Stand | Operate | None = None
    pending: Pending | None = None
    act: Act | None = None
    secret: bool = False
    pin_said: bool = False
    agreed: bool = False
    seen: Mapping[str, str | None] = field(default_factory=dict)
    said: str = ""


class Dialogue:
    """Keeps at most one open question for each user, else area, else for everyone together.

    Beside the questions it keeps what was said and done before: see :class:`Memory`.

    ``monotonic`` is a clock that nobody sets: a yes must not count for longer, or not at all,
    because the time of day was put right meanwhile.
    """

    def __init__(self, monotonic: Callable[[], float], *, most: int = 1000) -> None:
        self.monotonic = monotonic
        self.most = most
        self.memory = Memory(monotonic)
        self._open: dict[str, OpenQuestion] = {}

    def ask_back(self, ask: Ask, question: OpenQuestion) -> None:
        """Remembers the question; it replaces an older one."""
        self._open.pop(asker_of(ask), None)
        self._open[asker_of(ask)] = question
        while len(self._open) > self.most:
            del self._open[next(iter(self._open))]

    def peek(self, ask: Ask) -> OpenQuestion | None:
        """The question this ask may answer, which stays open."""
        question = self._open.get(asker_of(ask))
        return None if question is None or question.until < self.monotonic() else question

    def take(self, ask: Ask) -> OpenQuestion | None:
        """The question this ask may answer, which is then no longer open; None where none is."""
        question = self._open.pop(asker_of(ask), None)
        if question is None or question.until < self.monotonic():
            return None
        return question


def says_yes(text: str) -> bool:
    """Whether the sentence is a plain yes and nothing else."""
    return _YES.fullmatch(_bare(text)) is not None


def says_no(text: str) -> bool:
    """Whether the sentence is a plain no and nothing else."""
    return _NO.fullmatch(_HESITATION.sub("", _bare(text))) is not None


def yes_and(text: str) -> str:
    """What is said after a yes: "and the fan too" of "yes please, and the fan too"; "" for nothing.

    Only what is plainly added counts: "yes, but only the hall" is no yes to what was asked.
    """
    match = _YES_AND.fullmatch(_bare(text))
    return match["rest"] if match and _ADDING.match(match["rest"]) else ""


def echoes_yes(text: str, asked: Collection[str]) -> bool:
    """Whether it is a yes that repeats what was asked: "yes, unlock the front door".

    Args:
        text: the answer.
        asked: sentences in whose words the question was asked.
    """
    match = _YES_AND.fullmatch(_bare(text))
    if match is None:
        return False
    known = _EMPTY_WORDS | {word for each in asked for word in _bare(each).casefold().split()}
    return set(_bare(match["rest"]).casefold().split()) <= known


def says_little(text: str) -> bool:
    """Whether nothing is left of an answer but words that say nothing: "it's", "I think"."""
    return set(_bare(text).casefold().split()) <= _EMPTY_WORDS


def leans_no(text: str) -> bool:
    """Whether the sentence begins like a no: "nah leave it locked", "no wait"."""
    return _LEANS_NO.match(_HESITATION.sub("", _bare(text))) is not None


def _bare(text: str) -> str:
    return " ".join(re.sub(r"[.,!?;。,!?]", " ", text.replace("\u2019", "'")).split())
