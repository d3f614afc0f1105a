"""The trade-off as a picture: speed against accuracy and against perplexity."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tools.model.results import Result

_WORST = 1e4  # a perplexity above it is drawn there: the model has forgotten its language
_COLOURS = {
    "quantised": "tab:blue",
    "fewer tokens": "tab:cyan",
    "fewer layers": "tab:orange",
    "narrower": "tab:green",
    "zeros": "tab:grey",
    "trained": "tab:red",
}


def draw(results: Sequence[Result], task: str, path: Path, *, threads: int = 1) -> None:
    """Write the picture as a PNG.

    Args:
        results: the variants; those without a speed are left out.
        task: whose accuracy is shown.
        path: the file.
        threads: whose speeds the results hold.
    """
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    known = [each for each in results if each.decode is not None]
    figure, (left, right) = plt.subplots(1, 2, figsize=(12, 5))
    for each in known:
        colour = _COLOURS.get(each.kind, "black")
        if task in each.accuracy:
            _point(left, each, 100 * each.accuracy[task], colour)
        if each.perplexity is not None:
            _point(right, each, min(each.perplexity, _WORST), colour)
    left.set(ylabel=f"{task}: right, %")
    right.set(ylabel="perplexity (lower is better)", yscale="log")
    for axes in (left, right):
        axes.set(xlabel=f"decode, tokens/s, threads: {threads}")
        axes.margins(x=0.2, y=0.1)
        axes.grid(alpha=0.3)
    kinds = dict.fromkeys(each.kind for each in known)
    marks = [plt.Line2D([], [], marker="o", ls="", color=_COLOURS.get(kind)) for kind in kinds]
    figure.legend(marks, kinds, loc="upper center", ncols=len(kinds), frameon=False)
    figure.tight_layout(rect=(0, 0, 1, 0.94))
    figure.savefig(path, dpi=90)
    plt.close(figure)


def _point(axes: Any, result: Result, height: float, colour: str) -> None:
    axes.plot(result.decode, height, "o", color=colour)
    axes.annotate(
        result.name,
        (result.decode, height),
        xytext=(4, 3),
        textcoords="offset points",
        fontsize=7,
    )
