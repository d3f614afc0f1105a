"""What health consists of, drawn from parts of which some are real."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from tests.flow.parts import Clock, Room
from tests.unit.core.stand_ins import FakeLink, NoModel, settled

from lamplighter.assembly import Parts, Surroundings
from lamplighter.health import LaneRates, facts_of
from lamplighter.link.pump import PumpState
from lamplighter.metrics.rates import Rates
from lamplighter.plugin import Publication
from lamplighter.store.outbound.lanes import Lane
from lamplighter.store.records.ledger import Loss


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    room = Room(tmp_path, {})
    room.start()
    yield room
    room.stop()


def parts_of(room: Room) -> Parts:
    parts = SimpleNamespace(
        store=room.store,
        links={"broker": FakeLink()},
        pump=SimpleNamespace(state=lambda: PumpState(0, 2, "t: quota exceeded" + "!" * 300, 1)),
        intake=SimpleNamespace(received=7, buried=1),
        reception=SimpleNamespace(refused=3),
        models=NoModel(),
        machines=SimpleNamespace(
            written={"model": 1, "template": 2},
            template_because={"no model is loaded": 2},
            active=[{}, {}],
            board=SimpleNamespace(summary=lambda: {"unacknowledged": 1}, kpis={}),
            signals=SimpleNamespace(facts=lambda: {"status": {"good": 3}, "wrong_input": {}}),
        ),
        catalogue=room.catalogue,
        host=SimpleNamespace(failures=Counter({"json": 4})),
        commander=SimpleNamespace(latencies_ms=[10.0, 20.0, 30.0]),
        upstream=None,
        link_watch=SimpleNamespace(last_gap={"since": 1.0, "until": 2.0}),
    )
    return cast("Parts", parts)


def around_of(room: Room) -> Surroundings:
    return Surroundings(room.clock, Clock(100.0), random.Random(1))  # noqa: S311 - unused


def facts(room: Room, rates: LaneRates | None = None) -> dict[str, Any]:
    found = facts_of(parts_of(room), around_of(room), 40.0, rates)
    json.dumps(found, allow_nan=False)
    return found


def test_the_pump_tells_what_it_holds_back_and_why(room: Room) -> None:
    link = facts(room)["links"]["broker"]
    assert (link["held_topics"], link["faults"]) == (2, 1)
    assert link["last_refusal"].startswith("t: quota exceeded!")
    assert len(link["last_refusal"]) == 200


def test_every_part_tells_how_it_is(room: Room) -> None:
    found = facts(room)
    assert found["at"] == room.clock.now
    assert found["uptime_s"] == 60.0
    assert found["links"]["broker"]["connected"] is True
    assert {key: found["inbox"][key] for key in ("depth", "received", "buried", "refused")} == {
        "depth": 0,
        "received": 7,
        "buried": 1,
        "refused": 3,
    }
    assert found["model"]["state"] == "off"
    assert found["model"]["reports"] == {"model": 1, "template": 2}
    assert found["model"]["template_because"] == {"no model is loaded": 2}
    assert found["alarms"] == {"active": 2, "unacknowledged": 1}
    assert found["entities"] == 3
    assert found["plugin_failures"] == {"json": 4}
    assert (found["latency"]["asks"], found["latency"]["p50_ms"]) == (3, 20.0)
    assert found["last_gap"] == {"since": 1.0, "until": 2.0}
    assert found["disk"]["alive"] is True
    assert found["disk"]["bytes"] == room.store.bytes_used()


def test_an_empty_outbox_has_no_age(room: Room) -> None:
    assert facts(room)["outbox"] == {"depth": 0, "oldest_s": 0.0, "lanes": {}}


def test_what_waits_is_told_lane_by_lane_with_its_age(room: Room) -> None:
    room.store.outbox.put(Publication("a", b"12345"), Lane.ALARMS)
    settled(room.store)
    room.clock.now += 30.0
    room.store.outbox.put(Publication("b", b"1"), Lane.COMMANDS)
    settled(room.store)
    room.clock.now += 5.0
    assert facts(room)["outbox"] == {
        "depth": 2,
        "oldest_s": 35.0,
        "lanes": {
            "commands": {"depth": 1, "bytes": 2, "oldest_s": 5.0},
            "alarms": {"depth": 1, "bytes": 6, "oldest_s": 35.0},
        },
    }


def test_a_clock_that_was_set_back_makes_no_age_negative(room: Room) -> None:
    room.store.outbox.put(Publication("a", b"1"), Lane.ALARMS)
    settled(room.store)
    room.clock.now -= 86400.0
    assert facts(room)["outbox"]["oldest_s"] == 0.0


def test_rates_are_told_by_lane_also_where_nothing_waits(room: Room) -> None:
    monotonic = Clock(0.0)
    rates: LaneRates = Rates(monotonic)
    facts(room, rates)
    number = room.store.outbox.put(Publication("a", b"1"), Lane.STATES).result(5.0)
    room.store.outbox.traffic.sent("broker", Lane.STATES)
    room.store.outbox.sent([number], at_once=True)
    settled(room.store)
    monotonic.now += 10.0
    assert facts(room, rates)["outbox"]["lanes"] == {
        "states": {"depth": 0, "bytes": 0, "oldest_s": 0.0, "put_per_s": 0.1, "sent_per_s": 0.1}
    }


def test_a_store_that_cant_be_read_is_told_and_hides_nothing_else(room: Room) -> None:
    room.store.readers.path = room.store.place.folder / "nowhere.db"
    room.store.readers.renew()
    found = facts(room)
    assert found["outbox"] == {"depth": None, "oldest_s": None, "lanes": {}}
    assert (found["losses"], found["inbox"]["depth"]) == (None, None)
    assert found["links"]["broker"]["connected"] is True


def test_health_stays_small_whatever_brokers_give_as_reasons(room: Room) -> None:
    for lane in ("commands", "alarms", "states", "telemetry", "inbox"):
        for number in range(100):
            reason = f"strange {number}: {'x' * 1000}"
            loss = Loss(lane, "t", reason, 1, 1, 1.0, 1.0)
            room.store.submit(partial(room.store.ledger.insert, loss=loss)).result(5.0)
    found = facts(room)
    assert sum(found["losses"]["alarms"].values()) == 100
    assert len(json.dumps(found)) < 4096


def test_losses_are_told(room: Room) -> None:
    late = Publication("a", b"12345", expires_at=room.clock.now + 1.0)
    room.store.outbox.put(late, Lane.COMMANDS)
    room.store.outbox.expire(room.clock.now + 2.0).result(5.0)
    assert facts(room)["losses"] == {"commands": {"expired": 1}}
