"""``lamplighter model sign``: vouch for a model."""

from __future__ import annotations

import time
from pathlib import Path

import click

from lamplighter.model.bundle.signing import sign
from lamplighter.model.commands.reporting import reports_errors


@click.command("sign")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--key",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="The private key's file.",
)
@reports_errors
def sign_model(*, folder: Path, key: Path) -> None:
    """Sign the model in FOLDER, after a look at every file's hash."""
    signature = sign(folder, key, issued=int(time.time()))
    click.echo(f"{folder} is signed with key {signature.key}")
