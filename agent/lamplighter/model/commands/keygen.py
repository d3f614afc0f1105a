"""``lamplighter model keygen``: keys to sign models with."""

from __future__ import annotations

from pathlib import Path

import click

from lamplighter.model.bundle.signing import make_keys
from lamplighter.model.commands.reporting import reports_errors


@click.command()
@click.option(
    "--out",
    "key",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="The private key's file; the public key gets the same name with .pub.",
)
@reports_errors
def keygen(*, key: Path) -> None:
    """Make a pair of Ed25519 keys to sign models with."""
    public, name = make_keys(key)
    click.echo(f"Key {name}")
    click.echo(f"  private: {key} (to sign with; not for the gateway)")
    click.echo(f"  public:  {public} (for model.keys in lamplighter.yaml)")
