"""A folder with a model that another tool exported to ONNX: what is in it, and what of it runs.

Known layouts: the graph beside the other files (Optimum, onnxruntime-genai), or in a folder
``onnx`` below them (transformers.js). A path may also name the graph itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lamplighter.errors import ModelError
from lamplighter.model.bundle.file_names import is_plain
from lamplighter.model.bundle.manifest import FileEntry, Manifest
from lamplighter.model.foreign.json_files import read_json, whole_number
from lamplighter.model.foreign.prompt_files import FILES, TOKENIZER, read_prompt_facts
from lamplighter.model.hashing import sha256_of
from lamplighter.model.runtime.outline import read_outline

# The first of these that is there is run: what is quantised for CPUs before what is not,
# and half precision last, which CPUs have to widen.
_BASES = ("model", "decoder_model_merged", "decoder_model")
_KINDS = ("_quantized", "_int8", "_uint8", "_q4", "_bnb4", "", "_q4f16", "_fp16")
GRAPHS = tuple(f"{base}{kind}.onnx" for kind in _KINDS for base in _BASES)
_PLACES = ("", "onnx/")
_UNKNOWN_CONTEXT = 2048


@dataclass(frozen=True, slots=True)
class CacheShape:
    """What one layer's keys are like, as far as the files say; None where they do not.

    Attributes:
        heads: of keys and values.
        width: of a head.
        context: positions the model has.
    """

    heads: int | None
    width: int | None
    context: int | None


def folder_of(path: Path) -> Path:
    """Return the folder of an export that is given as a folder, or as the graph in it."""
    if path.suffix != ".onnx" or path.is_dir():
        return path
    inner = path.parent
    below = inner.name == "onnx" and not (inner / TOKENIZER).exists()
    return inner.parent if below else inner


def find_graph(path: Path, listed: Iterable[str] | None = None) -> str:
    """Return the graph to run: its path within the folder.

    Args:
        path: the folder, or the graph itself.
        listed: names of the files to choose from; None takes all that are there.

    Raises:
        ModelError: there is none, or it can't be told which is meant.
    """
    folder = folder_of(path)
    if path != folder:
        return path.relative_to(folder).as_posix()
    if listed is None:
        listed = (
            place + each.name for place in _PLACES for each in sorted((folder / place).glob("*"))
        )
    graphs = [name for name in listed if name.endswith(".onnx")]
    known = [place + name for name in GRAPHS for place in _PLACES if place + name in graphs]
    if known:
        return known[0]
    if len(graphs) == 1:
        return graphs[0]
    found = f"several graphs ({', '.join(graphs)}): name one of them" if graphs else "no ONNX file"
    raise ModelError(str(path), f"holds {found}")


def describe_export(path: Path) -> Manifest:
    """Return what the manifest of an export would say, worked out from its own files.

    Its version is a hash of every file that is read. Nobody vouches for any of them.

    Raises:
        ModelError: the folder holds no export, or a file of it is broken.
    """
    folder = folder_of(path)
    graph = find_graph(path)
    if not (folder / TOKENIZER).is_file():
        raise ModelError(str(folder), f"holds no {TOKENIZER}, the only form of tokenizer read here")
    beside = Path(graph).parent
    names = [graph, *((beside / name).as_posix() for name in read_outline(folder / graph).data)]
    strange = [name for name in names if not is_plain(name)]
    if strange:
        raise ModelError(str(folder), f"has a file of a name that is not read: {strange[0]!r}")
    names += [name for name in (TOKENIZER, *FILES) if (folder / name).is_file()]
    facts = read_prompt_facts(folder)
    return Manifest(
        name=folder.resolve().name,
        licence="",
        context=read_cache_shape(folder).context or _UNKNOWN_CONTEXT,
        bos=facts.bos,
        eos=facts.eos,
        architecture={},
        recipe={},
        versions={},
        files={name: _entry(folder / name) for name in names},
        form="export",
    )


def read_cache_shape(folder: Path) -> CacheShape:
    """Return what ``config.json`` says, or else ``genai_config.json``.

    Raises:
        ModelError: a file is broken.
    """
    config: Mapping[str, Any] = read_json(folder / "config.json")
    inner = config.get("text_config")
    config = inner if isinstance(inner, dict) else config
    genai = read_json(folder / "genai_config.json").get("model")
    model: Mapping[str, Any] = genai if isinstance(genai, dict) else {}
    decoder = model.get("decoder")
    other: Mapping[str, Any] = decoder if isinstance(decoder, dict) else {}
    heads = whole_number(config.get("num_attention_heads"))
    hidden = whole_number(config.get("hidden_size"))
    return CacheShape(
        heads=whole_number(config.get("num_key_value_heads"))
        or heads
        or whole_number(other.get("num_key_value_heads")),
        width=whole_number(config.get("head_dim"))
        or (hidden // heads if hidden and heads else None)
        or whole_number(other.get("head_size")),
        context=whole_number(config.get("max_position_embeddings"))
        or whole_number(model.get("context_length")),
    )


def _entry(path: Path) -> FileEntry:
    return FileEntry(sha256_of(path), path.stat().st_size)
