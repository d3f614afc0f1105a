"""Topics on which people write: each message is a note with its lines, as it was written."""

from __future__ import annotations

import json

import pytest

import lamplighter_json
from lamplighter.config import Config
from lamplighter.faults.settings import LogTopic, Machine
from lamplighter.plugin import Context, Event, LogLine, Message, Refused

ARRIVED = 1_772_000_000.0


def received(log: LogTopic, payload: bytes) -> list[Event]:
    machines = (Machine("pump1", logs=(log,)),)
    made = lamplighter_json.create(Context({}, Config(machines=machines), lambda: ARRIVED))
    return list(made.receive(Message("t", payload, arrived=ARRIVED)))


def note(text: str, by: str = "") -> LogLine:
    return LogLine("pump1", text, "", ARRIVED, note=True, by=by)


@pytest.mark.parametrize(
    ("log", "payload", "found"),
    [
        (LogTopic("t", notes=True), b" Hot.\nTold Bob. \n", note("Hot.\nTold Bob.")),
        (LogTopic("t", "text", notes=True), b'{"text": "a\\nb"}', note("a\nb")),
        (LogTopic("t", "text", notes=True), b'{"text": 7}', note("7")),
        (
            LogTopic("t", "text", notes=True, by_path="who.name"),
            json.dumps({"text": "Hot", "who": {"name": "Kim"}}).encode(),
            note("Hot", "Kim"),
        ),
        (LogTopic("t", "text", notes=True, by_path="who"), b'{"text": "Hot"}', note("Hot")),
    ],
)
def test_a_message_is_a_note(log: LogTopic, payload: bytes, found: LogLine) -> None:
    assert received(log, payload) == [found]


@pytest.mark.parametrize("payload", [b"no JSON", b'{"other": 1}', b'{"text": null}'])
def test_what_is_no_note_is_refused(payload: bytes) -> None:
    [refused] = received(LogTopic("t", "text", notes=True), payload)
    assert isinstance(refused, Refused)


def test_nothing_written_is_nothing() -> None:
    assert received(LogTopic("t", notes=True), b" \n ") == []
