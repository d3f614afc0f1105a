"""``lamplighter model rollback``: the model before."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from lamplighter.commands.options import config_option, read_config
from lamplighter.errors import ModelError
from lamplighter.model.bundle.manifest import read_manifest
from lamplighter.model.commands.reporting import reports_errors
from lamplighter.model.commands.store_models import versions_of
from lamplighter.model.commands.telling import tell_daemon


@click.command()
@config_option
@click.option("--reason", default="asked for by hand", help="Kept, and shown by model list.")
@click.option(
    "--no-swap", is_flag=True, help="Leave the running daemon alone until its next start."
)
@click.option("--timeout", default=60.0, show_default=True, help="Seconds to wait for the swap.")
@reports_errors
def rollback(*, config_path: Path | None, reason: str, no_swap: bool, timeout: float) -> None:
    """Go back to the model that was current before the last deployment.

    Where there is none, that is the default model of this installation.
    """
    config = read_config(config_path)
    versions = versions_of(config)
    taken_back = versions.state().current
    back = versions.take_back(reason)
    click.echo(f"{taken_back} is rolled back; current is {back or 'the default model'}.")
    if no_swap:
        return
    expected = _version(back)

    def swapped(health: dict[str, Any]) -> bool:
        if expected is not None:
            return health.get("version") == expected
        return not str(taken_back).startswith(str(health.get("version", taken_back)))

    click.echo(tell_daemon(config, swapped, timeout=timeout))


def _version(folder: Path | None) -> str | None:
    """Return a model's version; None where that can't be told."""
    if folder is None:
        return None
    try:
        return read_manifest(folder).version
    except ModelError:
        return None
