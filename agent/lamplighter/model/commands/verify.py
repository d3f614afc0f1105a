"""``lamplighter model verify``: whether a model is what its manifest says."""

from __future__ import annotations

import json
from pathlib import Path

import click

from lamplighter.model import locate
from lamplighter.model.bundle.manifest import verify
from lamplighter.model.commands.reporting import reports_errors


@click.command("verify")
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@reports_errors
def verify_model(folder: Path | None, *, as_json: bool) -> None:
    """Check every file of the model in FOLDER (or of the default model) against its hash."""
    where = locate.model_folder(folder)
    manifest = verify(where)
    if as_json:
        click.echo(json.dumps({"folder": str(where), "verified": True, **manifest.as_dict()}))
    else:
        click.echo(f"{manifest.name} {manifest.version}: {len(manifest.files)} files are sound")
