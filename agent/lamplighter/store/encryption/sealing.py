"""Payloads are encrypted one by one, so that a store may hold plain rows and rows of several keys.

AES-256-GCM. A nonce is never used twice: eight random bytes a start, then a count. What is
encrypted is bound to its table, column and topic: moved elsewhere, it does not open. Each value
names its key by four bytes of a fingerprint; which keys are in use is noted in the database, so
that a start without one of them is refused, rather than that rows are lost.

A value as it is stored::

    plain       as it is, unless it begins with the mark
    plain       mark, "P", the value
    encrypted   mark, "S", key (4 bytes), nonce (12), what was encrypted, tag (16)

In a column of texts what follows the "S" is in base64.
"""

from __future__ import annotations

import base64
import binascii
import itertools
import os
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import structlog

from lamplighter.errors import StoreKeyError, UnreadableError

_log = structlog.get_logger("store")

Values = TypeVar("Values")
Made = TypeVar("Made")

KEY_BYTES = 32
_MARK = b"\x01Lm"
_PLAIN = _MARK + b"P"
_SEALED = _MARK + b"S"
_HEAD = len(_SEALED)
_ID_BYTES = 4
_NONCE_BYTES = 12
_START_BYTES = 8
_COUNT_BITS = 32


@dataclass(frozen=True, slots=True)
class Key:
    """A key; ``fingerprint`` is 16 hex digits that tell it from others and nothing of it."""

    secret: bytes
    fingerprint: str

    @property
    def id(self) -> bytes:
        """What encrypted values name it by."""
        return bytes.fromhex(self.fingerprint)[:_ID_BYTES]

    def __repr__(self) -> str:
        return f"Key({self.fingerprint})"


