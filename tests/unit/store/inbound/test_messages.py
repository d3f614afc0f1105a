"""Messages as columns."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lamplighter.plugin import Message
from lamplighter.store.inbound.messages import message_of, values_of
from lamplighter.store.writing.storable import storable

MESSAGES = st.builds(
    Message,
    topic=st.text(),
    payload=st.binary(),
    qos=st.integers(0, 2),
    retain=st.booleans(),
    arrived=st.floats(0, 1e10),
    response_topic=st.none() | st.text(),
    correlation=st.none() | st.binary(),
    duplicate=st.booleans(),
)


@given(MESSAGES)
def test_a_message_comes_back(message: Message) -> None:
    assert message_of(values_of(message)) == message


@given(st.text(st.characters(codec=None)))
def test_any_text_can_be_stored(text: str) -> None:
    stored = storable(text)
    stored.encode()
    if not any("\ud800" <= character <= "\udfff" for character in text):
        assert stored == text
