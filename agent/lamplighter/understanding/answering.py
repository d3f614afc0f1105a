"""The answer to a question back: which of the candidates it chooses."""

from __future__ import annotations

from collections.abc import Sequence

from lamplighter.understanding import speech
from lamplighter.understanding.interpretation import (
    Act,
    Answer,
    Candidate,
    Clarify,
    Later,
    NotUnderstood,
    Pending,
    Step,
)
from lamplighter.understanding.names import stem
from lamplighter.understanding.normalise import fold, plain

_YES = frozenset(
    {"yes", "yeah", "yep", "yup", "sure", "do it", "go ahead", "correct", "right", "exactly"}
    | {"ok", "okay", "yes please", "that's right", "of course", "是", "是的", "好", "好的", "对"}
)
_NO = frozenset(
    {"no", "nope", "none", "neither", "cancel", "never mind", "nevermind", "forget it", "stop"}
    | {"no thanks", "no thank you", "don't", "nothing", "不", "不是", "不要", "取消", "算了"}
)
_ALL = frozenset(
    ["all", "both", "all of them", "both of them", "every one", "everything", "全部", "都"]
)
_ORDINALS = (("first", "1"), ("second", "2"), ("third", "3"), ("fourth", "4"), ("fifth", "5"))
_FILLING = frozenset(
    [
        "the",
        "a",
        "an",
        "one",
        "in",
        "of",
        "please",
        "i",
        "mean",
        "meant",
        "that",
        "it",
        "only",
        "just",
        "on",
        "to",
    ]
)


def choose(pending: Pending, text: str) -> Act | Answer | Clarify | Later | NotUnderstood:
    """What the answer chooses; ``NotUnderstood`` where it chooses nothing."""
    said = fold(plain(text)) or fold(text)
    candidates = pending.candidates
    if said in _NO:
        return Answer("All right, I did nothing.")
    if said in _YES and len(candidates) == 1:
        return candidates[0].result
    if said in _ALL and pending.several and len(candidates) > 1:
        return _all(candidates)
    for match in (_called, _numbered, _partly_called):
        found = match(candidates, said)
        if len(found) == 1:
            return found[0].result
    return NotUnderstood("chooses none of the candidates", "Sorry, which one?")


def _called(candidates: Sequence[Candidate], said: str) -> list[Candidate]:
    wanted = fold(" ".join(word for word in said.split() if word not in _FILLING))
    return [
        candidate
        for candidate in candidates
        if any(fold(name) in (said, wanted) for name in candidate.names)
    ]


def _numbered(candidates: Sequence[Candidate], said: str) -> list[Candidate]:
    words = {word for word in said.split() if word not in _FILLING}
    for index, ordinals in enumerate(_ORDINALS[: len(candidates)]):
        if len(words) == 1 and not words.isdisjoint(ordinals):
            return [candidates[index]]
    return [candidates[-1]] if words == {"last"} else []


def _partly_called(candidates: Sequence[Candidate], said: str) -> list[Candidate]:
    words = {stem(word) for word in said.split() if word not in _FILLING}
    if not words:
        return []
    return [
        candidate
        for candidate in candidates
        if words <= {stem(word) for name in candidate.names for word in fold(name).split()}
    ]


def _all(candidates: Sequence[Candidate]) -> Act | Answer:
    steps: list[Step] = []
    said: list[str] = []
    for candidate in candidates:
        if isinstance(candidate.result, Act):
            steps.extend(step for step in candidate.result.steps if step not in steps)
        if isinstance(candidate.result, Act | Answer):
            said.append(candidate.result.speech)
    spoken = speech.listed([name.names[0] for name in candidates])
    if not steps:
        return Answer(" ".join(said))
    return Act(tuple(steps), said[0] if len(said) == 1 else f"Done: {spoken}.")
