"""``lamplighter check``: every mistake in a configuration, with file, line and key."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import click

from lamplighter.commands.options import config_option, json_option, print_json, read_config
from lamplighter.errors import ConfigError, ConfigProblem, PluginError, StoreKeyError
from lamplighter.named_files import absence
from lamplighter.plugin_host import load_plugins
from lamplighter.store.encryption.keys import CREDENTIALS, read_keys
from lamplighter.store.settings import Encryption
from lamplighter.upstream.wording import in_words

EX_CONFIG = 78


def _see_key(path: Path | None, settings: Encryption | None) -> None:
    """Sees whether the store's key can be one.

    Not a part of reading the configuration: what is kept can be looked at without its key.

    Raises:
        ConfigError: it can't, or is not there.
    """
    if settings is None or settings.key_file is None:
        return
    reason = absence(settings.key_file)
    if not reason and os.access(settings.key_file, os.R_OK):
        try:
            read_keys(settings.key_file)
        except StoreKeyError as error:
            reason = str(error)
    if reason:
        lines = path.read_text(encoding="utf-8").splitlines() if path else []
        line = next((number for number, text in enumerate(lines, 1) if "key_file" in text), 1)
        raise ConfigError([ConfigProblem(str(path), line, "store.encryption.key_file", reason)])


def _notes(settings: Encryption | None) -> list[str]:
    """What a daemon needs from elsewhere, and is not to be seen from here."""
    if settings is None or settings.key_file is not None or CREDENTIALS in os.environ:
        return []
    note = (
        "Not seen from here: store.encryption names no key_file, so the key must be the systemd"
        " credential store-key (LoadCredential= in the unit); without it the daemon does not start."
    )
    return [note]


@click.command()
@config_option
@json_option
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path))
def check(config_path: Path | None, file: Path | None, *, as_json: bool) -> None:
    """Check a configuration file: all mistakes at once, with file, line and key."""
    path = file or config_path
    try:
        config = read_config(path)
        _see_key(path, config.store.encryption)
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
    notes = _notes(config.store.encryption)
    if as_json:
        found = {"node": config.node, "plugins": plugins, "upstream": words, "notes": notes}
        print_json({"ok": True, **found})
        return
    machines = len(config.machines)
    click.echo(
        f"{path or 'defaults'}: fine. Node {config.node}, broker {config.broker.host}:"
        f"{config.broker.port}, plugins {', '.join(plugins)}, {machines} "
        f"{'machine' if machines == 1 else 'machines'}."
    )
    for line in [*words, *notes]:
        click.echo(line)
