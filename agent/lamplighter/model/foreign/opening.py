"""Opening an export: its manifest or what stands for one, and the parts that run it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from lamplighter.errors import ModelError
from lamplighter.model.bundle import manifest as files
from lamplighter.model.bundle.manifest import Manifest
from lamplighter.model.foreign.export import (
    describe_export,
    find_graph,
    folder_of,
    read_cache_shape,
)
from lamplighter.model.foreign.prompt_files import TOKENIZER, read_prompt_facts
from lamplighter.model.prompt.chat import ChatTemplate
from lamplighter.model.prompt.tokenizer import TextTokenizer
from lamplighter.model.runtime.decoder import Decoder
from lamplighter.model.runtime.exported_session import ExportedSession


@dataclass(frozen=True, slots=True)
class Parts:
    """What a model is made of, none of it started.

    Attributes:
        decoder: the graph with its cache.
        tokenizer: text to tokens and back.
        template: frames of turns.
        weights: the largest file that the decoder reads.
    """

    decoder: Decoder
    tokenizer: TextTokenizer
    template: ChatTemplate
    weights: Path


def manifest_or_description(path: Path, *, unverified: bool) -> Manifest:
    """Return a model's manifest, its files checked; of an export without one, a description.

    Args:
        path: a model's folder, an export's, or the graph of an export.
        unverified: whether a model may be run that nobody vouches for.

    Raises:
        ModelError: a file is missing or altered, the folder holds no model, or it holds an
            export without a manifest and ``unverified`` is false.
    """
    folder = folder_of(path)
    if (folder / files.MANIFEST).exists():
        return files.verify(folder)
    description = describe_export(path)
    if not unverified:
        reason = (
            "an ONNX export without a manifest, so nothing can be checked; set "
            "model.unverified: true to run it as it is, or adopt it: `lamplighter model build` "
            "with a recipe whose source is {onnx: FOLDER}"
        )
        raise ModelError(str(folder), reason)
    return description


def open_export(path: Path, manifest: Manifest, *, threads: int, context: int) -> Parts:
    """Return the parts of an export.

    Args:
        path: the folder, or the graph in it.
        manifest: its own, or what ``describe_export`` returned.
        threads: to compute with.
        context: tokens that the cache may hold.

    Raises:
        ModelError: a file is missing or broken.
    """
    folder = folder_of(path)
    graph = folder / find_graph(path, manifest.files)
    shape = read_cache_shape(folder)
    facts = read_prompt_facts(folder)
    largest = max(manifest.files, key=lambda name: manifest.files[name].bytes)
    return Parts(
        decoder=ExportedSession(
            graph, threads=threads, context=context, heads=shape.heads, width=shape.width
        ),
        tokenizer=TextTokenizer(
            folder / TOKENIZER,
            eos=facts.eos,
            ends=facts.ends,
            bos=facts.bos,
            adds_bos=facts.adds_bos,
        ),
        template=ChatTemplate(facts.template, bos=facts.bos, eos=facts.eos),
        weights=folder / largest,
    )
