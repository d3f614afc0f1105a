"""Decoding under a grammar, with forced tokens appended instead of decoded."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from lamplighter.errors import ModelError
from lamplighter.model.decoding.decode import Decoded, Means, not_numbers, prefill
from lamplighter.model.decoding.masks import TokenMasks
from lamplighter.model.decoding.pieces import Pieces
from lamplighter.model.decoding.sampling import log_softmax
from lamplighter.model.request import Branch

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Constrained:
    """One text of a grammar, chosen by the model where the grammar leaves a choice.

    Where the grammar leaves one text only, its tokens are appended in one step, as the
    tokenizer would write them. The last of them are left to the model where a longer token
    could span the place at which the texts part.

    Args:
        means: what to decode with.
        masks: of the grammar.
    """

    def __init__(self, means: Means, masks: TokenMasks) -> None:
        self._means = means
        self._masks = masks
        self._ends = np.array(sorted(means.ends), np.int64)
        self._decoded = Decoded()
        self._pieces = Pieces()
        self._state = masks.automaton.START

    def run(self, logits: NDArray[np.float32]) -> Generator[str, None, Decoded]:
        """Decode from the logits after the prompt.

        Raises:
            ModelError: the model computes no finite numbers, or it failed.
        """
        current: NDArray[np.float32] | None = logits
        pending: list[int] = []
        fresh = ""
        while not self._complete():
            # Only a choice needs logits, so appended tokens wait until there is one.
            settled = self._forced()
            if settled:
                fresh += self._take(settled, pending)
                continue
            if pending:
                yield fresh
                fresh = ""
                current = yield from self._append(pending)
                pending = []
            if current is None or self._means.limits.expired():
                self._decoded.finished = "deadline"
                break
            token = self._choose(current)
            if token is None:
                break
            fresh += self._take([token], pending)
        self._pieces.finish()
        self._decoded.text = self._pieces.text
        return self._decoded

    def _append(self, tokens: list[int]) -> Generator[str, None, NDArray[np.float32] | None]:
        means = self._means
        return (
            yield from prefill(means.decoder, tokens, expired=means.limits.expired, pace=means.pace)
        )

    def _complete(self) -> bool:
        """Tell whether nothing can be added: by the grammar, or by the limit."""
        automaton = self._masks.automaton
        if automaton.accepting(self._state) and not automaton.following(self._state):
            return True
        if len(self._decoded.tokens) >= self._means.limits.max_tokens:
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
            tokens = self._means.tokenizer.encode(text.decode())
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

    def _take(self, tokens: list[int], pending: list[int]) -> str:
        """Add tokens to the output and to what waits, as far as the limit allows.

        Returns:
            The text that is certain by them.
        """
        fresh = ""
        tokens = tokens[: self._means.limits.max_tokens - len(self._decoded.tokens)]
        for token in tokens:
            text = self._masks.vocabulary.by_id[token]
            state = self._masks.automaton.read(self._state, text)
            assert state is not None, "only allowed tokens are taken"
            self._state = state
            fresh += self._pieces.add(text)
        self._decoded.tokens += tokens
        pending += tokens
        return fresh

    def _choose(self, logits: NDArray[np.float32]) -> int | None:
        """Pick one of the allowed tokens, or None for the end, where the text is complete."""
        tokens, ends = self._candidates(len(logits))
        candidates = np.concatenate([tokens, ends])
        found = logits[candidates]
        if not np.isfinite(found).all():
            raise not_numbers()
        scores = log_softmax(found)
        place = self._means.sampler.pick(scores)
        self._decoded.log_probability += float(scores[place])
        self._decoded.drawn += 1
        texts = [self._masks.vocabulary.by_id[token] for token in tokens] + [b""] * len(ends)
        branch = self._branch(texts, scores, place)
        if branch:
            self._decoded.branches.append(branch)
        return int(tokens[place]) if place < len(tokens) else None

    def _candidates(self, rows: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the tokens of a text, and those of its end, that may come next.

        A token that ends turns may also spell what the grammar asks for: then it is that.

        Args:
            rows: of the model; some tokenizers have tokens that their model has no row for.
        """
        tokens = self._masks.allowed(self._state).tokens
        ends = self._ends if self._masks.automaton.accepting(self._state) else self._ends[:0]
        ends = ends[(ends < rows) & ~np.isin(ends, tokens)]
        tokens = tokens[tokens < rows]
        if not len(tokens) and not len(ends):
            raise ModelError("grammar", "the model has no row for any token that it allows")
        return tokens, ends

    def _branch(
        self, texts: Sequence[bytes], scores: NDArray[np.float32], place: int
    ) -> Branch | None:
        """Return the choice between texts that lies in this choice between tokens, if any.

        Tokens of which one begins with the other may spell the same text, so they are no
        choice: "k" and "kitchen" agree, "kitchen" and "kettle" do not.

        Args:
            texts: what each token spells; empty for the end.
            scores: the logarithm of the probability of each.
            place: the one that was taken.
        """
        chances = np.exp(scores)
        chosen = texts[place]
        others = [n for n, text in enumerate(texts) if not _agree(chosen, text)]
        if not others:
            return None
        second = max(others, key=lambda number: float(chances[number]))
        rival = sum(float(chances[n]) for n in others if _agree(texts[second], texts[n]))
        against = sum(float(chances[n]) for n in others)
        return Branch(
            at=len(self._means.tokenizer.decode(self._decoded.tokens)),
            chosen=chosen.decode(errors="replace"),
            chosen_probability=max(0.0, 1.0 - against),
            runner_up=texts[second].decode(errors="replace"),
            runner_up_probability=min(1.0, rival),
        )


def _agree(one: bytes, other: bytes) -> bool:
    """Tell whether two tokens may begin the same text; the end (empty) agrees with itself."""
    if not one or not other:
        return one == other
    return one.startswith(other) or other.startswith(one)
