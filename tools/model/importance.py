"""What flows through a model on sample texts: the grounds of every choice of what to prune."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from tools.model.weights import ATTENTION, FEED_FORWARD, layer

from lamplighter.errors import ModelError

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Importance:
    """Measured on a model.

    Attributes:
        influence: of each layer: one less the mean cosine between its input and its output.
        inputs: by the name of each linear module, the root mean square of each of its inputs.
    """

    influence: tuple[float, ...]
    inputs: Mapping[str, NDArray[np.float32]]

    def feed_forward(self) -> NDArray[np.float32]:
        """Return the strength of each feed-forward channel, shape (layers, channels)."""
        return self._stacked("mlp.down_proj")

    def heads(self) -> NDArray[np.float32]:
        """Return the strength of what the heads put out, shape (layers, heads * head width)."""
        return self._stacked("self_attn.o_proj")

    def stream(self) -> NDArray[np.float32]:
        """Return the strength of each normed channel of the residual stream over all layers."""
        both = self._stacked("self_attn.q_proj"), self._stacked("mlp.gate_proj")
        strength: NDArray[np.float32] = np.sqrt((np.concatenate(both) ** 2).mean(axis=0))
        return strength

    def save(self, path: Path) -> None:
        """Write it as a file of numpy."""
        path.parent.mkdir(parents=True, exist_ok=True)
        np.savez(path, allow_pickle=False, influence=np.array(self.influence), **self.inputs)

    def _stacked(self, part: str) -> NDArray[np.float32]:
        layers = range(len(self.influence))
        return np.stack([self.inputs[f"{layer(number)}.{part}"] for number in layers])


def load(path: Path) -> Importance:
    """Return what ``save`` wrote.

    Raises:
        ModelError: it can't be read.
    """
    try:
        with np.load(path) as stored:
            inputs = {name: stored[name] for name in stored.files if name != "influence"}
            return Importance(tuple(stored["influence"].tolist()), inputs)
    except (OSError, ValueError, KeyError) as error:
        raise ModelError(path.name, f"holds no importances: {error}") from error


def measure_importance(model: Any, rows: Iterable[Sequence[int]]) -> Importance:
    """Run a model of ``torch_llama`` over rows of tokens and return what flowed through it.

    Every token counts the same, padding never occurs: rows are run one by one.
    """
    import torch

    flows = _Flows(model)
    with torch.no_grad():
        for row in rows:
            model.model(input_ids=torch.tensor([list(row)], device=model.device))
    return flows.finish()


class _Flows:
    """Hooks in a model that add up what passes them."""

    def __init__(self, model: Any) -> None:
        self._tokens = 0
        layers = model.model.layers
        self._cosines = [0.0] * len(layers)
        self._squares: dict[str, Any] = {}
        self._hooks = []
        for number, block in enumerate(layers):
            self._hooks.append(block.register_forward_hook(self._turn(number)))
            for part in (*ATTENTION, *FEED_FORWARD):
                module = block.get_submodule(part)
                self._hooks.append(module.register_forward_hook(self._input(number, part)))

    def finish(self) -> Importance:
        """Remove the hooks and return what was measured."""
        for hook in self._hooks:
            hook.remove()
        if not self._tokens:
            raise ModelError("importance", "there is no text to measure on")
        return Importance(
            tuple(1 - total / self._tokens for total in self._cosines),
            {
                name: np.sqrt(total.double().cpu().numpy() / self._tokens).astype(np.float32)
                for name, total in self._squares.items()
            },
        )

    def _turn(self, number: int) -> Any:
        def hook(_module: Any, inputs: Any, output: Any) -> None:
            import torch

            before, after = inputs[0], output[0] if isinstance(output, tuple) else output
            cosines = torch.nn.functional.cosine_similarity(before.float(), after.float(), dim=-1)
            self._cosines[number] += float(cosines.sum())
            if number == 0:
                self._tokens += cosines.numel()

        return hook

    def _input(self, number: int, part: str) -> Any:
        name = f"{layer(number)}.{part}"

        def hook(_module: Any, inputs: Any, _output: Any) -> None:
            squares = inputs[0].float().flatten(0, -2).square().sum(dim=0)
            self._squares[name] = self._squares.get(name, 0) + squares

        return hook
