from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from lamplighter.errors import PayloadError
from lamplighter.plugin import Message
from lamplighter_homeassistant.keys import DiscoveryConfig


def config(**values: Any) -> DiscoveryConfig:
    return DiscoveryConfig("t", values, "sensor")


@pytest.mark.parametrize(
    ("read", "value", "expected"),
    [
        (lambda c: c.text("k", "d"), None, "d"),
        (lambda c: c.text("k"), 5, "5"),
        (lambda c: c.text("k"), True, "True"),
        (lambda c: c.number("k", 1), "2.5", 2.5),
        (lambda c: c.number("k", 1), None, 1),
        (lambda c: c.integer("k", 1), "2.9", 2),
        (lambda c: c.optional_seconds("k"), 0, 0),
        (lambda c: c.flag("k", True), None, True),
        (lambda c: c.flag("k", True), "off", False),
        (lambda c: c.flag("k", False), 1, True),
        (lambda c: c.strings("k", ("d",)), None, ("d",)),
        (lambda c: c.strings("k"), "one", ("one",)),
        (lambda c: c.strings("k"), [1, "b"], ("1", "b")),
        (lambda c: c.choice("k", ("a", "b"), "a"), "b", "b"),
        (lambda c: c.topic_of("k"), None, None),
        (lambda c: c.topic_of("k"), "a/b", "a/b"),
        (lambda c: c.filter_of("k"), "a/+", "a/+"),
        (lambda c: c.qos(), 2, 0),
        (lambda c: c.has("k"), None, False),
    ],
)
def test_values_by_kind(read: Callable[[DiscoveryConfig], Any], value: Any, expected: Any) -> None:
    assert read(config(k=value)) == expected


@pytest.mark.parametrize(
    ("read", "value"),
    [
        (lambda c: c.text("k"), ["a"]),
        (lambda c: c.required_text("k"), None),
        (lambda c: c.number("k", 1), "many"),
        (lambda c: c.number("k", 1), "inf"),
        (lambda c: c.number("k", 1), 10**400),
        (lambda c: c.optional_seconds("k"), -1),
        (lambda c: c.flag("k", True), "maybe"),
        (lambda c: c.flag("k", True), [1]),
        (lambda c: c.strings("k"), [None]),
        (lambda c: c.choice("k", ("a", "b"), "a"), "c"),
        (lambda c: c.topic_of("k"), "a/#"),
        (lambda c: c.required_topic("k"), None),
        (lambda c: c.required_filter("k"), None),
        (lambda c: c.filter_of("k"), "a/#/b"),
        (lambda c: c.template("k"), "{{ 1 +"),
        (lambda c: c.template("k"), "{{ 1 | nothing }}"),
    ],
)
def test_what_is_not_of_its_kind_is_refused_by_key(
    read: Callable[[DiscoveryConfig], Any], value: Any
) -> None:
    with pytest.raises(PayloadError) as caught:
        read(config(k=value))
    assert (caught.value.topic, caught.value.key) == ("t", "k")


@pytest.mark.parametrize("encoding", ["no such", "base64", "a\0b", 5])
def test_an_unknown_encoding_is_refused(encoding: Any) -> None:
    with pytest.raises(PayloadError) as caught:
        config(encoding=encoding).value()
    assert caught.value.key == "encoding"


def test_payloads_are_read_and_written_in_the_encoding() -> None:
    latin = config(encoding="latin-1", command_topic="c")
    assert latin.value()(Message("s", b"gr\xfcn")) == "grün"
    assert latin.publication("command_topic", "grün").payload == b"gr\xfcn"
    with pytest.raises(PayloadError, match="can't be written as latin-1"):
        latin.publication("command_topic", "😀")
    with pytest.raises(PayloadError, match="not utf-8"):
        config().value()(Message("s", b"gr\xfcn"))


def test_half_a_surrogate_pair_is_no_text() -> None:
    with pytest.raises(PayloadError, match="surrogate"):
        config(encoding="utf-7").value()(Message("s", b"+2AA-"))


def test_a_value_template_gets_more_variables() -> None:
    read = config(tpl="{{ value }}{{ extra }}").value("tpl", {"extra": 5})
    assert read(Message("s", b"x")) == "x5"


def test_a_publication_has_the_configured_quality_and_retain() -> None:
    sent = config(c="t/set", qos=2, retain=True).publication("c", "x")
    assert (sent.qos, sent.retain, sent.topic) == (2, True, "t/set")
    assert config(c="t/set").publication("c", "x").qos == 1
    with pytest.raises(PayloadError):
        config(c="t/set", qos=3).publication("c", "x")


def test_a_command_without_template_is_the_value_itself() -> None:
    assert config().render("tpl")(5, {}) == "5"
    assert config(tpl="{{ value + 1 }}").render("tpl")(5, {}) == "6"
