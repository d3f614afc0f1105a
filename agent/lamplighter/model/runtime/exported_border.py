"""The inputs and outputs of a decoder that another tool exported, and what each is given.

Exports of Optimum, transformers.js and onnxruntime-genai agree on the names, and differ in
which of them they have: ``position_ids`` or not, ``num_logits_to_keep`` or not, a mask or
lengths, half precision or not, axes with numbers or with names.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from lamplighter.errors import ModelError

if TYPE_CHECKING:
    from numpy.typing import NDArray

LOGITS = "logits"
_CACHE = re.compile(r"(past_key_values|past|present|present_key_values)[._](\d+)[._](key|value)")
_NUMBERS: dict[str, Any] = {
    "tensor(int64)": np.int64,
    "tensor(int32)": np.int32,
    "tensor(bool)": np.bool_,
}
_FLOATS: dict[str, Any] = {"tensor(float)": np.float32, "tensor(float16)": np.float16}
# By rank: a number, a row, a row of a batch of one.
_SHAPES: tuple[tuple[int, ...], ...] = ((), (-1,), (1, -1))


class Node(Protocol):
    """What onnxruntime says of an input or output."""

    name: str
    type: str
    shape: Sequence[int | str | None]


@dataclass(frozen=True, slots=True)
class Step:
    """One run of the graph.

    Attributes:
        tokens: to append.
        past: how many the cache holds.
        kept: how many of the last logits are wanted.
    """

    tokens: Sequence[int]
    past: int
    kept: int

    def value(self, name: str) -> Any:
        """Return what an input of this name is given.

        Raises:
            KeyError: the name is not known.
        """
        end = self.past + len(self.tokens)
        return {
            "input_ids": self.tokens,
            "attention_mask": np.ones(end),
            "position_ids": np.arange(self.past, end),
            "cache_position": np.arange(self.past, end),
            "seqlens_k": end - 1,
            "past_sequence_length": self.past,
            "past_seq_len": self.past,
            "total_sequence_length": end,
            "total_seq_len": end,
            # 0 would be all of them.
            "num_logits_to_keep": max(1, self.kept),
            "logits_to_keep": max(1, self.kept),
            "use_cache_branch": self.past > 0,
        }[name]


@dataclass(frozen=True, slots=True)
class Plain:
    """An input that is no cache.

    Attributes:
        name: of it.
        dtype: NumPy's.
        rank: how many axes it has.
    """

    name: str
    dtype: Any
    rank: int

    def array(self, step: Step) -> NDArray[Any]:
        """Return what it is given in a step."""
        return np.asarray(step.value(self.name), self.dtype).reshape(_SHAPES[self.rank])


@dataclass(frozen=True, slots=True)
class Border:
    """How a graph is fed and read.

    Attributes:
        plain: the inputs that are no cache.
        pasts: names of the cache's inputs: key and value of the first layer, of the second …
        presents: names of the outputs that are the next step's pasts, in the same order.
        heads: of keys and values.
        width: of a head.
        dtype: of the cache, NumPy's.
    """

    plain: tuple[Plain, ...]
    pasts: tuple[str, ...]
    presents: tuple[str, ...]
    heads: int
    width: int
    dtype: Any


def read_border(
    model: str,
    inputs: Sequence[Node],
    outputs: Sequence[Node],
    *,
    heads: int | None,
    width: int | None,
) -> Border:
    """Return how a graph is fed.

    Args:
        model: what errors call the model.
        inputs: of the graph.
        outputs: of the graph.
        heads: of keys and values, for graphs that give that axis a name only.
        width: of a head, likewise.

    Raises:
        ModelError: it is no decoder with a cache, or has inputs that are not understood.
    """
    pasts = {place: node for node in inputs if (place := _place(node.name))}
    presents = {place: node.name for node in outputs if (place := _place(node.name))}
    others = [node for node in inputs if not _place(node.name)]
    plain = [_plain(node) for node in others]
    strange = [node.name for node, known in zip(others, plain, strict=True) if known is None]
    if strange:
        raise ModelError(model, f"asks for inputs that are not understood: {', '.join(strange)}")
    if "input_ids" not in {node.name for node in others}:
        raise ModelError(model, "is no decoder: it has no input input_ids")
    if LOGITS not in {node.name for node in outputs}:
        raise ModelError(model, f"is no decoder: it has no output {LOGITS}")
    if not pasts or set(pasts) - set(presents):
        reason = "is exported without a cache (past_key_values.N.key in, present.N.key out)"
        raise ModelError(model, reason)
    _check_cache(model, list(pasts.values()))
    order = sorted(pasts)
    first = pasts[order[0]]
    return Border(
        plain=tuple(known for known in plain if known is not None),
        pasts=tuple(pasts[place].name for place in order),
        presents=tuple(presents[place] for place in order),
        heads=_axis(model, first.shape[1], heads),
        width=_axis(model, first.shape[3], width),
        dtype=_FLOATS[first.type],
    )


def _place(name: str) -> tuple[int, str] | None:
    """Return the layer of an input or output of the cache, and which of the two it is."""
    found = _CACHE.fullmatch(name)
    return (int(found[2]), found[3]) if found else None


def _plain(node: Node) -> Plain | None:
    """Return an input that is no cache; None where nothing is known to give it."""
    try:
        Step((0,), 0, 1).value(node.name)
    except KeyError:
        return None
    dtype, rank = _NUMBERS.get(node.type), len(node.shape)
    return Plain(node.name, dtype, rank) if dtype and rank < len(_SHAPES) else None


def _check_cache(model: str, pasts: Sequence[Node]) -> None:
    for node in pasts:
        if len(node.shape) != 4 or isinstance(node.shape[2], int):
            shape = ", ".join(map(str, node.shape))
            raise ModelError(model, f"has a cache of a shape that is not understood: [{shape}]")
        if node.type not in _FLOATS or node.type != pasts[0].type:
            raise ModelError(model, f"has a cache of a type that is not understood: {node.type}")


def _axis(model: str, graph: int | str | None, config: int | None) -> int:
    """Return an axis's length: the graph's, or else that of the model's configuration."""
    if isinstance(graph, int):
        return graph
    if config is None:
        reason = "neither the graph nor config.json says how many heads of which width there are"
        raise ModelError(model, reason)
    return config
