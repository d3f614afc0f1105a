"""Which messages of a topic are worth sending: one within a while, or only what changed."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable

_MOST_TOPICS = 20_000


class Sampler:
    """Remembers, of each topic, what was let through last. A restart forgets it.

    Args:
        every: seconds of which one message is let through; None: all.
        on_change: True to let through only what differs from what was let through last.
        monotonic: seconds that never step.
        most: topics that are remembered; of others, one message too many may go through.
    """

    def __init__(
        self,
        *,
        every: float | None,
        on_change: bool,
        monotonic: Callable[[], float],
        most: int = _MOST_TOPICS,
    ) -> None:
        self.every = every
        self.on_change = on_change
        self.monotonic = monotonic
        self.most = most
        self._last: OrderedDict[str, tuple[float, bytes]] = OrderedDict()

    def takes(self, topic: str, payload: bytes) -> bool:
        """Whether this message is let through; if so, it is the last one from now on."""
        if self.every is None and not self.on_change:
            return True
        now = self.monotonic()
        digest = hashlib.blake2b(payload, digest_size=16).digest() if self.on_change else b""
        last = self._last.get(topic)
        if last is not None:
            if self.every is not None and now - last[0] < self.every:
                return False
            if self.on_change and last[1] == digest:
                return False
        self._last[topic] = (now, digest)
        self._last.move_to_end(topic)
        while len(self._last) > self.most:
            self._last.popitem(last=False)
        return True
