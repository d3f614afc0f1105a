"""How fast a backlog may follow: so many a second, and not before a while at random."""

from __future__ import annotations

import math
from collections.abc import Callable

from lamplighter.upstream.settings import Pace

_BURST_S = 0.1


class Pacer:
    """Says how many messages of the backlog may leave now. Lives on the asyncio loop.

    Closed at first, and from :meth:`close` to :meth:`begin`.

    Args:
        settings: the pace; may be set anew at any time.
        monotonic: seconds that never step.
        random: floats in [0, 1).
    """

    def __init__(
        self,
        settings: Pace,
        *,
        monotonic: Callable[[], float],
        random: Callable[[], float],
    ) -> None:
        self.settings = settings
        self.monotonic = monotonic
        self.random = random
        self._open = False
        self._not_before = math.inf
        self._closed_at = -math.inf
        self._tokens = 0.0
        self._filled_at = 0.0

    def begin(self) -> None:
        """The broker is there: the backlog begins after the jitter.

        After a short interruption it goes on as it was about to: where a connection breaks every
        few seconds, the backlog would never leave.
        """
        now = self.monotonic()
        if now - self._closed_at >= self.settings.jitter:
            self._not_before = now + self.random() * self.settings.jitter
        self._open = True
        self._tokens = 1.0
        self._filled_at = max(now, self._not_before)

    def close(self) -> None:
        """The broker is away."""
        if self._open:
            self._closed_at = self.monotonic()
        self._open = False

    def allows(self) -> bool:
        """Whether something of the backlog may leave now."""
        now = self.monotonic()
        if not self._open or now < self._not_before:
            return False
        rate = self.settings.messages_per_second
        if rate is None:
            return True
        most = max(1.0, rate * _BURST_S)
        self._tokens = min(most, self._tokens + (now - self._filled_at) * rate)
        self._filled_at = now
        return self._tokens >= 1.0

    def spend(self, messages: int) -> None:
        """So many left. An envelope may be more than is there: then what follows waits longer."""
        if self.settings.messages_per_second is not None:
            self._tokens -= messages

    def wait(self) -> float:
        """Seconds until :meth:`allows` may be true; infinity where only a connection helps."""
        if not self._open:
            return math.inf
        ahead = max(0.0, self._not_before - self.monotonic())
        rate = self.settings.messages_per_second
        if rate is None:
            return ahead
        return ahead + max(0.0, 1.0 - self._tokens) / rate
