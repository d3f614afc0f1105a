"""Training a small model to say what a large one says (Hinton et al. 2015).

The loss of a token is ``(1 - share) * cross entropy + share * T² * KL(teacher || student)``, both
softened by the temperature T in the second term; with no teacher it is the cross entropy alone,
which heals a pruned model or fits it to a task.

A run is a chain of steps, each of which depends on the one before and on nothing else: the batch
of a step follows from the seed and the step's number. So a run that was interrupted goes on from
its last checkpoint and ends where it would have ended. The learning rate rises, stays, and falls
at the end (Hu et al. 2024): up to the fall it does not depend on how long the run is to be, so
that a run can be made longer or shorter after it was begun.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from tools.model.batches import Batch, make_batch, order
from tools.model.samples import NO_TARGET, Row

from lamplighter.errors import ModelError

if TYPE_CHECKING:
    from numpy.typing import NDArray

CHECKPOINT = "checkpoint.pt"
_CLIP = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How to train.

    Attributes:
        steps: how many.
        tokens: in a batch.
        rate: the highest learning rate.
        rise: steps in which the rate rises to it.
        fall: share of the steps, at the end, in which it falls to nothing.
        decay: of weights (AdamW, Loshchilov and Hutter 2019).
        teacher: share of the teacher in the loss, 0 to 1.
        temperature: that softens both distributions for the teacher's part.
        seed: of the batches' order.
        bf16: multiply in bfloat16; weights and sums stay 32-bit.
        save_every: steps from one checkpoint to the next.
    """

    steps: int
    tokens: int = 1024
    rate: float = 5e-4
    rise: int = 30
    fall: float = 0.3
    decay: float = 0.01
    teacher: float = 0.5
    temperature: float = 2.0
    seed: int = 1
    bf16: bool = True
    save_every: int = 100

    def rate_at(self, step: int) -> float:
        """Return the learning rate of a step, counted from 0."""
        falling = max(1, math.ceil(self.steps * self.fall))
        rising = min(1.0, (step + 1) / max(1, self.rise))
        return self.rate * min(rising, (self.steps - step) / falling, 1.0)

    def identity(self) -> dict[str, Any]:
        """Return what two runs must share for one to go on from the other's checkpoint."""
        free = ("steps", "fall", "save_every")
        return {name: value for name, value in asdict(self).items() if name not in free}


@dataclass(frozen=True, slots=True)
class Step:
    """What a step came to.

    Attributes:
        number: of steps done so far.
        loss: the batch's mean over its targets.
        right: share of the targets that the student found most probable.
        tokens: how many went through the student.
    """

    number: int
    loss: float
    right: float
    tokens: int


