from __future__ import annotations

import dataclasses
import fcntl
import json
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from tokenizers import Tokenizer

from lamplighter.errors import ModelError
from lamplighter.model.build.architecture import Weights
from lamplighter.model.build.building import build_model
from lamplighter.model.build.opening import hash_of
from lamplighter.model.build.progress import STEPS
from lamplighter.model.build.prune_layers import ShallowWeights
from lamplighter.model.build.recipe import KeptTokens, Prune, Quantise, Recipe, Source
from lamplighter.model.bundle import manifest as files
from lamplighter.model.bundle.gate_bounds import Gates, PerplexityBound
from lamplighter.model.engine import Engine
from lamplighter.model.fidelity.reference import Reference
from lamplighter.model.hashing import sha256_of
from lamplighter.model.prompt import chat
from lamplighter.model.request import Request
from lamplighter.model.runtime.session import Session

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


def test_what_is_no_model_is_not_replaced(tiny_gguf: WriteGguf, tmp_path: Path) -> None:
    recipe = recipe_of(tiny_gguf()[0])
    home = tmp_path / "home"
    home.mkdir()
    build(recipe, home)
    (home / files.MANIFEST).unlink()
    (home / "letters.txt").write_text("dear")
    for target in (home, home / "letters.txt"):
        with pytest.raises(ModelError, match="something else than a model"):
            build(recipe, target)
    assert (home / "letters.txt").read_text() == "dear"


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


