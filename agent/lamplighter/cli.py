"""The ``lamplighter`` command. Exit codes: 0 well, 1 failed, 2 wrong usage, 78 bad configuration.

``ask`` exits with 3 where a question comes back, 4 where it was refused, not understood or failed.
"""

from __future__ import annotations

import importlib
import sys
from typing import Any

import click

from lamplighter import __version__
from lamplighter.errors import ConfigError, LamplighterError, PluginError, StoreKeyError

EX_CONFIG = 78

_SUBCOMMANDS = {
    "run": ("lamplighter.commands.run", "Run the daemon."),
    "ask": ("lamplighter.commands.ask", "Ask or tell a running daemon something."),
    "check": ("lamplighter.commands.check", "Check a configuration file."),
    "doctor": ("lamplighter.commands.doctor", "Look for what could be wrong with this node."),
    "devices": ("lamplighter.commands.devices", "List what the daemon knows, with states."),
    "alarms": ("lamplighter.commands.alarms", "List the machines' alarms."),
    "summary": ("lamplighter.commands.summary", "Tell what befell the machines lately."),
    "replay": ("lamplighter.commands.replay", "Play recorded values: what would be said of them?"),
    "episodes": ("lamplighter.commands.episodes", "List what befell machines, and what helped."),
    "corrections": ("lamplighter.commands.corrections", "Export what people put right."),
    "outbox": ("lamplighter.commands.outbox", "Show what waits to be sent, and what was lost."),
    "store": ("lamplighter.commands.store", "Back up, export, check and encrypt what is kept."),
    "model": ("lamplighter.model.commands", "Build, verify, sign, deploy and measure models."),
}


class _LazyGroup(click.Group):
    """Imports a subcommand's module only when it is called: help and errors stay quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(_SUBCOMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        if cmd_name not in _SUBCOMMANDS:
            return None
        module = importlib.import_module(_SUBCOMMANDS[cmd_name][0])
        command: click.Command = getattr(module, cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        """Lists the subcommands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in _SUBCOMMANDS.items()])


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="lamplighter")
def cli() -> None:
    """Lamplighter: an AI agent for MQTT gateways."""


def main(arguments: list[str] | None = None) -> Any:
    """Runs the command line; errors become one clear line each and an exit code."""
    try:
        return cli.main(args=arguments, prog_name="lamplighter", standalone_mode=False)
    except click.exceptions.Abort:
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except ConfigError as error:
        for problem in error.problems:
            click.echo(f"lamplighter: {problem}", err=True)
        count = len(error.problems)
        noun = "mistake" if count == 1 else "mistakes"
        click.echo(f"{count} {noun} in the configuration", err=True)
        sys.exit(EX_CONFIG)
    except LamplighterError as error:
        click.echo(f"lamplighter: {error}", err=True)
        sys.exit(EX_CONFIG if isinstance(error, PluginError | StoreKeyError) else 1)
