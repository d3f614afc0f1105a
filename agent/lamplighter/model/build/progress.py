"""How a build tells how far it is."""

from __future__ import annotations

from typing import Protocol

# What a build does, in this order.
STEPS = ("fetch", "read", "quantise", "write", "verify")


class Progress(Protocol):
    """Is called as each step goes on."""

    def __call__(self, step: str, share: float, detail: str = "", /) -> None:
        """Take note of a step's finished share.

        Args:
            step: one of ``STEPS``.
            share: 0 to 1.
            detail: what a share does not say, such as how many megabytes are there.
        """
        ...
