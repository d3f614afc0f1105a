"""Opening what was fetched: which reader a source needs, and what its hash is made of."""

from __future__ import annotations

from pathlib import Path

from lamplighter.model.build.gguf_weights import GgufWeights
from lamplighter.model.build.huggingface import HuggingFaceWeights, relevant_files
from lamplighter.model.build.recipe import Source
from lamplighter.model.build.source_model import SourceModel
from lamplighter.model.foreign.export import describe_export, folder_of
from lamplighter.model.hashing import sha256_of, sha256_of_files


def open_source(source: Source, path: Path) -> SourceModel:
    """Return the model in a fetched file or folder (but for ONNX exports, which are copied).

    Raises:
        ModelError: it is broken, or holds a model that can't be built exactly.
    """
    if source.huggingface is None:
        return GgufWeights(path)
    folder = HuggingFaceWeights(path)
    folder.check()
    return folder


def local_path(source: Source) -> Path | None:
    """Return the source's file or folder on this machine; None where it has to be fetched."""
    return source.gguf or source.huggingface or source.onnx


def hash_of(source: Source, path: Path) -> str:
    """Return what a recipe pins a local source to.

    For a folder it is one hash over the files that a build reads, for an export over those
    that are run.

    Raises:
        ModelError: a file can't be read, or the folder holds no export.
    """
    if source.gguf:
        return sha256_of(path)
    if source.huggingface:
        return sha256_of_files(path, relevant_files(path))
    folder = folder_of(path)
    return sha256_of_files(folder, [folder / name for name in describe_export(path).files])
