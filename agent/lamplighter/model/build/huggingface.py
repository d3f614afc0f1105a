"""Reading a Hugging Face folder: safetensors, configuration, tokenizer and chat template."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lamplighter.errors import ModelError
from lamplighter.model.build.architecture import Architecture, expected_shapes
from lamplighter.model.build.llama_config import read_architecture
from lamplighter.model.build.safetensors import SafetensorsFile, open_safetensors
from lamplighter.model.foreign.json_files import read_json
from lamplighter.model.foreign.prompt_files import FILES, TOKENIZER, PromptFacts, read_prompt_facts

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

CONFIG = "config.json"
INDEX = "model.safetensors.index.json"
_SUFFIX = ".safetensors"
_ONE_FILE = f"model{_SUFFIX}"


class HuggingFaceWeights:
    """The weights of a Llama-family model in a folder as transformers saves it.

    Args:
        folder: holds ``config.json``, ``tokenizer.json``, and the weights in one safetensors
            file or in several with an index.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @cached_property
    def architecture(self) -> Architecture:
        """The model's shape.

        Raises:
            ModelError: the folder holds no model, or one that can't be built exactly.
        """
        return read_architecture(_read_needed(self.folder / CONFIG), self.folder.name)

    def check(self) -> None:
        """Look for every tensor, and compare its shape with what the configuration says.

        Raises:
            ModelError: names the first that is missing, of another shape, or not understood.
        """
        expected = expected_shapes(self.architecture)
        for name, shape in expected.items():
            stored = self._file(name).tensors[name]
            if stored.shape != shape:
                reason = f"{name} is {stored.shape}, but {CONFIG} makes it {shape}"
                raise ModelError(self.folder.name, reason)
        biases = [name for name in self._places if name.endswith(".bias")]
        if biases:
            raise ModelError(self.folder.name, f"biases are not supported: {biases[0]}")

    def tensor(self, name: str) -> NDArray[np.float32]:
        """Return a tensor, rows by outputs, as 32-bit floats.

        Raises:
            ModelError: there is none of that name, or it can't be read.
        """
        return self._file(name).read(name)

    @property
    def chat_template(self) -> str:
        """The jinja2 chat template, or "" where the folder has none."""
        return self._prompt.template

    def special_tokens(self) -> dict[str, str]:
        """Return the texts of the begin token ("" for none) and of the one that ends a turn.

        Raises:
            ModelError: the folder does not name an end token.
        """
        return {"bos": self._prompt.bos, "eos": self._prompt.eos}

    def tokenizer_json(self) -> str:
        """Return the contents of ``tokenizer.json``.

        Raises:
            ModelError: it is missing; a ``tokenizer.model`` alone can't be used.
        """
        try:
            return (self.folder / TOKENIZER).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise ModelError(self.folder.name, f"{TOKENIZER} can't be read: {error}") from error

    @cached_property
    def _prompt(self) -> PromptFacts:
        return read_prompt_facts(self.folder)

    @cached_property
    def _places(self) -> dict[str, SafetensorsFile]:
        """The file of each tensor."""
        places: dict[str, SafetensorsFile] = {}
        for name in self._shards():
            file = open_safetensors(self.folder / name)
            places.update(dict.fromkeys(file.tensors, file))
        return places

    def _shards(self) -> list[str]:
        """Return the names of the files with weights, each of which is among ``relevant_files``."""
        if not (self.folder / INDEX).is_file():
            return [_ONE_FILE]
        listed = read_json(self.folder / INDEX).get("weight_map")
        names = list(listed.values()) if isinstance(listed, dict) else []
        if not names or not all(isinstance(name, str) for name in names):
            raise ModelError(self.folder.name, f"{INDEX} is broken: its weight_map names no files")
        for name in names:
            if Path(name).name != name:
                raise ModelError(self.folder.name, f"{INDEX} names {name}, outside the folder")
            if not name.endswith(_SUFFIX):
                raise ModelError(self.folder.name, f"{INDEX} names {name}, no {_SUFFIX} file")
        return sorted(set(names))

    def _file(self, name: str) -> SafetensorsFile:
        file = self._places.get(name)
        if file is None:
            raise ModelError(self.folder.name, f"has no tensor {name}")
        return file


def relevant_files(folder: Path) -> list[Path]:
    """Return the files of a folder that a build reads: what its hash is made of."""
    beside = [folder / name for name in (TOKENIZER, *FILES, INDEX)]
    return [path for path in (*beside, *folder.glob(f"*{_SUFFIX}")) if path.is_file()]


def _read_needed(path: Path) -> dict[str, Any]:
    if not path.is_file():
        raise ModelError(path.parent.name, f"has no {path.name}")
    return read_json(path)
