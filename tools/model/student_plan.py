"""What a student is made of, read from YAML: what is left of the whole model, and its training."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from tools.model.distil import Plan

from lamplighter import strict_yaml


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One round of training.

    Attributes:
        name: of its folder.
        data: ``task`` for the cases of the task, ``prose`` for general text.
        row: tokens in a training row.
        plan: how to train.
    """

    name: str = field(metadata={"pattern": "[a-z0-9-]+", "hint": "must be lower-case letters"})
    data: str = field(metadata={"choices": ("task", "prose")})
    row: int = field(default=256, metadata={"min": 16, "max": 2048})
    plan: Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Student:
    """What a student is made of.

    Attributes:
        name: of the student, also of its folder.
        drop_layers: the whole model's layers that it lacks.
        vocabulary: how many tokens it knows; None: all.
        stages: of its training, in order.
    """

    name: str = field(metadata={"pattern": "[a-z0-9.-]+", "hint": "must be lower-case letters"})
    drop_layers: tuple[int, ...] = ()
    vocabulary: int | None = field(default=None, metadata={"min": 512})
    stages: tuple[Stage, ...] = ()


def load_student(path: Path) -> Student:
    """Return the student that a YAML file describes.

    Raises:
        ConfigError: with every problem found.
    """
    return strict_yaml.load(path.read_text(encoding="utf-8"), Student, file=str(path))
