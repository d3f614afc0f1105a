"""The record that a model passed its gates on this machine.

It stands beside the model (``verified.json``) or, where the model's folder can't be written, in
a folder of its own under the manifest's hash. It holds for exactly one manifest, and so for
exactly one set of files. It is no protection from somebody who may write there: signatures are.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from lamplighter.errors import ModelError
from lamplighter.model.bundle.gate_report import GateResult
from lamplighter.model.bundle.manifest import RECORD
from lamplighter.model.bundle.replacing import give_to_owner, replace_file

_FORMAT = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """That a model passed its gates.

    Attributes:
        manifest: the SHA-256 of ``manifest.json``.
        gates: what was measured.
        machine: the kind of processor, such as ``x86_64``: another one computes otherwise.
        cpus: how many.
        runtime: the version of onnxruntime.
        at: when, in seconds since 1970.
    """

    manifest: str
    gates: tuple[GateResult, ...]
    machine: str
    cpus: int
    runtime: str
    at: float

    def covers(self, names: Sequence[str]) -> bool:
        """Tell whether every gate of these names was passed, on a machine such as this one."""
        passed = {result.gate for result in self.gates if result.passed}
        return (
            set(names) <= passed
            and all(result.passed for result in self.gates)
            and self.machine == platform.machine()
        )


def make_record(manifest: bytes, gates: Sequence[GateResult], *, at: float) -> Record:
    """Return the record of gates that were measured on this machine just now."""
    return Record(
        manifest=hash_of(manifest),
        gates=tuple(gates),
        machine=platform.machine(),
        cpus=os.cpu_count() or 1,
        runtime=runtime_version(),
        at=at,
    )


def write_record(record: Record, folder: Path, elsewhere: Path | None) -> Path:
    """Write a record beside its model, or elsewhere where that can't be written.

    Args:
        record: of the model.
        folder: the model's.
        elsewhere: a folder for records; None: there is no other place.

    Returns:
        Where it is now.

    Raises:
        ModelError: it can be written nowhere.
    """
    content = json.dumps({"format": _FORMAT, **asdict(record)}, indent=2).encode() + b"\n"
    try:
        replace_file(folder / RECORD, content)
    except OSError as error:
        if elsewhere is None:
            raise ModelError(str(folder), f"the record can't be written: {error}") from error
    else:
        return folder / RECORD
    place = elsewhere / f"{record.manifest}.json"
    try:
        if not elsewhere.is_dir():
            elsewhere.mkdir(parents=True)
            give_to_owner(elsewhere, of=elsewhere.parent)
        replace_file(place, content)
    except OSError as error:
        raise ModelError(str(place), f"the record can't be written: {error}") from error
    return place


def find_record(folder: Path, manifest: bytes, elsewhere: Path | None) -> Record | None:
    """Return the record of a model with exactly this manifest; None where there is none.

    What can't be read or is broken counts as none.
    """
    wanted = hash_of(manifest)
    places = [folder / RECORD]
    if elsewhere is not None:
        places.append(elsewhere / f"{wanted}.json")
    found = (_read(place) for place in places)
    return next((each for each in found if each is not None and each.manifest == wanted), None)


def forget_record(folder: Path, manifest: bytes, elsewhere: Path | None) -> None:
    """Remove the records of a model that misses its gates by now.

    Raises:
        ModelError: one can't be removed.
    """
    places = [folder / RECORD]
    if elsewhere is not None:
        places.append(elsewhere / f"{hash_of(manifest)}.json")
    for place in places:
        try:
            place.unlink(missing_ok=True)
        except OSError as error:
            raise ModelError(str(place), f"the record can't be removed: {error}") from error


def hash_of(manifest: bytes) -> str:
    """Return the SHA-256 of a manifest in hexadecimal digits."""
    return hashlib.sha256(manifest).hexdigest()


def runtime_version() -> str:
    """Return the version of onnxruntime that is installed."""
    # Imported here: it takes 40 ms, and a record is made more seldom than read.
    from importlib.metadata import version

    return version("onnxruntime")


def _read(place: Path) -> Record | None:
    try:
        value: dict[str, Any] = json.loads(place.read_bytes())
        if value.pop("format") != _FORMAT:
            return None
        gates = tuple(GateResult(**each) for each in value.pop("gates"))
        return Record(gates=gates, **value)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
