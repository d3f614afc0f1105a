"""Finding areas by what people, or devices, call them."""

from __future__ import annotations

from collections.abc import Iterable

from lamplighter.config import Area


def area_named(areas: Iterable[Area], name: str) -> Area | None:
    """The area with this name or alias, ignoring case and underscores; None where there is none."""
    wanted = _key(name)
    for area in areas:
        if wanted in (_key(each) for each in (area.name, *area.aliases)):
            return area
    return None


def _key(name: str) -> str:
    return " ".join(name.replace("_", " ").split()).casefold()
