"""An engine whose requests are judged: what of their failures is the model's fault?"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from statistics import median
from typing import TYPE_CHECKING, Protocol

from lamplighter.errors import ModelError, RefusedError
from lamplighter.model.request import Completion, Request, Urgency

if TYPE_CHECKING:
    from lamplighter.model.prompt.chat import Turn

TOO_SLOW = 3.0
"""How many times slower than the model before a model has to be for its time-outs to count."""

_FEW = 3
_KEPT = 20


class Running(Protocol):
    """What is watched: an ``Engine``."""

    name: str
    version: str
    tasks: tuple[str, ...]

    def stop(self) -> None:
        """See ``Engine``."""

    async def complete(self, request: Request) -> Completion:
        """See ``Engine``."""
        ...

    def stream(self, request: Request) -> AsyncIterator[str | Completion]:
        """See ``Engine``."""
        ...

    async def score(
        self,
        prefix: Sequence[Turn],
        turns: Sequence[Turn],
        continuations: Sequence[str],
        *,
        urgency: Urgency = ...,
        deadline_s: float | None = ...,
    ) -> list[float]:
        """See ``Engine``."""
        ...

    def count_tokens(self, turns: Sequence[Turn]) -> int:
        """See ``Engine``."""
        ...


class Speed:
    """How long a model takes for a token, over its last requests."""

    def __init__(self) -> None:
        self._taken: deque[float] = deque(maxlen=_KEPT)

    def note(self, completion: Completion) -> None:
        """Take in a request."""
        tokens = completion.prompt_tokens - completion.cached_tokens + completion.tokens
        if tokens > 0:
            self._taken.append((completion.elapsed_ms - completion.waited_ms) / tokens)

    @property
    def ms_per_token(self) -> float | None:
        """The median, prompt and output taken together; None before there were a few requests."""
        return median(self._taken) if len(self._taken) >= _FEW else None


class WatchedEngine:
    """Passes requests on to an engine and tells how they went.

    A failure is: an error of the model, numbers that are none, an output that its grammar does
    not admit, or a deadline that passed although the machine was idle and the model is far slower
    than the one before. A request that does not fit, that was cancelled, or whose deadline passed
    for other reasons says nothing about the model.

    Args:
        engine: is asked.
        outcome: is told of each request that says something: whether it went well, and what
            went wrong.
        before: milliseconds for a token of the model before; None where nobody knows.
        load: how many tasks want to run, and how many processors there are for them.
    """

    def __init__(
        self,
        engine: Running,
        *,
        outcome: Callable[[bool, str], None] = lambda _ok, _problem: None,
        before: float | None = None,
        load: Callable[[], tuple[float, int]] = lambda: (os.getloadavg()[0], os.cpu_count() or 1),
    ) -> None:
        self.engine = engine
        self.speed = Speed()
        self.outcome = outcome
        self._before = before
        self._load = load

    @property
    def name(self) -> str:
        """The model's name."""
        return self.engine.name

    @property
    def version(self) -> str:
        """The model's version."""
        return self.engine.version

    @property
    def tasks(self) -> tuple[str, ...]:
        """What the model's weights were adapted for."""
        return self.engine.tasks

    async def complete(self, request: Request) -> Completion:
        """As of ``Engine``."""
        try:
            completion = await self.engine.complete(request)
        except ModelError as error:
            self._failed(error)
            raise
        self._judge(request, completion)
        return completion

    async def stream(self, request: Request) -> AsyncIterator[str | Completion]:
        """As of ``Engine``."""
        pieces = self.engine.stream(request)
        try:
            async for piece in pieces:
                if isinstance(piece, Completion):
                    self._judge(request, piece)
                yield piece
        except ModelError as error:
            self._failed(error)
            raise
        finally:
            close = getattr(pieces, "aclose", None)
            if close is not None:
                await close()

    async def score(
        self,
        prefix: Sequence[Turn],
        turns: Sequence[Turn],
        continuations: Sequence[str],
        *,
        urgency: Urgency = Urgency.COMMAND,
        deadline_s: float | None = None,
    ) -> list[float]:
        """As of ``Engine``."""
        try:
            return await self.engine.score(
                prefix, turns, continuations, urgency=urgency, deadline_s=deadline_s
            )
        except ModelError as error:
            self._failed(error)
            raise

    def count_tokens(self, turns: Sequence[Turn]) -> int:
        """As of ``Engine``."""
        return self.engine.count_tokens(turns)

    def _failed(self, error: ModelError) -> None:
        if not isinstance(error, RefusedError):
            self.outcome(False, str(error))

    def _judge(self, request: Request, completion: Completion) -> None:
        self.speed.note(completion)
        if completion.finished == "deadline":
            if self._far_slower(completion):
                self.outcome(False, "it is far slower than the model before")
            return
        grammar = request.grammar
        if completion.finished == "stop" and grammar and not grammar.parses(completion.text):
            self.outcome(False, f"its output {completion.text!r} does not parse")
            return
        self.outcome(True, "")

    def _far_slower(self, completion: Completion) -> bool:
        now, before = self.speed.ms_per_token, self._before
        if now is None or before is None or completion.waited_ms * 2 > completion.elapsed_ms:
            return False
        wanted, processors = self._load()
        return wanted <= processors and now > TOO_SLOW * before
