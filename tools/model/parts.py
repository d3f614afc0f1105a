"""The whole model that the laboratory works on, and what it starts a student from."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from tools.model.weights import MemoryWeights, read

from lamplighter.model.build.decoder_parts import DecoderParts, decoder_parts
from lamplighter.model.build.fetch import fetch
from lamplighter.model.build.opening import open_source
from lamplighter.model.build.prune_layers import ShallowWeights
from lamplighter.model.build.prune_vocabulary import TrimmedWeights, trim_tokenizer
from lamplighter.model.build.recipe import Recipe
from lamplighter.model.prompt.chat import ChatTemplate
from lamplighter.model.prompt.tokenizer import TextTokenizer


@dataclass(frozen=True, slots=True)
class Parts:
    """A model in memory.

    Attributes:
        weights: of the model.
        tokenizer_json: the contents of its ``tokenizer.json``.
        chat_template: jinja2.
        bos: the text of the begin token.
        eos: the text of the token that ends a turn.
        kept: of each token, its id in the whole model; None where all are there.
    """

    weights: MemoryWeights
    tokenizer_json: str
    chat_template: str
    bos: str
    eos: str
    kept: tuple[int, ...] | None = None

    def tokenizer(self) -> TextTokenizer:
        """Return the tokenizer, started."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "tokenizer.json"
            path.write_text(self.tokenizer_json, encoding="utf-8")
            made = TextTokenizer(path, eos=self.eos)
            made.start()
        return made

    def template(self) -> ChatTemplate:
        """Return the frames of turns."""
        return ChatTemplate(self.chat_template, bos=self.bos, eos=self.eos)

    def with_weights(self, weights: MemoryWeights) -> Parts:
        """Return the same model with other weights."""
        return replace(self, weights=weights)


def whole_model(recipe: Recipe, *, cache: Path) -> Parts:
    """Return what a recipe makes before it quantises, adapted and pruned as it says.

    Args:
        recipe: of a decoder, not of an ONNX export.
        cache: folder for fetched files.

    Raises:
        ModelError: it can't be fetched or read.
    """
    with tempfile.TemporaryDirectory() as work:
        path = fetch(recipe.source, cache=cache, work=Path(work))
        made: DecoderParts = decoder_parts(open_source(recipe.source, path), recipe)
        weights = read(made.weights)
    return Parts(weights, made.tokenizer_json, made.chat_template, made.bos, made.eos)


def without_layers(parts: Parts, dropped: tuple[int, ...]) -> Parts:
    """Return a model without these layers.

    Raises:
        ModelError: there is no such layer, or none would be left.
    """
    return parts.with_weights(read(ShallowWeights(parts.weights, dropped))) if dropped else parts


def with_tokens(parts: Parts, wanted: tuple[int | str, ...]) -> Parts:
    """Return a model that knows these tokens and those that it can't do without.

    Raises:
        ModelError: the tokenizer can't be trimmed.
    """
    trimmed = trim_tokenizer(parts.tokenizer_json, [*wanted, parts.bos, parts.eos])
    weights = read(TrimmedWeights(parts.weights, trimmed.kept))
    kept = tuple(parts.kept[token] for token in trimmed.kept) if parts.kept else trimmed.kept
    return replace(parts, weights=weights, tokenizer_json=trimmed.json, kept=kept)
