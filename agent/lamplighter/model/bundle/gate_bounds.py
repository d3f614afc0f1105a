"""What a model has to reach before it is used; part of its manifest, and of its recipe."""

from __future__ import annotations

import dataclasses
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lamplighter import strict_yaml
from lamplighter.errors import ConfigError, ModelError

_NAME = {
    "pattern": "[a-z0-9][a-z0-9-]*",
    "hint": "must be lower-case letters, digits and dashes",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PerplexityBound:
    """How well a model must foretell a text.

    Attributes:
        text: the file with the text: in a manifest a file of the model, in a recipe a path from
            the recipe's folder.
        most: the greatest perplexity it may have.
        window: tokens that are evaluated together, each window by itself.
    """

    text: str
    most: float = field(metadata={"min": 1.0})
    window: int = field(default=512, metadata={"min": 8, "max": 8192})


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskBound:
    """How many cases of a task a model must get right.

    Attributes:
        name: of the task.
        cases: the file with the cases, as ``PerplexityBound.text``; see ``task_cases``.
        least: the least share of them, 0 to 1.
    """

    name: str = field(metadata=_NAME)
    cases: str
    least: float = field(metadata={"min": 0.0, "max": 1.0})


@dataclass(frozen=True, slots=True, kw_only=True)
class Gates:
    """What a model has to reach; what is None is not looked at.

    Attributes:
        perplexity: on a text.
        tasks: on sets of cases.
        prefill: least tokens a second in reading 256 tokens.
        decode: least tokens a second in writing after them.
        memory: most MiB that it adds to a process, the runtime included.
    """

    perplexity: PerplexityBound | None = None
    tasks: tuple[TaskBound, ...] = ()
    prefill: float | None = field(default=None, metadata={"min": 0.0})
    decode: float | None = field(default=None, metadata={"min": 0.0})
    memory: float | None = field(default=None, metadata={"min": 1.0})

    def __bool__(self) -> bool:
        return self != Gates()

    def problems(self) -> Iterator[tuple[str, str]]:
        """Contradictions between keys."""
        names = [task.name for task in self.tasks]
        for index, name in enumerate(names):
            if name in names[:index]:
                yield f"tasks[{index}].name", f"{name} stands twice"

    def files(self) -> tuple[str, ...]:
        """Return the files that they name."""
        text = (self.perplexity.text,) if self.perplexity else ()
        return (*text, *(task.cases for task in self.tasks))

    def as_dict(self) -> dict[str, Any]:
        """Return them as plain values, without what is not looked at."""
        return dataclasses.asdict(self, dict_factory=_given)


def read_gates(value: Any, file: str) -> Gates:
    """Return the gates that plain values of a JSON document describe.

    Args:
        value: what ``Gates.as_dict`` returned.
        file: what errors call the document.

    Raises:
        ModelError: with every key that is wrong.
    """
    try:
        return strict_yaml.load(json.dumps(value), Gates, file=file)
    except ConfigError as error:
        wrong = "; ".join(f"gates.{each.key}: {each.reason}" for each in error.problems)
        raise ModelError(file, wrong) from error


def carry_in(gates: Gates, base: Path, folder: Path) -> Gates:
    """Copy the files that a recipe's gates name into a model's folder, so that they go with it.

    Args:
        gates: as the recipe has them, with paths from ``base``.
        base: the recipe's folder.
        folder: the model's; its manifest is written afterwards.

    Returns:
        The gates for the manifest, with the files' names in the folder.

    Raises:
        ModelError: a file is not there or can't be copied.
    """
    text = gates.perplexity
    if text is not None:
        text = dataclasses.replace(text, text=_copy(base / text.text, folder, "gate-text.txt"))
    tasks = tuple(
        dataclasses.replace(task, cases=_copy(base / task.cases, folder, f"gate-{task.name}.jsonl"))
        for task in gates.tasks
    )
    return dataclasses.replace(gates, perplexity=text, tasks=tasks)


def _copy(source: Path, folder: Path, name: str) -> str:
    try:
        shutil.copyfile(source, folder / name)
    except OSError as error:
        raise ModelError(source.name, f"can't be taken into the model: {error}") from error
    return name


def _given(items: list[tuple[str, Any]]) -> dict[str, Any]:
    return {key: value for key, value in items if value is not None and value != ()}
