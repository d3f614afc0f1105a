from __future__ import annotations

from typing import Any

import pytest

from lamplighter.errors import PayloadError
from lamplighter.plugin import Message
from lamplighter_homeassistant.availability import Availability, availability_of
from lamplighter_homeassistant.keys import DiscoveryConfig


def of(**values: Any) -> Availability:
    return availability_of(DiscoveryConfig("t", values, "sensor"))


def listed(mode: str | None = None) -> Availability:
    return of(
        availability=[{"topic": "a"}, {"topic": "b", "payload_available": "1"}],
        availability_mode=mode,
        payload_available="ignored in a list",
    )


def hear(availability: Availability, *said: tuple[str, str]) -> bool:
    for topic, payload in said:
        availability.hear(Message(topic, payload.encode()))
    return availability.available


def test_without_topics_it_is_always_there() -> None:
    assert of().available
    assert not of().sources


def test_one_topic_with_its_own_words() -> None:
    one = of(availability_topic="up", payload_available="yes", payload_not_available="no")
    assert not one.available
    assert hear(one, ("up", "yes"))
    assert hear(one, ("up", "online"))
    assert not hear(one, ("up", "no"))
    assert not hear(one, ("elsewhere", "yes"))


def test_a_template_reads_the_payload() -> None:
    one = of(availability_topic="up", availability_template="{{ value_json.state }}")
    assert hear(one, ("up", '{"state": "online"}'))
    many = of(availability=[{"topic": "up", "value_template": "{{ 'online' if value else '' }}"}])
    assert hear(many, ("up", "x"))


@pytest.mark.parametrize(
    ("mode", "after_a", "after_both", "after_a_left"),
    [
        ("latest", True, True, False),
        ("any", True, True, True),
        ("all", False, True, False),
        (None, True, True, False),
    ],
)
def test_modes(
    mode: str | None,
    after_a: bool,  # noqa: FBT001 - a case of the table
    after_both: bool,  # noqa: FBT001 - same
    after_a_left: bool,  # noqa: FBT001 - same
) -> None:
    both = listed(mode)
    assert hear(both, ("a", "online")) is after_a
    assert hear(both, ("b", "1")) is after_both
    assert hear(both, ("a", "offline")) is after_a_left


def test_another_config_keeps_what_was_heard_on_topics_it_still_has() -> None:
    before = listed("all")
    assert hear(before, ("a", "online"), ("b", "1"))
    same = listed("all")
    same.keep(before)
    assert same.available
    fewer = of(availability_topic="a")
    fewer.keep(before)
    assert fewer.available
    other = of(availability_topic="c")
    other.keep(before)
    assert not other.available


@pytest.mark.parametrize(
    ("values", "key"),
    [
        ({"availability_topic": "a", "availability": [{"topic": "b"}]}, "availability"),
        ({"availability_topic": "a/#"}, "availability_topic"),
        ({"availability": ["a"]}, "availability"),
        ({"availability": [{}]}, "topic"),
        ({"availability": [{"topic": "+"}]}, "topic"),
        ({"availability": [{"topic": "a"}], "availability_mode": "most"}, "availability_mode"),
        ({"availability_topic": "a", "availability_template": "{{"}, "availability_template"),
    ],
)
def test_bad_configs_are_refused_by_key(values: dict[str, Any], key: str) -> None:
    with pytest.raises(PayloadError) as caught:
        of(**values)
    assert caught.value.key == key
