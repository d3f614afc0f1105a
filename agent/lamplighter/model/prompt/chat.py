"""Prompts as rows of turns, framed by the model's own chat template.

The frames (``<|im_start|>user`` …) are the template's and may hold special tokens. The
content of a turn is encoded as plain text, whatever it looks like.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from jinja2 import Template, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from lamplighter.errors import ModelError

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


PLAIN_TEMPLATE = (
    "{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}"
    "{% if add_generation_prompt %}assistant: {% endif %}"
)


class ChatTemplate:
    """A model's chat template, in the jinja2 form that model files carry.

    Args:
        source: the template; "" takes a plain ``role: content`` form.
        bos: the text of the model's begin token, which some templates print.
        eos: the text of the model's end token.
    """

    def __init__(self, source: str, *, bos: str = "", eos: str = "") -> None:
        self._source = source or PLAIN_TEMPLATE
        self._bos = bos
        self._eos = eos
        self._compiled: Template | None = None
        self._frames: Callable[[tuple[Role, ...], bool], tuple[str, ...]] = lru_cache(64)(
            self._render_frames
        )

    def pieces(
        self, prefix: Sequence[Turn], turns: Sequence[Turn]
    ) -> tuple[list[Piece], list[Piece]]:
        """Return the pieces of the prefix and of the rest.

        The prefix's pieces are the same for every rest. Where the template does not allow that
        (the frame of an earlier turn depends on a later one), the prefix is returned empty and
        all of it stands in the rest.

        Raises:
            ModelError: an open turn is not the last, or the template can't be rendered.
        """
        row = [*prefix, *turns]
        if any(turn.left_open for turn in [*row[:-1], *prefix]):
            raise ModelError("prompt", "only the last turn may be left open")
        opened = row[-1] if row and row[-1].left_open else None
        closed = row[:-1] if opened else row
        frames = self._frames(tuple(turn.role for turn in closed), opened is not None)
        start = self._frames(tuple(turn.role for turn in prefix), False) if prefix else ("",)
        count = len(prefix)
        if start[:count] != frames[:count] or not frames[count].startswith(start[count]):
            start, count = ("",), 0
        first = _interleave(start, closed[:count])
        rest_frames = (frames[count].removeprefix(start[count]), *frames[count + 1 :])
        rest = _interleave(rest_frames, closed[count:])
        if opened:
            rest.append(Piece(opened.content, trusted=False))
        return first, [piece for piece in rest if piece.text]

    def _render_frames(self, roles: tuple[Role, ...], generation: bool) -> tuple[str, ...]:  # noqa: FBT001 - a cache key
        """Return the template's text around the contents: one part more than roles."""
        marks = [f"\ue000{number}\ue001" for number in range(len(roles))]
        messages = [
            {"role": role, "content": mark} for role, mark in zip(roles, marks, strict=True)
        ]
        try:
            text = self._template().render(
                messages=messages,
                add_generation_prompt=generation,
                bos_token=self._bos,
                eos_token=self._eos,
            )
        except (TemplateError, TypeError, ValueError, ArithmeticError) as error:
            raise ModelError("chat template", str(error)) from error
        frames = []
        for mark in marks:
            frame, found, text = text.partition(mark)
            if not found:
                raise ModelError("chat template", "drops or reorders turns of this conversation")
            frames.append(frame)
        return (*frames, text)

    def _template(self) -> Template:
        if self._compiled is None:
            environment = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True)
            environment.globals["raise_exception"] = _raise_exception
            self._compiled = environment.from_string(self._source)
        return self._compiled


def _raise_exception(reason: str) -> None:
    """Refuse a conversation: chat templates call this by name."""
    raise TemplateError(reason)


def _interleave(frames: Sequence[str], turns: Sequence[Turn]) -> list[Piece]:
    pieces = []
    for frame, turn in zip(frames, turns, strict=False):
        pieces += [Piece(frame, trusted=True), Piece(turn.content, trusted=False)]
    pieces.append(Piece(frames[-1], trusted=True))
    return [piece for piece in pieces if piece.text]
