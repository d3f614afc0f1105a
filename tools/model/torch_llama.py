"""Between this project's weights and a Llama of transformers, which torch can train."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from tools.model.weights import EMBEDDING, HEAD, MemoryWeights

from lamplighter.model.build.architecture import Architecture, expected_shapes

if TYPE_CHECKING:
    from numpy.typing import NDArray


def config(shape: Architecture) -> dict[str, Any]:
    """Return what a Hugging Face ``config.json`` says of this shape."""
    return {
        "architectures": ["LlamaForCausalLM"],
        "model_type": "llama",
        "vocab_size": shape.vocabulary,
        "hidden_size": shape.width,
        "intermediate_size": shape.hidden,
        "num_hidden_layers": shape.layers,
        "num_attention_heads": shape.heads,
        "num_key_value_heads": shape.kv_heads,
        "head_dim": shape.head_width,
        "rms_norm_eps": shape.epsilon,
        "rope_theta": shape.theta,
        "max_position_embeddings": shape.context,
        "tie_word_embeddings": shape.tied,
        "hidden_act": "silu",
        "attention_bias": False,
        "mlp_bias": False,
        "torch_dtype": "float32",
    }


def to_torch(weights: MemoryWeights, *, device: str = "cpu") -> Any:
    """Return a ``LlamaForCausalLM`` with these weights in 32-bit floats, without a cache."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    made = LlamaForCausalLM(LlamaConfig(**config(weights.architecture), use_cache=False))
    state = {name: torch.from_numpy(np.array(value)) for name, value in weights.tensors.items()}
    if weights.architecture.tied:
        state[HEAD] = state[EMBEDDING]
    made.load_state_dict(state)
    return made.to(device)


def from_torch(model: Any, shape: Architecture) -> MemoryWeights:
    """Return a trained model's weights.

    Args:
        model: from ``to_torch``.
        shape: the model's.
    """
    state = model.state_dict()
    return MemoryWeights(shape, {name: _array(state[name]) for name in expected_shapes(shape)})


def best_device() -> str:
    """Return ``cuda`` where there is a GPU that torch can use, else ``cpu``."""
    import torch

    return "cuda" if torch.cuda.is_available() else "cpu"


def _array(tensor: Any) -> NDArray[np.float32]:
    return np.array(tensor.detach().float().cpu().numpy(), np.float32)


class LossWithout:
    """The loss of a model without some of its layers, on a few texts: for ``depth.by_loss``.

    Args:
        model: the whole model, from ``to_torch``; it is left as it was.
        rows: texts of one length.
    """

    def __init__(self, model: Any, rows: Sequence[Sequence[int]]) -> None:
        self._model = model
        self._layers = list(model.model.layers)
        self._rows = rows

    def __call__(self, dropped: tuple[int, ...]) -> float:
        """Return the mean of -log p over all tokens but the first of each text."""
        import torch

        stays = [block for number, block in enumerate(self._layers) if number not in dropped]
        device = self._model.device
        tokens = torch.tensor([list(row) for row in self._rows], device=device)
        try:
            self._model.model.layers = torch.nn.ModuleList(stays)
            with torch.no_grad(), torch.autocast(device.type, torch.bfloat16):
                logits = self._model(tokens[:, :-1]).logits.float()
        finally:
            self._model.model.layers = torch.nn.ModuleList(self._layers)
        loss = torch.nn.functional.cross_entropy(logits.flatten(0, 1), tokens[:, 1:].flatten())
        return float(loss)
