"""``lamplighter corrections``: what people put right, as training samples."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import click

from lamplighter.actions.corrections import PREFIX, exported
from lamplighter.commands.options import config_option, read_config
from lamplighter.commands.stored import stored_in
from lamplighter.errors import StoreError
from lamplighter.store.files.place import Place

_WAIT_S = 10.0


@click.group()
def corrections() -> None:
    """What people put right ("no, the other lamp"), where that is kept."""


@corrections.command()
@config_option
@click.option("--forget", is_flag=True, help="Forget them once they are printed.")
def export(*, config_path: Path | None, forget: bool) -> None:
    """Print them as JSON, one a line; config/docs/understanding.md tells what is in it."""
    config = read_config(config_path)
    with stored_in(config.store) as stored:
        kept = stored.snapshots.starting_with(PREFIX)
    for sample in exported(kept):
        click.echo(json.dumps(sample, ensure_ascii=False))
    if forget and kept:
        _forget(Place(config.store.path).database, tuple(kept))


def _forget(database: Path, names: tuple[str, ...]) -> None:
    """Deletes just what was printed; a running daemon goes on."""
    try:
        with closing(sqlite3.connect(database, timeout=_WAIT_S)) as connection, connection:
            connection.execute("PRAGMA secure_delete = ON")
            connection.executemany(
                "DELETE FROM snapshots WHERE name = ?", [(name,) for name in names]
            )
    except sqlite3.Error as error:
        raise StoreError(database, f"corrections are not forgotten: {error}") from error
