"""The rules for topic names and filters (MQTT 5.0, section 4.7)."""

from __future__ import annotations

MAX_TOPIC_BYTES = 65_535


def topic_problem(topic: str) -> str | None:
    """Why nothing can be published on this topic, or None where it can."""
    if problem := _text_problem(topic):
        return problem
    if "+" in topic or "#" in topic:
        return "is a filter with wildcards, not a topic"
    return None


def filter_problem(topic_filter: str) -> str | None:
    """Why this topic filter can't be subscribed, or None where it can."""
    if problem := _text_problem(topic_filter):
        return problem
    levels = topic_filter.split("/")
    for index, level in enumerate(levels):
        if "+" in level and level != "+":
            return "has a + that is not a whole level"
        if "#" in level and (level != "#" or index != len(levels) - 1):
            return "has a # that is not the whole last level"
    return None


def matches(topic_filter: str, topic: str) -> bool:
    """Whether a topic is one of those that a filter asks for."""
    wanted = topic_filter.split("/")
    levels = topic.split("/")
    for index, level in enumerate(wanted):
        if level == "#":
            return True
        if index >= len(levels) or level not in ("+", levels[index]):
            return False
    return len(wanted) == len(levels)


def _text_problem(topic: str) -> str | None:
    if not topic:
        return "is empty"
    if any(_forbidden(char) for char in topic):
        return "has control characters or characters that are none"
    if len(topic.encode("utf-8")) > MAX_TOPIC_BYTES:
        return f"is longer than {MAX_TOPIC_BYTES} bytes"
    return None


def _forbidden(char: str) -> bool:
    code = ord(char)
    # MQTT 5.0, 1.5.4: surrogates must not, control and non-characters should not appear.
    return (
        code <= 0x1F
        or 0x7F <= code <= 0x9F
        or 0xD800 <= code <= 0xDFFF
        or 0xFDD0 <= code <= 0xFDEF
        or code & 0xFFFE == 0xFFFE
    )
