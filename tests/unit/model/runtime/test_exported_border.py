from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pytest

from lamplighter.errors import ModelError
from lamplighter.model.runtime.exported_border import Border, Step, read_border

INT64, INT32, FLOAT = "tensor(int64)", "tensor(int32)", "tensor(float)"


@dataclass
class Axes:
    """An input or output as onnxruntime tells of it."""

    name: str
    type: str
    shape: Sequence[int | str | None]


def cache(name: str, **changes: object) -> list[Axes]:
    kind = str(changes.get("type", FLOAT))
    shape: list[int | str | None] = ["batch", 2, "past", 8]
    return [
        Axes(f"{name}.{layer}.{part}", kind, shape)
        for layer in (10, 9)
        for part in ("value", "key")
    ]


IDS = Axes("input_ids", INT64, ["batch", "length"])
MASK = Axes("attention_mask", INT64, ["batch", "total"])
LOGITS = Axes("logits", FLOAT, ["batch", "length", 380])


def border_of(
    inputs: Sequence[Axes], outputs: Sequence[Axes] | None = None, **sizes: int | None
) -> Border:
    given = [LOGITS, *cache("present")] if outputs is None else outputs
    wanted = {"heads": None, "width": None} | sizes
    return read_border("m", inputs, given, heads=wanted["heads"], width=wanted["width"])


def test_layers_are_put_in_order_by_their_numbers() -> None:
    border = border_of([IDS, MASK, *cache("past_key_values")])
    names = [f"{layer}.{part}" for layer in (9, 10) for part in ("key", "value")]
    assert border.pasts == tuple(f"past_key_values.{name}" for name in names)
    assert border.presents == tuple(f"present.{name}" for name in names)
    assert (border.heads, border.width, border.dtype) == (2, 8, np.float32)


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        (IDS, [[7, 8]]),
        (MASK, [[1, 1, 1, 1, 1]]),
        (Axes("position_ids", INT64, ["batch", "length"]), [[3, 4]]),
        (Axes("cache_position", INT64, ["length"]), [3, 4]),
        (Axes("seqlens_k", INT32, ["batch"]), [4]),
        (Axes("seqlens_k", INT32, ["batch", 1]), [[4]]),
        (Axes("total_sequence_length", INT32, []), 5),
        (Axes("past_sequence_length", INT32, [1]), [3]),
        (Axes("num_logits_to_keep", INT64, []), 2),
        (Axes("use_cache_branch", "tensor(bool)", [1]), [True]),
    ],
)
def test_inputs_are_given_what_their_names_say(node: Axes, expected: object) -> None:
    others = [] if node is IDS else [IDS]
    border = border_of([*others, node, *cache("past_key_values")])
    value = border.plain[-1].array(Step((7, 8), 3, 2))
    assert value.tolist() == expected
    assert str(value.dtype) in node.type


def test_sizes_that_the_graph_only_names_come_from_the_configuration() -> None:
    pasts = [Axes(node.name, node.type, ["b", "h", "p", "w"]) for node in cache("past_key_values")]
    border = border_of([IDS, *pasts], heads=3, width=16)
    assert (border.heads, border.width) == (3, 16)
    with pytest.raises(ModelError, match=r"neither the graph nor config\.json"):
        border_of([IDS, *pasts], heads=3)


@pytest.mark.parametrize(
    ("inputs", "reason"),
    [
        ([IDS, Axes("encoder_hidden_states", FLOAT, ["b", "s", 64])], "encoder_hidden_states"),
        ([Axes("input_features", FLOAT, [1, 80, 3000])], "input_features"),
        ([IDS, Axes("past_0", FLOAT, [2, "b", 4, "p", 8])], "past_0"),
        ([IDS, Axes("position_ids", INT64, [3, "b", "s"])], "position_ids"),
        ([IDS, Axes("attention_mask", FLOAT, ["b", "s"])], "attention_mask"),
        ([IDS, Axes("past_key_values.0.decoder.key", FLOAT, ["b", 2, "p", 8])], "decoder.key"),
    ],
)
def test_inputs_that_are_not_understood_are_named(inputs: list[Axes], reason: str) -> None:
    with pytest.raises(ModelError, match=rf"not understood: .*{reason}"):
        border_of([*inputs, *cache("past_key_values")])


def test_an_encoder_is_no_decoder() -> None:
    with pytest.raises(ModelError, match="no output logits"):
        border_of([IDS, MASK], [Axes("last_hidden_state", FLOAT, ["b", "s", 384])])
    with pytest.raises(ModelError, match="no input input_ids"):
        border_of([MASK])


def test_a_decoder_without_a_cache_is_refused() -> None:
    with pytest.raises(ModelError, match="without a cache"):
        border_of([IDS, MASK])
    with pytest.raises(ModelError, match="without a cache"):
        border_of([IDS, *cache("past_key_values")], [LOGITS])


def test_a_cache_of_a_fixed_length_or_an_odd_type_is_refused() -> None:
    fixed = [Axes(node.name, node.type, [1, 2, 512, 8]) for node in cache("past_key_values")]
    with pytest.raises(ModelError, match=r"shape that is not understood: \[1, 2, 512, 8\]"):
        border_of([IDS, *fixed])
    with pytest.raises(ModelError, match=r"type that is not understood: tensor\(bfloat16\)"):
        border_of([IDS, *cache("past_key_values", type="tensor(bfloat16)")])
