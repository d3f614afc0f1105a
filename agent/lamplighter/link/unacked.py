"""Messages of one connection that the broker waits to be acknowledged."""

from __future__ import annotations

from collections.abc import Sequence

from lamplighter.link.packets import Publish, pack_acks


class Unacked:
    """What was received and is not acknowledged yet.

    Some brokers send again on the same connection what is not acknowledged for a while. Two
    acknowledgements of one message could make a broker forget the next one with its id.
    """

    def __init__(self) -> None:
        self._held: dict[int, Publish] = {}
        self._exactly_once: set[int] = set()

    def take(self, publish: Publish) -> bool:
        """Notes a message, before it is handed over; False where it is with us already."""
        if publish.duplicate:
            held = self._held.get(publish.mid)
            if held is not None and held[:2] == publish[:2]:
                return False
        if publish.qos:
            self._held[publish.mid] = publish
        return True

    def forget(self, mid: int) -> None:
        """A message could not be handed over: when it comes again, it is taken."""
        self._held.pop(mid, None)

    def take_exactly_once(self, mid: int) -> None:
        """Notes a message of QoS 2, with the connection's lock held: it is acknowledged twice."""
        self._exactly_once.add(mid)

    def acks(self, mids: Sequence[int]) -> bytes:
        """The packets that acknowledge messages, in this order, with the connection's lock held."""
        packets = pack_acks(mids, self._exactly_once)
        for mid in mids:
            self._held.pop(mid, None)
        if self._exactly_once:
            self._exactly_once.difference_update(mids)
        return packets
