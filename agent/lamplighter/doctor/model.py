"""Is the language model there, whole, and is there memory for it?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from lamplighter.doctor.finding import Finding, Remedy, failed, ok, warning
from lamplighter.errors import ModelError
from lamplighter.model.settings import Model

if TYPE_CHECKING:
    from lamplighter.model.bundle.admission import Admitted
    from lamplighter.model.bundle.deployment_state import DeploymentState

_WITHOUT = "without it rules and templates answer: fewer sentences are understood"
_ADOPT = "lamplighter model build RECIPE, with source: {onnx: FOLDER} in the recipe"
_MODEL_MIB = 420
_MEMORY = Path("/proc/meminfo")


def look_at_model(settings: Model, store: Path) -> Iterator[Finding]:
    """Whether the model that is to run may run: signed, unaltered, its gates passed.

    Args:
        settings: of the model.
        store: the store's folder, which deployed models are below.
    """
    if not settings.enabled:
        yield ok("model", "switched off: rules and templates only")
        return
    from lamplighter.model.bundle.admission import RECORDS, Trust, admit
    from lamplighter.model.bundle.record import runtime_version
    from lamplighter.model.bundle.versions import Versions
    from lamplighter.model.locate import model_folder

    versions = Versions(store / "models", settings.trial)
    records = versions.folder / RECORDS
    trust = Trust(keys=settings.keys, unverified=settings.unverified, records=records)
    try:
        state = versions.state()
        folder = settings.path or versions.place(state.current) or model_folder()
        admitted = admit(folder, trust)
    except ModelError as error:
        verdict = failed if settings.path or settings.keys else warning
        yield verdict("model", str(error), _WITHOUT, _remedy(error))
        return
    yield _admitted(admitted, folder)
    if admitted.record is not None and admitted.record.runtime != runtime_version():
        yield _measured_before(admitted.record.runtime, runtime_version(), folder)
    if not settings.path:
        yield from _deployed(state)


def _remedy(error: ModelError) -> Remedy:
    if "model.unverified" in error.reason:
        return Remedy("model: {unverified: true}, or a recipe that adopts it", "lamplighter.yaml")
    found = re.search(r"lamplighter model verify .*", error.reason)
    return Remedy(found[0] if found else "lamplighter model build", "shell")


def _admitted(admitted: Admitted, folder: Path) -> Finding:
    if admitted.doubts:
        verify = f"lamplighter model verify {folder}"
        return warning(
            "model",
            f"{folder}: {'; '.join(admitted.doubts)}",
            "it is run all the same, since model.unverified says so: nobody vouches for it",
            Remedy(_ADOPT if admitted.manifest is None else verify, "shell"),
        )
    assert admitted.manifest is not None, "without a manifest there are doubts"
    told = [f"{admitted.manifest.name} in {folder}: every hash fits"]
    if admitted.signature is not None:
        told.append(f"signed with key {admitted.signature.key}")
    if admitted.record is not None:
        told.append(f"{len(admitted.record.gates)} gates passed")
    return ok("model", ", ".join(told))


def _measured_before(then: str, now: str, folder: Path) -> Finding:
    return warning(
        "model gates",
        f"were passed with onnxruntime {then}; {now} is installed",
        "another runtime computes otherwise: what was measured may not hold",
        Remedy(f"lamplighter model verify {folder}", "shell"),
    )


def _deployed(state: DeploymentState) -> Iterator[Finding]:
    if state.trial is not None:
        counts = f"{state.trial.good} requests went well, {state.trial.bad} failed"
        yield ok("model trial", f"{state.current} is on trial: {counts}")
    elif state.rolled_back:
        last = state.rolled_back[-1]
        yield ok("model trial", f"{last.version} was rolled back: {last.reason}")


def look_at_memory(settings: Model, source: Path = _MEMORY) -> Iterator[Finding]:
    """Whether model and daemon fit into what is free."""
    try:
        lines = source.read_text(encoding="ascii").splitlines()
    except OSError:
        return
    sizes = {line.split(":")[0]: int(line.split()[1]) // 1024 for line in lines}
    available = sizes.get("MemAvailable", 0)
    wanted = _MODEL_MIB if settings.enabled else _MODEL_MIB // 4
    detail = f"{available:,} MiB available; Lamplighter takes up to {wanted} MiB"
    if available >= wanted:
        yield ok("memory", detail)
    else:
        yield warning(
            "memory",
            detail,
            "the kernel may end the daemon when memory runs out",
            Remedy("model: {enabled: false}", "lamplighter.yaml"),
        )
