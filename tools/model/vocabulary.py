"""Vocabulary trimming: which tokens a model for one job can do without.

What stays: every token that the job's own texts use, and as many of the others as there is room
for, the earliest merged first. A byte-pair encoding merges the most frequent pairs first, so a
token's place among the merges is its place among the words of the tokenizer's own corpus.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence

from lamplighter.errors import ModelError


def count_tokens(rows: Iterable[Sequence[int]]) -> Counter[int]:
    """Return how often each token occurs."""
    counted: Counter[int] = Counter()
    for row in rows:
        counted.update(row)
    return counted


def choose_tokens(tokenizer_json: str, used: Iterable[int], size: int) -> tuple[int | str, ...]:
    """Return the tokens to keep: those used, then the earliest merged until there are ``size``.

    Special tokens, bytes and the parts of kept tokens are added by
    ``lamplighter.model.build.prune_vocabulary`` and may make it a little more.

    Args:
        tokenizer_json: a ``tokenizer.json`` of the kind BPE.
        used: ids of the tokens that must stay.
        size: how many to keep.

    Raises:
        ModelError: more are used than may be kept, or the tokenizer is of another kind.
    """
    try:
        model = json.loads(tokenizer_json)["model"]
        vocabulary: dict[str, int] = model["vocab"]
        merged = ["".join(m.split(" ") if isinstance(m, str) else m) for m in model["merges"]]
    except (ValueError, KeyError, TypeError) as error:
        raise ModelError("tokenizer", f"is no byte-pair encoding: {error!r}") from error
    kept = dict.fromkeys(used)
    if len(kept) > size:
        raise ModelError("vocabulary", f"{len(kept)} tokens are used, {size} may be kept")
    for text in merged:
        if len(kept) >= size:
            break
        kept.setdefault(vocabulary[text])
    return tuple(sorted(kept))


def covered(counted: Counter[int], kept: Iterable[int | str]) -> float:
    """Return the share of counted tokens that are kept, 0 to 1."""
    stay = set(kept)
    total = counted.total()
    return sum(n for token, n in counted.items() if token in stay) / total if total else 1.0
