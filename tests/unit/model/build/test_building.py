from __future__ import annotations

import fcntl
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lamplighter.errors import ModelError
from lamplighter.model.build.building import build_model
from lamplighter.model.build.progress import STEPS
from lamplighter.model.build.recipe import Recipe, Source
from lamplighter.model.bundle import manifest as files
from lamplighter.model.engine import Engine
from lamplighter.model.hashing import sha256_of
from lamplighter.model.prompt import chat
from lamplighter.model.request import Request

WriteGguf = Callable[..., tuple[Path, dict[str, Any]]]


def recipe_of(gguf: Path) -> Recipe:
    source = Source(gguf=gguf, sha256=sha256_of(gguf))
    return Recipe(name="tiny", licence="CC0-1.0", source=source, context=128)


def build(recipe: Recipe, target: Path) -> files.Manifest:
    return build_model(recipe, target, cache=target.parent / "cache", progress=lambda *_: None)


async def test_a_built_model_runs(tiny_gguf: WriteGguf, tmp_path: Path) -> None:
    target, seen = tmp_path / "models" / "tiny", dict[str, float]()

    def note(step: str, share: float, _detail: str = "", /) -> None:
        seen[step] = share

    manifest = build_model(recipe_of(tiny_gguf()[0]), target, cache=tmp_path, progress=note)
    assert files.verify(target) == manifest
    assert manifest.context == 128
    assert manifest.architecture["layers"] == 1
    assert seen == dict.fromkeys(STEPS, 1.0)
    with Engine(target, threads=1) as engine:
        turns = (chat.user("hi"), chat.assistant_prefix())
        completion = await engine.complete(Request(turns=turns, max_tokens=3))
    assert completion.prompt_tokens > 5
    assert (engine.name, engine.version) == ("tiny", manifest.version)


def test_the_same_recipe_gives_the_same_bytes(tiny_gguf: WriteGguf, tmp_path: Path) -> None:
    recipe = recipe_of(tiny_gguf()[0])
    first, second = build(recipe, tmp_path / "one"), build(recipe, tmp_path / "two")
    assert first == second


class InterruptedBuildError(Exception):
    """Stands for whatever ends a build from outside."""


@pytest.mark.parametrize("step", STEPS)
def test_an_interrupted_build_leaves_the_old_model_and_nothing_else(
    tiny_gguf: WriteGguf, tmp_path: Path, step: str
) -> None:
    recipe = recipe_of(tiny_gguf()[0])
    target = tmp_path / "models" / "tiny"
    before = build(recipe, target)

    def interrupt(at: str, share: float, _detail: str = "", /) -> None:
        if at == step and not (at == "verify" and share == 1.0):
            raise InterruptedBuildError

    with pytest.raises(InterruptedBuildError):
        build_model(recipe, target, cache=tmp_path, progress=interrupt)
    assert files.verify(target) == before
    assert sorted(path.name for path in target.parent.iterdir()) == [".tiny.lock", "tiny"]


def test_what_a_killed_build_left_is_cleared(tiny_gguf: WriteGguf, tmp_path: Path) -> None:
    left = tmp_path / "models" / ".tiny.build-dead"
    left.mkdir(parents=True)
    (left / "half").write_bytes(b"x")
    build(recipe_of(tiny_gguf()[0]), tmp_path / "models" / "tiny")
    assert not left.exists()


def test_two_builds_of_one_target_do_not_run_at_once(tiny_gguf: WriteGguf, tmp_path: Path) -> None:
    with (tmp_path / ".tiny.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(ModelError, match="being built by another process"):
            build(recipe_of(tiny_gguf()[0]), tmp_path / "tiny")


def test_a_source_that_was_altered_is_refused(tiny_gguf: WriteGguf, tmp_path: Path) -> None:
    path, _ = tiny_gguf()
    recipe = recipe_of(path)
    path.write_bytes(path.read_bytes() + b"x")
    with pytest.raises(ModelError, match="but the recipe pins"):
        build(recipe, tmp_path / "tiny")
    assert not (tmp_path / "tiny").exists()
