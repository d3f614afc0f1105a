"""Vocabulary pruning: a model that knows fewer tokens, and a tokenizer to go with it.

The embedding is a fifth of a small model, and most of its rows are for words that a gateway
never reads. Without them the same words are written with smaller pieces, down to single bytes,
so every text can still be read and written.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lamplighter.errors import ModelError
from lamplighter.model.build.architecture import Weights
from lamplighter.model.build.stored import rows_of, stored_blocks

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from lamplighter.model.build.quantise import Blocks

# All that stand in UTF-8 texts, but for those that lead letters of no living script.
_LEAST_BYTES = 224
_BY_TOKEN = ("model.embed_tokens.weight", "lm_head.weight")


class TrimmedWeights:
    """A model's weights with the rows of some tokens only.

    Args:
        base: the whole model's weights.
        kept: old ids of the tokens that stay; a token's new id is its place in here.

    Raises:
        ModelError: the model has no row for one of them.
    """

    def __init__(self, base: Weights, kept: Sequence[int]) -> None:
        self._base = base
        self._kept = list(kept)
        rows = base.architecture.vocabulary
        if max(self._kept) >= rows:
            reason = f"has a token {max(self._kept)}, and the embedding {rows} rows only"
            raise ModelError("tokenizer", reason)
        self.architecture = dataclasses.replace(base.architecture, vocabulary=len(self._kept))

    def tensor(self, name: str) -> NDArray[np.float32]:
        """Return a tensor; the embedding's and the head's rows are those of the kept tokens.

        Raises:
            ModelError: there is none of that name.
        """
        tensor = self._base.tensor(name)
        return tensor[self._kept] if name in _BY_TOKEN else tensor

    def blocks(self, name: str) -> Blocks | None:
        """Return the blocks that the file of the whole model has, or None."""
        found = stored_blocks(self._base, name)
        return rows_of(found, self._kept) if found and name in _BY_TOKEN else found


@dataclass(frozen=True, slots=True)
class TrimmedTokenizer:
    """A tokenizer with fewer tokens.

    Attributes:
        json: what its ``tokenizer.json`` says.
        kept: the old id of each new id, ascending.
    """

    json: str
    kept: tuple[int, ...]


def read_kept_tokens(path: Path) -> list[int | str]:
    """Return the list in a JSON file of tokens to keep: ids, or texts as the tokenizer has them.

    Raises:
        ModelError: it can't be read or is no such list.
    """
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(path.name, f"is no list of tokens: {error}") from error
    if not isinstance(value, list) or not all(type(each) in (int, str) for each in value):
        raise ModelError(path.name, "must be a JSON list of token ids and texts")
    return value


def trim_tokenizer(tokenizer_json: str, wanted: Iterable[int | str]) -> TrimmedTokenizer:
    """Return the tokenizer with the wanted tokens and those that it can't do without.

    Those are the special tokens, one for each byte, and the parts that a kept token is merged
    from: a byte-pair encoding reaches a token only through its parts. A text whose tokens are all
    kept is cut into the same tokens as before, as long as each is made by one merge only.

    Args:
        tokenizer_json: a ``tokenizer.json`` of the kind BPE, by bytes or with a fallback to them.
        wanted: token ids, or texts as the vocabulary has them (``Ġthe`` for " the").

    Raises:
        ModelError: the tokenizer is of another kind, or has no such token.
    """
    data = _parse(tokenizer_json)
    model = data["model"]
    vocabulary: dict[str, int] = model["vocab"]
    added = {entry["content"]: entry["id"] for entry in data.get("added_tokens") or ()}
    merges = [_pair(merge) for merge in model["merges"]]
    roots = _texts(wanted, {**vocabulary, **added}) | set(added) | _byte_tokens(data)
    kept_texts = _with_parts(roots, merges)
    old = {**vocabulary, **added}
    kept = tuple(sorted({old[text] for text in kept_texts}))
    new = {number: place for place, number in enumerate(kept)}
    model["vocab"] = {text: new[n] for text, n in vocabulary.items() if text in kept_texts}
    model["merges"] = [
        merge
        for merge, (left, right) in zip(model["merges"], merges, strict=True)
        if {left, right, left + right} <= kept_texts
    ]
    for entry in data.get("added_tokens") or ():
        entry["id"] = new[entry["id"]]
    data["padding"] = None
    _renumber_processor(data.get("post_processor"), new)
    return TrimmedTokenizer(json.dumps(data, ensure_ascii=False), kept)


def _parse(tokenizer_json: str) -> dict[str, Any]:
    try:
        data: dict[str, Any] = json.loads(tokenizer_json)
        model = data["model"]
        # Files of before 2021 name no kind; only BPE has merges.
        if model.get("type", "BPE") != "BPE" or not isinstance(model["merges"], list):
            raise ModelError("tokenizer", f"{model['type']} can't be trimmed, only BPE")
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelError("tokenizer", f"can't be read: {error!r}") from error
    return data


def _pair(merge: str | list[str]) -> tuple[str, str]:
    left, right = merge.split(" ") if isinstance(merge, str) else merge
    return left, right


def _texts(wanted: Iterable[int | str], vocabulary: dict[str, int]) -> set[str]:
    by_id = {number: text for text, number in vocabulary.items()}
    found = set()
    for token in wanted:
        text = by_id.get(token) if isinstance(token, int) else token
        if text not in vocabulary:
            raise ModelError("tokenizer", f"has no token {token!r} to keep")
        found.add(text)
    return found


def _byte_tokens(data: dict[str, Any]) -> set[str]:
    """Return the tokens of single bytes; some tokenizers lack those that no UTF-8 text has."""
    from tokenizers import pre_tokenizers

    model = data["model"]
    fallback = {f"<0x{byte:02X}>" for byte in range(256)}
    letters = set(pre_tokenizers.ByteLevel.alphabet())
    needed = (fallback if model.get("byte_fallback") else letters) & set(model["vocab"])
    if len(needed) < _LEAST_BYTES:
        raise ModelError("tokenizer", "can't be trimmed: it does not fall back to bytes")
    unknown = model.get("unk_token")
    return needed | ({unknown} if unknown in model["vocab"] else set())


def _with_parts(roots: set[str], merges: Iterable[tuple[str, str]]) -> set[str]:
    """Return texts and, again and again, the two parts that each is first merged from."""
    parts: dict[str, tuple[str, str]] = {}
    for left, right in merges:
        parts.setdefault(left + right, (left, right))
    found, waiting = set(roots), list(roots)
    while waiting:
        for part in parts.get(waiting.pop(), ()):
            if part not in found:
                found.add(part)
                waiting.append(part)
    return found


def _renumber_processor(processor: Any, new: dict[int, int]) -> None:
    """Write the new ids into what adds special tokens around a text."""
    if not processor:
        return
    kind = processor["type"]
    if kind == "Sequence":
        for each in processor["processors"]:
            _renumber_processor(each, new)
    elif kind == "TemplateProcessing":
        for token in processor["special_tokens"].values():
            token["ids"] = [new[number] for number in token["ids"]]
    elif kind in ("BertProcessing", "RobertaProcessing"):
        for end in ("sep", "cls"):
            processor[end][1] = new[processor[end][1]]
    elif kind != "ByteLevel":
        raise ModelError("tokenizer", f"can't be trimmed: post-processor {kind} is not known")
