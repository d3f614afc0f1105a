"""A connected socket with a buffer each way, so that a system call moves many packets.

paho reads a packet by at least three calls and writes each by one. It is given this in place of
the socket: what it writes is gathered and sent at once, and it reads only the packets that it is
lent. PUBLISH packets never pass through it.
"""

from __future__ import annotations

import errno
import fcntl
import os
import socket
import ssl
import struct
import termios
import time

from lamplighter.link.packets import Frame, find_frame
from lamplighter.link.settings import Broker, Tls

_CHUNK = 256 * 1024
_LARGEST_READ = 1024 * 1024
_GOODBYE_S = 0.5
_INT = struct.Struct("i")


def tls_context(tls: Tls) -> ssl.SSLContext:
    """The TLS settings of a connection.

    Raises:
        OSError: a certificate or key can't be read, or does not fit (``ssl.SSLError``).
    """
    for path in (tls.ca, tls.certificate, tls.key):
        if path is not None and not path.is_file():
            # What ssl raises does not say which of them it is.
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path))
    context = ssl.create_default_context(cafile=str(tls.ca) if tls.ca else None)
    if tls.insecure:
        context.check_hostname = False
    if tls.certificate:
        context.load_cert_chain(tls.certificate, tls.key)
    return context


def open_stream(settings: Broker, *, timeout: float) -> Stream:
    """Connects to the broker, with TLS where the settings say so.

    Raises:
        OSError: nobody listens, no route, no answer in time, or TLS failed (``ssl.SSLError``).
    """
    sock = socket.create_connection((settings.host, settings.port), timeout=timeout)
    try:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        # Ends a dead connection also while nothing is read from it, and its silence says nothing.
        dead_after_ms = settings.keepalive * 1500
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, dead_after_ms)
        if settings.tls is not None:
            sock = tls_context(settings.tls).wrap_socket(sock, server_hostname=settings.host)
        sock.setblocking(False)
    except OSError:
        sock.close()
        raise
    return Stream(sock)


class Stream:
    """Bytes from and to the broker. Only the network thread may touch it.

    Attributes:
        buffer: what was received and not yet taken, from ``at`` on.
        ended: True where the broker has closed its side.
    """

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self.buffer = b""
        self.at = 0
        self.ended = False
        self._lent = 0
        self._out = bytearray()

    def fill(self) -> bool:
        """Receives what is there, without waiting.

        Returns:
            True where something came.

        Raises:
            OSError: the connection is broken.
        """
        frame = find_frame(self.buffer, self.at) if self.at < len(self.buffer) else None
        missing = frame.end - len(self.buffer) if frame else 0
        try:
            data = self._sock.recv(min(max(_CHUNK, missing), _LARGEST_READ))
        except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
            return False
        if not data:
            self.ended = True
            return False
        self.buffer = self.buffer[self.at :] + data if self.at < len(self.buffer) else data
        self.at = 0
        return True

    def pending(self) -> bool:
        """True where TLS holds bytes already that no poll of the socket would show."""
        return isinstance(self._sock, ssl.SSLSocket) and self._sock.pending() > 0

    def next_frame(self) -> Frame | None:
        """The next packet, if it is there whole; :attr:`at` still points to its start.

        Raises:
            MalformedError: the bytes are no MQTT packet.
        """
        frame = find_frame(self.buffer, self.at) if self.at < len(self.buffer) else None
        return frame if frame and frame.end <= len(self.buffer) else None

    def lend(self, frame: Frame) -> None:
        """Lets paho read this packet, and nothing behind it."""
        self._lent = frame.end

    def recv(self, size: int) -> bytes:
        """What paho reads: the packet it was lent."""
        end = min(self.at + size, self._lent)
        if end <= self.at:
            raise BlockingIOError
        data = self.buffer[self.at : end]
        self.at = end
        return data

    def send(self, data: bytes | bytearray) -> int:
        """Takes all of ``data``, to be sent by :meth:`flush`."""
        self._out += data
        return len(data)

    def flush(self) -> bool:
        """Sends what was gathered, as far as it goes without waiting.

        Returns:
            True where all of it went.

        Raises:
            OSError: the connection is broken.
        """
        while self._out:
            try:
                sent = self._sock.send(self._out)
            except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
                return False
            del self._out[:sent]
        return True

    def unsent(self) -> int:
        """How many bytes wait to be sent."""
        return len(self._out)

    def on_the_way(self) -> int:
        """How many bytes the other machine has not taken yet, those unsent included."""
        (queued,) = _INT.unpack(fcntl.ioctl(self._sock, termios.TIOCOUTQ, bytes(_INT.size)))
        return len(self._out) + int(queued)

    def fileno(self) -> int:
        """The socket's descriptor."""
        return self._sock.fileno()

    def setblocking(self, flag: bool) -> None:  # noqa: FBT001 - a socket's own signature
        """Sets whether the socket waits; it never does here, and paho asks for the same."""
        self._sock.setblocking(flag)

    def finish(self) -> None:
        """Sends the rest, tells the broker that nothing follows, and waits shortly for its end.

        Closing at once would make the kernel reset the connection where unread messages are
        left, and the broker could take a clean goodbye for a crash.
        """
        deadline = time.monotonic() + _GOODBYE_S
        try:
            self._sock.settimeout(_GOODBYE_S)
            self._sock.sendall(self._out)
            self._out.clear()
            self._sock.shutdown(socket.SHUT_WR)
            while time.monotonic() < deadline and self._sock.recv(_CHUNK):
                pass
        except OSError:
            return

    def close(self) -> None:
        """Closes the socket; twice is the same as once."""
        self._sock.close()
