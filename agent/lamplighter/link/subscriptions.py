"""What the broker is to send: the filters wanted, against those it has.

A broker's session outlives the daemon, and so do its subscriptions: the filters it may hold are
remembered, so that what left the configuration is unsubscribed even after a restart.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from lamplighter.link.events import LinkEvent, QosLowered, Subscribed, SubscribeRefused
from lamplighter.link.topics import filter_problem

BATCH = 100
_RETRY_S = 60.0
_REFUSED = 0x80
# A filter that was unanswered at so many ends of connections may be what ends them: it is asked
# for alone, and where that ends one as well, not again for a while.
_SUSPECT_AFTER = 3
_FIRST_QUARANTINE_S = 2.0
_LONGEST_QUARANTINE_S = 3600.0
_ENDS_IT = "the connection ends when it is asked for"
# MQTT 5.0 section 3.9.3.
_REASONS = {
    0x80: "unspecified error",
    0x83: "implementation specific error",
    0x87: "not authorised",
    0x8F: "topic filter invalid",
    0x91: "packet identifier in use",
    0x97: "quota exceeded",
    0x9E: "shared subscriptions not supported",
    0xA1: "subscription identifiers not supported",
    0xA2: "wildcard subscriptions not supported",
}


@dataclass(frozen=True, slots=True)
class Ask:
    """One SUBSCRIBE or UNSUBSCRIBE to be sent.

    Attributes:
        filters: what it is about, at most :data:`BATCH`.
        subscribe: False to unsubscribe.
        retained: True to be sent retained messages even where the broker has the subscription.
    """

    filters: list[str]
    subscribe: bool
    retained: bool = False


class Subscriptions:
    """Owned by the network thread; only :meth:`want` and :meth:`refresh` are for any thread.

    Args:
        load: returns the filters that the broker may hold from earlier runs.
        save: keeps them; called before they are subscribed, and after they are unsubscribed.
        monotonic: seconds that never step.
    """

    def __init__(
        self,
        *,
        load: Callable[[], Iterable[str]],
        save: Callable[[frozenset[str]], None],
        monotonic: Callable[[], float],
    ) -> None:
        self._load = load
        self._save = save
        self._monotonic = monotonic
        self._wanted: frozenset[str] = frozenset()
        self._refresh: frozenset[str] = frozenset()
        self._changed = False
        self._next_retry: float | None = None
        # What the broker may hold, and what of it was saved.
        self._held: set[str] = set()
        self._saved: frozenset[str] = frozenset()
        # What was asked for on this connection, answered or not; and what was refused, until when.
        self._asked: set[str] = set()
        self._leaving: set[str] = set()
        self._refused: dict[str, float | None] = {}
        self._waiting: dict[int, Ask] = {}
        self._complete = False
        # Ends of connections that filters were unanswered at, and who may be asked for when.
        self._ends: dict[str, int] = {}
        self._quarantined: dict[str, float] = {}
        self._found: list[LinkEvent] = []
        # Filters subscribed by this run: their retained messages came already.
        self._seen: set[str] = set()

    def load(self) -> bool:
        """Remembers the filters of earlier runs; True where there were any."""
        self._saved = frozenset(self._load())
        # What no broker takes, none holds.
        self._held = {each for each in self._saved if filter_problem(each) is None}
        return bool(self._held)

    def want(self, filters: Iterable[str]) -> None:
        """Sets all filters that are to be subscribed from now on."""
        self._wanted = frozenset(filters)
        self._changed = True

    def refresh(self, filters: Iterable[str]) -> None:
        """Asks for the retained messages of these filters once more, where they are wanted."""
        self._refresh |= frozenset(filters)
        self._changed = True

    def begin(self, *, session_present: bool) -> None:
        """A new connection: everything wanted is asked for again."""
        if not session_present:
            self._held.clear()
        self._asked.clear()
        self._leaving.clear()
        self._refused.clear()
        self._suspect()
        self._waiting.clear()
        self._complete = False
        self._changed = True

    def problems(self) -> list[LinkEvent]:
        """Wanted filters that no broker would take, told once each; they are not asked for."""
        found, self._found = self._found, []
        for topic_filter in self._wanted:
            problem = filter_problem(topic_filter)
            if problem and topic_filter not in self._refused:
                self._refused[topic_filter] = None
                found.append(SubscribeRefused(topic_filter, problem, None))
        return found

    def due(self) -> bool:
        """True where :meth:`asks` may have something; cheap."""
        return self._changed or (
            self._next_retry is not None and self._monotonic() >= self._next_retry
        )

    def asks(self) -> list[Ask]:
        """What is to be sent now; new filters first, so that nothing is missed in a change."""
        self._forgive()
        refresh, self._refresh = self._refresh & self._wanted, frozenset()
        self._seen -= refresh
        wanted = self._wanted
        new = sorted((wanted - self._asked - self._refused.keys()) | (refresh & self._asked))
        new = self._without_suspects(new)
        old = sorted((self._held | self._asked) - wanted - self._leaving)
        self._asked.update(new)
        self._asked -= set(old)
        self._leaving.update(old)
        self._leaving -= set(new)
        self._held.update(new)
        self._remember()
        first = [topic_filter for topic_filter in new if topic_filter not in self._seen]
        again = [topic_filter for topic_filter in new if topic_filter in self._seen]
        return [
            *_batches(first, subscribe=True, retained=True),
            *_batches(again, subscribe=True),
            *_batches(old, subscribe=False),
        ]

    def sent(self, mid: int, ask: Ask) -> None:
        """Notes the message id an ask was sent with."""
        self._waiting[mid] = ask

    def subscribed(self, mid: int, codes: list[int]) -> list[LinkEvent]:
        """The broker's answer to a SUBSCRIBE: what it refused, or granted with QoS 0 only."""
        ask = self._waiting.pop(mid, None)
        events: list[LinkEvent] = []
        for topic_filter, code in zip(ask.filters if ask else (), codes, strict=False):
            if code >= _REFUSED:
                self._refuse(topic_filter)
                reason = _REASONS.get(code, f"reason {code:#04x}")
                events.append(SubscribeRefused(topic_filter, reason, _RETRY_S))
                continue
            self._seen.add(topic_filter)
            self._ends.pop(topic_filter, None)
            if code == 0:
                events.append(QosLowered(topic_filter, code))
        return events

    def completed(self) -> Subscribed | None:
        """Once a connection: that every filter wanted so far has its answer."""
        waiting = any(ask.subscribe for ask in self._waiting.values())
        if self._complete or self._changed or waiting:
            return None
        self._complete = True
        return Subscribed(len(self._asked))

    def unsubscribed(self, mid: int) -> None:
        """The broker's answer to an UNSUBSCRIBE."""
        ask = self._waiting.pop(mid, None)
        if ask is None:
            return
        gone = self._leaving.intersection(ask.filters)
        self._leaving -= gone
        self._held -= gone
        self._seen -= gone
        self._remember()

    def _suspect(self) -> None:
        """Notes what was unanswered when the connection ended; who was alone is refused."""
        now = self._monotonic()
        for ask in self._waiting.values():
            for topic_filter in ask.filters:
                ends = self._ends[topic_filter] = self._ends.get(topic_filter, 0) + 1
                if ends > _SUSPECT_AFTER and not ask.subscribe:
                    self._held.discard(topic_filter)
                elif ends > _SUSPECT_AFTER and len(ask.filters) == 1:
                    hold = _FIRST_QUARANTINE_S * 2 ** min(ends - _SUSPECT_AFTER - 1, 16)
                    hold = min(hold, _LONGEST_QUARANTINE_S)
                    self._quarantined[topic_filter] = now + hold
                    self._found.append(SubscribeRefused(topic_filter, _ENDS_IT, hold))
        known = self._wanted | self._held
        self._ends = {each: ends for each, ends in self._ends.items() if each in known}
        self._quarantined = {
            each: until
            for each, until in self._quarantined.items()
            if each in self._wanted and until > now
        }
        for topic_filter, until in self._quarantined.items():
            self._refuse(topic_filter, until)

    def _without_suspects(self, new: list[str]) -> list[str]:
        """The filters that may be asked for now: suspects behind all others, one at a time."""
        suspects = [each for each in new if self._ends.get(each, 0) >= _SUSPECT_AFTER]
        self._changed = bool(suspects)
        if not suspects:
            return new
        others = [each for each in new if self._ends.get(each, 0) < _SUSPECT_AFTER]
        if others or any(ask.subscribe for ask in self._waiting.values()):
            return others
        self._changed = len(suspects) > 1
        return suspects[:1]

    def _refuse(self, topic_filter: str, until: float | None = None) -> None:
        retry = self._monotonic() + _RETRY_S if until is None else until
        self._refused[topic_filter] = retry
        self._asked.discard(topic_filter)
        self._held.discard(topic_filter)
        self._next_retry = retry if self._next_retry is None else min(self._next_retry, retry)

    def _forgive(self) -> None:
        """Forgets refusals whose time has come, and those of filters no longer wanted."""
        now = self._monotonic()
        self._refused = {
            topic_filter: until
            for topic_filter, until in self._refused.items()
            if topic_filter in self._wanted and (until is None or until > now)
        }
        times = [until for until in self._refused.values() if until is not None]
        self._next_retry = min(times, default=None)

    def _remember(self) -> None:
        held = frozenset(self._held)
        if held != self._saved:
            self._save(held)
            self._saved = held


def _batches(filters: list[str], *, subscribe: bool, retained: bool = False) -> list[Ask]:
    return [
        Ask(filters[at : at + BATCH], subscribe, retained) for at in range(0, len(filters), BATCH)
    ]
