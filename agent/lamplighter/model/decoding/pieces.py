"""From the bytes of tokens to text that can be shown while it grows."""

from __future__ import annotations

import codecs
from collections.abc import Sequence


class Pieces:
    """Text that grows token by token, of which nothing shown is ever taken back.

    What is not yet a whole character is held back, and so is what may be the beginning of a stop
    string. Bytes that are no UTF-8 become U+FFFD.

    Args:
        stop: strings before the first of which the text ends; empty ones are left out.
    """

    def __init__(self, stop: Sequence[str] = ()) -> None:
        self.text = ""
        self.stopped = False
        self._stop = [each for each in stop if each]
        self._longest = max(map(len, self._stop), default=1)
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._shown = 0

    def add(self, raw: bytes) -> str:
        """Add a token's bytes; return the text that is certain now and was not before.

        Once a stop string is complete, ``stopped`` is set and ``text`` ends before it.
        """
        return self._grow(self._decoder.decode(raw))

    def finish(self) -> str:
        """Return the rest: nothing more will come, so that nothing has to be held back."""
        piece = "" if self.stopped else self._grow(self._decoder.decode(b"", final=True))
        rest = piece + self.text[self._shown :]
        self._shown = len(self.text)
        return rest

    def _grow(self, more: str) -> str:
        # A stop string that begins before what is new still reaches into it.
        begin = max(0, len(self.text) - self._longest + 1)
        self.text += more
        found = [at for at in (self.text.find(each, begin) for each in self._stop) if at >= 0]
        if found:
            self.stopped = True
            self.text = self.text[: min(found)]
            certain = len(self.text)
        else:
            certain = len(self.text) - self._open()
        piece = self.text[self._shown : certain]
        self._shown += len(piece)
        return piece

    def _open(self) -> int:
        """Return how many of the last letters may begin a stop string."""
        for length in range(min(self._longest - 1, len(self.text)), 0, -1):
            end = self.text[-length:]
            if any(each.startswith(end) for each in self._stop):
                return length
        return 0
