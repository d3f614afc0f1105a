"""Writes the bundled task set ``frames.jsonl`` from hand-written sentences with their frames.

Run as ``python -m tools.model.task.bundle``. A sentence of which
nothing in the home is mentioned never reaches the model, and is left out.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.model.task.homes import Home, read_homes

from lamplighter.model.decoding.grammar import compile_grammar
from lamplighter.model.decoding.notation import data_of
from lamplighter.understanding.frame_grammar import all_mentions, line_of
from lamplighter.understanding.model_parser import SHORT_INSTRUCTION
from lamplighter.understanding.normalise import plain

ROOT = Path(__file__).parents[3]
SENTENCES = ROOT / "tests" / "data" / "frames"
TASKS = ROOT / "config" / "models" / "tasks" / "frames.jsonl"


@dataclass(frozen=True, slots=True)
class Written:
    """A sentence somebody wrote, with its home and the right frame."""

    said: str
    line: str
    home: Home


def read_sentences(folder: Path = SENTENCES) -> Iterator[Written]:
    """The hand-written sentences: ``home<TAB>frame<TAB>sentence`` a line."""
    homes = read_homes(folder / "homes.json")
    for row in (folder / "sentences.tsv").read_text(encoding="utf-8").splitlines():
        home, line, said = row.split("\t")
        yield Written(said, line, homes[home])


def case_of(written: Written) -> dict[str, Any] | None:
    """The sentence as a task's case; None where the daemon would never ask the model.

    Raises:
        ValueError: the daemon's grammar does not admit the frame.
    """
    text = plain(written.said)
    mentions = all_mentions(text, written.home.names)
    if not mentions.device():
        return None
    part = line_of(mentions)
    if not compile_grammar(part).parses(written.line):
        raise ValueError(f"{written.line!r} is no frame that {text!r} can have")
    return {
        "prefix": [["system", SHORT_INSTRUCTION]],
        "turns": [["user", text]],
        "start": "",
        "grammar": data_of(part),
        "answer": written.line,
    }


def cases(folder: Path = SENTENCES) -> list[dict[str, Any]]:
    """Every case of the set, in the order of the sentences."""
    return [case for each in read_sentences(folder) if (case := case_of(each)) is not None]


def main() -> int:
    """Write the set."""
    found = cases()
    TASKS.parent.mkdir(parents=True, exist_ok=True)
    with TASKS.open("w", encoding="utf-8") as file:
        for case in found:
            file.write(json.dumps(case, ensure_ascii=False, separators=(",", ":")) + "\n")
    print(f"{len(found)} cases of {len(list(read_sentences()))} sentences in {TASKS.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
