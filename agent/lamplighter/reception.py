"""What plugins' events do: catalogue, states, history, machine signals, refusals."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable

import structlog

from lamplighter.catalogue.catalogue import Catalogue
from lamplighter.plugin import (
    Announced,
    Event,
    LogLine,
    Message,
    Publication,
    Publish,
    Refused,
    Sample,
    StateRead,
    Withdrawn,
)
from lamplighter.store.store import Store

_log = structlog.get_logger("reception")

_REMEMBERED_REFUSALS = 2000
# A reason may quote what was sent: a device that sends another nonsense each second is told of
# so often, and only counted from then on.
_REASONS_SAID = 10
_LONGEST_REASON = 300
# Of a flood on ever new topics the log gets so many lines at once, and one more every ten seconds.
_SAID_AT_ONCE = 3000
_SAID_A_SECOND = 0.1
# Of attributes only these are kept over time: what a room measures, and whether it is heated, is
# asked for as often as a state. Each under "<entity id>/<attribute>".
_KEPT_ATTRIBUTES = ("current_temperature", "current_humidity", "action")
_KEPT_OF = frozenset({"climate", "water_heater", "humidifier"})


class Reception:
    """Applies plugins' events. Lives on the asyncio loop.

    Args:
        catalogue: gets entities and readings.
        store: keeps announcements, states and history.
        clock: UTC seconds.
        state_changed: told the id of each entity that was heard.
        filters_changed: told when an entity came or went, so that subscriptions follow.
        sample: takes a machine's value.
        log_line: takes a machine's log line.
        publish: sends what a plugin wants published.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        store: Store,
        *,
        clock: Callable[[], float],
        state_changed: Callable[[str], None],
        filters_changed: Callable[[], None],
        sample: Callable[[Sample], None],
        log_line: Callable[[LogLine], None],
        publish: Callable[[Publication], object],
    ) -> None:
        self.catalogue = catalogue
        self.store = store
        self.clock = clock
        self.state_changed = state_changed
        self.filters_changed = filters_changed
        self.sample = sample
        self.log_line = log_line
        self.publish = publish
        self.refused = 0
        self.kept: dict[tuple[str, str], bytes] = {}
        self.unseen: set[tuple[str, str]] = set()
        # By hashes, as topics and reasons may be long: for each place, the reasons that were said.
        self._refusals: OrderedDict[int, set[int]] = OrderedDict()
        self._may_say: float = _SAID_AT_ONCE
        self._counted_at = clock()
        self._silent = False

    def take(self, plugin: str, event: Event, message: Message) -> None:
        """Applies one event that ``message`` led to."""
        match event:
            case StateRead():
                self._read(event)
            case Announced():
                self._announce(plugin, event, message)
            case Withdrawn():
                self._withdraw(plugin, event)
            case Refused():
                self._refuse(plugin, event)
            case Sample():
                if math.isfinite(event.value):
                    self.store.history.add(f"{event.asset}/{event.tag}", event.time, event.value)
                self.sample(event)
            case LogLine():
                self.log_line(event)
            case Publish():
                self.publish(event.publication)

    def keep_again(self) -> None:
        """Keeps announcements and states anew, where the database was replaced meanwhile."""
        for (plugin, topic), payload in self.kept.items():
            self.store.announcements.put(plugin, topic, payload)
        for entity in self.catalogue.entities():
            self.store.states.put(entity.id, self.catalogue.state(entity.id))

    def _announce(self, plugin: str, event: Announced, message: Message) -> None:
        key = (plugin, event.topic)
        self.unseen.discard(key)
        # An entity that waited for another to go is announced by that one's message: its own is
        # not at hand, and is kept when it comes again.
        if event.topic == message.topic and self.kept.get(key) != message.payload:
            self.kept[key] = message.payload
            self.store.announcements.put(plugin, event.topic, message.payload)
        if self.catalogue.announce(event.entity):
            self.filters_changed()
            _log.debug("entity_announced", entity=event.entity.id, topic=event.topic)

    def _withdraw(self, plugin: str, event: Withdrawn) -> None:
        if self.kept.pop((plugin, event.topic), None) is not None:
            self.store.announcements.remove(plugin, event.topic)
        if self.catalogue.withdraw(event.entity_id):
            self.store.states.remove([event.entity_id])
            self.filters_changed()
            _log.info("entity_withdrawn", entity=event.entity_id, topic=event.topic)

    def _read(self, event: StateRead) -> None:
        now = self.clock()
        before = self.catalogue.state(event.entity_id)
        after = self.catalogue.read(event.entity_id, event.reading, now)
        if after is None:
            return
        self.store.states.put(event.entity_id, after)
        if after.value != before.value and after.value is not None:
            self._remember(event.entity_id, after.value, now)
        if event.entity_id.partition(".")[0] in _KEPT_OF:
            for name in _KEPT_ATTRIBUTES:
                value = after.attributes.get(name)
                if value is not None and value != before.attributes.get(name):
                    self._remember(f"{event.entity_id}/{name}", str(value), now)
        self.state_changed(event.entity_id)

    def _remember(self, series: str, value: str, now: float) -> None:
        try:
            number = float(value)
        except ValueError:
            self.store.history.add_text(series, now, value)
            return
        if math.isfinite(number):
            self.store.history.add(series, now, number)

    def _refuse(self, plugin: str, event: Refused) -> None:
        self.refused += 1
        place = hash((plugin, event.topic, event.key))
        said = self._refusals.pop(place, set())
        self._refusals[place] = said
        while len(self._refusals) > _REMEMBERED_REFUSALS:
            self._refusals.popitem(last=False)
        if len(said) >= _REASONS_SAID or hash(event.reason) in said:
            return  # said before; counted in health
        if self._is_flooded():
            return
        said.add(hash(event.reason))
        say = _log.debug if event.reason.startswith("ignored") else _log.warning
        reason = event.reason[:_LONGEST_REASON]
        say("refused", plugin=plugin, topic=event.topic, key=event.key, reason=reason)

    def _is_flooded(self) -> bool:
        """True where the log had enough of refusals; says so once."""
        now = self.clock()
        earned = max(0.0, now - self._counted_at) * _SAID_A_SECOND
        self._may_say = min(_SAID_AT_ONCE, self._may_say + earned)
        self._counted_at = now
        if self._may_say < 1:
            if not self._silent:
                _log.warning("refusals_are_only_counted", refused=self.refused)
            self._silent = True
            return True
        self._may_say -= 1
        self._silent = self._silent and self._may_say < _SAID_AT_ONCE / 2
        return False
