"""The answer to a question back: which candidates it chooses, or how it completes a sentence.

Every word of an answer has to fit. What does not is a new sentence, and the question is over.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import replace

from lamplighter.understanding import speech
from lamplighter.understanding.answer_words import ALL, ANY, FILLING, NO, ORDINALS, YES
from lamplighter.understanding.interpretation import (
    GAP,
    Act,
    Answer,
    Candidate,
    Clarify,
    Later,
    NotUnderstood,
    Pending,
    Stand,
    Step,
)
from lamplighter.understanding.names import stem
from lamplighter.understanding.normalise import asks, fold, plain

Chosen = Act | Answer | Clarify | Later | Stand | NotUnderstood
"""What an answer comes to."""

_COUNTS = {"two": 2, "2": 2, "three": 3, "3": 3, "four": 4, "4": 4}
_PART = re.compile(r"\s+(?:and|plus|as well as|&)\s+(?:also\s+)?|\s*,\s*(?:and\s+)?")
_BUT = re.compile(
    r"^(?:all(?: of them)?|both|every ?one|everything|any(?: one)?)?\s*"
    r"(?:but|except(?: for)?|apart from|not|without) (?P<left>.+)$"
)
_CORRECTED = re.compile(r"^(?:(?:no|nope|sorry|oh|um+|uh+|er+m?|well|yes|yeah|ok|okay)\s+)+")
_RUN = re.compile(r"^(?:the )?(?P<end>first|last|top|bottom) (?P<count>two|three|four|2|3|4)$")
_JOINING = ("to", "for", "at", "in", "on")
_ANSWERING = re.compile(
    r"^(?:(?:make (?:it|that)|let's say|say|i'd say|it should be|i(?:'d)? (?:want|like|said|meant)|"
    r"um+|uh+|maybe|i think|the answer is|it's|that's)(?=\s)\s*)+",
    re.IGNORECASE,
)
_COMMANDING = re.compile(
    r"^(?:please |now |and |also )*(?:turn|switch|put|set|open|close|shut|lock|unlock|start|stop|"
    r"activate|deactivate|dim|brighten|raise|lower|toggle|press|arm|disarm|change|send|cancel|"
    r"undo|remind|tell|show|list)\b"
)
_CLOSE = 0.8
_LONG = 4


def choose(pending: Pending, text: str) -> Chosen:
    """What the answer chooses; ``NotUnderstood`` where it chooses nothing."""
    said = fold(plain(text)) or fold(text)
    candidates = pending.candidates
    if said in NO:
        return Answer("All right, I did nothing.")
    if said in YES and len(candidates) == 1:
        return candidates[0].result
    found = chosen(candidates, text)
    if not found:
        return NotUnderstood("chooses none of the candidates", "Sorry, which one?")
    return found[0].result if len(found) == 1 else _of_several(pending, found, text)


def _of_several(pending: Pending, found: Sequence[Candidate], text: str) -> Chosen:
    """What an answer comes to that fits several: all of them, or another question."""
    said = fold(plain(text)) or fold(text)
    plural = _is_plural(said) or _PART.search(_punctuated(text)) or _is_a_room(found, said)
    if plural and pending.several:
        return _together(found)
    # Several have what was said in common: it is asked among those.
    names = tuple(each.names[0] for each in found)
    question = f"Which one: {speech.listed(names, 'or')}?"
    return Clarify(question, names, replace(pending, candidates=tuple(found)))


def declines(text: str) -> bool:
    """Whether the answer is that nothing of what was asked about is meant."""
    return (fold(plain(text)) or fold(text)) in NO


def completed(pending: Pending, text: str) -> str | None:
    """The sentence that was begun, with the answer as its rest.

    None where the answer is a sentence of its own, or nothing is left open.
    """
    bare = plain(text).rstrip("?").strip()
    said = fold(bare)
    if not pending.continuation or not said or said in NO | YES:
        return None
    if _COMMANDING.match(said) or (asks(bare) and not pending.candidates):
        return None
    if found := chosen(pending.candidates, text):
        return _filled(pending.continuation, " and ".join(each.names[0] for each in found))
    rest = _ANSWERING.sub("", bare)
    last = pending.continuation.rsplit(maxsplit=1)[-1].casefold()
    if last in _JOINING:
        rest = re.sub(rf"^{last}\s+", "", rest, flags=re.IGNORECASE)
    return _filled(pending.continuation, rest) if rest else None


def _filled(continuation: str, rest: str) -> str:
    if GAP in continuation:
        return continuation.replace(GAP, rest, 1)
    return f"{continuation} {rest}"


def chosen(candidates: Sequence[Candidate], text: str) -> list[Candidate]:
    """The candidates that the answer may choose, as few as it tells; none where it fits none."""
    said = fold(plain(text)) or fold(text)
    punctuated = _punctuated(text)
    for each in dict.fromkeys((said, _CORRECTED.sub("", said))):
        if found := _whole(candidates, each) or _several(candidates, each, punctuated):
            return found
    return []


def _punctuated(text: str) -> str:
    """The answer folded, its commas kept."""
    return " ".join(re.sub(r"[^\w\s',%°.+-]", " ", plain(text).casefold()).split())


def _whole(candidates: Sequence[Candidate], said: str) -> list[Candidate]:
    """What an answer that is one thing chooses."""
    if said in ALL:
        return list(candidates) if len(candidates) > 1 else []
    if said in ANY:
        return list(candidates[:1])
    if run := _RUN.match(said):
        count = _COUNTS[run["count"]]
        first = run["end"] in ("first", "top")
        return list(candidates[:count] if first else candidates[-count:])
    for match in (_called, _numbered, _partly_called, _nearly_called):
        if found := match(candidates, said):
            return found
    return []


def _several(candidates: Sequence[Candidate], said: str, punctuated: str) -> list[Candidate]:
    """What a list chooses ("the hall and the kitchen one"), or what "all but the hall" leaves."""
    if match := _BUT.match(said):
        left = _whole(candidates, match["left"]) or _several(candidates, match["left"], "")
        return [each for each in candidates if each not in left] if left else []
    for text in (said, punctuated):
        parts = [part for part in _PART.split(text) if part]
        if len(parts) < 2:
            continue
        each_found = [_whole(candidates, part) for part in parts]
        if all(len(found) == 1 for found in each_found):
            meant = [found[0] for found in each_found]
            return [each for each in candidates if each in meant]
    return []


def _is_plural(said: str) -> bool:
    """Whether the answer may mean more than one."""
    bare = _CORRECTED.sub("", said)
    plural = bare in ALL or _RUN.match(bare) or _BUT.match(bare) or _PART.search(bare)
    return bool(plural) or re.search(r"\b(?:all|both|every|ones|those|these)\b", bare) is not None


def _is_a_room(candidates: Sequence[Candidate], said: str) -> bool:
    """Whether a room was said whose lights are meant: they are one light, as in a command."""
    bare = " ".join(word for word in said.split() if word not in FILLING)
    acts = [each.result for each in candidates if isinstance(each.result, Act)]
    lights = all(step.entity_id.startswith("light.") for act in acts for step in act.steps)
    shared = all(any(fold(name) == bare for name in each.names[1:]) for each in candidates)
    return lights and shared and len(acts) == len(candidates)


def _called(candidates: Sequence[Candidate], said: str) -> list[Candidate]:
    wanted = fold(" ".join(word for word in said.split() if word not in FILLING))
    return [
        candidate
        for candidate in candidates
        if any(fold(name) in (said, wanted) for name in candidate.names)
    ]


def _numbered(candidates: Sequence[Candidate], said: str) -> list[Candidate]:
    words = [word for word in said.split() if word not in FILLING] or said.split()[-1:]
    for index, ordinals in enumerate(ORDINALS[: len(candidates)]):
        if len(words) == 1 and words[0] in ordinals and said != "the one":
            return [candidates[index]]
    return list(candidates[-1:]) if words == ["last"] else []


def _partly_called(candidates: Sequence[Candidate], said: str) -> list[Candidate]:
    words = {stem(word) for word in said.split() if word not in FILLING | {"all", "both"}}
    if not words:
        return []
    return [candidate for candidate in candidates if words <= _words_of(candidate)]


def _nearly_called(candidates: Sequence[Candidate], said: str) -> list[Candidate]:
    """Those that are meant once slips of the finger are put right."""
    words = [stem(word) for word in said.split() if word not in FILLING]
    known = {word for candidate in candidates for word in _words_of(candidate)}
    meant: list[str] = []
    for word in words:
        near = [word] if word in known else []
        if not near and len(word) >= _LONG:
            near = difflib.get_close_matches(word, sorted(known), n=1, cutoff=_CLOSE)
        if not near:
            return []
        meant += near
    found = _partly_called(candidates, " ".join(meant))
    return found if len(found) == 1 else []


def _words_of(candidate: Candidate) -> set[str]:
    return {stem(word) for name in candidate.names for word in fold(name).split()}


def _together(candidates: Sequence[Candidate]) -> Chosen:
    results = [candidate.result for candidate in candidates]
    open_ones = [each for each in results if isinstance(each, Clarify | NotUnderstood)]
    if open_ones:
        return open_ones[0]
    laters = [each for each in results if isinstance(each, Later)]
    if laters:
        first, *rest = laters
        return replace(first, then=(*first.then, *rest), speech=_spoken(candidates))
    steps: list[Step] = []
    acts = [each for each in results if isinstance(each, Act)]
    for act in acts:
        steps.extend(step for step in act.steps if step not in steps)
    if not steps:
        return Answer(_spoken(candidates))
    until = acts[0].until
    return Act(
        tuple(steps), _spoken(candidates), until, tuple(each for a in acts for each in a.then)
    )


def _spoken(candidates: Sequence[Candidate]) -> str:
    said = dict.fromkeys(
        each.result.speech for each in candidates if isinstance(each.result, Act | Answer | Later)
    )
    if len(said) <= _LONG:
        return " ".join(said)
    return f"Done: {speech.listed([each.names[0] for each in candidates])}."
