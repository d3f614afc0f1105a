"""Trains LoRA weights (Hu et al. 2021) on samples of tasks; writes them with their curves.

Run as ``python -m tools.model.train_lora --model FOLDER --weights GGUF --train FILE --out FOLDER``.
Loss is taken on answers only. On a CPU the frozen weights are bfloat16 and the LoRA 32-bit.
Interrupted runs go on from the last checkpoint with the same command.
"""

from __future__ import annotations

import argparse
import csv
import json
import math
import random
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tools.model.lora import Lora, save_adapter
from tools.model.task.encoding import Encoded, Encoder, read_samples
from tools.model.torch_llama import best_device

SEED = 20261122
CHECKPOINT_S = 120.0
PAUSE_S = 30.0
"""A step that took longer was interrupted: the rest of its time does not count."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How to train.

    Attributes:
        minutes: of training at most; the learning rate falls to nothing over them.
        batch: short samples in a step; long ones fill a step by their tokens.
        rate: the greatest learning rate.
        seed: of the order of the samples and of the first weights.
        validate: how often the held-out samples are tried.
        steps: the most steps, for trainings that have to come out the same; None for no limit.
    """

    minutes: float
    batch: int = 16
    rate: float = 2e-3
    seed: int = SEED
    validate: int = 8
    steps: int | None = None


@dataclass(slots=True)
class Row:
    """A line of the curves; empty texts where nothing was measured."""

    step: int
    seconds: float
    samples: int
    tokens: int
    loss: float
    token_accuracy: float
    valid_loss: float | str = ""
    valid_exact: float | str = ""


def batches(samples: Sequence[Encoded], size: int, draw: random.Random) -> Iterator[list[Encoded]]:
    """Batches without end: of samples of like length, in random order, pass after pass."""
    longest = size * 64
    while True:
        order = list(samples)
        draw.shuffle(order)
        for start in range(0, len(order), size * 32):
            near = sorted(order[start : start + size * 32], key=lambda each: len(each.tokens))
            made: list[list[Encoded]] = [[]]
            for each in near:
                full = len(made[-1]) >= size or len(each.tokens) * (len(made[-1]) + 1) > longest
                if made[-1] and full:
                    made.append([])
                made[-1].append(each)
            draw.shuffle(made)
            yield from made


class Trainer:
    """Trains one LoRA.

    Args:
        lora: a model with its LoRA.
        plan: how.
        folder: for the checkpoint, the curves and the result.
    """

    def __init__(self, lora: Lora, plan: Plan, folder: Path) -> None:
        self.lora = lora
        self.plan = plan
        self.folder = folder
        self.rows: list[Row] = []
        self._step = self._samples = self._tokens = 0
        self._seconds = 0.0

    def train(self, train: Sequence[Encoded], valid: Sequence[Encoded]) -> None:
        """Train until the time is over, going on from a checkpoint where there is one."""
        import torch

        optimiser = torch.optim.AdamW(
            self.lora.parameters, lr=self.plan.rate, weight_decay=0.0, betas=(0.9, 0.99)
        )
        self._restore(optimiser)
        draw = random.Random(f"{self.plan.seed} {self._step}")  # noqa: S311 - order of samples
        saved = self._seconds
        tried = int(self.plan.validate * self._share())
        for batch in batches(train, self.plan.batch, draw):
            share = self._share()
            if share >= 1:
                break
            began = time.monotonic()
            warm = min(1.0, (self._step + 1) / 20)
            rate = self.plan.rate * warm * (0.03 + 0.97 * 0.5 * (1 + math.cos(math.pi * share)))
            for group in optimiser.param_groups:
                group["lr"] = rate
            loss, right = self.lora.step(batch)
            torch.nn.utils.clip_grad_norm_(self.lora.parameters, 1.0)
            optimiser.step()
            optimiser.zero_grad(set_to_none=True)
            self._seconds += min(PAUSE_S, time.monotonic() - began)
            self._step += 1
            self._samples += len(batch)
            self._tokens += sum(len(each.tokens) for each in batch)
            self.rows.append(
                Row(self._step, self._seconds, self._samples, self._tokens, loss, right)
            )
            if int(self.plan.validate * self._share()) > tried:
                tried += 1
                self._validate(valid)
            if self._step % 20 == 0:
                print(json.dumps(asdict(self.rows[-1])), flush=True)
            if self._seconds - saved > CHECKPOINT_S:
                saved = self._seconds
                self._save(optimiser)
        self._save(optimiser)

    def _share(self) -> float:
        """How much of the training is done."""
        steps = self._step / self.plan.steps if self.plan.steps else 0.0
        return max(steps, self._seconds / (60 * self.plan.minutes))

    def _validate(self, valid: Sequence[Encoded]) -> None:
        row = self.rows[-1]
        row.valid_loss, row.valid_exact = self.lora.evaluate(valid)
        print(json.dumps(asdict(row)), flush=True)

    def _save(self, optimiser: Any) -> None:
        import torch

        state = {
            "lora": self.lora.state(),
            "optimiser": optimiser.state_dict(),
            "at": (self._step, self._seconds, self._samples, self._tokens),
            "rows": [asdict(row) for row in self.rows],
        }
        path = self.folder / "checkpoint.pt"
        torch.save(state, path.with_suffix(".part"))
        path.with_suffix(".part").replace(path)
        write_curves(self.rows, self.folder)

    def _restore(self, optimiser: Any) -> None:
        import torch

        path = self.folder / "checkpoint.pt"
        if not path.is_file():
            return
        state = torch.load(path, weights_only=True)
        self.lora.load(state["lora"])
        optimiser.load_state_dict(state["optimiser"])
        self._step, self._seconds, self._samples, self._tokens = state["at"]
        self.rows = [Row(**row) for row in state["rows"]]
        print(f"goes on from step {self._step}", flush=True)


