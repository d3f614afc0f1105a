"""A task's accuracy: every case of a set, decoded greedily under its grammar."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from lamplighter.errors import ModelError
from lamplighter.model.bundle.gate_bounds import TaskBound
from lamplighter.model.bundle.gate_report import GateResult
from lamplighter.model.bundle.task_cases import TaskCase, read_cases
from lamplighter.model.request import Completion, Request

# Completes a request, such as ``Engine.complete`` or the generator of a ``LanguageModel`` run
# to its end. Raises ModelError.
Complete = Callable[[Request], Completion]

_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Miss:
    """A case that the model got wrong.

    Attributes:
        number: of the case, from 1.
        answer: what it should have written.
        output: what it wrote, or the error.
    """

    number: int
    answer: str
    output: str


@dataclass(frozen=True, slots=True)
class TaskOutcome:
    """How a model did on a set of cases.

    Attributes:
        total: how many cases there are.
        misses: those that it got wrong.
    """

    total: int
    misses: tuple[Miss, ...]

    @property
    def accuracy(self) -> float:
        """The share of cases that it got right."""
        return 1 - len(self.misses) / self.total


def run_task(
    cases: Sequence[TaskCase],
    complete: Complete,
    *,
    progress: Callable[[float], None] = lambda _share: None,
) -> TaskOutcome:
    """Measure a model on a set of cases.

    Args:
        cases: at least one.
        complete: the model.
        progress: called after each case with the share that is done.

    Raises:
        ModelError: there are no cases.
    """
    if not cases:
        raise ModelError("task", "holds no cases")
    misses = []
    for number, case in enumerate(cases, start=1):
        output = _output(case, complete)
        if output.strip() != case.answer.strip():
            misses.append(Miss(number, case.answer, output))
        progress(number / len(cases))
    return TaskOutcome(len(cases), tuple(misses))


def task_gate(
    bound: TaskBound,
    folder: Path,
    complete: Complete,
    *,
    progress: Callable[[float], None] = lambda _share: None,
) -> GateResult:
    """Measure a model on the set that one of its gates names.

    Raises:
        ModelError: the set can't be read.
    """
    outcome = run_task(read_cases(folder / bound.cases), complete, progress=progress)
    return GateResult(
        gate=f"task {bound.name}",
        measured=outcome.accuracy,
        bound=bound.least,
        side="least",
        detail=_told(outcome),
    )


def _output(case: TaskCase, complete: Complete) -> str:
    try:
        return complete(case.request()).text
    except ModelError as error:
        return f"({error})"


def _told(outcome: TaskOutcome) -> str:
    shown = [f"{each.number}: {each.output!r}" for each in outcome.misses[:_SHOWN]]
    more = len(outcome.misses) - len(shown)
    told = [*shown, f"{more} more"] if more else shown
    return ", ".join([f"{len(outcome.misses)} of {outcome.total} wrong", *told])
