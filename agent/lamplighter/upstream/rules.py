"""Forward rules, ready to be used: which messages they take, and what becomes of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from lamplighter.link.topics import TopicTree, covers
from lamplighter.plugin import Publication
from lamplighter.store.outbound.lanes import Lane
from lamplighter.upstream.mapping import TopicTemplate
from lamplighter.upstream.redaction import Redaction, UnredactableError
from lamplighter.upstream.sampling import Sampler
from lamplighter.upstream.settings import Forward, commands, reserved

UNMAPPED = "no topic upstream"
UNREDACTABLE = "not redactable"


class Forwarded(NamedTuple):
    """What a rule made of a message: a row of the outbox to be."""

    publication: Publication
    lane: Lane
    rule: str


@dataclass(frozen=True, slots=True)
class Withheld:
    """A message that a rule takes and can't send; ``reason`` is for the ledger."""

    topic: str
    size: int
    lane: Lane
    rule: str
    reason: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A message that may go upstream.

    Attributes:
        topic: the local topic.
        payload: its bytes.
        retain: whether it is to be retained where the rule does not say.
        expires_at: UTC seconds, or None.
        lasts: seconds, or None.
        lane: of the node's own output: its lane here; None: a message from others.
        sampled: False where each counts (alarms, reports): no sampling.
    """

    topic: str
    payload: bytes
    retain: bool = False
    expires_at: float | None = None
    lasts: float | None = None
    lane: Lane | None = None
    sampled: bool = True


class Rule:
    """One rule.

    Args:
        settings: as the user wrote it.
        root: ``lamplighter/<node>``.
        monotonic: seconds that never step.
    """

    def __init__(
        self,
        settings: Forward,
        root: str,
        *,
        monotonic: Callable[[], float],
    ) -> None:
        self.settings = settings
        self.name = settings.title
        self.lane = Lane[settings.lane.upper()]
        self._template = TopicTemplate(settings.to, root.partition("/")[2])
        self._redaction = Redaction(settings.redact)
        self._sampler = Sampler(
            every=settings.sample_every, on_change=settings.on_change, monotonic=monotonic
        )
        self._reserved = reserved(root)
        self._skip: TopicTree[str] = TopicTree()
        for topic_filter in settings.skip:
            self._skip.add(topic_filter, topic_filter)

    def apply(self, candidate: Candidate) -> Forwarded | Withheld | None:
        """What becomes of a message that one of the filters matches; None: it stays here."""
        if self._skip.match(candidate.topic):
            return None
        try:
            payload = self._redaction.apply(candidate.payload)
        except UnredactableError:
            return self._withheld(candidate, UNREDACTABLE)
        # What is left out is no change.
        if candidate.sampled and not self._sampler.takes(candidate.topic, payload):
            return None
        topic = self._template.expand(candidate.topic)
        if topic is None or topic in self._reserved:
            return self._withheld(candidate, UNMAPPED)
        settings = self.settings
        lasting = [each for each in (candidate.lasts, settings.expire_after) if each is not None]
        publication = Publication(
            topic,
            payload,
            qos=settings.qos,
            retain=candidate.retain if settings.retain is None else settings.retain,
            expires_at=candidate.expires_at,
            lasts=min(lasting, default=None),
        )
        return Forwarded(publication, self._lane(candidate), self.name)

    def _lane(self, candidate: Candidate) -> Lane:
        """What is urgent here is so there; but nothing forwarded is a command."""
        if candidate.lane is None:
            return self.lane
        return max(Lane.ALARMS, min(self.lane, candidate.lane))

    def _withheld(self, candidate: Candidate, reason: str) -> Withheld:
        size = len(candidate.payload)
        return Withheld(candidate.topic, size, self._lane(candidate), self.name, reason)


class Rules:
    """All rules, looked up by topic.

    Args:
        settings: in their order.
        root: ``lamplighter/<node>``.
        monotonic: seconds that never step.
    """

    def __init__(
        self,
        settings: Sequence[Forward],
        root: str,
        *,
        monotonic: Callable[[], float],
    ) -> None:
        self.root = root
        made = [Rule(each, root, monotonic=monotonic) for each in settings]
        self.by_name = {rule.name: rule for rule in made}
        self._forbidden = frozenset(commands(root))
        self._rules = made
        self._tree: TopicTree[int] = TopicTree()
        for index, rule in enumerate(made):
            for topic_filter in rule.settings.topics:
                self._tree.add(topic_filter, index)

    def __len__(self) -> int:
        return len(self._rules)

    def filters(self) -> frozenset[str]:
        """What is to be subscribed here; the node's own output needs no way over the broker.

        What another one covers is left out: a broker may send a message once for each filter.
        """
        wanted = {
            topic_filter
            for rule in self._rules
            for topic_filter in rule.settings.topics
            if not topic_filter.startswith(f"{self.root}/")
        }
        return frozenset(
            each
            for each in wanted
            if not any(covers(other, each) for other in wanted if other != each)
        )

    @property
    def company(self) -> float:
        """The longest that a rule lets its messages wait for others, in seconds."""
        batches = [rule.settings.batch for rule in self._rules]
        return max((batch.seconds for batch in batches if batch is not None), default=0.0)

    @property
    def largest(self) -> int:
        """The most messages that a rule puts into an envelope; 1 where there are none."""
        batches = [rule.settings.batch for rule in self._rules]
        return max((batch.count for batch in batches if batch is not None), default=1)

    def settings_of(self, name: str) -> Forward | None:
        """The rule of this name as the user wrote it, or None where there is none (any more)."""
        rule = self.by_name.get(name)
        return None if rule is None else rule.settings

    def is_own(self, topic: str) -> bool:
        """Whether a topic is the node's own."""
        return topic.startswith(f"{self.root}/")

    def apply(self, candidate: Candidate) -> list[Forwarded | Withheld]:
        """What the rules make of a message, in their order."""
        found = self._tree.match(candidate.topic)
        if not found or candidate.topic in self._forbidden:
            return []
        made = [self._rules[index].apply(candidate) for index in sorted(found)]
        return [each for each in made if each is not None]
