from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import onnx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from lamplighter.model.build.architecture import Architecture, Weights
from lamplighter.model.build.quantise import quantise_8bit
from lamplighter.model.bundle import manifest as files
from lamplighter.model.fidelity.reference import Reference, attention, rms_norm, rotated, silu
from lamplighter.model.runtime.session import Session

VOCABULARY = 266  # of the tiny model of conftest


class Rounded:
    """Weights as the 8-bit graph holds them."""

    def __init__(self, weights: Weights) -> None:
        self.weights = weights
        self.architecture: Architecture = weights.architecture

    def tensor(self, name: str) -> NDArray[np.float32]:
        tensor = self.weights.tensor(name)
        return tensor if tensor.ndim == 1 else quantise_8bit(tensor, 32).dequantised()


@pytest.mark.parametrize("tied", [True, False])
def test_it_gives_what_the_built_graph_gives(
    tied: bool,  # noqa: FBT001 - a parameter of the test
    tmp_path: Path,
    make_tiny: Callable[..., Path],
    make_weights: Callable[..., Weights],
) -> None:
    folder = make_tiny(tmp_path / "tiny", tied=tied)
    without_rounded_activations(folder / files.GRAPH)
    session = Session(folder / files.GRAPH, threads=1, context=256)
    session.start()
    tokens = [5, 100, 17, 200, 201, 33, 8, 9, 10, 250]
    got = session.forward(tokens, kept=len(tokens))
    expected = Reference(Rounded(make_weights(got.shape[1], tied=tied))).logits(tokens)
    session.stop()
    np.testing.assert_allclose(got, expected, atol=1e-3)


def without_rounded_activations(graph: Path) -> None:
    """Make a graph compute in 32-bit floats, so that nothing but its arithmetic is compared."""
    model = onnx.load(str(graph), load_external_data=False)
    for node in model.graph.node:
        for attribute in node.attribute:
            if attribute.name == "accuracy_level":
                attribute.i = 1
    onnx.save(model, str(graph))


def test_windows_know_nothing_of_each_other(make_weights: Callable[..., Weights]) -> None:
    reference = Reference(make_weights(VOCABULARY))
    windows = [[1, 2, 3], list(range(70)), [9]]
    portions = list(reference.stream(windows))
    assert [len(portion) for portion in portions] == [3, 64, 6, 1]
    alone = [reference.logits(window) for window in windows]
    np.testing.assert_allclose(np.concatenate(portions), np.concatenate(alone), atol=1e-4)


def test_a_later_token_changes_nothing_before_it(make_weights: Callable[..., Weights]) -> None:
    reference = Reference(make_weights(VOCABULARY))
    first, second = reference.logits([4, 5, 6, 7]), reference.logits([4, 5, 6, 99])
    np.testing.assert_allclose(first[:3], second[:3], atol=1e-5)
    assert not np.allclose(first[3], second[3], atol=1e-2)


def test_every_matrix_of_a_layer_is_multiplied_by_what_is_handed_in(
    make_weights: Callable[..., Weights],
) -> None:
    reference = Reference(make_weights(VOCABULARY))
    seen: list[tuple[str, tuple[int, ...]]] = []

    def note(names: Sequence[str], inputs: NDArray[np.float32]) -> list[NDArray[np.float32]]:
        seen.extend((name.split(".")[-2], inputs.shape) for name in names)
        return reference.multiply(names, inputs)

    hidden = reference.embedded([[1, 2, 3], [4, 5]])
    noted = reference.layer(1, hidden, note)
    plain = reference.layer(1, hidden, reference.multiply)
    assert [len(window) for window in noted] == [3, 2]
    np.testing.assert_array_equal(np.concatenate(noted), np.concatenate(plain))
    narrow, wide = (5, 64), (5, 96)
    assert seen == [
        *(("q_proj", narrow), ("k_proj", narrow), ("v_proj", narrow), ("o_proj", narrow)),
        *(("gate_proj", narrow), ("up_proj", narrow), ("down_proj", wide)),
    ]


@given(seed=st.integers(0, 999), shift=st.integers(0, 20))
@settings(max_examples=20)
def test_rotation_leaves_lengths_and_depends_on_distance_alone(seed: int, shift: int) -> None:
    random = np.random.default_rng(seed)
    one, other = random.normal(size=(2, 16)).astype(np.float32)
    turned = rotated(np.tile(one, (40, 1, 1)).astype(np.float32), 10000.0)[:, 0]
    against = rotated(np.tile(other, (40, 1, 1)).astype(np.float32), 10000.0)[:, 0]
    np.testing.assert_allclose(np.linalg.norm(turned, axis=1), np.linalg.norm(one), rtol=1e-5)
    near = float(turned[7] @ against[2])
    assert float(turned[7 + shift] @ against[2 + shift]) == pytest.approx(near, abs=1e-3)


def test_attention_to_equal_keys_is_the_mean_of_the_past(
    make_weights: Callable[..., Weights],
) -> None:
    shape = make_weights(VOCABULARY).architecture
    value = np.random.default_rng(1).normal(size=(6, 32)).astype(np.float32)
    query = np.ones((6, 64), np.float32)
    got = attention(shape, query, np.zeros((6, 32), np.float32), value)
    means = np.cumsum(value, axis=0) / np.arange(1, 7)[:, None]
    heads = got.reshape(6, 4, 16)
    for head, group in enumerate((0, 0, 1, 1)):
        np.testing.assert_allclose(heads[:, head], means[:, group * 16 :][:, :16], atol=1e-5)


def test_norm_and_silu_hold_at_their_edges() -> None:
    rows = np.array([[3.0, -4.0], [0.0, 0.0]], np.float32)
    gain = np.array([2.0, 1.0], np.float32)
    normed = rms_norm(rows, gain, 1e-5)
    np.testing.assert_allclose(normed[0], [2 * 3 / 12.5**0.5, -4 / 12.5**0.5], rtol=1e-5)
    assert (normed[1] == 0).all()
    values = silu(np.array([-1000.0, 0.0, 1000.0, 1.0], np.float32))
    np.testing.assert_allclose(values, [0.0, 0.0, 1000.0, 0.7310586], atol=1e-6)
