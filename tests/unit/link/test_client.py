from __future__ import annotations

import socket

from lamplighter.link.client import FIRST_MID, StreamClient
from lamplighter.link.stream import Stream


def test_message_ids_of_paho_and_of_the_link_never_meet() -> None:
    ours, theirs = socket.socketpair()
    client = StreamClient(Stream(ours))
    found = [client._mid_generate() for _ in range(2 * FIRST_MID)]
    assert found[:2] == [1, 2]
    assert (min(found), max(found)) == (1, FIRST_MID - 1)
    ours.close()
    theirs.close()
