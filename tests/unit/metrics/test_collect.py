"""Every figure is drawn from the parts, in names that stay, and read by Prometheus's parser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families
from tests.flow.parts import Room
from tests.unit.core.stand_ins import settled
from tests.unit.core.test_health import around_of, parts_of

from lamplighter.metrics.collect import families_of
from lamplighter.metrics.exposition import OPENMETRICS, render
from lamplighter.plugin import Publication
from lamplighter.store.outbound.lane_bounds import Bound
from lamplighter.store.outbound.lanes import Lane
from lamplighter.store.records.ledger import Loss, Reason

Labels = frozenset[tuple[str, str]]

NAMES = {
    "lamplighter_build_info",
    "lamplighter_uptime_seconds",
    "lamplighter_outbox_rows",
    "lamplighter_outbox_bytes",
    "lamplighter_outbox_oldest_age_seconds",
    "lamplighter_outbox_put_total",
    "lamplighter_outbox_sent_total",
    "lamplighter_losses_total",
    "lamplighter_inbox_rows",
    "lamplighter_inbox_queued",
    "lamplighter_inbox_received_total",
    "lamplighter_inbox_buried_total",
    "lamplighter_dead_letters",
    "lamplighter_link_connected",
    "lamplighter_link_reconnects_total",
    "lamplighter_link_gaps_total",
    "lamplighter_link_received_total",
    "lamplighter_link_acked_total",
    "lamplighter_link_sent_total",
    "lamplighter_store_bytes",
    "lamplighter_store_max_bytes",
    "lamplighter_store_full",
    "lamplighter_store_readable",
    "lamplighter_store_commits_total",
    "lamplighter_store_last_commit_seconds",
    "lamplighter_model_loaded",
    "lamplighter_memory_resident_bytes",
    "lamplighter_ask_latency_seconds",
    "lamplighter_plugin_failures_total",
}


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    room = Room(tmp_path, {})
    room.start()
    yield room
    room.stop()


def scrape(room: Room) -> dict[str, dict[Labels, float]]:
    families = families_of(parts_of(room), around_of(room), 40.0, {"lamplighter": "0", "a-b": "1"})
    text = render(families, OPENMETRICS).decode()
    found: dict[str, dict[Labels, float]] = {}
    for family in text_string_to_metric_families(text):  # type: ignore[no-untyped-call]
        for sample in family.samples:
            found.setdefault(sample.name, {})[frozenset(sample.labels.items())] = sample.value
    return found


def lane(name: str) -> Labels:
    return frozenset({"link": "broker", "lane": name}.items())


def test_every_figure_has_its_name(room: Room) -> None:
    late = Publication("a", b"1", expires_at=room.clock.now + 1.0)
    room.store.outbox.put(late, Lane.COMMANDS)
    room.store.outbox.expire(room.clock.now + 2.0).result(5.0)
    assert set(scrape(room)) >= NAMES


def test_lanes_are_told_apart_and_empty_ones_are_there(room: Room) -> None:
    room.store.outbox.put(Publication("a", b"12345"), Lane.ALARMS)
    settled(room.store)
    room.clock.now += 30.0
    found = scrape(room)
    assert found["lamplighter_outbox_rows"] == {
        lane("commands"): 0,
        lane("alarms"): 1,
        lane("states"): 0,
        lane("telemetry"): 0,
    }
    assert found["lamplighter_outbox_bytes"][lane("alarms")] == 6
    assert found["lamplighter_outbox_oldest_age_seconds"][lane("alarms")] == 30.0
    assert found["lamplighter_outbox_put_total"][lane("alarms")] == 1
    assert found["lamplighter_outbox_sent_total"][lane("alarms")] == 0


def test_losses_count_by_lane_and_reason(room: Room) -> None:
    late = Publication("a", b"12345", expires_at=room.clock.now + 1.0)
    room.store.outbox.put(late, Lane.COMMANDS)
    room.store.outbox.expire(room.clock.now + 2.0).result(5.0)
    [(labels, count)] = scrape(room)["lamplighter_losses_total"].items()
    assert dict(labels) == {"lane": "commands", "reason": "expired"}
    assert count == 1


def test_losses_of_unknown_count_are_told_apart(room: Room) -> None:
    now = room.clock.now
    for count, reason in ((0, Reason.DAMAGED), (3, Reason.EVICTED)):
        room.store.ledger.account(Loss("store", "*", reason, count, 0, now, now))
    settled(room.store)
    found = scrape(room)
    damaged = frozenset({"lane": "store", "reason": "damaged"}.items())
    evicted = frozenset({"lane": "store", "reason": "evicted"}.items())
    assert found["lamplighter_losses_total"] == {damaged: 0, evicted: 3}
    assert found["lamplighter_loss_events_total"] == {damaged: 1}


def test_a_store_that_cant_be_read_hides_nothing_else(room: Room) -> None:
    room.store.readers.path = room.store.place.folder / "nowhere.db"
    room.store.readers.renew()
    found = scrape(room)
    assert list(found["lamplighter_store_readable"].values()) == [0]
    assert "lamplighter_outbox_rows" not in found
    assert list(found["lamplighter_link_connected"].values()) == [1]


def test_how_full_a_lane_is_is_told_where_it_has_a_bound(room: Room) -> None:
    assert "lamplighter_outbox_used_ratio" not in scrape(room)
    room.store.outbox.keeper.bounds = {Lane.ALARMS: Bound(max_bytes=1e9, max_rows=10)}
    room.store.outbox.put(Publication("a", b"12345"), Lane.ALARMS)
    settled(room.store)
    assert scrape(room)["lamplighter_outbox_used_ratio"] == {lane("alarms"): 0.1}
