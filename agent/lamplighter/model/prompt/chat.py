"""Prompts as rows of turns, framed by the model's own chat template.

The frames (``<|im_start|>user`` …) are the template's and may hold special tokens. The
content of a turn is encoded as plain text, whatever it looks like: the template is rendered with
marks in its place, and never sees it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from itertools import takewhile
from typing import Literal

from jinja2 import Template, TemplateError

from lamplighter.errors import ModelError
from lamplighter.model.prompt.jinja import compile_template

Role = Literal["system", "user", "assistant"]


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of a conversation.

    Attributes:
        role: who speaks.
        content: what they say, as plain text.
        left_open: the turn has no end yet; the model writes on. Only the last turn may be.
    """

    role: Role
    content: str
    left_open: bool = False


def system(content: str) -> Turn:
    """Return a turn with instructions."""
    return Turn("system", content)


def user(content: str) -> Turn:
    """Return a turn of the person."""
    return Turn("user", content)


def assistant(content: str) -> Turn:
    """Return a finished turn of the model, as in an example."""
    return Turn("assistant", content)


def assistant_prefix(start: str = "") -> Turn:
    """Return the open turn that the model completes, already begun with ``start``."""
    return Turn("assistant", start, left_open=True)


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a rendered prompt: of the template (trusted) or of a turn's content (not)."""

    text: str
    trusted: bool


@dataclass(frozen=True, slots=True)
class _Frames:
    """What a template puts around turns.

    Attributes:
        texts: before, between and behind the contents: one more than there are turns.
        trims: for each turn, whether the template takes white space off its start and its end.
    """

    texts: tuple[str, ...]
    trims: tuple[tuple[bool, bool], ...]

    def pieces(self, turns: Sequence[Turn]) -> list[Piece]:
        """Return frames and contents in turn; each content is at an odd place."""
        pieces = []
        for text, turn, (start, end) in zip(self.texts, turns, self.trims, strict=False):
            content = turn.content.lstrip() if start else turn.content
            content = content.rstrip() if end else content
            pieces += [Piece(text, trusted=True), Piece(content, trusted=False)]
        return [*pieces, Piece(self.texts[-1], trusted=True)]


PLAIN_TEMPLATE = (
    "{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}"
    "{% if add_generation_prompt %}assistant: {% endif %}"
)
_BETWEEN = "\n\n"
# White space that no frame has: where it is gone, the template takes white space off.
_START, _END = "\x0b", "\x0c"
# What a template can raise that does what it is not meant to.
_FAILURES = (
    *(TemplateError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError),
    *(RecursionError, MemoryError),
)


def _local_time() -> datetime:
    return datetime.now(UTC).astimezone()


