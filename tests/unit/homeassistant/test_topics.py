from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamplighter_homeassistant.topics import (
    MAX_TOPIC_BYTES,
    filter_problem,
    matches,
    topic_problem,
)


@pytest.mark.parametrize("topic", ["a", "a/b", "/", "a//b", "ä/ö", "a b", "$SYS/x"])
def test_topics_to_publish_on(topic: str) -> None:
    assert topic_problem(topic) is None
    assert filter_problem(topic) is None
    assert matches(topic, topic)


@pytest.mark.parametrize(
    "topic", ["", "a\0", "a\n", "\x7f", "\ud800", "\ufffe", "x" * (MAX_TOPIC_BYTES + 1)]
)
def test_no_topics_at_all(topic: str) -> None:
    assert topic_problem(topic)
    assert filter_problem(topic)


@pytest.mark.parametrize("topic_filter", ["+", "#", "a/+/b", "a/#", "+/+"])
def test_filters_are_no_topics(topic_filter: str) -> None:
    assert filter_problem(topic_filter) is None
    assert topic_problem(topic_filter)


@pytest.mark.parametrize("topic_filter", ["a+", "+a/b", "#/a", "a#", "a/#/b", "##"])
def test_bad_filters(topic_filter: str) -> None:
    assert filter_problem(topic_filter)


@pytest.mark.parametrize(
    ("topic_filter", "topic", "expected"),
    [
        ("a/+/c", "a/b/c", True),
        ("a/+/c", "a//c", True),
        ("a/+", "a/b/c", False),
        ("a/#", "a", True),
        ("a/#", "a/b/c", True),
        ("#", "a/b", True),
        ("+", "a/b", False),
        ("a/b", "a", False),
        ("a", "a/b", False),
    ],
)
def test_matching(topic_filter: str, topic: str, expected: bool) -> None:  # noqa: FBT001 - a case of the table
    assert matches(topic_filter, topic) is expected


@given(st.lists(st.text("ab", max_size=2), min_size=1, max_size=4), st.data())
def test_a_level_replaced_by_plus_still_matches(levels: list[str], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(levels) - 1))
    wild = [*levels[:place], "+", *levels[place + 1 :]]
    assert matches("/".join(wild), "/".join(levels))
    assert matches("/".join([*levels[:place], "#"]), "/".join(levels))
