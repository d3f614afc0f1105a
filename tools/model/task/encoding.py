"""Samples of tasks as tokens, framed exactly as the daemon frames its prompts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lamplighter.model.bundle.manifest import read_manifest
from lamplighter.model.prompt.chat import ChatTemplate, Turn, assistant_prefix
from lamplighter.model.prompt.tokenizer import TextTokenizer


@dataclass(frozen=True, slots=True)
class Encoded:
    """A sample's tokens; those from ``answer`` on are the answer and its end."""

    tokens: tuple[int, ...]
    answer: int


def read_samples(path: Path) -> Iterator[dict[str, Any]]:
    """The samples of a JSONL file, each with ``prefix``, ``turns``, ``start``, ``answer``."""
    for line in path.read_text(encoding="utf-8").splitlines():
        yield json.loads(line)


class Encoder:
    """Encodes samples with a built model's tokenizer and chat template.

    Args:
        folder: of a built model.
    """

    def __init__(self, folder: Path) -> None:
        manifest = read_manifest(folder)
        template = (folder / "chat_template.jinja").read_text(encoding="utf-8")
        self._template = ChatTemplate(template, bos=manifest.bos, eos=manifest.eos)
        self._tokenizer = TextTokenizer(folder / "tokenizer.json", eos=manifest.eos)
        self._tokenizer.start()

    def encode(self, sample: dict[str, Any]) -> Encoded:
        """The sample's tokens."""
        prefix = [Turn(role, content) for role, content in sample["prefix"]]
        turns = [Turn(role, content) for role, content in sample["turns"]]
        turns.append(assistant_prefix(sample.get("start", "")))
        first, rest = self._template.pieces(prefix, turns)
        begun = self._tokenizer.encode_pieces([*first, *rest])
        answer = [*self._tokenizer.encode(sample["answer"]), self._tokenizer.eos]
        return Encoded((*begun, *answer), len(begun))
