from __future__ import annotations

import re
from collections.abc import Callable, Generator
from pathlib import Path
from typing import TypeVar

import numpy as np
import onnx
import pytest
from onnx import helper
from tests.unit.model.runtime.exports import EXPECTED, GRAPH, VARIANTS

from lamplighter.errors import ModelError
from lamplighter.model.runtime.decoder import Decoder
from lamplighter.model.runtime.exported_session import ExportedSession
from lamplighter.model.runtime.prefixes import Prefixes
from lamplighter.model.runtime.session import Session

TOKENS: list[int] = EXPECTED["greedy"][0]["tokens"]
CLOSE = 1e-4
T = TypeVar("T")
variants = pytest.mark.parametrize("variant", sorted(VARIANTS))


def ended(steps: Generator[str, None, T]) -> T:
    """Take a generator to its end and return what it returns."""
    while True:
        try:
            next(steps)
        except StopIteration as done:
            return done.value  # type: ignore[no-any-return]  # a StopIteration's is of any type


@pytest.fixture(scope="module")
def of_variant(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Decoder]:
    """Return what gives a running session of a variant, emptied."""
    folder = tmp_path_factory.mktemp("exports")
    known: dict[str, ExportedSession] = {}

    def get(variant: str) -> Decoder:
        if variant not in known:
            path = folder / variant / "model.onnx"
            path.parent.mkdir()
            VARIANTS[variant][0](path)
            known[variant] = ExportedSession(path, threads=1, context=64, heads=2, width=8)
            known[variant].start()
        known[variant].truncate(0)
        return known[variant]

    return get


@pytest.mark.parametrize("number", range(len(EXPECTED["greedy"])))
def test_the_greedy_continuation_is_that_of_transformers(
    of_variant: Callable[[str], Decoder], number: int
) -> None:
    decoder, case = of_variant("plain"), EXPECTED["greedy"][number]
    written: list[int] = []
    row = decoder.forward(case["tokens"])[-1]
    while len(written) < len(case["continuation"]) and len(decoder.tokens) < decoder.context:
        written.append(int(row.argmax()))
        row = decoder.forward(written[-1:])[-1]
    assert len(written) > 8
    assert written == case["continuation"][: len(written)]


@variants
def test_logits_are_those_of_the_weights(
    of_variant: Callable[[str], Decoder], variant: str
) -> None:
    row = of_variant(variant).forward(TOKENS)
    assert row.dtype == np.float32
    assert np.corrcoef(row[-1], EXPECTED["logits"])[0, 1] > VARIANTS[variant][1]


# But for weights in 8 bits: the ranges of their activations are those of a step's tokens.
@pytest.mark.parametrize("variant", sorted(set(VARIANTS) - {"quantised"}))
def test_tokens_may_come_one_by_one(of_variant: Callable[[str], Decoder], variant: str) -> None:
    decoder = of_variant(variant)
    at_once = decoder.forward(TOKENS, kept=3)
    assert at_once.shape == (3, len(EXPECTED["logits"]))
    decoder.truncate(0)
    rows = [decoder.forward([token])[-1] for token in TOKENS]
    tolerance = 0.05 if variant == "half" else CLOSE
    np.testing.assert_allclose(rows[-3:], at_once, atol=tolerance)
    assert decoder.tokens == TOKENS


@variants
def test_a_step_may_do_without_logits(of_variant: Callable[[str], Decoder], variant: str) -> None:
    decoder = of_variant(variant)
    assert decoder.forward(TOKENS, kept=0).shape == (0, len(EXPECTED["logits"]))
    assert decoder.tokens == TOKENS


@variants
def test_truncating_forgets_all_behind(of_variant: Callable[[str], Decoder], variant: str) -> None:
    decoder = of_variant(variant)
    decoder.forward(TOKENS[:3])
    expected = decoder.forward([17, 18])
    decoder.truncate(3)
    decoder.forward([99, 98, 97])
    decoder.truncate(3)
    assert decoder.tokens == TOKENS[:3]
    np.testing.assert_allclose(decoder.forward([17, 18]), expected, atol=CLOSE)


@variants
def test_a_snapshot_brings_the_cache_back(
    of_variant: Callable[[str], Decoder], variant: str
) -> None:
    decoder = of_variant(variant)
    decoder.forward(TOKENS)
    saved = decoder.snapshot()
    assert saved.cache.shape == decoder.snapshot_shape(len(TOKENS)) == (4, 2, len(TOKENS), 8)
    kept = saved.cache.copy()
    expected = decoder.forward([17, 18])
    decoder.truncate(0)
    decoder.forward([5, 6, 7])
    decoder.restore(saved)
    assert decoder.tokens == TOKENS
    np.testing.assert_allclose(decoder.forward([17, 18]), expected, atol=CLOSE)
    np.testing.assert_array_equal(saved.cache, kept)


