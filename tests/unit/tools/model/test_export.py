"""What is written as a Hugging Face folder is read as it was."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from tools.model.export import write_folder
from tools.model.weights import MemoryWeights, read

from lamplighter.model.build.huggingface import HuggingFaceWeights
from lamplighter.model.fidelity.reference import Reference

TOKENIZER = json.dumps(
    {"model": {"vocab": {"a": 0, "b": 1}}, "added_tokens": [{"content": "<end>", "id": 2}]}
)


def write(folder: Path, weights: MemoryWeights) -> None:
    write_folder(
        folder, weights, tokenizer_json=TOKENIZER, chat_template="{{ x }}", bos="a", eos="<end>"
    )


def test_a_build_reads_the_folder(weights: MemoryWeights, tmp_path: Path) -> None:
    write(tmp_path, weights)
    source = HuggingFaceWeights(tmp_path)
    source.check()
    assert source.architecture == weights.architecture
    assert source.special_tokens() == {"bos": "a", "eos": "<end>"}
    assert (source.chat_template, source.tokenizer_json()) == ("{{ x }}", TOKENIZER)
    back = read(source)
    for name, value in weights.tensors.items():
        assert np.allclose(back.tensor(name), value, rtol=1e-3, atol=1e-6)


def test_transformers_reads_the_folder(torch: Any, weights: MemoryWeights, tmp_path: Path) -> None:
    from transformers import LlamaForCausalLM

    write(tmp_path, weights)
    model = LlamaForCausalLM.from_pretrained(tmp_path)
    tokens = [3, 17, 4, 40]
    with torch.no_grad():
        said = model(torch.tensor([tokens])).logits[0].float().numpy()
    assert np.allclose(
        said, Reference(read(HuggingFaceWeights(tmp_path))).logits(tokens), atol=2e-2
    )
