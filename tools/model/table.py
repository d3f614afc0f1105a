"""The table of all variants, for people: on a terminal and in Markdown."""

from __future__ import annotations

from collections.abc import Sequence

from rich.table import Table
from tools.model.results import Result, on_the_edge

_UNKNOWN = "-"


def headings(tasks: Sequence[str]) -> list[str]:
    """Return the table's headings."""
    fixed = ["variant", "MiB", "memory", "prefill", "decode", "speed", "perplexity"]
    return [*fixed, *(f"{task}, %" for task in tasks)]


def rows(results: Sequence[Result], tasks: Sequence[str]) -> list[list[str]]:
    """Return the table's rows as texts.

    Speed is that of decoding, times the first variant's. A star marks a variant that no other
    beats in both speed and accuracy of the first task.
    """
    if not results:
        return []
    best = on_the_edge(results, tasks[0]) if tasks else set()
    first = results[0]
    return [
        [
            each.name + (" *" if each.name in best else ""),
            f"{each.mib:.0f}",
            _number(each.memory),
            _number(each.prefill),
            _number(each.decode),
            _times(each.decode, first.decode),
            _perplexity(each.perplexity),
            *(_percent(each.accuracy.get(task)) for task in tasks),
        ]
        for each in results
    ]


def tasks_of(results: Sequence[Result]) -> list[str]:
    """Return the names of all tasks that were measured, in the order they come."""
    return list(dict.fromkeys(task for each in results for task in each.accuracy))


def as_markdown(results: Sequence[Result]) -> str:
    """Return the table in Markdown."""
    tasks = tasks_of(results)
    names = headings(tasks)
    lines = [_line(names), _line(["---", *["---:"] * (len(names) - 1)])]
    return "\n".join([*lines, *(_line(row) for row in rows(results, tasks))]) + "\n"


def as_table(results: Sequence[Result]) -> Table:
    """Return the table for a terminal."""
    tasks = tasks_of(results)
    made = Table()
    for number, heading in enumerate(headings(tasks)):
        made.add_column(heading, justify="right" if number else "left", no_wrap=True)
    for row in rows(results, tasks):
        made.add_row(*row)
    return made


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _number(value: float | None) -> str:
    return _UNKNOWN if value is None else f"{value:,.0f}"


def _times(value: float | None, of: float | None) -> str:
    return _UNKNOWN if value is None or not of else f"{value / of:.2f}x"


def _perplexity(value: float | None) -> str:
    if value is None:
        return _UNKNOWN
    return f"{value:.2f}" if value < 1000 else f"{value:.1e}"


def _percent(value: float | None) -> str:
    return _UNKNOWN if value is None else f"{100 * value:.1f}"