class Distillation:
    """One run.

    Args:
        student: the model that is trained, from ``torch_llama``.
        rows: what it is trained on, in the student's tokens.
        plan: how.
        folder: for the checkpoint.
        teacher: the model that it learns from; None trains on the rows alone.
        kept: of each of the student's tokens, the teacher's id; None: the same ids.
        identity: what else two runs must share for one to go on from the other's checkpoint.
    """

    def __init__(
        self,
        student: Any,
        rows: Sequence[Row],
        plan: Plan,
        folder: Path,
        *,
        teacher: Any = None,
        kept: Sequence[int] | None = None,
        identity: Mapping[str, str] | None = None,
    ) -> None:
        self.student = student
        self.done = 0
        self._rows = rows
        self._plan = plan
        self._folder = folder
        self._teacher = teacher
        self._kept = kept
        self._identity = json.dumps({**plan.identity(), **(identity or {})}, sort_keys=True)
        self._optimiser: Any = None
        self._teacher_ids: Any = None

    def start(self) -> int:
        """Make ready, from the checkpoint where there is one; return the steps already done.

        Raises:
            ModelError: the checkpoint is of another run, or there is nothing to train on.
        """
        import torch

        if not self._rows:
            raise ModelError("training", "there is nothing to train on")
        self.student.train()
        self._optimiser = torch.optim.AdamW(
            self.student.parameters(), lr=self._plan.rate, weight_decay=self._plan.decay
        )
        if self._teacher is not None:
            self._teacher.eval()
            ids = self._kept if self._kept is not None else range(self._vocabulary())
            self._teacher_ids = torch.tensor(list(ids), device=self.student.device)
        self._load()
        return self.done

    def run(self, stop: Callable[[], bool] = lambda: False) -> Iterator[Step]:
        """Train to the plan's last step; yield after each. Stops early, and saves, on request."""
        if self.done >= self._plan.steps:
            return
        batches = islice(order(self._rows, self._plan.tokens, self._plan.seed), self.done, None)
        while self.done < self._plan.steps and not stop():
            step = self._step([self._rows[place] for place in next(batches)])
            if self.done % self._plan.save_every == 0:
                self.save()
            yield step
        self.save()

    def save(self) -> None:
        """Write a checkpoint; an interruption leaves the old one."""
        import torch

        self._folder.mkdir(parents=True, exist_ok=True)
        part = self._folder / f"{CHECKPOINT}.part"
        state = {
            "step": self.done,
            "plan": self._identity,
            "model": self.student.state_dict(),
            "optimiser": self._optimiser.state_dict(),
        }
        torch.save(state, part)
        part.replace(self._folder / CHECKPOINT)

    def _load(self) -> None:
        import torch

        path = self._folder / CHECKPOINT
        if not path.exists():
            return
        state = torch.load(path, map_location=self.student.device, weights_only=True)
        if state["plan"] != self._identity:
            reason = "is of a run with another plan or other texts; remove it to begin anew"
            raise ModelError(str(path), reason)
        self.student.load_state_dict(state["model"])
        self._optimiser.load_state_dict(state["optimiser"])
        self.done = state["step"]

    def _step(self, rows: Sequence[Row]) -> Step:
        import torch

        for group in self._optimiser.param_groups:
            group["lr"] = self._plan.rate_at(self.done)
        loss, right = self._loss(make_batch(rows))
        self._optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.student.parameters(), _CLIP)
        self._optimiser.step()
        self.done += 1
        return Step(self.done, float(loss.detach()), right, sum(len(row.tokens) for row in rows))

    def _loss(self, batch: Batch) -> tuple[Any, float]:
        import torch
        from torch.nn import functional

        device = self.student.device
        targets = torch.from_numpy(batch.targets).to(device)
        wanted = targets != NO_TARGET
        with torch.autocast(device.type, torch.bfloat16, enabled=self._plan.bf16):
            logits = target_logits(self.student, batch).float()
        loss = functional.cross_entropy(logits, targets[wanted])
        right = float((logits.argmax(-1) == targets[wanted]).float().mean())
        if self._teacher is not None and self._plan.teacher:
            share = self._plan.teacher
            loss = (1 - share) * loss + share * self._divergence(batch, logits)
        return loss, right

    def _divergence(self, batch: Batch, logits: Any) -> Any:
        """Return T² * KL(teacher || student), the mean over the targets."""
        import torch
        from torch.nn import functional

        warmth = self._plan.temperature
        with (
            torch.no_grad(),
            torch.autocast(self.student.device.type, torch.bfloat16, enabled=self._plan.bf16),
        ):
            said = target_logits(self._teacher, batch, ids=self._teacher_ids)
        teacher = functional.log_softmax(said.float() / warmth, dim=-1)
        student = functional.log_softmax(logits / warmth, dim=-1)
        return warmth**2 * functional.kl_div(
            student, teacher, reduction="batchmean", log_target=True
        )

    def _vocabulary(self) -> int:
        return int(self.student.config.vocab_size)


def target_logits(model: Any, batch: Batch, *, ids: Any = None) -> Any:
    """Return a model's logits before each target, shape (targets, vocabulary).

    Args:
        model: from ``torch_llama``.
        batch: of rows.
        ids: of each token in the rows the model's own id; the logits are those of these ids.
    """
    import torch

    device = model.device
    tokens = torch.from_numpy(batch.tokens).to(device)
    hidden = model.model(
        input_ids=tokens if ids is None else ids[tokens],
        position_ids=torch.from_numpy(batch.positions).to(device),
        attention_mask=torch.from_numpy(batch.seen).to(device),
    ).last_hidden_state
    wanted = torch.from_numpy(batch.targets != NO_TARGET).to(device)
    head = model.lm_head.weight
    return torch.nn.functional.linear(hidden[wanted], head if ids is None else head[ids])


def answered(model: Any, rows: Sequence[Row]) -> tuple[int, int]:
    """Return how many answers a model finds most probable token for token, and of how many.

    An answer counts where every token of it is the most probable one after those before it:
    what greedy decoding without a grammar would write.
    """
    import torch

    right = total = 0
    for row in rows:
        with torch.no_grad():
            said = target_logits(model, make_batch([row])).argmax(-1).cpu().numpy()
        targets, segments = np.array(row.targets), np.array(row.segments)
        wanted = targets != NO_TARGET
        hit: NDArray[np.bool_] = said == targets[wanted]
        for segment in np.unique(segments[wanted]):
            total += 1
            right += bool(hit[segments[wanted] == segment].all())
    return right, total
