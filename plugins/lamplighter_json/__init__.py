"""Machines whose signals arrive as numbers or JSON on plain topics, as ``machines`` says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lamplighter.catalogue.entity import Entity
from lamplighter.errors import PayloadError, PluginError, ServiceError
from lamplighter.faults.settings import LogTopic, Machine, Tag
from lamplighter.plugin import (
    Context,
    Event,
    LogLine,
    Message,
    PluginBase,
    Publication,
    Refused,
    Sample,
)
from lamplighter_json.extract import (
    at_path,
    number,
    parse_json,
    required,
    text,
    timestamp,
)


def create(context: Context) -> JsonTopics:
    """Make the plugin; it has no settings of its own.

    Raises:
        PluginError: settings were given.
    """
    if context.settings:
        keys = ", ".join(sorted(context.settings))
        raise PluginError("json", f"has no settings, but was given {keys}")
    return JsonTopics("json", machines=tuple(context.config.machines))


@dataclass(frozen=True, slots=True)
class _Route:
    """What a topic carries: tags of machines, and log lines of machines."""

    tags: list[tuple[str, str, Tag]] = field(default_factory=list)
    logs: list[tuple[str, LogTopic]] = field(default_factory=list)


@dataclass(slots=True)
class JsonTopics(PluginBase):
    """Turns payloads into samples and log lines.

    Attributes:
        machines: the machines of the configuration.
    """

    machines: tuple[Machine, ...] = ()
    _routes: dict[str, _Route] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Sort the machines' tags and logs by topic."""
        self._routes = {}
        for machine in self.machines:
            for key, tag in machine.tags.items():
                route = self._routes.setdefault(tag.topic, _Route())
                route.tags.append((machine.asset, key, tag))
            for log in machine.logs:
                self._routes.setdefault(log.topic, _Route()).logs.append((machine.asset, log))

    def filters(self) -> frozenset[str]:
        """The topics that the machines' configuration names."""
        return frozenset(self._routes)

    def receive(self, message: Message) -> Sequence[Event]:
        """The samples and log lines of a message; what can't be read is a Refused."""
        route = self._routes.get(message.topic)
        if route is None:
            return ()
        return [*_samples(message, route), *_log_lines(message, route)]

    def command(
        self,
        entity: Entity,
        service: str,
        params: Mapping[str, Any],  # noqa: ARG002 - nothing here takes commands
    ) -> Sequence[Publication]:
        """Never: machines on JSON topics are read only.

        Raises:
            ServiceError: always.
        """
        raise ServiceError(entity.id, service, "machines on JSON topics take no commands")


def _samples(message: Message, route: _Route) -> list[Event]:
    """The tags' values.

    A tag that is missing is refused only where the message has none of the topic's tags: many
    devices send a part of their values at a time.
    """
    if not route.tags:
        return []
    try:
        document = _document(message, route)
    except PayloadError as error:
        return [_refused(error)]
    present = [
        (asset, key, tag, found)
        for asset, key, tag in route.tags
        if (found := at_path(document, tag.path)) is not None
    ]
    if not present:
        paths = dict.fromkeys(tag.path for _, _, tag in route.tags)
        return [Refused(message.topic, path, "is not in the payload") for path in paths]
    events: list[Event] = []
    for asset, key, tag, found in present:
        try:
            value = number(message.topic, found.value, tag.path)
        except PayloadError as error:
            events.append(_refused(error))
        else:
            time, problems = _time(message, document, tag)
            events += [Sample(asset, key, value, time), *problems]
    return events


def _document(message: Message, route: _Route) -> Any:
    """The payload as JSON; as text where every tag is the whole payload and it is no JSON."""
    try:
        return parse_json(message.topic, message.payload)
    except PayloadError:
        if any(tag.path or tag.time_path for _, _, tag in route.tags):
            raise
        return message.payload.decode("utf-8", errors="replace").strip()


def _time(message: Message, document: Any, tag: Tag) -> tuple[float, list[Event]]:
    """The sample's time: a wrong one is refused, and the time of arrival stands in."""
    if tag.time_path is None:
        return message.arrived, []
    try:
        raw = required(message.topic, document, tag.time_path)
        return timestamp(message.topic, raw, tag.time_path), []
    except PayloadError as error:
        return message.arrived, [_refused(error)]


def _log_lines(message: Message, route: _Route) -> list[Event]:
    events: list[Event] = []
    for asset, log in route.logs:
        try:
            events.append(_log_line(message, asset, log))
        except PayloadError as error:
            events.append(_refused(error))
    return [event for event in events if not (isinstance(event, LogLine) and not event.text)]


def _log_line(message: Message, asset: str, log: LogTopic) -> LogLine:
    topic = message.topic
    if not log.path and log.level_path is None:
        line = message.payload.decode("utf-8", errors="replace")
        return LogLine(asset, " ".join(line.split()), "", message.arrived)
    document = parse_json(topic, message.payload)
    line = text(topic, required(topic, document, log.path), log.path)
    level = at_path(document, log.level_path) if log.level_path is not None else None
    # A line without a level is still a line.
    name = text(topic, level.value, log.level_path or "").lower() if level else ""
    return LogLine(asset, line, name, message.arrived)


def _refused(error: PayloadError) -> Refused:
    return Refused(error.topic, error.key, error.reason)
