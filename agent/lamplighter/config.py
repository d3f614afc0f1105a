"""The configuration: what a user may set, with its defaults and bounds. An empty file runs.

Durations are seconds, sizes bytes. Secrets are never in the file: it names the files they are in.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from lamplighter import strict_yaml
from lamplighter.actions.settings import Actions, Policy
from lamplighter.errors import ConfigError, ConfigProblem
from lamplighter.faults.settings import GENERIC, TOPIC, TOPIC_LEVEL, Faults, Machine
from lamplighter.link.settings import Broker, place_of
from lamplighter.model.settings import Model
from lamplighter.store.settings import Store
from lamplighter.upstream.settings import Upstream, contradictions

_ANY_ADDRESS = ("", "0.0.0.0", "::")  # noqa: S104 - to be compared with


@dataclass(frozen=True, slots=True)
class Area:
    """A room, with the floor it is on and other names people say."""

    name: str
    floor: str | None = None
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Floor:
    """A floor, with other names people say."""

    name: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EntityOverride:
    """What the user says about one entity: it wins over what the entity announced."""

    name: str | None = None
    area: str | None = None
    aliases: tuple[str, ...] = ()
    ignore: bool = False


@dataclass(frozen=True, slots=True)
class Location:
    """Where the home is, in degrees (north and east positive) and metres: for the sun's times."""

    latitude: float = field(metadata={"min": -90, "max": 90})
    longitude: float = field(metadata={"min": -180, "max": 180})
    elevation: float = field(default=0.0, metadata={"min": -500, "max": 9000})


@dataclass(frozen=True, slots=True)
class Home:
    """The building: areas, floors, names; where it is; its time zone (None: this machine's)."""

    areas: tuple[Area, ...] = ()
    floors: tuple[Floor, ...] = ()
    entities: dict[str, EntityOverride] = field(default_factory=dict)
    units: str = field(default="metric", metadata={"choices": ("metric", "imperial")})
    language: str = "en"
    location: Location | None = None
    time_zone: str | None = None

    def problems(self) -> Iterator[tuple[str, str]]:
        """Names that are given twice, and a time zone that nobody knows."""
        if self.time_zone is not None:
            try:
                ZoneInfo(self.time_zone)
            except (ZoneInfoNotFoundError, ValueError, OSError):
                yield "time_zone", f"unknown time zone {self.time_zone!r}, such as Europe/Zurich"
        seen: set[str] = set()
        for area in self.areas:
            if area.name.casefold() in seen:
                yield "areas", f"{area.name!r} stands twice"
            seen.add(area.name.casefold())


@dataclass(frozen=True, slots=True)
class Discovery:
    """Home Assistant's MQTT discovery."""

    prefix: str = field(
        default="homeassistant",
        metadata={"pattern": TOPIC, "hint": "must be a topic without wildcards"},
    )


@dataclass(frozen=True, slots=True)
class Log:
    """Logging: ``level`` and ``format`` (auto: colours on a terminal, else JSON)."""

    level: str = field(default="info", metadata={"choices": ("debug", "info", "warning", "error")})
    format: str = field(default="auto", metadata={"choices": ("auto", "json", "console")})


@dataclass(frozen=True, slots=True)
class Metrics:
    """Prometheus's text format on a local HTTP port; ``port`` null: none is opened."""

    port: int | None = field(default=None, metadata={"min": 1, "max": 65535})
    host: str = "127.0.0.1"

    def is_at(self, broker: Broker) -> bool:
        """Whether this port is the one on which a broker listens."""
        here = "localhost" if self.host in _ANY_ADDRESS else place_of(self.host)
        return (here, self.port) == (place_of(broker.host), broker.port)


@dataclass(frozen=True, slots=True)
class Config:
    """The whole configuration."""

    node: str = field(
        default="gateway-1",
        metadata={"pattern": TOPIC_LEVEL, "hint": "must be one topic level without spaces"},
    )
    broker: Broker = field(default_factory=Broker)
    upstream: Upstream | None = None
    store: Store = field(default_factory=Store)
    home: Home = field(default_factory=Home)
    discovery: Discovery = field(default_factory=Discovery)
    model: Model = field(default_factory=Model)
    policy: Policy = field(default_factory=Policy)
    actions: Actions = field(default_factory=Actions)
    machines: tuple[Machine, ...] = ()
    faults: Faults = field(default_factory=Faults)
    plugins: dict[str, Any] = field(default_factory=dict)
    metrics: Metrics = field(default_factory=Metrics)
    log: Log = field(default_factory=Log)

    @property
    def root(self) -> str:
        """The topic below which everything of this node is: ``lamplighter/<node>``."""
        return f"lamplighter/{self.node}"

    def problems(self) -> Iterator[tuple[str, str]]:
        """What can't be together."""
        assets = {machine.asset for machine in self.machines}
        for number, window in enumerate(self.faults.windows):
            for asset in window.machines:
                if asset not in assets:
                    yield f"faults.windows[{number}].machines", f"no machine {asset!r}"
        if self.upstream is not None:
            for key, reason in contradictions(self.upstream, self.broker, self.root):
                yield f"upstream.{key}", reason
        for what, broker in (("broker", self.broker), ("upstream broker", self.upstream)):
            if broker is not None and self.metrics.is_at(broker):
                yield "metrics.port", f"{self.metrics.port} is the {what}'s port on the same host"
        seen: set[str] = set()
        for machine in self.machines:
            if machine.asset in seen:
                yield "machines", f"asset {machine.asset!r} stands twice"
            seen.add(machine.asset)
        yield from _unknown_classes(self.machines, self.faults)


def _unknown_classes(machines: tuple[Machine, ...], faults: Faults) -> Iterator[tuple[str, str]]:
    """Machines of a class that no fault table describes: a slip of the pen, most likely."""
    # Imported here: what watches machines imports this module.
    from lamplighter.faults.evidence import fault_tables

    asked = [machine for machine in machines if machine.machine_class != GENERIC]
    try:
        known = fault_tables.load(faults.tables).classes() if asked or faults.tables else []
    except ConfigError as error:
        for problem in error.problems:
            yield "faults.tables", str(problem)
        return
    for machine in asked:
        if machine.machine_class not in known:
            what = f"{machine.asset}: unknown class {machine.machine_class!r}"
            yield "machines", f"{what}; known are {', '.join(known)}"


def parse(text: str, *, file: str = "(text)", base: Path = Path()) -> Config:
    """The configuration that a YAML text describes; relative paths in it begin at ``base``.

    Raises:
        ConfigError: with every problem found.
    """
    return strict_yaml.load(text, Config, file=file, base=base)


def read(path: Path) -> Config:
    """The configuration in a file.

    Raises:
        ConfigError: with every problem found, or that the file can't be read.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        problem = ConfigProblem(str(path), 1, "(file)", f"can't be read: {error}")
        raise ConfigError([problem]) from error
    return parse(text, file=str(path), base=path.absolute().parent)
