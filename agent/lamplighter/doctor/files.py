"""Can the files that the configuration names be read, and by nobody else?"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from lamplighter.doctor.finding import Finding, Remedy, failed, ok, warning
from lamplighter.errors import StoreKeyError
from lamplighter.link.settings import Broker


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


def look_at_key(path: Path) -> Finding:
    """The key that the store's payloads are encrypted with."""
    # Imported here: cryptography is loaded only where something is encrypted.
    from lamplighter.store.encryption.keys import read_keys

    name = "store.encryption.key_file"
    try:
        keys = read_keys(path)
    except StoreKeyError as error:
        return failed(
            name,
            str(error),
            "without its key the store can't be opened, and what is in it can't be read",
            Remedy(f"chown lamplighter {path}; chmod 600 {path}", "shell, as root"),
        )
    older = f" and {len(keys) - 1} older" if len(keys) > 1 else ""
    return ok(
        name, f"{path} holds a key{older}; keep a copy elsewhere: nothing else opens the store"
    )
