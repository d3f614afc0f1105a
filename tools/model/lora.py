"""A Llama with LoRA weights on every linear, in torch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.model.task.encoding import Encoded
from tools.model.torch_llama import to_torch
from tools.model.weights import read

from lamplighter.model.build.gguf_weights import GgufWeights

LINEARS = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")


@dataclass(frozen=True, slots=True)
class Pair:
    """A linear's LoRA, as the hook that adds it to the linear's output.

    Attributes:
        down: A, rank by inputs.
        up: B, outputs by rank.
        scale: of their product.
    """

    down: Any
    up: Any
    scale: float

    def __call__(self, _linear: Any, inputs: tuple[Any, ...], output: Any) -> Any:
        """The linear's output plus ``scale`` * B A of its input."""
        from torch.nn import functional

        kind = output.dtype
        low = functional.linear(inputs[0], self.down.to(kind))
        return output + functional.linear(low, (self.scale * self.up).to(kind))


def _pair(linear: Any, rank: int, scale: float) -> Pair:
    """A LoRA that changes nothing yet: A is drawn, B is zero."""
    import torch

    device = linear.weight.device
    down = torch.randn(rank, linear.in_features, device=device) / linear.in_features**0.5
    up = torch.zeros(linear.out_features, rank, device=device)
    return Pair(down.requires_grad_(), up.requires_grad_(), scale)


@dataclass(frozen=True, slots=True)
class Lora:
    """A frozen model and the LoRA on it.

    Attributes:
        model: a ``LlamaForCausalLM`` whose linears the LoRA adds to.
        layers: each linear's LoRA by its name, such as ``model.layers.0.mlp.up_proj``.
        device: where it computes.
    """

    model: Any
    layers: dict[str, Pair]
    device: str

    @classmethod
    def of(cls, weights: Path, *, rank: int, scale: float, device: str) -> Lora:
        """The model of a GGUF file with fresh LoRA weights, which change nothing yet."""
        import torch

        model = to_torch(read(GgufWeights(weights)), device=device).to(torch.bfloat16)
        return cls.on(model, rank=rank, scale=scale, device=device)

    @classmethod
    def on(cls, model: Any, *, rank: int, scale: float, device: str) -> Lora:
        """Puts a LoRA on every linear of a model; its own weights are frozen."""
        model.requires_grad_(requires_grad=False)
        model.to(device)
        layers: dict[str, Pair] = {}
        for name, module in model.named_modules():
            if name.rpartition(".")[2] in LINEARS:
                layers[name] = _pair(module, rank, scale)
                module.register_forward_hook(layers[name])
        return cls(model, layers, device)

    @property
    def parameters(self) -> list[Any]:
        """The LoRA's tensors, which training changes."""
        return [tensor for each in self.layers.values() for tensor in (each.down, each.up)]

    def state(self) -> dict[str, Any]:
        """The LoRA's tensors by peft's names."""
        return {
            f"{name}.lora_{letter}.weight": tensor.detach().cpu().clone()
            for name, each in self.layers.items()
            for letter, tensor in (("A", each.down), ("B", each.up))
        }

    def load(self, state: dict[str, Any]) -> None:
        """Takes tensors over that ``state`` returned."""
        import torch

        with torch.no_grad():
            for name, each in self.layers.items():
                each.down.copy_(state[f"{name}.lora_A.weight"])
                each.up.copy_(state[f"{name}.lora_B.weight"])

    def begin_with(self, path: Path) -> None:
        """Takes over LoRA weights that ``save_adapter`` wrote."""
        from safetensors.torch import load_file

        self.load(load_file(str(path)))

    def step(self, batch: Sequence[Encoded]) -> tuple[float, float]:
        """The batch's loss, its gradients taken, and the share of answer tokens foreseen."""
        from torch.nn import functional

        logits, wanted = self._logits(batch)
        loss = functional.cross_entropy(logits.float(), wanted)
        loss.backward()
        return loss.item(), (logits.argmax(-1) == wanted).float().mean().item()

    def evaluate(self, samples: Sequence[Encoded], size: int = 32) -> tuple[float, float]:
        """The mean loss and the share of answers whose every token was foreseen."""
        import torch
        from torch.nn import functional

        ordered = sorted(samples, key=lambda each: len(each.tokens))
        lost, exact = 0.0, 0
        with torch.no_grad():
            for start in range(0, len(ordered), size):
                batch = ordered[start : start + size]
                logits, wanted = self._logits(batch)
                lost += functional.cross_entropy(logits.float(), wanted).item() * len(batch)
                right = (logits.argmax(-1) == wanted).split([_answer(each) for each in batch])
                exact += sum(bool(each.all()) for each in right)
        return lost / len(ordered), exact / len(ordered)

    def _logits(self, batch: Sequence[Encoded]) -> tuple[Any, Any]:
        """Logits where an answer's tokens are foretold, and those tokens: sample by sample."""
        import torch

        length = max(len(each.tokens) for each in batch)
        rows = [[*each.tokens, *[0] * (length - len(each.tokens))] for each in batch]
        tokens = torch.tensor(rows, device=self.device)
        foretold = torch.zeros(tokens.shape, dtype=torch.bool, device=self.device)
        for number, each in enumerate(batch):
            foretold[number, each.answer - 1 : len(each.tokens) - 1] = True
        hidden = self.model.model(input_ids=tokens).last_hidden_state
        wanted = torch.roll(tokens, -1, dims=1)[foretold]
        return self.model.lm_head(hidden[foretold]), wanted


def _answer(each: Encoded) -> int:
    return len(each.tokens) - each.answer


def save_adapter(lora: Lora, path: Path) -> None:
    """Write the LoRA as a safetensors file in 16 bits, with peft's names."""
    from safetensors.torch import save_file

    save_file({name: each.half().contiguous() for name, each in lora.state().items()}, str(path))
