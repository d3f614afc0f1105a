"""Every model of both sides, in turns, so that what the machine does meanwhile hits all alike."""

from __future__ import annotations

import json
import statistics
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from tools.model_figures.peer import Peer, last_line

OURS, THEIRS = "lamplighter", "llama.cpp"
Child = Callable[..., dict[str, Any]]


def our_child(*arguments: str) -> dict[str, Any]:
    """What ``ours_child`` prints."""
    return last_line([sys.executable, "-m", "tools.model_figures.ours_child", *arguments])


def speeds(
    models: Sequence[tuple[str, str, Path]],
    peer: Peer | None,
    tokens_file: Path,
    *,
    threads: Sequence[int],
    rounds: int,
) -> list[dict[str, Any]]:
    """One row a model and number of threads: the median of the rounds of each figure.

    Args:
        models: side, name, and folder or file.
        peer: llama.cpp, where it is there.
        tokens_file: JSON list of the tokens that are read.
        threads: numbers of threads.
        rounds: how often each is measured.
    """
    children = _children(peer)
    runs: dict[tuple[str, str, int], list[dict[str, float]]] = {}
    for _ in range(rounds):
        for count in threads:
            for side, name, path in models:
                found = children[side]("speed", str(path), str(count), str(tokens_file))
                runs.setdefault((side, name, count), []).append(found)
    return [
        {
            "side": side,
            "model": name,
            "threads": count,
            "mib": round(size(path) / 1024 / 1024, 1),
            **_medians(runs[side, name, count]),
        }
        for count in threads
        for side, name, path in models
    ]


def sentences(
    models: Sequence[tuple[str, str, Path]], threads: Sequence[int]
) -> list[dict[str, Any]]:
    """The frame of a sentence through the engine, for our models."""
    return [
        {"model": name, "threads": count, **our_child("sentence", str(path), str(count))}
        for side, name, path in models
        for count in threads
        if side == OURS
    ]


def perplexities(
    models: Sequence[tuple[str, str, Path]], peer: Peer | None, text_file: Path
) -> list[dict[str, Any]]:
    """Perplexity of each model on the same tokens, in the same windows."""
    children = _children(peer)
    return [
        {
            "side": side,
            "model": name,
            **children[side]("perplexity", str(path), "2", str(text_file)),
        }
        for side, name, path in models
    ]


def memory(models: Sequence[tuple[str, str, Path]]) -> list[dict[str, Any]]:
    """What our models add to a process that has the daemon's other modules, after some use."""
    return [
        {"model": name, **our_child("memory", str(path), "2")}
        for side, name, path in models
        if side == OURS
    ]


def write_tokens(path: Path, tokens: Sequence[int]) -> Path:
    """Tokens in a file for the children."""
    path.write_text(json.dumps(list(tokens)), encoding="utf-8")
    return path


def size(path: Path) -> int:
    """Bytes of a file, or of all files in a folder."""
    files = [path] if path.is_file() else [each for each in path.rglob("*") if each.is_file()]
    return sum(each.stat().st_size for each in files)


def _children(peer: Peer | None) -> Mapping[str, Child]:
    return {OURS: our_child, **({THEIRS: peer.child} if peer else {})}


def _medians(runs: Sequence[dict[str, float]]) -> dict[str, float]:
    return {key: round(statistics.median(run[key] for run in runs), 3) for key in runs[0]}
