"""Powering off at many moments of a record: each time a folder that may be found afterwards."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults.power_loss.disk import Disk, Fate
from tests.faults.preload.interposer import Interposer
from tests.faults.preload.recording import Event, Op, read

LOSSES = int(os.environ.get("LAMPLIGHTER_POWER_LOSSES", "40"))
"""Losses of power in each test; 0: at every moment, with every fate."""

_FATES = tuple(Fate)
_WITHIN = 120.0


@dataclass(slots=True)
class Said:
    """What a process said until a moment, by kind."""

    names: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def take(self, data: bytes) -> None:
        for line in data.decode().splitlines():
            kind, name = line.split(" ", 1)
            self.names[kind].append(name)

    def all(self, kind: str) -> set[str]:
        """Everything of a kind."""
        return set(self.names[kind])


@dataclass(frozen=True, slots=True)
class Moment:
    """A loss of power.

    Attributes:
        number: events before it.
        fate: what became of that which was not synced.
        folder: what is found afterwards.
        said: what the process had said.
        events: what it had done.
    """

    number: int
    fate: Fate
    folder: Path
    said: Said

    def __str__(self) -> str:
        return f"after {self.number} events, {self.fate.value}"


@contextmanager
def memory_folder() -> Iterator[Path]:
    """A folder in memory where there is one: durability is the model's business here."""
    memory = Path("/dev/shm")  # noqa: S108 - a name of our own is made in it
    folder = Path(tempfile.mkdtemp(dir=memory if os.access(memory, os.W_OK) else None))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def record(
    library: Path, folder: Path, program: str, order: Callable[[Interposer], None] = lambda _: None
) -> list[Event]:
    """Runs one of the programs of ``writing`` on a folder; returns what it did.

    Args:
        library: the recorder.
        folder: given to the program.
        program: its name.
        order: tells the recorder which calls are to fail.

    Raises:
        AssertionError: it failed.
    """
    path = folder.with_name(f"{folder.name}.record")
    interposer = Interposer(
        library, folder, folder.with_name(f"{folder.name}.control"), record=path
    )
    order(interposer)
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.power_loss.writing", str(folder), program],
        env=interposer.around(),
        cwd=Path(__file__).parents[3],
        timeout=_WITHIN,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return list(read(path))


def moments(
    begin: Disk,
    events: list[Event],
    folder: Path,
    seed: int,
    *,
    said: Said | None = None,
    losses: int = LOSSES,
) -> Iterator[Moment]:
    """Losses of power, most of them around syncs; each folder is removed after its turn.

    Args:
        begin: the disk before the record.
        events: the record.
        folder: where the folders are made.
        seed: of the choice of moments, and of what is found.
        said: what was promised before the record.
        losses: how many; 0: at every event, with every fate.
    """
    chance = random.Random(seed)  # noqa: S311 - when power is lost is no secret
    chosen = _choose(events, chance, losses)
    said = said or Said()
    for number, event in enumerate([*events, None]):
        for fate in chosen.get(number, ()):
            target = folder / "found"
            begin.after_power_loss(target, fate, chance)
            try:
                yield Moment(number, fate, target, said)
            finally:
                shutil.rmtree(target)
        if event is None:
            return
        if event.op is Op.MARK:
            said.take(event.data)
        else:
            begin.follow(event)


def _choose(events: list[Event], chance: random.Random, losses: int) -> dict[int, list[Fate]]:
    if not losses:
        return {number: list(_FATES) for number in range(len(events) + 1)}
    around = {
        number + step
        for number, event in enumerate(events)
        if event.op in (Op.SYNC, Op.SYNC_FAILED, Op.RENAME, Op.UNLINK, Op.MARK)
        for step in (-1, 0, 1, 2)
        if 0 <= number + step <= len(events)
    }
    chosen: dict[int, list[Fate]] = defaultdict(list)
    for number in range(losses):
        fate = _FATES[number % len(_FATES)]
        at = chance.choice(sorted(around)) if number % 3 else chance.randrange(len(events) + 1)
        chosen[at].append(fate)
    return chosen
