"""A command that comes again is answered again, and carried out once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.flow.parts import ROOT, Room, ask

from lamplighter.errors import StoreFullError
from lamplighter.plugin import Message
from lamplighter.understanding.interpretation import Act, Step

HOUR = 3600.0


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    room = Room(tmp_path, {"a on": Act((Step("switch.a", "turn_on"),), "A is on.")})
    room.start()
    room.say("switch.a", "on")
    yield room
    room.stop()


async def carried_out(room: Room, *messages: Message) -> tuple[int, int]:
    """Hands messages in at once; returns how often the device was told, and how many replied."""
    tasks = [asyncio.create_task(room.commander.handle(message)) for message in messages]
    topics: list[str] = []
    while not all(task.done() for task in tasks):
        topics += [each.topic for each in room.send_all()]
        await asyncio.sleep(0.005)
    await asyncio.gather(*tasks)
    topics += [each.topic for each in room.send_all()]
    return topics.count("set/switch.a"), topics.count(f"{ROOT}/reply")


def at(room: Room, message: Message) -> Message:
    return replace(message, arrived=room.clock.now)


async def test_the_same_id_twice_at_once(room: Room) -> None:
    message = ask("a on", id="1")
    assert await carried_out(room, message, message, replace(message, duplicate=True)) == (1, 1)


async def test_the_same_id_within_a_day_and_after_it(room: Room) -> None:
    message = ask("a on", id="1")
    assert await carried_out(room, message) == (1, 1)
    room.clock.now += 23 * HOUR
    assert await carried_out(room, at(room, message)) == (0, 1)
    room.clock.now += 25 * HOUR
    assert await carried_out(room, at(room, message)) == (1, 1)


async def test_two_ids_are_two_commands(room: Room) -> None:
    assert await carried_out(room, ask("a on", id="1"), ask("a on", id="2")) == (2, 2)


async def test_the_same_words_said_twice_are_two_commands_and_delivered_twice_one(
    room: Room,
) -> None:
    message = ask("a on")
    assert await carried_out(room, message) == (1, 1)
    assert await carried_out(room, message) == (1, 1)
    assert await carried_out(room, replace(message, duplicate=True)) == (0, 1)


async def test_what_was_delivered_twice_and_is_first_seen_now_is_carried_out(room: Room) -> None:
    assert await carried_out(room, replace(ask("a on"), duplicate=True)) == (1, 1)


async def test_a_clock_that_leaps_makes_no_repetition_a_new_command(room: Room) -> None:
    leap = 10 * 365 * 24 * HOUR
    message = ask("a on", id="1")
    room.commander.journal.ageing = lambda: 1000.0
    assert await carried_out(room, message) == (1, 1)
    room.clock.now += leap
    assert await carried_out(room, at(room, message)) == (0, 1)


async def test_a_command_whose_reply_could_not_be_kept_is_not_carried_out_again(
    room: Room,
) -> None:
    """As the intake does where the disk hinders it: it hands the same message in again."""
    message = at(room, ask("a on"))
    answer = room.commander.journal.answer

    async def refuse(*_: object, **__: object) -> None:
        raise StoreFullError(room.store.place.database, "full")

    room.commander.journal.answer = refuse  # type: ignore[method-assign]
    room.clock.now += 0.5
    with pytest.raises(StoreFullError):
        await carried_out(room, message)
    room.commander.journal.answer = answer  # type: ignore[method-assign]
    room.clock.now += 10
    assert await carried_out(room, message) == (0, 1)


async def test_the_same_words_while_the_first_still_run_are_carried_out_after_them(
    room: Room,
) -> None:
    first = at(room, ask("a on"))
    second = replace(first, arrived=first.arrived + 0.05)
    assert await carried_out(room, first, second) == (2, 2)
