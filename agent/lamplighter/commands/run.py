"""``lamplighter run``: the daemon."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from lamplighter import log
from lamplighter.commands.options import config_option, keep_numpy_single_threaded, read_config


@click.command()
@config_option
@click.option("--log-format", type=click.Choice(["auto", "json", "console"]), help="Overrides log.")
def run(config_path: Path | None, log_format: str | None) -> None:
    """Run the daemon until SIGTERM or Ctrl-C; SIGHUP reads the configuration again."""
    config = read_config(config_path)
    log.configure(config.log.level, log_format or config.log.format)
    keep_numpy_single_threaded()
    # Imported here, so that a mistake in the configuration is told at once.
    from lamplighter.app import run_daemon

    sys.exit(run_daemon(config, config_path))
