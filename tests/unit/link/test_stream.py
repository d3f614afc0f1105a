from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamplighter.link.settings import Tls
from lamplighter.link.stream import Stream, tls_context


@pytest.fixture
def pair() -> Iterator[tuple[Stream, socket.socket]]:
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    stream = Stream(ours)
    yield stream, theirs
    stream.close()
    theirs.close()


@given(st.lists(st.binary(max_size=40), min_size=1, max_size=8), st.data())
def test_packets_come_out_as_they_went_in_however_they_are_cut(
    bodies: list[bytes], data: st.DataObject
) -> None:
    wire = b"".join(bytes([0x40, len(body)]) + body for body in bodies)
    ours, theirs = socket.socketpair()
    with theirs:
        ours.setblocking(False)
        stream = Stream(ours)
        found: list[bytes] = []
        at = 0
        while at < len(wire):
            size = data.draw(st.integers(1, len(wire) - at))
            theirs.sendall(wire[at : at + size])
            at += size
            assert stream.fill()
            while (frame := stream.next_frame()) is not None:
                stream.lend(frame)
                head = stream.recv(1) + stream.recv(1)
                found.append(stream.recv(1000) if head[1] else b"")
                with pytest.raises(BlockingIOError):
                    stream.recv(1)
        stream.close()
    assert found == bodies


def test_what_is_sent_waits_until_it_is_flushed(pair: tuple[Stream, socket.socket]) -> None:
    stream, theirs = pair
    assert stream.send(b"ab") == 2
    assert stream.send(b"c") == 1
    assert stream.unsent() == 3
    assert stream.flush()
    assert theirs.recv(10) == b"abc"
    assert stream.unsent() == 0


def test_a_full_socket_keeps_the_rest_in_order(pair: tuple[Stream, socket.socket]) -> None:
    stream, theirs = pair
    whole = bytes(range(256)) * 8192
    stream.send(whole)
    assert not stream.flush()
    got = bytearray()
    while len(got) < len(whole):
        got += theirs.recv(1 << 20)
        stream.flush()
    assert got == whole


def test_the_other_side_closing_is_noticed_after_its_last_bytes(
    pair: tuple[Stream, socket.socket],
) -> None:
    stream, theirs = pair
    theirs.sendall(b"\xd0\x00")
    theirs.close()
    assert stream.fill()
    assert stream.next_frame() is not None
    assert not stream.ended
    assert not stream.fill()
    assert stream.ended


def test_finish_sends_the_rest(pair: tuple[Stream, socket.socket]) -> None:
    stream, theirs = pair
    stream.send(b"goodbye")
    theirs.shutdown(socket.SHUT_WR)
    stream.finish()
    assert theirs.recv(100) == b"goodbye"
    assert theirs.recv(100) == b""


def test_insecure_skips_only_the_host_name() -> None:
    context = tls_context(Tls(insecure=True))
    assert not context.check_hostname
    assert context.verify_mode.name == "CERT_REQUIRED"
    assert tls_context(Tls()).check_hostname
