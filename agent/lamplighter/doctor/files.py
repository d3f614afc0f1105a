"""Can the files that the configuration names be read, and by nobody else?"""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Iterator
from pathlib import Path

from lamplighter.doctor.finding import Finding, Remedy, failed, ok, unknown, warning
from lamplighter.errors import StoreError, StoreKeyError
from lamplighter.link.settings import Broker
from lamplighter.store.encryption.keys import keys_of, read_keys, seals_of
from lamplighter.store.files.place import Place
from lamplighter.store.settings import Store

_YAML = "lamplighter.yaml"
_WITHOUT_KEY = "without its key the store can't be opened, and what is in it can't be read"


def look_at_files(broker: Broker, *, about: str, user: str) -> Iterator[Finding]:
    """Password and certificates of a broker."""
    files = {"password_file": broker.password_file}
    if broker.tls is not None:
        files |= {
            "tls.ca": broker.tls.ca,
            "tls.certificate": broker.tls.certificate,
            "tls.key": broker.tls.key,
        }
    for key, path in files.items():
        if path is not None:
            secret = key in {"password_file", "tls.key"}
            yield look_at_file(f"{about}.{key}", path, secret=secret, user=user)


def look_at_file(key: str, path: Path, *, secret: bool, user: str) -> Finding:
    """One file; ``secret`` where nobody else should be able to read it."""
    if not os.access(path, os.R_OK):
        return failed(
            key,
            f"{path} can't be read by {user}",
            "without it there is no connection",
            Remedy(f"chown lamplighter {path}", "shell, as root"),
        )
    if secret and path.stat().st_mode & stat.S_IROTH:
        return warning(
            key,
            f"{path} can be read by everyone",
            "whoever can log in here can log in there",
            Remedy(f"chmod o-r {path}", "shell"),
        )
    return ok(key, str(path))


def look_at_lock(settings: Store) -> Iterator[Finding]:
    """Whether the keys are there with which the rows of the store are encrypted.

    Raises:
        StoreError: the store can't be read.
    """
    place, name = Place(settings.path), "store encryption"
    if not place.database.exists():
        return
    try:
        in_use = keys_of(place)
    except sqlite3.Error as error:
        raise StoreError(place.database, f"can't be read: {error}") from error
    if not in_use:
        return
    try:
        seals = seals_of(settings.encryption)
    except StoreKeyError as error:
        names = ", ".join(in_use)
        yield unknown(name, f"whether key {names} is given can't be seen from here: {error}")
        return
    try:
        seals.check(in_use, place.database)
    except StoreKeyError as error:
        remedy = Remedy("store: {encryption: {key_file: the file with that key}}", _YAML)
        yield failed(name, str(error), _WITHOUT_KEY, remedy)
        return
    yield ok(name, f"what is kept is encrypted with key {', '.join(in_use)}, which is given")


def look_at_key(path: Path) -> Finding:
    """The key that the store's payloads are encrypted with."""
    name = "store.encryption.key_file"
    try:
        keys = read_keys(path)
    except StoreKeyError as error:
        return failed(name, str(error), _WITHOUT_KEY, _way_to_key(path))
    older = f" and {len(keys) - 1} older" if len(keys) > 1 else ""
    return ok(
        name, f"{path} holds a key{older}; keep a copy elsewhere: nothing else opens the store"
    )


def _way_to_key(path: Path) -> Remedy:
    if not path.exists():
        return Remedy("store: {encryption: {key_file: the file with the key}}", _YAML)
    if not os.access(path, os.R_OK) or path.stat().st_mode & (stat.S_IROTH | stat.S_IWOTH):
        return Remedy(f"chown lamplighter {path}; chmod 600 {path}", "shell, as root")
    return Remedy("32 raw bytes, or one key a line as 64 hex digits", str(path))
