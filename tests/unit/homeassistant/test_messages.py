from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamplighter.errors import PayloadError
from lamplighter_homeassistant.messages import Discovery, is_discovery, parse

TOPIC = "homeassistant/sensor/node/thing/config"
DEVICE_TOPIC = "homeassistant/device/box/config"


def parsed(payload: Any, topic: str = TOPIC) -> Discovery:
    return parse(topic, json.dumps(payload).encode(), "homeassistant")


def device(components: Any, **more: Any) -> Discovery:
    return parsed(
        {"dev": {"ids": "d"}, "o": {"name": "o"}, "cmps": components, **more}, DEVICE_TOPIC
    )


@pytest.mark.parametrize(
    ("topic", "prefix", "expected"),
    [
        ("homeassistant/sensor/a/config", "homeassistant", True),
        ("homeassistant/sensor/n/a/config", "homeassistant", True),
        ("a/b/sensor/x/config", "a/b", True),
        ("homeassistant/sensor/a/b/c/config", "homeassistant", False),
        ("homeassistant/config", "homeassistant", False),
        ("homeassistant/sensor/a/state", "homeassistant", False),
        ("other/sensor/a/config", "homeassistant", False),
    ],
)
def test_discovery_topics(topic: str, prefix: str, expected: bool) -> None:  # noqa: FBT001 - a case of the table
    assert is_discovery(topic, prefix) is expected


def test_short_keys_become_long_ones_everywhere() -> None:
    (component,) = parsed(
        {
            "uniq_id": "u",
            "stat_t": "s",
            "dev": {"ids": "d", "mf": "M", "sa": "Kitchen"},
            "o": {"sw": "1"},
            "avty": [{"t": "up", "pl_avail": "1", "val_tpl": "x"}],
        }
    ).components
    assert (component.kind, component.id, component.object_id) == ("sensor", "", "thing")
    assert component.values == {
        "unique_id": "u",
        "state_topic": "s",
        "device": {"identifiers": "d", "manufacturer": "M", "suggested_area": "Kitchen"},
        "origin": {"sw_version": "1"},
        "availability": [{"topic": "up", "payload_available": "1", "value_template": "x"}],
    }


def test_a_long_key_wins_over_its_short_one() -> None:
    (component,) = parsed({"stat_t": "short", "state_topic": "long"}).components
    assert component.values == {"state_topic": "long"}


def test_the_base_topic_stands_in_at_either_end_of_topics_only() -> None:
    (component,) = parsed(
        {
            "~": "base",
            "state_topic": "~/state",
            "command_topic": "cmd/~",
            "json_attributes_topic": "~",
            "payload_on": "~",
            "availability": {"topic": "~/up"},
        }
    ).components
    assert component.values == {
        "state_topic": "base/state",
        "command_topic": "cmd/base",
        "json_attributes_topic": "base",
        "payload_on": "~",
        "availability": [{"topic": "base/up"}],
    }


def test_a_device_shares_device_origin_and_common_options() -> None:
    found = device(
        {
            "a": {"p": "sensor", "uniq_id": "a", "stat_t": "own"},
            "b": {"p": "switch", "uniq_id": "b", "~": "other", "avty": [{"t": "~/up"}]},
        },
        **{"~": "base", "stat_t": "~/all", "cmd_t": "~/set", "qos": 1, "avty": [{"t": "~/up"}]},
    )
    first, second = found.components
    assert (first.kind, first.id, first.object_id) == ("sensor", "a", "box_a")
    assert first.values["state_topic"] == "own"
    assert first.values["command_topic"] == "base/set"
    assert first.values["availability"] == [{"topic": "base/up"}]
    assert first.values["device"] == {"identifiers": "d"}
    assert second.values["state_topic"] == "other/all"
    assert second.values["availability"] == [{"topic": "other/up"}]
    assert (first.values["qos"], second.values["qos"]) == (1, 1)


def test_a_component_of_its_platform_alone_is_to_be_removed() -> None:
    (component,) = device({"a": {"p": "sensor"}}, stat_t="all").components
    assert (component.id, component.values) == ("a", {})


@pytest.mark.parametrize(
    ("config", "key"),
    [
        (5, "components.a"),
        ({"uniq_id": "x"}, "components.a.platform"),
        ({"p": 5, "uniq_id": "x"}, "components.a.platform"),
        ({"p": "sensor", "stat_t": "s"}, "components.a.unique_id"),
        ({"p": "sensor", "uniq_id": None}, "components.a.unique_id"),
        ({"p": "sensor", "uniq_id": "x", "~": 5}, "~"),
    ],
)
def test_a_bad_component_of_a_device_is_named_and_leaves_the_others(config: Any, key: str) -> None:
    found = device({"a": config, "b": {"p": "sensor", "uniq_id": "b"}})
    assert [problem.key for problem in found.problems] == [key]
    assert [component.id for component in found.components] == ["b"]


@pytest.mark.parametrize(
    ("payload", "key"),
    [({"cmps": {}}, "device"), ({"dev": {}, "cmps": []}, "components"), ({"dev": 5}, "device")],
)
def test_a_bad_device_message_is_refused_as_a_whole(payload: Any, key: str) -> None:
    with pytest.raises(PayloadError) as caught:
        parsed(payload, DEVICE_TOPIC)
    assert (caught.value.topic, caught.value.key) == (DEVICE_TOPIC, key)


def test_an_empty_payload_announces_nothing() -> None:
    assert parse(TOPIC, b"", "homeassistant") == Discovery(TOPIC)
    assert parse(DEVICE_TOPIC, b" \n", "homeassistant") == Discovery(DEVICE_TOPIC)


@pytest.mark.parametrize("key", ["migrate_discovery", "migr_discvry"])
def test_migration_gives_up_what_the_topic_announced(key: str) -> None:
    assert parsed({key: True}) == Discovery(TOPIC, migrating=True)


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (b"\xff", "not UTF-8"),
        (b"{", "not JSON"),
        (b'{"a": NaN}', "NaN is not JSON"),
        (b"[1]", "not a JSON object"),
        (b'"text"', "not a JSON object"),
        (b"[" * 200_000, "nested"),
        (b'{"a":' * 100 + b"1" + b"}" * 100, "nested"),
        (b'{"name": "\\ud800"}', "surrogate"),
    ],
)
def test_what_is_no_json_object_is_refused_with_the_reason(payload: bytes, reason: str) -> None:
    with pytest.raises(PayloadError, match=reason) as caught:
        parse(TOPIC, payload, "homeassistant")
    assert caught.value.topic == TOPIC


def test_a_topic_with_other_characters_is_refused() -> None:
    with pytest.raises(PayloadError, match="characters"):
        parse("homeassistant/sensor/küche/config", b"{}", "homeassistant")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["~", "dev", "o", "cmps", "p", "avty", "t", "stat_t", "uniq_id"]), inner
        )
    ),
)


@given(st.text() | st.sampled_from([TOPIC, DEVICE_TOPIC]), JSON.map(json.dumps) | st.text())
def test_any_topic_and_payload_is_parsed_or_refused(topic: str, payload: str) -> None:
    try:
        found = parse(topic, payload.encode("utf-8", "replace"), "homeassistant")
    except PayloadError as error:
        assert error.topic == topic
    else:
        assert found.topic == topic


@given(st.binary(max_size=200))
def test_any_bytes_are_parsed_or_refused(payload: bytes) -> None:
    try:
        assert parse(DEVICE_TOPIC, payload, "homeassistant").topic == DEVICE_TOPIC
    except PayloadError as error:
        assert error.reason
