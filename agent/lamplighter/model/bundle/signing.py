"""Signatures of models: Ed25519 (RFC 8032) over the manifest, which lists every file's hash.

``manifest.sig`` is a JSON object: the key's id, when it was signed, and the signature of::

    "lamplighter model manifest" NUL, the time in seconds since 1970 (8 bytes, big-endian),
    the bytes of manifest.json

The prefix keeps a signature from being one of anything else; the time tells which of two signed
models is the older one.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lamplighter.errors import ModelError
from lamplighter.model.bundle.manifest import SIGNATURE, manifest_bytes, verify
from lamplighter.model.bundle.replacing import replace_file
from lamplighter.store.files.durable import sync

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import (
        Ed25519PrivateKey,
        Ed25519PublicKey,
    )

LARGEST = 4096
_FORMAT = 1
_DOMAIN = b"lamplighter model manifest\0"
_ID_DIGITS = 16
_LATEST = 1 << 63


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature that holds.

    Attributes:
        key: the id of the key: 16 hexadecimal digits of its SHA-256.
        issued: when it was signed, in seconds since 1970.
    """

    key: str
    issued: int


def make_keys(path: Path) -> tuple[Path, str]:
    """Make a pair of keys: the private one, for nobody else to read, and the public one beside it.

    Args:
        path: of the private key; the public key's name has ``.pub`` added.

    Returns:
        The public key's path, and the keys' id.

    Raises:
        ModelError: there is a file of that name, it can't be written, or ``cryptography`` is
            not installed.
    """
    package = _package()
    serialization = package.serialization
    private = package.ed25519.Ed25519PrivateKey.generate()
    secret = private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    public = private.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    beside = path.with_name(f"{path.name}.pub")
    for there in (path, beside):
        if there.exists():
            reason = "is there already and keys are never overwritten, so no keys are made"
            raise ModelError(str(there), f"{reason}: name another file")
    try:
        _write_new(path, secret, 0o600)
        _write_new(beside, public, 0o644)
        sync(path.parent)
    except OSError as error:
        raise ModelError(str(path), f"no keys are made: {error}") from error
    return beside, _id_of(private.public_key())


def sign(folder: Path, key: Path, *, issued: int) -> Signature:
    """Sign a model whose files are sound; a signature that is there is replaced.

    Args:
        folder: the model's.
        key: the private key's file.
        issued: the time now, in seconds since 1970.

    Raises:
        ModelError: the model is altered, the key can't be used, or the folder not be written.
    """
    verify(folder)
    private = _private_key(key)
    signed = _signed(manifest_bytes(folder), issued)
    claim = Signature(_id_of(private.public_key()), issued)
    try:
        replace_file(folder / SIGNATURE, _written(claim, private.sign(signed)))
    except OSError as error:
        raise ModelError(str(folder), f"the signature can't be written: {error}") from error
    return claim


def check_signature(
    manifest: bytes, signature: bytes | None, keys: Sequence[Path], model: str
) -> Signature:
    """Check that a manifest is signed by one of some keys.

    Args:
        manifest: the bytes of ``manifest.json``.
        signature: the bytes of ``manifest.sig``; None where there is none.
        keys: files of public keys, in PEM.
        model: what errors call the model.

    Raises:
        ModelError: it is not, a key can't be read, or ``cryptography`` is not installed.
    """
    package = _package()
    trusted = {_id_of(key): key for key in (_public_key(path) for path in keys)}
    if signature is None:
        raise ModelError(model, "is not signed, and model.keys asks for a signature")
    claim, raw = _claim(signature, model)
    if claim.key not in trusted:
        known = ", ".join(sorted(trusted))
        raise ModelError(model, f"is signed with key {claim.key}; model.keys has {known}")
    try:
        trusted[claim.key].verify(raw, _signed(manifest, claim.issued))
    except package.invalid_signature as error:
        reason = "the signature does not fit: manifest.json or manifest.sig was altered"
        raise ModelError(model, reason) from error
    return claim


def read_signature(folder: Path) -> bytes | None:
    """Return a model's ``manifest.sig``, or None where there is none.

    Raises:
        ModelError: it can't be read.
    """
    try:
        with (folder / SIGNATURE).open("rb") as file:
            return file.read(LARGEST + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ModelError(str(folder), f"{SIGNATURE} can't be read: {error}") from error


def claimed(folder: Path) -> Signature | None:
    """Return what a model's signature says of itself, unchecked; None without one.

    Raises:
        ModelError: it is broken.
    """
    raw = read_signature(folder)
    return None if raw is None else _claim(raw, str(folder))[0]


def _written(claim: Signature, raw: bytes) -> bytes:
    """Return the content of ``manifest.sig``."""
    value = {
        "format": _FORMAT,
        "key": claim.key,
        "issued": claim.issued,
        "signature": base64.b64encode(raw).decode(),
    }
    return json.dumps(value, indent=2).encode() + b"\n"


def _claim(signature: bytes, model: str) -> tuple[Signature, bytes]:
    """Return what a ``manifest.sig`` says; one that is not written as ours are is refused."""
    try:
        value = json.loads(signature[:LARGEST])
        raw = base64.b64decode(value["signature"], validate=True)
        found = Signature(str(value["key"]), int(value["issued"]))
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
        raise ModelError(model, f"{SIGNATURE} is broken: {error!r}") from error
    if _written(found, raw) != signature or not 0 <= found.issued < _LATEST:
        raise ModelError(model, f"{SIGNATURE} is broken, or of a newer format")
    return found, raw


def _signed(manifest: bytes, issued: int) -> bytes:
    return _DOMAIN + issued.to_bytes(8, "big") + manifest


def _private_key(path: Path) -> Ed25519PrivateKey:
    package = _package()
    try:
        key = package.serialization.load_pem_private_key(path.read_bytes(), None)
    except (OSError, ValueError, TypeError, package.unsupported) as error:
        raise ModelError(str(path), f"can't be used to sign: {error}") from error
    if not isinstance(key, package.ed25519.Ed25519PrivateKey):
        raise ModelError(str(path), "is no Ed25519 key")
    found: Ed25519PrivateKey = key
    return found


def _public_key(path: Path) -> Ed25519PublicKey:
    package = _package()
    try:
        key = package.serialization.load_pem_public_key(path.read_bytes())
    except (OSError, ValueError, package.unsupported) as error:
        raise ModelError(str(path), f"of model.keys can't be read: {error}") from error
    if not isinstance(key, package.ed25519.Ed25519PublicKey):
        raise ModelError(str(path), "of model.keys is no public Ed25519 key")
    found: Ed25519PublicKey = key
    return found


def _id_of(key: Ed25519PublicKey) -> str:
    return hashlib.sha256(key.public_bytes_raw()).hexdigest()[:_ID_DIGITS]


def _write_new(path: Path, content: bytes, mode: int) -> None:
    flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC
    with os.fdopen(os.open(path, flags, mode), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


@dataclass(frozen=True, slots=True)
class _Package:
    """What is used of ``cryptography``: imported only where keys are."""

    ed25519: Any
    serialization: Any
    invalid_signature: type[Exception]
    unsupported: type[Exception]


def _package() -> _Package:
    try:
        from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
        from cryptography.hazmat.primitives import serialization
        from cryptography.hazmat.primitives.asymmetric import ed25519
    except ImportError as error:
        reason = "signatures need a package: pip install 'lamplighter[encryption]'"
        raise ModelError("model.keys", reason) from error
    return _Package(ed25519, serialization, InvalidSignature, UnsupportedAlgorithm)
