"""Where the store's keys come from: a file, or a systemd credential; and which are in use."""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import stat
from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path

from lamplighter.errors import StoreKeyError
from lamplighter.store import migrations
from lamplighter.store.encryption.sealing import KEY_BYTES, Key, Seals
from lamplighter.store.files.database import connect_for_reading
from lamplighter.store.files.place import Place
from lamplighter.store.settings import Encryption

CREDENTIAL = "store-key"
CREDENTIALS = "CREDENTIALS_DIRECTORY"
IN_USE = "encryption"
_CONTEXT = b"lamplighter store key\0"
_MOST_BYTES = 4096


def make_key(secret: bytes) -> Key:
    """A key of 32 bytes."""
    return Key(secret, hashlib.sha256(_CONTEXT + secret).hexdigest()[:16])


def seals_of(settings: Encryption | None, environment: Mapping[str, str] = os.environ) -> Seals:
    """What encrypts as the settings say; without any, values are stored plain.

    Raises:
        StoreKeyError: there is no usable key.
    """
    if settings is None:
        return Seals()
    path = _key_file(settings, environment)
    return Seals(read_keys(path), source=path)


def read_keys(path: Path) -> list[Key]:
    """The keys in a file: 32 raw bytes, or one key a line as 64 hex digits.

    The first encrypts; those below it are older ones, with which rows may be encrypted still.
    Lines that begin with ``#`` are comments.

    Raises:
        StoreKeyError: the file can't be read, is open to everybody, or holds something else.
    """
    try:
        mode = path.stat().st_mode
        with path.open("rb") as file:
            data = file.read(_MOST_BYTES)
    except OSError as error:
        raise StoreKeyError(path, str(error)) from error
    if mode & (stat.S_IROTH | stat.S_IWOTH):
        raise StoreKeyError(path, "is open to everybody: chmod o-rw")
    if len(data) == KEY_BYTES:
        return [make_key(data)]
    lines = (line.strip() for line in data.decode("ascii", "replace").splitlines())
    keys = [_from_hex(path, line) for line in lines if line and not line.startswith("#")]
    if not keys:
        raise StoreKeyError(path, "holds no key")
    return keys


def keys_in_use(connection: sqlite3.Connection) -> list[str]:
    """Fingerprints of the keys with which rows of this database may be encrypted.

    Raises:
        sqlite3.Error: it can't be read.
    """
    row = connection.execute("SELECT data FROM snapshots WHERE name = ?", (IN_USE,)).fetchone()
    if row is None:
        return []
    try:
        return [str(each) for each in json.loads(row[0])["keys"]]
    except (ValueError, TypeError, KeyError):
        return []


def keys_of(place: Place) -> list[str]:
    """As :func:`keys_in_use`, of a database that somebody else may be using.

    Raises:
        sqlite3.Error: it can't be read.
    """
    with closing(connect_for_reading(place.database)) as connection:
        return keys_in_use(connection) if migrations.is_ours(connection) else []


def note_keys(connection: sqlite3.Connection, fingerprints: Iterable[str], now: float) -> None:
    """Notes which keys are in use; never encrypted, as it says what it would be encrypted with.

    Raises:
        sqlite3.Error: it can't be written.
    """
    data = json.dumps({"keys": sorted(set(fingerprints))})
    connection.execute(
        "INSERT OR REPLACE INTO snapshots (name, data, updated) VALUES (?, ?, ?)",
        (IN_USE, data, now),
    )


def _key_file(settings: Encryption, environment: Mapping[str, str]) -> Path:
    if settings.key_file is not None:
        return settings.key_file
    folder = environment.get(CREDENTIALS)
    if folder is None:
        reason = (
            "store.encryption needs a key: set its key_file, or LoadCredential=store-key in the "
            "systemd unit"
        )
        raise StoreKeyError(Path(CREDENTIAL), reason)
    return Path(folder) / CREDENTIAL


def _from_hex(path: Path, line: str) -> Key:
    try:
        secret = bytes.fromhex(line)
    except ValueError:
        secret = b""
    if len(secret) != KEY_BYTES:
        raise StoreKeyError(path, "must hold 32 raw bytes, or lines of 64 hex digits")
    return make_key(secret)
