"""Entity states: the last one counts, and none costs a commit of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lamplighter.catalogue.entity import State

if TYPE_CHECKING:
    from tests.unit.store.conftest import Open, Opened


def test_the_last_state_is_kept(open_store: Open) -> None:
    first = open_store()
    first.store.states.put("light.a", State("off", {}, True, 1.0, 1.0))
    state = State("on", {"brightness": 12, "effect": None}, False, 2.0, 3.0)
    first.store.states.put("light.a", state)
    first.store.states.put("light.b", State())
    first.store.stop()
    assert open_store().store.states.all() == {"light.a": state, "light.b": State()}


def test_a_removed_entity_is_forgotten(opened: Opened) -> None:
    opened.store.states.put("light.a", State("on"))
    opened.store.states.remove(["light.a"])
    opened.flush()
    assert opened.store.states.all() == {}


def test_many_states_ride_on_one_commit(opened: Opened) -> None:
    before = opened.store.health().writer.commits
    for number in range(200):
        opened.store.states.put(f"light.{number}", State("on"))
    opened.flush()
    assert len(opened.store.states.all()) == 200
    assert opened.store.health().writer.commits <= before + 10  # not one each


def test_an_attribute_that_is_no_json_is_refused_at_once(opened: Opened) -> None:
    with pytest.raises(TypeError):
        opened.store.states.put("light.a", State("on", {"x": object()}))


def test_a_state_that_can_not_be_stored_is_in_the_ledger(opened: Opened) -> None:
    opened.store.states.put("light.a", State("on", changed=float("nan")))
    opened.store.states.put("light.b", State("odd \ud800"))
    opened.flush()
    assert list(opened.store.states.all()) == ["light.b"]
    (loss,) = opened.store.ledger.losses()
    assert (loss.lane, loss.topic, loss.count) == ("states", "light.a", 1)
