"""``lamplighter model``: build, list, verify and measure models, one module for each subcommand."""

from __future__ import annotations

import click

from lamplighter.model.commands import bench, build, listing, verify


@click.group()
def model() -> None:
    """Build, list, verify and measure language models."""


model.add_command(build.build)
model.add_command(listing.list_models)
model.add_command(verify.verify_model)
model.add_command(bench.bench)
