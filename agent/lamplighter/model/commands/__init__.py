"""``lamplighter model``: one module for each subcommand."""

from __future__ import annotations

import click

from lamplighter.model.commands import (
    bench,
    build,
    deploy,
    keygen,
    listing,
    pack,
    rollback,
    sign,
    verify,
)


@click.group()
def model() -> None:
    """Build, verify, sign, deploy and measure language models."""


model.add_command(build.build)
model.add_command(listing.list_models)
model.add_command(verify.verify_model)
model.add_command(bench.bench)
model.add_command(keygen.keygen)
model.add_command(sign.sign_model)
model.add_command(pack.pack_model)
model.add_command(deploy.deploy)
model.add_command(rollback.rollback)
