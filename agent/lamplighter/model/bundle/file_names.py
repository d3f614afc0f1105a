"""Which names the files of a model may have: plain ones, that lead nowhere else."""

from __future__ import annotations

import re

# Nothing hidden, nothing with spaces or backslashes; "..", "." and "" are no such name.
_PLAIN = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.+=@-]*")
_DEEPEST = 3
LONGEST = 100


def is_plain(name: str) -> bool:
    """Tell whether a name can only be that of a file inside a model's folder.

    It is relative, at most three levels deep and 100 characters long (what every tar file can
    hold), and each part of it is made of letters, digits and ``_ . + = @ -``.
    """
    parts = name.split("/")
    return (
        len(name) <= LONGEST
        and len(parts) <= _DEEPEST
        and all(_PLAIN.fullmatch(part) for part in parts)
    )
