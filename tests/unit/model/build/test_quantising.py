from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from lamplighter.errors import ModelError
from lamplighter.model.build.architecture import Architecture, Weights
from lamplighter.model.build.quantise import Blocks, quantise_4bit, quantise_8bit
from lamplighter.model.build.quantise_search import search_4bit
from lamplighter.model.build.quantising import QuantisedWeights
from lamplighter.model.build.recipe import Quantise
from lamplighter.model.fidelity.perplexity import Stream
from lamplighter.model.fidelity.reference import Reference

Make = Callable[..., Weights]
GPTQ = Quantise(bits=4, method="gptq", keep_8bit=("*.v_proj.weight", "model.embed*"))
TOKENS = [int(token) for token in np.random.default_rng(9).integers(0, 90, 700)]
LINEARS = (
    *(f"self_attn.{each}_proj" for each in "qkvo"),
    *(f"mlp.{each}_proj" for each in ("gate", "up", "down")),
)


class Dequantised:
    """The weights that blocks stand for."""

    def __init__(self, quantised: QuantisedWeights) -> None:
        self.quantised = quantised
        self.architecture: Architecture = quantised.architecture

    def tensor(self, name: str) -> NDArray[np.float32]:
        if name.endswith("norm.weight"):
            return self.quantised.tensor(name)
        return self.quantised.blocks(name).dequantised()


class Counted:
    """Weights that count how often a tensor is read."""

    def __init__(self, weights: Weights) -> None:
        self.weights = weights
        self.architecture = weights.architecture
        self.read: list[str] = []

    def tensor(self, name: str) -> NDArray[np.float32]:
        self.read.append(name)
        return self.weights.tensor(name)


def all_blocks(quantised: QuantisedWeights) -> dict[str, Blocks]:
    names = [f"model.layers.{layer}.{each}.weight" for layer in range(2) for each in LINEARS]
    return {name: quantised.blocks(name) for name in names}


def same(one: dict[str, Blocks], other: dict[str, Blocks]) -> bool:
    return one.keys() == other.keys() and all(
        np.array_equal(one[name].dequantised(), other[name].dequantised()) for name in one
    )


def error(stream: Stream, exact: Stream) -> float:
    windows = [TOKENS[:60], TOKENS[60:120]]
    got, expected = (np.concatenate(list(each(windows))) for each in (stream, exact))
    return float(np.linalg.norm(got - expected) / np.linalg.norm(expected))


@pytest.mark.parametrize(
    ("settings", "make"),
    [
        (Quantise(), quantise_8bit),
        (Quantise(bits=4), quantise_4bit),
        (Quantise(bits=4, method="search"), search_4bit),
        (Quantise(bits=4, method="search", keep_8bit=("*",)), quantise_8bit),
    ],
)
def test_the_recipe_chooses_bits_and_method(
    settings: Quantise, make: Callable[..., Blocks], make_weights: Make
) -> None:
    weights = make_weights(90)
    got = QuantisedWeights(weights, settings).blocks("model.embed_tokens.weight")
    expected = make(weights.tensor("model.embed_tokens.weight"), 32)
    assert got.bits == expected.bits
    np.testing.assert_array_equal(got.dequantised(), expected.dequantised())


def test_calibrated_matrices_have_the_bits_that_the_recipe_gives_them(make_weights: Make) -> None:
    quantised = QuantisedWeights(make_weights(90), GPTQ, calibration=TOKENS)
    for name, blocks in all_blocks(quantised).items():
        assert blocks.bits == quantised.bits(name) == (8 if "v_proj" in name else 4)
        assert blocks.dequantised().shape == make_weights(90).tensor(name).shape
    assert quantised.blocks("model.embed_tokens.weight").bits == 8


def test_calibration_brings_the_model_nearer_to_its_weights(make_weights: Make) -> None:
    weights = make_weights(90)
    exact = Reference(weights).stream
    calibrated = Dequantised(QuantisedWeights(weights, GPTQ, calibration=TOKENS))
    nearest = Quantise(bits=4, keep_8bit=GPTQ.keep_8bit)
    rounded = Dequantised(QuantisedWeights(weights, nearest))
    assert error(Reference(calibrated).stream, exact) < error(Reference(rounded).stream, exact)


def test_finished_layers_are_taken_from_the_cache(tmp_path: Path, make_weights: Make) -> None:
    def quantised(weights: Weights, **changes: Any) -> QuantisedWeights:
        given: dict[str, Any] = {"calibration": TOKENS, "identity": "x", "cache": tmp_path}
        return QuantisedWeights(weights, GPTQ, **(given | changes))

    first = all_blocks(quantised(make_weights(90)))
    counted = Counted(make_weights(90))
    assert same(all_blocks(quantised(counted)), first)
    assert counted.read == []
    all_blocks(quantised(counted, identity="y"))
    assert counted.read != []
    assert not same(all_blocks(quantised(make_weights(90), calibration=TOKENS[:400])), first)


@pytest.mark.parametrize("damage", ["missing", "broken", "empty"])
def test_an_interrupted_build_goes_on_after_the_last_finished_layer(
    damage: str, tmp_path: Path, make_weights: Make
) -> None:
    def quantised(weights: Weights) -> QuantisedWeights:
        return QuantisedWeights(weights, GPTQ, calibration=TOKENS, cache=tmp_path)

    first = all_blocks(quantised(make_weights(90)))
    (left,) = tmp_path.glob("*/layer-1.npz")
    content = {"broken": left.read_bytes()[:-300], "empty": b""}
    left.unlink()
    if damage in content:
        left.write_bytes(content[damage])
    counted = Counted(make_weights(90))
    assert same(all_blocks(quantised(counted)), first)
    assert not [name for name in counted.read if "layers.0" in name and "_proj" in name]
    assert sorted(path.name for path in left.parent.iterdir()) == ["layer-0.npz", "layer-1.npz"]


def test_progress_is_told_layer_by_layer(make_weights: Make) -> None:
    shares: list[float] = []
    quantised = QuantisedWeights(
        make_weights(90), GPTQ, calibration=TOKENS[:600], progress=shares.append
    )
    all_blocks(quantised)
    assert shares == [0.5, 1.0]


def test_a_layer_that_was_passed_and_not_kept_is_refused(make_weights: Make) -> None:
    quantised = QuantisedWeights(make_weights(90), GPTQ, calibration=TOKENS[:600])
    quantised.blocks("model.layers.1.mlp.up_proj.weight")
    with pytest.raises(ModelError, match="layer 0 was passed"):
        quantised.blocks("model.layers.0.mlp.up_proj.weight")


def test_calibration_without_a_text_is_refused(make_weights: Make) -> None:
    with pytest.raises(ModelError, match="needs a calibration text"):
        QuantisedWeights(make_weights(90), GPTQ).blocks("model.layers.0.mlp.up_proj.weight")


def test_exact_is_refused_where_there_is_nothing_to_keep(make_weights: Make) -> None:
    quantised = QuantisedWeights(make_weights(90), Quantise(method="exact"))
    with pytest.raises(ModelError, match="has no blocks to keep"):
        quantised.blocks("model.embed_tokens.weight")
