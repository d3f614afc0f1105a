"""``lamplighter model pack``: a model as one file."""

from __future__ import annotations

from pathlib import Path

import click

from lamplighter.model.bundle.archive import pack
from lamplighter.model.commands.reporting import MIB, reports_errors


@click.command("pack")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--out",
    "file",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file to write.",
)
@reports_errors
def pack_model(*, folder: Path, file: Path) -> None:
    """Pack the model in FOLDER, with its signature, into one file to deploy elsewhere."""
    manifest = pack(folder, file)
    size = file.stat().st_size / MIB
    click.echo(f"{manifest.name} {manifest.version} is packed in {file} ({size:.1f} MiB)")
