"""What a manifest says of how its model was built: enough to tell whether it has to be again."""

from __future__ import annotations

from typing import Any

from lamplighter.model.build.recipe import Recipe
from lamplighter.model.hashing import sha256_of

# One more whenever the same recipe makes other files than before.
REVISION = 2


def record_of(recipe: Recipe) -> dict[str, Any]:
    """Return a recipe as plain values, with the hashes of files that it does not pin.

    Raises:
        ModelError: such a file can't be read.
    """
    inputs = [{"name": path.name, "sha256": sha256_of(path)} for path in recipe.files()]
    record = {**recipe.as_dict(), "revision": REVISION}
    return {**record, "inputs": inputs} if inputs else record
