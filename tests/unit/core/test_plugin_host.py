"""The plugin host: loading, routing by filters, and a plugin that fails."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.metadata import EntryPoint
from typing import Any

import pytest

from lamplighter.catalogue.entity import Entity
from lamplighter.config import Config
from lamplighter.errors import PluginError
from lamplighter.plugin import (
    Context,
    Event,
    LogLine,
    Message,
    PluginBase,
    Publication,
    Refused,
)
from lamplighter.plugin_host import PluginHost, find_plugins, load_plugins


class Echo(PluginBase):
    """Refuses every message, with its own name as the reason; fails on ``boom``."""

    def __init__(self, name: str, *filters: str) -> None:
        super().__init__(name)
        self.wanted = frozenset(filters)

    def filters(self) -> frozenset[str]:
        return self.wanted

    def receive(self, message: Message) -> Sequence[Event]:
        if message.payload == b"boom":
            raise RuntimeError("boom")
        return [Refused(message.topic, "", self.name)]

    def command(
        self, entity: Entity, service: str, params: Mapping[str, Any]
    ) -> Sequence[Publication]:
        return [Publication(entity.id, f"{service}{params}".encode())]

    def tick(self, now: float) -> Sequence[Event]:
        return [LogLine("a", self.name, "info", now)]


class Offended(Echo):
    """Can't bear the clock to be set."""

    def clock_set(self, by: float) -> None:
        raise ValueError(by)


def create(context: Context) -> Echo:
    if "bad" in context.settings:
        raise PluginError("echo", "bad is not known")
    return Echo("echo", *context.settings.get("filters", ()))


FOUND = {"echo": EntryPoint("echo", f"{__name__}:create", "lamplighter.plugins")}


def test_a_message_goes_to_those_who_subscribed_it() -> None:
    host = PluginHost([Echo("one", "a/+", "b"), Echo("two", "a/#")])
    assert host.filters() == {"a/+", "b", "a/#"}
    assert sorted(name for name, _ in host.receive(Message("a/x", b""))) == ["one", "two"]
    assert [name for name, _ in host.receive(Message("a/x/y", b""))] == ["two"]
    assert host.receive(Message("c", b"")) == []


def test_routing_follows_changed_filters() -> None:
    plugin = Echo("one", "a")
    host = PluginHost([plugin])
    host.filters()
    plugin.wanted = frozenset({"b"})
    assert host.filters() == {"b"}
    assert host.receive(Message("a", b"")) == []
    assert len(host.receive(Message("b", b""))) == 1


def test_a_failing_plugin_hurts_no_other_and_is_counted() -> None:
    host = PluginHost([Echo("one", "a"), Echo("two", "a")])
    host.filters()
    assert host.receive(Message("a", b"boom")) == []
    assert host.failures == {"one": 1, "two": 1}
    assert len(host.receive(Message("a", b"fine"))) == 2


def test_ticks_and_deliveries_reach_the_plugins() -> None:
    host = PluginHost([Echo("one")])
    assert host.tick(5.0) == [("one", LogLine("a", "one", "info", 5.0))]
    assert host.connected() == []
    assert host.deliver("one", Message("any", b"")) == [("one", Refused("any", "", "one"))]
    assert host.deliver("gone", Message("any", b"")) == []


def test_every_plugin_hears_that_the_clock_was_set_whatever_another_does() -> None:
    host = PluginHost([Offended("one"), Offended("two")])
    host.clock_set(-5.0)
    assert host.failures == {"one": 1, "two": 1}


def test_the_installed_plugins_are_found() -> None:
    assert {"homeassistant", "json"} <= set(find_plugins())


def test_settings_reach_the_plugin_and_enabled_false_leaves_it_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(EntryPoint, "load", lambda _self: create)
    config = Config(plugins={"echo": {"enabled": True, "filters": ["x"]}})
    [plugin] = load_plugins(config, lambda: 0.0, FOUND)
    assert plugin.filters() == {"x"}
    assert load_plugins(Config(plugins={"echo": {"enabled": False}}), lambda: 0.0, FOUND) == []


@pytest.mark.parametrize(
    ("settings", "reason"),
    [({"nope": {}}, "not installed"), ({"echo": 5}, "must be a mapping")],
)
def test_wrong_plugin_settings_name_the_plugin(settings: dict[str, Any], reason: str) -> None:
    with pytest.raises(PluginError, match=reason):
        load_plugins(Config(plugins=settings), lambda: 0.0, FOUND)


def test_a_plugin_that_does_not_import_is_named() -> None:
    found = {"x": EntryPoint("x", "no_such_module:create", "lamplighter.plugins")}
    with pytest.raises(PluginError, match="plugin x: can't be loaded"):
        load_plugins(Config(), lambda: 0.0, found)
