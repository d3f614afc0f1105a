from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from lamplighter.model.build.architecture import Weights
from lamplighter.model.build.calibrated import CalibratedLayers, LayerStore, store_name
from lamplighter.model.build.quantise import Blocks, quantise_4bit, quantise_8bit
from lamplighter.model.fidelity.reference import Reference

WINDOWS = [[1, 2, 3, 4], [5, 6, 7]]


def test_later_matrices_see_what_quantised_ones_before_them_made(
    make_weights: Callable[..., Weights],
) -> None:
    weights = make_weights(90)
    coarse: dict[str, NDArray[np.float32]] = {}
    hessians: dict[str, NDArray[np.float32]] = {}

    def quantise(names: Sequence[str], hessian: NDArray[np.float32]) -> list[Blocks]:
        blocks = [quantise_4bit(weights.tensor(name), 32) for name in names]
        for name, each in zip(names, blocks, strict=True):
            coarse[name], hessians[name] = each.dequantised(), hessian
        return blocks

    layers = CalibratedLayers(weights, quantise, WINDOWS, LayerStore(None))
    layers.blocks(0)
    assert set(layers.blocks(1)) == {name for name in coarse if ".1." in name}

    seen: dict[str, NDArray[np.float32]] = {}

    def multiply(names: Sequence[str], inputs: NDArray[np.float32]) -> list[NDArray[np.float32]]:
        seen.update(dict.fromkeys(names, inputs))
        return [inputs @ coarse[name].T for name in names]

    reference = Reference(weights)
    hidden = reference.embedded(WINDOWS)
    for layer in range(2):
        hidden = reference.layer(layer, hidden, multiply)
    assert seen.keys() == hessians.keys()
    for name, inputs in seen.items():
        expected = inputs.T @ inputs / len(inputs)
        np.testing.assert_allclose(hessians[name], expected, rtol=1e-3, atol=1e-4)


def test_a_store_gives_back_what_it_was_given(tmp_path: Path) -> None:
    random = np.random.default_rng(2)
    weight = random.normal(size=(4, 64)).astype(np.float32)
    exact = quantise_4bit(weight, 32)
    with_offsets = Blocks(exact.values, exact.scales, bits=4, offsets=exact.scales * 2)
    given = {"a": exact, "b": quantise_8bit(weight, 32), "c": with_offsets}
    store = LayerStore(tmp_path / "made")
    assert store.read(3) is None
    store.write(3, given)
    got = store.read(3)
    assert got is not None
    assert got.keys() == given.keys()
    for name, blocks in given.items():
        assert got[name].bits == blocks.bits
        assert (got[name].zeros is None) == (blocks.zeros is None)
        np.testing.assert_array_equal(got[name].dequantised(), blocks.dequantised())


def test_a_store_without_a_folder_keeps_nothing() -> None:
    store = LayerStore(None)
    store.write(0, {})
    assert store.read(0) is None


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 torn", b"\x93NUMPY", b"text"])
def test_a_broken_file_is_a_missing_one(content: bytes, tmp_path: Path) -> None:
    store = LayerStore(tmp_path)
    store.write(0, {"a": quantise_8bit(np.ones((2, 32), np.float32), 32)})
    (path,) = tmp_path.iterdir()
    path.write_bytes(content)
    assert store.read(0) is None


def test_a_store_is_named_by_all_that_its_layers_depend_on() -> None:
    names = {
        store_name(["model", {"bits": 4}], WINDOWS),
        store_name(["model", {"bits": 8}], WINDOWS),
        store_name(["other", {"bits": 4}], WINDOWS),
        store_name(["model", {"bits": 4}], [[1, 2, 3], [4, 5, 6, 7]]),
    }
    assert len(names) == 4
    assert store_name(["model", {"bits": 4}], WINDOWS) in names
