"""Decoding: from the logits after a prompt to a text, under a grammar or freely.

Every function here is a generator that yields between two steps of the model (a token, or a
chunk of a longer row), so that its caller can interrupt it, close it, or do something more
urgent in between. The result is what it returns.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np

from lamplighter.model.decoding.masks import Allowed, TokenMasks
from lamplighter.model.decoding.sampling import Sampler, log_softmax
from lamplighter.model.prompt.tokenizer import TextTokenizer
from lamplighter.model.request import Branch

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lamplighter.model.runtime.session import Session

CHUNK = 128

Finish = Literal["stop", "length", "deadline"]
Logits = "NDArray[np.float32]"


@dataclass(slots=True)
class Decoded:
    """What decoding brought.

    Attributes:
        tokens: the tokens of the output, without the end token.
        text: the output.
        log_probability: the sum of the tokens' natural logarithms of probability.
        drawn: how many tokens (the end token too) the model had to decide on.
        branches: the choices under a grammar.
        finished: why it ended.
    """

    tokens: list[int] = field(default_factory=list)
    text: str = ""
    log_probability: float = 0.0
    drawn: int = 0
    branches: list[Branch] = field(default_factory=list)
    finished: Finish = "stop"


@dataclass(frozen=True, slots=True)
class Limits:
    """When decoding has to end.

    Attributes:
        max_tokens: the most tokens of the output.
        expired: tells whether the deadline has passed.
    """

    max_tokens: int
    expired: Callable[[], bool] = lambda: False


def prefill(
    session: Session, tokens: Sequence[int], *, expired: Callable[[], bool], chunk: int = CHUNK
) -> Generator[None, None, NDArray[np.float32] | None]:
    """Append tokens chunk by chunk; return the logits after the last, or None at the deadline."""
    logits: NDArray[np.float32] | None = None
    for start in range(0, len(tokens), chunk):
        if start:
            yield
        if expired():
            return None
        logits = session.forward(tokens[start : start + chunk])[-1]
    return logits


class Constrained:
    """Decoding under a grammar, with forced tokens appended instead of decoded.

    Where the grammar leaves one text only, its tokens are appended in one step, as the
    tokenizer would write them. The last of them are left to the model where a longer token
    could span the place at which the texts part.

    Args:
        session: holds the prompt.
        masks: of the grammar.
        tokenizer: the model's.
        sampler: picks among the allowed tokens.
        limits: when to end.
        chunk: how many forced tokens to append in one step.
    """

    def __init__(
        self,
        session: Session,
        masks: TokenMasks,
        tokenizer: TextTokenizer,
        *,
        sampler: Sampler,
        limits: Limits,
        chunk: int = CHUNK,
    ) -> None:
        self._session = session
        self._masks = masks
        self._tokenizer = tokenizer
        self._sampler = sampler
        self._limits = limits
        self._chunk = chunk
        self._decoded = Decoded()
        self._state = masks.automaton.START

    def run(self, logits: NDArray[np.float32]) -> Generator[None, None, Decoded]:
        """Decode from the logits after the prompt."""
        current: NDArray[np.float32] | None = logits
        pending: list[int] = []
        while not self._complete():
            # Only a choice needs logits, so appended tokens wait until there is one.
            settled = self._forced()
            if settled:
                pending += self._take(settled)
                continue
            if pending:
                yield
                current = yield from self._append(pending)
                pending = []
            if current is None or self._limits.expired():
                self._decoded.finished = "deadline"
                break
            token = self._choose(current)
            if token == self._tokenizer.eos:
                break
            pending = self._take([token])
        self._decoded.text = self._tokenizer.decode(self._decoded.tokens)
        return self._decoded

    def _append(self, tokens: list[int]) -> Generator[None, None, NDArray[np.float32] | None]:
        expired = self._limits.expired
        return (yield from prefill(self._session, tokens, expired=expired, chunk=self._chunk))

    def _complete(self) -> bool:
        """Tell whether nothing can be added: by the grammar, or by the limit."""
        automaton = self._masks.automaton
        if automaton.accepting(self._state) and not automaton.following(self._state):
            return True
        if len(self._decoded.tokens) >= self._limits.max_tokens:
            self._decoded.finished = "length"
            return True
        return False

    def _forced(self) -> list[int]:
        """Return the tokens that must come next, whatever the model says; none at a choice."""
        text = self._masks.automaton.forced(self._state)
        if text:
            tokens = self._settled(text)
            if tokens:
                return tokens
        allowed = self._masks.allowed(self._state)
        if len(allowed.tokens) == 1 and not self._masks.automaton.accepting(self._state):
            return [int(allowed.tokens[0])]
        return []

    def _settled(self, text: bytes) -> list[int]:
        """Return the tokens of a forced text, less those at its end that could grow."""
        try:
            tokens = self._tokenizer.encode(text.decode())
        except UnicodeDecodeError:  # the choice lies inside a character
            return []
        spelled = [self._masks.vocabulary.by_id[token] for token in tokens]
        if b"".join(spelled) != text:
            return []
        while tokens:
            rest = spelled[-1]
            before = b"".join(spelled[:-1])
            if not self._could_grow(before, rest):
                break
            tokens.pop()
            spelled.pop()
        return tokens

    def _could_grow(self, before: bytes, rest: bytes) -> bool:
        """Tell whether a token longer than ``rest`` may stand where ``rest`` does."""
        state = self._masks.automaton.read(self._state, before)
        assert state is not None, "forced text fits the grammar"
        by_id = self._masks.vocabulary.by_id
        return any(len(by_id[token]) > len(rest) for token in self._masks.allowed(state).tokens)

    def _take(self, tokens: list[int]) -> list[int]:
        """Add tokens to the output, as far as the limit allows; return those added."""
        tokens = tokens[: self._limits.max_tokens - len(self._decoded.tokens)]
        for token in tokens:
            text = self._masks.vocabulary.by_id[token]
            state = self._masks.automaton.read(self._state, text)
            assert state is not None, "only allowed tokens are taken"
            self._state = state
        self._decoded.tokens += tokens
        return tokens

    def _choose(self, logits: NDArray[np.float32]) -> int:
        """Pick one of the allowed tokens (or the end, where the text is complete)."""
        allowed: Allowed = self._masks.allowed(self._state)
        candidates = allowed.tokens
        if self._masks.automaton.accepting(self._state):
            candidates = np.append(candidates, self._tokenizer.eos)
        scores = log_softmax(logits[candidates])
        place = self._sampler.pick(scores)
        self._decoded.log_probability += float(scores[place])
        self._decoded.drawn += 1
        branch = self._branch(candidates, scores, place)
        if branch:
            self._decoded.branches.append(branch)
        return int(candidates[place])

    def _branch(
        self, candidates: NDArray[np.int64], scores: NDArray[np.float32], place: int
    ) -> Branch | None:
        """Return the choice between texts that lies in this choice between tokens, if any.

        Tokens of which one begins with the other may spell the same text, so they are no
        choice: "k" and "kitchen" agree, "kitchen" and "kettle" do not.
        """
        texts = [self._text(int(token)) for token in candidates]
        chances = np.exp(scores)
        chosen = texts[place]
        others = [n for n, text in enumerate(texts) if not _agree(chosen, text)]
        if not others:
            return None
        second = max(others, key=lambda number: float(chances[number]))
        rival = sum(float(chances[n]) for n in others if _agree(texts[second], texts[n]))
        against = sum(float(chances[n]) for n in others)
        return Branch(
            at=len(self._tokenizer.decode(self._decoded.tokens)),
            chosen=chosen.decode(errors="replace"),
            chosen_probability=max(0.0, 1.0 - against),
            runner_up=texts[second].decode(errors="replace"),
            runner_up_probability=min(1.0, rival),
        )

    def _text(self, token: int) -> bytes:
        return b"" if token == self._tokenizer.eos else self._masks.vocabulary.by_id[token]


def _agree(one: bytes, other: bytes) -> bool:
    """Tell whether two tokens may begin the same text; the end (empty) agrees with itself."""
    if not one or not other:
        return one == other
    return one.startswith(other) or other.startswith(one)


def decode_freely(
    session: Session,
    tokenizer: TextTokenizer,
    logits: NDArray[np.float32],
    *,
    sampler: Sampler,
    limits: Limits,
    stop: Sequence[str] = (),
) -> Generator[None, None, Decoded]:
    """Decode without a grammar until the end token, a stop string or a limit.

    Special tokens but the end token are never produced.
    """
    decoded = Decoded()
    special = np.array([n for n, text in enumerate(tokenizer.vocabulary()) if not text], np.int64)
    special = special[special != tokenizer.eos]
    vocabulary = len(tokenizer.vocabulary())
    while True:
        if limits.expired():
            decoded.finished = "deadline"
            break
        # A model may have more rows than its tokenizer has tokens.
        scores = logits[:vocabulary].copy()
        scores[special] = -np.inf
        scores = log_softmax(scores)
        token = sampler.pick(scores)
        decoded.log_probability += float(scores[token])
        decoded.drawn += 1
        if token == tokenizer.eos:
            break
        decoded.tokens.append(token)
        decoded.text = tokenizer.decode(decoded.tokens)
        ends = [at for at in (decoded.text.find(text) for text in stop if text) if at >= 0]
        if ends:
            decoded.text = decoded.text[: min(ends)]
            break
        if len(decoded.tokens) >= limits.max_tokens:
            decoded.finished = "length"
            break
        yield
        logits = session.forward([token])[-1]
    return decoded
