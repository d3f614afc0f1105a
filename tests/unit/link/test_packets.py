from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from lamplighter.link.packets import (
    Frame,
    MalformedError,
    decode_puback,
    decode_publish,
    encode_publish,
    find_frame,
    pack_acks,
)

WORD = st.text(st.characters(codec="utf-8", exclude_characters="\0+#"), min_size=1, max_size=12)


def length_of(value: int) -> bytes:
    out = bytearray()
    while True:
        value, digit = divmod(value, 128)
        out.append(digit | 0x80 if value else digit)
        if not value:
            return bytes(out)


def prefixed(data: bytes) -> bytes:
    return len(data).to_bytes(2, "big") + data


def packet(first: int, body: bytes) -> bytes:
    return bytes([first]) + length_of(len(body)) + body


def frame_of(buffer: bytes) -> Frame:
    frame = find_frame(buffer, 0)
    assert frame is not None
    return frame


@given(st.binary(max_size=20_000), st.integers(0, 3), st.binary(max_size=3))
def test_a_packet_is_found_whole_wherever_it_lies(body: bytes, before: int, behind: bytes) -> None:
    buffer = bytes(before) + packet(0x30, body) + behind
    frame = find_frame(buffer, before)
    assert frame is not None
    assert buffer[frame.body : frame.end] == body
    assert buffer[frame.end :] == behind


@given(st.binary(min_size=1, max_size=300))
def test_the_start_of_a_packet_is_awaited_not_misread(body: bytes) -> None:
    whole = packet(0x30, body)
    for cut in range(1, len(whole)):
        frame = find_frame(whole[:cut], 0)
        assert frame is None or frame.end == len(whole)


def test_a_length_of_five_bytes_is_malformed() -> None:
    with pytest.raises(MalformedError):
        find_frame(b"\x30\xff\xff\xff\xff\x01", 0)


@given(
    topic=WORD,
    payload=st.binary(max_size=300),
    qos=st.integers(0, 1),
    retain=st.booleans(),
    duplicate=st.booleans(),
    mid=st.integers(1, 65535),
)
def test_a_3_1_1_publish_is_decoded(
    *, topic: str, payload: bytes, qos: int, retain: bool, duplicate: bool, mid: int
) -> None:
    body = prefixed(topic.encode()) + (mid.to_bytes(2, "big") if qos else b"") + payload
    buffer = packet(0x30 | duplicate << 3 | qos << 1 | retain, body)
    found = decode_publish(buffer, frame_of(buffer), v5=False)
    assert found[:6] == (topic, payload, qos, retain, duplicate, mid if qos else 0)
    assert (found.response_topic, found.correlation) == (None, None)


@given(
    response=st.none() | WORD,
    correlation=st.none() | st.binary(max_size=40),
    expiry=st.none() | st.integers(0, 2**32 - 1),
    pairs=st.lists(st.tuples(WORD, WORD), max_size=3),
    identifier=st.none() | st.integers(1, 268435455),
    payload=st.binary(max_size=20),
)
def test_properties_as_paho_packs_them_are_decoded(
    *,
    response: str | None,
    correlation: bytes | None,
    expiry: int | None,
    pairs: list[tuple[str, str]],
    identifier: int | None,
    payload: bytes,
) -> None:
    properties = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]  # paho ships no types here
    if response is not None:
        properties.ResponseTopic = response
    if correlation is not None:
        properties.CorrelationData = correlation
    if expiry is not None:
        properties.MessageExpiryInterval = expiry
    if pairs:
        properties.UserProperty = pairs
    if identifier is not None:
        properties.SubscriptionIdentifier = [identifier]
    properties.PayloadFormatIndicator = 1
    packed: bytes = properties.pack()  # type: ignore[no-untyped-call]  # paho ships no types here
    buffer = packet(0x32, prefixed(b"a/b") + b"\x00\x07" + packed + payload)
    found = decode_publish(buffer, frame_of(buffer), v5=True)
    assert (found.topic, found.mid, found.payload) == ("a/b", 7, payload)
    assert (found.response_topic, found.correlation) == (response, correlation)


@given(st.binary(max_size=60), st.sampled_from([0x30, 0x32, 0x3B]), st.booleans())
def test_any_bytes_decode_or_are_malformed(body: bytes, first: int, v5: bool) -> None:  # noqa: FBT001 - hypothesis gives it
    buffer = packet(first, body) + b"next packet"
    frame = frame_of(buffer)
    try:
        found = decode_publish(buffer, frame, v5=v5)
    except MalformedError:
        return
    # Nothing behind the packet's end may get into the message.
    assert len(found.payload) + len(found.topic.encode("utf-8", "replace")) <= 4 * len(body)
    assert buffer[: frame.end].endswith(found.payload)


