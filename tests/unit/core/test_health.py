"""What health consists of, drawn from parts of which some are real."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from tests.flow.parts import Clock, Room
from tests.unit.core.stand_ins import FakeLink, NoModel, settled

from lamplighter.assembly import Parts, Surroundings
from lamplighter.health import facts_of
from lamplighter.plugin import Publication
from lamplighter.store.lanes import Lane


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    room = Room(tmp_path, {})
    room.start()
    yield room
    room.stop()


def facts(room: Room, **more: Any) -> dict[str, Any]:
    parts = SimpleNamespace(
        store=room.store,
        link=FakeLink(),
        intake=SimpleNamespace(received=7, buried=1),
        reception=SimpleNamespace(refused=3),
        models=NoModel(),
        machines=SimpleNamespace(written={"model": 1, "template": 2}, active=[{}, {}]),
        catalogue=room.catalogue,
        host=SimpleNamespace(failures=Counter({"json": 4})),
        commander=SimpleNamespace(latencies_ms=[10.0, 20.0, 30.0]),
        link_watch=SimpleNamespace(last_gap={"since": 1.0, "until": 2.0}),
        **more,
    )
    around = Surroundings(room.clock, Clock(100.0), random.Random(1))  # noqa: S311 - unused
    found = facts_of(cast("Parts", parts), around, 40.0)
    json.dumps(found, allow_nan=False)
    return found


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
    assert found["alarms"] == {"active": 2}
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


def test_losses_are_told(room: Room) -> None:
    late = Publication("a", b"12345", expires_at=room.clock.now + 1.0)
    room.store.outbox.put(late, Lane.COMMANDS)
    room.store.outbox.expire(room.clock.now + 2.0).result(5.0)
    assert facts(room)["losses"] == {"commands": {"expired": 1}}
