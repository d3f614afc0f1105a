"""A tiny model with a byte-level tokenizer, in memory."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers
from tools.model.parts import Parts
from tools.model.weights import MemoryWeights

from lamplighter.model.build.architecture import Architecture, expected_shapes

MERGES = [("o", "n"), ("o", "f"), ("of", "f"), ("l", "a"), ("la", "m"), ("lam", "p"), ("Ġ", "lamp")]
CHATML = (
    "{% for m in messages %}{{ '<s>' + m['role'] + '\n' + m['content'] + '</s>\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<s>assistant\n' }}{% endif %}"
)


def tiny_parts(layers: int = 3) -> Parts:
    tokens = ["<s>", "</s>", *sorted(pre_tokenizers.ByteLevel.alphabet())]
    tokens += ["".join(merge) for merge in MERGES]
    model = models.BPE(vocab={text: n for n, text in enumerate(tokens)}, merges=MERGES)
    tokenizer = Tokenizer(model)
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens(
        [AddedToken(text, special=True, normalized=False) for text in ("<s>", "</s>")]
    )
    shape = Architecture(
        layers=layers, width=64, hidden=96, heads=4, kv_heads=2, head_width=16,
        vocabulary=len(tokens), theta=10000.0, epsilon=1e-5, context=256, tied=True,
    )  # fmt: skip
    random = np.random.default_rng(8)
    tensors = {
        name: np.ones(size, np.float32)
        if len(size) == 1
        else random.normal(0, 0.15, size).astype(np.float32)
        for name, size in expected_shapes(shape).items()
    }
    return Parts(MemoryWeights(shape, tensors), tokenizer.to_str(), CHATML, "<s>", "</s>")


def write_cases(path: Path) -> Path:
    cases = [
        {"turns": [["user", f"{way} the {name}lamp"]], "answer": way, "prefix": [["system", "do"]]}
        for way in ("on", "off")
        for name in ("", "big ", "old ", "red ")
    ]
    path.write_text("\n".join(map(json.dumps, cases)) + "\n", encoding="utf-8")
    return path
