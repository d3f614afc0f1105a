"""A store with something secret in every table, and a look at what its files hold of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from lamplighter.catalogue.entity import State
from lamplighter.plugin import Publication
from lamplighter.store.encryption.keys import make_key
from lamplighter.store.files.place import Place
from lamplighter.store.outbound.lanes import Lane
from lamplighter.store.records.alarms import AlarmRecord
from lamplighter.store.records.audit import AuditEntry
from lamplighter.store.records.episodes import EpisodeRecord
from lamplighter.store.records.orders import OrderRecord
from lamplighter.store.records.reports import ReportRecord
from lamplighter.store.records.schedule import Scheduled

if TYPE_CHECKING:
    from tests.unit.store.conftest import Opened

ONE, TWO = make_key(b"1" * 32), make_key(b"2" * 32)
SECRET = "the cellar key is under the mat"


def fill(opened: Opened) -> None:
    """Something secret in every table that people and devices have a say in."""
    store, now = opened.store, opened.clock()
    said = {"text": SECRET}
    opened.put("lamplighter/ask", SECRET.encode())
    opened.put("odd", b"\xff" + SECRET.encode())
    row = opened.wait(2)[1]
    store.inbox.bury(row, f"no JSON: {SECRET}")
    store.outbox.put(Publication("reply", SECRET.encode()), Lane.COMMANDS).result(20)
    store.outbox.put(Publication("reading", SECRET.encode()), Lane.TELEMETRY).result(20)
    store.announcements.put("json", "config/x", SECRET.encode())
    store.states.put("text.note", State(SECRET, {"more": SECRET}, True, now, now))
    store.states.put("text.empty", State(None, {}, False, now, now))
    store.history.add_text("log", now, SECRET)
    store.history.add_text("log", now + 1, "other")
    store.history.add("temperature", now, 21.5)
    store.snapshots.put("dialogue", said)
    store.alarms.put(AlarmRecord("pump", "high", "active", "critical", now, now, said)).result(20)
    store.reports.put(ReportRecord(now, "pump", SECRET, SECRET, said)).result(20)
    entry = store.audit.put(AuditEntry(now, "lock.door", "unlock", said)).result(20)
    assert store.audit.update(entry, {**said, "confirmed": True}).result(20)
    store.schedule.put(Scheduled(now + 60, "ask", SECRET, said)).result(20)
    store.orders.put(OrderRecord(now, said)).result(20)
    over = EpisodeRecord("e", "pump", "pump", now, now, "critical", b"1", said, SECRET)
    store.episodes.put(over).result(20)
    store.submit(
        lambda connection: store.commands.finish(connection, "k", json.dumps(said), now)
    ).result(20)
    opened.flush()


def look(opened: Opened) -> dict[str, object]:
    """The same again, as it reads."""
    store, now = opened.store, opened.clock()
    return {
        "inbox": [row.received.message.payload for row in store.inbox.pending()],
        "outbox": [
            row.publication.payload
            for lane in (Lane.COMMANDS, Lane.TELEMETRY)
            for row in store.outbox.due(10, now=now)
            if row.lane is lane
        ],
        "dead": [(each.message.payload, each.reason) for each in store.dead_letters.latest()],
        "announcements": [each.payload for each in store.announcements.all()],
        "states": {name: (s.value, dict(s.attributes)) for name, s in store.states.all().items()},
        "texts": [each.value for each in store.history.texts_between("log", 0, 1e12)],
        "last": store.history.last_text("log"),
        "earlier": store.history.last_text("log", SECRET),
        "never": store.history.last_text("log", "nothing"),
        "number": store.history.last("temperature"),
        "snapshot": store.snapshots.get("dialogue"),
        "alarm": store.alarms.active(),
        "reports": store.reports.latest(),
        "report": store.reports.get(1),
        "audit": [each.data for each in store.audit.latest()],
        "schedule": [(each.text, each.data) for each in store.schedule.waiting()],
        "orders": [each.data for each in store.orders.all()],
        "episodes": store.episodes.latest(),
        "reply": store.commands.begin("k", now, 60).reply,
    }


def on_disk(folder: Path) -> bytes:
    place = Place(folder)
    return b"".join(path.read_bytes() for path in (place.database, place.wal) if path.exists())