def write_curves(rows: Sequence[Row], folder: Path) -> None:
    """Write ``curves.csv`` and, where matplotlib is installed, ``curves.png``."""
    if not rows:
        return
    with (folder / "curves.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(asdict(rows[0])))
        writer.writeheader()
        writer.writerows(asdict(row) for row in rows)
    try:
        import matplotlib as mpl
    except ImportError:
        return
    mpl.use("agg")
    from matplotlib import pyplot as plt

    figure, (left, right) = plt.subplots(1, 2, figsize=(10, 4))
    smooth = _smoothed([row.loss for row in rows])
    left.plot([row.samples for row in rows], smooth, label="training (smoothed)")
    tried = [row for row in rows if row.valid_loss != ""]
    left.plot(
        [row.samples for row in tried], [row.valid_loss for row in tried], "o-", label="held out"
    )
    left.set(xlabel="samples", ylabel="loss of the answer", yscale="log")
    left.legend()
    right.plot([row.samples for row in tried], [row.valid_exact for row in tried], "o-")
    right.set(xlabel="samples", ylabel="held-out answers fully right", ylim=(0, 1))
    figure.tight_layout()
    figure.savefig(folder / "curves.png", dpi=110)
    plt.close(figure)


def _smoothed(values: Sequence[float], keep: float = 0.95) -> list[float]:
    found, last = [], values[0]
    for value in values:
        last = keep * last + (1 - keep) * value
        found.append(last)
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Train from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, required=True, help="a built model: its tokenizer")
    parser.add_argument("--weights", type=Path, required=True, help="the GGUF file to adapt")
    parser.add_argument("--train", type=Path, nargs="+", required=True, help="samples (JSONL)")
    parser.add_argument("--valid", type=Path, required=True, help="held-out samples (JSONL)")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--begin", type=Path, help="LoRA weights to begin with")
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--rank", type=int, default=16)
    parser.add_argument("--scale", type=float, default=2.0)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args(arguments)
    try:
        import torch
    except ImportError:
        parser.error("training needs torch: install the extra 'lab'")
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    options.out.mkdir(parents=True, exist_ok=True)
    encoder = Encoder(options.model)
    train = [encoder.encode(each) for path in options.train for each in read_samples(path)]
    valid = [encoder.encode(each) for each in read_samples(options.valid)]
    print(len(train), "samples,", sum(len(each.tokens) for each in train), "tokens", flush=True)
    lora = Lora.of(options.weights, rank=options.rank, scale=options.scale, device=best_device())
    if options.begin:
        lora.begin_with(options.begin)
    plan = Plan(options.minutes, options.batch, options.rate, options.seed)
    Trainer(lora, plan, options.out).train(train, valid)
    save_adapter(lora, options.out / "adapter.safetensors")
    return 0


if __name__ == "__main__":
    sys.exit(main())
