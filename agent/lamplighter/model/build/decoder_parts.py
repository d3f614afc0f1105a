"""From a source to the parts of a decoder: weights adapted and pruned, and a tokenizer to match."""

from __future__ import annotations

from dataclasses import dataclass

from lamplighter.model.build.adapt import AdaptedWeights, read_lora
from lamplighter.model.build.architecture import Weights
from lamplighter.model.build.pinned import check_pin
from lamplighter.model.build.prune_layers import ShallowWeights
from lamplighter.model.build.prune_vocabulary import (
    TrimmedWeights,
    read_kept_tokens,
    trim_tokenizer,
)
from lamplighter.model.build.recipe import Adapt, KeptTokens, Recipe
from lamplighter.model.build.source_model import SourceModel
from lamplighter.model.hashing import sha256_of


@dataclass(frozen=True, slots=True)
class DecoderParts:
    """What a decoder is written from.

    Attributes:
        weights: adapted and pruned, read as they are asked for.
        tokenizer_json: the contents of its ``tokenizer.json``.
        chat_template: jinja2; "" where there is none.
        bos: the text of the begin token.
        eos: the text of the token that ends a turn.
    """

    weights: Weights
    tokenizer_json: str
    chat_template: str
    bos: str
    eos: str


def decoder_parts(source: SourceModel, recipe: Recipe) -> DecoderParts:
    """Return the parts of the decoder that a recipe makes of a source.

    Raises:
        ModelError: a file that the recipe names is not the pinned one, or does not fit the model.
    """
    special = source.special_tokens()
    tokenizer = source.tokenizer_json()
    weights: Weights = source
    adapt, prune = recipe.adapt, recipe.prune
    if adapt and not adapt.after_prune:
        weights = _adapted(weights, adapt)
    if prune and prune.drop_layers:
        weights = ShallowWeights(weights, prune.drop_layers)
    if adapt and adapt.after_prune:
        weights = _adapted(weights, adapt)
    if prune and prune.vocabulary:
        weights, tokenizer = _trimmed(weights, tokenizer, prune.vocabulary, special)
    return DecoderParts(weights, tokenizer, source.chat_template, special["bos"], special["eos"])


def _adapted(weights: Weights, adapt: Adapt) -> Weights:
    check_pin(adapt.lora.name, sha256_of(adapt.lora), adapt.sha256)
    lora = read_lora(adapt.lora, weights.architecture, scale=adapt.scale)
    return AdaptedWeights(weights, lora, scale=adapt.scale)


def _trimmed(
    weights: Weights, tokenizer_json: str, kept: KeptTokens, special: dict[str, str]
) -> tuple[Weights, str]:
    check_pin(kept.file.name, sha256_of(kept.file), kept.sha256)
    wanted = [*read_kept_tokens(kept.file), *(text for text in special.values() if text)]
    trimmed = trim_tokenizer(tokenizer_json, wanted)
    return TrimmedWeights(weights, trimmed.kept), trimmed.json
