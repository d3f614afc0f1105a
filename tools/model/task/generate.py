"""Generates sentences with their frames to train on; says what was left out and why.

Run as ``python -m tools.model.task.generate OUT --count N``: a line of JSON for each sample with
``prefix``, ``turns``, ``start`` and ``answer`` (see ``config/models/tasks``) and its ``source``.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tools.model.task.gold import Dropped, read
from tools.model.task.homes import Home, HomeMaker, parts
from tools.model.task.outside import Clinc150, HomeLlm, home_assistant
from tools.model.task.own import OwnWordings, Said
from tools.model.task.speakers import Speakers

from lamplighter.understanding.frames import NONE
from lamplighter.understanding.model_parser import SHORT_INSTRUCTION

DATA = Path(__file__).parents[4] / "shared" / "data"
SEED = 20261122
SHARES = (
    ("own commands", 0.47),
    ("own places", 0.14),
    ("own nothing", 0.16),
    ("home assistant", 0.08),
    ("home-llm", 0.05),
    ("clinc150", 0.10),
)
"""What the samples are drawn from, and how frequently."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A sentence as the model gets it, its right frame, where it is from and its home."""

    text: str
    line: str
    source: str
    home: Home

    def row(self) -> dict[str, Any]:
        """The sample in the form of a task's case."""
        return {
            "prefix": [["system", SHORT_INSTRUCTION]],
            "turns": [["user", self.text]],
            "start": "",
            "answer": self.line,
            "source": self.source,
        }


@dataclass(slots=True)
class Counts:
    """What became of the sentences that were drawn, by source and reason."""

    kept: Counter[str] = field(default_factory=Counter)
    dropped: dict[str, Counter[str]] = field(default_factory=dict)

    def lines(self) -> Iterator[str]:
        """The counts for people."""
        for source in sorted({*self.kept, *self.dropped}):
            lost = self.dropped.get(source, Counter())
            every = self.kept[source] + lost.total()
            yield f"{source:24} kept {self.kept[source]:6} of {every:6}"
            for reason, count in lost.most_common():
                yield f"    {100 * count / every:5.1f} % {reason}"


class Generator:
    """Draws samples, each consistent with the daemon's own reading of the home.

    Args:
        seed: the same seed draws the same samples.
        data: the folder with the outside data; sources that are not there are left out.
        held_out: draw names, templates and requests that training never sees, or the others.
    """

    def __init__(self, seed: int, *, data: Path = DATA, held_out: bool = False) -> None:
        draw = random.Random(f"{seed} {held_out}")  # noqa: S311 - seeded data
        homes = HomeMaker(parts(held_out=held_out), draw)
        own = OwnWordings(homes, draw, held_out=held_out)
        self._draw = draw
        self._speakers = Speakers(draw)
        self.counts = Counts()
        self.sources: dict[str, Callable[[], Said]] = {
            "own commands": own.command,
            "own places": own.place,
            "own nothing": own.nothing,
            "home assistant": home_assistant(homes, draw, held_out=held_out).said,
        }
        if (data / "home_llm").is_dir():
            piles = HomeLlm(data / "home_llm", homes, draw, held_out=held_out)
            self.sources["home-llm"] = piles.said
        if (data / "intents" / "clinc150.jsonl").is_file():
            requests = Clinc150(data / "intents" / "clinc150.jsonl", homes, draw, held_out=held_out)
            self.sources["clinc150"] = requests.said

    def samples(self, count: int) -> Iterator[Sample]:
        """So many different samples."""
        seen: set[str] = set()
        names = [name for name, _ in SHARES if name in self.sources]
        shares = [share for name, share in SHARES if name in self.sources]
        while len(seen) < count:
            source = self._draw.choices(names, shares)[0]
            found = self._kept(source, seen)
            seen.add(found.text.casefold())
            yield found

    def _kept(self, source: str, seen: set[str]) -> Sample:
        while True:
            said = self.sources[source]()
            spoken = self._speakers.say(said.sentence, said.keep)
            try:
                text, frame = read(spoken, said.meaning, said.home)
            except Dropped as dropped:
                self._drop(said.source, dropped.reason)
                continue
            if text.casefold() in seen:
                self._drop(said.source, "said before")
                continue
            self.counts.kept[said.source] += 1
            line = NONE if frame.verb == NONE else frame.line()
            return Sample(text, line, said.source, said.home)

    def _drop(self, source: str, reason: str) -> None:
        self.counts.dropped.setdefault(source, Counter())[reason] += 1


def main(arguments: Sequence[str] | None = None) -> int:
    """Generates from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path, help="the file to write")
    parser.add_argument("--count", type=int, default=16_000, help="samples")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--held-out", action="store_true", help="of what training never sees")
    options = parser.parse_args(arguments)
    generator = Generator(options.seed, held_out=options.held_out)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    with options.out.open("w", encoding="utf-8") as file:
        for sample in generator.samples(options.count):
            file.write(json.dumps(sample.row(), ensure_ascii=False) + "\n")
    print(*generator.counts.lines(), sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
