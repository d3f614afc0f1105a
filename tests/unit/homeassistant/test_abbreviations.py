from __future__ import annotations

from lamplighter_homeassistant.abbreviations import DEVICE, ENTITY, ORIGIN


def test_as_many_short_keys_as_home_assistant_has() -> None:
    # Home Assistant 2026.2 lists 13, 1 and 1 keys more that stand for themselves.
    assert (len(ENTITY), len(DEVICE), len(ORIGIN)) == (257, 10, 2)


def test_a_short_key_stands_for_one_long_key_and_never_for_itself() -> None:
    for table in (ENTITY, DEVICE, ORIGIN):
        assert all(short != long for short, long in table.items())
        assert not set(table) & set(table.values())


def test_keys_in_daily_use() -> None:
    assert ENTITY["stat_t"] == "state_topic"
    assert ENTITY["cmd_t"] == "command_topic"
    assert ENTITY["pl_not_avail"] == "payload_not_available"
    assert ENTITY["json_attr_t"] == "json_attributes_topic"
    assert ENTITY["def_ent_id"] == "default_entity_id"
    assert ENTITY["p"] == "platform"
    assert DEVICE["ids"] == "identifiers"
    assert DEVICE["sa"] == "suggested_area"
    assert ORIGIN["url"] == "support_url"
