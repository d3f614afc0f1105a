"""``lamplighter check``: every mistake in a configuration, with file, line and key."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import click

from lamplighter.commands.options import config_option, json_option, print_json, read_config
from lamplighter.errors import ConfigError, PluginError
from lamplighter.plugin_host import load_plugins
from lamplighter.upstream.wording import in_words

EX_CONFIG = 78


@click.command()
@config_option
@json_option
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path))
def check(config_path: Path | None, file: Path | None, *, as_json: bool) -> None:
    """Check a configuration file: all mistakes at once, with file, line and key."""
    path = file or config_path
    try:
        config = read_config(path)
        plugins = [plugin.name for plugin in load_plugins(config, time.time)]
    except (ConfigError, PluginError) as error:
        if not as_json:
            raise
        problems = getattr(error, "problems", None)
        shown = (
            [
                {"file": each.file, "line": each.line, "key": each.key, "reason": each.reason}
                for each in problems
            ]
            if problems
            else [{"reason": str(error)}]
        )
        print_json({"ok": False, "problems": shown})
        sys.exit(EX_CONFIG)
    words = list(in_words(config.upstream, config.root)) if config.upstream else []
    if as_json:
        print_json({"ok": True, "node": config.node, "plugins": plugins, "upstream": words})
        return
    machines = len(config.machines)
    click.echo(
        f"{path or 'defaults'}: fine. Node {config.node}, broker {config.broker.host}:"
        f"{config.broker.port}, plugins {', '.join(plugins)}, {machines} "
        f"{'machine' if machines == 1 else 'machines'}."
    )
    for line in words:
        click.echo(line)
