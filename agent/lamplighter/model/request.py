"""What is asked of the model, and what comes back."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Literal

from lamplighter.model.decoding.grammar import Grammar
from lamplighter.model.prompt.chat import Turn


class Urgency(IntEnum):
    """Who goes first: the lower value, and it interrupts the higher between two tokens."""

    COMMAND = 0
    REPORT = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One completion to compute.

    Attributes:
        turns: the part of the prompt that is new; the last is ``chat.assistant_prefix()``.
        prefix: whole turns before it that stay the same from request to request; cached.
        grammar: what the output must be a sentence of; None decodes freely.
        max_tokens: the most tokens to produce, forced ones included.
        stop: strings that end free decoding; the output ends before the first of them.
        figures: the only words with digits that free decoding may write, as they are spelled
            (``78.5``, ``14:05:09``); None lets it write any.
        deadline_s: seconds from the call of ``Engine.complete`` on, waiting included, after
            which decoding ends with what it has; None waits for ever.
        urgency: its place in the queue.
        temperature: 0 takes the most probable token; above, tokens are drawn (free decoding).
        top_k: draw only from so many of the most probable tokens; 0 from all.
        top_p: draw only from the most probable tokens that hold this share together.
        seed: of the drawing; the same request with the same seed gives the same text, but for
            near ties, which rounding may decide otherwise where the prompt is evaluated in other
            chunks.
    """

    turns: tuple[Turn, ...]
    prefix: tuple[Turn, ...] = ()
    grammar: Grammar | None = None
    max_tokens: int = 64
    stop: tuple[str, ...] = ()
    figures: tuple[str, ...] | None = None
    deadline_s: float | None = None
    urgency: Urgency = Urgency.COMMAND
    temperature: float = 0.0
    top_k: int = 0
    top_p: float = 1.0
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Branch:
    """A place where the grammar left the model a choice between different texts.

    Attributes:
        at: the number of characters of the output before it.
        chosen: the text of the token that was taken ("" is the end of the output).
        chosen_probability: the share of the allowed tokens' probability that agrees with it.
        runner_up: the text of the best token that leads elsewhere ("" is the end).
        runner_up_probability: its share, by the same measure.
    """

    at: int
    chosen: str
    chosen_probability: float
    runner_up: str
    runner_up_probability: float


@dataclass(frozen=True, slots=True)
class Completion:
    """The model's answer.

    Attributes:
        text: the output, without the open turn's start and without special tokens.
        tokens: how many tokens it has.
        log_probability: the sum of the natural logarithms of its tokens' probabilities: under a
            grammar among the allowed tokens (forced ones count 0), else among all.
        confidence: 0 to 1, the product of the branches' chosen probabilities; 1 when the
            grammar left no choice. In free decoding: the geometric mean of the tokens'
            probabilities.
        branches: the choices under a grammar, in order; empty in free decoding.
        prompt_tokens: the length of the prompt, prefix included; 0 where it was never looked at.
        cached_tokens: how many of them were restored instead of evaluated.
        elapsed_ms: from the call of ``Engine.complete`` to the result, waiting included.
        finished: ``stop`` (the grammar, the end token or a stop string ended it), ``length``
            or ``deadline`` (the text is cut, or empty: under a grammar it need not parse).
        waited_ms: of ``elapsed_ms``, until the model began to work on it.
    """

    text: str = ""
    tokens: int = 0
    log_probability: float = 0.0
    confidence: float = 0.0
    branches: tuple[Branch, ...] = ()
    prompt_tokens: int = 0
    cached_tokens: int = 0
    elapsed_ms: float = 0.0
    finished: Literal["stop", "length", "deadline"] = "stop"
    waited_ms: float = 0.0
