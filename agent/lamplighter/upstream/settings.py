"""What a user may set of the upstream broker: what goes there, how, and what may come back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from lamplighter.link.settings import Broker, place_of
from lamplighter.link.topics import filter_problem
from lamplighter.upstream.mapping import TopicTemplate, levels_of, template_problem
from lamplighter.upstream.redaction import path_problem

_FORWARD_LANES = ("alarms", "states", "telemetry")
_CONTROLS = (
    "ack",
    "reset",
    "shelve",
    "unshelve",
    "suppress",
    "unsuppress",
    "out_of_service",
    "return_to_service",
    "window",
    "end_window",
    "note",
    "reload",
    "flush",
)


@dataclass(frozen=True, slots=True)
class Batch:
    """Several messages of a rule in one envelope: whichever bound is met first closes it.

    The envelope waits in memory for nobody: its messages are on disk one by one, and are put
    together when they leave.

    Attributes:
        count: messages.
        bytes: of them together, about.
        seconds: that the first of them waits for others.
        to: topic upstream of the envelopes; ``{node}`` is the node.
        format: ``json`` (one object) or ``ndjson`` (a line for each message).
    """

    count: int = field(default=100, metadata={"min": 2, "max": 1000})
    bytes: int = field(default=65536, metadata={"min": 256, "max": 4 << 20})
    seconds: float = field(default=5.0, metadata={"min": 0.1, "max": 3600})
    to: str = "lamplighter/{node}/batch"
    format: str = field(default="json", metadata={"choices": ("json", "ndjson")})

    def problems(self) -> Iterator[tuple[str, str]]:
        """A topic that is none."""
        problem = template_problem(self.to, only=("node",))
        if problem:
            yield "to", problem


@dataclass(frozen=True, slots=True)
class Forward:
    """A rule: which local messages go upstream, and how.

    Attributes:
        topics: filters of local topics; the node's own (``lamplighter/<node>/…``) may be among
            them.
        skip: filters of what stays here all the same.
        to: topic upstream. ``{topic}`` is the local topic, ``{1}``, ``{2}`` … are its levels,
            ``{2:}`` those from there on, ``{node}`` is the node.
        name: what the rule is called in health, log and envelopes; "" means its first filter.
        lane: ``alarms``, ``states`` or ``telemetry``. The node's own alarms and reports are in
            ``alarms`` whatever stands here.
        qos: 0 or 1.
        retain: whether it is published retained; None: the node's own as here, others not.
        overtake: live messages go before the backlog of their own topic: the newest values are
            there at once, and the consumer sorts by the stamps. Without it the order of a topic
            is kept.
        sample_every: seconds; of each topic, the first message within each is forwarded.
        on_change: only where the payload differs from the topic's last forwarded one.
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
    overtake: bool = False
    sample_every: float | None = field(default=None, metadata={"min": 0.001})
    on_change: bool = False
    compress_above: int | None = field(default=None, metadata={"min": 0})
    batch: Batch | None = None
    redact: tuple[str, ...] = ()
    expire_after: float | None = field(default=None, metadata={"min": 1})

    @property
    def title(self) -> str:
        """What the rule is called."""
        return self.name or (self.topics[0] if self.topics else "")

    def problems(self) -> Iterator[tuple[str, str]]:
        """Filters, topics and paths that are none, and contradictions."""
        if not self.topics:
            yield "topics", "is missing or empty: name at least one filter"
        for key, filters in (("topics", self.topics), ("skip", self.skip)):
            for index, topic_filter in enumerate(filters):
                problem = filter_problem(topic_filter)
                if problem:
                    yield f"{key}[{index}]", f"{topic_filter!r} {problem}"
        for index, path in enumerate(self.redact):
            problem = path_problem(path)
            if problem:
                yield f"redact[{index}]", problem
        yield from self._wrong_topic()
        yield from self._wrongly_retained()

    def _wrongly_retained(self) -> Iterator[tuple[str, str]]:
        if not self.retain:
            return
        if self.overtake:
            yield "overtake", "would leave an old message retained; set only one of the two"
        if self.batch is not None:
            yield "retain", "is not for envelopes: each would replace the one before"
        elif not TopicTemplate(self.to, "").varies:
            wild = [each for each in self.topics if "+" in each or "#" in each]
            if wild:
                reason = f"all topics of {wild[0]!r} would replace one another, retained on"
                yield "to", f"{reason} {self.to!r}; give it a variable such as {{topic}}"

    def _wrong_topic(self) -> Iterator[tuple[str, str]]:
        problem = template_problem(self.to)
        if problem:
            yield "to", problem
            return
        deepest = TopicTemplate(self.to, "").deepest
        for topic_filter in self.topics:
            levels = levels_of(topic_filter)
            if levels is not None and levels < deepest:
                yield "to", f"needs level {deepest}; topics of {topic_filter!r} have {levels}"


@dataclass(frozen=True, slots=True)
class Remote:
    """What may be asked from upstream, on ``lamplighter/<node>/ask`` there.

    Attributes:
        enabled: False: nothing is subscribed upstream.
        allow: ``domain.service`` or ``domain.class.service``, ``*`` for any: what upstream may
            have done here. The local policy holds besides: what needs a yes here needs one there.
        questions: whether questions are answered.
        control: operations of the ``control`` topic that upstream may use.
        require_expiry: actions need ``expires_at`` or an MQTT 5 message expiry: a command may
            have waited at the broker for days while the node was away.
    """

    enabled: bool = False
    allow: tuple[str, ...] = field(
        default=(),
        metadata={
            "pattern": r"\*|(\*|[a-z_]+)(\.([a-z_]+|\*)){1,2}",
            "hint": "must be domain.service, domain.class.service or *",
        },
    )
    questions: bool = True
    control: tuple[str, ...] = field(default=(), metadata={"choices": _CONTROLS})
    require_expiry: bool = True


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
        seen: set[str] = set()
        for index, rule in enumerate(self.forward):
            if rule.title in seen:
                yield f"forward[{index}]", f"a rule {rule.title!r} is there already; give it a name"
            seen.add(rule.title)


def contradictions(upstream: Upstream, broker: Broker, root: str) -> Iterator[tuple[str, str]]:
    """What of the upstream section can't be together with the rest: loops, above all.

    Args:
        upstream: the section.
        broker: the local broker.
        root: ``lamplighter/<node>``.
    """
    if (place_of(upstream.host), upstream.port) == (place_of(broker.host), broker.port):
        yield "host", "is the local broker itself: what is forwarded would come back for ever"
    node = root.partition("/")[2]
    for index, rule in enumerate(upstream.forward):
        for key, text in (("to", rule.to), ("batch.to", rule.batch.to if rule.batch else "")):
            made = text.replace("{node}", node)
            if made in commands(root):
                reason = "is where commands are asked for: they would come back"
                yield f"forward[{index}].{key}", f"{made!r} {reason}"
            elif made in reserved(root):
                reason = "is where the node itself speaks upstream: nothing else may"
                yield f"forward[{index}].{key}", f"{made!r} {reason}"
        for place, topic_filter in enumerate(rule.topics):
            if topic_filter in commands(root):
                key = f"forward[{index}].topics[{place}]"
                yield key, f"{topic_filter!r} is never forwarded: it would come back as a command"


def commands(root: str) -> tuple[str, str]:
    """The topics on which the node takes commands: nothing is ever forwarded from or to them."""
    return f"{root}/ask", f"{root}/control"


def reserved(root: str) -> tuple[str, ...]:
    """The topics upstream that no rule may publish on."""
    return *commands(root), f"{root}/status", f"{root}/ledger"
