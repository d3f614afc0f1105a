"""What is wrong in the upstream section is told with its line."""

from __future__ import annotations

import pytest

from lamplighter.config import parse
from lamplighter.errors import ConfigError
from lamplighter.faults.alarms.controls import OPERATIONS, WINDOW_OPERATIONS
from lamplighter.upstream import settings

HEAD = "upstream:\n  host: cloud.example\n"


def problems(text: str) -> list[tuple[int, str, str]]:
    with pytest.raises(ConfigError) as error:
        parse(text)
    return [(each.line, each.key, each.reason) for each in error.value.problems]


def test_a_whole_section_is_read() -> None:
    config = parse(
        HEAD
        + "  port: 8883\n"
        + "  forward:\n"
        + "    - {topics: ['plant/+/+'], to: 'sites/{node}/{2}/{3}', batch: {count: 50}}\n"
        + "    - {topics: ['lamplighter/gateway-1/alarms/#'], lane: alarms}\n"
        + "  remote: {enabled: true, allow: ['light.*', '*'], control: [ack]}\n"
    )
    assert config.upstream is not None
    assert [rule.title for rule in config.upstream.forward] == [
        "plant/+/+",
        "lamplighter/gateway-1/alarms/#",
    ]


@pytest.mark.parametrize(
    ("lines", "line", "key", "words"),
    [
        ("    - topics: [a/#/b]", 4, "upstream.forward[0].topics[0]", "not a whole last level"),
        (
            "    - topics:\n      - a\n      - b+\n      - c",
            6,
            "upstream.forward[0].topics[1]",
            "+ that is not a whole level",
        ),
        ("    - {topics: [a], skip: ['']}", 4, "upstream.forward[0].skip[0]", "is empty"),
        ("    - {to: x}", 4, "upstream.forward[0].topics", "at least one filter"),
        ("    - {topics: []}", 4, "upstream.forward[0].topics", "at least one filter"),
        ("    - {topics: [a], to: '{nod}'}", 4, "upstream.forward[0].to", "known are {topic}"),
        ("    - {topics: [a/+], to: '{3}'}", 4, "upstream.forward[0].to", "needs level 3"),
        ("    - {topics: [a], to: 'x/#'}", 4, "upstream.forward[0].to", "wildcard"),
        ("    - {topics: [a], redact: [a..b]}", 4, "upstream.forward[0].redact[0]", "dotted path"),
        ("    - {topics: [a], lane: commands}", 4, "upstream.forward[0].lane", "must be one of"),
        (
            "    - {topics: [a], retain: true, overtake: true}",
            4,
            "upstream.forward[0].overtake",
            "old message retained",
        ),
        (
            "    - {topics: [a], retain: true, batch: {}}",
            4,
            "upstream.forward[0].retain",
            "not for envelopes",
        ),
        (
            "    - topics: [a]\n      batch: {to: '{topic}'}",
            5,
            "upstream.forward[0].batch.to",
            "only {node}",
        ),
        ("    - {topics: [a]}\n    - {topics: [a, b]}", 5, "upstream.forward[1]", "give it a name"),
        (
            "    - {topics: [x], to: 'lamplighter/{node}/ask'}",
            4,
            "upstream.forward[0].to",
            "come back",
        ),
        (
            "    - {topics: [x], to: 'lamplighter/{node}/status'}",
            4,
            "upstream.forward[0].to",
            "the node itself speaks",
        ),
        (
            "    - topics: [x]\n      batch: {to: lamplighter/gateway-1/ledger}",
            5,
            "upstream.forward[0].batch.to",
            "the node itself speaks",
        ),
        (
            "    - {topics: [x, y/+], retain: true, to: 'sites/{node}'}",
            4,
            "upstream.forward[0].to",
            "all topics of 'y/+' would replace one another",
        ),
        (
            "    - topics: [x]\n    - topics:\n      - b\n      - lamplighter/gateway-1/control",
            7,
            "upstream.forward[1].topics[1]",
            "as a command",
        ),
    ],
)
def test_mistakes_in_rules(lines: str, line: int, key: str, words: str) -> None:
    [(found_line, found_key, reason)] = problems(HEAD + "  forward:\n" + lines + "\n")
    assert (found_line, found_key) == (line, key)
    assert words in reason


@pytest.mark.parametrize(
    ("broker", "host", "port"),
    [("{}", "127.0.0.1", 1883), ("{}", "localhost", 1883), ("{host: A, port: 7}", "a", 7)],
)
def test_the_local_broker_is_no_upstream(broker: str, host: str, port: int) -> None:
    text = f"broker: {broker}\nupstream:\n  host: '{host}'\n  port: {port}\n"
    assert problems(text) == [
        (
            3,
            "upstream.host",
            "is the local broker itself: what is forwarded would come back for ever",
        )
    ]


def test_an_upstream_needs_a_host() -> None:
    assert problems("upstream: {port: 1884}\n") == [(1, "upstream.host", "is missing")]


def test_what_upstream_may_do_is_checked() -> None:
    found = problems(HEAD + "  remote:\n    allow: [light]\n    control: [explode]\n")
    assert [(line, key) for line, key, _ in found] == [
        (4, "upstream.remote.allow[0]"),
        (5, "upstream.remote.control[0]"),
    ]


def test_all_operations_of_the_control_topic_can_be_allowed() -> None:
    own = {"note", "reload", "flush"}
    assert set(settings._CONTROLS) == {*OPERATIONS, *WINDOW_OPERATIONS, *own}


@pytest.mark.parametrize(
    "rule",
    [
        "topics: [x], retain: true, to: fixed",
        "topics: ['y/+'], retain: true, to: 'a/{2}'",
        "topics: ['y/+'], to: fixed",
        "topics: [x], to: 'lamplighter/other/status'",
    ],
)
def test_what_replaces_nothing_is_read(rule: str) -> None:
    assert parse(HEAD + f"  forward: [{{{rule}}}]\n").upstream is not None
