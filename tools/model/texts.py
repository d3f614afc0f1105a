"""What the laboratory measures and trains on, in tokens."""

from __future__ import annotations

import hashlib
import pydoc_data.topics
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from tools.model.importance import Importance, load, measure_importance
from tools.model.parts import Parts
from tools.model.samples import encode_case, read_cases
from tools.model.torch_llama import best_device, to_torch
from tools.model.variants import Grounds
from tools.model.vocabulary import count_tokens
from tools.model.weights import layer

_PROSE_ROWS = 12
_PROSE_LENGTH = 256
_CASES = 96


def prose() -> str:
    """Return English prose that is on every machine: Python's own language reference."""
    topics = pydoc_data.topics.topics
    return "\n".join(topics[name] for name in sorted(topics))


@dataclass(frozen=True, slots=True)
class Texts:
    """What there is to train on and to choose by.

    Attributes:
        cases: files of a task's cases, one for each stage of training; the last one also for
            the stages that there is no file for.
        prose: general text.
    """

    cases: tuple[Path, ...]
    prose: str

    def of_stage(self, number: int) -> Path:
        """Return the file of cases for a stage, counted from 0."""
        return self.cases[min(number, len(self.cases) - 1)]

    def tokens(self, parts: Parts) -> Iterator[list[int]]:
        """Yield the first stage's cases and the prose in a model's tokens."""
        yield from self._case_tokens(parts)
        yield parts.tokenizer().encode(self.prose)

    def sample(self, parts: Parts) -> Iterator[list[int]]:
        """Yield a few rows of prose, from all over it, and of cases."""
        tokens = parts.tokenizer().encode(self.prose)
        apart = max(1, len(tokens) // _PROSE_ROWS)
        yield from (tokens[n : n + _PROSE_LENGTH] for n in range(0, len(tokens), apart))
        yield from islice(self._case_tokens(parts), _CASES)

    def _case_tokens(self, parts: Parts) -> Iterator[list[int]]:
        tokenizer, template = parts.tokenizer(), parts.template()
        for case in read_cases(self.of_stage(0)):
            sample = encode_case(case, tokenizer, template)
            yield [*sample.prefix, *sample.rest]


def find_grounds(whole: Parts, texts: Texts, work: Path) -> Grounds:
    """Return what pruning chooses by; importances are measured once for the same weights.

    Raises:
        ModelError: the cases can't be read.
    """
    used = frozenset(count_tokens(texts.tokens(whole)))
    return Grounds(_importance(whole, texts, work), used)


def _importance(whole: Parts, texts: Texts, work: Path) -> Importance:
    weights = whole.weights.tensor(f"{layer(0)}.self_attn.q_proj.weight")
    path = work / f"importance-{hashlib.sha256(weights.tobytes()).hexdigest()[:12]}.npz"
    if not path.exists():
        model = to_torch(whole.weights, device=best_device())
        measure_importance(model, texts.sample(whole)).save(path)
    return load(path)
