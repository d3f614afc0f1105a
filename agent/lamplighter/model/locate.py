"""Where models and recipes are found."""

from __future__ import annotations

import sys
from pathlib import Path

from lamplighter.errors import ModelError
from lamplighter.model.bundle.manifest import MANIFEST
from lamplighter.shipped import shipped_folders

DEFAULT_MODEL = "smollm2-135m"


def models_folder(environment: Path = Path(sys.prefix)) -> Path:
    """Return the folder that built models are in, one folder each."""
    return environment / "share" / "lamplighter" / "models"


def model_folder(path: Path | None = None, *, environment: Path = Path(sys.prefix)) -> Path:
    """Return the folder of the model to run; it need not exist.

    Args:
        path: the configured folder; None takes the default model of this environment.
        environment: the Python environment that models are installed in.
    """
    return path if path is not None else models_folder(environment) / DEFAULT_MODEL


def built_models(environment: Path = Path(sys.prefix)) -> list[Path]:
    """Return the folders of all models built in this environment, by name."""
    return sorted(path.parent for path in models_folder(environment).glob(f"*/{MANIFEST}"))


def recipe_folders(environment: Path = Path(sys.prefix)) -> list[Path]:
    """Return the folders that named recipes are looked up in, in order."""
    return shipped_folders("models", environment)


def find_recipe(recipe: str, *, environment: Path = Path(sys.prefix)) -> Path:
    """Return the file of a recipe given as a path or by its name.

    Raises:
        ModelError: there is none; lists the names that there are.
    """
    if recipe.endswith((".yaml", ".yml")) or "/" in recipe:
        return Path(recipe)
    folders = recipe_folders(environment)
    for folder in folders:
        if (folder / f"{recipe}.yaml").is_file():
            return folder / f"{recipe}.yaml"
    known = sorted({path.stem for folder in folders for path in folder.glob("*.yaml")})
    raise ModelError(recipe, f"no such recipe; known are {', '.join(known) or 'none'}")


def bundled_text(name: str, *, environment: Path = Path(sys.prefix)) -> Path:
    """Return the file of a text that comes with the recipes.

    Raises:
        ModelError: it is not there.
    """
    for folder in recipe_folders(environment):
        if (folder / "texts" / name).is_file():
            return folder / "texts" / name
    raise ModelError(name, "is not among the bundled texts")
