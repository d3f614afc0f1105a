"""Machines whose signals arrive as numbers or JSON on plain topics, as ``machines`` says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import isnan, nan
from typing import Any

from lamplighter.catalogue.entity import Entity
from lamplighter.errors import PayloadError, PluginError, ServiceError
from lamplighter.faults.settings import LogTopic, Machine, Tag
from lamplighter.faults.signals.current_loop import LoopState, scaled, state_of
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
from lamplighter_json.presence import Presence
from lamplighter_json.waveforms import WaveformTopic

_LONGEST_DOUBT = 200
# What one of the unit is in rpm; any other unit of a speed is taken for rpm.
_PER_MINUTE = {"hz": 60.0, "1/s": 60.0, "rps": 60.0}


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
    """What a topic carries: tags, log lines and waveforms of machines."""

    tags: list[tuple[str, str, Tag]] = field(default_factory=list)
    presence: Presence = field(default_factory=Presence)
    logs: list[tuple[str, LogTopic]] = field(default_factory=list)
    waveforms: list[WaveformTopic] = field(default_factory=list)


@dataclass(slots=True)
class JsonTopics(PluginBase):
    """Turns payloads into samples and log lines.

    Attributes:
        machines: the machines of the configuration.
    """

    machines: tuple[Machine, ...] = ()
    _routes: dict[str, _Route] = field(init=False, repr=False)
    _speeds: dict[tuple[str, str], float | None] = field(init=False, repr=False)
    _speed_tags: dict[tuple[str, str], Tag] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Sort the machines' tags, logs and waveforms by topic."""
        self._routes = {}
        self._speeds = {}
        self._speed_tags = {}
        for machine in self.machines:
            for key, tag in machine.tags.items():
                route = self._routes.setdefault(tag.topic, _Route())
                route.tags.append((machine.asset, key, tag))
            for log in machine.logs:
                self._routes.setdefault(log.topic, _Route()).logs.append((machine.asset, log))
            for key, waveform in machine.waveforms.items():
                topic = WaveformTopic(machine.asset, key, waveform)
                self._routes.setdefault(waveform.topic, _Route()).waveforms.append(topic)
                if (speed := topic.speed_tag) is not None:
                    self._speed_tags[machine.asset, speed] = machine.tags[speed]

    def filters(self) -> frozenset[str]:
        """The topics that the machines' configuration names."""
        return frozenset(self._routes)

    def receive(self, message: Message) -> Sequence[Event]:
        """The samples and log lines of a message; what can't be read is a Refused."""
        route = self._routes.get(message.topic)
        if route is None:
            return ()
        events = [*_samples(message, route), *_log_lines(message, route)]
        if self._speed_tags:
            self._note_speeds(events)
        for waveform in route.waveforms:
            events += waveform.receive(message, self._speed_of)
        return events

    def _note_speeds(self, events: Sequence[Event]) -> None:
        for event in events:
            if not isinstance(event, Sample):
                continue
            tag = self._speed_tags.get((event.asset, event.tag))
            if tag is not None:
                self._speeds[event.asset, event.tag] = _rpm(event.value, tag)

    def _speed_of(self, asset: str, tag: str) -> float | None:
        return self._speeds.get((asset, tag))

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


def _rpm(value: float, tag: Tag) -> float | None:
    """The speed that a value tells; None where it tells none."""
    if isnan(value) or (tag.loop and state_of(value) is not LoopState.VALID):
        return None
    return scaled(value, tag.loop) * _PER_MINUTE.get(tag.value_unit.lower(), 1.0)


