"""A student: what is left of the whole model, and the stages in which it is trained."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from tools.model import parts as pruning
from tools.model.distil import Distillation, Step, answered
from tools.model.export import write_folder
from tools.model.parts import Parts
from tools.model.samples import Row, encode_case, pack, prose, read_cases
from tools.model.student_plan import Stage, Student
from tools.model.texts import Texts
from tools.model.torch_llama import from_torch, to_torch
from tools.model.vocabulary import choose_tokens, count_tokens

EXPORT = "huggingface"
KEPT = "kept.json"
_TRIED_ROW = 512


def prune(student: Student, whole: Parts, texts: Texts, folder: Path) -> Parts:
    """Return the student before its training.

    Which tokens it keeps is decided once and written into its folder, so that a later run with
    other texts goes on with the same model.

    Raises:
        ModelError: it can't be pruned so.
    """
    parts = pruning.without_layers(whole, student.drop_layers)
    if student.vocabulary is None:
        return parts
    path = folder / KEPT
    if not path.exists():
        chosen = choose_tokens(
            whole.tokenizer_json, count_tokens(texts.tokens(whole)), student.vocabulary
        )
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(chosen) + "\n", encoding="utf-8")
    return pruning.with_tokens(parts, tuple(json.loads(path.read_text(encoding="utf-8"))))


def rows_of(stage: Stage, parts: Parts, texts: Texts, number: int = 0) -> list[Row]:
    """Return a stage's training rows in the tokens of a model.

    Raises:
        ModelError: the cases can't be read.
    """
    tokenizer = parts.tokenizer()
    if stage.data == "prose":
        return prose(tokenizer.encode(texts.prose), stage.row)
    template = parts.template()
    cases = read_cases(texts.of_stage(number))
    return pack((encode_case(case, tokenizer, template) for case in cases), stage.row)


def train(
    student: Student,
    model: Any,
    parts: Parts,
    texts: Texts,
    folder: Path,
    *,
    teacher: Parts,
) -> Iterator[tuple[Stage, Distillation, Step]]:
    """Train a student through its stages, yielding after each step; goes on where it stopped.

    After a stage the student as it is then is exported into the stage's folder.

    Args:
        student: its stages.
        model: of ``torch_llama``, with the weights of ``parts``; this is what is trained.
        parts: the student before its training, from ``prune``.
        texts: to train on.
        folder: for its checkpoints.
        teacher: the whole model.

    Raises:
        ModelError: a checkpoint is of another run.
    """
    taught = any(stage.plan.teacher for stage in student.stages)
    master = to_torch(teacher.weights, device=model.device.type) if taught else None
    for number, stage in enumerate(student.stages):
        rows = rows_of(stage, parts, texts, number)
        run = Distillation(
            model,
            rows,
            stage.plan,
            folder / stage.name,
            teacher=master if stage.plan.teacher else None,
            kept=parts.kept,
            identity={"rows": _digest(rows)},
        )
        run.start()
        for step in run.run():
            yield stage, run, step
        export(parts, model, folder / stage.name / EXPORT)


def tried(cases: Path, models: Mapping[str, tuple[Any, Parts]]) -> Iterator[tuple[str, int, int]]:
    """Yield how many cases each model answers fully right, decoding greedily without a grammar.

    Args:
        cases: a file that training has not seen.
        models: by their names; a model of torch, or None for one with the weights of its parts.

    Yields:
        The name, how many answers were right, and of how many.
    """
    for name, (model, parts) in models.items():
        tokenizer, template = parts.tokenizer(), parts.template()
        samples = (encode_case(case, tokenizer, template) for case in read_cases(cases))
        trained = model if model is not None else to_torch(parts.weights)
        yield name, *answered(trained, pack(samples, _TRIED_ROW))


def export(parts: Parts, model: Any, folder: Path) -> None:
    """Write a trained student as a Hugging Face folder, which ``lamplighter model build`` takes."""
    write_folder(
        folder,
        from_torch(model, parts.weights.architecture),
        tokenizer_json=parts.tokenizer_json,
        chat_template=parts.chat_template,
        bos=parts.bos,
        eos=parts.eos,
    )


def _digest(rows: Sequence[Row]) -> str:
    text = repr([(row.tokens, row.targets) for row in rows])
    return hashlib.sha256(text.encode()).hexdigest()[:16]
