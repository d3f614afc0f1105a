"""What a manifest says of how its model was built: enough to tell whether it has to be again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lamplighter.model.build.calibration import calibration_file
from lamplighter.model.build.recipe import Recipe
from lamplighter.model.hashing import sha256_of

# One more whenever the same recipe makes other files than before.
REVISION = 2


def record_of(recipe: Recipe) -> dict[str, Any]:
    """Return a recipe as plain values, with the hashes of files that it does not pin.

    Raises:
        ModelError: such a file can't be read.
    """
    calibration = calibration_file(recipe.quantise)
    named = [*([calibration] if calibration else []), *map(Path, recipe.gates.files())]
    inputs = [{"name": path.name, "sha256": sha256_of(path)} for path in named]
    record = {**recipe.as_dict(), "revision": REVISION}
    return {**record, "inputs": inputs} if inputs else record


def identity_of(recipe: Recipe) -> dict[str, Any]:
    """Return what the weights depend on, before they are quantised, as plain values."""
    whole = record_of(recipe)
    return {key: whole.get(key) for key in ("source", "adapt", "prune", "revision")}
