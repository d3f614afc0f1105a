"""Open questions: what waits for a yes, a choice or the rest of a sentence, per user or area."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from lamplighter.understanding.interpretation import (
    Act,
    Ask,
    Interpretation,
    Later,
    Pending,
)

_YES = re.compile(
    r"(yes|yeah|yep|yup|ok|okay|sure|do it|go ahead|confirm(ed)?|please do|correct|right"
    r"|ja|jawohl|oui|si|sí|是|是的|好|好的|确认)( please| do( it)?| go ahead| why not)?",
    re.IGNORECASE,
)
_NO = re.compile(
    r"(no|nope|nah|don'?t|do not|cancel|stop|never ?mind|forget it|leave it"
    r"|nein|non|不|不要|取消)( thanks?| thank you| please| do ?n[o']?t.*| cancel.*)?",
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
        confirm: what a yes carries out, or schedules, or None.
        pending: what the answer chooses from, or None.
        interpretation: the interpretation that led to the question.
    """

    until: float
    interpretation: Interpretation
    confirm: Act | Later | None = None
    pending: Pending | None = None


class Dialogue:
    """Keeps at most one open question for each user, else area, else for everyone together.

    ``monotonic`` is a clock that nobody sets: a yes must not count for longer, or not at all,
    because the time of day was put right meanwhile.
    """

    def __init__(self, monotonic: Callable[[], float], *, most: int = 1000) -> None:
        self.monotonic = monotonic
        self.most = most
        self._open: dict[str, OpenQuestion] = {}

    def ask_back(self, ask: Ask, question: OpenQuestion) -> None:
        """Remembers the question; it replaces an older one."""
        self._open.pop(_key(ask), None)
        self._open[_key(ask)] = question
        while len(self._open) > self.most:
            del self._open[next(iter(self._open))]

    def take(self, ask: Ask) -> OpenQuestion | None:
        """The question this ask may answer, which is then no longer open; None where none is."""
        question = self._open.pop(_key(ask), None)
        if question is None or question.until < self.monotonic():
            return None
        return question


def says_yes(text: str) -> bool:
    """Whether the sentence is a plain yes and nothing else."""
    return _YES.fullmatch(_bare(text)) is not None


def says_no(text: str) -> bool:
    """Whether the sentence is a plain no and nothing else."""
    return _NO.fullmatch(_bare(text)) is not None


def leans_no(text: str) -> bool:
    """Whether the sentence begins like a no: "nah leave it locked", "no wait"."""
    return _LEANS_NO.match(_bare(text)) is not None


def _bare(text: str) -> str:
    return " ".join(re.sub(r"[.,!?;。,!?]", " ", text.replace("\u2019", "'")).split())


def _key(ask: Ask) -> str:
    # A yes from upstream is no answer to a question that was asked here.
    if ask.user:
        return f"{ask.origin}:user:{ask.user}"
    return f"{ask.origin}:area:{ask.area}" if ask.area else ask.origin
