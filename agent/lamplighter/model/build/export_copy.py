"""Taking an ONNX export as it is: its files, checked, with a manifest of ours."""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path

from lamplighter.model.build.opening import hash_of
from lamplighter.model.build.pinned import check_pin
from lamplighter.model.build.progress import Progress
from lamplighter.model.build.recipe import Recipe
from lamplighter.model.bundle.manifest import Manifest
from lamplighter.model.foreign.export import describe_export, folder_of


def copy_export(recipe: Recipe, source: Path, made: Path, progress: Progress) -> Manifest:
    """Copy the files of an export that are run, and return its manifest, not yet written.

    Args:
        recipe: gives the greatest context, and the hash that the copy is held to.
        source: the export's folder, or the graph in it.
        made: the folder to fill.
        progress: told of each file.

    Raises:
        ModelError: the export is broken, or one of its files changed meanwhile.
        OSError: a file can't be written.
    """
    progress("read", 0.0)
    found = describe_export(source)
    progress("read", 1.0)
    progress("quantise", 1.0, "an export is taken as it is")
    folder = folder_of(source)
    for number, name in enumerate(found.files):
        progress("write", number / len(found.files), name)
        (made / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(folder / name, made / name)
    progress("write", 1.0)
    copied = dataclasses.replace(recipe.source, onnx=made / source.relative_to(folder))
    # What was pinned is checked on the copy too: the export may have changed meanwhile.
    check_pin(folder.name, hash_of(copied, made / source.relative_to(folder)), copied.sha256)
    context = min(recipe.context, found.context)
    return dataclasses.replace(found, context=context)