@pytest.mark.parametrize("variant", ["plain", "half"])
def test_a_prefix_comes_back_from_disk(
    of_variant: Callable[[str], Decoder], variant: str, tmp_path: Path
) -> None:
    decoder = of_variant(variant)
    decoder.forward(TOKENS)
    ended(Prefixes("tiny", tmp_path).save(decoder))
    expected = decoder.forward([17])
    decoder.truncate(0)
    assert ended(Prefixes("tiny", tmp_path).restore(decoder, TOKENS))
    np.testing.assert_allclose(decoder.forward([17]), expected, atol=CLOSE)


def test_more_than_the_context_does_not_fit(of_variant: Callable[[str], Decoder]) -> None:
    decoder = of_variant("plain")
    decoder.forward([1] * 60)
    with pytest.raises(ModelError, match="65 tokens do not fit into 64"):
        decoder.forward([1] * 5)
    assert len(decoder.tokens) == 60


def test_what_is_stopped_does_not_run() -> None:
    decoder = ExportedSession(GRAPH, threads=1, context=64)
    with pytest.raises(ModelError, match="is not running"):
        decoder.forward([1])
    decoder.start()
    decoder.forward([1])
    decoder.stop()
    with pytest.raises(ModelError, match="is not running"):
        decoder.snapshot_shape(1)


def test_a_merged_decoder_is_told_which_branch_to_take(tmp_path: Path) -> None:
    model = onnx.load(GRAPH)
    flag = helper.make_tensor_value_info("use_cache_branch", onnx.TensorProto.BOOL, [1])
    model.graph.input.append(flag)
    for node in model.graph.node:
        node.output[:] = ["logits_with" if name == "logits" else name for name in node.output]
    shift = helper.make_node("Cast", ["use_cache_branch"], ["shift"], to=onnx.TensorProto.FLOAT)
    added = helper.make_node("Add", ["logits_with", "shift"], ["logits"])
    model.graph.node.extend([shift, added])
    onnx.save_model(model, tmp_path / "model.onnx")
    decoder = ExportedSession(tmp_path / "model.onnx", threads=1, context=64)
    plain = ExportedSession(GRAPH, threads=1, context=64)
    firsts = []
    for each in (decoder, plain):
        each.start()
        firsts.append([each.forward([token])[-1][0] for token in TOKENS[:2]])
    shifts = np.array(firsts[0]) - np.array(firsts[1])
    np.testing.assert_allclose(shifts, [0, 1], atol=CLOSE)


def test_lengths_are_given_where_attention_asks_for_them(tiny: Path, tmp_path: Path) -> None:
    model = onnx.load(tiny / "model.onnx", load_external_data=True)
    others = {"total_len": "total_sequence_length", "n_logits": "num_logits_to_keep"}
    parts = {"k": "key", "v": "value"}

    def named(name: str) -> str:
        found = re.fullmatch(r"(past|present)_([kv])\.(\d+)", name)
        if not found:
            return others.get(name, name)
        start = "past_key_values" if found[1] == "past" else "present"
        return f"{start}.{found[3]}.{parts[found[2]]}"

    for node in [*model.graph.input, *model.graph.output]:
        node.name = named(node.name)
    for node in model.graph.node:
        node.input[:] = [named(name) for name in node.input]
        node.output[:] = [named(name) for name in node.output]
    onnx.save_model(model, tmp_path / "model.onnx")
    decoder = ExportedSession(tmp_path / "model.onnx", threads=1, context=64)
    own = Session(tiny / "model.onnx", threads=1, context=64)
    for each in (decoder, own):
        each.start()
        each.forward(TOKENS[:4])
        each.truncate(3)
    np.testing.assert_allclose(
        decoder.forward([17, 18, 19], kept=2), own.forward([17, 18, 19], kept=2), atol=CLOSE
    )


def test_a_file_that_is_no_model_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "model.onnx"
    path.write_bytes(b"x" * 100)
    with pytest.raises(ModelError, match=r"model\.onnx: can't be loaded"):
        ExportedSession(path, threads=1, context=64).start()


def test_widths_that_are_not_the_graphs_are_noticed_at_the_start(tmp_path: Path) -> None:
    path = tmp_path / "model.onnx"
    VARIANTS["named_axes"][0](path)
    with pytest.raises(ModelError, match="has 2 heads of 8"):
        ExportedSession(path, threads=1, context=64, heads=2, width=5).start()