def _samples(message: Message, route: _Route) -> list[Event]:
    """The tags' values; one that is no number is NaN, with the reason, and told as refused, too.

    A tag that is missing is refused only where the message has none of the topic's tags: many
    devices send a part of their values at a time.
    """
    if not route.tags:
        return []
    try:
        document = _document(message, route)
    except PayloadError as error:
        # Nothing at all is no value that went wrong: a retained message was cleared.
        lost = route.tags if message.payload else ()
        why = error.reason[:_LONGEST_DOUBT]
        samples = [Sample(asset, key, nan, message.arrived, doubt=why) for asset, key, _ in lost]
        return [*samples, _refused(error)]
    events: list[Event] = []
    present = False
    for asset, key, tag in route.tags:
        found = at_path(document, tag.path)
        if found is not None:
            present = True
            route.presence.seen((asset, key), document, tag.path)
            events += _sample(message, document, (asset, key, tag), found.value)
        elif newcomer := route.presence.missed((asset, key), document, tag.path):
            doubt = f"{tag.path!r} is gone from its payload, and {newcomer!r} has come: renamed?"
            events.append(Sample(asset, key, nan, message.arrived, doubt=doubt[:_LONGEST_DOUBT]))
    if present:
        return events
    paths = dict.fromkeys(tag.path for _, _, tag in route.tags)
    return [*events, *(Refused(message.topic, path, "is not in the payload") for path in paths)]


def _sample(
    message: Message, document: Any, whose: tuple[str, str, Tag], raw: Any
) -> Iterator[Event]:
    asset, key, tag = whose
    time, problem = _time(message, document, tag)
    doubt, unit = "", ""
    if problem is not None:
        doubt = f"its timestamp is wrong: {problem.reason}"[:_LONGEST_DOUBT]
    if tag.unit_path is not None:
        said = at_path(document, tag.unit_path)
        unit = said.value.strip() if said and isinstance(said.value, str) else ""
    try:
        value = number(message.topic, raw, tag.path)
    except PayloadError as error:
        yield Sample(asset, key, nan, time, unit, error.reason[:_LONGEST_DOUBT])
        yield _refused(error)
    else:
        yield Sample(asset, key, value, time, unit, doubt)
    if problem is not None:
        yield _refused(problem)


def _document(message: Message, route: _Route) -> Any:
    """The payload as JSON; as text where every tag is the whole payload and it is no JSON."""
    try:
        return parse_json(message.topic, message.payload)
    except PayloadError:
        if any(tag.path or tag.time_path for _, _, tag in route.tags):
            raise
        return message.payload.decode("utf-8", errors="replace").strip()


def _time(message: Message, document: Any, tag: Tag) -> tuple[float, PayloadError | None]:
    """The sample's time; of a wrong one the problem, and the time of arrival stands in."""
    if tag.time_path is None:
        return message.arrived, None
    try:
        raw = required(message.topic, document, tag.time_path)
        return timestamp(message.topic, raw, tag.time_path), None
    except PayloadError as error:
        return message.arrived, error


def _log_lines(message: Message, route: _Route) -> list[Event]:
    events: list[Event] = []
    for asset, log in route.logs:
        try:
            events.append(_log_line(message, asset, log))
        except PayloadError as error:
            events.append(_refused(error))
    return [event for event in events if not (isinstance(event, LogLine) and not event.text)]


def _log_line(message: Message, asset: str, log: LogTopic) -> LogLine:
    if log.notes:
        return _note(message, asset, log)
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


def _note(message: Message, asset: str, log: LogTopic) -> LogLine:
    """A note with its lines, as it was written: what of it is told is chosen later."""
    topic = message.topic
    if not log.path and log.by_path is None:
        written = message.payload.decode("utf-8", errors="replace")
        return LogLine(asset, written.strip(), "", message.arrived, note=True)
    document = parse_json(topic, message.payload)
    value = required(topic, document, log.path)
    written = value.strip() if isinstance(value, str) else text(topic, value, log.path)
    writer = at_path(document, log.by_path) if log.by_path is not None else None
    # A note that nobody signed is still a note.
    by = text(topic, writer.value, log.by_path or "") if writer else ""
    return LogLine(asset, written, "", message.arrived, note=True, by=by)


def _refused(error: PayloadError) -> Refused:
    return Refused(error.topic, error.key, error.reason)