def test_a_build_that_is_killed_leaves_the_old_model_or_the_new_one(
    tiny_gguf: WriteGguf, tmp_path: Path
) -> None:
    gguf, _ = tiny_gguf()
    command = [
        sys.executable,
        str(Path(__file__).with_name("killed_builds.py")),
        str(gguf),
        str(tmp_path),
        "6",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    kills = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(kills) > 8
    assert {kill["context"] for kill in kills} == {128, 64}
    assert all(kill["left"] == [".tiny.lock", "tiny"] for kill in kills)


@contextmanager
def full_disk(room: int) -> Iterator[None]:
    """Let no file become larger than some bytes; a write beyond that fails."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("room", [100, 5_000, 30_000])
def test_without_room_the_old_model_stays(tiny_gguf: WriteGguf, tmp_path: Path, room: int) -> None:
    recipe = recipe_of(tiny_gguf()[0])
    target = tmp_path / "models" / "tiny"
    before = build(recipe, target)
    with full_disk(room), pytest.raises(ModelError, match=r"tiny: can't be built: .*too large"):
        build(dataclasses.replace(recipe, context=64), target)
    assert files.verify(target) == before
    assert sorted(path.name for path in target.parent.iterdir()) == [".tiny.lock", "tiny"]


def logits(target: Path, tokens: list[int]) -> NDArray[np.float32]:
    session = Session(target / files.GRAPH, threads=1, context=64)
    session.start()
    try:
        return session.forward(tokens, kept=len(tokens)).copy()
    finally:
        session.stop()


def error(found: NDArray[np.float32], expected: NDArray[np.float32]) -> float:
    """Return how far logits are off, as a share of how much they differ among themselves."""
    return float(np.sqrt(np.mean((found - expected) ** 2)) / expected.std())


def folder_recipe(folder: Path, **changes: Any) -> Recipe:
    source = Source(huggingface=folder, sha256=hash_of(Source(huggingface=folder), folder))
    return Recipe(name="tiny", licence="CC0-1.0", source=source, context=128, **changes)


def test_a_folder_gives_the_model_that_it_holds(
    write_folder: Callable[..., tuple[Path, Weights]], tmp_path: Path
) -> None:
    folder, weights = write_folder(tied=False, shards=2)
    build(folder_recipe(folder), tmp_path / "tiny")
    tokens = [5, 80, 201, 7, 7, 33]
    found = logits(tmp_path / "tiny", tokens)
    expected = Reference(weights).logits(tokens)
    assert error(found, expected) < 0.05


def test_a_trimmed_vocabulary_leaves_the_logits_of_what_it_keeps(
    write_folder: Callable[..., tuple[Path, Weights]], tmp_path: Path
) -> None:
    folder, weights = write_folder()
    build(folder_recipe(folder), tmp_path / "whole")
    kept = tmp_path / "kept.json"
    kept.write_text('["the"]')
    prune = Prune(vocabulary=KeptTokens(file=kept, sha256=sha256_of(kept)))
    manifest = build(folder_recipe(folder, prune=prune), tmp_path / "trimmed")
    whole = Tokenizer.from_file(str(tmp_path / "whole" / files.TOKENIZER))
    trimmed = Tokenizer.from_file(str(tmp_path / "trimmed" / files.TOKENIZER))
    assert trimmed.get_vocab_size() == weights.architecture.vocabulary - 1
    assert manifest.architecture["vocabulary"] == trimmed.get_vocab_size()
    text = "<|im_start|>the theatre is dark<|im_end|>"
    by_text, count = whole.get_vocab(), trimmed.get_vocab_size()
    old_ids = [by_text[trimmed.id_to_token(number) or ""] for number in range(count)]
    before = logits(tmp_path / "whole", [old_ids[n] for n in trimmed.encode(text).ids])
    after = logits(tmp_path / "trimmed", trimmed.encode(text).ids)
    np.testing.assert_allclose(after, before[:, old_ids], rtol=1e-4, atol=1e-4)


def test_layers_are_dropped(
    write_folder: Callable[..., tuple[Path, Weights]], tmp_path: Path
) -> None:
    folder, weights = write_folder()
    manifest = build(folder_recipe(folder, prune=Prune(drop_layers=(0,))), tmp_path / "tiny")
    assert manifest.architecture["layers"] == 1
    expected = Reference(ShallowWeights(weights, [0])).logits([5, 80, 201])
    found = logits(tmp_path / "tiny", [5, 80, 201])
    assert error(found, expected) < 0.05


def test_what_the_model_has_to_reach_goes_with_it(tiny_gguf: WriteGguf, tmp_path: Path) -> None:
    (tmp_path / "text.txt").write_text("the light is on in the kitchen, and the door is locked")
    text = PerplexityBound(text=str(tmp_path / "text.txt"), most=1e6, window=64)
    recipe = dataclasses.replace(
        recipe_of(tiny_gguf()[0]), gates=Gates(perplexity=text), tasks=("frames",)
    )
    manifest = build(recipe, tmp_path / "tiny")
    assert manifest.tasks == ("frames",)
    assert manifest.gates.files() == ("gate-text.txt",)
    assert "gate-text.txt" in manifest.files
    assert (tmp_path / "tiny" / files.RECORD).is_file()
    assert str(tmp_path) not in (tmp_path / "tiny" / files.MANIFEST).read_text()


def test_a_model_that_misses_a_gate_does_not_take_the_old_ones_place(
    tiny_gguf: WriteGguf, tmp_path: Path
) -> None:
    recipe, target = recipe_of(tiny_gguf()[0]), tmp_path / "models" / "tiny"
    before = build(recipe, target)
    (tmp_path / "text.txt").write_text("the light is on in the kitchen, and the door is locked")
    text = PerplexityBound(text=str(tmp_path / "text.txt"), most=1.0, window=64)
    with pytest.raises(ModelError, match=r"perplexity: .* must be at most 1"):
        build(dataclasses.replace(recipe, gates=Gates(perplexity=text)), target)
    assert files.verify(target) == before
    assert sorted(path.name for path in target.parent.iterdir()) == [".tiny.lock", "tiny"]


def test_a_calibrated_build_goes_on_behind_its_last_finished_layer(
    write_folder: Callable[..., tuple[Path, Weights]], tmp_path: Path
) -> None:
    folder, _ = write_folder()
    (tmp_path / "text.txt").write_text("the light is on in the kitchen, and the door is locked")
    quantise = Quantise(bits=4, method="gptq", calibration=tmp_path / "text.txt")
    recipe, cache = folder_recipe(folder, quantise=quantise), tmp_path / "cache"

    def interrupt(at: str, share: float, _detail: str = "", /) -> None:
        if at == "quantise" and share > 0:
            raise InterruptedBuildError

    with pytest.raises(InterruptedBuildError):
        build_model(recipe, tmp_path / "tiny", cache=cache, progress=interrupt)
    (unfinished,) = cache.iterdir()
    (layer,) = unfinished.glob("**/layer-*")
    made = layer.stat().st_mtime_ns
    seen: list[int] = []

    def watch(at: str, _share: float, _detail: str = "", /) -> None:
        if at == "write" and not seen:
            seen.append(layer.stat().st_mtime_ns)

    resumed = build_model(recipe, tmp_path / "tiny", cache=cache, progress=watch)
    assert seen == [made]
    assert list(cache.iterdir()) == []
    whole = build_model(recipe, tmp_path / "two", cache=cache, progress=lambda *_: None)
    assert whole == resumed
