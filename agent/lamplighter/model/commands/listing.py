"""``lamplighter model list``: the models that there are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from lamplighter.errors import ModelError
from lamplighter.model import locate
from lamplighter.model.bundle.manifest import read_manifest
from lamplighter.model.commands.reporting import MIB, print_rows, reports_errors


@click.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@reports_errors
def list_models(*, as_json: bool) -> None:
    """List the models that are built, without checking their files."""
    rows = [_summary(folder) for folder in locate.built_models()]
    if as_json:
        click.echo(json.dumps(rows, indent=2))
    elif not rows:
        click.echo("No model is built. Build the default one with: lamplighter model build")
    else:
        print_rows(rows)


def _summary(folder: Path) -> dict[str, Any]:
    try:
        manifest = read_manifest(folder)
    except ModelError as error:
        return {"name": folder.name, "folder": str(folder), "problem": error.reason}
    return {
        "name": manifest.name,
        "version": manifest.version,
        "MiB": round(manifest.bytes / MIB),
        "context": manifest.context,
        "licence": manifest.licence,
        "folder": str(folder),
    }
