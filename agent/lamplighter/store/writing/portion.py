"""How much goes into one commit: less where there is no room for it, then more again."""

from __future__ import annotations

MOST_BYTES = 1 << 20
"""What the ballast can hold a write-ahead log for."""

_LEAST_BYTES = 1 << 10
_SHRINKS_BY = 4
_GROWS_BY = 2


class Portion:
    """Bytes that each queue may put into a commit; at least one row goes in always.

    Set on the writer's thread.

    Attributes:
        bytes: how many.
    """

    def __init__(self) -> None:
        self.bytes = MOST_BYTES

    def shrink(self) -> bool:
        """There was no room; False where it is as small as it gets."""
        if self.bytes <= _LEAST_BYTES:
            return False
        self.bytes = max(_LEAST_BYTES, self.bytes // _SHRINKS_BY)
        return True

    def grow(self) -> None:
        """There was room."""
        self.bytes = min(MOST_BYTES, self.bytes * _GROWS_BY)
