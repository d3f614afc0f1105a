"""What a user may set of the upstream broker: what goes there, how, and what may come back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from lamplighter.link.settings import Broker

_FORWARD_LANES = ("alarms", "states", "telemetry")


@dataclass(frozen=True, slots=True)
class Batch:
    """Several messages of a rule in one envelope: whichever bound is met first closes it.

    The envelope waits in memory for nobody: its messages are on disk one by one, and are put
    together when they leave.
    """

    count: int = field(default=100, metadata={"min": 2, "max": 10_000})
    bytes: int = field(default=65536, metadata={"min": 256, "max": 4 << 20})
    seconds: float = field(default=5.0, metadata={"min": 0.1, "max": 3600})


@dataclass(frozen=True, slots=True)
class Forward:
    """A rule: which local messages go upstream, and how.

    Attributes:
        topics: filters of local topics; the node's own (``lamplighter/<node>/…``) may be among
            them.
        skip: filters of what stays here all the same.
        to: topic upstream. ``{topic}`` is the local topic, ``{1}``, ``{2}`` … are its levels,
            ``{node}`` is the node.
        name: what the rule is called in health and log; "" means its first filter.
        lane: ``alarms``, ``states`` or ``telemetry``.
        qos: 0 or 1.
        retain: whether it is published retained; None: as it was here.
        sample_every: seconds; of each topic, the first message within each is forwarded.
        on_change: only where the payload differs from the topic's last one.
        compress_above: bytes from which a payload is compressed with zstd; None: never.
        batch: envelopes instead of single messages.
        redact: dotted paths of JSON fields that are left out; ``*`` stands for any key or index.
        expire_after: seconds after which it is not worth sending any more; None: never.
    """

    topics: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    to: str = "{topic}"
    name: str = ""
    lane: str = field(default="telemetry", metadata={"choices": _FORWARD_LANES})
    qos: int = field(default=1, metadata={"min": 0, "max": 1})
    retain: bool | None = None
    sample_every: float | None = field(default=None, metadata={"min": 0.001})
    on_change: bool = False
    compress_above: int | None = field(default=None, metadata={"min": 0})
    batch: Batch | None = None
    redact: tuple[str, ...] = ()
    expire_after: float | None = field(default=None, metadata={"min": 1})


@dataclass(frozen=True, slots=True)
class Remote:
    """What may be asked from upstream, on ``lamplighter/<node>/ask`` there.

    Attributes:
        enabled: False: nothing is subscribed upstream.
        allow: ``domain.service`` or ``domain.class.service``, ``*`` for any: what upstream may
            have done here. The local policy holds besides: what needs a yes here needs one there.
        questions: whether questions are answered.
        control: operations of the ``control`` topic that upstream may use.
    """

    enabled: bool = False
    allow: tuple[str, ...] = field(
        default=(),
        metadata={
            "pattern": r"(\*|[a-z_]+)(\.([a-z_]+|\*)){1,2}",
            "hint": "must be domain.service or domain.class.service",
        },
    )
    questions: bool = True
    control: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pace:
    """How a backlog follows the live traffic when the upstream broker is back.

    Attributes:
        messages_per_second: of the backlog, at most; None: as fast as the broker takes it.
        jitter: seconds, at random, before the backlog begins to leave, so that a hundred
            gateways do not fall upon one broker at once.
        live_within: seconds; what is younger counts as live and goes first.
    """

    messages_per_second: float | None = field(default=1000.0, metadata={"min": 0.1})
    jitter: float = field(default=10.0, metadata={"min": 0, "max": 3600})
    live_within: float = field(default=10.0, metadata={"min": 0.1, "max": 3600})


@dataclass(frozen=True, slots=True)
class Upstream(Broker):
    """The second broker."""

    host: str = ""
    forward: tuple[Forward, ...] = ()
    ledger: bool = True
    remote: Remote = field(default_factory=Remote)
    pace: Pace = field(default_factory=Pace)

    def problems(self) -> Iterator[tuple[str, str]]:
        """What is missing, and contradictions between keys."""
        yield from Broker.problems(self)
        if not self.host:
            yield "host", "is missing"
