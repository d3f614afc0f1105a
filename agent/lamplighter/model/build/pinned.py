"""Holding a file to the hash that a recipe pins it to."""

from __future__ import annotations

from lamplighter.errors import ModelError


def check_pin(name: str, found: str, pinned: str | None) -> None:
    """Compare a hash with the pinned one.

    Args:
        name: of the file, for errors.
        found: its SHA-256; "" where it is not known.
        pinned: what the recipe says; None where it says nothing.

    Raises:
        ModelError: they differ, or nothing is pinned: then it says what to pin.
    """
    if pinned is None:
        told = f"pin it with `sha256: {found}`" if found else "the index does not tell its SHA-256"
        raise ModelError(name, f"is not pinned in the recipe; {told}")
    if found != pinned:
        raise ModelError(name, f"has SHA-256 {found}, but the recipe pins {pinned}")
