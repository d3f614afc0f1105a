"""Building a model: fetch, read, adapt, quantise, write, list, swap in.

All work is done in a temporary folder beside the target, which takes the target's place in one
step at the end; whatever interrupts a build leaves the target as it was.
"""

from __future__ import annotations

import fcntl
import importlib.metadata
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from lamplighter.errors import ModelError
from lamplighter.model.build.adapt import AdaptedWeights, read_lora
from lamplighter.model.build.architecture import Weights
from lamplighter.model.build.fetch import fetch
from lamplighter.model.build.gguf_weights import GgufWeights
from lamplighter.model.build.graph import GraphBuilder
from lamplighter.model.build.recipe import Adapt, Recipe
from lamplighter.model.bundle import manifest as files
from lamplighter.model.bundle.manifest import Manifest
from lamplighter.model.hashing import sha256_of

# Called with the step's name and its finished share, 0 to 1.
Progress = Callable[[str, float], None]

STEPS = ("fetch", "read", "quantise", "write", "verify")
_PACKAGES = ("lamplighter", "onnx", "gguf", "numpy")


def build_model(recipe: Recipe, target: Path, *, cache: Path, progress: Progress) -> Manifest:
    """Build a model into the folder ``target``, replacing what is there, and return its manifest.

    Args:
        recipe: what to build.
        target: the model's folder.
        cache: folder for fetched files, kept between builds.
        progress: called as each step of ``STEPS`` goes on.

    Raises:
        ModelError: a step failed, or another build of this target is running.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with (
            _only_build(target),
            tempfile.TemporaryDirectory(dir=target.parent, prefix=_prefix(target)) as work,
        ):
            made = Path(work) / "model"
            made.mkdir()
            manifest = _build(recipe, Path(work), made, cache=cache, progress=progress)
            progress("verify", 0.0)
            files.verify(made)
            _swap_in(made, target, Path(work) / "old")
            progress("verify", 1.0)
    except OSError as error:
        raise ModelError(recipe.name, f"can't be built: {error}") from error
    return manifest


def _build(recipe: Recipe, work: Path, made: Path, *, cache: Path, progress: Progress) -> Manifest:
    source = fetch(
        recipe.source, cache=cache, work=work, progress=lambda share: progress("fetch", share)
    )
    progress("read", 0.0)
    gguf = GgufWeights(source)
    special = gguf.special_tokens()
    gguf.tokenizer().save(str(made / files.TOKENIZER))
    (made / files.CHAT_TEMPLATE).write_text(gguf.chat_template, encoding="utf-8")
    weights = _adapted(gguf, recipe.adapt)
    context = min(recipe.context, gguf.architecture.context)
    progress("read", 1.0)
    _write_graph(weights, recipe, context, made, progress)
    manifest = Manifest(
        name=recipe.name,
        licence=recipe.licence,
        context=context,
        bos=special["bos"],
        eos=special["eos"],
        architecture=asdict(gguf.architecture),
        recipe=recipe.as_dict(),
        versions={package: importlib.metadata.version(package) for package in _PACKAGES},
        files=files.list_files(made),
    )
    manifest.write(made)
    return manifest


def _adapted(weights: Weights, adapt: Adapt | None) -> Weights:
    if adapt is None:
        return weights
    if sha256_of(adapt.lora) != adapt.sha256:
        raise ModelError(adapt.lora.name, f"is not the file that the recipe pins ({adapt.sha256})")
    return AdaptedWeights(
        weights, read_lora(adapt.lora, weights.architecture, scale=adapt.scale), scale=adapt.scale
    )


def _write_graph(
    weights: Weights, recipe: Recipe, context: int, made: Path, progress: Progress
) -> None:
    model = GraphBuilder(
        weights,
        block=recipe.quantise.block,
        context=context,
        progress=lambda share: progress("quantise", share),
    ).build()
    import onnx

    progress("write", 0.0)
    # Weights in a file of their own are mapped, not copied, when the model is loaded: 80 MB less.
    onnx.save_model(
        model,
        str(made / files.GRAPH),
        save_as_external_data=True,
        all_tensors_to_one_file=True,
        location=files.WEIGHTS,
        size_threshold=1024,
    )
    (made / files.WEIGHTS).chmod(0o644)
    progress("write", 1.0)


@contextmanager
def _only_build(target: Path) -> Iterator[None]:
    """Hold the target's lock and clear what a killed build left behind."""
    lock = target.parent / f".{target.name}.lock"
    with lock.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise ModelError(target.name, "is being built by another process") from error
        for left in target.parent.glob(f"{_prefix(target)}*"):
            shutil.rmtree(left, ignore_errors=True)
        yield


def _prefix(target: Path) -> str:
    return f".{target.name}.build-"


def _swap_in(made: Path, target: Path, old: Path) -> None:
    for path in made.iterdir():
        _sync(path)
    _sync(made)
    if target.exists():
        target.rename(old)
    made.rename(target)
    _sync(target.parent)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
