"""The plugin: announcing, changing, moving and removing, and the messages that tell states."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.homeassistant.announced import PREFIX, Home, plugin

from lamplighter.errors import ServiceError
from lamplighter.plugin import Announced, Message, Publish, Refused, StateRead, Withdrawn

LAMP = {"unique_id": "lamp", "name": "Lamp", "command_topic": "lamp/set", "state_topic": "lamp"}
METER: dict[str, Any] = {"unique_id": "meter", "name": "Meter", "state_topic": "meter"}
DEVICE: dict[str, Any] = {
    "dev": {"ids": "d1", "name": "Box"},
    "o": {"name": "test"},
    "cmps": {
        "a": {"p": "sensor", "uniq_id": "a1", "name": "A", "stat_t": "box/a"},
        "b": {"p": "switch", "uniq_id": "b1", "name": "B", "cmd_t": "box/b/set"},
    },
}
BOX = f"{PREFIX}/device/box/config"


def test_filters_are_discovery_status_and_what_entities_read() -> None:
    home = Home()
    own = {f"{PREFIX}/+/+/config", f"{PREFIX}/+/+/+/config", f"{PREFIX}/status"}
    assert home.plugin.filters() == own
    home.announce("sensor", "m", **METER, availability_topic="meter/up")
    assert home.plugin.filters() == own | {"meter", "meter/up"}
    home.announce("sensor", "m")
    home.tell(f"{PREFIX}/sensor/m/config")
    assert home.plugin.filters() == own


def test_an_announced_entity_reads_its_state_and_takes_commands() -> None:
    home = Home()
    home.announce("switch", "lamp", **LAMP)
    home.tell("lamp", "ON")
    assert home.values == {"switch.lamp": "on"}
    sent = home.plugin.command(home.entities["switch.lamp"], "turn_off", {})
    assert [(each.topic, each.payload, each.qos) for each in sent] == [("lamp/set", b"OFF", 1)]


def test_the_same_announcement_again_changes_nothing() -> None:
    home = Home()
    config = {"unique_id": "u", "name": "U", "state_topic": "u", "latest_version_topic": "u/new"}
    home.announce("update", "u", **config)
    home.tell("u", "1.0")
    events = home.announce("update", "u", **config)
    assert [type(event) for event in events] == [Announced]
    # What the component remembers is still there: both versions are known.
    home.tell("u/new", "1.1")
    assert home.values == {"update.u": "on"}


def test_a_changed_announcement_keeps_the_entity_and_what_was_heard() -> None:
    home = Home()
    home.announce("sensor", "m", **METER, availability_topic="up", expire_after=60)
    home.tell("up", "online")
    home.tell("meter", "5")
    events = home.announce(
        "sensor", "m", **METER, availability_topic="up", expire_after=60, unit_of_measurement="W"
    )
    assert not [event for event in events if isinstance(event, Withdrawn)]
    assert home.entities["sensor.meter"].unit == "W"
    assert home.available["sensor.meter"]
    home.pass_time(60)
    assert not home.available["sensor.meter"]
    home.announce("sensor", "m", **METER, availability_topic="up", expire_after=60)
    assert not home.available["sensor.meter"]


def test_a_name_that_changes_moves_the_entity_id() -> None:
    home = Home()
    home.announce("switch", "lamp", **LAMP)
    old = home.entities["switch.lamp"]
    home.announce("switch", "lamp", **{**LAMP, "name": "Torch"})
    assert list(home.entities) == ["switch.torch"]
    with pytest.raises(ServiceError, match="no longer announced"):
        home.plugin.command(old, "turn_on", {})


def test_a_change_that_is_wrong_leaves_the_entity_as_it_was() -> None:
    home = Home()
    home.announce("switch", "lamp", **LAMP)
    events = home.announce("switch", "lamp", **{**LAMP, "command_topic": "a/#"})
    assert isinstance(events[0], Refused)
    assert events[0].key == "command_topic"
    home.tell("lamp", "ON")
    assert home.values == {"switch.lamp": "on"}


def test_another_unique_id_in_the_same_place_is_another_entity() -> None:
    home = Home()
    home.announce("switch", "lamp", **LAMP)
    home.announce("switch", "lamp", **{**LAMP, "unique_id": "other", "state_topic": "other"})
    assert [entity.unique_id for entity in home.entities.values()] == ["other"]
    assert list(home.entities) == ["switch.lamp"]
    assert not home.tell("lamp", "ON")
    home.tell("other", "ON")
    assert home.values == {"switch.lamp": "on"}


def test_a_component_that_becomes_another_kind_leaves_nothing_behind() -> None:
    home = Home()
    home.tell(BOX, DEVICE)
    changed = {**DEVICE["cmps"], "b": {"p": "button", "uniq_id": "b1", "name": "B", "cmd_t": "c"}}
    home.tell(BOX, {**DEVICE, "cmps": changed})
    assert sorted(home.entities) == ["button.box_b", "sensor.box_a"]
    home.tell(BOX)
    assert not home.entities


def test_an_empty_payload_removes_all_that_a_topic_announced() -> None:
    home = Home()
    home.tell(BOX, DEVICE)
    assert sorted(home.entities) == ["sensor.box_a", "switch.box_b"]
    assert [type(event) for event in home.tell(BOX)] == [Withdrawn, Withdrawn]
    assert not home.tell("box/a", "5")
    assert not home.tell(BOX)


@pytest.mark.parametrize("gone", [{"p": "switch"}, None], ids=["said", "left out"])
def test_a_component_can_be_removed_and_the_announcement_is_kept(gone: Any) -> None:
    home = Home()
    home.tell(BOX, DEVICE)
    components = {"a": DEVICE["cmps"]["a"], **({"b": gone} if gone else {})}
    events = home.tell(BOX, {**DEVICE, "cmps": components})
    # The agent drops the kept message at a withdrawal, and keeps it at an announcement.
    assert [type(event) for event in events] == [Withdrawn, Announced]
    assert list(home.entities) == ["sensor.box_a"]


def test_a_bad_component_hurts_no_other_and_removes_nothing() -> None:
    home = Home()
    home.tell(BOX, DEVICE)
    bad = {"a": DEVICE["cmps"]["a"], "b": 5, "c": {"p": "sensor", "uniq_id": "c1"}}
    home.tell(BOX, {**DEVICE, "cmps": bad})
    assert [(each.topic, each.key) for each in home.refused] == [
        (BOX, "components.b"),
        (BOX, "state_topic"),
    ]
    assert sorted(home.entities) == ["sensor.box_a", "switch.box_b"]


def test_a_unique_id_belongs_to_whoever_came_first() -> None:
    home = Home()
    home.announce("sensor", "one", **METER)
    home.announce("sensor", "two", **{**METER, "state_topic": "two"})
    assert [(each.key, each.topic) for each in home.refused] == [
        ("unique_id", f"{PREFIX}/sensor/two/config")
    ]
    assert "sensor.meter" in home.refused[0].reason
    assert not home.tell("two", "5")


def test_an_entity_moves_to_the_topic_that_still_announces_it() -> None:
    home = Home()
    home.announce("sensor", "one", **METER)
    home.announce("sensor", "two", **{**METER, "state_topic": "two"})
    home.tell(f"{PREFIX}/sensor/one/config")
    home.tell("two", "5")
    assert home.values == {"sensor.meter": "5"}
    home.tell(f"{PREFIX}/sensor/two/config")
    assert not home.entities


def test_a_waiting_announcement_that_is_removed_waits_no_longer() -> None:
    home = Home()
    home.announce("sensor", "one", **METER)
    home.announce("sensor", "two", **{**METER, "state_topic": "two"})
    home.tell(f"{PREFIX}/sensor/two/config")
    home.tell(f"{PREFIX}/sensor/one/config")
    assert not home.entities


def test_migration_hands_entities_to_a_device_announcement() -> None:
    home = Home()
    single = {"unique_id": "a1", "name": "A", "state_topic": "box/a", "device": {"ids": "d1"}}
    home.announce("sensor", "a", **single)
    home.announce("sensor", "a", migrate_discovery=True)
    assert not home.entities
    home.tell(BOX, DEVICE)
    home.tell(f"{PREFIX}/sensor/a/config")
    assert sorted(home.entities) == ["sensor.box_a", "switch.box_b"]


def test_two_entities_of_one_name_get_ids_that_a_restart_keeps() -> None:
    home = Home()
    home.announce("sensor", "one", **METER)
    home.announce("sensor", "two", **{**METER, "unique_id": "second"})
    names = sorted(home.entities)
    assert names[0] == "sensor.meter"
    again = Home()
    again.announce("sensor", "one", **METER)
    again.announce("sensor", "two", **{**METER, "unique_id": "second"})
    assert sorted(again.entities) == names


def test_an_unusable_state_is_refused_with_its_topic_and_read_by_others() -> None:
    home = Home()
    home.announce("number", "n", unique_id="n", name="N", command_topic="n/set", state_topic="t")
    home.announce("sensor", "m", **{**METER, "state_topic": "t"})
    home.tell("t", "lots")
    assert home.values == {"sensor.meter": "lots"}
    assert [(each.topic, each.reason) for each in home.refused] == [("t", "'lots' is not a number")]


def test_a_reason_quotes_little_of_a_long_payload() -> None:
    home = Home()
    home.announce(
        "select", "s", unique_id="s", name="S", command_topic="s", options=["a"], state_topic="t"
    )
    home.tell("t", "x" * 5_000_000)
    assert len(home.refused[0].reason) <= 300


def test_attributes_do_not_replace_what_the_entity_tells() -> None:
    home = Home()
    home.announce(
        "cover",
        "c",
        unique_id="c",
        name="C",
        position_topic="c",
        position_open=0,
        position_closed=100,
        set_position_topic="c/set",
        value_template="{{ value_json.position }}",
        position_template="{{ value_json.position }}",
        state_topic="c/state",
        json_attributes_topic="c",
    )
    home.tell("c", {"position": 20, "linkquality": 90, "icon": "x"})
    assert home.attributes["cover.c"] == {"position": 80, "linkquality": 90}


def test_attributes_must_be_a_json_object() -> None:
    home = Home()
    home.announce("sensor", "m", **METER, json_attributes_topic="attributes")
    home.tell("attributes", "[1]")
    assert [(each.topic, each.key) for each in home.refused] == [
        ("attributes", "json_attributes_topic")
    ]
    home.tell("attributes", b"")
    assert len(home.refused) == 1


def test_a_value_expires_and_any_message_brings_it_back() -> None:
    home = Home()
    home.announce("sensor", "m", **METER, expire_after=30, value_template="{{ value_json.x }}")
    home.tell("meter", {"x": 5})
    home.pass_time(29)
    home.tell("meter", {"y": 1})
    home.pass_time(29)
    assert home.available["sensor.meter"]
    home.pass_time(2)
    assert not home.available["sensor.meter"]
    home.pass_time(100)
    home.tell("meter", {"x": 6})
    assert home.available["sensor.meter"]
    assert home.values["sensor.meter"] == "6"


def test_on_falls_back_to_off_after_its_delay() -> None:
    home = Home()
    home.announce("binary_sensor", "b", **METER, off_delay=5)
    home.tell("meter", "ON")
    home.pass_time(4)
    home.tell("meter", "ON")
    home.pass_time(4)
    assert home.values["binary_sensor.meter"] == "on"
    home.pass_time(1)
    assert home.values["binary_sensor.meter"] == "off"
    assert not home.pass_time(100)


def test_a_wildcard_topic_is_read() -> None:
    home = Home()
    home.announce("sensor", "m", **{**METER, "state_topic": "rooms/+/heat"})
    assert "rooms/+/heat" in home.plugin.filters()
    home.tell("rooms/attic/heat", "19")
    assert home.values == {"sensor.meter": "19"}
    home.announce("sensor", "m")
    home.tell(f"{PREFIX}/sensor/m/config")
    assert not home.tell("rooms/attic/heat", "20")


def test_a_command_checks_service_and_parameters() -> None:
    home = Home()
    home.announce("number", "n", unique_id="n", name="N", command_topic="n/set", max=10)
    entity = home.entities["number.n"]
    for service, params in (("turn_on", {}), ("set_value", {}), ("set_value", {"value": 11})):
        with pytest.raises(ServiceError):
            home.plugin.command(entity, service, params)
    (sent,) = home.plugin.command(entity, "set_value", {"value": "7"})
    assert sent.payload == b"7"


def test_a_command_template_that_fails_is_an_error_of_the_service() -> None:
    home = Home()
    home.announce("switch", "lamp", **LAMP, command_template="{{ 1 / 0 }}")
    with pytest.raises(ServiceError, match=r"switch\.lamp: turn_on: .*zero"):
        home.plugin.command(home.entities["switch.lamp"], "turn_on", {})


def test_the_agent_shows_itself_on_connection_and_when_home_assistant_starts() -> None:
    home = Home()
    (shown,) = home.plugin.connected()
    assert isinstance(shown, Publish)
    assert shown.publication.topic == f"{PREFIX}/device/lamplighter_gw_1/config"
    assert home.tell(f"{PREFIX}/status", "online") == [shown]
    assert not home.tell(f"{PREFIX}/status", "offline")


def test_the_agent_is_no_device_of_its_own_and_can_be_taken_back() -> None:
    home = Home()
    (shown,) = home.plugin.connected()
    assert isinstance(shown, Publish)
    assert not home.tell(shown.publication.topic, shown.publication.payload)
    hidden = plugin(announce=False)
    assert not hidden.connected()
    (taken,) = hidden.receive(Message(shown.publication.topic, shown.publication.payload))
    assert isinstance(taken, Publish)
    assert (taken.publication.payload, taken.publication.retain) == (b"", True)
    assert not hidden.receive(Message(shown.publication.topic, b""))


def test_five_megabytes_and_deep_nesting_are_refused_or_read() -> None:
    home = Home()
    home.announce("sensor", "big", **{**METER, "icon": "x" * 5_000_000})
    assert "sensor.meter" in home.entities
    for payload in (b"[" * 100_000, b'{"a":' * 500 + b"1" + b"}" * 500, b"\xff\xfe", b"NaN"):
        home.tell(f"{PREFIX}/sensor/bad/config", payload)
        home.tell("meter", payload)
    assert len(home.refused) >= 4
    assert {each.topic for each in home.refused[:1]} == {f"{PREFIX}/sensor/bad/config"}


def test_a_flood_of_a_thousand_is_known_and_gone_again() -> None:
    home = Home()
    for number in range(1000):
        home.announce(
            "sensor", f"s{number}", unique_id=f"u{number}", name=f"S {number}", state_topic="all"
        )
    assert len(home.entities) == 1000
    events = home.tell("all", "5")
    assert len([event for event in events if isinstance(event, StateRead)]) == 1000
    for number in range(1000):
        home.tell(f"{PREFIX}/sensor/s{number}/config")
    assert not home.entities
    assert len(home.plugin.filters()) == 3


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=8,
)
KEYS = st.sampled_from(
    [
        *("name", "unique_id", "device", "availability", "availability_topic", "encoding", "~"),
        *("availability_mode", "command_topic", "state_topic", "value_template", "qos", "options"),
        *("json_attributes_topic", "expire_after", "off_delay", "enabled_by_default", "min", "max"),
        *("entity_category", "object_id", "default_entity_id", "cmps", "platform", "event_types"),
    ]
)
KINDS = st.sampled_from(
    [
        *("sensor", "binary_sensor", "event", "device_tracker", "update", "button", "scene"),
        *("number", "select", "text", "switch", "light", "climate", "device", "tag", "nonsense"),
    ]
)


@settings(max_examples=300, deadline=None)
@given(KINDS, st.dictionaries(KEYS, VALUES), st.binary(max_size=20))
def test_no_config_and_no_state_raises(kind: str, values: dict[str, Any], state: bytes) -> None:
    base = {"state_topic": "s", "command_topic": "c", "options": ["a"], "event_types": ["a"]}
    home = Home()
    text = json.dumps({**base, **values})
    events = home.tell(f"{PREFIX}/{kind}/x/config", text)
    assert all(isinstance(event, Announced | StateRead | Refused) for event in events)
    assert events or kind == "device"
    for topic in ("s", "s/x"):
        for event in home.tell(topic, state):
            assert isinstance(event, StateRead | Refused)
    home.pass_time(1e6)
    home.tell(f"{PREFIX}/{kind}/x/config")
    assert not home.entities


def test_there_are_only_so_many_entities() -> None:
    home = Home(plugin(most_entities=2))
    for name in ("a", "b", "c"):
        home.announce("sensor", name, unique_id=name, name=name, state_topic=f"at/{name}")
    assert len(home.entities) == 2
    (refused,) = home.refused
    assert refused.reason == "there are 2 entities already (most_entities)"
    # Those that are known can still change, and make room.
    home.announce("sensor", "b", unique_id="b", name="Other", state_topic="at/b")
    home.announce("sensor", "a", unique_id="a2", name="a", state_topic="at/a")
    assert len(home.entities) == 2
    home.announce("sensor", "a")
    home.announce("sensor", "c", unique_id="c", name="c", state_topic="at/c")
    assert len(home.entities) == 2
    assert len(home.refused) == 1


def test_only_so_many_wait_for_another_to_go() -> None:
    home = Home(plugin(most_entities=1))
    for name in ("a", "b", "c"):
        home.announce("sensor", name, unique_id="same", name=name, state_topic=f"at/{name}")
    home.announce("sensor", "a")
    home.announce("sensor", "b")
    assert home.entities == {}
