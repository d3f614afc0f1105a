"""Building a model: fetch, read, quantise, write, verify, swap in.

All work is done in a temporary folder beside the target, which takes the target's place in one
step at the end; whatever interrupts a build leaves the target as it was. What took long is in
the cache, and the next build goes on from there.
"""

from __future__ import annotations

import dataclasses
import fcntl
import hashlib
import importlib.metadata
import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path

from lamplighter.errors import ModelError
from lamplighter.model.build.export_copy import copy_export
from lamplighter.model.build.fetch import fetch
from lamplighter.model.build.progress import Progress
from lamplighter.model.build.recipe import Recipe
from lamplighter.model.build.record import identity_of, record_of
from lamplighter.model.build.swap import put_in_place, restore
from lamplighter.model.build.unfinished import kept_until_done
from lamplighter.model.build.write_decoder import write_decoder
from lamplighter.model.bundle import gate_bounds
from lamplighter.model.bundle import manifest as files
from lamplighter.model.bundle.gate_report import gate_names
from lamplighter.model.bundle.gates import run_gates
from lamplighter.model.bundle.manifest import Manifest

_PACKAGES = ("lamplighter", "onnx", "gguf", "numpy")
_OLD = "old"


def build_model(recipe: Recipe, target: Path, *, cache: Path, progress: Progress) -> Manifest:
    """Build a model into the folder ``target``, replacing what is there, and return its manifest.

    Args:
        recipe: what to build.
        target: the model's folder.
        cache: folder for what took long to get, kept between builds.
        progress: called as each step goes on.

    Raises:
        ModelError: a step failed, the model misses a gate, another build of this target is
            running, or there is something else than a model; what was in ``target`` is still
            there.
    """
    try:
        _check_place(target)
        target.parent.mkdir(parents=True, exist_ok=True)
        with (
            _only_build(target),
            _unfinished(recipe, cache) as layers,
            tempfile.TemporaryDirectory(dir=target.parent, prefix=_prefix(target)) as work,
        ):
            made = Path(work) / "model"
            made.mkdir()
            fetched = fetch(
                recipe.source,
                cache=cache,
                work=Path(work),
                progress=lambda share, amount: progress("fetch", share, amount),
            )
            manifest = _make(recipe, fetched, made, layers=layers, progress=progress)
            _verify(made, progress)
            put_in_place(made, target, Path(work) / _OLD)
            progress("verify", 1.0)
    except OSError as error:
        raise ModelError(recipe.name, f"can't be built: {error}") from error
    return manifest


def _check_place(target: Path) -> None:
    """Refuse to replace what is no model: it would be lost."""
    if not target.exists() or (target / files.MANIFEST).is_file():
        return
    if not target.is_dir() or any(target.iterdir()):
        raise ModelError(str(target), "holds something else than a model: name a new folder")


def _make(
    recipe: Recipe, source: Path, made: Path, *, layers: Path | None, progress: Progress
) -> Manifest:
    """Fill a folder with a model's files, and return its manifest, which is one of them."""
    if recipe.source.onnx:
        found = copy_export(recipe, source, made, progress)
    else:
        found = write_decoder(recipe, source, made, layers=layers, progress=progress)
    gates = gate_bounds.carry_in(recipe.gates, Path(), made)
    manifest = dataclasses.replace(
        found,
        name=recipe.name,
        licence=recipe.licence,
        recipe=record_of(recipe),
        versions={package: importlib.metadata.version(package) for package in _PACKAGES},
        files=files.list_files(made),
        gates=gates,
        tasks=recipe.tasks,
    )
    manifest.write(made)
    return manifest


def _verify(made: Path, progress: Progress) -> None:
    """Check a model's files, run its gates, and leave in it the record that they were passed."""
    manifest = files.verify(made)
    names = gate_names(manifest.gates)

    def tell(gate: str, share: float) -> None:
        before = names.index(gate) if gate in names else 0
        progress("verify", (before + share) / (len(names) + 1), gate)

    progress("verify", 0.0)
    run_gates(made, manifest, progress=tell)


def _unfinished(recipe: Recipe, cache: Path) -> AbstractContextManager[Path | None]:
    """Return what yields the folder for calibrated layers; None where nothing is calibrated."""
    if recipe.quantise.method != "gptq":
        return nullcontext()
    depends_on = json.dumps([identity_of(recipe), recipe.as_dict()["quantise"]], sort_keys=True)
    return kept_until_done(cache, hashlib.sha256(depends_on.encode()).hexdigest()[:16])


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
            restore(target, left / _OLD)
            shutil.rmtree(left, ignore_errors=True)
        yield


def _prefix(target: Path) -> str:
    return f".{target.name}.build-"
