"""The figures for people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tools.understanding_figures import asking

_WAYS = (asking.RULES, asking.MODEL, asking.BOTH)


def show(found: dict[str, Any], *, misses: bool) -> None:
    """Prints the figures, and what was missed where that is wanted."""
    print(found["compared"], "\n")
    print("model:", found["model"])
    print(f"{'':7}{'sentences':22}{'cases':>7}{'right':>7}{'%':>7}{'wrong':>7}{'asked':>7}")
    for name in _WAYS:
        for title, row in found.get(name, {}).get("sets", {}).items():
            print(
                f"{name:7}{title:22}{row['cases']:7}{row['right']:7}{row['right_percent']:7}"
                f"{row['wrong_actions']:7}{row['asked_back']:7}"
            )
    for name in _WAYS:
        if name in found:
            print(f"CLINC150, {name}:", found[name]["clinc150"])
    for row in found["latency"]:
        print("latency:", row)
    for name, talks in found.get("conversations", {}).items():
        for title, row in talks["sets"].items():
            print(f"conversations, {name}, {title}:", row)
    if misses:
        for title, lines in missed(found):
            print(f"\n-- misses: {title}", *lines, sep="\n")


def missed(found: dict[str, Any]) -> Iterator[tuple[str, list[str]]]:
    """The lists of misses with their titles."""
    for name in _WAYS:
        for title, lines in found.get(name, {}).get("misses", {}).items():
            yield f"{name}, {title}", lines
    for name, talks in found.get("conversations", {}).items():
        yield f"conversations, {name}", talks["misses"]
