"""Finds the plugins, and stands between them and the agent: a failing one hurts no other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from importlib.metadata import EntryPoint, entry_points
from typing import Any

import structlog

from lamplighter.config import Config
from lamplighter.errors import PluginError
from lamplighter.link.topics import TopicTree
from lamplighter.plugin import Context, Event, Message, Plugin

GROUP = "lamplighter.plugins"

_log = structlog.get_logger("plugins")


def find_plugins() -> dict[str, EntryPoint]:
    """The installed plugins by name, in the order of their names."""
    return {each.name: each for each in sorted(entry_points(group=GROUP), key=lambda e: e.name)}


def load_plugins(
    config: Config, clock: Callable[[], float], found: dict[str, EntryPoint] | None = None
) -> list[Plugin]:
    """Every installed plugin that the configuration does not switch off (``enabled: false``).

    Raises:
        PluginError: a plugin is configured but not installed, fails to load, or refuses its
            settings.
    """
    found = find_plugins() if found is None else found
    unknown = sorted(set(config.plugins) - set(found))
    if unknown:
        known = ", ".join(found) or "none"
        raise PluginError(unknown[0], f"is configured but not installed; installed: {known}")
    return [
        _load(entry, _settings(config, name), config, clock)
        for name, entry in found.items()
        if _settings(config, name).get("enabled", True)
    ]


def _settings(config: Config, name: str) -> dict[str, Any]:
    settings = config.plugins.get(name) or {}
    if not isinstance(settings, dict):
        raise PluginError(name, f"its settings must be a mapping, not {type(settings).__name__}")
    return settings


def _load(
    entry: EntryPoint, settings: dict[str, Any], config: Config, clock: Callable[[], float]
) -> Plugin:
    try:
        create = entry.load()
    except (ImportError, AttributeError) as error:
        raise PluginError(entry.name, f"can't be loaded: {error}") from error
    own = {key: value for key, value in settings.items() if key != "enabled"}
    plugin: Plugin = create(Context(settings=own, config=config, clock=clock))
    return plugin


class PluginHost:
    """Hands messages to the plugins that subscribed them, and collects what they return.

    Args:
        plugins: the loaded plugins.
    """

    def __init__(self, plugins: Sequence[Plugin]) -> None:
        self.plugins = {plugin.name: plugin for plugin in plugins}
        self.failures: Counter[str] = Counter()
        self._tree: TopicTree[str] = TopicTree()
        self._filters: dict[str, frozenset[str]] = {}

    def filters(self) -> frozenset[str]:
        """All topic filters of all plugins, asked anew; routing follows them from now on."""
        for name, plugin in self.plugins.items():
            wanted = self._guard(name, plugin.filters, self._filters.get(name, frozenset()))
            before = self._filters.get(name, frozenset())
            for each in before - wanted:
                self._tree.remove(each, name)
            for each in wanted - before:
                self._tree.add(each, name)
            self._filters[name] = wanted
        return frozenset().union(*self._filters.values())

    def receive(self, message: Message) -> list[tuple[str, Event]]:
        """What the plugins make of a message, with the name of the plugin that said it."""
        made: list[tuple[str, Event]] = []
        for name in self._tree.match(message.topic):
            made += self.deliver(name, message)
        return made

    def deliver(self, name: str, message: Message) -> list[tuple[str, Event]]:
        """What one plugin makes of a message, whatever it subscribed."""
        if name not in self.plugins:
            return []
        made = self._guard(name, lambda: self.plugins[name].receive(message), ())
        return [(name, event) for event in made]

    def connected(self) -> list[tuple[str, Event]]:
        """What the plugins want after a connection was made."""
        return self._all("connected")

    def tick(self, now: float) -> list[tuple[str, Event]]:
        """What the passing of time means to the plugins."""
        return self._all("tick", now)

    def clock_set(self, by: float) -> None:
        """The clock was set, so many seconds forward."""
        for name, plugin in self.plugins.items():
            self._guard(name, partial(plugin.clock_set, by), None)

    def _all(self, method: str, *arguments: Any) -> list[tuple[str, Event]]:
        made: list[tuple[str, Event]] = []
        for name, plugin in self.plugins.items():
            events = self._guard(name, partial(getattr(plugin, method), *arguments), ())
            made += [(name, event) for event in events]
        return made

    def _guard(self, name: str, call: Callable[[], Any], otherwise: Any) -> Any:
        try:
            return call()
        except Exception:  # noqa: BLE001 - a supervisor: one plugin must not stop the agent
            self.failures[name] += 1
            _log.exception("plugin_failed", plugin=name, failures=self.failures[name])
            return otherwise
