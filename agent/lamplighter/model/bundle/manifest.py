"""The manifest of a built model: what it is, where it came from, and its files' hashes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from lamplighter.errors import ModelError
from lamplighter.model.hashing import sha256_of

MANIFEST = "manifest.json"
GRAPH = "model.onnx"
WEIGHTS = "model.onnx.data"
TOKENIZER = "tokenizer.json"
CHAT_TEMPLATE = "chat_template.jinja"
FORMAT = 1


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
        files: every file of the folder but the manifest.
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
    format: int = field(default=FORMAT)

    @property
    def version(self) -> str:
        """Twelve hexadecimal digits: six of the weights' hash, six of the graph's."""
        return self.files[WEIGHTS].sha256[:6] + self.files[GRAPH].sha256[:6]

    @property
    def bytes(self) -> int:
        """The size of all files together."""
        return sum(entry.bytes for entry in self.files.values())

    def write(self, folder: Path) -> None:
        """Write it into a model's folder."""
        text = json.dumps(asdict(self), indent=2, ensure_ascii=False, sort_keys=True)
        (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")


def list_files(folder: Path) -> dict[str, FileEntry]:
    """Return the entries of all files in a folder, but for a manifest."""
    return {
        path.name: FileEntry(sha256_of(path), path.stat().st_size)
        for path in sorted(folder.iterdir())
        if path.name != MANIFEST
    }


def read_manifest(folder: Path) -> Manifest:
    """Return a model folder's manifest.

    Raises:
        ModelError: there is none, or it is malformed or of a newer format.
    """
    path = folder / MANIFEST
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
        if value["format"] != FORMAT:
            raise ModelError(str(folder), f"manifest format {value['format']} is not known")
        value["files"] = {name: FileEntry(**entry) for name, entry in value["files"].items()}
        manifest = Manifest(**value)
    except FileNotFoundError as error:
        raise ModelError(str(folder), "holds no model (no manifest.json)") from error
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelError(str(folder), f"manifest.json is broken: {error!r}") from error
    missing = {GRAPH, WEIGHTS, TOKENIZER} - set(manifest.files)
    if missing:
        raise ModelError(str(folder), f"manifest.json does not list {', '.join(sorted(missing))}")
    return manifest


def verify(folder: Path) -> Manifest:
    """Check every file of a model against its manifest and return the manifest.

    Raises:
        ModelError: names the first file that is missing, altered or not listed.
    """
    manifest = read_manifest(folder)
    for name, entry in manifest.files.items():
        path = folder / name
        if Path(name).name != name or not path.is_file():
            raise ModelError(str(folder), f"{name} is missing")
        if path.stat().st_size != entry.bytes or sha256_of(path) != entry.sha256:
            raise ModelError(str(folder), f"{name} is not the file that the manifest lists")
    return manifest
