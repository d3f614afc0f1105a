"""Depth pruning: which layers a model misses least.

A layer that hardly turns the residual stream does little. Its *influence* is one less the cosine
between its input and its output, averaged over tokens (ShortGPT, Men et al. 2024). What a model
loses is shared out among the layers that stay when it is trained again (healed).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from lamplighter.errors import ModelError


def least_influential(
    influence: Sequence[float], count: int, *, first: int = 1, last: int = 1
) -> tuple[int, ...]:
    """Return the layers to drop, in order.

    Args:
        influence: of each layer.
        count: how many to drop.
        first: so many of the first layers stay: they turn tokens into what the rest works on.
        last: so many of the last layers stay: they turn that into the next token.

    Raises:
        ModelError: so many can't be dropped.
    """
    candidates = range(first, len(influence) - last)
    if count > len(candidates):
        raise ModelError("depth", f"{count} of {len(influence)} layers can't be dropped")
    return tuple(sorted(sorted(candidates, key=influence.__getitem__)[:count]))


def evenly(layers: int, count: int) -> tuple[int, ...]:
    """Return ``count`` layers to drop so that those left are spread evenly, the ends among them.

    Raises:
        ModelError: so many can't be dropped.
    """
    kept = layers - count
    if count < 0 or kept < 2:
        raise ModelError("depth", f"{count} of {layers} layers can't be dropped")
    stay = {round(number * (layers - 1) / (kept - 1)) for number in range(kept)}
    return tuple(number for number in range(layers) if number not in stay)


def by_loss(
    layers: int, count: int, loss: Callable[[tuple[int, ...]], float]
) -> tuple[tuple[int, ...], list[float]]:
    """Drop the layer that costs least, again and again.

    Costlier than by influence, ``layers * count`` evaluations, and better informed: a layer
    that turns the stream little may still matter, and two that can each be missed may not be
    missed both.

    Args:
        layers: of the whole model.
        count: how many to drop.
        loss: of the model without these layers; called with them in order.

    Returns:
        The dropped layers in order, and the loss after each drop.

    Raises:
        ModelError: so many can't be dropped.
    """
    if not 0 <= count < layers:
        raise ModelError("depth", f"{count} of {layers} layers can't be dropped")
    dropped: tuple[int, ...] = ()
    losses: list[float] = []
    for _ in range(count):
        left = [number for number in range(layers) if number not in dropped]
        candidates = [tuple(sorted((*dropped, number))) for number in left]
        costs = [loss(candidate) for candidate in candidates]
        best = min(range(len(candidates)), key=costs.__getitem__)
        dropped = candidates[best]
        losses.append(costs[best])
    return dropped, losses
