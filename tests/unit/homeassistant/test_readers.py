from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamplighter.catalogue.entity import Reading
from lamplighter.errors import PayloadError
from lamplighter.plugin import Message
from lamplighter_homeassistant.components.readers import (
    by_topic,
    listed,
    named,
    number,
    numbers,
    numeric,
    option,
    switched,
    tells,
    templated,
)
from lamplighter_homeassistant.keys import DiscoveryConfig

CONFIG = DiscoveryConfig("d", {"a_topic": "one", "b_topic": "two", "c_topic": "one"}, "thing")


def test_readers_of_one_topic_keep_their_order() -> None:
    one, two, three = (templated(CONFIG.value(), numeric(name)) for name in "xyz")
    reads = by_topic(CONFIG, {"a_topic": one, "b_topic": two, "c_topic": three, "d_topic": one})
    assert reads == {"one": (one, three), "two": (two,)}


def test_a_wildcard_is_allowed_but_not_a_broken_one() -> None:
    read = templated(CONFIG.value(), numeric("x"))
    config = DiscoveryConfig("d", {"good_topic": "a/+/b", "bad_topic": "a/b+"}, "thing")
    assert list(by_topic(config, {"good_topic": read})) == ["a/+/b"]
    with pytest.raises(PayloadError, match="bad_topic"):
        by_topic(config, {"bad_topic": read})


def test_an_empty_text_means_nothing() -> None:
    read = templated(CONFIG.value(), numeric("x"))
    assert read(Message("t", b"")) is None
    assert read(Message("t", b"1.5")) == Reading(attributes={"x": 1.5})


def test_meanings() -> None:
    assert switched("1", "0")("1", "t") == Reading("on")
    assert switched("1", "0")("None", "t") == Reading("unknown")
    assert named({"up": "open"})("up", "t") == Reading("open")
    assert numeric("x")("None", "t") == Reading(attributes={"x": None})
    assert numeric("x", round)("1.6", "t") == Reading(attributes={"x": 2})
    assert listed("x", ["a"], "-")("-", "t") == Reading(attributes={"x": None})
    assert listed("x", ["a"])("a", "t") == Reading(attributes={"x": "a"})


@pytest.mark.parametrize("value", ["nan", "inf", "", "x", None, True, [1], "1e999", 1e13])
def test_what_is_no_number(value: object) -> None:
    with pytest.raises(PayloadError) as caught:
        number(value, "t", "k")
    assert (caught.value.topic, caught.value.key) == ("t", "k")


@given(value=st.floats(-1e12, 1e12))
def test_every_number_is_read(value: float) -> None:
    assert number(str(value), "t", "k") == value


@given(text=st.text())
def test_lists_of_numbers_are_read_or_refused(text: str) -> None:
    try:
        assert len(numbers(text, "t", "k", 3)) == 3
    except PayloadError as error:
        assert error.key == "k"


@pytest.mark.parametrize("value", ["b", None, 1, ["a"]])
def test_what_is_no_option(value: object) -> None:
    assert option("a", "t", "k", ["a"]) == "a"
    with pytest.raises(PayloadError):
        option(value, "t", "k", ["a"])


def test_a_device_that_is_guessed_tells_nothing() -> None:
    assert tells(CONFIG, "x_topic", "a_topic")
    assert not tells(CONFIG, "x_topic")
    assert not tells(DiscoveryConfig("d", {"a_topic": "t", "optimistic": True}, "x"), "a_topic")
