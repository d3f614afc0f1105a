"""Envelopes and compressed payloads, there and back."""

from __future__ import annotations

import json
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamplighter.upstream.compression import MAGIC, compressed, restored
from lamplighter.upstream.envelopes import Envelope, Item, decode, encode, size_of

TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)
ITEM = st.builds(
    Item,
    topic=TEXT,
    payload=st.binary(max_size=60) | TEXT.map(str.encode),
    id=st.integers(1, 2**53),
    at=st.integers(0, 4 * 10**12).map(lambda ms: ms / 1000),
    boot=st.none() | TEXT,
    up=st.none() | st.integers(0, 10**10).map(lambda ms: ms / 1000),
    retain=st.booleans(),
    merged=st.integers(1, 3),
)
ENVELOPE = st.builds(Envelope, TEXT, TEXT, st.lists(ITEM, min_size=1, max_size=5).map(tuple))


@given(envelope=ENVELOPE, lines=st.booleans())
def test_an_envelope_comes_back_as_it_was(envelope: Envelope, *, lines: bool) -> None:
    data = encode(envelope, lines=lines)
    assert decode(data) == envelope
    if lines:
        assert data.count(b"\n") == len(envelope.items) + 1


@given(st.text("abc{}[]:, 0123456789", max_size=200), st.integers(1, 10**9))
def test_the_size_of_a_message_in_an_envelope_is_not_underestimated(text: str, row: int) -> None:
    item = Item("some/topic", text.encode(), row, 1790000000.125, str(uuid4()), 86400.25)
    one = len(encode(Envelope("n", "r", (item,))))
    two = len(encode(Envelope("n", "r", (item, item))))
    assert two - one <= size_of(item.topic, item.payload) + 40


@given(st.binary(max_size=50) | TEXT.map(str.encode))
def test_what_is_no_envelope_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r".*"):
        decode(data)


def test_a_reader_needs_nothing_but_json() -> None:
    items = (Item("a/b", b'{"t":1}', 7, 1.5, "boot", 2.25), Item("c", b"\xff", 8, 1.5))
    shown = json.loads(encode(Envelope("gw", "readings", items)))
    assert shown == {
        "v": 1,
        "node": "gw",
        "rule": "readings",
        "messages": [
            {"topic": "a/b", "payload": '{"t":1}', "id": 7, "at": 1.5, "boot": "boot", "up": 2.25},
            {"topic": "c", "base64": "/w==", "id": 8, "at": 1.5},
        ],
    }


@given(st.binary(max_size=400) | st.binary(max_size=20).map(lambda each: each * 30))
def test_a_payload_comes_back_as_it_was(payload: bytes) -> None:
    frame = compressed(payload, 50)
    sent = payload if frame is None else frame
    assert restored(sent) == payload
    assert len(sent) <= len(payload) or payload.startswith(MAGIC)


def test_what_looks_compressed_already_is_compressed_all_the_same() -> None:
    payload = MAGIC + b"not a frame"
    frame = compressed(payload, 1000)
    assert frame is not None
    assert restored(frame) == payload


def test_small_payloads_and_rules_without_stay_as_they_are() -> None:
    assert compressed(b"a" * 99, 100) is None
    assert compressed(b"a" * 1000, None) is None
    frame = compressed(b"a" * 100, 100)
    assert frame is not None
    assert frame.startswith(MAGIC)


def test_a_broken_frame_is_told() -> None:
    with pytest.raises(ValueError, match=r".+"):
        restored(MAGIC + b"xx")
