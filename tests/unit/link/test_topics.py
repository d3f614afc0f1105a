from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamplighter.link.topics import (
    TopicTree,
    covers,
    filter_problem,
    topic_problem,
    without_share,
)

LEVEL = st.sampled_from(["a", "b", "", "$x", "é"])
TOPIC = st.lists(LEVEL, min_size=1, max_size=4).map("/".join).filter(bool)
FILTER = (
    st.tuples(
        st.lists(st.one_of(LEVEL, st.just("+")), min_size=0, max_size=4),
        st.sampled_from([["#"], []]),
    )
    .map(lambda parts: "/".join([*parts[0], *parts[1]]))
    .filter(bool)
)


def reference(topic_filter: str, topic: str) -> bool:
    """MQTT 5.0 section 4.7, word by word."""
    wanted, given_levels = topic_filter.split("/"), topic.split("/")
    if topic.startswith("$") and wanted[0] in ("+", "#"):
        return False
    for position, level in enumerate(wanted):
        if level == "#":
            return True
        if position >= len(given_levels) or level not in ("+", given_levels[position]):
            return False
    return len(wanted) == len(given_levels)


@given(st.dictionaries(st.integers(0, 9), FILTER, max_size=8), TOPIC)
def test_the_tree_finds_what_the_reference_matcher_finds(
    filters: dict[int, str], topic: str
) -> None:
    tree: TopicTree[int] = TopicTree()
    for owner, topic_filter in filters.items():
        tree.add(topic_filter, owner)
    expected = {owner for owner, one in filters.items() if reference(one, topic)}
    assert sorted(tree.match(topic)) == sorted(expected)


@given(st.lists(st.tuples(FILTER, st.integers(0, 3)), max_size=12), st.data(), TOPIC)
def test_removed_filters_match_no_more_and_leave_nothing(
    added: list[tuple[str, int]], data: st.DataObject, topic: str
) -> None:
    tree: TopicTree[int] = TopicTree()
    for topic_filter, owner in added:
        tree.add(topic_filter, owner)
    gone = data.draw(st.lists(st.sampled_from(added), unique=True) if added else st.just([]))
    for topic_filter, owner in gone:
        tree.remove(topic_filter, owner)
    kept = set(added) - set(gone)
    assert set(tree.match(topic)) == {owner for one, owner in kept if reference(one, topic)}
    for topic_filter, owner in kept:
        tree.remove(topic_filter, owner)
    assert tree._root.is_empty()
    assert not tree._exact


@given(FILTER)
def test_filters_as_generated_are_valid(topic_filter: str) -> None:
    assert filter_problem(topic_filter) is None


def test_a_shared_subscription_matches_as_its_filter_does() -> None:
    tree: TopicTree[str] = TopicTree()
    tree.add("$share/group/a/+", "owner")
    assert tree.match("a/b") == ["owner"]
    assert without_share("$share/group/a/+") == "a/+"
    tree.remove("$share/group/a/+", "owner")
    assert tree.match("a/b") == []


def test_removing_what_is_not_there_does_nothing() -> None:
    tree: TopicTree[str] = TopicTree()
    for topic_filter in ("a", "a/+", "a/#"):
        tree.remove(topic_filter, "owner")
    assert tree.match("a") == []


@pytest.mark.parametrize(
    "topic_filter",
    ["", "a#", "#/a", "a/#/b", "a+/b", "+a", "a\0", "$share/", "$share//a", "$share/g/",
     "$share/+/a", "\ud800", "a" * 65536, "a\x01", "\x7f", "a/\x9f", "\ufdd0", "\ufffe",
     "\U0010ffff", "a/" * 200, "+/" * 200 + "#", "$share/g/" + "a/" * 200],
)  # fmt: skip
def test_invalid_filters_are_refused(topic_filter: str) -> None:
    assert filter_problem(topic_filter)


@pytest.mark.parametrize(
    "topic",
    ["", "a/+", "a/#", "a\0b", "\udfff", "é" * 32768, "a\n", "\x80", "é\U0001ffff", "$SYS/a",
     "$share/g/a", "$share", "a/" * 200],
)  # fmt: skip
def test_invalid_topics_are_refused(topic: str) -> None:
    assert topic_problem(topic)


@given(TOPIC)
def test_plain_topics_are_valid(topic: str) -> None:
    assert topic_problem(topic) is None


@given(FILTER, FILTER, TOPIC)
def test_what_a_filter_covers_it_matches(wide: str, narrow: str, topic: str) -> None:
    if covers(wide, narrow) and reference(narrow, topic):
        assert reference(wide, topic)


@pytest.mark.parametrize(
    ("wide", "narrow", "covered"),
    [
        ("#", "a/+", True),
        ("a/#", "a", True),
        ("a/+", "a/b", True),
        ("a/+", "a/#", False),
        ("a/b", "a/+", False),
        ("+/b", "a/+", False),
        ("#", "$SYS/x", False),
        ("$SYS/#", "$SYS/x", True),
        ("#", "$share/g/a", False),
        ("$share/g/#", "a", False),
        ("a", "a", True),
    ],
)
def test_what_covers_what(wide: str, narrow: str, *, covered: bool) -> None:
    assert covers(wide, narrow) == covered
