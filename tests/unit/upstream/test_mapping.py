"""Topics upstream, made by templates."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamplighter.link.topics import topic_problem
from lamplighter.upstream.mapping import TopicTemplate, levels_of, template_problem

LEVEL = st.text(
    st.characters(exclude_characters="+#/\0{}", exclude_categories=["Cs", "Cc", "Cn"]),
    min_size=1,
    max_size=8,
)
TOPIC = st.lists(LEVEL, min_size=1, max_size=5).map("/".join)
PART = st.sampled_from(["{topic}", "{1}", "{2}", "{3:}", "{node}", "site", "a b"])
TEMPLATE = st.lists(PART, min_size=1, max_size=4).map("/".join)


@pytest.mark.parametrize(
    ("text", "topic", "made"),
    [
        ("{topic}", "a/b", "a/b"),
        ("sites/{node}/{topic}", "a/b", "sites/gw/a/b"),
        ("{2}/{1}", "a/b/c", "b/a"),
        ("x/{2:}", "a/b/c", "x/b/c"),
        ("x-{1}-{1}", "a", "x-a-a"),
        ("{3}", "a/b", None),
        ("{2:}", "a", None),
        ("{1}", "/b", None),
        ("fixed", "a", "fixed"),
    ],
)
def test_variables_are_filled_in(text: str, topic: str, made: str | None) -> None:
    assert TopicTemplate(text, "gw").expand(topic) == made


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{nod}", "unknown variable {nod}"),
        ("{0}", "unknown variable {0}"),
        ("{}", "unknown variable {}"),
        ("{topic", "brace"),
        ("a}b", "brace"),
        ("", "is empty"),
        ("a/+/b", "wildcard"),
        ("a/#", "wildcard"),
    ],
)
def test_what_is_no_template_is_told(text: str, words: str) -> None:
    problem = template_problem(text)
    assert problem is not None
    assert words in problem


def test_only_some_variables_may_be_allowed() -> None:
    assert template_problem("a/{node}", only=("node",)) is None
    assert "only {node}" in (template_problem("a/{topic}", only=("node",)) or "")


@given(TEMPLATE, TOPIC)
def test_what_comes_out_can_be_published_or_is_nothing(text: str, topic: str) -> None:
    assert template_problem(text) is None
    template = TopicTemplate(text, "gw")
    made = template.expand(topic)
    if template.deepest > topic.count("/") + 1:
        assert made is None
    else:
        assert made is not None
        assert topic_problem(made) is None
        assert "{" not in made


@given(TOPIC)
def test_the_levels_together_are_the_topic(topic: str) -> None:
    levels = topic.count("/") + 1
    each = "/".join(f"{{{number}}}" for number in range(1, levels + 1))
    assert TopicTemplate(each, "gw").expand(topic) == topic
    assert TopicTemplate("{1:}", "gw").expand(topic) == topic
    assert TopicTemplate(each, "gw").deepest == levels


@pytest.mark.parametrize(
    ("topic_filter", "levels"), [("a/+/c", 3), ("a/#", None), ("#", None), ("$share/g/a/b", 2)]
)
def test_levels_of_a_filter(topic_filter: str, levels: int | None) -> None:
    assert levels_of(topic_filter) == levels
