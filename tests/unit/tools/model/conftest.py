"""A tiny random Llama for the laboratory's steps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from tools.model.weights import MemoryWeights

from lamplighter.model.build.architecture import Architecture, expected_shapes


def tiny_weights(**shape: Any) -> MemoryWeights:
    sizes: dict[str, Any] = {
        "layers": 3, "width": 32, "hidden": 64, "heads": 4, "kv_heads": 2, "head_width": 8,
        "vocabulary": 48, "theta": 10000.0, "epsilon": 1e-5, "context": 128, "tied": True,
    }  # fmt: skip
    architecture = Architecture(**{**sizes, **shape})
    random = np.random.default_rng(5)
    tensors = {
        name: np.ones(size, np.float32)
        if len(size) == 1
        else random.normal(0, 0.2, size).astype(np.float32)
        for name, size in expected_shapes(architecture).items()
    }
    return MemoryWeights(architecture, tensors)


@pytest.fixture
def weights() -> MemoryWeights:
    return tiny_weights()


@pytest.fixture
def make_weights() -> Callable[..., MemoryWeights]:
    """Return what makes a tiny model; takes lengths of its shape."""
    return tiny_weights


@pytest.fixture
def torch() -> Any:
    """Return torch, on one thread so that sums come out the same."""
    found = pytest.importorskip("torch", reason="needs ./tools/lab test (torch, transformers)")
    pytest.importorskip("transformers", reason="needs ./tools/lab test (torch, transformers)")
    found.set_num_threads(1)
    return found
