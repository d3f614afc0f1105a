"""Building a variant into a folder that the runtime opens, as the gateway's own builds do."""

from __future__ import annotations

import dataclasses
import tempfile
from pathlib import Path

from tools.model.export import write_folder
from tools.model.parts import Parts
from tools.model.variants import Grounds, Variant, folder_name, student_folder

from lamplighter.model.build.building import build_model
from lamplighter.model.build.opening import hash_of
from lamplighter.model.build.recipe import Recipe, Source
from lamplighter.model.bundle.gate_bounds import Gates
from lamplighter.model.bundle.manifest import Manifest


def build_variant(
    variant: Variant, recipe: Recipe, whole: Parts, grounds: Grounds, work: Path
) -> Manifest:
    """Build a variant into ``work/variants``, and return its manifest.

    Args:
        variant: what to build.
        recipe: of the whole model.
        whole: that model, in memory.
        grounds: what pruning chooses by.
        work: the laboratory's folder.

    Raises:
        ModelError: a step failed, or the variant is a student that has not been trained.
    """
    target = work / "variants" / folder_name(variant)
    with tempfile.TemporaryDirectory(dir=work) as scratch:
        if variant.student:
            source = student_folder(work, variant)
        else:
            source = Path(scratch) / "weights"
            _write(whole if variant.change is None else variant.change(whole, grounds), source)
        asked = Source(huggingface=source)
        plan = Recipe(
            name=folder_name(variant),
            licence=recipe.licence,
            source=dataclasses.replace(asked, sha256=hash_of(asked, source)),
            quantise=variant.quantise,
            context=recipe.context,
            tasks=recipe.tasks,
            gates=Gates(),
        )
        return build_model(plan, target, cache=work / "cache", progress=lambda *_: None)


def _write(parts: Parts, folder: Path) -> None:
    write_folder(
        folder,
        parts.weights,
        tokenizer_json=parts.tokenizer_json,
        chat_template=parts.chat_template,
        bos=parts.bos,
        eos=parts.eos,
    )
