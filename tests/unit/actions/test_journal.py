"""What commands leave behind, committed together."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs
from tests.flow.parts import ROOT, Clock
from tests.unit.core.stand_ins import settled, store_in

from lamplighter.actions.journal import CommandJournal
from lamplighter.actions.record import WAITING, ActionRecord
from lamplighter.plugin import Publication
from lamplighter.store.outbound.lanes import Lane
from lamplighter.store.outbound.outbox_rows import OutboxRow
from lamplighter.store.records.commands import Progress
from lamplighter.store.records.schedule import Scheduled
from lamplighter.store.settings import LaneBounds, Lanes
from lamplighter.understanding.interpretation import Ask

ASK = Ask("both on", area="Hall", user="ann", id="7")


class Desk:
    """A journal on a real store."""

    def __init__(self, folder: Path, lanes: Lanes | None = None) -> None:
        self.clock = Clock()
        self.store = store_in(folder, self.clock, lanes)
        self.journal = CommandJournal(self.store, ROOT, self.clock)
        self.store.outbox.expired = self.journal.expired

    def rows(self) -> list[OutboxRow]:
        settled(self.store)
        return self.store.outbox.rows()

    def payload(self, topic: str) -> list[dict[str, Any]]:
        found = [row.publication for row in self.rows() if row.publication.topic == topic]
        return [json.loads(each.payload) for each in found]

    def scheduled(self) -> int:
        item = Scheduled(self.clock.now, "ask", "both on", {}, self.clock.now)
        return self.store.schedule.put(item).result(5.0)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path)
    desk.store.start()
    yield desk
    desk.store.stop()


def action(name: str, *topics: str) -> ActionRecord:
    record = ActionRecord(f"switch.{name}", name, "switch", "turn_on", {})
    record.publications = [Publication(topic, b"ON") for topic in topics]
    return record


def reply(*records: ActionRecord) -> dict[str, Any]:
    shown = [record.as_json() for record in records]
    return {"id": "7", "outcome": "done", "via": "rules", "actions": shown}


async def test_messages_and_the_note_of_the_command_are_sent_together(desk: Desk) -> None:
    assert desk.journal.begin("id:7", 60.0).progress is Progress.NEW
    assert desk.journal.begin("id:7", 60.0).progress is Progress.RUNNING
    one, two = action("a", "a/set", "a/also"), action("b")
    rows = await desk.journal.send("id:7", [one, two], {"unconfirmed": "On."})
    assert [row.publication.topic for row in desk.rows()] == ["a/set", "a/also"]
    assert (one.rows, two.rows) == (rows, [])
    assert {row.lane for row in desk.rows()} == {Lane.COMMANDS}
    status = desk.journal.begin("id:7", 60.0)
    assert (status.progress, status.reply) == (Progress.FINISHED, '{"unconfirmed": "On."}')


async def test_where_the_note_can_not_be_kept_nothing_is_sent(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise sqlite3.IntegrityError

    monkeypatch.setattr(desk.store.commands, "finish", broken)
    with pytest.raises(sqlite3.IntegrityError):
        await desk.journal.send("id:7", [action("a", "a/set")], {})
    assert desk.rows() == []


async def test_an_abandoned_command_is_new_again(desk: Desk) -> None:
    desk.journal.begin("id:7", 60.0)
    desk.journal.abandon("id:7")
    assert desk.journal.begin("id:7", 60.0).progress is Progress.NEW


async def test_what_was_sent_is_finished_though_its_reply_is_missing(desk: Desk) -> None:
    assert not desk.journal.finished("id:7")
    await desk.journal.send("id:7", [action("a", "a/set")], {})
    assert desk.journal.finished("id:7")


async def test_what_was_scheduled_is_done_by_the_answer(desk: Desk) -> None:
    number = desk.scheduled()
    await desk.journal.answer(None, reply(), scheduled=number)
    assert desk.store.schedule.waiting() == []


async def test_a_reply_goes_to_both_topics_and_is_remembered(desk: Desk) -> None:
    desk.journal.begin("id:7", 60.0)
    await desk.journal.answer("id:7", reply(), "me", b"42")
    first, second = [row.publication for row in desk.rows()]
    assert (first.topic, first.correlation) == (f"{ROOT}/reply", None)
    assert (second.topic, second.correlation) == ("me", b"42")
    assert first.payload == second.payload
    kept = desk.journal.begin("id:7", 60.0).reply
    assert json.loads(kept or "") == reply()


async def test_without_a_key_nothing_is_remembered(desk: Desk) -> None:
    await desk.journal.answer(None, reply())
    assert len(desk.rows()) == 1
    assert desk.store.readers.row("SELECT count(*) FROM commands") == (0,)


async def test_actions_are_audited_and_published_with_who_asked(desk: Desk) -> None:
    done = reply(action("a", "a/set"), action("b", "b/set"))
    await desk.journal.answer("id:7", done, carried_out=ASK)
    published = desk.payload(f"{ROOT}/actions")
    assert [entry["device"] for entry in published] == ["switch.a", "switch.b"]
    assert {key: published[0][key] for key in ("id", "user", "area", "text", "via", "topic")} == {
        "id": "7",
        "user": "ann",
        "area": "Hall",
        "text": "both on",
        "via": "rules",
        "topic": "a/set",
    }
    kept = desk.store.audit.latest()
    assert sorted(entry.device for entry in kept) == ["switch.a", "switch.b"]
    assert dict(kept[0].data) in published
    topics = [row.publication.topic.rpartition("/")[2] for row in desk.rows()]
    assert topics == ["actions", "actions", "reply"]


async def test_an_answer_without_actions_is_not_audited(desk: Desk) -> None:
    await desk.journal.answer("id:7", reply())
    assert desk.payload(f"{ROOT}/actions") == []
    assert desk.store.audit.latest() == []


def give_up(desk: Desk) -> None:
    desk.clock.now += 100.0
    desk.store.outbox.expire(desk.clock.now).result(5.0)


async def test_an_action_of_which_more_expires_later_is_told_once(desk: Desk) -> None:
    waiting = action("a")
    waiting.publications = [
        Publication("a/set", b"ON", lasts=60.0),
        Publication("a/also", b"ON", lasts=150.0),
    ]
    await desk.journal.send("id:7", [waiting], reply(waiting))
    waiting.problem = WAITING
    await desk.journal.answer("id:7", reply(waiting), None)
    give_up(desk)
    assert len(desk.payload(f"{ROOT}/reply")) == 2
    give_up(desk)
    told = desk.payload(f"{ROOT}/reply")
    assert [each["actions"][0]["problem"] for each in told] == [
        WAITING,
        "expired before it could be sent",
    ]
    assert desk.store.ledger.totals()["commands"]["expired"] == 2


@pytest.mark.parametrize("stored", ["not JSON", "[]", '{"actions": 1}', '{"actions": [1]}'])
async def test_a_kept_reply_that_does_not_read_keeps_nothing_from_expiring(
    desk: Desk, stored: str
) -> None:
    waiting = action("a")
    waiting.publications = [Publication("a/set", b"ON", lasts=60.0)]
    await desk.journal.send("id:7", [waiting], reply(waiting))

    def spoil(connection: sqlite3.Connection) -> None:
        connection.execute("UPDATE commands SET reply = ?", (stored,))

    desk.store.submit(spoil).result(5.0)
    with capture_logs() as logs:
        give_up(desk)
    assert desk.rows() == []
    assert desk.store.ledger.totals() == {"commands": {"expired": 1}}
    assert [each["event"] for each in logs] == ["expiry_not_answered"]


async def test_an_expiry_without_room_for_its_answer_stands(tmp_path: Path) -> None:
    desk = Desk(tmp_path, Lanes(commands=LaneBounds(max_rows=3, when_full="refuse")))
    desk.store.start()
    waiting = action("a")
    waiting.publications = [Publication("a/set", b"ON", lasts=60.0)]
    await desk.journal.send("id:7", [waiting], reply(waiting))
    waiting.problem = WAITING
    await desk.journal.answer("id:7", reply(waiting), "me")
    give_up(desk)
    settled(desk.store)
    assert [row.publication.topic for row in desk.rows()] == [
        f"{ROOT}/reply",
        "me",
        f"{ROOT}/reply",
    ]
    assert desk.store.ledger.totals() == {"commands": {"expired": 1, "full": 1}}
    desk.store.stop()
