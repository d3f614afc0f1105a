"""Variants become models that the gateway's own runtime opens."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.unit.tools.model.tiny_parts import tiny_parts, write_cases
from tools.model.building import build_variant
from tools.model.importance import Importance
from tools.model.parts import with_tokens, without_layers
from tools.model.scoring import quality
from tools.model.variants import Grounds, Variant
from tools.model.weights import ATTENTION, FEED_FORWARD, layer
from tools.model.width import narrower_feed_forward

from lamplighter.errors import ModelError
from lamplighter.model.build.recipe import Recipe, Source
from lamplighter.model.bundle.manifest import verify

RECIPE = Recipe(name="tiny", licence="CC0-1.0", source=Source(gguf=Path("x")), context=256)


def grounds() -> Grounds:
    whole = tiny_parts().weights
    inputs = {
        f"{layer(n)}.{part}": np.ones(
            whole.tensor(f"{layer(n)}.{part}.weight").shape[1], np.float32
        )
        for n in range(3)
        for part in (*ATTENTION, *FEED_FORWARD)
    }
    return Grounds(Importance((0.5, 0.1, 0.5), inputs), frozenset({0, 1}))


def test_a_narrower_model_is_built_and_answers(tmp_path: Path) -> None:
    variant = Variant(
        "FFN 64",
        "narrower",
        change=lambda whole, found: whole.with_weights(
            narrower_feed_forward(whole.weights, found.importance.feed_forward(), 64)
        ),
    )
    manifest = build_variant(variant, RECIPE, tiny_parts(), grounds(), tmp_path)
    folder = tmp_path / "variants" / "ffn-64"
    assert verify(folder) == manifest
    assert manifest.architecture["hidden"] == 64
    text = tmp_path / "text.txt"
    text.write_text("turn the lamp on, and off again: " * 20, encoding="utf-8")
    found = quality(folder, text, [write_cases(tmp_path / "cases.jsonl")], threads=1)
    assert found["nats"] > 0
    assert found["tasks"]["cases"]["cases"] == 8
    assert 0 <= found["tasks"]["cases"]["accuracy"] <= 1


def test_a_student_that_was_not_trained_can_not_be_built(tmp_path: Path) -> None:
    variant = Variant("half", "trained", student="half")
    with pytest.raises(ModelError, match="not trained yet"):
        build_variant(variant, RECIPE, tiny_parts(), grounds(), tmp_path)


def test_a_trimmed_model_knows_each_token_by_its_old_id() -> None:
    whole = tiny_parts()
    lamp = whole.tokenizer().encode("lamp")
    once = with_tokens(whole, tuple(lamp))
    assert once.kept is not None
    assert [once.kept[token] for token in once.tokenizer().encode("lamp")] == lamp
    assert once.weights.architecture.vocabulary < whole.weights.architecture.vocabulary
    again = with_tokens(once, ())  # lamp is no longer one token
    assert again.kept is not None
    letters = [again.kept[token] for token in again.tokenizer().encode("lamp")]
    assert [whole.tokenizer().decode([token]) for token in letters] == list("lamp")


def test_a_model_without_layers_keeps_the_rest() -> None:
    whole = tiny_parts()
    name = "self_attn.q_proj.weight"
    fewer = without_layers(whole, (1,)).weights
    assert fewer.architecture.layers == 2
    assert np.array_equal(
        fewer.tensor(f"{layer(1)}.{name}"), whole.weights.tensor(f"{layer(2)}.{name}")
    )
    assert without_layers(whole, ()) is whole
