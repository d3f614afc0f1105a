"""Opens recordings: which format, which machines."""

from __future__ import annotations

import gzip
import itertools
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, TextIO

from lamplighter.errors import ReplayError
from lamplighter.faults.settings import Machine, Tag
from lamplighter.plugin import Sample
from lamplighter.replay.columns import TIMES, delimiter_of
from lamplighter.replay.entries import Entry

Format = Literal["csv", "topics"]

# So many lines show which signals a file without a configuration has.
_SHOWN = 2_000


@contextmanager
def opened(path: Path) -> Iterator[TextIO]:
    """The file as text; one that ends in ``.gz`` is unpacked.

    Raises:
        ReplayError: it can't be read, or is no text.
    """
    try:
        if path.suffix == ".gz":
            with gzip.open(path, "rt", encoding="utf-8-sig", newline="") as file:
                yield file
        else:
            with path.open(encoding="utf-8-sig", newline="") as file:
                yield file
    except UnicodeDecodeError as error:
        raise ReplayError(path, f"is no text in UTF-8: {error.reason}") from error
    except OSError as error:
        raise ReplayError(path, error.strerror or str(error)) from error


def format_of(path: Path) -> Format:
    """Whether it is a CSV file or a recording of topics, by its first line.

    Raises:
        ReplayError: it can't be read, or is empty.
    """
    with opened(path) as file:
        first = next((line for line in file if line.strip()), None)
    if first is None:
        raise ReplayError(path, "is empty")
    names = {cell.strip().strip('"').casefold() for cell in first.split(delimiter_of(first))}
    return "csv" if names & TIMES and not first.startswith("{") else "topics"


def machines_in(entries: Iterable[Entry]) -> tuple[Machine, ...]:
    """Machines without a configuration: each signal that a recording's first lines hold."""
    found: dict[str, dict[str, Tag]] = {}
    for entry in itertools.islice(entries, _SHOWN):
        for event in entry.events:
            if isinstance(event, Sample):
                found.setdefault(event.asset, {}).setdefault(event.tag, Tag("replay"))
    return tuple(Machine(asset, tags=tags) for asset, tags in found.items())