class ChatTemplate:
    """A model's chat template, in the jinja2 form that model files carry.

    A template that takes no system turn gets its text at the start of the user turn after it,
    with an empty line between them.

    Args:
        source: the template; "" takes a plain ``role: content`` form.
        bos: the text of the model's begin token, which some templates print.
        eos: the text of the model's end token.
        now: the local time; a template that prints it is rendered anew on another day.
    """

    def __init__(
        self,
        source: str,
        *,
        bos: str = "",
        eos: str = "",
        now: Callable[[], datetime] = _local_time,
    ) -> None:
        self._source = source or PLAIN_TEMPLATE
        self._bos = bos
        self._eos = eos
        self._now = now
        self._compiled: Template | None = None
        self._rendered: Callable[[tuple[Role, ...], bool, date], _Frames] = lru_cache(64)(
            self._render
        )

    def pieces(
        self, prefix: Sequence[Turn], turns: Sequence[Turn]
    ) -> tuple[list[Piece], list[Piece]]:
        """Return the pieces of the prefix and of the rest.

        Together they are the whole prompt. The prefix's pieces are the same for every rest; where
        the template does not allow that (an earlier frame depends on a later turn), the prefix is
        returned empty and all of it stands in the rest.

        Raises:
            ModelError: an open turn is not the last, or the template can't be rendered.
        """
        row = [*prefix, *turns]
        if any(turn.left_open for turn in [*row[:-1], *prefix]):
            raise ModelError("prompt", "only the last turn may be left open")
        opened = row[-1] if row and row[-1].left_open else None
        closed = row[:-1] if opened else row
        frames, taken = self._frames_taken(closed, generation=opened is not None)
        whole = frames.pieces(closed if taken else _without_system(closed))
        if opened:
            whole.append(Piece(opened.content, trusted=False))
        if taken:
            first, rest = self._cut(whole, frames, prefix)
        elif len(prefix) == 1:
            first, rest = _cut_inside(whole, prefix[0])
        else:
            first, rest = self._cut(whole, frames, _without_system(prefix))
        return _filled(first), _filled(rest)

    def _frames_taken(self, turns: Sequence[Turn], *, generation: bool) -> tuple[_Frames, bool]:
        """Return the frames of turns, and whether the template takes their system turn."""
        try:
            return self._frames(turns, generation=generation), True
        except ModelError:
            if not turns or turns[0].role != "system":
                raise
        return self._frames(_without_system(turns), generation=generation), False

    def _cut(
        self, whole: list[Piece], frames: _Frames, prefix: Sequence[Turn]
    ) -> tuple[list[Piece], list[Piece]]:
        """Cut a prompt behind its prefix, with as much of the frame there as is certain."""
        count = len(prefix)
        if not count:
            return [], whole
        following = frames.texts[count]
        try:
            alone = self._frames(prefix, generation=False).texts
        except ModelError:  # it may have no form of its own: a system turn, put into a later one
            alone = (*frames.texts[:count], "")
        if alone[:count] != frames.texts[:count]:
            return [], whole
        shared = _common_start(alone[count], following)
        if shared != alone[count]:
            # What ends a conversation is not what goes on with it; no token is cut in two.
            shared = shared[: shared.rfind("\n") + 1]
        first = [*whole[: 2 * count], Piece(shared, trusted=True)]
        rest = [Piece(following.removeprefix(shared), trusted=True), *whole[2 * count + 1 :]]
        return first, rest

    def _frames(self, turns: Sequence[Turn], *, generation: bool) -> _Frames:
        today = self._now().date()
        return self._rendered(tuple(turn.role for turn in turns), generation, today)

    def _render(self, roles: tuple[Role, ...], generation: bool, _: date) -> _Frames:  # noqa: FBT001 - a cache key
        """Render marks in the place of contents, and take the text apart there."""
        marks = [f"\ue000{number}\ue001" for number in range(len(roles))]
        messages = [
            {"role": role, "content": f"{_START}{mark}{_END}"}
            for role, mark in zip(roles, marks, strict=True)
        ]
        try:
            text = self._template().render(
                messages=messages,
                add_generation_prompt=generation,
                bos_token=self._bos,
                eos_token=self._eos,
                tools=None,
                documents=None,
            )
        except _FAILURES as error:
            raise ModelError("chat template", str(error)) from error
        frames, trims = [], []
        for mark in marks:
            frame, found, text = text.partition(mark)
            if not found:
                raise ModelError("chat template", "drops or reorders turns of this conversation")
            trims.append((not frame.endswith(_START), not text.startswith(_END)))
            frames.append(frame.removesuffix(_START))
            text = text.removeprefix(_END)
        return _Frames((*frames, text), tuple(trims))

    def _template(self) -> Template:
        if self._compiled is None:
            self._compiled = compile_template(self._source, self._now)
        return self._compiled


def _without_system(turns: Sequence[Turn]) -> list[Turn]:
    """Return turns with the first, a system turn, told by the user instead."""
    if not turns:
        return []
    told, *others = turns
    if others and others[0].role == "user":
        return [user(f"{told.content}{_BETWEEN}{others[0].content}"), *others[1:]]
    return [user(told.content), *others]


def _cut_inside(whole: list[Piece], prefix: Turn) -> tuple[list[Piece], list[Piece]]:
    """Cut a prompt within its first turn, behind the system text that stands there."""
    frame, turn, *others = whole
    start = f"{prefix.content}{_BETWEEN}"
    if not turn.text.startswith(start):
        return [], whole
    rest = Piece(turn.text.removeprefix(start), trusted=False)
    return [frame, Piece(start, trusted=False)], [rest, *others]


def _common_start(one: str, other: str) -> str:
    pairs = zip(one, other, strict=False)
    return "".join(letter for letter, _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def _filled(pieces: Sequence[Piece]) -> list[Piece]:
    return [piece for piece in pieces if piece.text]
