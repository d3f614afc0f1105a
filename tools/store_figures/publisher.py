"""The process that publishes to what is measured: a raw socket, far quicker than any receiver."""

from __future__ import annotations

import socket
import struct
import subprocess
import sys
import threading
import time
from types import TracebackType
from typing import Self

from tools.store_figures.conditions import PAYLOAD_BYTES, TOPIC, payload

_NAME = b"bench-publisher"


class Publisher:
    """Sends QoS 1 messages, numbered from 0, as many as it was granted; from a process of its own.

    Args:
        port: of a broker that speaks MQTT 3.1.1.
    """

    def __init__(self, port: int) -> None:
        self.granted = 0
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tools.store_figures.publisher", str(port)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._input, self._output = self._process.stdin, self._process.stdout

    def __enter__(self) -> Self:
        self._output.readline()
        return self

    def grant(self, count: int) -> None:
        """Lets it send so many more, at once."""
        self._input.write(f"{count}\n")
        self._input.flush()
        self.granted += count

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._input.close()
        self._output.close()
        if self._process.wait(10) and error is None:
            # What was never published must not be counted as lost.
            raise RuntimeError("the broker threw the publisher out")


def main() -> None:
    """Sends as many messages as the lines of its input grant."""
    sock = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    body = b"\x00\x04MQTT\x04\x02\x02\x58" + struct.pack("!H", len(_NAME)) + _NAME
    sock.sendall(bytes((0x10, len(body))) + body)
    sock.recv(4)
    threading.Thread(target=_discard, args=(sock,), daemon=True).start()
    print("ready", flush=True)
    topic = TOPIC.encode()
    length = 2 + len(topic) + 2 + PAYLOAD_BYTES
    head = bytes((0x32, length & 0x7F | 0x80, length >> 7)) + struct.pack("!H", len(topic)) + topic
    sent = 0
    for line in sys.stdin:
        count = int(line)
        sock.sendall(
            b"".join(
                head + struct.pack("!H", number % 65535 + 1) + payload(number)
                for number in range(sent, sent + count)
            )
        )
        sent += count
    # Closing with unread answers would reset the connection, and the broker drop what it has read.
    time.sleep(0.2)


def _discard(sock: socket.socket) -> None:
    while sock.recv(65536):
        pass


if __name__ == "__main__":
    main()
