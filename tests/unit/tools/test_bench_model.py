from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.unit.model.conftest import write_tiny_gguf
from tools import bench_model

from lamplighter.model.build.building import build_model
from lamplighter.model.build.recipe import Recipe, Source
from lamplighter.model.hashing import sha256_of


def test_a_model_is_built_once_for_its_recipe(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gguf = tmp_path / "tiny.gguf"
    write_tiny_gguf(gguf)
    recipe = Recipe(
        name="tiny-bench", licence="CC0-1.0", source=Source(gguf=gguf, sha256=sha256_of(gguf))
    )
    built: list[str] = []
    build: Callable[..., Any] = build_model

    def counted(recipe: Recipe, *args: Any, **more: Any) -> object:
        built.append(recipe.name)
        return build(recipe, *args, **more)

    monkeypatch.setattr(bench_model, "build_model", counted)
    folder = bench_model.built(recipe, tmp_path)
    assert bench_model.built(recipe, tmp_path) == folder
    assert built == ["tiny-bench"]
    bench_model.built(dataclasses.replace(recipe, context=128), tmp_path)
    assert built == ["tiny-bench"] * 2
