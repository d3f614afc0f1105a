"""A model as a folder that Hugging Face's tools read, and this project's build too."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from tools.model.torch_llama import config
from tools.model.weights import MemoryWeights

if TYPE_CHECKING:
    from numpy.typing import NDArray

WEIGHTS = "model.safetensors"
_ALIGNMENT = 8


def write_folder(
    folder: Path,
    weights: MemoryWeights,
    *,
    tokenizer_json: str,
    chat_template: str,
    bos: str,
    eos: str,
) -> None:
    """Write ``config.json``, the weights, the tokenizer and its configuration.

    The file of weights is written last, so that a folder which holds it is whole.
    """
    folder.mkdir(parents=True, exist_ok=True)
    _write_json(folder / "config.json", config(weights.architecture))
    (folder / "tokenizer.json").write_text(tokenizer_json, encoding="utf-8")
    frame = {"bos_token": bos, "eos_token": eos, "chat_template": chat_template}
    _write_json(folder / "tokenizer_config.json", frame)
    ids = {
        f"{name}_token_id": _id_of(tokenizer_json, text)
        for name, text in (("bos", bos), ("eos", eos))
    }
    _write_json(folder / "generation_config.json", ids)
    part = folder / f"{WEIGHTS}.part"
    write_safetensors(part, weights.tensors)
    part.replace(folder / WEIGHTS)


def write_safetensors(path: Path, tensors: Mapping[str, NDArray[np.float32]]) -> None:
    """Write tensors as 16-bit floats where they are matrices, else as 32-bit ones.

    What training moves is far above the rounding to 16 bits, and 8-bit blocks are coarser still.
    The format: eight bytes with the header's length, a JSON header, then the data.
    """
    stored = {name: _stored(tensors[name]) for name in sorted(tensors)}
    header: dict[str, object] = {}
    end = 0
    for name, value in stored.items():
        kind = "F16" if value.dtype == np.float16 else "F32"
        offsets = [end, end + value.nbytes]
        header[name] = {"dtype": kind, "shape": list(value.shape), "data_offsets": offsets}
        end += value.nbytes
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % _ALIGNMENT)
    with path.open("wb") as file:
        file.write(len(text).to_bytes(8, "little"))
        file.write(text)
        for value in stored.values():
            file.write(np.ascontiguousarray(value).data)


def _stored(value: NDArray[np.float32]) -> NDArray[np.floating]:
    return value.astype(np.float16) if value.ndim > 1 else value


def _id_of(tokenizer_json: str, text: str) -> int:
    data = json.loads(tokenizer_json)
    added = {entry["content"]: entry["id"] for entry in data.get("added_tokens") or ()}
    return int({**data["model"]["vocab"], **added}[text])


def _write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
