"""The manifest of a built model: what it is, where it came from, its files' hashes, its gates."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from lamplighter.errors import ModelError
from lamplighter.model.bundle.file_names import is_plain
from lamplighter.model.bundle.gate_bounds import Gates, read_gates
from lamplighter.model.hashing import sha256_of

MANIFEST = "manifest.json"
SIGNATURE = "manifest.sig"
RECORD = "verified.json"
GRAPH = "model.onnx"
WEIGHTS = "model.onnx.data"
TOKENIZER = "tokenizer.json"
CHAT_TEMPLATE = "chat_template.jinja"
FORMAT = 2
FORMATS = (1, 2)
LARGEST = 1 << 20

Form = Literal["decoder", "export"]
# What a manifest can't list: itself, and what is said about it (in the folder itself only).
UNLISTED = frozenset({MANIFEST, SIGNATURE, RECORD})
# What a kill while one of them is replaced leaves behind.
_LEFT = frozenset(f".{name}.part" for name in UNLISTED)
_NEEDED: Mapping[str, frozenset[str]] = {
    "decoder": frozenset({GRAPH, WEIGHTS, TOKENIZER}),
    "export": frozenset({TOKENIZER}),
}
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class FileEntry:
    """One file of a model.

    Attributes:
        sha256: its hash in hexadecimal digits.
        bytes: its length.
    """

    sha256: str
    bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What ``manifest.json`` says.

    Attributes:
        name: of the model.
        licence: of its weights.
        context: positions it has.
        bos: text of the begin token.
        eos: text of the token that ends a turn.
        architecture: its shape.
        recipe: what it was built from, with the source's hash.
        versions: of the packages that built it.
        files: every file of the folder but those of ``UNLISTED``; keys are paths in it.
        form: ``decoder`` for a graph of this project's own form, ``export`` for one that another
            tool exported.
        gates: what it has to reach; none in format 1.
        tasks: names of what its weights were adapted for.
        format: of the manifest itself.
    """

    name: str
    licence: str
    context: int
    bos: str
    eos: str
    architecture: Mapping[str, Any]
    recipe: Mapping[str, Any]
    versions: Mapping[str, str]
    files: Mapping[str, FileEntry]
    form: Form = "decoder"
    gates: Gates = field(default_factory=Gates)
    tasks: tuple[str, ...] = ()
    format: int = field(default=FORMAT)

    @property
    def version(self) -> str:
        """Twelve hexadecimal digits: six of the weights' hash, six of the graph's.

        Of an export: twelve of the hash of all its files' hashes.
        """
        if self.form == "decoder":
            return self.files[WEIGHTS].sha256[:6] + self.files[GRAPH].sha256[:6]
        listed = "".join(f"{name} {entry.sha256}\n" for name, entry in sorted(self.files.items()))
        return hashlib.sha256(listed.encode()).hexdigest()[:12]

    @property
    def bytes(self) -> int:
        """The size of all files together."""
        return sum(entry.bytes for entry in self.files.values())

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain values for JSON."""
        return asdict(self) | {"gates": self.gates.as_dict(), "tasks": list(self.tasks)}

    def write(self, folder: Path) -> None:
        """Write it into a model's folder."""
        text = json.dumps(self.as_dict(), indent=2, ensure_ascii=False, sort_keys=True)
        (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")


def list_files(folder: Path) -> dict[str, FileEntry]:
    """Return the entries of all files in a folder, but for those of ``UNLISTED``."""
    found = {
        path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()
    }
    return {
        name: FileEntry(sha256_of(found[name]), found[name].stat().st_size)
        for name in sorted(found)
        if name not in UNLISTED | _LEFT
    }


def read_manifest(folder: Path) -> Manifest:
    """Return a model folder's manifest.

    Raises:
        ModelError: there is none, or it is malformed or of a newer format.
    """
    return parse_manifest(manifest_bytes(folder), str(folder))


def manifest_bytes(folder: Path) -> bytes:
    """Return a manifest as it is written: what a signature is of, and what names a model.

    Raises:
        ModelError: there is none, it can't be read, or it is too large to be one.
    """
    try:
        with (folder / MANIFEST).open("rb") as file:
            raw = file.read(LARGEST + 1)
    except FileNotFoundError as error:
        raise ModelError(str(folder), "holds no model (no manifest.json)") from error
    except OSError as error:
        raise ModelError(str(folder), f"manifest.json can't be read: {error}") from error
    if len(raw) > LARGEST:
        raise ModelError(str(folder), "manifest.json is too large to be one")
    return raw


def parse_manifest(raw: bytes, model: str) -> Manifest:
    """Return the manifest that a file's content is.

    Args:
        raw: the content.
        model: what errors call the model.

    Raises:
        ModelError: it is malformed, of a newer format, or lacks what a model needs.
    """
    try:
        value = json.loads(raw)
        if value["format"] not in FORMATS:
            raise ModelError(model, f"manifest format {value['format']} is not known")
        value["files"] = {name: _entry(name, entry) for name, entry in value["files"].items()}
        value["gates"] = read_gates(value.get("gates", {}), "manifest.json")
        value["tasks"] = tuple(value.get("tasks", ()))
        manifest = Manifest(**value)
        missing = (_NEEDED[manifest.form] | set(manifest.gates.files())) - set(manifest.files)
        _check_kinds(manifest)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ModelError(model, f"manifest.json is broken: {error!r}") from error
    if missing:
        raise ModelError(model, f"manifest.json does not list {', '.join(sorted(missing))}")
    return manifest


def verify(folder: Path) -> Manifest:
    """Check every file of a model against its manifest and return the manifest.

    Raises:
        ModelError: names the first file that is missing, altered or not listed.
    """
    manifest = read_manifest(folder)
    check_files(folder, manifest)
    return manifest


def check_files(folder: Path, manifest: Manifest) -> None:
    """Check that a folder holds a manifest's files, unaltered, and nothing else.

    Raises:
        ModelError: names the first file that is missing, altered or not listed.
    """
    for name, entry in manifest.files.items():
        path = folder / name
        if not path.is_file():
            raise ModelError(str(folder), f"{name} is missing")
        if path.stat().st_size != entry.bytes or sha256_of(path) != entry.sha256:
            raise ModelError(str(folder), f"{name} is not the file that the manifest lists")
    known = UNLISTED | _LEFT | set(manifest.files)
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if name not in known and (path.is_symlink() or not path.is_dir()):
            raise ModelError(str(folder), f"{name} is not listed in the manifest")


def _entry(name: str, value: Mapping[str, Any]) -> FileEntry:
    entry = FileEntry(**value)
    if not is_plain(name) or name in UNLISTED:
        raise ValueError(f"{name!r} can't be the name of a model's file")
    if not (isinstance(entry.sha256, str) and _SHA256.fullmatch(entry.sha256)):
        raise ValueError(f"{name} has no SHA-256")
    if type(entry.bytes) is not int or entry.bytes < 0:
        raise ValueError(f"{name} has no length")
    return entry


def _check_kinds(manifest: Manifest) -> None:
    texts = (manifest.name, manifest.licence, manifest.bos, manifest.eos, *manifest.tasks)
    if not all(isinstance(text, str) for text in texts):
        raise TypeError("name, licence, bos, eos and tasks must be texts")
    if type(manifest.context) is not int or manifest.context < 1:
        raise TypeError("context must be a positive number")
