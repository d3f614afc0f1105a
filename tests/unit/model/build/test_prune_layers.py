from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from lamplighter.errors import ModelError
from lamplighter.model.build.architecture import Weights
from lamplighter.model.build.prune_layers import ShallowWeights


def test_the_layers_that_stay_are_numbered_anew(make_weights: Callable[..., Weights]) -> None:
    base = make_weights(40)
    pruned = ShallowWeights(base, [0])
    assert pruned.architecture.layers == 1
    assert pruned.kept == (1,)
    name = "model.layers.{}.mlp.up_proj.weight"
    np.testing.assert_array_equal(pruned.tensor(name.format(0)), base.tensor(name.format(1)))
    head = "model.embed_tokens.weight"
    np.testing.assert_array_equal(pruned.tensor(head), base.tensor(head))


def test_a_layer_past_the_end_is_missing(make_weights: Callable[..., Weights]) -> None:
    with pytest.raises(ModelError, match=r"has no tensor model\.layers\.1\.mlp"):
        ShallowWeights(make_weights(40), [0]).tensor("model.layers.1.mlp.up_proj.weight")


@pytest.mark.parametrize(
    ("dropped", "reason"),
    [([2], "there is no layer 2; the last is 1"), ([0, 1], "no layer would be left")],
)
def test_what_can_not_be_dropped_is_refused(
    make_weights: Callable[..., Weights], dropped: list[int], reason: str
) -> None:
    with pytest.raises(ModelError, match=reason):
        ShallowWeights(make_weights(40), dropped)
