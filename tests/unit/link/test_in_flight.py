"""Publications of one connection: none overtakes another while the broker takes no more."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import Any

import pytest
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from lamplighter.link.in_flight import InFlight
from lamplighter.link.outgoing import DELIVERED, LOST, Limits, Outcome
from lamplighter.plugin import Publication


class Line:
    """What was queued to be written, as payloads."""

    def __init__(self, receive_maximum: int) -> None:
        self.now = 0.0
        self.packets: deque[bytes] = deque()
        self.told: list[tuple[Any, Outcome]] = []
        self.in_flight = InFlight(
            client=Client(CallbackAPIVersion.VERSION2),
            packets=self.packets,
            v5=False,
            clock=lambda: self.now,
            told=lambda _: None,
        )
        self.in_flight.limits = Limits(receive_maximum=receive_maximum)

    def send(self, *payloads: str, qos: int = 1, expires_at: float | None = None) -> None:
        publications = [
            (Publication("t", each.encode(), qos=qos, expires_at=expires_at), each)
            for each in payloads
        ]
        assert self.in_flight.send(publications, self.answer) == []

    def answer(self, answers: Sequence[tuple[Any, Outcome]]) -> None:
        self.told += answers

    def sent(self) -> list[str]:
        return [packet[-1:].decode() for packet in self.packets]


@pytest.mark.parametrize("qos", [0, 1])
def test_what_comes_when_there_is_room_again_goes_behind_what_waits(qos: int) -> None:
    line = Line(receive_maximum=2)
    line.send("1", "2", "3")
    assert line.sent() == ["1", "2"]
    line.in_flight.answer(line.in_flight.oldest(), 0)
    # Another thread is quicker than the one that sees to what waits.
    line.send("4", qos=qos)
    line.in_flight.send_waiting()
    line.in_flight.answer(line.in_flight.oldest(), 0)
    line.in_flight.send_waiting()
    assert line.sent() == ["1", "2", "3", "4"]
    line.in_flight.pass_answers()
    assert [token for token, outcome in line.told if outcome == DELIVERED] == ["1", "2"]


def test_what_expires_while_it_waits_is_not_sent() -> None:
    line = Line(receive_maximum=1)
    line.send("1", "2", "3", expires_at=30.0)
    line.send("4")
    line.now = 40.0
    line.in_flight.answer(line.in_flight.oldest(), 0)
    line.in_flight.send_waiting()
    line.in_flight.pass_answers()
    assert line.sent() == ["1", "4"]
    assert line.told == [("1", DELIVERED), ("2", LOST), ("3", LOST)]
