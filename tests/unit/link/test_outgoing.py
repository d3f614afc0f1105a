from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamplighter.link.client import pack_properties
from lamplighter.link.outgoing import (
    DELIVERED,
    NOT_AUTHORISED,
    PACKET_TOO_LARGE,
    PAYLOAD_INVALID,
    QUOTA_EXCEEDED,
    RETAIN_NOT_SUPPORTED,
    TOPIC_INVALID,
    Fate,
    Limits,
    Outcome,
    gives_up,
    outcome_of,
)
from lamplighter.link.packets import decode_publish, encode_publish, find_frame
from lamplighter.plugin import Publication


@pytest.mark.parametrize("code", [0x00, 0x10, 0x7F])
def test_codes_below_0x80_are_deliveries(code: int) -> None:
    assert outcome_of(code) == DELIVERED


@pytest.mark.parametrize("code", [0x80, 0x97, 0xFF])
def test_codes_from_0x80_are_refusals(code: int) -> None:
    assert outcome_of(code) == Outcome(Fate.REFUSED, code)
    assert outcome_of(code).reason


def test_a_quota_is_waited_for_and_a_bad_message_is_not_tried_again() -> None:
    assert not gives_up(QUOTA_EXCEEDED, 1000)
    assert gives_up(PAYLOAD_INVALID, 1)
    assert gives_up(TOPIC_INVALID, 1)
    assert [gives_up(NOT_AUTHORISED, attempts) for attempts in (1, 2, 3)] == [False, False, True]
    assert [gives_up(0x80, attempts) for attempts in (9, 10)] == [False, True]


def test_what_would_end_the_connection_is_refused_here() -> None:
    limits = Limits(packet_size=100, retain=False)

    def code(publication: Publication) -> int | None:
        refusal = limits.refusal(publication)
        return refusal.code if refusal else None

    assert code(Publication("a/+", b"")) == TOPIC_INVALID
    assert code(Publication("a", b"", retain=True)) == RETAIN_NOT_SUPPORTED
    assert code(Publication("a", bytes(90))) == PACKET_TOO_LARGE
    assert code(Publication("a", b"", response_topic="b" * 60, correlation=bytes(30))) == (
        PACKET_TOO_LARGE
    )
    assert code(Publication("a", bytes(50))) is None
    assert Limits().refusal(Publication("a", bytes(1_000_000), retain=True)) is None


@given(
    st.builds(
        Publication,
        st.text(min_size=1) | st.characters(categories=["Cs"]),
        st.binary(max_size=50),
        qos=st.integers(0, 1),
        expires_at=st.none() | st.floats(),
        response_topic=st.none() | st.text() | st.just("r" * 65_536) | st.just("\ud800"),
        correlation=st.none() | st.binary(max_size=50) | st.just(bytes(65_536)),
    )
)
def test_whatever_is_not_refused_can_be_encoded(publication: Publication) -> None:
    if Limits().refusal(publication) is not None:
        return
    packet = encode_publish(
        publication.topic.encode(),
        publication.payload,
        qos=publication.qos,
        retain=publication.retain,
        mid=1,
        properties=pack_properties(publication, 1000.0),
    )
    frame = find_frame(packet, 0)
    assert frame is not None
    decoded = decode_publish(packet, frame, v5=True)
    assert (decoded.topic, decoded.payload) == (publication.topic, publication.payload)
    assert decoded.response_topic == publication.response_topic
    assert decoded.correlation == publication.correlation
