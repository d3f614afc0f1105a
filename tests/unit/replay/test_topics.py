"""Recorded topics."""

from __future__ import annotations

from datetime import UTC

from hypothesis import given
from hypothesis import strategies as st

from lamplighter.plugin import Event, Message
from lamplighter.replay.entries import Entry, Unread
from lamplighter.replay.topics import read_topics

NOON = 1_772_366_400.0


class Taking:
    """Takes messages and makes nothing of them."""

    def __init__(self) -> None:
        self.messages: list[Message] = []

    def __call__(self, message: Message) -> list[Event]:
        self.messages.append(message)
        return []


def read(text: str) -> tuple[list[Entry], list[Message], Unread]:
    taking, unread = Taking(), Unread()
    lines = text.splitlines(keepends=True)
    entries = list(read_topics(lines, receive=taking, zone=UTC, unread=unread))
    return entries, taking.messages, unread


def test_lines_of_time_topic_and_payload() -> None:
    entries, messages, _ = read('1772366400.5 plant/p/v {"a": 1}\n')
    assert entries[0].time == NOON + 0.5
    assert messages == [Message("plant/p/v", b'{"a": 1}', arrived=NOON + 0.5)]


def test_lines_of_json_as_mosquitto_writes_them() -> None:
    line = (
        '{"tst":"2026-03-01T12:00:00.000000Z+0000","topic":"t","qos":0,"retain":1,"payload":"7.2"}'
    )
    _, messages, _ = read(line)
    assert messages == [Message("t", b"7.2", retain=True, arrived=NOON)]


def test_a_payload_may_be_json() -> None:
    _, messages, _ = read('{"time": 1772366400, "topic": "t", "payload": {"v": 1}}')
    assert messages[0].payload == b'{"v": 1}'


def test_what_is_no_message_is_counted() -> None:
    _, messages, unread = read('plant/p/v 7.2\n{"topic": "t"}\n{"topic": 1, "payload": ""}\n{\n')
    assert messages == []
    assert unread.count == 4
    assert "mosquitto_sub" in unread.examples[0]


@given(st.text())
def test_no_text_raises(text: str) -> None:
    read(text)
