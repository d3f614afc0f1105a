"""When a connection is to be asked for a sign of life, and when it is given up.

A connection can be dead without a word: a cable is pulled, a firewall forgets it. And a broker can
answer pings and nothing else. Both would hold up what waits, without an error anywhere.
"""

from __future__ import annotations

from collections.abc import Callable

_DEAD_AFTER = 1.5
_LONGEST_LOOK_S = 1.0
# Brokers answer a publication within a round trip; what has no answer by now gets none.
_ANSWER_WITHIN_S = 60.0


class Liveness:
    """What is known of a connection's life. One thread's, but for :meth:`heard`.

    Args:
        keepalive: seconds without a packet after which one is sent, or asked for.
        monotonic: seconds that never step.

    Attributes:
        keepalive: as above; the broker may ask for another.
        last_in: when the broker was last heard.
    """

    def __init__(self, keepalive: int, monotonic: Callable[[], float]) -> None:
        self.keepalive = keepalive
        self._monotonic = monotonic
        self.last_in = self._last_out = self._last_ping = self._last_drained = monotonic()
        self._left = 0
        self._oldest = 0
        self._oldest_since = self.last_in

    def heard(self) -> None:
        """Something came in, or nothing could: the silence begins anew. Any thread."""
        self.last_in = self._monotonic()

    def sent(self) -> None:
        """Something was written."""
        self._last_out = self._monotonic()

    def patience(self) -> float:
        """Seconds until the next look is due, at most one."""
        dead_at = self.last_in + self.keepalive * _DEAD_AFTER
        left = dead_at - self._monotonic()
        return min(left, _LONGEST_LOOK_S) if left > 0 else _LONGEST_LOOK_S

    def end(self, *, reading: bool, oldest: int, on_the_way: Callable[[], int]) -> str | None:
        """Why the connection is to be given up, or None.

        Args:
            reading: False while nothing is read on purpose: no silence counts then.
            oldest: message id of the publication that waits longest for its answer; 0: none does.
            on_the_way: bytes written that the other machine has not taken yet. While these get
                fewer, a large message is on a slow line, and nobody can answer it.
        """
        now = self._monotonic()
        if oldest != self._oldest or not reading:
            self._oldest, self._oldest_since = oldest, now
        silent = now - self.last_in
        unanswered = now - self._oldest_since if oldest else 0.0
        if max(silent, unanswered) < self.keepalive / 2 or not reading:
            return None
        before, self._left = self._left, on_the_way()
        if 0 < self._left < before:
            self._last_drained = now
        if min(silent, now - self._last_drained) >= self.keepalive * _DEAD_AFTER:
            return f"nothing heard from the broker for {silent:.0f} s"
        if self._left:
            self._oldest_since = now
        elif unanswered >= _ANSWER_WITHIN_S:
            return f"the broker does not acknowledge a publication for {unanswered:.0f} s"
        return None

    def wants_ping(self) -> bool:
        """True where the broker is to be asked for a sign of life now; it is noted as asked."""
        now = self._monotonic()
        asked = self._last_ping > self.last_in
        silent = now - self.last_in >= self.keepalive and not asked
        if not silent and now - self._last_out < self.keepalive:
            return False
        self._last_ping = self._last_out = now
        return True
