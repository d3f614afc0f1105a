from __future__ import annotations

from typing import Any

import pytest

from lamplighter.errors import PayloadError
from lamplighter_homeassistant.known import Known, identity, make_known
from lamplighter_homeassistant.messages import Component
from lamplighter_homeassistant.templates import Templates


def component(kind: str = "sensor", **values: Any) -> Component:
    return Component("t", "", "thing", kind, {"state_topic": "s", **values})


def known(kind: str = "sensor", **values: Any) -> Known:
    return make_known(component(kind, **values), Templates(), lambda _: False)


def test_identity_is_the_unique_id_within_the_domain_or_the_place() -> None:
    assert identity(component(unique_id=5)) == identity(component(unique_id="5")) == "sensor.5"
    assert identity(component("switch", unique_id="5")) == "switch.5"
    assert identity(component()) == "sensor.t#"


def test_an_entity_is_all_that_the_config_says() -> None:
    entity = known(
        name="Power",
        unique_id="u",
        device={"identifiers": "d", "name": "Box", "suggested_area": "Hall"},
        unit_of_measurement="W",
        device_class="power",
        entity_category="diagnostic",
        enabled_by_default=False,
    ).entity
    assert (entity.id, entity.name, entity.unique_id) == ("sensor.box_power", "Box Power", "u")
    assert (entity.unit, entity.device_class, entity.category) == ("W", "power", "diagnostic")
    assert not entity.enabled
    assert entity.device is not None
    assert entity.device.suggested_area == "Hall"


def test_a_taken_id_gets_the_fingerprint_of_the_unique_id() -> None:
    made = make_known(component(unique_id="u"), Templates(), lambda name: name == "sensor.thing")
    assert made.entity.id.startswith("sensor.thing_")


def test_a_category_is_one_of_two() -> None:
    with pytest.raises(PayloadError, match="none of config, diagnostic") as caught:
        known(entity_category="system")
    assert caught.value.key == "entity_category"


def test_filters_are_of_state_availability_and_attributes() -> None:
    made = known(availability_topic="up", json_attributes_topic="s")
    assert made.filters() == {"s", "up"}
    assert len(made.readers("s")) == 2
    assert not made.readers("up")


def test_clocks_start_with_messages_and_end_once() -> None:
    made = known("binary_sensor", expire_after=10, off_delay=3)
    assert made.passed(1e9) is None
    assert not made.heard(100)
    made.learned("on", 100)
    assert made.passed(102) is None
    off = made.passed(103)
    assert off is not None
    assert off.value == "off"
    late = made.passed(110)
    assert late is not None
    assert late.available is False
    assert not made.available
    assert made.passed(200) is None
    assert made.heard(300)
    assert made.available


def test_any_other_value_stops_the_fall_back_to_off() -> None:
    made = known("binary_sensor", off_delay=3)
    for value in ("off", "unknown"):
        made.learned("on", 0)
        made.learned(value, 1)
        assert made.passed(10) is None
    made.learned("on", 0)
    made.learned(None, 1)
    assert made.passed(10) is not None


def test_a_later_config_keeps_the_clocks_it_still_has() -> None:
    before = known("binary_sensor", expire_after=10, off_delay=3)
    before.heard(0)
    before.learned("on", 0)
    same = known("binary_sensor", expire_after=10, off_delay=3)
    same.keep(before)
    assert (same.expires_at, same.off_at) == (10, 3)
    without = known("binary_sensor")
    without.keep(before)
    assert without.passed(100) is None


@pytest.mark.parametrize("by", [-86400.0, 10 * 365 * 86400.0])
def test_a_value_is_too_old_as_soon_as_it_would_have_been_however_the_clock_is_set(
    by: float,
) -> None:
    made = known(expire_after=60)
    made.heard(1000.0)
    made.clock_set(by)
    assert made.passed(1059.0 + by) is None
    assert made.passed(1060.0 + by) is not None
    switch = known("binary_sensor", off_delay=5)
    switch.learned("on", 1000.0)
    switch.clock_set(by)
    assert switch.passed(1004.0 + by) is None
    assert switch.passed(1005.0 + by) is not None
