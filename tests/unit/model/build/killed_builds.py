"""Kills builds of a tiny model at their file operations, one after the other, and looks.

Run as a program, since it forks: ``killed_builds.py GGUF FOLDER EVERY``. Each build is to replace
an old model by a new one and gets SIGKILL at one of its file operations, every EVERY-th in turn.
Prints a line of JSON for each: what was in the target then, and what lay about after the next
build.
"""

from __future__ import annotations

import dataclasses
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

from lamplighter.model.build.building import build_model
from lamplighter.model.build.recipe import Recipe, Source
from lamplighter.model.bundle import manifest as files
from lamplighter.model.hashing import sha256_of

OPERATIONS = (
    "open",
    "os.chmod",
    "os.listdir",
    "os.mkdir",
    "os.remove",
    "os.rename",
    "os.rmdir",
    "os.scandir",
    "shutil.copyfile",
    "shutil.rmtree",
    "tempfile.mkdtemp",
    "ctypes.dlsym",
)


class Countdown:
    """An audit hook that kills the process at a file operation.

    Args:
        left: how many operations it lets pass; negative: all, counting them.
    """

    def __init__(self, left: int) -> None:
        self.left = left

    def __call__(self, event: str, _arguments: tuple[Any, ...]) -> None:
        """Take note of an event."""
        if event not in OPERATIONS:
            return
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        self.left -= 1


def build(recipe: Recipe, target: Path) -> None:
    """Build a model and tell nobody."""
    build_model(recipe, target, cache=target.parent.parent / "cache", progress=lambda *_: None)


def count(recipe: Recipe, target: Path) -> int:
    """Return how many file operations a build takes."""
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        countdown = Countdown(-1)
        sys.addaudithook(countdown)
        build(recipe, target)
        os.write(writer, str(-1 - countdown.left).encode())
        os._exit(0)
    os.waitpid(child, 0)
    return int(os.read(reader, 20))


def kill_at(operation: int, recipe: Recipe, target: Path) -> None:
    """Build in a child that is killed at one of its operations."""
    child = os.fork()
    if not child:
        sys.addaudithook(Countdown(operation))
        build(recipe, target)
        os._exit(0)
    os.waitpid(child, 0)


def main(gguf: Path, folder: Path, every: int) -> None:
    """Kill a build at every so many operations and print what was there then."""
    target = folder / "models" / "tiny"
    source = Source(gguf=gguf, sha256=sha256_of(gguf))
    old = Recipe(name="tiny", licence="CC0-1.0", source=source, context=128)
    new = dataclasses.replace(old, context=64)
    build(old, target)
    operations = count(new, target)
    for operation in range(0, operations, every):
        build(old, target)
        kill_at(operation, new, target)
        found = files.verify(target).context
        build(old, target)
        left = sorted(path.name for path in target.parent.iterdir())
        seen = {"at": operation, "of": operations, "context": found, "left": left}
        sys.stdout.write(json.dumps(seen) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
