"""What reading a PUBLISH packet costs, by three ways, on one thread and with nothing else.

The way in is bounded by this where storing is quick: paho decodes for every client in Python.
"""

from __future__ import annotations

import itertools
import socket
import statistics
import struct
import threading
import time
from collections.abc import Callable
from typing import Any

from paho.mqtt.client import Client
from paho.mqtt.enums import MQTTProtocolVersion
from tools.store_figures.conditions import PROTOCOLS, TOPIC, payload

from lamplighter.link.client import StreamClient
from lamplighter.link.packets import decode_publish
from lamplighter.link.stream import Stream

COMPARED = (
    "CPU microseconds of the reading thread for each QoS 1 PUBLISH of 200 bytes, acknowledgements "
    "left out: paho on a socket; paho on the agent's stream, which receives up to 256 KiB at once "
    "and lends paho a packet at a time; and the agent's own decoder on that stream."
)
PAHO, BUFFERED, OWN = "paho on a socket", "paho on the stream", "own decoder on the stream"
_MESSAGES = 30_000
_CHUNK = 500


def measure(*, rounds: int) -> dict[str, Any]:
    """All ways with each MQTT version; medians."""
    rows = []
    for protocol in PROTOCOLS:
        for way, read in _WAYS.items():
            times = [_time(read, protocol) for _ in range(rounds)]
            rows.append({
                "protocol": protocol,
                "way": way,
                "us_each": round(statistics.median(times), 2),
                "us_each_min": round(min(times), 2),
            })  # fmt: skip
    return {"compared": COMPARED, "rows": rows}


def _time(read: Callable[[socket.socket, Client | None, str], None], protocol: str) -> float:
    ours, theirs = socket.socketpair()
    client = None if read is _own else _client(ours, protocol, buffered=read is _buffered)
    sender = threading.Thread(target=_send, args=(theirs, protocol), daemon=True)
    if client is not None:
        theirs.sendall(b"\x20\x03\0\0\0" if protocol == "5" else b"\x20\x02\0\0")
    # Waiting must cost nothing, and no way may look in vain.
    ours.setblocking(True)
    sender.start()
    began = time.thread_time()
    read(ours, client, protocol)
    seconds = time.thread_time() - began
    sender.join()
    ours.close()
    theirs.close()
    return seconds / _MESSAGES * 1e6


def _client(sock: socket.socket, protocol: str, *, buffered: bool) -> Client:
    """A client that has sent its CONNECT; the answer is among what it reads first."""
    version = MQTTProtocolVersion.MQTTv5 if protocol == "5" else MQTTProtocolVersion.MQTTv311
    # Where it is not buffered, the socket itself stands in for the stream.
    stream: Any = Stream(sock) if buffered else sock
    client = StreamClient(stream, client_id="bench", protocol=version, manual_ack=True)
    client.max_inflight_messages_set(0)
    client.on_socket_register_write = lambda _client, _data, _sock: None
    client.connect("127.0.0.1")
    return client


def _send(sock: socket.socket, protocol: str) -> None:
    topic = TOPIC.encode()
    for first in range(0, _MESSAGES, _CHUNK):
        packets = []
        for number in range(first, first + _CHUNK):
            body = struct.pack("!H", len(topic)) + topic + struct.pack("!H", number % 65535 + 1)
            body += (b"\0" if protocol == "5" else b"") + payload(number)
            packets.append(bytes((0x32, len(body) & 0x7F | 0x80, len(body) >> 7)) + body)
        sock.sendall(b"".join(packets))


def _counted(client: Client) -> list[int]:
    count = [0]

    def on_message(*_: Any) -> None:
        count[0] += 1

    client.on_message = on_message
    return count


def _paho(_sock: socket.socket, client: Client | None, _protocol: str) -> None:
    assert client is not None
    count = _counted(client)
    while count[0] < _MESSAGES:
        client.loop_read()


def _buffered(_sock: socket.socket, client: Client | None, _protocol: str) -> None:
    assert client is not None
    count = _counted(client)
    stream: Any = client.socket()
    while count[0] < _MESSAGES:
        stream.fill()
        while (frame := stream.next_frame()) is not None:
            stream.lend(frame)
            client.loop_read()


def _own(sock: socket.socket, _client: Client | None, protocol: str) -> None:
    stream = Stream(sock)
    counter = itertools.count(1)
    done = 0
    while done < _MESSAGES:
        stream.fill()
        while (frame := stream.next_frame()) is not None:
            decode_publish(stream.buffer, frame, v5=protocol == "5")
            stream.at = frame.end
            done = next(counter)


_WAYS = {PAHO: _paho, BUFFERED: _buffered, OWN: _own}
