"""Which model may be run: one that is signed, unaltered, and has passed its gates here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lamplighter.errors import ModelError
from lamplighter.model.bundle.gate_report import gate_names
from lamplighter.model.bundle.manifest import (
    MANIFEST,
    Manifest,
    check_files,
    manifest_bytes,
    parse_manifest,
)
from lamplighter.model.bundle.record import Record, find_record
from lamplighter.model.bundle.signing import Signature, check_signature, read_signature
from lamplighter.model.foreign.export import folder_of

RECORDS = "verified"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """What is asked of a model before it is run.

    Attributes:
        keys: files of public keys; where there are any, one of them must have signed it.
        unverified: True admits a model without a manifest, altered, or whose gates were never
            passed; a signature that ``keys`` asks for, and the hashes that it covers, are asked
            for all the same.
        records: the folder with records of models that can't hold their own; may be missing.
    """

    keys: Sequence[Path] = ()
    unverified: bool = False
    records: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Admitted:
    """A model that may be run.

    Attributes:
        manifest: its own; None where it has none that can be read.
        signature: who signed it; None where no keys are configured.
        record: of its gates; None where it has none, or none were passed.
        doubts: what would have kept it out but for ``model.unverified``, in words.
    """

    manifest: Manifest | None = None
    signature: Signature | None = None
    record: Record | None = None
    doubts: tuple[str, ...] = ()


def admit(path: Path, trust: Trust) -> Admitted:
    """Check a model before it is run; reads every file of it once.

    Args:
        path: a model's folder, an export's, or the graph of an export.
        trust: what is asked of it.

    Raises:
        ModelError: it may not be run, and why; also when a key can't be read.
    """
    folder = folder_of(path)
    if trust.keys:
        raw = manifest_bytes(folder)
        signature = check_signature(raw, read_signature(folder), trust.keys, str(folder))
        manifest = parse_manifest(raw, str(folder))
        check_files(folder, manifest)
        return _with_gates(folder, raw, manifest, signature, trust)
    try:
        raw = manifest_bytes(folder)
        manifest = parse_manifest(raw, str(folder))
    except ModelError as error:
        if not (trust.unverified and path.exists()):
            raise without_manifest(folder, error) from error
        return Admitted(doubts=(error.reason,))
    try:
        check_files(folder, manifest)
    except ModelError as error:
        if not trust.unverified:
            raise
        return Admitted(manifest=manifest, doubts=(error.reason,))
    return _with_gates(folder, raw, manifest, None, trust)


def without_manifest(folder: Path, error: ModelError) -> ModelError:
    """Return what says how an export of other tools can be run; ``error`` where it is none."""
    export = folder.suffix == ".onnx" or any(folder.rglob("*.onnx"))
    if (folder / MANIFEST).exists() or not (export and folder.exists()):
        return error
    reason = (
        "an ONNX export without a manifest, so nothing can be checked; set model.unverified: true "
        "to run it as it is, or adopt it: `lamplighter model build` with a recipe whose source is "
        "{onnx: FOLDER}"
    )
    return ModelError(error.model, reason)


def _with_gates(
    folder: Path, raw: bytes, manifest: Manifest, signature: Signature | None, trust: Trust
) -> Admitted:
    record = find_record(folder, raw, trust.records)
    names = gate_names(manifest.gates)
    doubts: tuple[str, ...] = ()
    if names and (record is None or not record.covers(names)):
        doubts = (f"its gates were not passed here: lamplighter model verify {folder}",)
        record = None
    if doubts and not trust.unverified:
        raise ModelError(str(folder), doubts[0])
    return Admitted(manifest=manifest, signature=signature, record=record, doubts=doubts)
