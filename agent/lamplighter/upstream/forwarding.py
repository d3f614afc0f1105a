"""Takes what goes upstream out of what comes in and out of what the node itself says."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

import structlog

from lamplighter.plugin import Publication
from lamplighter.store.inbound.inbox import InboxRow
from lamplighter.store.outbound.lanes import Lane
from lamplighter.upstream.rules import Candidate, Forwarded, Rules, Withheld
from lamplighter.upstream.settings import Forward

_log = structlog.get_logger("upstream")

FORWARD = "forward"
"""The link to the local broker over which messages come that are only to be forwarded."""


class Forwarder:
    """Applies the rules. Any thread.

    Args:
        rules: the rules; :meth:`configure` changes them.
        keep: puts messages into the outbox: they are on disk with the next commit, and not later
            than the deletion of a row of the inbox that is marked as done after this.
        account: puts a message that can't be sent into the ledger.
    """

    def __init__(
        self,
        rules: Rules,
        *,
        keep: Callable[[Sequence[Forwarded]], None],
        account: Callable[[Withheld], None],
    ) -> None:
        self.rules = rules
        self.keep = keep
        self.account = account
        self.forwarded: Counter[str] = Counter()
        self.withheld: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._told: set[tuple[str, str]] = set()

    def configure(self, rules: Rules) -> None:
        """Uses other rules from now on; what they remember of topics begins anew."""
        self.rules = rules

    def settings_of(self, rule: str) -> Forward | None:
        """The rule of this name as the user wrote it, or None where there is none (any more)."""
        return self.rules.settings_of(rule)

    def take(self, row: InboxRow) -> None:
        """Forwards a message from the local broker, where a rule wants it."""
        message = row.received.message
        if not self.rules:
            return
        # The node's own output is taken where it arises: here it would be an echo.
        if message.link != FORWARD or self.rules.is_own(message.topic):
            return
        with self._lock:
            made = self.rules.apply(Candidate(message.topic, message.payload))
        if made:
            self._keep(made)

    def of_own(
        self, publication: Publication, lane: Lane, *, sampled: bool = False
    ) -> list[Forwarded]:
        """What goes upstream of what the node publishes here; for its transaction to insert.

        Sampling is for what comes at intervals: of alarms, reports and replies each counts.
        """
        if not self.rules.is_own(publication.topic):
            return []
        candidate = Candidate(
            publication.topic,
            publication.payload,
            retain=publication.retain,
            expires_at=publication.expires_at,
            lasts=publication.lasts,
            lane=lane,
            sampled=sampled,
        )
        with self._lock:
            return self._sendable(self.rules.apply(candidate))

    def _keep(self, made: Iterable[Forwarded | Withheld]) -> None:
        sendable = self._sendable(made)
        if sendable:
            self.keep(sendable)

    def _sendable(self, made: Iterable[Forwarded | Withheld]) -> list[Forwarded]:
        sendable = []
        for each in made:
            if isinstance(each, Forwarded):
                self.forwarded[each.rule] += 1
                sendable.append(each)
            else:
                self._withhold(each)
        return sendable

    def _withhold(self, withheld: Withheld) -> None:
        self.withheld[withheld.rule] += 1
        if (withheld.rule, withheld.reason) not in self._told:
            self._told.add((withheld.rule, withheld.reason))
            _log.warning(
                "not_forwarded",
                rule=withheld.rule,
                topic=withheld.topic,
                reason=withheld.reason,
            )
        self.account(withheld)