def test_a_topic_that_is_no_utf_8_is_escaped() -> None:
    buffer = packet(0x30, prefixed(b"a/\xff") + b"x")
    assert decode_publish(buffer, frame_of(buffer), v5=False).topic == "a/\\xff"


@given(st.lists(st.integers(1, 65535), max_size=20), st.sets(st.integers(1, 65535), max_size=5))
def test_acks_keep_their_order(mids: list[int], exactly_once: set[int]) -> None:
    packed = pack_acks(mids, exactly_once)
    assert [packed[at : at + 4] for at in range(0, len(packed), 4)] == [
        bytes([0x70 if mid in exactly_once else 0x40, 2, mid >> 8, mid & 0xFF]) for mid in mids
    ]


@pytest.mark.parametrize("v5", [False, True])
def test_a_length_that_points_into_the_next_packet_is_malformed(*, v5: bool) -> None:
    # The topic claims 9 bytes, its packet holds 3; the next packet would supply the rest.
    buffer = packet(0x30, b"\x00\x09abc") + packet(0x30, prefixed(b"next") + b"payload")
    with pytest.raises(MalformedError):
        decode_publish(buffer, frame_of(buffer), v5=v5)


def test_properties_that_point_into_the_next_packet_are_malformed() -> None:
    behind = packet(0x30, prefixed(b"next") + b"\x00payload")
    for properties in (b"\x20\x08", b"\x05\x08\x00\x09ab", b"\x02\x02\x00"):
        buffer = packet(0x30, prefixed(b"a") + properties) + behind
        with pytest.raises(MalformedError):
            decode_publish(buffer, frame_of(buffer), v5=True)


@example(topic="a", payload=bytes(127 - 5), qos=1, retain=False, mid=1)
@example(topic="a", payload=bytes(128 - 5), qos=1, retain=False, mid=1)
@example(topic="a", payload=bytes(16_383 - 5), qos=1, retain=False, mid=1)
@example(topic="a", payload=bytes(16_384 - 5), qos=1, retain=False, mid=1)
@example(topic="a", payload=bytes(2_097_152 - 5), qos=1, retain=False, mid=1)
@given(
    topic=WORD,
    payload=st.binary(max_size=300),
    qos=st.integers(0, 1),
    retain=st.booleans(),
    mid=st.integers(1, 65535),
)
def test_a_publish_is_encoded_as_the_standard_has_it(
    *, topic: str, payload: bytes, qos: int, retain: bool, mid: int
) -> None:
    words = prefixed(topic.encode()) + (mid.to_bytes(2, "big") if qos else b"")
    first = 0x30 | qos << 1 | retain
    for properties in (None, b"\0", b"\x05\x02\0\0\0\x09"):
        packed = encode_publish(
            topic.encode(), payload, qos=qos, retain=retain, mid=mid, properties=properties
        )
        assert packed == packet(first, words + (properties or b"") + payload)


@given(st.integers(1, 65535), st.integers(0, 255))
def test_a_puback_tells_the_message_id_and_the_reason(mid: int, code: int) -> None:
    word = mid.to_bytes(2, "big")
    for body, expected in (
        (word, 0),
        (word + bytes([code]), code),
        (word + bytes([code, 0]), code),
        (word + bytes([code]) + b"\x04\x1f\0\x01r", code),
    ):
        buffer = b"before" + packet(0x40, body) + b"\xff"
        frame = find_frame(buffer, 6)
        assert frame is not None
        assert decode_puback(buffer, frame, v5=True) == (mid, expected)
    buffer = packet(0x40, word)
    assert decode_puback(buffer, frame_of(buffer), v5=False) == (mid, 0)


@pytest.mark.parametrize(("body", "v5"), [(b"", True), (b"\0", True), (b"\0\x01\0", False)])
def test_a_puback_of_a_wrong_length_is_malformed(body: bytes, *, v5: bool) -> None:
    buffer = packet(0x40, body) + b"\0\0\0"
    with pytest.raises(MalformedError):
        decode_puback(buffer, frame_of(buffer), v5=v5)


def test_a_publish_tells_its_message_expiry() -> None:
    body = b"\x00\x01t\x00\x07" + b"\x05\x02\x00\x00\x00\x3c" + b"payload"
    packet = b"\x32" + bytes([len(body)]) + body
    frame = find_frame(packet, 0)
    assert frame is not None
    assert decode_publish(packet, frame, v5=True).expiry == 60


def test_a_message_expiry_that_is_cut_off_is_malformed() -> None:
    body = b"\x00\x01t\x00\x07" + b"\x03\x02\x00\x00" + b"payload"
    packet = b"\x32" + bytes([len(body)]) + body
    frame = find_frame(packet, 0)
    assert frame is not None
    with pytest.raises(MalformedError):
        decode_publish(packet, frame, v5=True)
