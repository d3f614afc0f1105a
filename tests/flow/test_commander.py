"""From an ask to its reply, on a real store, with devices and broker played by the test."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs
from tests.flow.parts import ROOT, Room, ask

from lamplighter.actions.settings import Policy
from lamplighter.catalogue.entity import Reading
from lamplighter.errors import PayloadError
from lamplighter.plugin import Message, Publication
from lamplighter.store.outbound.lanes import Lane
from lamplighter.store.outbound.outbox_rows import OutboxRow
from lamplighter.store.settings import LaneBounds, Lanes
from lamplighter.understanding.interpretation import (
    Act,
    Answer,
    Candidate,
    Clarify,
    Later,
    Pending,
    Result,
    Step,
    Timer,
)
from lamplighter.upstream.remote import RemotePolicy
from lamplighter.upstream.settings import Remote

ON = Act((Step("switch.a", "turn_on"),), "A is on.")
BOTH = Act((Step("switch.a", "turn_on"), Step("switch.b", "turn_on")), "Both are on.")
KNOWN: dict[str, Result] = {
    "a on": ON,
    "both on": BOTH,
    "c on": Act((Step("switch.c", "turn_on"),), "C is on."),
    "ghost on": Act((Step("switch.ghost", "turn_on"),), "Boo."),
    "press b": Act((Step("switch.b", "press"),), "B is pressed."),
    "how is a": Answer("A is off."),
    "on": Clarify(
        "A or B?",
        ("A", "B"),
        Pending("on", (Candidate(("A",), ON), Candidate(("B",), Answer("B is shy.")))),
    ),
    "a on later": Later(30.0, "a on", "In half a minute."),
    "egg": Later(180.0, "", "Three minutes.", message="Your egg is ready.", name="egg"),
    "no egg": Timer("cancel", name="egg"),
    "how long": Timer("status"),
}


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    room = Room(tmp_path, KNOWN)
    room.start()
    yield room
    room.stop()


async def confirmed(room: Room, message: object, *entities: str) -> dict[str, object]:
    """Asks; the broker takes the commands and the devices follow; returns the reply."""
    task = asyncio.create_task(room.commander.handle(message))  # type: ignore[arg-type]  # a Message
    for _ in range(200):
        await asyncio.sleep(0.005)
        if room.send_all():
            break
    for entity in entities:
        room.say(entity, "on")
    await task
    [reply] = room.replies()
    return reply


async def test_a_command_that_its_lane_has_no_room_for_failed_and_says_so(tmp_path: Path) -> None:
    commands = LaneBounds(max_bytes=1 << 20, max_rows=20, when_full="refuse")
    room = Room(tmp_path, KNOWN, lanes=Lanes(commands=commands))
    room.start()
    for number in range(18):
        room.store.outbox.put(Publication(f"d/{number}", b"x"), Lane.COMMANDS, command="k")
    await room.commander.handle(ask("a on", id="1"))
    sent = room.send_all()
    own = [each for each in sent if not each.topic.startswith("d/")]
    assert [each.topic for each in own] == [f"{ROOT}/actions", f"{ROOT}/reply"]
    reply = json.loads(own[-1].payload)
    assert reply["outcome"] == "failed"
    assert reply["speech"] == "A was not told: too many commands wait to be sent."
    room.stop()


async def waiting(room: Room) -> list[OutboxRow]:
    """What waits in the outbox, as soon as anything does."""
    for _ in range(2000):
        if rows := room.store.outbox.rows():
            return rows
        await asyncio.sleep(0.005)
    return []


async def test_done_means_that_the_device_said_so(room: Room) -> None:
    reply = await confirmed(room, ask("a on", id="1"), "switch.a")
    assert reply["outcome"] == "done"
    assert reply["speech"] == "A is on."
    [action] = reply["actions"]  # type: ignore[misc]  # a list
    assert action["device"] == "switch.a"  # type: ignore[has-type]
    assert action["confirmed"] is True  # type: ignore[has-type]


async def test_a_command_is_never_retained_and_always_expires(room: Room) -> None:
    task = asyncio.create_task(room.commander.handle(ask("a on")))
    await asyncio.sleep(0.1)
    [command] = room.send_all()
    assert command.topic == "set/switch.a"
    assert not command.retain
    assert command.qos == 1
    assert command.expires_at == room.clock.now + 60.0
    await task


async def test_failed_says_which_did_not_and_why(room: Room) -> None:
    reply = await confirmed(room, ask("both on", id="1"), "switch.a")
    assert reply["outcome"] == "failed"
    assert reply["speech"] == "B did not confirm. The other one is done."


async def test_without_a_broker_it_is_said_what_the_command_waits_for(room: Room) -> None:
    await room.commander.handle(ask("a on", id="1"))
    reply = room.replies()[0]
    assert reply["outcome"] == "failed"
    assert reply["speech"] == "A is waiting for the broker."


def expire(room: Room) -> None:
    """The time of all that waits is over."""
    room.clock.now += 61.0
    room.store.outbox.expire(room.clock.now).result(5.0)


def addressed(text: str, ask_id: str) -> Message:
    return replace(ask(text, id=ask_id), response_topic="answers/me", correlation=b"\xff\0")


def kept_replies(room: Room) -> list[tuple[str, bytes | None, dict[str, Any]]]:
    """Replies that wait, whatever their topic; not sent by that."""
    return [
        (row.publication.topic, row.publication.correlation, json.loads(row.publication.payload))
        for row in room.store.outbox.rows()
        if row.publication.topic in {f"{ROOT}/reply", "answers/me"}
    ]


async def test_what_waited_for_the_broker_and_expired_is_answered_once_more(room: Room) -> None:
    await room.commander.handle(addressed("both on", "1"))
    expire(room)
    expire(room)
    first, first_own, second, second_own = kept_replies(room)
    assert (first[0], second[0]) == (f"{ROOT}/reply", f"{ROOT}/reply")
    assert first_own[:2] == second_own[:2] == ("answers/me", b"\xff\0")
    assert first[2]["speech"] == "A and B are waiting for the broker."
    last = second[2]
    assert (last["id"], last["outcome"]) == ("1", "failed")
    assert last["speech"] == "The command for A and B expired before it could be sent."
    assert [each["problem"] for each in last["actions"]] == ["expired before it could be sent"] * 2
    assert second_own[2] == last
    assert set(last) == set(first[2])


async def test_an_expiry_is_answered_by_a_later_run_and_only_once(tmp_path: Path) -> None:
    answered = []
    for run in range(4):
        room = Room(tmp_path, KNOWN)
        room.start()
        if run == 0:
            await room.commander.handle(addressed("a on", "1"))
        else:
            room.clock.now += run * 100.0
            expire(room)
        answered.append([reply["speech"] for _, _, reply in kept_replies(room)])
        room.stop()
    told = "The command for A expired before it could be sent."
    assert answered[0] == ["A is waiting for the broker."] * 2
    assert answered[1:] == [answered[0] + [told] * 2] * 3


async def test_a_command_that_left_in_time_is_not_said_to_have_expired(room: Room) -> None:
    await room.commander.handle(ask("a on", id="1"))
    assert [reply["speech"] for reply in room.replies()] == ["A is waiting for the broker."]
    expire(room)
    assert room.replies() == []


async def test_who_asks_again_hears_what_became_of_it(room: Room) -> None:
    await room.commander.handle(ask("a on", id="1"))
    await room.commander.handle(ask("a on", id="1"))
    expire(room)
    await room.commander.handle(ask("a on", id="1"))
    waits = "A is waiting for the broker."
    over = "The command for A expired before it could be sent."
    replies = room.replies()
    assert [reply["speech"] for reply in replies] == [waits, waits, over, over]
    assert not any("answer_to" in reply for reply in replies)


async def test_what_expires_while_it_is_waited_for_is_said_at_once(room: Room) -> None:
    task = asyncio.create_task(room.commander.handle(ask("a on", id="1")))
    await asyncio.sleep(0.1)
    expire(room)
    await task
    expire(room)
    [reply] = room.replies()
    assert reply["speech"] == "The command for A expired before it could be sent."


@pytest.mark.parametrize(
    ("text", "speech"),
    [("c on", "C is not offered."), ("ghost on", "I'm not allowed to turn on the switch.ghost.")],
)
async def test_what_can_not_be_sent_is_not_sent(room: Room, text: str, speech: str) -> None:
    await room.commander.handle(ask(text))
    [reply] = room.replies()
    assert reply["speech"] == speech
    assert reply["outcome"] in ("failed", "refused")


async def test_an_offline_device_is_not_told_anything(room: Room) -> None:
    room.catalogue.read("switch.a", Reading(available=False), 1.0)
    await room.commander.handle(ask("a on"))
    [reply] = room.replies()
    assert reply["speech"] == "A is offline."


async def test_a_question_back_is_continued_by_the_next_ask(room: Room) -> None:
    await room.commander.handle(ask("on", user="sam"))
    [question] = room.replies()
    assert (question["outcome"], question["options"]) == ("clarify", ["A", "B"])
    await room.commander.handle(ask("B", user="sam"))
    [reply] = room.replies()
    assert (reply["outcome"], reply["speech"]) == ("answered", "B is shy.")


async def test_a_new_sentence_instead_of_an_answer_is_taken_as_that(room: Room) -> None:
    await room.commander.handle(ask("on", user="sam"))
    room.send_all()
    await room.commander.handle(ask("how is a", user="sam"))
    assert room.replies()[0]["speech"] == "A is off."
    await room.commander.handle(ask("B", user="sam"))
    assert room.replies()[0]["outcome"] == "not_understood"


async def test_refusing_policy_wins_whatever_was_understood(tmp_path: Path) -> None:
    room = Room(tmp_path, KNOWN, Policy(refuse=("switch.turn_on",)))
    room.start()
    await room.commander.handle(ask("both on"))
    [reply] = room.replies()
    assert reply["outcome"] == "refused"
    assert reply["speech"] == "I'm not allowed to turn on the A and turn on the B."
    room.stop()


async def test_a_repeated_id_is_answered_and_not_carried_out(room: Room) -> None:
    first = await confirmed(room, ask("a on", id="1"), "switch.a")
    await room.commander.handle(ask("a on", id="1"))
    sent = room.send_all()
    assert [each.topic for each in sent] == [f"{ROOT}/reply"]
    assert json.loads(sent[0].payload)["speech"] == first["speech"]


async def test_without_an_id_only_the_brokers_mark_makes_a_repetition(room: Room) -> None:
    await confirmed(room, ask("a on"), "switch.a")
    await room.commander.handle(ask("a on", duplicate=True))
    assert [each.topic for each in room.send_all()] == [f"{ROOT}/reply"]
    task = asyncio.create_task(room.commander.handle(ask("a on")))
    await asyncio.sleep(0.1)
    assert room.send_all()[0].topic == "set/switch.a"
    await task


async def test_a_command_cut_short_by_a_crash_is_concluded_not_repeated(
    tmp_path: Path,
) -> None:
    room = Room(tmp_path, KNOWN)
    room.start()
    task = asyncio.create_task(room.commander.handle(ask("a on", id="1")))
    await asyncio.sleep(0.1)
    assert room.send_all()[0].topic == "set/switch.a"
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    room.stop()

    after = Room(tmp_path, KNOWN)
    after.start()
    after.say("switch.a", "on")
    await after.commander.handle(ask("a on", id="1"), replayed=True)
    sent = after.send_all()
    assert [each.topic for each in sent] == [f"{ROOT}/actions", f"{ROOT}/reply"]
    action, reply = (json.loads(each.payload) for each in sent)
    assert (action["id"], action["service"], action["confirmed"]) == ("1", "switch.turn_on", True)
    assert (reply["outcome"], reply["speech"]) == ("done", "A is on.")
    await after.commander.handle(ask("a on", id="1"))
    assert [each.topic for each in after.send_all()] == [f"{ROOT}/reply"]
    after.stop()


async def test_what_waited_too_long_is_not_carried_out(room: Room) -> None:
    await room.commander.handle(replace(ask("a on", id="1"), arrived=room.clock.now - 61.0))
    [reply] = room.replies()
    assert (reply["outcome"], reply["explain"]) == ("refused", "expired")
    await room.commander.handle(replace(ask("how is a", id="2"), arrived=room.clock.now - 61.0))
    assert room.replies()[0]["outcome"] == "answered"


async def test_what_an_earlier_run_took_is_carried_out_only_in_time(room: Room) -> None:
    room.clock.now += 61.0
    await room.commander.handle(ask("a on", id="1"), replayed=True)
    [only] = room.send_all()
    reply = json.loads(only.payload)
    assert (reply["outcome"], reply["explain"]) == ("refused", "expired")


async def test_the_time_spent_waiting_is_taken_off_what_is_left(room: Room) -> None:
    task = asyncio.create_task(
        room.commander.handle(replace(ask("a on", id="1"), arrived=room.clock.now - 20.0))
    )
    rows = await waiting(room)
    assert rows[0].publication.lasts == 40.0
    await task


@pytest.mark.parametrize("replayed", [False, True])
async def test_where_the_clock_is_not_trusted_nothing_is_done_that_hangs_on_it(
    room: Room, *, replayed: bool
) -> None:
    stamp = room.commander.stamp
    room.commander.stamp = lambda: replace(stamp(), trusted=False)
    more = {} if replayed else {"expires_at": room.clock.now + 5.0}
    await room.commander.handle(ask("a on", id="1", **more), replayed=replayed)
    [only] = room.send_all()
    assert only.topic == f"{ROOT}/reply"
    assert json.loads(only.payload)["outcome"] == "refused"


async def test_a_press_that_a_crash_left_unsure_is_told_so_and_not_repeated(
    tmp_path: Path,
) -> None:
    before = Room(tmp_path, KNOWN)
    before.start()
    task = asyncio.create_task(before.commander.handle(ask("press b", id="1")))
    rows = await waiting(before)
    assert [row.once for row in rows] == [1]
    before.store.outbox.begin([rows[0].id]).result(20)
    task.cancel()
    before.stop()

    after = Room(tmp_path, KNOWN)
    after.start()
    assert len(after.store.outbox.take_over().result(20)) == 1
    await after.commander.handle(ask("press b", id="1"), replayed=True)
    [reply] = after.replies()
    assert reply["outcome"] == "failed"
    assert reply["speech"] == "B may or may not have been told."
    [loss] = after.store.ledger.losses()
    assert (loss.lane, loss.topic, loss.reason) == ("commands", "set/switch.b", "uncertain")
    after.stop()


async def test_a_retained_ask_is_refused_and_an_empty_one_ignored(room: Room) -> None:
    with pytest.raises(PayloadError, match="retained"):
        await room.commander.handle(ask("a on", retain=True))
    await room.commander.handle(ask(""))
    assert room.send_all() == []


async def test_a_bad_ask_is_answered_with_what_is_wrong(room: Room) -> None:
    with pytest.raises(PayloadError):
        await room.commander.handle(ask("x", room="y"))
    [reply] = room.replies()
    assert reply["outcome"] == "not_understood"
    assert "room" in reply["explain"]


async def test_a_delayed_command_runs_once_when_it_is_due(room: Room) -> None:
    await room.commander.handle(ask("a on later"))
    assert room.replies()[0]["outcome"] == "scheduled"
    await room.commander.scheduler.tick(room.clock() + 29.0)
    assert room.send_all() == []
    room.clock.now += 30.0
    task = asyncio.create_task(room.commander.scheduler.tick(room.clock()))
    await asyncio.sleep(0.1)
    assert [each.topic for each in room.send_all()] == ["set/switch.a"]
    room.say("switch.a", "on")
    await task
    assert room.replies()[0]["outcome"] == "done"
    await room.commander.scheduler.tick(room.clock() + 1.0)
    assert room.send_all() == []


async def test_a_delayed_command_survives_a_restart_but_not_a_long_absence(
    tmp_path: Path,
) -> None:
    room = Room(tmp_path, KNOWN)
    room.start()
    await room.commander.handle(ask("a on later"))
    room.send_all()
    room.stop()
    late = Room(tmp_path, KNOWN)
    late.start()
    late.clock.now += 30.0 + 61.0
    await late.commander.scheduler.tick(late.clock())
    [reply] = late.replies()
    assert "missed" in reply["speech"]
    late.stop()


async def test_what_is_scheduled_is_kept_with_its_reply_or_not_at_all(room: Room) -> None:
    def break_replies(connection: sqlite3.Connection) -> None:
        connection.execute(
            "CREATE TEMP TRIGGER broken BEFORE INSERT ON main.outbox"
            " BEGIN SELECT RAISE(ABORT, 'broken'); END"
        )

    def mend_replies(connection: sqlite3.Connection) -> None:
        connection.execute("DROP TRIGGER temp.broken")

    room.store.submit(break_replies).result(5.0)
    with pytest.raises(sqlite3.IntegrityError):
        await room.commander.handle(ask("a on later", id="later-1"))
    assert room.commander.scheduler.waiting() == []
    room.store.submit(mend_replies).result(5.0)
    for _ in range(2):
        await room.commander.handle(ask("a on later", id="later-1"))
    assert len(room.commander.scheduler.waiting()) == 1


async def test_a_delayed_command_cut_short_by_a_crash_is_concluded_once(tmp_path: Path) -> None:
    room = Room(tmp_path, KNOWN)
    room.start()
    await room.commander.handle(ask("a on later"))
    room.send_all()
    room.clock.now += 30.0
    task = asyncio.create_task(room.commander.scheduler.tick(room.clock()))
    await asyncio.sleep(0.1)
    assert [each.topic for each in room.send_all()] == ["set/switch.a"]
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    room.stop()

    after = Room(tmp_path, KNOWN)
    after.start()
    after.clock.now = room.clock.now + 3600.0
    after.say("switch.a", "on")
    await after.commander.scheduler.tick(after.clock())
    sent = after.send_all()
    assert [each.topic for each in sent] == [f"{ROOT}/actions", f"{ROOT}/reply"]
    assert json.loads(sent[1].payload)["outcome"] == "done"
    await after.commander.scheduler.tick(after.clock())
    assert after.send_all() == []
    after.stop()


async def test_what_is_risky_later_is_asked_about_now(tmp_path: Path) -> None:
    room = Room(tmp_path, KNOWN, Policy(confirm=("switch.turn_on",)))
    room.start()
    await room.commander.handle(ask("a on later", user="sam"))
    [question] = room.replies()
    assert question["outcome"] == "confirm"
    assert question["speech"] == "Shall I really turn on the A then? Say yes to go ahead."
    await room.commander.handle(ask("yes", user="sam"))
    assert room.replies()[0]["outcome"] == "scheduled"
    room.clock.now += 30.0
    task = asyncio.create_task(room.commander.scheduler.tick(room.clock()))
    await asyncio.sleep(0.1)
    assert [each.topic for each in room.send_all()] == ["set/switch.a"]
    await task
    room.stop()


async def test_a_no_in_many_words_is_a_no(tmp_path: Path) -> None:
    room = Room(tmp_path, KNOWN, Policy(confirm=("switch.turn_on",)))
    room.start()
    await room.commander.handle(ask("a on"))
    await room.commander.handle(ask("nah leave it as it is"))
    assert room.replies()[1]["speech"] == "All right, I won't."
    await room.commander.handle(ask("yes"))
    assert room.replies()[0]["outcome"] == "not_understood"
    room.stop()


async def test_the_timer_is_the_one_that_the_asker_set_last(room: Room) -> None:
    for user in ("sam", "kim", "kim"):
        await room.commander.handle(ask("egg", user=user))
        room.clock.now += 1.0
    room.send_all()
    await room.commander.handle(ask("no egg", user="kim"))
    left = [(due.ask["user"], due.id) for due in room.commander.scheduler.waiting()]
    assert [user for user, _ in left] == ["sam", "kim"]
    room.send_all()
    await room.commander.handle(ask("no egg", user="lee"))
    assert room.replies()[0]["speech"] == "Which one do you mean: the egg timer, the egg timer?"
    assert len(room.commander.scheduler.waiting()) == 2


async def test_a_timer_rings_and_can_be_asked_about_and_cancelled(room: Room) -> None:
    await room.commander.handle(ask("egg"))
    room.send_all()
    room.clock.now += 60.0
    await room.commander.handle(ask("how long"))
    assert room.replies()[0]["speech"] == "The egg timer: 2 minutes left."
    await room.commander.handle(ask("egg"))
    room.send_all()
    await room.commander.handle(ask("no egg"))
    assert room.replies()[0]["speech"] == "Cancelled the egg timer."
    room.clock.now += 125.0
    await room.commander.scheduler.tick(room.clock())
    assert [reply["speech"] for reply in room.replies()] == ["Your egg is ready."]
    await room.commander.handle(ask("how long"))
    assert room.replies()[0]["speech"] == "No timer is set."


@pytest.mark.parametrize(
    ("sentence", "answer"), [("a on", "yes"), ("a on later", "yes"), ("on", "A")]
)
async def test_an_answer_from_upstream_that_leads_to_an_action_needs_an_expiry(
    tmp_path: Path, sentence: str, answer: str
) -> None:
    abroad = RemotePolicy(lambda: Remote(enabled=True, allow=("*",)))
    policy = Policy(confirm=("switch.turn_on",) if answer == "yes" else ())
    room = Room(tmp_path, KNOWN, policy, remote=abroad)
    room.start()

    async def said(text: str, **more: Any) -> dict[str, Any]:
        await room.commander.handle(replace(ask(text, **more), link="upstream"))
        waiting = room.store.outbox.rows()
        told = [each.publication for each in waiting if each.publication.topic == f"{ROOT}/reply"]
        return dict(json.loads(told[-1].payload))

    until = room.clock.now + 30.0
    question = await said(sentence, id="1", expires_at=until)
    assert question["outcome"] in ("confirm", "clarify")
    refused = await said(answer, id="2")
    assert (refused["outcome"], refused["actions"]) == ("refused", [])
    assert "expires_at" in refused["speech"]
    commands = [row.publication.topic for row in room.store.outbox.rows()]
    assert "set/switch.a" not in commands
    assert room.store.schedule.waiting() == []
    # The question is still open.
    done = await said(answer, id="3", expires_at=until)
    assert done["outcome"] == ("scheduled" if sentence == "a on later" else "failed")
    assert (await said("no", id="4"))["outcome"] != "refused"
    room.stop()


@pytest.mark.parametrize("origin", ["broker", "upstream"])
async def test_the_log_says_where_it_was_asked_unless_that_was_here(
    room: Room, origin: str
) -> None:
    with capture_logs() as logs:
        await room.commander.handle(replace(ask("how is a"), link=origin))
    [line] = [each for each in logs if each["event"] == "ask_answered"]
    assert line.get("origin") == (None if origin == "broker" else "upstream")
