"""``lamplighter store``: back up, restore, export, import, check and encrypt what is kept."""

from __future__ import annotations

import sys
import time
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lamplighter.commands.options import (
    config_option,
    json_option,
    print_json,
    print_table,
    read_config,
)
from lamplighter.errors import StoreError, StoreKeyError

if TYPE_CHECKING:
    from lamplighter.store.encryption.sealing import Key, Seals
    from lamplighter.store.settings import Store as Settings

_LOG_SHARE = 32
_LEAST_LOG = 8 << 20
_TABLES = (
    "outbox",
    "inbox",
    "dead_letters",
    "announcements",
    "states",
    "samples",
    "texts",
    "alarms",
    "reports",
    "audit",
    "schedule",
    "commands",
    "ledger",
)


@click.group()
def store() -> None:
    """Back up, restore, export, import, check and encrypt what is kept."""


@store.command()
@config_option
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(config_path: Path | None, file: Path) -> None:
    """Write a complete, checked copy; a running daemon goes on."""
    from lamplighter.store.copies.backup import back_up
    from lamplighter.store.files.place import Place

    config = read_config(config_path)
    most_log = max(_LEAST_LOG, config.store.max_bytes // _LOG_SHARE)
    size = back_up(Place(config.store.path), file, most_log=most_log, progress=_show)
    click.echo(f"{file}: {size} bytes, checked.")


@store.command()
@config_option
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def restore(config_path: Path | None, file: Path) -> None:
    """Put a copy in the place of what is kept; the daemon must not run."""
    from lamplighter.store.copies.backup import restore as put_back
    from lamplighter.store.files.place import Place

    config = read_config(config_path)
    old = put_back(Place(config.store.path), file, now=time.time())
    click.echo(f"{file} is in its place." + (f" What was there is {old} now." if old else ""))
    lacking = _lacking(config.store)
    if lacking:
        click.echo(f"Warning: {lacking}; the daemon does not start without it.", err=True)


@store.command()
@config_option
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--table", "tables", multiple=True, type=click.Choice(_TABLES), help="Only these.")
@click.option("--since", type=click.DateTime(), help="Nothing older (UTC).")
@click.option("--until", type=click.DateTime(), help="Nothing newer (UTC).")
def export(
    config_path: Path | None,
    file: Path | None,
    tables: tuple[str, ...],
    since: object,
    until: object,
) -> None:
    """Write rows as JSON lines, readable even where they are encrypted; a daemon goes on."""
    from lamplighter.store.copies.export import Selection, as_text
    from lamplighter.store.copies.export import export as lines_of
    from lamplighter.store.encryption.keys import seals_of
    from lamplighter.store.files.place import Place

    config = read_config(config_path)
    selection = Selection(
        tables or _TABLES, _seconds(since, float("-inf")), _seconds(until, float("inf"))
    )
    seals = seals_of(config.store.encryption)
    lines = lines_of(Place(config.store.path), seals, selection, now=time.time())
    if file is None:
        for line in lines:
            sys.stdout.write(as_text(line) + "\n")
        return
    part = file.with_name(f"{file.name}.part")
    part.touch(mode=0o600)
    count = -1
    with part.open("w", encoding="utf-8") as output:
        for line in lines:
            output.write(as_text(line) + "\n")
            count += "unreadable" not in line
    part.replace(file)
    click.echo(f"{file}: {count} rows.")


@store.command(name="import")
@config_option
@json_option
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def take_in(config_path: Path | None, file: Path, *, as_json: bool) -> None:
    """Add the rows of an export; the daemon must not run. Twice is the same as once."""
    from lamplighter.store.copies.importing import take_in as add
    from lamplighter.store.encryption.keys import seals_of
    from lamplighter.store.files.place import Place

    config = read_config(config_path)
    imported = add(
        Place(config.store.path),
        seals_of(config.store.encryption),
        file,
        max_bytes=config.store.max_bytes,
        now=time.time(),
    )
    if as_json:
        print_json(asdict(imported))
        return
    print_table(("TABLE", "ROWS"), list(imported.rows.items()), empty="Nothing new.")
    if imported.known:
        click.echo(f"{imported.known} are here already, or are done with.")


@store.command()
@config_option
@json_option
def info(config_path: Path | None, *, as_json: bool) -> None:
    """Show sizes, rows and keys."""
    from lamplighter.store.encryption.keys import keys_in_use
    from lamplighter.store.files.database import connect_for_reading
    from lamplighter.store.files.place import Place
    from lamplighter.store.migrations import version_of

    config = read_config(config_path)
    place = Place(config.store.path)
    if not place.database.exists():
        raise StoreError(place.database, "there is no such database")
    with closing(connect_for_reading(place.database)) as connection:
        rows = {
            table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608 - ours
            for table in _TABLES
        }
        found = {
            "path": str(place.database),
            "version": version_of(connection),
            "bytes": place.bytes_used(),
            "max_bytes": config.store.max_bytes,
            "free_bytes": connection.execute("PRAGMA freelist_count").fetchone()[0] * 4096,
            "log_bytes": place.bytes_logged(),
            "quarantined": [str(path) for path in place.quarantined()],
            "replaced": [str(path) for path in place.replaced()],
            "keys": keys_in_use(connection),
        }
    if as_json:
        print_json({**found, "rows": rows})
        return
    for name, value in found.items():
        shown = ", ".join(value) or "none" if isinstance(value, list) else value
        click.echo(f"{name:12} {shown}")
    print_table(("TABLE", "ROWS"), list(rows.items()), empty="")


@store.command()
@config_option
def check(config_path: Path | None) -> None:
    """Read everything, indices included; exits with 1 where it is damaged, or its key not given."""
    from lamplighter.store.copies.backup import check_whole
    from lamplighter.store.files.database import connect_for_reading
    from lamplighter.store.files.log_guard import LogGuard
    from lamplighter.store.files.place import Place

    config = read_config(config_path)
    place = Place(config.store.path)
    if not place.database.exists():
        raise StoreError(place.database, "there is no such database")
    most_log = max(_LEAST_LOG, config.store.max_bytes // _LOG_SHARE)
    connection = connect_for_reading(place.database)
    with closing(connection), LogGuard(place, connection, most_log):
        found = check_whole(connection)
    for line in found:
        click.echo(line)
    if found:
        sys.exit(1)
    lacking = _lacking(config.store)
    click.echo(f"{place.database}: sound{', but its key is not to be had' * bool(lacking)}.")
    if lacking:
        click.echo(lacking)
        sys.exit(1)


@store.command()
@config_option
@click.option(
    "--old-key",
    "old_keys",
    multiple=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="A file with a key that rows are encrypted with still.",
)
def rekey(config_path: Path | None, old_keys: tuple[Path, ...]) -> None:
    """Encrypt everything as the configuration says, or make it plain; the daemon must not run."""
    from lamplighter.store.copies.encrypting import encrypt_anew
    from lamplighter.store.encryption.keys import seals_of
    from lamplighter.store.files.place import Place

    config = read_config(config_path)
    new = seals_of(config.store.encryption)
    change = encrypt_anew(Place(config.store.path), _also(new, old_keys), new, now=time.time())
    how = f"encrypted with key {new.current.fingerprint}" if new.current else "plain"
    click.echo(f"{change.values} values are {how} now.")
    if change.unreadable:
        click.echo(f"{change.unreadable} did not open and are gone; the ledger has them.")


def _lacking(settings: Settings) -> str:
    """What is wrong with the keys for what is kept; "" where they are all there."""
    from lamplighter.store.encryption.keys import keys_of, seals_of
    from lamplighter.store.files.place import Place

    place = Place(settings.path)
    in_use = keys_of(place)
    if not in_use:
        return ""
    try:
        seals_of(settings.encryption).check(in_use, place.database)
    except StoreKeyError as error:
        wanted = f"{place.database} is encrypted with key {', '.join(in_use)}"
        return str(error) if error.path == place.database else f"{wanted}; {error}"
    return ""


def _also(new: Seals, files: tuple[Path, ...]) -> Seals:
    """What decrypts: the keys of the configuration, and older ones."""
    from lamplighter.store.encryption.keys import read_keys
    from lamplighter.store.encryption.sealing import Seals

    older: list[Key] = [key for file in files for key in read_keys(file)]
    return Seals([*new.keys, *older], source=files[0] if files else Path("store.encryption"))


def _show(done: int, total: int) -> None:
    if sys.stderr.isatty():
        click.echo(f"\r{done * 100 // max(1, total)} %", err=True, nl=done >= total)


def _seconds(given: object, otherwise: float) -> float:
    from datetime import UTC, datetime

    if not isinstance(given, datetime):
        return otherwise
    return given.replace(tzinfo=UTC).timestamp()
