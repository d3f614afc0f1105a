"""The shape of a decoder out of transformers' ``config.json``.

Whatever would make the model compute something else than our graph does is refused by its name,
never ignored.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lamplighter.errors import ModelError
from lamplighter.model.build.architecture import Architecture, checked

# Mistral without its sliding window computes what Llama does.
_FAMILIES = ("llama", "mistral")
_SILU = ("silu", "swish")


def read_architecture(config: dict[str, Any], model: str) -> Architecture:
    """Return the shape that a ``config.json`` describes.

    Args:
        config: the file's contents.
        model: the name for errors.

    Raises:
        ModelError: a value is missing or of a wrong kind, or a feature is not supported.
    """
    for problem in _unsupported(config):
        raise ModelError(model, problem)
    try:
        return checked(_architecture(config), model)
    except KeyError as error:
        raise ModelError(model, f"config.json lacks {error}") from error
    except (TypeError, ValueError, ArithmeticError) as error:
        raise ModelError(model, f"config.json is broken: {error}") from error


def _unsupported(config: dict[str, Any]) -> Iterator[str]:
    family = config.get("model_type")
    if family not in _FAMILIES:
        yield f"is a {family} model; supported are {' and '.join(_FAMILIES)}"
    if config.get("quantization_config"):
        yield "is quantised already; build from the folder with full weights"
    for kind in ("attention_bias", "mlp_bias"):
        if config.get(kind):
            yield f"biases are not supported: {kind}"
    if config.get("hidden_act", "silu") not in _SILU:
        yield f"hidden_act {config['hidden_act']} is not supported, only silu"
    if family == "mistral" and config.get("sliding_window"):
        yield "a sliding window is not supported"
    if config.get("partial_rotary_factor", 1.0) != 1.0:
        yield "partial rotary positions are not supported"
    scaling = _rope(config)
    kind = scaling.get("rope_type", scaling.get("type", "default"))
    if kind != "default":
        yield f"scaled rotary positions ({kind}) are not supported"


def _rope(config: dict[str, Any]) -> dict[str, Any]:
    """Return the settings of rotary positions: from transformers 5 on they have another name."""
    found = config.get("rope_parameters") or config.get("rope_scaling") or {}
    return found if isinstance(found, dict) else {"rope_type": str(found)}


def _architecture(config: dict[str, Any]) -> Architecture:
    """Return the shape; what is not given is as in transformers' ``LlamaConfig``."""
    width, heads = int(config["hidden_size"]), int(config["num_attention_heads"])
    return Architecture(
        layers=int(config["num_hidden_layers"]),
        width=width,
        hidden=int(config["intermediate_size"]),
        heads=heads,
        kv_heads=int(config.get("num_key_value_heads") or heads),
        head_width=int(config.get("head_dim") or width // heads),
        vocabulary=int(config["vocab_size"]),
        theta=float(_rope(config).get("rope_theta") or config.get("rope_theta") or 10000.0),
        epsilon=float(config.get("rms_norm_eps", 1e-6)),
        context=int(config.get("max_position_embeddings", 2048)),
        tied=bool(config.get("tie_word_embeddings", False)),
    )
