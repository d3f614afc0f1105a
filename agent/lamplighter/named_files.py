"""Files that the configuration names: whether they are there, as far as this user can see."""

from __future__ import annotations

from pathlib import Path

_CREDENTIALS = Path("/run/credentials")


def absence(path: Path) -> str:
    """Says that there is no such file; "" where there is, or where that can't be seen from here.

    What only a service may see (a folder of its own, a credential that systemd gives it while it
    runs) is left to the service.
    """
    try:
        there = path.is_file()
    except PermissionError:
        return ""
    if there or path.is_relative_to(_CREDENTIALS):
        return ""
    return f"there is no file {path}"