class Seals:
    """Encrypts and decrypts for all tables; from any thread.

    Args:
        keys: the first encrypts; all decrypt. Without any, values are stored plain.
        source: where the keys come from, for errors.
        random_bytes: unpredictable bytes.
    """

    def __init__(
        self,
        keys: Sequence[Key] = (),
        *,
        source: Path = Path(),
        random_bytes: Callable[[int], bytes] = os.urandom,
    ) -> None:
        self.keys = tuple(keys)
        self.current = keys[0] if keys else None
        self._fingerprints = frozenset(key.fingerprint for key in keys)
        self._source = source
        self._start = int.from_bytes(random_bytes(_START_BYTES), "big")
        self._count = itertools.count()
        self._ciphers = {key.id: _cipher(key, source) for key in keys}

    def check(self, in_use: Collection[str], database: Path) -> None:
        """Sees whether every key that is in use is there.

        Args:
            in_use: their fingerprints.
            database: where they are in use, for the error.

        Raises:
            StoreKeyError: one is missing.
        """
        missing = sorted(set(in_use) - self._fingerprints)
        if missing:
            reason = f"is encrypted with key {', '.join(missing)}, {self._instead()}"
            raise StoreKeyError(database, reason)

    def _instead(self) -> str:
        if not self.keys:
            return "and no key is given: store.encryption must name a file that holds it"
        held = ", ".join(sorted(self._fingerprints))
        return f"which is not in {self._source}: that holds {held}"

    def column(self, name: str) -> Column:
        """Values of a column of bytes, such as ``inbox.payload``."""
        return Column(self, name)

    def texts(self, name: str) -> TextColumn:
        """Values of a column of texts."""
        return TextColumn(self, name)

    def encrypt(self, context: bytes, value: bytes) -> bytes:
        """What is stored after the mark: key, nonce, ciphertext, tag. There must be a key."""
        assert self.current is not None
        nonce = self._nonce()
        sealed: bytes = self._ciphers[self.current.id].encrypt(nonce, value, context)
        return self.current.id + nonce + sealed

    def decrypt(self, context: bytes, sealed: bytes) -> bytes:
        """The value that :meth:`encrypt` was given.

        Raises:
            StoreKeyError: its key is not among those given.
            UnreadableError: it was changed, or belongs elsewhere.
        """
        cipher = self._ciphers.get(sealed[:_ID_BYTES])
        if cipher is None:
            source = self._source if self.keys else Path("store.encryption")
            raise StoreKeyError(source, "lacks a key that values in the store are encrypted with")
        nonce = sealed[_ID_BYTES : _ID_BYTES + _NONCE_BYTES]
        from cryptography.exceptions import InvalidTag

        try:
            value: bytes = cipher.decrypt(nonce, sealed[_ID_BYTES + _NONCE_BYTES :], context)
        except (InvalidTag, ValueError) as error:
            raise UnreadableError(self._source, "a value was changed on disk") from error
        return value

    def _nonce(self) -> bytes:
        number = next(self._count)
        start = (self._start + (number >> _COUNT_BITS)) % (1 << 8 * _START_BYTES)
        count = number % (1 << _COUNT_BITS)
        return start.to_bytes(_START_BYTES, "big") + count.to_bytes(_COUNT_BITS // 8, "big")


class Column:
    """Values of one column of bytes, each bound to a text beside it (its topic, mostly)."""

    def __init__(self, seals: Seals, name: str) -> None:
        self._seals = seals
        self._name = name.encode()

    def seal(self, bound: str, value: bytes) -> bytes:
        """The value as it is stored."""
        if self._seals.current is not None:
            return _SEALED + self._seals.encrypt(_context(self._name, bound), value)
        return _PLAIN + value if value.startswith(_MARK) else value

    def open(self, bound: str, stored: bytes) -> bytes:
        """The value that is stored.

        Raises:
            StoreKeyError: its key is not given.
            UnreadableError: it was changed, or belongs elsewhere.
        """
        if not stored.startswith(_MARK):
            return stored
        if stored.startswith(_SEALED):
            return self._seals.decrypt(_context(self._name, bound), stored[_HEAD:])
        return stored[_HEAD:] if stored.startswith(_PLAIN) else stored

    def read(self, bound: str, stored: bytes) -> bytes | None:
        """As :meth:`open`; None where it does not open, for whatever reason."""
        try:
            return self.open(bound, stored)
        except (StoreKeyError, UnreadableError):
            return None


class TextColumn:
    """Values of one column of texts; otherwise as :class:`Column`."""

    def __init__(self, seals: Seals, name: str) -> None:
        self._seals = seals
        self._name = name.encode()

    def seal(self, bound: str, value: str) -> str:
        """The value as it is stored."""
        if self._seals.current is not None:
            sealed = self._seals.encrypt(_context(self._name, bound), value.encode())
            return _SEALED.decode() + base64.b64encode(sealed).decode()
        return _PLAIN.decode() + value if value.startswith(_MARK.decode()) else value

    def open(self, bound: str, stored: str) -> str:
        """The value that is stored; errors as :meth:`Column.open`."""
        if not stored.startswith(_MARK.decode()):
            return stored
        if stored.startswith(_SEALED.decode()):
            try:
                sealed = base64.b64decode(stored[_HEAD:], validate=True)
            except binascii.Error as error:
                raise UnreadableError(Path(), "a value was changed on disk") from error
            return self._seals.decrypt(_context(self._name, bound), sealed).decode()
        return stored[_HEAD:] if stored.startswith(_PLAIN.decode()) else stored


def readable(rows: Iterable[Values], make: Callable[[Values], Made]) -> list[Made]:
    """What ``make`` makes of each row, those left out that do not open; they are logged."""
    made: list[Made] = []
    for row in rows:
        try:
            made.append(make(row))
        except UnreadableError as error:
            _log.error("row_unreadable", reason=str(error), kind=getattr(make, "__qualname__", ""))
    return made


def is_sealed(stored: bytes | str, key: Key | None = None) -> bool:
    """True for an encrypted value; with ``key``, only if it is encrypted with that one."""
    data = stored if isinstance(stored, bytes) else stored[:_HEAD].encode()
    if not data.startswith(_SEALED) or key is None:
        return data.startswith(_SEALED)
    if isinstance(stored, bytes):
        return stored[_HEAD : _HEAD + _ID_BYTES] == key.id
    try:
        # Eight digits of base64 hold six bytes.
        return base64.b64decode(stored[_HEAD : _HEAD + 8])[:_ID_BYTES] == key.id
    except binascii.Error:
        return False


def _context(name: bytes, bound: str) -> bytes:
    # As it is stored: what UTF-8 can't hold is written as escapes there.
    return name + b"\0" + bound.encode("utf-8", "backslashreplace")


def _cipher(key: Key, source: Path) -> Any:
    # Imported here: who encrypts nothing pays nothing for it.
    try:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    except ImportError as error:
        reason = "encryption needs a package: pip install 'lamplighter[encryption]'"
        raise StoreKeyError(source, reason) from error
    return AESGCM(key.secret)
