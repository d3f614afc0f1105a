"""Reading a Hugging Face folder: safetensors, configuration, tokenizer and chat template."""

from __future__ import annotations

import json
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lamplighter.errors import ModelError
from lamplighter.model.build.architecture import Architecture, expected_shapes
from lamplighter.model.build.llama_config import read_architecture
from lamplighter.model.build.safetensors import SafetensorsFile, open_safetensors

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

CONFIG = "config.json"
INDEX = "model.safetensors.index.json"
TOKENIZER = "tokenizer.json"
_ONE_FILE = "model.safetensors"
# What transformers keeps beside the weights, as far as a build reads it.
_BESIDE = (
    CONFIG,
    "generation_config.json",
    TOKENIZER,
    "tokenizer_config.json",
    "special_tokens_map.json",
    "chat_template.jinja",
)


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
        return read_architecture(read_json(self.folder, CONFIG), self.folder.name)

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

    @cached_property
    def chat_template(self) -> str:
        """The jinja2 chat template, or "" where the folder has none."""
        path = self.folder / "chat_template.jinja"
        if path.is_file():
            return path.read_text(encoding="utf-8")
        template = self._tokenizer_config.get("chat_template") or ""
        if isinstance(template, list):  # several, by their names
            named = {each["name"]: each["template"] for each in template}
            template = named.get("default", "")
        return str(template)

    def special_tokens(self) -> dict[str, str]:
        """Return the texts of the begin token and of the token that ends a turn.

        The tokenizer's own settings come first: in models for chats they name the end of a turn,
        where the model's settings may name the end of a document.

        Raises:
            ModelError: the folder does not name an end token.
        """
        eos = self._special("eos")
        if eos is None:
            raise ModelError(self.folder.name, "names no eos token in any of its files")
        return {"bos": self._special("bos") or eos, "eos": eos}

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
    def _tokenizer_config(self) -> dict[str, Any]:
        return read_json(self.folder, "tokenizer_config.json", missing={})

    @cached_property
    def _texts(self) -> dict[int, str]:
        data = json.loads(self.tokenizer_json())
        texts = {number: text for text, number in data["model"]["vocab"].items()}
        texts.update({entry["id"]: entry["content"] for entry in data.get("added_tokens") or ()})
        return texts

    def _special(self, kind: str) -> str | None:
        token = self._tokenizer_config.get(f"{kind}_token")
        if isinstance(token, dict):
            token = token.get("content")
        if token is not None:
            return str(token)
        for name in ("generation_config.json", CONFIG):
            number = read_json(self.folder, name, missing={}).get(f"{kind}_token_id")
            if isinstance(number, list):
                number = number[0] if number else None
            if number is not None:
                return self._texts.get(number)
        return None

    @cached_property
    def _places(self) -> dict[str, SafetensorsFile]:
        """The file of each tensor."""
        names = [_ONE_FILE]
        if (self.folder / INDEX).is_file():
            names = sorted(set(read_json(self.folder, INDEX).get("weight_map", {}).values()))
        places: dict[str, SafetensorsFile] = {}
        for name in names:
            if Path(name).name != name:
                raise ModelError(self.folder.name, f"{INDEX} names {name}, outside the folder")
            file = open_safetensors(self.folder / name)
            places.update(dict.fromkeys(file.tensors, file))
        return places

    def _file(self, name: str) -> SafetensorsFile:
        file = self._places.get(name)
        if file is None:
            raise ModelError(self.folder.name, f"has no tensor {name}")
        return file


def relevant_files(folder: Path) -> list[Path]:
    """Return the files of a folder that a build reads: what its hash is made of."""
    beside = [folder / name for name in (*_BESIDE, INDEX)]
    return [path for path in (*beside, *folder.glob("*.safetensors")) if path.is_file()]


def read_json(folder: Path, name: str, *, missing: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return the mapping in a JSON file of a folder.

    Raises:
        ModelError: the file is malformed, or not there and no ``missing`` is given.
    """
    path = folder / name
    if missing is not None and not path.exists():
        return missing
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(folder.name, f"{name} can't be read: {error}") from error
    if not isinstance(value, dict):
        raise ModelError(folder.name, f"{name} is no mapping")
    return value
