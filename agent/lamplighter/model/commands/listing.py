"""``lamplighter model list``: the models that there are, built and deployed."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from lamplighter.commands.options import config_option, read_config
from lamplighter.errors import ModelError
from lamplighter.model import locate
from lamplighter.model.bundle.deployment_state import DeploymentState
from lamplighter.model.bundle.manifest import read_manifest
from lamplighter.model.bundle.signing import claimed
from lamplighter.model.bundle.versions import Versions
from lamplighter.model.commands.reporting import MIB, print_rows, reports_errors
from lamplighter.model.commands.store_models import versions_of


@click.command("list")
@config_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@reports_errors
def list_models(*, config_path: Path | None, as_json: bool) -> None:
    """List the models that are built or deployed, without checking their files."""
    rows = [_summary(folder, "built") for folder in locate.built_models()]
    rows += deployed(versions_of(read_config(config_path)))
    if as_json:
        click.echo(json.dumps(rows, indent=2))
    elif not rows:
        click.echo("No model is built. Build the default one with: lamplighter model build")
    else:
        print_rows(rows)


def deployed(versions: Versions) -> list[dict[str, Any]]:
    """Return a row for each deployed model, and for each one that was rolled back.

    Raises:
        ModelError: the state's file can't be read.
    """
    state = versions.state()
    rows = [
        _summary(folder, said)
        for version, said in ((state.current, _current(state)), (state.previous, "previous"))
        if (folder := versions.place(version)) is not None
    ]
    for back in reversed(state.rolled_back):
        at = datetime.fromtimestamp(back.at).astimezone().isoformat(timespec="seconds")
        said = f"rolled back {at}: {back.reason}"
        rows.append({"name": "", "version": back.version, "state": said})
    return rows


def _current(state: DeploymentState) -> str:
    trial = state.trial
    if trial is None:
        return "current"
    return f"current, on trial: {trial.good} good, {trial.bad} failed, {trial.starts} starts"


def _summary(folder: Path, state: str) -> dict[str, Any]:
    try:
        manifest = read_manifest(folder)
        signature = claimed(folder)
    except ModelError as error:
        return {
            "name": folder.name,
            "state": state,
            "folder": str(folder),
            "problem": error.reason,
        }
    return {
        "name": manifest.name,
        "version": manifest.version,
        "state": state,
        "MiB": round(manifest.bytes / MIB),
        "context": manifest.context,
        "licence": manifest.licence,
        "key": "" if signature is None else signature.key,
        "folder": str(folder),
    }
