"""Every error that Lamplighter raises, in one tree; each carries its facts as attributes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


class LamplighterError(Exception):
    """The root: catch this to catch whatever Lamplighter raises on purpose."""


@dataclass(frozen=True, slots=True)
class ConfigProblem:
    """One mistake in a configuration file.

    Attributes:
        file: the file it stands in.
        line: its line, from 1.
        key: the dotted path of the key, such as ``broker.port``.
        reason: what is wrong and what would be right.
    """

    file: str
    line: int
    key: str
    reason: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.key}: {self.reason}"


class ConfigError(LamplighterError):
    """The configuration can't be used; holds every problem found, not only the first."""

    def __init__(self, problems: list[ConfigProblem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


class PayloadError(LamplighterError):
    """A message's payload can't be understood: names the topic and, where known, the key."""

    def __init__(self, topic: str, reason: str, key: str = "") -> None:
        where = f"{topic}: {key}" if key else topic
        super().__init__(f"{where}: {reason}")
        self.topic = topic
        self.key = key
        self.reason = reason


class TemplateError(LamplighterError):
    """A device's template can't be compiled or rendered."""

    def __init__(self, template: str, reason: str) -> None:
        super().__init__(f"{reason} in template {template!r}")
        self.template = template
        self.reason = reason


class ServiceError(LamplighterError):
    """A service was asked of an entity that does not offer it, or with a value it can't take."""

    def __init__(self, entity_id: str, service: str, reason: str) -> None:
        super().__init__(f"{entity_id}: {service}: {reason}")
        self.entity_id = entity_id
        self.service = service
        self.reason = reason


class NoSuchTimeError(LamplighterError):
    """The sun has no such event then, or nobody said where the home is."""

    def __init__(self, event: str, reason: str) -> None:
        super().__init__(f"{event}: {reason}")
        self.event = event
        self.reason = f"{event}: {reason}"


class ReplayError(LamplighterError):
    """A recording can't be played: names the file and, where known, the line (from 1)."""

    def __init__(self, path: Path, reason: str, line: int | None = None) -> None:
        super().__init__(f"{path}:{line}: {reason}" if line else f"{path}: {reason}")
        self.path = path
        self.reason = reason
        self.line = line


class LinkError(LamplighterError):
    """The broker refused the connection for good (bad login, bad certificate, bad protocol)."""

    def __init__(self, broker: str, reason: str) -> None:
        super().__init__(f"{broker}: {reason}")
        self.broker = broker
        self.reason = reason


class StoreError(LamplighterError):
    """The database can't be opened, written or read."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason


class StoreFullError(StoreError):
    """The disk, or the space this store may use, is full; nothing of the write was kept."""


class StoreDeviceError(StoreError):
    """The storage fails, or can't be written now; that may pass by itself."""


class LaneFullError(LamplighterError):
    """A lane of the outbox has no room for a message; nothing of it was kept."""

    def __init__(self, lane: str, link: str, bound: str) -> None:
        super().__init__(f"the lane {lane} of {link} is full: {bound}")
        self.lane = lane
        self.link = link
        self.bound = bound


class StoreKeyError(StoreError):
    """The database is encrypted with a key that is not given, or the key can't be read."""


class UnreadableError(StoreError):
    """An encrypted value does not open: it was changed on disk, or moved to another row."""


class RowError(LamplighterError):
    """A line of an export can't be a row of its table."""


class ModelError(LamplighterError):
    """A model can't be fetched, built, verified, loaded or run."""

    def __init__(self, model: str, reason: str) -> None:
        super().__init__(f"{model}: {reason}")
        self.model = model
        self.reason = reason


class RefusedError(ModelError):
    """A request that is no fault of the model: it does not fit, or the model is not there."""


class GateError(ModelError):
    """A model misses gates of its manifest; says which, and by how much."""

    def __init__(self, model: str, missed: tuple[str, ...]) -> None:
        super().__init__(model, f"misses its gates: {'; '.join(missed)}")
        self.missed = missed


class PluginError(LamplighterError):
    """A plugin can't be loaded, or its settings are wrong."""

    def __init__(self, plugin: str, reason: str) -> None:
        super().__init__(f"plugin {plugin}: {reason}")
        self.plugin = plugin
        self.reason = reason
