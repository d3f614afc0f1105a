"""``lamplighter model verify``: whether a model is what its manifest says, and good enough."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from lamplighter.commands.options import config_option, read_config
from lamplighter.errors import ModelError
from lamplighter.model.bundle import gates
from lamplighter.model.bundle.admission import Trust, without_manifest
from lamplighter.model.bundle.gate_report import GateResult, missed
from lamplighter.model.bundle.manifest import (
    Manifest,
    check_files,
    manifest_bytes,
    parse_manifest,
)
from lamplighter.model.bundle.record import forget_record
from lamplighter.model.bundle.signing import Signature, check_signature, read_signature
from lamplighter.model.commands.progress import gate_progress
from lamplighter.model.commands.reporting import print_rows, reports_errors
from lamplighter.model.commands.store_models import model_to_run, trust_of
from lamplighter.model.foreign.export import folder_of


@click.command("verify")
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@click.option("--quick", is_flag=True, help="Look at hashes and signature only.")
@click.option("--threads", type=click.IntRange(1, 64), help="To measure with; by default up to 2.")
@config_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@reports_errors
def verify_model(
    *,
    folder: Path | None,
    quick: bool,
    threads: int | None,
    config_path: Path | None,
    as_json: bool,
) -> None:
    """Verify the model in FOLDER, or the one that the daemon runs.

    Its signature (where the configuration has keys), every file's hash, and the gates of its
    manifest. Exit code 1 where it misses one, and the daemon does not load it any more; else it
    is recorded that it may be run here.
    """
    config = read_config(config_path)
    trust = trust_of(config)
    where = folder_of(folder or model_to_run(config))
    manifest, signature = check(where, trust)
    results: tuple[GateResult, ...] = ()
    record = None
    if not quick and manifest.gates:
        with gate_progress(shown=not as_json) as progress:
            results = gates.measure_gates(where, threads=threads, progress=progress)
        if missed(results):
            forget_record(where, manifest_bytes(where), trust.records)
        else:
            record = gates.keep_record(where, results, trust.records)
    _print(where, manifest, signature, results, record, as_json=as_json)
    if missed(results):
        sys.exit(1)


def check(folder: Path, trust: Trust) -> tuple[Manifest, Signature | None]:
    """Check a model's signature, where keys ask for one, and the hash of every file.

    Raises:
        ModelError: names what is wrong.
    """
    try:
        raw = manifest_bytes(folder)
    except ModelError as error:
        raise without_manifest(folder, error) from error
    signature = None
    if trust.keys:
        signature = check_signature(raw, read_signature(folder), trust.keys, str(folder))
    manifest = parse_manifest(raw, str(folder))
    check_files(folder, manifest)
    return manifest, signature


def result_rows(results: Sequence[GateResult]) -> list[dict[str, Any]]:
    """Return a table's row for each gate."""
    return [
        {
            "check": result.gate,
            "figure": "" if result.measured is None else _figure(result.measured, result.unit),
            "bound": "" if result.bound is None else f"at {result.side} {result.bound:.4g}",
            "result": "passed" if result.passed else "MISSED",
            "detail": result.detail,
        }
        for result in results
    ]


def _figure(value: float, unit: str) -> str:
    return f"{value:.4g} {unit}".rstrip()


def _print(
    folder: Path,
    manifest: Manifest,
    signature: Signature | None,
    results: Sequence[GateResult],
    record: Path | None,
    *,
    as_json: bool,
) -> None:
    sound = not missed(results)
    if as_json:
        said = {
            "folder": str(folder),
            "verified": sound,
            "signature": None if signature is None else asdict(signature),
            "results": [asdict(result) | {"passed": result.passed} for result in results],
            "record": None if record is None else str(record),
            **manifest.as_dict(),
        }
        click.echo(json.dumps(said, indent=2))
        return
    rows = [{"check": "hashes", "figure": f"{len(manifest.files)} files are sound"}]
    if signature is not None:
        rows.insert(0, {"check": "signature", "figure": f"key {signature.key}"})
    rows = [{**row, "bound": "", "result": "passed"} for row in rows]
    click.echo(f"{manifest.name} {manifest.version} in {folder}")
    print_rows([*rows, *result_rows(results)])
    if not manifest.gates:
        click.echo("Its manifest has no gates: nothing was measured.")
