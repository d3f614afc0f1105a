"""Recordings of topics, one message a line, as ``mosquitto_sub`` writes them.

::

    mosquitto_sub -t 'plant/#' -F '%U %t %p'      1772373909.123 plant/pump-3/vibration 7.2
    mosquitto_sub -t 'plant/#' -F '%j'            {"tst":"2026-03-01T14:05:09.1Z+0000","topic":...}

Lines of JSON may also be ``{"time": ..., "topic": ..., "payload": ...}``. What the messages mean
is the plugins' business, as it is in the daemon.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import tzinfo
from typing import Any

from lamplighter.plugin import Event, Message
from lamplighter.replay.entries import Entry, Unread
from lamplighter.replay.times import read_time

_TIMES = ("time", "tst", "timestamp", "ts")
# mosquitto_sub writes "Z+0000" in older versions.
_DOUBLE_ZONE = re.compile(r"Z(?=[+-]\d{4}$)")
_PLAIN = 3


def read_topics(
    lines: Iterable[str],
    *,
    receive: Callable[[Message], Iterable[Event]],
    zone: tzinfo,
    unread: Unread,
) -> Iterator[Entry]:
    """The entries of a recording, in its order; a line that can't be read is noted and left out.

    Args:
        lines: the file's.
        receive: what the plugins make of a message.
        zone: of times that say none.
        unread: takes the lines that can't be read.
    """
    for number, line in enumerate(lines, 1):
        written = line.rstrip("\r\n")
        if not written.strip():
            continue
        try:
            message = _from_json(written, zone) if written[0] == "{" else _plain(written, zone)
        except (ValueError, TypeError) as error:
            unread.add(number, str(error))
            continue
        yield Entry(message.arrived, tuple(receive(message)))


def _plain(line: str, zone: tzinfo) -> Message:
    parts = line.split(" ", 2)
    if len(parts) < _PLAIN:
        raise ValueError("is not a time, a topic and a payload (mosquitto_sub -F '%U %t %p')")
    time, topic, payload = parts
    return Message(topic, payload.encode(), arrived=read_time(time, zone))


def _from_json(line: str, zone: tzinfo) -> Message:
    row: Any = json.loads(line)
    topic = row.get("topic")
    if not isinstance(topic, str) or "payload" not in row:
        raise ValueError("has no topic or no payload")
    written = next((row[name] for name in _TIMES if name in row), None)
    if written is None:
        raise ValueError("has no time")
    payload = row["payload"]
    text = payload if isinstance(payload, str) else json.dumps(payload)
    time = read_time(_DOUBLE_ZONE.sub("", str(written)), zone)
    return Message(topic, text.encode(), retain=bool(row.get("retain")), arrived=time)
