"""The ask payload: text or JSON, and every way it can be wrong."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamplighter.actions.asking import parse_ask
from lamplighter.errors import PayloadError
from lamplighter.plugin import Message

TOPIC = "lamplighter/n/ask"


def message(payload: bytes, **more: str) -> Message:
    return Message(TOPIC, payload, arrived=1000.0, response_topic=more.get("response_topic"))


def test_plain_text_is_an_ask_with_an_id_of_its_own() -> None:
    asked = parse_ask(message(b"  turn on the light\n"), language="de")
    assert asked.ask.text == "turn on the light"
    assert asked.ask.language == "de"
    assert asked.ask.id
    assert not asked.named
    again = parse_ask(message(b"  turn on the light\n"), language="de")
    assert again.ask.id == asked.ask.id


def test_json_carries_everything() -> None:
    payload = {
        "text": "dim it",
        "id": "a1",
        "area": "Kitchen",
        "user": "sam",
        "language": "en",
        "expires_at": "2026-01-01T00:00:00Z",
    }
    asked = parse_ask(message(json.dumps(payload).encode(), response_topic="r/1"), language="de")
    assert asked.ask.id == "a1"
    assert asked.named
    assert asked.ask.area == "Kitchen"
    assert asked.expires_at == 1767225600.0
    assert asked.response_topic == "r/1"


@pytest.mark.parametrize(
    ("value", "seconds"),
    [(1767225600, 1767225600.0), (1767225600000, 1767225600.0), (None, None)],
)
def test_expiry_is_seconds_or_milliseconds(value: object, seconds: float | None) -> None:
    payload = json.dumps({"text": "x", "expires_at": value}).encode()
    assert parse_ask(message(payload), language="en").expires_at == seconds


@pytest.mark.parametrize(
    ("payload", "key"),
    [
        (b"   ", "text"),
        (b"{}", "text"),
        (b'{"text": ""}', "text"),
        (b'{"text": 5}', "text"),
        (b'{"text": "x", "room": "y"}', "room"),
        (b'{"text": "x", "expires_at": "soon"}', "expires_at"),
        (b'{"text": "x", "expires_at": "2026-01-01T00:00:00"}', "expires_at"),
        (b'{"text": "x", "expires_at": NaN}', "expires_at"),
        (b'{"text": "x"', ""),
        (b"\xff\xfe", ""),
        (b"a" * 2001, "text"),
        (b"a" * 9000, "text"),
    ],
)
def test_what_is_wrong_is_named(payload: bytes, key: str) -> None:
    with pytest.raises(PayloadError) as caught:
        parse_ask(message(payload), language="en")
    assert caught.value.topic == TOPIC
    assert caught.value.key == key


def test_a_response_topic_with_wildcards_is_refused() -> None:
    with pytest.raises(PayloadError, match="wildcards"):
        parse_ask(message(b"x", response_topic="a/#"), language="en")


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(payload: bytes) -> None:
    try:
        asked = parse_ask(message(payload), language="en")
    except PayloadError as error:
        assert error.reason
    else:
        assert asked.ask.text.strip()
